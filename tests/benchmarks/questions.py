"""What the servers are asked: many different questions of each kind, the same for all."""

from __future__ import annotations

import csv
import random
from datetime import date, timedelta
from pathlib import Path

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
FIRST_DAY = date(2014, 1, 1)
DAYS = 4600
COUNT = 200
#: So many pages are asked for again and again, to see what keeping them gives.
KEPT = 5

#: Kind of answer, then server, then the addresses to ask.
Questions = dict[str, dict[str, list[str]]]


def questions(database: str, seed: int = 7) -> Questions:
    """Addresses by kind of answer and server; ``database`` is the file's name without ending."""
    chance = random.Random(seed)
    cities, topics = _slugs("cities"), _slugs("topics")
    fours = [chance.sample(cities, 4) for _ in range(COUNT)]
    days = [FIRST_DAY + timedelta(days=chance.randrange(DAYS)) for _ in range(COUNT)]
    listed = [chance.choice(topics) for _ in range(COUNT)]
    dated = list(zip(fours, days, strict=True))
    named = [dict(zip("abcd", four, strict=True)) | {"day": day} for four, day in dated]
    asked = ["&".join(f"{k}={v}" for k, v in one.items()) for one in named]
    asked_for: Questions = {
        "compare 4 cities": {
            "portal": [f"/api/v1/compare/?cities={','.join(f)}&as_of={d}" for f, d in dated],
            "plain DRF": [f"/compare/?cities={','.join(f)}&as_of={d}" for f, d in dated],
            "Datasette": [f"/{database}/compare.json?{a}&_shape=array" for a in asked],
        },
        "list of 50, filtered": {
            "portal": [f"/api/v1/policies/?topic={t}&limit=50" for t in listed],
            "plain DRF": [f"/policies/?topic__slug={t}&limit=50" for t in listed],
            "Datasette": [f"/{database}/policies.json?topic={t}&_shape=array" for t in listed],
        },
        "profiles": {"portal": [f"/api/v1/profiles/?as_of={d}" for d in days]},
        "city page": {"portal": [f"/cities/{f[0]}/?as_of={d}" for f, d in dated]},
        "compare page, 4 cities": {
            "portal": [f"/compare/?cities={'&cities='.join(f)}&as_of={d}" for f, d in dated],
        },
        "home page": {"portal": ["/"]},
        "cities page": {
            "portal": [f"/cities/?programme=comprehensive&as_of={d}" for d in days],
        },
        "topic page": {
            "portal": [f"/topics/{t}/?as_of={d}" for t, d in zip(listed, days, strict=True)]
        },
        "profiles page": {"portal": [f"/profiles/?as_of={d}" for d in days]},
        "changes page": {"portal": [f"/changes/?city={f[0]}&to={d}" for f, d in dated]},
        "page of what would change": {
            "portal": [f"/compare/as-if/?cities={f[0]},{f[1]}&as_of={d}" for f, d in dated],
        },
        "lanes of a city, all": {
            "portal": [f"/cities/{f[0]}/?as_of={d}&lanes=all" for f, d in dated],
        },
        "zones page": {"portal": [f"/zones/?as_of={d}" for d in days]},
        "spread page": {"portal": ["/topics/spread/", "/topics/spread/?ordering=first"]},
    }
    for kind, by_server in asked_for.items():
        if "page" in kind or "lanes" in kind:
            by_server["portal, kept"] = by_server["portal"][:KEPT]
    return asked_for


def _slugs(name: str) -> list[str]:
    with (FIXTURES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [row["slug"] for row in csv.DictReader(file)]

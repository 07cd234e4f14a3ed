"""The page of a change set of 500 rows that touches every city, for its author and its reviewer."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import django

from tests.benchmarks.servers import ROOT

ROWS, TURNS = 500, 5
#: Said where the database of the environment is measured, which has the data by then.
HERE = "here"
#: Sets of which many rows are of one scope: how many, of how many topics, and when they end.
SHAPES: dict[str, Any] = {
    "one topic, week by week": (500, 1, ""),
    "five topics, week by week": (500, 5, ""),
    "one topic, all overlapping": (500, 1, "2030-12-31"),
    "every city, one topic": (3000, 1, "", "city"),
}
#: Rows of one topic week by week, of so many scopes, and rows of cities that hide or repeat them:
#: how many wide ones, of how many scopes (0: of all), and how many of cities.
WIDE_AND_NARROW = {
    "of the nation, hidden by cities": (500, 1, 250),
    "of five scopes, hidden by cities": (500, 5, 250),
    "of every scope, hidden by cities": (500, 0, 250),
}
START, END = "<!-- change set -->\n", "<!-- end of change set -->\n"


def table() -> str:
    """Measure in a process of its own, as rows of a table."""
    lines = [
        "| page | rows | cities | topics | queries | first: ms | again: ms | kB | peak MB |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    with tempfile.TemporaryDirectory(prefix="cbec-bench-") as folder:
        environment = {
            **os.environ,
            "DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3",
            "DJANGO_SETTINGS_MODULE": "cbec_portal.settings",
        }
        for command in (
            ["manage.py", "migrate", "-v0"],
            ["manage.py", "load_dataset", "fixtures", "-v0"],
            ["-m", "tests.benchmarks.change_set", HERE],
        ):
            told = subprocess.run(
                [sys.executable, *command],
                cwd=ROOT,
                env=environment,
                check=True,
                capture_output=True,
                text=True,
            ).stdout
    lines += told.strip().splitlines()
    sys.stderr.write("\n".join(lines) + "\n")
    return "\n".join(lines) + "\n"


def write(path: Path) -> None:
    """Measure, and write the table into its place."""
    text = path.read_text(encoding="utf-8")
    before, rest = text.split(START)
    told = table()
    path.write_text(f"{before}{START}{told}{END}{rest.split(END)[1]}", encoding="utf-8")


def measure() -> list[str]:
    """The rows of the table, on the database of the environment."""
    from django.conf import settings

    from zones.desk.effect import effect_of
    from zones.desk.judgement import judge
    from zones.desk.set_steps import submit

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    own, analyst, reviewer = seed()

    def size(change_set: Any) -> str:
        found = judge(change_set)
        effect = effect_of(found)
        return f"{len(found.rows)} | {len(effect.cities)} | {len(effect.topics)}"

    lines = [f"| author's | {size(own)} | {_seen(own, analyst)} |"]
    for name, shape in SHAPES.items():
        dense = _opened(analyst, name, successions(*shape))
        lines.append(f"| {name} | {size(dense)} | {_seen(dense, analyst)} |")
    for name, (wide, scopes, narrow) in WIDE_AND_NARROW.items():
        hidden = _opened(analyst, name, wide_and_narrow(wide, scopes, narrow))
        _say_why(hidden, analyst)
        submit(hidden, analyst)
        lines.append(f"| reviewer's, {name} | {size(hidden)} | {_seen(hidden, reviewer)} |")
    _say_why(own, analyst)
    submit(own, analyst)
    return [*lines, f"| reviewer's | {size(own)} | {_seen(own, reviewer)} |"]


def _opened(person: Any, title: str, rows: list[Any]) -> Any:
    from zones.desk import proposals

    own = proposals.open_set(person, title)
    proposals.propose(own, person, rows)
    return own


def successions(number: int, topics: int, end: str, *body: str) -> list[Any]:
    """Rows of a few topics that follow each other week by week, of the nation or of every city."""
    from zones.dataset.policy_table import Policies
    from zones.dataset.table_registry import table_named
    from zones.desk.row_drafts import RowDraft
    from zones.models import City

    policies = table_named(Policies.name)
    wide: dict[str, Any] = {}
    for cells in policies.current():
        if cells["scope_kind"] == "nation" and cells["state"] == "stated":
            wide.setdefault(cells["topic"], cells)
    basis = wide.pop("import-single-transaction-limit")
    bases = [basis, *(wide[topic] for topic in sorted(wide))][:topics]
    cities = list(City.objects.order_by("slug").values_list("slug", flat=True))
    bodies = [("city", city) for city in cities] if body else [("nation", "CN")]
    rows = []
    for place in range(number):
        week, part = divmod(place, len(bodies) * len(bases))
        kind, code = bodies[part // len(bases)]
        cells = {
            **bases[part % len(bases)],
            "scope_kind": kind,
            "scope_code": code,
            "effective_from": str(date(2017, 1, 3) + timedelta(weeks=week)),
            "effective_to": end,
            "verification": "secondary",
        }
        if bases[part % len(bases)] is basis:
            cells["value"] = str(3000 + week)
        rows.append(RowDraft(policies, None, cells))
    return rows


def wide_and_narrow(wide: int, scopes: int, narrow: int) -> list[Any]:
    """Rows of one topic week by week, of some wide scopes or of all, and of cities beside them."""
    from zones.dataset.policy_table import Policies
    from zones.dataset.table_registry import table_named
    from zones.desk.row_drafts import RowDraft
    from zones.models import City, CustomsDistrict, Programme, Province

    policies = table_named(Policies.name)
    (basis, *_others) = (
        cells
        for cells in policies.current()
        if cells["topic"] == "import-single-transaction-limit" and cells["scope_kind"] == "nation"
    )
    bodies = [
        ("nation", "CN"),
        *(("programme", one.slug) for one in Programme.objects.order_by("slug")),
        *(("province", one.iso_3166_2) for one in Province.objects.order_by("iso_3166_2")),
        *(("customs_district", one.code) for one in CustomsDistrict.objects.order_by("code")),
    ]
    cities = [("city", one.slug) for one in City.objects.order_by("slug")]
    return [
        RowDraft(
            policies,
            None,
            {
                **basis,
                "scope_kind": own[place % len(own)][0],
                "scope_code": own[place % len(own)][1],
                "effective_from": str(date(2017, 1, 3) + timedelta(weeks=place // len(own))),
                "effective_to": "",
                "verification": "secondary",
                "value": str(3000 + place // len(own)),
            },
        )
        for own, number in ((bodies[: scopes or None], wide), (cities, narrow))
        for place in range(number)
    ]


def seed() -> tuple[Any, Any, Any]:
    """The set, who wrote it and who reviews it."""
    from django.contrib.auth.models import Group, User

    people = []
    for name in ("analyst", "reviewer"):
        person = User.objects.create_user(name, is_staff=True)
        person.groups.add(Group.objects.get(name=name))
        people.append(User.objects.get(pk=person.pk))
    return _opened(people[0], "Five hundred rows", drafts(ROWS)), *people


def drafts(number: int) -> list[Any]:
    """Rows of every kind: an answer of each city of its own, other answers of the nation and of
    places, ends, withdrawals, and ends of zones.
    """
    from zones.dataset.policy_table import Policies
    from zones.dataset.table_registry import table_named
    from zones.dataset.zone_tables import Zones
    from zones.desk.row_drafts import RowDraft
    from zones.models import City
    from zones.rules.vocabulary import Proposal

    policies, zones = table_named(Policies.name), table_named(Zones.name)
    there = {policies.key_of(cells): cells for cells in policies.current()}
    other = {"true": "false", "false": "true"}
    turned = [key for key, own in there.items() if own["value"] in other]
    wide = [key for key in turned if key[1] == "nation"]
    local = [key for key in turned if key[1] != "nation"]
    whole = [key for key, own in there.items() if not own["effective_to"] and key not in turned]
    cities = list(City.objects.order_by("slug").values_list("slug", flat=True))
    basis = there["import-single-transaction-limit", "nation", "CN", "2019-01-01"]
    ending = [zones.key_of(cells) for cells in zones.current() if not cells["ended_on"]]
    kinds = [
        [
            RowDraft(policies, key, {"value": other[there[key]["value"]], "note": "Read anew"})
            for key in (*wide, *local)
        ],
        [RowDraft(policies, key, {"effective_to": "2026-12-31"}) for key in whole[::2]],
        [RowDraft(policies, key, {}, Proposal.TAKE_OUT) for key in whole[1::2]],
        [RowDraft(zones, key, {"ended_on": "2026-06-30"}) for key in ending[::8]],
    ]
    born = [
        RowDraft(
            policies,
            None,
            {
                **basis,
                "scope_kind": "city",
                "scope_code": city,
                "effective_from": "2026-02-03",
                "value": "6000",
            },
            quote="原文如此。",
        )
        for city in cities
    ]
    rest = number - len(born)
    shares = [rest * share // 100 for share in (55, 25, 14)]
    shares.append(rest - sum(shares))
    return [
        *born,
        *(one for kind, share in zip(kinds, shares, strict=True) for one in kind[:share]),
    ]


def _say_why(own: Any, person: Any) -> None:
    from zones.desk.acknowledgements import acknowledge
    from zones.desk.judgement import judge
    from zones.desk.row_warnings import unacknowledged

    told = [(one.judged.row, one.code, one.about) for one in unacknowledged(own, judge(own))]
    acknowledge(own, person, told, "It is meant so.")


def _seen(own: Any, person: Any) -> str:
    """How many queries the page takes, how long, at first and again, and how large it becomes."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse
    from django_otp import DEVICE_ID_SESSION_KEY
    from django_otp.plugins.otp_static.models import StaticDevice

    from cbec_portal.accounts.second_factor import OWED
    from zones.selectors.snapshot import forget

    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    device, _new = StaticDevice.objects.get_or_create(user=person, name="recovery")
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.pop(OWED, None)
    session.save()
    page = reverse("admin:desk-set", args=[own.pk])

    def look() -> Any:
        answer = client.get(page)
        assert answer.status_code == 200, answer.status_code
        return answer

    forget()
    first = _timed(look)
    with CaptureQueriesContext(connection) as asked:
        size = len(look().content)
    queries = len(asked)
    again = median(_timed(look) for _turn in range(TURNS))
    tracemalloc.start()
    look()
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return f"{queries} | {first:.0f} | {again:.0f} | {size // 1000} | {peak / 1e6:.0f}"


def _timed(act: Callable[[], Any]) -> float:
    """The time of the processor that an act takes, in ms: others who are busy do not count."""
    start = time.process_time()
    act()
    return (time.process_time() - start) * 1000


if __name__ == "__main__":
    if sys.argv[1:] == [HERE]:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cbec_portal.settings")
        django.setup()
        sys.stdout.write("\n".join(measure()) + "\n")
    else:
        table()

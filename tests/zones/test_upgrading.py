"""A portal that runs already gets a later dataset as a revision, and forgets nothing it said."""

from __future__ import annotations

import random
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.commands import ran
from tests.templates import Elsewhere
from tests.zones.datasets import Row, change_rows, read_rows
from tests.zones.oracle import CITIES, FIXTURES, TOPICS
from tests.zones.test_descriptive_topics import NAMED, strip
from zones.models import Policy
from zones.selectors.snapshot import forget

pytestmark = pytest.mark.django_db

#: How many topics each focus area had; those after them are new.
FORMER_TOPICS = {
    "transactions": 17,
    "payment": 8,
    "logistics": 11,
    "customs-clearance": 8,
    "tax": 9,
    "foreign-exchange-settlement": 3,
    "consumer-protection-and-quality": 5,
    "data-and-it": 5,
    "supervision-and-credit": 5,
}
KNOWN = {
    slug for slug, row in TOPICS.items() if int(row["position"]) <= FORMER_TOPICS[row["focus_area"]]
}
#: Plans that were told as instruments, by city.
MOVED = ("kaifeng", "sanya", "xinxiang")
#: What stood there twice, since a wider scope says the same.
DOUBLED = {
    "bonded-import-1210.city.nantong.2020-01-17": ("bonded-import-1210", "listed"),
    "overseas-warehouse-filing-required.customs_district.5300.2021-09-24": (
        "overseas-warehouse-filing-required",
        "true",
    ),
}
WITHDRAWN = {
    *DOUBLED,
    *(
        f"{NAMED}.city.{row['scope_code']}.{row['effective_from']}"
        for row in read_rows(FIXTURES / "policies.csv")
        if row["topic"] == "zone-implementation-plan" and row["scope_code"] in MOVED
    ),
}


def former_policies(rows: list[Row]) -> list[Row]:
    """The policies of a former dataset: fewer, some told otherwise, some that are gone since."""
    found = [dict(row) for row in rows if row["topic"] in KNOWN]
    for row in rows:
        if row["topic"] == "zone-implementation-plan" and row["scope_code"] in MOVED:
            found.append(row | {"topic": NAMED})
    for identity, (topic, value) in DOUBLED.items():
        like = next(row for row in rows if (row["topic"], row["value"]) == (topic, value))
        _topic, kind, code, start = identity.split(".")
        scope = {"scope_kind": kind, "scope_code": code}
        found.append(like | scope | {"effective_from": start, "effective_to": ""})
    for row in found:
        if (row["topic"], row["effective_to"]) == ("bonded-import-1210", "2018-12-31"):
            row |= {"effective_to": "", "summary_zh": "较早的说法。"}
        if row["topic"] == "import-annual-transaction-limit":
            row["summary_zh"] = "较早的说法。"
    return found


def former(folder: Path) -> Path:
    """Make a dataset as it was before topics, policies and columns were added."""
    change_rows(folder / "topics.csv", lambda rows: [r for r in rows if r["slug"] in KNOWN])
    change_rows(folder / "choices.csv", lambda rows: [r for r in rows if r["topic"] in KNOWN])
    change_rows(folder / "policies.csv", former_policies)
    change_rows(
        folder / "cities.csv",
        lambda rows: [
            row | ({"customs_district": "5100"} if row["slug"] == "heyuan" else {}) for row in rows
        ],
    )
    strip(folder)
    return folder


def questions(known_at: str = "") -> list[str]:
    """What is asked of random cities on random days."""
    chance, asked = random.Random(20261128), []
    listed = "identity,topic,state,value,summary,caveat,scope,effective_to,clause,verification"
    for _ in range(8):
        day = f"{chance.randint(2013, 2026)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
        cities = ",".join(chance.sample(sorted(CITIES), 3))
        language = chance.choice(("en", "zh-hans"))
        asked += [
            f"compare/?cities={cities},heyuan&as_of={day}&lang={language}",
            f"profiles/?as_of={day}&topics=all",
            f"policies/?as_of={day}&limit=1000&fields={listed}&lang={language}",
            f"cities/?as_of={day}&policy=bonded-import-1210:listed&limit=1000",
        ]
    return [f"/api/v1/{one}{known_at and f'&known_at={known_at}'}" for one in asked]


def answers(known_at: str = "") -> list[Any]:
    """What a new process answers, which knows nothing of what was answered before."""
    forget()
    client = Client()
    return [client.get(one).json() for one in questions(known_at)]


def without(found: Any, *members: str) -> Any:
    """An answer without some members, however deep they stand."""
    if isinstance(found, dict):
        return {k: without(value, *members) for k, value in found.items() if k not in members}
    return [without(one, *members) for one in found] if isinstance(found, list) else found


def test_a_portal_of_a_former_dataset_gets_what_is_new_as_a_revision(
    folder: Path, elsewhere: Elsewhere
) -> None:
    fresh = answers()
    with elsewhere():
        ran("load_dataset", str(former(folder)))
        before = answers()

        many = len(WITHDRAWN)
        asked = ("load_dataset", str(FIXTURES), "--replace", "--allow-withdrawals", str(many))
        tried = ran(*asked, "--dry-run")
        upgraded = ran(*asked)
        for told in (tried, upgraded):
            named = re.findall(r": withdrawn (.*)", told)
            assert {name.replace(" ", ".") for name in named} == WITHDRAWN

        # What revision 1 said stays; short heads are names, which show as they are now.
        assert without(answers("1"), "label") == without(before, "label")
        now = answers()
        assert without(now, "known_at") == without(fresh, "known_at")
        outcomes = [
            {row["topic"]["slug"]: row["outcome"] for row in answer["rows"]}
            for answer in (before[0], now[0])
        ]
        assert "described" not in outcomes[0].values()
        assert outcomes[1][NAMED] == "described"
        assert len(outcomes[0]) == len(KNOWN) < len(outcomes[1]) == len(TOPICS)

        new_rows = Policy.objects.filter(recorded_in=2)
        published = dict(new_rows.values_list("identity", "change"))
        assert {name for name, change in published.items() if change == "withdrawn"} == WITHDRAWN
        kinds = Counter(published.values())
        new = [row for row in read_rows(FIXTURES / "policies.csv") if row["topic"] not in KNOWN]
        assert kinds["researched"] + kinds["enacted"] == len(new)
        assert kinds["corrected"] > 0
        assert set(kinds) <= {"researched", "enacted", "corrected", "withdrawn"}
        assert "agree" in ran("rebuild_in_force", "--check")
        again = ran("load_dataset", str(FIXTURES), "--replace")
        assert "0 added, 0 corrected" in again

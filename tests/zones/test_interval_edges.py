"""No day from or until which an answer holds is shown finer than some document writes it."""

from __future__ import annotations

import csv
import io
import random
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.rounds import rounds
from tests.zones import oracle
from tests.zones.datasets import Row, change_rows
from zones.dataset.load import load_dataset
from zones.rules.partial_dates import first_day_text, last_day_text
from zones.selectors.snapshot import forget

DAY = timedelta(days=1)
TOPIC = "import-single-transaction-limit"


def next_day(day: str) -> str:
    return (date.fromisoformat(day) + DAY).isoformat()


def some_cut(chance: random.Random, written: str, *, last: bool = False) -> str:
    """A date, or the same written shorter where it is the first, or the last, day of as much."""
    reckoned = last_day_text if last else first_day_text
    ways = [cut for cut in (written[:7], written[:4]) if written and reckoned(cut) == written]
    return chance.choice(ways) if ways and chance.random() < 0.7 else written


def cut_short(folder: Path, seed: int) -> dict[str, list[Row]]:
    """Write many dates of the dataset cut short; the tables as they are then."""
    chance = random.Random(seed)
    tables: dict[str, list[Row]] = {}

    def policies(rows: list[Row]) -> list[Row]:
        for row in rows:
            row["effective_from"] = some_cut(chance, row["effective_from"])
            row["effective_to"] = some_cut(chance, row["effective_to"], last=True)
        return rows

    def zones(rows: list[Row]) -> list[Row]:
        for row in rows:
            if len(row["designated_on"]) == 10 and not row["ended_on"] and chance.random() < 0.5:
                row["designated_on"] = row["designated_on"][:7]
            elif row["ended_on"]:
                row["ended_on"] = row["ended_on"][: chance.choice((7, 10))]
        return rows

    def keep(name: str, change: Callable[[list[Row]], list[Row]]) -> None:
        def changed(rows: list[Row]) -> list[Row]:
            tables[name] = change(rows)
            return tables[name]

        change_rows(folder / f"{name}.csv", changed)

    keep("policies", policies)
    keep("zones", zones)
    keep("zone_coverage", lambda rows: rows)
    return tables


class Documents:
    """Every date that a document writes, by topic and by city."""

    def __init__(self, tables: dict[str, list[Row]]) -> None:
        self.of_topic: dict[str, set[tuple[str, bool]]] = {}
        self.of_city: dict[str, set[tuple[str, bool]]] = {}
        for row in tables["policies"]:
            own = self.of_topic.setdefault(row["topic"], set())
            own |= {(row["effective_from"], False), (row["effective_to"], True)}
        for row in tables["zones"]:
            dates = (row["designated_on"], row["ended_on"])
            self.of_city.setdefault(row["city"], set()).update((text, False) for text in dates)
        for row in tables["zone_coverage"]:
            dates = (row["covered_from"], row["covered_until"])
            self.of_city.setdefault(row["city"], set()).update((text, False) for text in dates)

    def writes(self, topic: str, city: str, day: str) -> set[str]:
        """How the first day after an edge is written: as a first day, or after a last one."""
        found = set()
        for text, last in self.of_topic[topic] | self.of_city.get(city, set()):
            if text and not last and first_day_text(text) == day:
                found.add(text)
            if text and last and next_day(last_day_text(text)) == day:
                found.add(day if len(text) == 10 else f"after {text}")
        return found


def shown(cell: dict[str, Any]) -> tuple[str, str]:
    """The edges of a cell as its first day, and as the first day without it."""
    until: str = cell["until_written"] or ""
    side, _, written = until.rpartition(" ")
    if not until or side:
        return cell["from_written"], written
    return cell["from_written"], next_day(until) if len(until) == 10 else f"after {until}"


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(rounds(3, on_sqlite=1)))
def test_no_edge_is_told_finer_than_a_document_does(
    folder: Path, client: Client, seed: int, elsewhere: Callable[[], AbstractContextManager[None]]
) -> None:
    documents = Documents(cut_short(folder, seed))
    chance = random.Random(100 + seed)
    with elsewhere():
        forget()
        load_dataset(folder)
        cells = cut = 0
        cities = chance.sample(sorted(oracle.CITIES), 12)
        for cityset in (cities[:6], cities[6:], ["Somewhere:CN-GD:5100", "Suihua:CN-HL:1900"]):
            day = date(2013, 1, 1) + DAY * chance.randrange(5000)
            asked = f"cities={','.join(cityset)}&as_of={day}"
            for row in client.get(f"/api/v1/compare/?{asked}").json()["rows"]:
                for city, cell in zip(cityset, row["cells"], strict=True):
                    if not cell["policy"]:
                        continue
                    first, gone = shown(cell)
                    topic = row["topic"]["slug"]
                    assert first in documents.writes(topic, city, cell["from"]), (topic, city)
                    cells += 1
                    cut += len(first) != 10 or len(gone) not in (0, 10)
                    if cell["until"]:
                        told = documents.writes(topic, city, next_day(cell["until"]))
                        assert gone in told, (topic, city, cell, told)
        assert cells > 300
        assert cut > 50
    forget()


def with_limit(folder: Path, scope: tuple[str, str], start: str, end: str = "") -> None:
    """Give a body a limit of its own."""

    def change(rows: list[Row]) -> list[Row]:
        nation = next(row for row in rows if row["topic"] == TOPIC)
        own = {"scope_kind": scope[0], "scope_code": scope[1], "value": "7000"}
        return [*rows, nation | own | {"effective_from": start, "effective_to": end}]

    change_rows(folder / "policies.csv", change)


def text_of(client: Client, address: str) -> str:
    """What a page says, in the language it is asked in."""
    client.cookies.clear()  # one that was asked for before is kept
    answer: Any = client.get(address, headers={"Accept-Language": "en"})
    assert answer.status_code == 200, address
    return unescape(re.sub(r"<[^>]*>", "", answer.content.decode()))


def cell_of(client: Client, place: str, day: str) -> dict[str, Any]:
    answer: Any = client.get(f"/api/v1/compare/?cities={place}&topic={TOPIC}&as_of={day}")
    found: dict[str, Any] = answer.json()["rows"][0]["cells"][0]
    return found


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("start", "words", "chinese"),
    [("2020-06", "Jun 2020", "2020年6月"), ("2020", "2020", "2020年")],
)
@pytest.mark.parametrize("place", ["hangzhou", "Tonglu:CN-ZJ:2900"])
def test_what_a_month_ends_is_told_until_before_that_month(
    part: Path, client: Client, start: str, words: str, chinese: str, place: str
) -> None:
    body = ("city", "hangzhou") if place == "hangzhou" else ("customs_district", "2900")
    with_limit(part, body, start)
    load_dataset(part)
    first = first_day_text(start)
    last = (date.fromisoformat(first) - DAY).isoformat()
    cell = cell_of(client, place, last)
    assert (cell["until"], cell["until_written"]) == (last, f"before {start}")
    later = cell_of(client, place, first)
    assert (later["from"], later["from_written"]) == (first, start)
    asked = f"cities={place}&topic={TOPIC}&as_of={last}"
    table = client.get(f"/api/v1/compare/?{asked}&format=csv").content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(table))
    assert row["until_written"] == f"before {start}"
    own = f"/cities/{place}" if place == "hangzhou" else f"/places/{place}"
    never = f"{date.fromisoformat(last):%-d %b %Y}"
    for page in (f"/compare/?{asked}", f"{own}/?as_of={last}", f"{own}/{TOPIC}/?as_of={last}"):
        text = text_of(client, page)
        assert f"until before {words}" in text, page
        assert page.startswith(f"{own}/?") or not re.search(f"(until|–) {never}", text)
        assert f"{chinese}之前" in text_of(client, f"{page}&lang=zh-hans")


@pytest.mark.django_db
def test_what_follows_a_month_is_told_after_it(part: Path, client: Client) -> None:
    with_limit(part, ("city", "hangzhou"), "2019-03", "2019-11")
    load_dataset(part)
    wide = cell_of(client, "hangzhou", "2019-12-15")
    assert (wide["from"], wide["from_written"]) == ("2019-12-01", "after 2019-11")
    early = cell_of(client, "hangzhou", "2019-02-15")
    assert (early["from_written"], early["until_written"]) == ("2019-01-01", "before 2019-03")
    own = cell_of(client, "hangzhou", "2019-05-15")
    assert (own["from_written"], own["until_written"]) == ("2019-03", "2019-11")
    for page in ("/cities/hangzhou/changes/", f"/changes/?topic={TOPIC}"):
        assert "after Nov 2019" in text_of(client, page)
    assert "1 Dec 2019" not in text_of(client, f"/cities/hangzhou/{TOPIC}/")

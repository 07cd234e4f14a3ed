"""What waits in the research queue: gaps, doubts, documents and rows of every table."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from cbec_portal.china_time import today_in_china
from tests.zones import oracle
from tests.zones.desk.queues import waiting
from zones.dataset.table_registry import registry, table_named
from zones.rules.vocabulary import Certainty, ToResearch
from zones.selectors.inquiry import Inquiry
from zones.selectors.research_queue import research_queue
from zones.selectors.snapshot import current_snapshot

pytestmark = pytest.mark.django_db


def test_gaps_are_those_of_the_fixtures() -> None:
    day = today_in_china().isoformat()
    gaps: Counter[str] = Counter()
    for city in oracle.read("cities"):
        for topic in oracle.read("topics"):
            if oracle.answer(city["slug"], topic["slug"], day)[0] == "not-researched":
                gaps[topic["slug"]] += 1
    found = {entry.topic: entry.cities for entry in waiting(ToResearch.NOT_RESEARCHED)}
    assert found == dict(gaps)


def test_policies_that_answer_today_wait_for_what_is_doubtful(
    answering: dict[str, set[str]],
) -> None:
    policies = {oracle.key_of(row): row for row in oracle.read("policies")}
    sources = {row["id"]: row for row in oracle.read("sources")}
    own = {
        ToResearch.UNVERIFIED: lambda row: row["verification"] == "unverified",
        ToResearch.CAVEAT: lambda row: row["caveat_en"],
        ToResearch.REPEALED: lambda row: sources[row["source_id"]]["status"] == "repealed",
    }
    for kind, waits in own.items():
        expected = {key: len(cities) for key, cities in answering.items() if waits(policies[key])}
        found = {
            ".".join(part.key): len(part.places)
            for entry in waiting(kind)
            for part in (entry.parts or (entry,))
            if part.table == "policies"
        }
        assert found == expected, kind


def _unverified(row: dict[str, str]) -> bool:
    return row["verification"] == "unverified"


#: The tables but that of policies whose rows say how sure they are, with the column of their
#: document and that of their doubts, where they have them.
DOUBTFUL_TABLES = {
    "zones": ("", "caveat_en"),
    "zone_coverage": ("", ""),
    "batches": ("source_id", "caveat_en"),
    "statistics": ("", ""),
    "requirements": ("source_id", "caveat_en"),
}


@pytest.mark.parametrize("name", DOUBTFUL_TABLES)
def test_doubtful_rows_of_every_other_table_wait_too(name: str) -> None:
    """As the fixtures say plainly: rows nobody verified, on repealed documents, with caveats."""
    document, doubts = DOUBTFUL_TABLES[name]
    table, rows = table_named(name), oracle.read(name)
    repealed = {row["id"] for row in oracle.read("sources") if row["status"] == "repealed"}
    expected = {
        ToResearch.UNVERIFIED: {table.key_of(row) for row in rows if _unverified(row)},
        ToResearch.CAVEAT: {table.key_of(row) for row in rows if doubts and row[doubts]},
    }
    if document:
        expected[ToResearch.REPEALED] = {
            table.key_of(row) for row in rows if row[document] in repealed
        }
    for kind, keys in expected.items():
        found = [
            part.key
            for entry in waiting(kind)
            for part in (entry.parts or (entry,))
            if part.table == name
        ]
        assert len(found) == len(set(found))
        assert set(found) == keys, kind
    # No covered city of the fixtures is unverified.
    assert bool(sum(map(len, expected.values()))) == (name != "zone_coverage")


def test_no_table_that_says_how_sure_it_is_is_left_out() -> None:
    sure = {
        table.name
        for table in registry
        if any(column.name == "verification" for column in table.columns)
    }
    assert sure == {*DOUBTFUL_TABLES, "policies"}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_same_caveat_is_one_entry_for_all_rows_that_say_it(
    answering: dict[str, set[str]], language: str
) -> None:
    """Whichever table they are of."""
    policies = {oracle.key_of(row): row for row in oracle.read("policies")}
    said: dict[tuple[str, str], set[str]] = {}
    for name, (_document, doubts) in DOUBTFUL_TABLES.items():
        for row in oracle.read(name) if doubts else []:
            if row["caveat_en"]:
                key = ".".join(table_named(name).key_of(row))
                said.setdefault((row["caveat_en"], row["caveat_zh"]), set()).add(key)
    others = set().union(*said.values())
    for key in answering:
        words = policies[key]["caveat_en"], policies[key]["caveat_zh"]
        if any(words):
            said.setdefault(words, set()).add(key)
    kept = current_snapshot()
    asked = Inquiry(kept, kept.newest, today_in_china(), language, Certainty.UNVERIFIED)
    entries = research_queue(asked, [ToResearch.CAVEAT])
    assert len(entries) == len({entry.subject for entry in entries}) == len(said)
    told = {frozenset(".".join(part.key) for part in entry.parts): entry for entry in entries}
    for words, keys in said.items():
        entry = told[frozenset(keys)]
        assert words[language != "en"] in (entry.detail, entry.title)
        if not keys & others:
            assert entry.cities == len(set().union(*(answering[key] for key in keys)))
        weights = [part.weight for part in entry.parts]
        assert weights == sorted(weights, reverse=True)


def test_gaps_name_the_cells_that_lack_an_answer_each_once() -> None:
    day = today_in_china().isoformat()
    cities = {city["slug"]: city for city in oracle.read("cities")}
    lacks: dict[str, set[str]] = {}
    for topic in oracle.read("topics"):
        for slug in cities:
            if oracle.answer(slug, topic["slug"], day)[0] == "not-researched":
                lacks.setdefault(topic["slug"], set()).add(slug)
    kinds = set()
    for entry in waiting(ToResearch.NOT_RESEARCHED):
        named: list[str] = []
        for part in entry.parts:
            kind, code = part.cells["scope_kind"], part.cells["scope_code"]
            assert part.cells["topic"] == entry.topic
            own = [c for c, row in cities.items() if (c if kind == "city" else row[kind]) == code]
            assert len(part.places) == len(own) > 0
            named += own
            kinds.add(kind)
        assert sorted(named) == sorted(lacks[entry.topic])
    assert {"city", "customs_district"} <= kinds


def test_documents_without_an_address_are_those_that_answers_rest_on(
    answering: dict[str, set[str]],
) -> None:
    policies = {oracle.key_of(row): row for row in oracle.read("policies")}
    sources = {row["id"]: row for row in oracle.read("sources")}
    expected: dict[str, set[str]] = {}
    for key, cities in answering.items():
        document = policies[key]["source_id"]
        if not sources[document]["official_url"]:
            expected.setdefault(document, set()).update(cities)
    found = {entry.subject: entry.cities for entry in waiting(ToResearch.NO_ADDRESS)}
    assert found == {document: len(cities) for document, cities in expected.items()}


def test_what_is_older_than_its_topic_allows_is_to_be_read_again() -> None:
    found = {entry.subject for entry in waiting(ToResearch.OUTDATED)}
    assert all(entry.kind is ToResearch.OUTDATED for entry in waiting(ToResearch.OUTDATED))
    kept = current_snapshot()
    later = Inquiry(
        kept, kept.newest, today_in_china() + timedelta(days=4000), "en", Certainty.UNVERIFIED
    )
    then = {entry.subject for entry in research_queue(later, [ToResearch.OUTDATED])}
    assert len(then) > len(found)


def test_a_focus_area_narrows_it() -> None:
    areas = {row["slug"]: row["focus_area"] for row in oracle.read("topics")}
    everything = waiting()
    for area in set(areas.values()):
        found = waiting(focus_area=area)
        assert {areas[topic] for entry in found for topic in entry.topics} <= {area}
        about = [{areas[topic] for topic in entry.topics} for entry in everything]
        assert len(found) == sum(area in own for own in about)

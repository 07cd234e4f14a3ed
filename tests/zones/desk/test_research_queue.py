"""The research queue: what waits, by how much depends on it, who looks into it, and what rests."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext, override

from cbec_portal.china_time import today_in_china
from cbec_portal.day_words import day_in_words
from checklists.selectors.research_entries import checklists_by_cell
from tests.checklists.cast import started
from tests.conftest import log_in_staff
from tests.zones import oracle
from tests.zones.desk.acts import proposed, published, row_of, submitted, taken_out, written
from zones.admin.queue_entries import shown_entry
from zones.dataset.table_registry import registry, table_named
from zones.desk.cell_words import CellWords
from zones.desk.entry_assignments import assign, let_rest
from zones.desk.held_sets import MovedOnError
from zones.desk.proposals import settle
from zones.models import City, Policy, ResearchMark, Source
from zones.rules.vocabulary import Certainty, ToResearch
from zones.selectors import queue_weights
from zones.selectors.affected_cities import COUNTERS, affected_cities, cities_of_bodies
from zones.selectors.inquiry import Inquiry
from zones.selectors.queue_entry import QueueEntry
from zones.selectors.queue_weights import add_cell_weights
from zones.selectors.research_queue import research_queue
from zones.selectors.snapshot import current_snapshot

pytestmark = pytest.mark.django_db


def inquiry() -> Inquiry:
    kept = current_snapshot()
    return Inquiry(kept, kept.newest, today_in_china(), "en", Certainty.UNVERIFIED)


def waiting(*kinds: ToResearch, focus_area: str = "") -> list[QueueEntry]:
    return research_queue(inquiry(), kinds, focus_area)


@pytest.fixture(scope="module")
def answering() -> dict[str, set[str]]:
    """The cities that each policy answers today, by its key, as the fixtures say plainly."""
    day, found = today_in_china().isoformat(), {}
    for city in oracle.read("cities"):
        for topic in oracle.read("topics"):
            state, _value, keys = oracle.answer(city["slug"], topic["slug"], day)
            if keys and state in ("stated", "none-found", "not-applicable"):
                found.setdefault(keys[0], set()).add(city["slug"])
    return found


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


@pytest.mark.parametrize("slug", ["hangzhou", "lhasa", ""])
def test_a_checklist_weighs_only_where_it_is_about(slug: str) -> None:
    """What says nothing of its city is not looked into earlier for it, and every part says so."""
    before = {(e.kind, e.subject): e.weight for e in waiting()}
    if slug:
        city = City.objects.get(slug=slug)
    else:  # one whose answer to what a checklist tests is doubtful
        parts = (part for entry in waiting(ToResearch.CAVEAT) for part in entry.parts)
        doubtful = next(part for part in parts if part.topic == "bonded-import-1210")
        city = City.objects.get(pk=min(doubtful.places))
    started(city.slug)
    cells = {topic for topic, place in checklists_by_cell() if place == city.pk}
    assert cells
    touched = 0
    for entry in waiting():
        if entry.topic and entry.places:
            assert entry.checklists == (entry.topic in cells and city.pk in entry.places)
        for part in entry.parts:
            assert part.checklists == (part.topic in cells and city.pk in part.places)
        if not any(entry.topics):
            continue
        at_most = sum(part.checklists for part in entry.parts)
        assert not entry.parts or (
            entry.checklists <= at_most and bool(entry.checklists) == bool(at_most)
        )
        touched += entry.weight > before[entry.kind, entry.subject]
    assert touched or slug


def test_a_checklist_of_several_cities_counts_once() -> None:
    kept = queue_weights._cell_weights
    entry = next(own for own in waiting(ToResearch.NOT_RESEARCHED) if len(own.parts) > 9)
    add_cell_weights(lambda: {(entry.topic, city): {1} for city in entry.places})
    try:
        (again,) = (o for o in waiting(ToResearch.NOT_RESEARCHED) if o.subject == entry.subject)
    finally:
        kept.pop()
    assert again.checklists == 1
    assert {part.checklists for part in again.parts} == {1}


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


def test_cells_of_cities_with_open_checklists_come_first() -> None:
    started("hangzhou")
    (topic,) = {row for row in checklists_by_cell() if row[0] == "bonded-import-1210"}
    assert len(checklists_by_cell()[topic]) == 1
    assert topic[1] == City.objects.get(slug="hangzhou").pk
    entry = next(own for own in waiting(ToResearch.NOT_RESEARCHED) if len(own.parts) > 9)
    add_cell_weights(lambda: {(entry.topic, max(entry.places)): {1}})
    try:
        (again,) = (o for o in waiting(ToResearch.NOT_RESEARCHED) if o.subject == entry.subject)
    finally:
        queue_weights._cell_weights.pop()
    assert again.parts[0].places == {max(entry.places)}
    assert [part.checklists for part in again.parts[:2]] == [1, 0]


def test_topic_and_programme_narrow_it_and_each_choice_counts(analyst: Any) -> None:
    """The page narrows by each box; a choice tells how many entries it would leave."""
    client = Client()
    log_in_staff(client, analyst)
    page = reverse("admin:desk-queue")
    for asked in ({}, {"kind": "not-researched"}, {"programme": "service-pilot"}):
        shown = client.get(page, asked).context
        for box in shown["boxes"]:
            for value, words, is_chosen in box["choices"][:6]:
                own = client.get(page, {**asked, box["name"]: value}).context
                told = int(words.rpartition("(")[2].rstrip(")").replace(",", ""))
                assert own["count"] == told > 0, (asked, box["name"], value)
                assert is_chosen == (asked.get(box["name"]) == value)
    inside = {
        row["city"]
        for row in oracle.read("zones")
        if row["programme"] == "service-pilot" and row["designated_on"] and not row["ended_on"]
    }
    entries = client.get(page, {"programme": "service-pilot", "kind": "not-researched"}).context
    codes = {
        city.slug
        for one in entries["entries"]
        for city in City.objects.filter(pk__in=one["entry"].places)
    }
    assert codes
    assert codes <= inside


@pytest.mark.parametrize("kind", ["caveat", "not-researched", "no-address", "unverified"])
def test_each_entry_leads_to_a_form_with_what_is_known_filled_in(analyst: Any, kind: str) -> None:
    client = Client()
    log_in_staff(client, analyst)
    address = f"{reverse('admin:desk-queue')}?kind={kind}&lang=en"
    shown = client.get(address)
    text = shown.content.decode()
    for one in shown.context["entries"][:4]:
        for own in one["parts"][:2] or [one]:
            assert f'href="{escape(own["address"])}">{own["act"]}<' in text
            is_answer = "/policies/" in own["address"]
            assert (own["act"] == "Propose an answer") == is_answer, "it says what it opens"
            form = client.get(own["address"])
            assert form.status_code == 200
            assert 'name="new_set"' in form.content.decode()
        if not one["parts"]:
            continue
        assert len(one["parts"]) <= 5
        assert one["more"] == len(one["entry"].parts) - len(one["parts"]) or not one.get("more")
        part = one["entry"].parts[0]
        if part.cells:
            form = client.get(one["parts"][0]["address"])
            boxes = {box.column.name: box.cell for box in form.context["boxes"]}
            assert boxes["topic"] == part.topic
            assert boxes["scope_kind"] == part.cells["scope_kind"]
            assert boxes["scope_code"] == part.cells["scope_code"]
    first = next((one for one in shown.context["entries"] if one["parts"]), None)
    assert bool(first) == (kind in ("caveat", "not-researched"))
    if first:
        alone = client.get(address, {"kind": kind, "subject": first["entry"].subject})
        (only,) = alone.context["entries"]
        assert len(only["parts"]) == len(first["entry"].parts)


def test_a_group_is_taken_and_rests_as_one(analyst: Any) -> None:
    entry = next(own for own in waiting(ToResearch.CAVEAT) if len(own.parts) > 5)
    until = today_in_china() + timedelta(days=9)
    assign(entry.kind, entry.subject, analyst, to=analyst)
    let_rest(entry.kind, entry.subject, analyst, until=until, reason="Asked the customs.")
    again = next(own for own in waiting(ToResearch.CAVEAT) if own.subject == entry.subject)
    assert again.mark is not None
    assert (again.mark.assignee, again.mark.rests_until) == (analyst, until)
    client = Client()
    log_in_staff(client, analyst)
    page = reverse("admin:desk-queue")
    shown = client.get(page, {"kind": "caveat", "resting": "1"}).context["entries"]
    assert [one["entry"].subject for one in shown] == [entry.subject]


@pytest.mark.parametrize("kind", [ToResearch.NOT_RESEARCHED, ToResearch.CAVEAT])
def test_one_of_a_group_is_taken_and_rests_by_itself(
    analyst: Any, other_analyst: Any, kind: ToResearch
) -> None:
    """Nobody who does is it once more among the others; what rests is not counted twice."""
    group = next(own for own in waiting(kind) if len(own.parts) > 5)
    part, until = group.parts[3], today_in_china() + timedelta(days=9)
    client = Client()
    log_in_staff(client, analyst)
    page = reverse("admin:desk-queue")
    shown = client.get(page, {"kind": kind.value, "subject": group.subject})
    assert f'value="{part.subject}"' in shown.content.decode()
    posted = {"kind": kind.value, "subject": part.subject}

    def now() -> tuple[QueueEntry | None, QueueEntry]:
        own = {entry.subject: entry for entry in waiting(kind)}
        return own.get(part.subject), own[group.subject]

    assert client.post(page, {**posted, "do": "take"}).status_code == 303
    alone, left = now()
    assert alone is not None
    assert alone.mark is not None
    assert (alone.mark.assignee, alone.is_apart) == (analyst, True)
    assert (alone.key, alone.cells, alone.places) == (part.key, part.cells, part.places)
    assert alone.places <= group.places
    assert [own.subject for own in left.parts] == [
        own.subject for own in group.parts if own != part
    ]
    assert left.places == frozenset().union(*(own.places for own in left.parts))
    assert left.mark is None
    listed = client.get(page, {"kind": kind.value, "mine": "1"}).context["entries"]
    assert [one["entry"].subject for one in listed] == [part.subject]
    words = group.detail or group.title
    assert kind != ToResearch.CAVEAT or words in (alone.detail, alone.title)

    late = client.post(page, {**posted, "do": "rest", "until": "2020-01-01", "reason": "It waits."})
    assert late.status_code == 400
    rest = {**posted, "do": "rest", "until": until.isoformat(), "reason": "Asked the customs."}
    assert client.post(page, rest).status_code == 303
    resting = client.get(page, {"kind": kind.value, "resting": "1"}).context["entries"]
    assert [one["entry"].subject for one in resting] == [part.subject]

    assert client.post(page, {**posted, "do": "give_back", "held_by": "ana"}).status_code == 303
    assert now()[0] is not None, "it rests still"
    assert client.post(page, {**posted, "do": "wake"}).status_code == 303
    gone, whole = now()
    assert gone is None
    assert len(whole.parts) == len(group.parts)


def test_what_was_typed_for_one_of_a_group_is_given_back(analyst: Any) -> None:
    group = next(own for own in waiting(ToResearch.NOT_RESEARCHED) if len(own.parts) > 5)
    client = Client()
    log_in_staff(client, analyst)
    posted = {"kind": group.kind.value, "subject": group.parts[0].subject, "do": "rest"}
    answer = client.post(
        reverse("admin:desk-queue"), {**posted, "until": "2020-01-01", "reason": "It waits."}
    )
    html = answer.content.decode()
    assert answer.status_code == 400
    assert html.count('value="It waits."') == html.count('value="2020-01-01"') == 1


def test_a_mark_of_a_row_from_before_caveats_were_grouped_is_honoured(analyst: Any) -> None:
    """It was stored by what names the row among entries, as that of one of a group is."""
    group = next(own for own in waiting(ToResearch.CAVEAT) if len(own.parts) > 5)
    row = next(own for own in group.parts if own.table == "policies")
    named = Policy.objects.current().filter(topic__slug=row.key[0])
    (own,) = (one for one in named if one.key_parts == row.key)
    assign(ToResearch.CAVEAT, own.identity, analyst, to=analyst)
    alone = next(one for one in waiting(ToResearch.CAVEAT) if one.subject == own.identity)
    assert alone.key == row.key
    assert alone.mark is not None
    assert alone.mark.assignee == analyst


def test_the_page_takes_as_many_queries_however_many_parts_it_shows(analyst: Any) -> None:
    client = Client()
    log_in_staff(client, analyst)
    page = reverse("admin:desk-queue")
    entry = max(waiting(ToResearch.CAVEAT), key=lambda own: len(own.parts))
    asked = {"kind": "caveat", "subject": entry.subject}
    client.get(page, asked)
    with CaptureQueriesContext(connection) as alone:
        client.get(page, asked)
    with CaptureQueriesContext(connection) as many:
        client.get(page)
    assert len(alone) == len(many) <= 40


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


def test_the_weightiest_comes_first_and_open_checklists_weigh() -> None:
    entries = waiting()
    assert [entry.weight for entry in entries] == sorted(
        (entry.weight for entry in entries), reverse=True
    )
    before = {(e.kind, e.subject): e.checklists for e in entries}
    assert not any(before.values())
    checklist = started("hangzhou")
    after = {(e.kind, e.subject): e.checklists for e in waiting()}
    assert set(after.values()) == {0, 1}
    type(checklist).objects.update(closed_at="2026-11-24T00:00:00Z")
    assert not any(entry.checklists for entry in waiting())


def test_a_focus_area_narrows_it() -> None:
    areas = {row["slug"]: row["focus_area"] for row in oracle.read("topics")}
    everything = waiting()
    for area in set(areas.values()):
        found = waiting(focus_area=area)
        assert {areas[topic] for entry in found for topic in entry.topics} <= {area}
        about = [{areas[topic] for topic in entry.topics} for entry in everything]
        assert len(found) == sum(area in own for own in about)


def test_it_takes_as_many_queries_for_any_number_of_checklists(
    django_assert_max_num_queries: Any, analyst: Any
) -> None:
    waiting()
    for _ in range(2):
        with django_assert_max_num_queries(28):
            waiting()
        started("hangzhou")
        assign(ToResearch.CAVEAT, waiting(ToResearch.CAVEAT)[-1].subject, analyst, to=analyst)


def test_somebody_takes_an_entry_and_lets_it_rest(analyst: Any, reviewer: Any) -> None:
    entry = waiting(ToResearch.CAVEAT)[0]
    own = (entry.kind.value, entry.subject)
    assign(*own, analyst, to=analyst)
    until = today_in_china() + timedelta(days=30)
    let_rest(*own, analyst, until=until, reason="The notice is announced for next month.")
    mark = waiting(ToResearch.CAVEAT)[0].mark
    assert mark is not None
    assert (mark.assignee, mark.rests_until, mark.name) == (analyst, until, "ana")
    for wrong in (
        lambda: let_rest(*own, analyst, until=today_in_china(), reason="x"),
        lambda: let_rest(*own, analyst, until=until, reason=" "),
        lambda: assign("no-such-kind", "x", analyst, to=None),
        lambda: assign(own[0], "x" * 300, analyst, to=None),
    ):
        with pytest.raises(ValidationError):
            wrong()
    with pytest.raises(PermissionDenied):
        assign(*own, reviewer, to=reviewer)
    assert ResearchMark.objects.count() == 1


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_page_shows_what_waits_and_hides_what_rests(analyst: Any, language: str) -> None:
    client = Client()
    log_in_staff(client, analyst)
    page = reverse("admin:desk-queue")
    entry = waiting(ToResearch.CAVEAT)[0]
    own = {"kind": entry.kind.value, "subject": entry.subject}
    asked = f"{page}?kind=caveat&lang={language}"
    assert entry.subject in client.get(asked).content.decode()
    assert client.post(asked, {"do": "take", **own}).status_code == 303
    assert entry.subject in client.get(f"{asked}&mine=1").content.decode()
    until = (today_in_china() + timedelta(days=5)).isoformat()
    refused = client.post(asked, {"do": "rest", "until": "soon", "reason": "x", **own})
    assert refused.status_code == 400
    told = client.post(asked, {"do": "rest", "until": until, "reason": "x", **own}, follow=True)
    with override(language):
        words = gettext("It rests until %s, and stands among what rests.") % day_in_words(until)
    assert words in told.content.decode()
    told = client.post(asked, {"do": "rest", "until": until, "reason": "x", **own})
    assert told.status_code == 303
    assert entry.subject not in client.get(f"{asked}&mine=1").content.decode()
    assert entry.subject in client.get(f"{asked}&resting=1").content.decode()
    assert client.post(asked, {"do": "wake", **own}).status_code == 303
    assert entry.subject in client.get(f"{asked}&mine=1").content.decode()


LIMIT = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")


@pytest.mark.parametrize("make", [proposed, submitted])
def test_a_row_whose_base_moved_waits_until_it_is_settled(
    analyst: Any, reviewer: Any, make: Any
) -> None:
    own = make(analyst, written("policies", LIMIT, value="6000"))
    other = proposed(analyst, taken_out("policies", LIMIT))
    assert waiting(ToResearch.CONFLICT) == []
    published(analyst, reviewer, written("policies", LIMIT, value="7000"))
    found = {entry.change_set: entry for entry in waiting(ToResearch.CONFLICT)}
    assert found.keys() == {own.pk, other.pk}
    assert "value: 6000 / 7000" in found[own.pk].detail
    assert {entry.cities for entry in found.values()} == {len(oracle.read("cities"))}
    assert found[own.pk].subject == str(row_of(own).pk)
    area = {row["slug"]: row["focus_area"] for row in oracle.read("topics")}[LIMIT[0]]
    assert len(waiting(ToResearch.CONFLICT, focus_area=area)) == 2
    if make is proposed:
        settle(row_of(own), analyst, "value", mine=True)
        assert [entry.change_set for entry in waiting(ToResearch.CONFLICT)] == [other.pk]


def test_conflicts_take_as_many_queries_for_any_number_of_rows(
    analyst: Any, reviewer: Any, django_assert_num_queries: Any
) -> None:
    sets = [proposed(analyst, written("policies", LIMIT, value="6000"))]
    published(analyst, reviewer, written("policies", LIMIT, value="7000"))
    waiting(ToResearch.CONFLICT)
    with CaptureQueriesContext(connection) as one:
        assert len(waiting(ToResearch.CONFLICT)) == 1
    published(analyst, reviewer, written("policies", LIMIT, value="5000"))
    sets += [proposed(analyst, written("policies", LIMIT, value=str(n))) for n in range(8000, 8003)]
    published(analyst, reviewer, written("policies", LIMIT, value="7000"))
    waiting(ToResearch.CONFLICT)
    with django_assert_num_queries(len(one)):
        assert {entry.change_set for entry in waiting(ToResearch.CONFLICT)} == {
            own.pk for own in sets
        }


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_conflict_leads_to_its_set(analyst: Any, reviewer: Any, language: str) -> None:
    own = proposed(analyst, written("policies", LIMIT, value="6000"))
    published(analyst, reviewer, written("policies", LIMIT, value="7000"))
    client = Client()
    log_in_staff(client, analyst)
    page = client.get(f"{reverse('admin:desk-queue')}?kind=conflict&lang={language}")
    text = page.content.decode()
    assert f'href="{reverse("admin:desk-set", args=[own.pk])}"' in text
    assert {"en": "proposal in conflict", "zh-hans": "提议有冲突"}[language] in text


def test_a_conflict_names_columns_as_people_do(analyst: Any, reviewer: Any) -> None:
    proposed(analyst, written("policies", LIMIT, clause_zh="第八条"))
    published(analyst, reviewer, written("policies", LIMIT, clause_zh="第九条"))
    gone = proposed(analyst, written("policies", LIMIT, value="6000"))
    client = Client()
    log_in_staff(client, analyst)
    asked = f"{reverse('admin:desk-queue')}?kind=conflict&lang="
    for language, words in (("zh-hans", "中文条款："), ("en", "Chinese clause: ")):
        page = client.get(f"{asked}{language}")
        told = page.content.decode()
        assert f"{words}第八条 / 第九条" in told
        assert "clause_zh" not in told
    published(analyst, reviewer, taken_out("policies", LIMIT))
    found = {entry.change_set: entry for entry in waiting(ToResearch.CONFLICT)}
    assert found[gone.pk].detail.startswith("the whole row: ")
    # Nothing answers any more: it weighs the cities that the row would bind.
    assert found[gone.pk].cities == len(oracle.read("cities"))


def test_a_conflict_weighs_what_rests_on_its_row(
    analyst: Any, reviewer: Any, answering: dict[str, set[str]]
) -> None:
    policies = {oracle.key_of(row): row for row in oracle.read("policies")}
    topics = {row["slug"]: row["focus_area"] for row in oracle.read("topics")}
    by: dict[tuple[str, ...], set[str]] = {}
    for key, cities in answering.items():
        own = policies[key]
        for row in (
            ("sources", own["source_id"]),
            ("topics", own["topic"]),
            ("focus_areas", topics[own["topic"]]),
            ("choices", own["topic"], own["value"]),
        ):
            by.setdefault(row, set()).update(cities)
    cities = oracle.read("cities")
    expected = {
        ("sources", "mof-gacc-sta-2018-49"): len(by["sources", "mof-gacc-sta-2018-49"]),
        ("topics", LIMIT[0]): len(by["topics", LIMIT[0]]),
        ("focus_areas", "payment"): len(by["focus_areas", "payment"]),
        ("choices", "bonded-import-1210", "listed"): len(
            by["choices", "bonded-import-1210", "listed"]
        ),
        ("cities", "hangzhou"): 1,
        ("zones", "comprehensive", "hangzhou"): 1,
    }
    for table, *key in expected:
        found = affected_cities(inquiry(), table, [tuple(key)])
        assert found.get(tuple(key), 0) == expected[table, *key], table
    for kind, code in (("province", "CN-ZJ"), ("customs_district", "2900")):
        lying = sum(row[kind] == code for row in cities)
        assert cities_of_bodies(inquiry(), kind, [(code,)]) == {(code,): lying}
    members = {
        row["city"]
        for name, column in (("zones", "city"), ("zone_coverage", "city"))
        for row in oracle.read(name)
        if row["programme"] == "retail-import"
    }
    programme = affected_cities(inquiry(), "programmes", [("retail-import",)])
    assert 0 < programme["retail-import",] <= len(members)
    batches = [(row["programme"], row["number"]) for row in oracle.read("batches")]
    assert set(affected_cities(inquiry(), "batches", batches)) == set(batches)
    for table in ("indicators", "statistics", "aliases", "templates"):
        assert affected_cities(inquiry(), table, [("x", "y")]) == {}
    assert {table.name for table in registry} >= set(COUNTERS)


def test_open_checklists_weigh_on_rows_of_any_table(analyst: Any, reviewer: Any) -> None:
    template = "import-1210-seller"
    proposed(analyst, written("templates", (template,), name_en="Another name"))
    published(analyst, reviewer, written("templates", (template,), name_en="A third name"))
    assert [entry.checklists for entry in waiting(ToResearch.CONFLICT)] == [0]
    started("hangzhou")
    assert [entry.checklists for entry in waiting(ToResearch.CONFLICT)] == [1]
    assert {entry.checklists for entry in waiting(ToResearch.NO_ADDRESS)} <= {0, 1}


def test_an_entry_is_given_to_another_analyst(
    analyst: Any, other_analyst: Any, reviewer: Any, staff: Any
) -> None:
    client = Client()
    log_in_staff(client, analyst)
    address = reverse("admin:desk-queue")
    page = client.get(address, {"kind": ToResearch.CAVEAT}).content.decode()
    assert f">{other_analyst.username}</option>" in page
    for outsider in (reviewer, staff):
        assert f">{outsider.username}</option>" not in page
    entry = waiting(ToResearch.CAVEAT)[0]
    sent = {"do": "give", "kind": entry.kind, "subject": entry.subject}
    for nobody in (reviewer.username, staff.username, "", "no-one"):
        refused = client.post(address, {**sent, "to": nobody})
        assert refused.status_code == 400
        assert "choose one of the list" in refused.content.decode()
    assert client.post(address, {**sent, "to": other_analyst.username}).status_code == 303
    mark = ResearchMark.objects.get(kind=entry.kind, subject=entry.subject)
    assert (mark.assignee, mark.name) == (other_analyst, analyst.username)


@pytest.mark.parametrize("do", ["take", "give", "give_back"])
def test_who_acts_on_an_old_page_is_told_who_looks_into_it_now(
    analyst: Any, other_analyst: Any, do: str
) -> None:
    """Whoever took it meanwhile keeps it, and is told of as who has it, whichever page was sent."""
    client, page = Client(), reverse("admin:desk-queue")
    log_in_staff(client, analyst)
    entry = waiting(ToResearch.CAVEAT)[0]
    own = {"kind": entry.kind.value, "subject": entry.subject, "do": do, "to": analyst.username}
    shown = {True: analyst.username, False: ""}[do == "give_back"]
    assign(entry.kind, entry.subject, other_analyst, to=other_analyst)
    answer = client.post(page, {**own, "held_by": shown})
    assert answer.status_code == 409
    words = gettext("%(name)s looks into it by now: look at it as it is.")
    assert words % {"name": other_analyst.username} in answer.content.decode()
    held = f'name="held_by" value="{other_analyst.username}"'
    assert held in answer.content.decode(), "the page that is shown is of today"
    mark = ResearchMark.objects.get(kind=entry.kind, subject=entry.subject)
    assert mark.assignee == other_analyst
    assert client.post(page, {**own, "held_by": other_analyst.username}).status_code == 303


def test_an_entry_that_nobody_looks_into_any_more_is_told_of_as_such(analyst: Any) -> None:
    entry = waiting(ToResearch.CAVEAT)[0]
    assign(entry.kind, entry.subject, analyst, to=None)
    with pytest.raises(MovedOnError, match="Nobody looks into it"):
        assign(entry.kind, entry.subject, analyst, to=analyst, seen="ben")


@pytest.mark.parametrize(
    ("kind", "subject"),
    [("caveat", "nosuch|nosuch"), ("reported", "٣"), ("reported", "3"), ("dead-link", "nosuch")],
)
@pytest.mark.parametrize("do", ["take", "give_back", "rest", "wake"])
def test_what_the_queue_does_not_have_is_not_marked(
    analyst: Any, kind: str, subject: str, do: str
) -> None:
    client = Client()
    log_in_staff(client, analyst)
    said = {"kind": kind, "subject": subject, "do": do, "until": "2090-01-01", "reason": "x"}
    answer = client.post(reverse("admin:desk-queue"), said)
    assert answer.status_code == 400
    assert "The queue has no such entry" in answer.content.decode()
    assert not ResearchMark.objects.exists()


@pytest.mark.parametrize(
    ("act", "said"),
    [
        ("rest", {"until": "2020-01-01", "reason": "Wait for the announcement"}),
        ("rest", {"until": "tomorrow", "reason": "Wait for the announcement"}),
        ("rest", {"until": "2090-01-01", "reason": " "}),
    ],
)
def test_what_was_typed_for_an_entry_is_given_back_where_it_is_refused(
    analyst: Any, act: str, said: dict[str, str]
) -> None:
    client = Client()
    log_in_staff(client, analyst)
    address = reverse("admin:desk-queue")
    entry, other, *_more = client.get(address).context["entries"]
    posted = {"do": act, "kind": entry["entry"].kind, "subject": entry["entry"].subject, **said}
    answered = client.post(address, posted)
    assert answered.status_code == 400
    text = answered.content.decode()
    for cell in filter(str.strip, said.values()):
        assert text.count(f'value="{cell}"') == 1
    shown = {one["entry"].subject: one["said"] for one in answered.context["entries"]}
    assert shown[entry["entry"].subject]["until"] == said["until"]
    assert not any(shown[other["entry"].subject].values())


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("table", [table.name for table in registry])
def test_what_waits_is_told_without_the_words_of_files(table: str, language: str) -> None:
    own = table_named(table)
    with override(language):
        words = CellWords(language)
        for cells in [*own.current()][:40]:
            key = own.key_of(cells)
            told = words.own_part(own, key)
            for name, cell in zip(own.key[1:], key[1:], strict=True):
                column = own.column_named(name)
                if table != "policies" and column and column.read_out(cell) != cell:
                    assert column.read_out(cell) in told
            assert "CN" not in told.split() or table == "policies"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_entries_of_one_kind_and_title_are_told_apart(analyst: Any, language: str) -> None:
    """Documents of one title may have no number: the day of their issue tells them apart."""
    kept = [entry.subject for entry in waiting(ToResearch.NO_ADDRESS)][:2]
    first, second = (Source.objects.get(slug=slug) for slug in kept)
    for source, day in ((first, "2019-01-01"), (second, "2020-02")):
        Source.objects.filter(pk=source.pk).update(
            official_url="", document_number="", issued_on=day, title_en="Notice", title_zh="通知"
        )
    with override(language):
        shown = [
            shown_entry(entry, CellWords(language), analyst)
            for entry in waiting(ToResearch.NO_ADDRESS)
        ]
    told = [(one["entry"].title, one["where"]) for one in shown]
    assert len(set(told)) == len(told)
    assert len([title for title, _where in told if title in ("Notice", "通知")]) == 2

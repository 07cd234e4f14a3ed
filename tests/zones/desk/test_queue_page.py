"""The page of the research queue shows, narrows and leads on from what waits."""

from __future__ import annotations

import html
from collections import defaultdict
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext, override

from cbec_portal.china_time import today_in_china
from cbec_portal.day_words import day_in_words
from tests.conftest import log_in_staff
from tests.zones import oracle
from tests.zones.desk.queues import inquiry, waiting
from zones.admin.queue_entries import shown_entry
from zones.dataset.table_registry import registry, table_named
from zones.desk.cell_words import CellWords
from zones.models import City, Source, Topic
from zones.rules.vocabulary import ToResearch
from zones.selectors.matching_cities import memberships

pytestmark = pytest.mark.django_db


def test_topic_and_programme_narrow_it_and_each_choice_counts(analyst: Any) -> None:
    """The page narrows by each box; a choice tells how many entries it would leave."""
    client = Client()
    log_in_staff(client, analyst)
    page = reverse("admin:desk-queue")
    for asked in ({}, {"kind": "not-researched"}, {"programme": "service-pilot"}):
        shown = client.get(page, asked).context
        for box in shown["boxes"]:
            for value, words, is_chosen in box["choices"][:3]:
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
        # What is done with all of them stands above them, however many they are.
        text = html.unescape(alone.content.decode())
        assert text.index('value="take"') < text.index(only["parts"][0]["address"])


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
    assert len(alone) == len(many) <= 41


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


@pytest.mark.parametrize("box", ["focus_area", "topic", "programme"])
def test_a_narrowed_entry_shows_leads_to_and_weighs_only_what_is_left(
    analyst: Any, box: str
) -> None:
    """Whatever the queue is narrowed by, an entry that stands for many is told by those left."""
    client = Client()
    log_in_staff(client, analyst)
    page = reverse("admin:desk-queue")
    topics = {topic.slug: topic.focus_area.slug for topic in Topic.objects.all()}
    inside = programme_cities()
    seen = 0
    (choices,) = (own["choices"] for own in client.get(page).context["boxes"] if own["name"] == box)
    for value, _words, _is_chosen in choices[:6]:
        asked = {box: value}
        for one in client.get(page, asked).context["entries"]:
            entry = one["entry"]
            if not entry.parts:
                continue
            seen += 1
            left = {part.topic for part in entry.parts}
            if box == "focus_area":
                assert {topics[own] for own in left} == {value}
            elif box == "topic":
                assert left == {value}
            else:
                assert entry.places <= inside[value]
            assert entry.places == frozenset().union(*(part.places for part in entry.parts))
            assert entry.cities == len(entry.places)
            assert entry.checklists <= sum(part.checklists for part in entry.parts)
            shown = one["parts"] or [one]
            for part, own in zip(entry.parts, shown, strict=False):
                assert all(piece in unquote(own["address"]) for piece in part.key[:1]), own
            if len(entry.parts) > 1:
                own_page = client.get(one["address"]).context["entries"]
                assert [own["entry"] for own in own_page] == [entry], "it stays narrowed"
    assert seen > 5


def programme_cities() -> dict[str, set[int]]:
    """The cities inside each programme today."""
    found: dict[str, set[int]] = defaultdict(set)
    for member in memberships(inquiry()):
        found[member.programme].add(member.city)
    return found


def test_the_only_row_that_is_left_is_taken_by_itself(analyst: Any) -> None:
    """The others that are said alike still wait."""
    client = Client()
    log_in_staff(client, analyst)
    page = reverse("admin:desk-queue")
    group, part = next(
        (entry, part)
        for entry in waiting(ToResearch.CAVEAT)
        for part in entry.parts
        if len(entry.topics) > 1 and [own.topic for own in entry.parts].count(part.topic) == 1
    )
    asked = {"kind": "caveat", "topic": part.topic}
    shown = {one["entry"].subject: one for one in client.get(page, asked).context["entries"]}
    assert group.subject not in shown
    only = shown[part.subject]
    assert only["entry"].title == part.title
    assert only["entry"].cities == len(part.places)
    taken = {"do": "take", "kind": "caveat", "subject": part.subject, "held_by": ""}
    assert client.post(page, taken).status_code == 303
    assert len(group.parts) - 1 == len(
        next(own for own in waiting(ToResearch.CAVEAT) if own.subject == group.subject).parts
    )


def test_what_is_marked_with_more_than_is_left_says_so(analyst: Any) -> None:
    client = Client()
    log_in_staff(client, analyst)
    page = reverse("admin:desk-queue")
    group = next(entry for entry in waiting(ToResearch.CAVEAT) if len(entry.topics) > 1)
    own = {"kind": group.kind.value, "subject": group.subject}
    assert client.post(page, {"do": "take", **own}).status_code == 303
    asked = {"kind": "caveat", "topic": group.parts[0].topic, "lang": "en"}
    answer = client.get(page, asked)
    one = next(own for own in answer.context["entries"] if own["entry"].subject == group.subject)
    left = sum(part.topic == group.parts[0].topic for part in group.parts)
    assert one["entry"].left_out == len(group.parts) - left
    assert f"It is said of {one['entry'].left_out} more" in answer.content.decode()
    assert len(client.get(one["every"]).context["entries"][0]["entry"].parts) == len(group.parts)

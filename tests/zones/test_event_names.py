"""Every entry of every feed has a name of its own, which stays."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from tests.zones.test_publishing import limit, next_version, publish_as_two
from zones.api.representations.changes import changes_shape
from zones.models import City, Coverage, Policy, Zone
from zones.rules.event_names import event_name, event_uid
from zones.rules.events import law_events
from zones.rules.intervals import interval_of_days
from zones.rules.resolution import Rule, Scope
from zones.rules.vocabulary import Change, ScopeKind
from zones.selectors.change_events import Event, of_law, published
from zones.selectors.inquiry import Inquiry
from zones.selectors.snapshot import current_snapshot, forget
from zones.services.publication import Publication

ATOM = "{http://www.w3.org/2005/Atom}"
DAYS = st.integers(0, 20).map(lambda n: date(2020, 1, 1) + timedelta(n))
Drawn = dict[date, int | None]
WORLDS = st.dictionaries(DAYS, st.none() | st.integers(0, 10), max_size=6)


def named(drawn: Drawn) -> dict[tuple[date, date], str]:
    """Names of the moves of some rules, by their day and the first day of the rule concerned."""
    rules = {
        place: Rule(
            place,
            Scope(ScopeKind.CITY, "x"),
            interval_of_days(first, None if days is None else first + timedelta(days)),
        )
        for place, (first, days) in enumerate(drawn.items())
    }
    found = []
    for move in law_events(list(rules.values())):
        first = rules[move.before if move.policy is None else move.policy].span.start  # type: ignore[index]  # one of both
        name = event_name(
            "policy",
            f"topic.city.x.{first}",
            day=move.day,
            first_day=first,
            ends=move.policy is None,
            revision=1,
        )
        found.append(((move.day, first), name))
    assert len(dict(found)) == len(found)
    assert len({name for _, name in found}) == len(found)
    return dict(found)


@given(WORLDS, DAYS, st.none() | st.integers(0, 10))
def test_names_are_unique_and_another_rule_renames_nothing(
    drawn: Drawn, first: date, days: int | None
) -> None:
    before = named(drawn)
    after = named({first: days, **drawn})
    assert {key: after[key] for key in before.keys() & after.keys()} == {
        key: before[key] for key in before.keys() & after.keys()
    }


@given(WORLDS, st.integers(1, 9))
def test_an_end_that_is_corrected_keeps_its_name(drawn: Drawn, later: int) -> None:
    (last, days), *_ = sorted(drawn.items(), reverse=True) or [(date(2020, 1, 1), 0)]
    ends = {
        name
        for change in (0, later)
        for (_, first), name in named({**drawn, last: (days or 0) + change}).items()
        if first == last and name.endswith("end")
    }
    assert len(ends) <= 1  # none where another rule holds on


def every_event(known_at: int) -> list[Event]:
    return [*of_law(known_at), *published(known_at)]


@pytest.mark.django_db
def test_all_events_of_all_kinds_have_names_of_their_own() -> None:
    two_siblings()
    policy = limit()
    publish_as_two(Publication(policies=[next_version(policy, summary_en="Reworded")]))
    forget()
    kept = current_snapshot()
    for known_at in range(1, kept.newest + 1):
        events = every_event(known_at)
        assert {(e.what, e.day is None) for e in events} >= {
            *(("policy", True), ("policy", False), ("zone", True), ("zone", False)),
            ("coverage", False),
        }
        now = Inquiry.of_now(kept)
        english, chinese = (
            [row["name"] for row in changes_shape(events, replace(now, language=language))]
            for language in ("en", "zh-hans")
        )
        assert english == chinese
        assert len(set(english)) == len(english)
        assert len(set(map(event_uid, english))) == len(english)


def two_siblings() -> Zone:
    """A new zone version that covers two other cities, each twice until the same day."""
    zone = Zone.objects.current().get(identity="comprehensive.hangzhou")
    draft: Any = Zone.objects.get(pk=zone.pk)
    draft.pk, draft.recorded_in, draft.replaced_in, draft._state.adding = None, None, None, True
    draft.version, draft.change = draft.version + 1, Change.CORRECTED
    draft.save()
    for city in City.objects.filter(slug__in=["jiaxing", "ningbo"]):
        for start in ("2020", "2020-02"):
            Coverage.objects.create(
                zone=draft,
                city=city,
                covered_from=start,
                covered_until="2021-03-07",
                verification=zone.verification,
            )
    publish_as_two(Publication(zones=[draft]))
    return draft  # type: ignore[no-any-return]  # a draft is Any


@pytest.mark.django_db
def test_names_stay_when_texts_are_corrected() -> None:
    forget()
    before = {
        row["name"] for row in changes_shape(list(of_law(1)), Inquiry.of_now(current_snapshot()))
    }
    policy: Policy = limit()
    publish_as_two(
        Publication(policies=[next_version(policy, summary_en="Said better", caveat_en="Perhaps")])
    )
    forget()
    now = Inquiry.of_now(current_snapshot())
    after = {row["name"] for row in changes_shape(list(of_law(now.known_at)), now)}
    assert after == before


@pytest.mark.django_db
@pytest.mark.parametrize("asked", ["", "by=publication", "from=2012-01-01", "city=haikou"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_feed_names_every_entry_by_an_iri_of_its_own(
    client: Client, asked: str, language: str
) -> None:
    answer = client.get(f"/changes/feed/?{asked}&lang={language}")
    ids = [found.text or "" for found in ET.fromstring(answer.content).iter(f"{ATOM}id")]  # noqa: S314 (our own)
    assert len(ids) == len(set(ids)) > 2
    assert all(re.fullmatch(r"tag:cbec-portal,2026:[!-~]+", one) for one in ids)


@pytest.mark.django_db
def test_the_calendar_names_every_event_by_a_uuid_in_both_languages(client: Client) -> None:
    english, chinese = (
        [str(event["UID"]) for event in Calendar.from_ical(answer.content).walk("VEVENT")]
        for answer in (
            client.get(f"/changes/calendar.ics?from=2012-01-01&lang={language}")
            for language in ("en", "zh-hans")
        )
    )
    assert english == chinese
    assert len(english) == len(set(map(UUID, english))) > 700


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_sitemap_names_every_page_once(client: Client, language: str) -> None:
    text = client.get(f"/sitemap.xml?lang={language}").content.decode()
    found = re.findall(r"<loc>(.*?)</loc>", text)
    assert len(found) == len(set(found)) > 300

"""Changes by day of law and by publication: page, API, feed and calendar tell the same."""

from __future__ import annotations

import html
import re
import xml.etree.ElementTree as ET
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from cbec_portal.day_words import day_in_words
from cbec_portal.languages import CODES
from tests.zones.oracle import first_day, last_day, read
from tests.zones.test_publishing import answers, next_version, publish_as_two
from zones.models import Policy, Revision, Zone
from zones.pages.change_entries import pages_of, parts_of, together
from zones.pages.change_feeds import ChangesFeed
from zones.rules.events import LawEvent, law_events
from zones.rules.intervals import interval_of_days
from zones.rules.resolution import Rule, Scope
from zones.rules.vocabulary import Change, ScopeKind
from zones.selectors.snapshot import forget
from zones.services.publication import Publication

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
DAYS = st.integers(0, 40).map(lambda n: date.fromordinal(737_000 + n))


def told(client: Client, asked: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while True:
        answer = client.get(f"/api/v1/changes/?limit=1000&offset={len(found)}&{asked}")
        assert answer.status_code == 200, answer.content
        found += answer.json()["results"]
        if answer.json()["next"] is None:
            assert len(found) == answer.json()["count"]
            return found


@given(st.lists(st.tuples(DAYS, st.none() | st.integers(0, 20)), max_size=6))
def test_moves_agree_with_what_decides_day_by_day(drawn: list[Any]) -> None:
    rules = [
        Rule(
            n,
            Scope(ScopeKind.CITY, "x"),
            interval_of_days(first, None if days is None else first + timedelta(days=days)),
        )
        for n, (first, days) in enumerate(dict(drawn).items())
    ]
    found = list(law_events(rules))
    before = None
    for day in (date.fromordinal(737_000 + n) for n in range(-1, 65)):
        holding = [rule for rule in rules if rule.span.start <= day < rule.span.stop]
        decides = max(holding, key=lambda rule: rule.span.start).policy if holding else None
        today = [move for move in found if move.day == day]
        kind = Change.ENDED if decides is None else Change.AMENDED
        if before is None:
            kind = Change.ENACTED
        assert today == ([] if decides == before else [LawEvent(day, kind, decides, before)])
        before = decides


def answered_before(ended: dict[str, str]) -> bool:
    """Whether an earlier policy of its scope answers once more when a policy has ended."""
    if not ended["effective_to"]:
        return False
    after = (date.fromisoformat(last_day(ended["effective_to"])) + timedelta(1)).isoformat()
    scope = [ended[name] for name in ("topic", "scope_kind", "scope_code")]
    holding = [
        first_day(row["effective_from"])
        for row in read("policies")
        if [row[name] for name in ("topic", "scope_kind", "scope_code")] == scope
        and first_day(row["effective_from"]) <= after
        and (not row["effective_to"] or after <= last_day(row["effective_to"]))
    ]
    return bool(holding) and max(holding) < first_day(ended["effective_from"])


def test_law_days_are_those_of_the_fixtures(client: Client) -> None:
    found = told(client)
    zones = read("zones")
    starts = [row for row in found if row["what"] == "zone" and row["kind"] == "enacted"]
    ends = [row for row in found if row["what"] == "zone" and row["kind"] == "ended"]
    assert len(starts) == sum(bool(zone["designated_on"]) for zone in zones)
    assert len(ends) == sum(bool(zone["ended_on"]) for zone in zones)
    stated = [p for p in read("policies") if p["state"] == "stated"]
    begun = [row for row in found if row["what"] == "policy" and row["kind"] != "ended"]
    assert len(begun) == len(stated) + sum(map(answered_before, stated))
    assert [row["day"] for row in found] == sorted((row["day"] for row in found), reverse=True)


def test_the_first_load_is_one_revision_of_research(client: Client) -> None:
    found = told(client, "by=publication")
    assert len(found) == len(read("policies")) + len(read("zones"))
    assert {(row["revision"], row["day"]) for row in found} == {(1, None)}


def test_a_correction_and_an_end_are_told_in_both_times(client: Client) -> None:
    policy = answers("hangzhou", "code-9610-available", date(2026, 11, 23))[0]
    corrected = next_version(policy, change=Change.CORRECTED, value_boolean=False)
    publish_as_two(Publication(policies=[corrected]))
    forget()
    (row,) = told(client, "since=1")
    assert (row["kind"], row["before"], row["after"], row["revision"]) == (
        "corrected",
        "Yes",
        "No",
        2,
    )
    ended = next_version(
        answers("hangzhou", "code-9610-available", date(2026, 11, 23))[0],
        change=Change.ENDED,
        effective_to="2027-06-30",
    )
    publish_as_two(Publication(policies=[ended]))
    forget()
    assert [row["kind"] for row in told(client, "since=1")] == ["ended", "corrected"]
    (end,) = told(client, "from=2027-07-01&to=2027-07-01")
    assert (end["kind"], end["after"], end["identity"]) == ("ended", None, policy.identity)
    assert not told(client, "from=2027-07-01&to=2027-07-01&known_at=2")


def test_a_corrected_zone_is_told_as_it_was_and_as_it_is(client: Client) -> None:
    zone = Zone.objects.get(identity="comprehensive.shijiazhuang")
    draft = Zone.objects.get(pk=zone.pk)
    draft.pk, draft.recorded_in, draft._state.adding = None, None, True
    draft.version, draft.change, draft.designated_on = 2, Change.CORRECTED, "2021-06-01"
    draft.save()
    publish_as_two(Publication(zones=[draft]))
    forget()
    (row,) = told(client, "since=1&what=zone")
    assert row["kind"] == "corrected"
    assert row["before"].endswith(f"4: {day_in_words(zone.designated_on)} –")
    assert row["after"].endswith("4: 1 Jun 2021 –")


@pytest.mark.parametrize(
    ("asked", "fits"),
    [
        ("kind=ended", lambda row: row["kind"] == "ended"),
        ("what=zone,coverage", lambda row: row["what"] in ("zone", "coverage")),
        ("focus_area=payment", lambda row: row["focus_area"] == "payment"),
        ("programme=retail-import", lambda row: row["programme"] in ("retail-import", None)),
        ("scope_kind=province", lambda row: row["scope"]["kind"] == "province"),
        ("from=2016-01-01&to=2016-12-31", lambda row: row["day"].startswith("2016")),
        ("city=杭州", lambda row: row["scope"]["code"] in BINDING_HANGZHOU),
    ],
)
def test_filters_keep_what_fits(client: Client, asked: str, fits: Any) -> None:
    found = told(client, asked)
    assert found
    assert all(map(fits, found))
    assert len(found) < len(told(client))


BINDING_HANGZHOU = {
    "CN",
    "CN-ZJ",
    "2900",
    "hangzhou",
    "service-pilot",
    "comprehensive",
    "retail-import",
}


@pytest.mark.parametrize(
    "asked",
    [
        "kind=abolished",
        "city=atlantis",
        "by=law&since=1",
        "since=99",
        "from=2020-02-30",
        "from=2020-01-02&to=2020-01-01",
        "by=publication&from=2020-01-01",
        "colour=red",
    ],
)
def test_what_cannot_be_asked_is_refused_everywhere(client: Client, asked: str) -> None:
    for address in ("/api/v1/changes/", "/changes/", "/changes/feed/", "/changes/calendar.ics"):
        assert client.get(f"{address}?{asked}").status_code == 400, address


def test_the_page_tells_what_the_api_tells(client: Client) -> None:
    asked = "city=zhengzhou&kind=enacted,amended&focus_area=customs-clearance"
    page = client.get(f"/changes/?{asked}").content.decode()
    found = told(client, asked)
    assert f"{len(found)} changes" in page
    assert all(row["scope"]["name"] in page for row in found)


def rows_of(page: str) -> int:
    """How many changes a page lists, folded ones among them."""
    return page.count('<span class="kind kind-')


@pytest.mark.parametrize("language", CODES)
def test_the_days_that_narrow_changes_are_told_in_words(client: Client, language: str) -> None:
    asked = {"from": "2015-01-01", "to": "2019-12-31", "lang": language}
    context = client.get("/changes/", asked).context
    with override(language):
        told = [day_in_words(asked["from"]), day_in_words(asked["to"])]
    assert [chip.value for chip in context["chips"]] == told
    for day in told:
        assert day in context["view"].cited_title(context)


@given(st.lists(st.integers(1, 9), max_size=30), st.integers(1, 12))
def test_pages_cut_no_entry_and_are_full_but_for_the_last(sizes: list[int], most: int) -> None:
    entries = [[number] * size for number, size in enumerate(sizes)]
    pages = pages_of(entries, most)
    assert [entry for page in pages for entry in page] == entries
    for page in pages[:-1]:
        assert sum(map(len, page)) >= most > sum(map(len, page[:-1]))


@given(st.lists(st.integers(1, 30), max_size=10), st.integers(1, 12))
def test_parts_of_entries_are_small_and_lose_nothing(sizes: list[int], most: int) -> None:
    entries = [[(number, row) for row in range(size)] for number, size in enumerate(sizes)]
    parts = list(parts_of(entries, most))
    assert all(0 < len(part) <= most for part in parts)
    assert [row for part in parts for row in part] == [row for own in entries for row in own]
    assert all(len({number for number, _ in part}) == 1 for part in parts)


def test_an_entry_of_hundreds_is_told_in_parts_with_its_whole_count(client: Client) -> None:
    day = "2026-08-20"
    found = Counter(row["source"]["id"] for row in told(client, f"from={day}&to={day}"))
    _, most = found.most_common(1)[0]
    assert most > 100
    page = client.get(f"/changes/?from={day}&to={day}&lang=en").content.decode()
    assert f"50 of {most} changes" in page
    assert rows_of(page) < 100


@given(st.lists(st.tuples(st.integers(0, 4), st.integers())))
def test_what_has_one_key_is_together_in_the_order_of_the_first(rows: list[Any]) -> None:
    found = together(rows, lambda row: row[0])
    assert sorted(row for own in found for row in own) == sorted(rows)
    keys = [own[0][0] for own in found]
    assert keys == list(dict.fromkeys(row[0] for row in rows))
    for own in found:
        assert own == [row for row in rows if row[0] == own[0][0]]


def test_pages_of_changes_tell_each_once_and_how_many_entries_they_are(client: Client) -> None:
    asked, seen, folds, number = "from=2018-01-01&to=2019-12-31", 0, 0, 1
    found = told(client, asked)
    while True:
        page = client.get(f"/changes/?{asked}&page={number}&lang=en").content.decode()
        seen += rows_of(page)
        folds += page.count('<details class="entry">')
        if "Earlier changes" not in page:
            break
        number += 1
    assert seen == len(found)
    documents = Counter((row["day"], row["source"]["id"]) for row in found)
    assert folds == sum(-(-count // 50) for count in documents.values() if count > 2)
    assert f"{len(found)} changes" in page
    assert f"{len(documents)} entries, one for each document and day" in page


def test_changes_of_one_document_and_day_are_one_entry_with_both_counts(client: Client) -> None:
    day = "2020-04-27"
    rows = told(client, f"from={day}&to={day}")
    (number,) = {row["source"]["document_number"] for row in rows}
    page = client.get(f"/changes/?from={day}&to={day}&lang=en").content.decode()
    assert f"{len(rows)} changes in {len({r['scope']['name'] for r in rows})} cities" in page
    chinese = client.get(f"/changes/?from={day}&to={day}&lang=zh-hans").content.decode()
    assert f"{len(rows)}项变化，涉及{len({r['scope']['name'] for r in rows})}个城市" in chinese
    fold = page.partition('<details class="entry">')[2]
    assert number in fold.partition("</summary>")[0]
    assert rows_of(fold) == len(rows)
    # A feed has an entry for each.
    feed = ET.fromstring(client.get(f"/changes/feed/?from={day}&to={day}").content)  # noqa: S314 (our own)
    assert len(feed.findall(f"{ATOM}entry")) == len(rows)


def test_a_place_tells_changes_of_one_document_as_one_entry(client: Client) -> None:
    asked = {"from": "2019-01-01", "to": "2019-01-01", "lang": "en"}
    page = client.get("/cities/hangzhou/changes/", asked).content.decode()
    folds = page.split('<details class="entry">')[1:]
    assert folds
    for fold in folds:
        summary, _, rest = fold.partition("</summary>")
        count = int(re.findall(r"(\d+) changes", summary)[0])
        assert rest.partition("</details>")[0].count("<li>") == count


def test_a_topic_tells_policies_that_say_the_same_as_one_entry(client: Client) -> None:
    said = Counter(
        tuple(
            row[name] for name in ("topic", "effective_from", "effective_to", "value", "source_id")
        )
        for row in read("policies")
        if row["state"] == "stated"
    )
    (topic, *_), count = max(said.items(), key=lambda one: (3 <= one[1] <= 30, one[1]))
    page = client.get(f"/topics/{topic}/?lang=en").content.decode()
    summaries = re.findall(r'<details class="entry">\s*<summary>(.*?)</summary>', page, re.S)
    assert any(f"{count} policies" in summary for summary in summaries), (topic, count)


def test_the_feed_is_atom_with_lasting_ids(client: Client) -> None:
    feed = ET.fromstring(client.get("/changes/feed/?focus_area=payment").content)  # noqa: S314 (our own)
    entries = feed.findall(f"{ATOM}entry")
    today = date.today().isoformat()  # noqa: DTZ011 (the test needs no exact day)
    assert len(entries) == len([r for r in told(client, "focus_area=payment") if r["day"] <= today])
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(set(ids)) == len(ids)
    again = ET.fromstring(client.get("/changes/feed/?focus_area=payment,tax").content)  # noqa: S314 (our own)
    assert set(ids) <= {entry.findtext(f"{ATOM}id") for entry in again.findall(f"{ATOM}entry")}


def test_the_calendar_holds_what_is_to_come(client: Client) -> None:
    calendar = Calendar.from_ical(client.get("/changes/calendar.ics").content)
    coming = [r for r in told(client) if r["day"] > date.today().isoformat()]  # noqa: DTZ011 (see above)
    events = calendar.walk("VEVENT")
    assert sorted(e["DTSTART"].dt.isoformat() for e in events) == sorted(r["day"] for r in coming)
    since = Calendar.from_ical(client.get("/changes/calendar.ics?from=2026-01-01").content)
    assert len(since.walk("VEVENT")) == len(told(client, "from=2026-01-01"))


def test_an_entry_of_the_calendar_says_a_date_that_is_cut_short(client: Client) -> None:
    """An entry has a day in any case: where the documents give a month or a year, it says so."""
    address = "/changes/calendar.ics?from=2000-01-01&lang=en"
    entries = Calendar.from_ical(client.get(address).content).walk("VEVENT")
    rows = told(client, "from=2000-01-01")
    short = [row for row in rows if row["written"] and len(row["written"]) < 10]
    assert short
    told_short = [str(e["SUMMARY"]) for e in entries if "date as written" in str(e["SUMMARY"])]
    assert len(told_short) == len(short)
    for row in short:
        assert any(s.endswith(f" {day_in_words(row['written'])}") for s in told_short), row


@pytest.mark.parametrize("asked", ["", "page=3", "by=publication", "city=hangzhou"])
def test_queries_of_the_page_are_few(
    client: Client, asked: str, django_assert_max_num_queries: Any
) -> None:
    client.get(f"/changes/?{asked}")
    with django_assert_max_num_queries(13):
        assert client.get(f"/changes/?{asked}").status_code == 200


def test_a_feed_is_called_by_what_it_is_about_and_told_in_the_language_of_the_page(
    client: Client,
) -> None:
    """Who follows several cities tells their feeds apart; a program asks in no language."""
    for page, called in (
        ("/cities/hangzhou/?lang=zh-hans", "杭州市：跨境电商规则变化"),
        ("/cities/hangzhou/changes/?lang=en", "Hangzhou: Changes of"),
        ("/cities/hangzhou/bonded-import-1210/?lang=en", "Hangzhou, Bonded retail import (1210): "),
        ("/compare/?cities=hangzhou,ningbo&lang=zh-hans", "杭州市、宁波市："),
        ("/changes/?focus_area=payment&lang=zh-hans", "支付："),
    ):
        announced = re.search(
            r'type="application/atom\+xml" href="([^"]+)"', client.get(page).content.decode()
        )
        assert announced, page
        told = Client().get(html.unescape(announced[1]))
        feed = ET.fromstring(told.content)  # noqa: S314 (our own)
        assert str(feed.findtext(f"{ATOM}title")).startswith(called), page


def test_what_a_feed_says_of_a_change_has_paragraphs(client: Client) -> None:
    """Readers of feeds take it for markup, in which lines are one and signs mean something."""
    feed = ET.fromstring(client.get("/changes/feed/?city=hangzhou").content)  # noqa: S314 (our own)
    for entry in feed.findall(f"{ATOM}entry"):
        told = str(entry.findtext(f"{ATOM}summary"))
        assert re.fullmatch(r"(<p>[^<>\n ][^<>\n]*</p>){2,}", told), told


def test_a_feed_of_nothing_is_the_same_each_time(client: Client) -> None:
    address = "/changes/feed/?programme=retail-import&focus_area=payment"
    told = {client.get(address).content for _ in range(3)}
    assert len(told) == 1
    feed = ET.fromstring(told.pop())  # noqa: S314 (our own)
    assert feed.findall(f"{ATOM}entry") == []
    moment = Revision.objects.get(number=1).published_at
    assert feed.findtext(f"{ATOM}updated") == moment.isoformat()


def test_feeds_asked_for_at_once_tell_each_its_own_address(rf: RequestFactory) -> None:
    """One object serves all requests: another question may be read before the first is told."""
    feed = ChangesFeed()
    first = feed.get_object(rf.get("/changes/feed/?focus_area=payment"))
    feed.get_object(rf.get("/changes/feed/?focus_area=tax"))
    for told in (feed.link(first), feed.feed_url(first), feed.feed_guid(first)):
        assert told.endswith("?focus_area=payment")


@pytest.mark.django_db
def test_what_was_corrected_beside_an_answer_is_named_with_the_reason_of_the_revision() -> None:
    policy = Policy.objects.current().not_withdrawn().filter(state="stated").order_by("pk")[3]
    draft = next_version(policy, clause="Article 99", caveat_en="As reported.")
    revision = publish_as_two(Publication(policies=[draft]))
    page = Client().get(f"/changes/?since={revision.number - 1}").content.decode()
    assert "A test" in page
    assert "Corrected: note to the reader, clause." in page
    feed = Client().get(f"/changes/feed/?since={revision.number - 1}").content.decode()
    assert "Corrected: note to the reader, clause." in feed
    chinese = Client().get(f"/changes/?since={revision.number - 1}&lang=zh-hans").content.decode()
    assert "已更正：提示、条款。" in chinese


@pytest.mark.parametrize("language", CODES)
@pytest.mark.parametrize("address", ["/changes/", "/changes/?by=publication", "/search/?q=china"])
def test_large_counts_are_told_by_thousands(client: Client, address: str, language: str) -> None:
    asked = "&" if "?" in address else "?"
    page = client.get(f"{address}{asked}lang={language}").content.decode()
    (told,) = re.findall(r"data-announce>\s*(?:<strong>)?\s*([\d,]+)", page)
    count = int(told.replace(",", ""))
    assert told == f"{count:,}"
    if address == "/changes/":
        assert count > 1000


PLACE = "Suihua:CN-HL:1900"


def test_a_place_without_pilot_status_is_told_what_applies_there(client: Client) -> None:
    """Its own is what binds its province, its customs district and the nation: no programme's."""
    found = told(client, f"city={PLACE}&what=policy")
    bodies = {(row["scope"]["kind"], row["scope"]["code"]) for row in found}
    own = {("nation", "CN"), ("province", "CN-HL"), ("customs_district", "1900")}
    wanted = [
        row
        for row in told(client, "what=policy")
        if (row["scope"]["kind"], row["scope"]["code"]) in own or row["scope"]["kind"] == "nation"
    ]
    assert found == wanted
    assert found
    assert {kind for kind, _code in bodies} <= {kind for kind, _code in own}
    both = told(client, f"city=hangzhou,{PLACE}&what=policy")
    of_hangzhou = told(client, "city=hangzhou&what=policy")
    assert [row for row in both if row in found or row in of_hangzhou] == both
    assert len(both) >= max(len(found), len(of_hangzhou))


@pytest.mark.parametrize(
    "path",
    [
        f"/places/{PLACE}/",
        f"/places/{PLACE}/changes/",
        f"/places/{PLACE}/code-9610-available/",
        f"/compare/?cities=hangzhou,{PLACE}",
    ],
)
@pytest.mark.parametrize("language", CODES)
def test_a_place_without_pilot_status_is_watched_by_a_feed(
    client: Client, path: str, language: str
) -> None:
    page = client.get(f"{path}{'&' if '?' in path else '?'}lang={language}").content.decode()
    (link,) = set(re.findall(r'href="(/changes/feed/[^"]*)"', page))
    address = html.unescape(link)
    assert PLACE in address
    feed = ET.fromstring(client.get(address).content)  # noqa: S314
    assert feed.findall(f"{ATOM}entry")
    assert "Suihua" in (feed.findtext(f"{ATOM}title") or "")
    page_of_feed = client.get(address.replace("/feed/", "/"))
    assert page_of_feed.status_code == 200
    assert f'value="{"Hangzhou, " if "hangzhou" in path and language == "en" else ""}' in (
        page_of_feed.content.decode()
    )
    assert PLACE in page_of_feed.content.decode()


def test_a_place_that_can_be_none_is_refused(client: Client) -> None:
    for wrong in ("Suihua:CN-XX:1900", "Suihua:CN-HL:1900:1", ":CN-HL:1900"):
        assert client.get(f"/changes/feed/?city={wrong}").status_code == 400, wrong
        assert client.get(f"/api/v1/changes/?city={wrong}").status_code == 400, wrong
        assert client.get(f"/changes/?city={wrong}").status_code == 400, wrong

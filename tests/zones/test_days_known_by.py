"""Where only a day is known by which, or about which, a rule held, that day is never told as that
of its beginning: in lists, spreads, lanes, pictures, search and feeds.
"""

from __future__ import annotations

import html
import re
from collections import defaultdict

import pytest
from django.test import Client

from tests.zones import oracle
from zones.models import Policy
from zones.selectors.adoption import every_adoption
from zones.selectors.inquiry import Inquiry
from zones.selectors.snapshot import current_snapshot

pytestmark = pytest.mark.django_db

#: A topic of which no beginning is known exactly, and one whose beginnings all are.
LOOSE, EXACT = "comprehensive-bonded-zone", "import-single-transaction-limit"
FIRST = "Tangshan"
LANGUAGES = {
    "en": (
        "no later than",
        "First known to hold by 31 Dec 2012",
        "the first day is not known exactly",
    ),
    "zh-hans": ("最迟自", "已知最迟自2012年12月31日起", "的起始日期不确切"),
}


def text_of(client: Client, address: str) -> str:
    page = client.get(address).content.decode()
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest, client: Client) -> str:
    client.cookies["django_language"] = request.param
    return str(request.param)


def test_a_spread_counts_the_cities_whose_first_day_is_not_exact() -> None:
    kept = current_snapshot()
    known = {(own.topic.slug, *own.key_parts[1:]): own for own in Policy.objects.current()}
    assert known
    loose: dict[str, int] = defaultdict(int)
    first: dict[tuple[str, str], dict[str, str]] = {}
    rows = [own for own in oracle.read("policies") if own["state"] in ("", "stated")]
    for own in rows:
        if own["scope_kind"] == "city" and own["topic"] in (LOOSE,) and own["value"] != "false":
            key = (own["topic"], own["scope_code"])
            if key not in first or own["effective_from"] < first[key]["effective_from"]:
                first[key] = own
    for (topic, _city), own in first.items():
        loose[topic] += bool(own["start_qualifier"])
    spreads = every_adoption(Inquiry.of_now(kept))
    ((_choice, spread),) = spreads[kept.topics_by_slug[LOOSE].pk]
    assert spread.known_by == loose[LOOSE] == spread.ever[-1][1]
    assert spread.start == "no later than"
    ((_choice, spread),) = spreads[kept.topics_by_slug[EXACT].pk]
    assert (spread.known_by, spread.start) == (0, "")


def test_a_spread_says_so(client: Client, language: str) -> None:
    _qualifier, first, only = LANGUAGES[language]
    page = text_of(client, f"/topics/{LOOSE}/")
    assert first in page
    assert only in page
    assert only in text_of(client, "/topics/spread/")
    assert only in client.get(f"/topics/{LOOSE}/?picture=spread&form=svg").content.decode()
    page = text_of(client, f"/topics/{EXACT}/")
    assert first not in page
    assert only not in page


def test_what_began_lately_has_begun_on_a_day_that_is_known(client: Client) -> None:
    for day in ("2019-01-10", "2020-07-02", "2026-08-21", "2026-11-23"):
        lately = client.get(f"/?as_of={day}").context["lately"]
        assert lately
        assert {own["policy"]["start_qualifier"] for own in lately} == {""}, day


def test_search_topics_and_documents_say_so(client: Client, language: str) -> None:
    qualifier, _first, _only = LANGUAGES[language]
    known = current_snapshot().topics_by_slug[LOOSE]
    policy = Policy.objects.current().filter(topic=known).exclude(start_qualifier="").first()
    assert policy is not None
    for address in (f"/topics/{LOOSE}/", "/search/?q=comprehensive bonded zones"):
        assert qualifier in text_of(client, address), address
    assert qualifier in text_of(client, f"/sources/{policy.source.slug}/")


def test_lanes_say_so_and_their_edge_is_not_firm(client: Client, language: str) -> None:
    qualifier, _first, _only = LANGUAGES[language]
    page = client.get(f"/topics/{LOOSE}/?lanes=all").content.decode()
    loose = re.findall(r'<td colspan="\d+" class="[^"]* loose"><a [^>]*title="([^"]*)"', page)
    assert loose
    assert all(qualifier in title or "约" in title or "about" in title for title in loose)
    firm = re.findall(r'<td colspan="\d+" class="shade-\d"><a [^>]*title="([^"]*)"', page)
    assert not any(qualifier in title for title in firm)


def test_changes_and_their_feed_say_so(client: Client, language: str) -> None:
    told = {"en": "no later than this day", "zh-hans": "最迟自此日"}[language]
    about = {"en": "about this day", "zh-hans": "约自此日"}[language]
    feed = client.get(f"/changes/feed/?topic={LOOSE}&lang={language}").content.decode()
    titles = re.findall(r"<title>([^<]*)</title>", feed)[1:]
    assert titles
    assert [title for title in titles if told not in title and about not in title] == []
    page = client.get(f"/changes/?topic={LOOSE}")
    entries = [one for group in page.context["groups"] for one in group["entries"] if one.folded]
    assert entries
    assert all(told in one.words for one in entries)

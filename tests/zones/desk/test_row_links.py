"""Whoever judges a row opens what it names: public pages, and the official texts of documents."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.zones.desk.acts import again, known, proposed, published, said, taken_out, written
from tests.zones.desk.test_second_readings import LIMIT, drawn
from zones.admin.row_links import RowLinks
from zones.dataset.table import Key
from zones.dataset.table_registry import table_named
from zones.desk.blind_readings import read_again
from zones.desk.cell_words import CellWords
from zones.models import Source
from zones.rules.vocabulary import ScopeKind

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


def one_of_each_kind() -> list[Key]:
    """A policy of each kind of scope whose document has an official address."""
    with_address = {key[0] for key, own in known("sources").items() if own["official_url"]}
    found: dict[str, Key] = {}
    for key, own in known("policies").items():
        if own["source_id"] in with_address:
            found.setdefault(key[1], key)
    assert set(found) == set(ScopeKind)
    return list(found.values())


def links_on(someone: Any, address: str) -> list[str]:
    client = Client()
    log_in_staff(client, someone)
    told = client.get(address)
    assert told.status_code == 200
    lists = re.findall(r'(?s)<ul class="fine plain-list".*?</ul>', told.content.decode())
    return [href for one in lists for href in re.findall(r'href="([^"]*)"', one)]


def expected(key: Key) -> list[str]:
    topic, kind, code, _start = key
    source = Source.objects.get(slug=known("policies")[key]["source_id"])
    cities = reverse("zones:city-list")
    place = {
        "nation": [],
        "programme": [f"{reverse('zones:batch-list')}#{code}"],
        "city": [reverse("zones:city", args=[code])],
    }.get(kind, [f"{cities}?{kind}={code}"])
    document = [reverse("zones:source", args=[source.slug]), source.official_url]
    document += filter(None, [known("policies")[key]["evidence_url"]])
    return [reverse("zones:topic", args=[topic]), *place, *document]


def test_a_policy_leads_to_its_topic_place_and_document_wherever_it_is_judged(
    analyst: Any, reviewer: Any
) -> None:
    keys = one_of_each_kind()
    for key in keys:
        own = proposed(analyst, written("policies", key, clause="Article 99"))
        page = reverse("admin:desk-set", args=[own.pk])
        assert sorted(links_on(reviewer, page)) == sorted(expected(key))
        client = Client()
        for link in expected(key):
            if link.startswith("/"):
                assert client.get(link).status_code == 200, link
    gone = proposed(analyst, taken_out("policies", LIMIT))
    assert set(expected(LIMIT)) <= set(
        links_on(reviewer, reverse("admin:desk-set", args=[gone.pk]))
    )
    revision = published(analyst, reviewer, written("policies", LIMIT, clause="Article 98"))
    history = f"{reverse('admin:desk-history')}?revision={revision.number}"
    for page in (history, reverse("admin:desk-set", args=[revision.change_set.pk])):
        assert set(expected(LIMIT)) <= set(links_on(analyst, page))


def test_a_document_that_the_set_brings_leads_to_its_official_text_alone(
    analyst: Any, reviewer: Any
) -> None:
    like = known("sources")["mof-gacc-sta-2018-49",]
    new = {**like, "id": "a-new-one", "official_url": "https://www.gov.cn/new.html"}
    new |= {"title_en": "A new one", "title_zh": "新文件", "document_number": ""}
    own = proposed(analyst, said("sources", new), written("policies", LIMIT, source_id="a-new-one"))
    links = links_on(reviewer, reverse("admin:desk-set", args=[own.pk]))
    assert links.count("https://www.gov.cn/new.html") == 2, (
        "of the document, and of what rests on it"
    )
    assert reverse("zones:source", args=["a-new-one"]) not in links


def test_only_addresses_of_the_web_are_links() -> None:
    table = table_named("sources")
    for cell in ("javascript:alert(1)", "https://a b", "none", "data:text/html,x"):
        cells = {column.name: "" for column in table.columns} | {"official_url": cell}
        assert RowLinks(CellWords("en"), [(table, cells)]).of(table, cells) == []


def test_the_documents_of_two_readings_are_links(analyst: Any, reviewer: Any) -> None:
    reading = drawn(reviewer)
    other = "mof-gacc-sta-2016-18"
    read_again(reading, analyst, again("stated", "5000", other))
    links = links_on(reviewer, reverse("admin:desk-reading", args=[reading.pk]))
    for slug in (reading.policy.source.slug, other):
        assert reverse("zones:source", args=[slug]) in links
        assert Source.objects.get(slug=slug).official_url in links

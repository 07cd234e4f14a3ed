"""Analysts are led from every public cell to the form that changes it, and nobody else is."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from cbec_portal.kept_pages import forget
from tests.conftest import log_in_staff
from tests.zones.desk.acts import published, written
from zones.pages import change_tags, desk_tags, row_cells, row_tags

# The pages of the desk lean on undefined variables.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

TOPIC = "import-single-transaction-limit"
#: Each page with the tables to which its cells lead, and how many links it has at least.
PAGES = {
    "/compare/?cities=hangzhou,zhengzhou@2018-12-31": ({"policies"}, 100),
    "/compare/?cities=hangzhou,Suihua:CN-HL:1900": ({"policies"}, 100),
    "/cities/hangzhou/": ({"policies", "zones", "cities"}, 50),
    "/places/Suihua:CN-HL:1900/": ({"policies"}, 50),
    f"/cities/?topic={TOPIC}": ({"cities", "policies"}, 200),
    "/cities/": ({"cities"}, 100),
    "/zones/": ({"zones"}, 100),
    "/batches/": ({"batches", "zones"}, 100),
    "/statistics/": ({"statistics"}, 20),
    f"/topics/{TOPIC}/": ({"policies", "topics"}, 3),
    "/": ({"policies"}, 3),
    "/sources/": ({"sources"}, 50),
    "/sources/sc-2025-40/": ({"sources", "batches", "policies", "zones"}, 3),
    "/sources/mof-gacc-sta-2018-49/": ({"sources", "policies"}, 2),
    "/topics/": ({"topics"}, 80),
    "/topics/spread/": ({"topics", "policies"}, 80),
    "/changes/": ({"policies"}, 40),
    "/changes/?what=zone": ({"zones"}, 40),
    "/changes/?what=coverage": ({"zone_coverage"}, 4),
    "/changes/?by=publication": ({"zones"}, 40),
    "/cities/hangzhou/changes/": ({"policies"}, 20),
    "/places/Suihua:CN-HL:1900/changes/": ({"policies"}, 10),
    "/atlas/": ({"topics", "policies"}, 200),
    "/atlas/?shown=words&as_of=2019-01-01": ({"topics", "policies"}, 200),
    "/distances/": ({"topics"}, 10),
    "/distances/?city=hangzhou&as_of=2026-11-23": ({"cities", "topics", "policies"}, 500),
    "/distances/?cities=hangzhou,zhengzhou&as_of=2026-11-23": ({"cities", "topics"}, 10),
    "/profiles/": ({"topics", "policies"}, 50),
    "/research/": ({"topics", "policies"}, 50),
    "/search/?q=hangzhou+1210": ({"policies"}, 1),
    **{
        f"/search/?q={words}&kind={kind}": ({table}, 1)
        for words, kind, table in (
            *(
                ("hangzhou", "city", "cities"),
                ("hangzhou", "customs_district", "customs_districts"),
            ),
            *(("zhejiang", "province", "provinces"), ("pilot", "programme", "programmes")),
            *(("hangzhou", "zone", "zones"), ("hangzhou", "policy", "policies")),
            *(("payment", "focus_area", "focus_areas"), ("payment", "topic", "topics")),
        )
    },
    "/search/?q=国函201544": ({"sources", "batches"}, 2),
    "/templates/": ({"templates"}, 5),
    "/templates/import-1210-seller/": ({"requirements"}, 5),
    "/templates/import-1210-seller/preview/?city=hangzhou": ({"requirements", "policies"}, 5),
}
LINK = re.compile(r'href="(/admin/desk/propose/[^"]*)"')


@pytest.fixture
def at_the_desk(analyst: Any) -> Client:
    client = Client()
    log_in_staff(client, analyst)
    return client


def links(client: Client, page: str) -> list[str]:
    shown = client.get(page)
    assert shown.status_code == 200
    return [unescape(link) for link in LINK.findall(shown.content.decode())]


def table_of(link: str) -> str:
    return urlsplit(link).path.split("/")[4]


@pytest.mark.parametrize("page", PAGES)
def test_every_cell_leads_to_the_form_that_changes_it(at_the_desk: Client, page: str) -> None:
    tables, least = PAGES[page]
    found = links(at_the_desk, page)
    assert {table_of(link) for link in found} == tables
    assert len(found) >= least
    for table in sorted(tables):
        own = [link for link in found if table_of(link) == table]
        for link in own[:: max(1, len(own) // 3)]:
            opened = at_the_desk.get(link, follow=True)
            assert opened.status_code == 200, link
            assert opened.context["boxes"]


@pytest.mark.parametrize("page", PAGES)
def test_nobody_else_is_and_what_is_kept_for_all_says_nothing_of_it(
    at_the_desk: Client, page: str, reviewer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget()
    assert links(at_the_desk, page)
    anybody, other = Client(), Client()
    log_in_staff(other, reviewer)
    before = anybody.get(page).content
    assert b"desk" not in before
    assert b"pencil" not in before
    assert links(other, page) == []
    for module in (change_tags, row_cells, row_tags, desk_tags):
        monkeypatch.setattr(module, "pencil", lambda _address: "a link made here")
    forget()
    assert b"a link made here" in at_the_desk.get(page).content
    assert anybody.get(page).content == before


def test_a_cell_leads_to_the_policy_that_answers_and_else_to_a_new_rule(
    at_the_desk: Client,
) -> None:
    asked = [
        parse_qs(urlsplit(link).query) for link in links(at_the_desk, "/compare/?cities=hangzhou")
    ]
    answered = [own["identity"][0] for own in asked if "identity" in own]
    assert any(identity.startswith(f"{TOPIC}.nation.CN.") for identity in answered)
    fresh = [own for own in asked if "identity" not in own]
    assert fresh
    assert {(own["scope_kind"][0], own["scope_code"][0]) for own in fresh} == {("city", "hangzhou")}


def test_the_policy_is_found_though_its_start_was_corrected_and_not_once_it_is_withdrawn(
    at_the_desk: Client, analyst: Any, reviewer: Any
) -> None:
    key = (TOPIC, "nation", "CN", "2019-01-01")
    page = f"/admin/desk/propose/policies/?identity={'.'.join(key)}"
    published(analyst, reviewer, written("policies", key, effective_from="2019-01-02"))
    opened = at_the_desk.get(page, follow=True)
    held = {box.column.name: box.cell for box in opened.context["boxes"]}
    assert held["effective_from"] == "2019-01-02"
    for wrong in ("nothing.of.this.kind", "%00", ""):
        answered = at_the_desk.get(f"/admin/desk/propose/policies/?identity={wrong}")
        assert answered.status_code == (404 if wrong else 200)

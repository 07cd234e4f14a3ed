"""Public pages of templates say what the API says, and the API what the fixtures say."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from tests.checklists import oracle

pytestmark = pytest.mark.django_db

SLUGS = sorted({row["template"] for row in oracle.REQUIREMENTS})
LISTS = ("included", "to-confirm", "excluded")


def listed(page: str, verdict: str) -> list[str]:
    """The numbers of the duties that a page shows under a verdict."""
    part = page.split(f'id="list-{verdict}"')[1].split('<details id="list-')[0]
    return re.findall(r"<li>\s*<strong>(\S+) ", part)


def test_every_template_is_listed_and_opens_with_all_its_duties(client: Client) -> None:
    page = client.get("/templates/").content.decode()
    for slug in SLUGS:
        assert f"/templates/{slug}/" in page
        full = client.get(f"/templates/{slug}/").content.decode()
        own = [row["number"] for row in oracle.REQUIREMENTS if row["template"] == slug]
        assert re.findall(r'<li id="\S+">\s*<strong>(\S+) ', full) == own
    assert client.get("/templates/none-such/").status_code == 404


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize(
    ("city", "day"), [("hangzhou", "2019-06-30"), ("shijiazhuang", "2026-11-23")]
)
def test_a_preview_shows_what_the_api_says(client: Client, slug: str, city: str, day: str) -> None:
    asked = f"city={city}&as_of={day}&answer=goods-kinds:food"
    answer = client.get(f"/api/v1/templates/{slug}/preview/?{asked}").json()
    page = client.get(f"/templates/{slug}/preview/?{asked}").content.decode()
    for verdict in LISTS:
        assert listed(page, verdict) == [
            duty["number"] for duty in answer[verdict.replace("-", "_")]
        ]
    assert ("✕" in page) == (answer["gate"]["state"] == "stop")


def test_a_closed_gate_stops_at_the_top_with_the_duties_still_there(client: Client) -> None:
    asked = "city=shijiazhuang&as_of=2019-06-30"
    page = client.get(f"/templates/import-1210-seller/preview/?{asked}").content.decode()
    answer = client.get(f"/api/v1/templates/import-1210-seller/preview/?{asked}").json()
    assert answer["gate"]["state"] != "open"
    assert page.index('class="banner stop"') < page.index('id="list-included"')
    assert listed(page, "included")


def test_a_described_place_is_previewed_on_page_and_api_alike(client: Client) -> None:
    asked = "province=CN-ZJ&customs_district=2900&as_of=2026-11-23"
    page = client.get(f"/templates/zone-readiness/preview/?{asked}")
    answer: Any = client.get(f"/api/v1/templates/zone-readiness/preview/?{asked}").json()
    assert page.status_code == 200
    for verdict in LISTS:
        assert listed(page.content.decode(), verdict) == [
            d["number"] for d in answer[verdict.replace("-", "_")]
        ]
    assert (answer["city"], answer["province"]) == (None, "CN-ZJ")


def test_the_form_remembers_city_and_answers_in_chinese(client: Client) -> None:
    asked = "city=杭州&as_of=2026-11-23&answer=goods-kinds:food&lang=zh-hans"
    page = client.get(f"/templates/import-1210-seller/preview/?{asked}").content.decode()
    assert 'value="杭州"' in page
    assert re.search(r'value="goods-kinds:food" checked', page)
    assert "杭州市" in page


@pytest.mark.parametrize(
    "asked",
    [
        "city=atlantis",
        "city=hangzhou&as_of=2026-02-30",
        "city=hangzhou&answer=goods-kinds:gold",
        "city=hangzhou&province=CN-ZJ",
        "province=CN-ZJ",
        "province=XX&customs_district=2900",
        "city=hangzhou&known_at=99",
        "colour=red",
    ],
)
def test_a_wrong_question_is_a_helpful_400(client: Client, asked: str) -> None:
    for address in (
        "/templates/import-1210-seller/preview/",
        "/api/v1/templates/import-1210-seller/preview/",
    ):
        assert client.get(f"{address}?{asked}").status_code == 400, address


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/templates/", 1),
        ("/templates/zone-readiness/", 1),
        ("/templates/import-1210-seller/preview/?city=hangzhou", 6),
    ],
)
def test_queries_are_few(
    client: Client, path: str, most: int, django_assert_max_num_queries: Any
) -> None:
    client.get(path)
    with django_assert_max_num_queries(most):
        client.get(path)

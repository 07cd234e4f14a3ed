"""Two cities share a name in English: whatever names one of them says which."""

from __future__ import annotations

import re
from collections import defaultdict
from html import unescape
from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db

#: Pages that name many cities, or both of them.
PAGES = [
    "/cities/",
    "/zones/",
    "/profiles/",
    "/batches/",
    "/topics/bonded-import-1210/",
    "/topics/export-no-invoice-exemption/",
    "/cities/?topic=bonded-import-1210",
    "/compare/?cities=taizhou-jiangsu,taizhou-zhejiang",
    "/compare/?cities=Taizhou",
    "/search/?q=Taizhou",
]


def opened(client: Client, address: str) -> str:
    answer: Any = client.get(address, headers={"Accept-Language": "en"})
    text = unescape(answer.content.decode())
    return text[text.index("<main") : text.index("</main>")]


@pytest.mark.parametrize("where", PAGES)
def test_links_that_lead_to_different_cities_read_differently(client: Client, where: str) -> None:
    leads: dict[str, set[str]] = defaultdict(set)
    links = re.findall(r'<a [^>]*href="([^"]*)"[^>]*>(.*?)</a>', opened(client, where), re.S)
    for address, words in links:
        if "Taizhou" in words:
            leads[re.sub("<[^>]*>", "", words).strip()].add(address)
    assert len(leads) > 1
    assert "Taizhou" not in leads


def test_a_field_that_names_one_of_them_finds_it_again(client: Client) -> None:
    for slug, province in (("taizhou-zhejiang", "Zhejiang"), ("taizhou-jiangsu", "Jiangsu")):
        text = opened(client, f"/changes/?city={slug}")
        assert f'value="Taizhou ({province})"' in text
        assert text.count(f'<option value="Taizhou ({province})">') == 1
        again = client.get("/changes/", {"city": f"Taizhou ({province})"})
        assert again.status_code == 200
        compared: Any = client.get("/compare/", {"cities": f"Taizhou ({province})"})
        assert compared["Location"] == f"?cities={slug}"

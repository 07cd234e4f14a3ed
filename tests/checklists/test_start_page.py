"""A checklist is started from its form, and a mistake keeps what was typed."""

from __future__ import annotations

import pytest

from checklists.models import Checklist
from tests.checklists.browsing import logged_in, page

pytestmark = pytest.mark.django_db


def test_starting_a_checklist_from_its_form() -> None:
    client = logged_in("alice")
    form = client.get("/checklists/start/?template=import-1210-seller&city=hangzhou")
    assert form.status_code == 200
    answer = client.post(
        "/checklists/start/?template=import-1210-seller",
        {
            "do": "start",
            "template": "import-1210-seller",
            "title": "杭州保税进口",
            "cities": "杭州、Zhengzhou",
            "as_of": "2026-11-23",
            "answer": ["goods-kinds:food", "goods-kinds:cosmetics"],
        },
    )
    assert answer.status_code == 303
    checklist = Checklist.objects.get()
    assert answer["Location"] == page(checklist)
    assert [p.city.slug for p in checklist.places.all() if p.city] == ["hangzhou", "zhengzhou"]
    assert "杭州保税进口" in client.get(page(checklist)).content.decode()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"cities": "atlantis"}, "There is no city"),
        ({"cities": ""}, "Name 1 to"),
        ({"as_of": "2026-02-30"}, "not a day of the calendar"),
        ({"answer": "goods-kinds:gold"}, "not a known value"),
        ({"place_name": "Newtown"}, "customs district of Newtown"),
        (
            {"place_name": "杭州", "province": "CN-ZJ", "district": "2900"},
            "“杭州” is a pilot city there",
        ),
        ({"place_name": "a:b", "province": "CN-HL", "district": "1900"}, "is no name of a place"),
    ],
)
def test_a_wrong_start_keeps_what_was_typed(wrong: dict[str, str], told: str) -> None:
    form = {
        "do": "start",
        "template": "import-1210-seller",
        "title": "Kept title",
        "cities": "hangzhou",
        "as_of": "2026-11-23",
    } | wrong
    answer = logged_in("alice").post("/checklists/start/?template=import-1210-seller", form)
    assert answer.status_code == 400
    assert told in answer.content.decode()
    assert "Kept title" in answer.content.decode()
    assert not Checklist.objects.exists()


def test_a_described_place_is_started() -> None:
    answer = logged_in("alice").post(
        "/checklists/start/?template=zone-readiness",
        {
            "do": "start",
            "template": "zone-readiness",
            "title": "Ready?",
            "cities": "",
            "place_name": "Newtown",
            "province": "CN-ZJ",
            "district": "2900",
            "as_of": "2026-11-23",
        },
    )
    assert answer.status_code == 303
    assert str(Checklist.objects.get().places.get()) == "Newtown"

"""A document of another number is not offered for a whole number that nobody knows."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from tests.conftest import log_in_staff
from tests.zones.desk.acts import known, proposed, written
from zones.desk.new_rows import NewRows
from zones.desk.pickers import candidates, near

pytestmark = pytest.mark.django_db

NEW = "海关总署公告2026年第200号"


def offered(typed: str, brought: NewRows | None = None) -> list[str]:
    told = candidates("sources", typed, brought=brought)
    return [pick.key[0] for pick in told] or [
        pick.key[0] for _table, pick in near(["sources"], typed, brought=brought).picks
    ]


@pytest.mark.parametrize(
    "typed",
    [NEW, "2026年第200号", "公告2026年第200号", "2026年第200", "国函〔2025〕400号", "第200号"],
)
def test_what_only_begins_alike_is_not_offered(typed: str) -> None:
    assert offered(typed) == []


def test_what_begins_so_and_slips_in_one_place_are_offered() -> None:
    assert offered("海关总署公告2018年第19") == ["gacc-2018-194"]
    assert offered("2018年第149号")[0] == "gacc-2018-194"
    assert "gacc-2018-194" in offered("海关总署公告2018年第195号")
    assert set(offered("2026年第2号")[:2]) == {"gacc-2026-02", "mof-sta-2026-2"}


def test_a_whole_number_that_the_set_brings_comes_first(analyst: Any) -> None:
    like = known("sources")["gacc-2018-194",]
    row = {**like, "id": "gacc-2026-200", "document_number": NEW}
    brought = NewRows(proposed(analyst, written("sources", None, **row)))
    for typed in ("2026年第200号", "2026年第20", NEW):
        assert offered(typed, brought)[0] == "gacc-2026-200"
    assert offered("2026年第2号", brought)[:2] == ["gacc-2026-02", "mof-sta-2026-2"]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_set_of_ones_own_that_brings_the_document_is_named(
    analyst: Any, other_analyst: Any, language: str
) -> None:
    like = known("sources")["gacc-2018-194",]
    row = {**like, "id": "gacc-2026-200", "document_number": NEW}
    own = proposed(analyst, written("sources", None, **row), title="New <documents>")
    page = reverse("admin:desk-propose", args=["policies"])
    posted = {"do": "save", "cell_source_id": "2026年第200号"}
    words = {"en": "Your change set “New <documents>”", "zh-hans": "您的变更集“New <documents>”"}
    for person, told in ((analyst, True), (other_analyst, False)):
        client = Client()
        log_in_staff(client, person)
        client.cookies["django_language"] = language
        text = client.post(page, posted).content.decode()
        assert (reverse("admin:desk-set", args=[own.pk]) in text) == told
        assert "<documents>" not in text
        shown = strip_tags(text).replace("&lt;", "<").replace("&gt;", ">")
        assert (words[language] in shown) == told

"""Rows are called at the desk as readers call what they name, each apart from every other."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import Exists, OuterRef
from django.test import Client
from django.urls import reverse

from cbec_portal.china_time import today_in_china
from tests.conftest import log_in_staff
from tests.zones.desk.acts import known, proposed, said, written
from zones.dataset.table_registry import table_named
from zones.desk.cell_words import CellWords
from zones.desk.new_rows import NewRows
from zones.models import InForce, Policy

pytestmark = pytest.mark.django_db

LIMIT = "import-single-transaction-limit"


def test_cities_of_one_name_are_told_apart_in_a_set(analyst: Any) -> None:
    words = CellWords("en")
    names = [words.city(slug) for (slug,) in known("cities")]
    assert len(set(names)) == len(names)
    own = proposed(
        analyst,
        *(
            written("cities", (f"taizhou-{where}",), name_en="T")
            for where in ("jiangsu", "zhejiang")
        ),
    )
    client = Client()
    log_in_staff(client, analyst)
    page = client.get(reverse("admin:desk-set", args=[own.pk]), headers={"Accept-Language": "en"})
    for province in ("Jiangsu", "Zhejiang"):
        assert f"Taizhou ({province})" in page.content.decode()


def test_a_row_of_a_city_or_a_topic_is_called_by_its_name() -> None:
    words = CellWords("zh-hans")
    moved = table_named("former_placements")
    assert words.row(moved, ("hangzhou", "2024-03-01")).startswith("杭州市，")


def test_the_queue_tells_notes_in_the_readers_language(analyst: Any) -> None:
    answering = InForce.objects.current().on(today_in_china()).filter(policy=OuterRef("pk"))
    noted = Policy.objects.current().exclude(caveat_zh="").exclude(caveat_en="")
    own = noted.filter(Exists(answering)).first()
    assert own
    client = Client()
    log_in_staff(client, analyst)
    address = reverse("admin:desk-queue")
    for language, told, other in (
        ("zh-hans", own.caveat_zh, own.caveat_en),
        ("en", own.caveat_en, own.caveat_zh),
    ):
        asked = {"kind": "caveat", "topic": own.topic.slug, "lang": language}
        text = client.get(address, asked).content.decode()
        assert told in text
        assert other not in text


def test_a_matrix_names_only_what_it_lacks(analyst: Any) -> None:
    client = Client()
    log_in_staff(client, analyst)
    own = proposed(analyst)
    answer = client.post(
        reverse("admin:desk-grid", args=[own.pk]),
        {
            "do": "look",
            "table": "matrix",
            "scope_kind": "city",
            "text": "place\timport-single-transaction-limit\nJinhua\t4000",
        },
        headers={"Accept-Language": "en"},
    )
    (problem,) = [
        problem
        for problem in answer.context["judged"].rows[0].problems
        if "It lacks" in problem.why
    ]
    assert problem.why == "It lacks in force from (effective_from), by which a row is known."


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_cells_that_name_rows_are_read_by_their_names_with_the_keys(language: str) -> None:
    words = CellWords(language)
    zh, source = language == "zh-hans", next(iter(known("sources")))[0]
    for name, column, cell, told in (
        ("cities", "customs_district", "2900", "杭州海关（2900）" if zh else "Hangzhou Customs"),
        ("cities", "province", "CN-ZJ", "浙江省（CN-ZJ）" if zh else "Zhejiang (CN-ZJ)"),
        ("policies", "topic", LIMIT, LIMIT),
        ("policies", "source_id", source, source),
        ("zones", "city", "hangzhou", "杭州市（hangzhou）" if zh else "Hangzhou (hangzhou)"),
    ):
        beside = {column: cell}
        read = words.cell(table_named(name), column, cell, beside)
        assert read != cell
        assert told in read
        assert words.cell(table_named(name), column, "nothing-here", beside) == "nothing-here"


def test_what_a_set_brings_is_called_so_in_it(analyst: Any) -> None:
    city = {**known("cities")[("hangzhou",)], "slug": "nowhere", "adcode": ""}
    own = proposed(
        analyst,
        said("cities", {**city, "name_en": "Nowhere", "name_zh": "乌有市"}),
        said(
            "policies",
            {
                **next(iter(known("policies").values())),
                "scope_kind": "city",
                "scope_code": "nowhere",
            },
        ),
    )
    words = CellWords("en", NewRows(own))
    assert words.city("nowhere") == "Nowhere"
    (source,) = next(iter(known("sources")))
    assert words.row(table_named("sources"), (source,)).endswith(f" ({source})")

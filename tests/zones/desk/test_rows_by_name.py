"""Rows are called at the desk as readers call what they name, each apart from every other."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.zones.desk.acts import known, proposed, written
from zones.desk.cell_words import CellWords
from zones.desk.judgement import table_named
from zones.models import Policy

pytestmark = pytest.mark.django_db


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
    assert words.row(moved, ("hangzhou", "2024-03-01")).startswith("杭州市 ")


def test_the_queue_tells_notes_in_the_readers_language(analyst: Any) -> None:
    noted = Policy.objects.current().not_withdrawn().exclude(caveat_zh="")
    own = noted.exclude(caveat_en="").filter(topic__slug="import-single-transaction-limit").first()
    own = own or noted.exclude(caveat_en="").first()
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

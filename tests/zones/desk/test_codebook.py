"""How each topic is answered stands beside its form, on its page and in the API."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from cbec_portal.languages import either, in_language
from tests.conftest import log_in_staff
from tests.zones.datasets import copy_of_fixtures, read_rows
from tests.zones.desk.acts import known, published, written
from zones.dataset.dump import dump_dataset
from zones.dataset.load import load_dataset
from zones.dataset.topic_tables import CODEBOOK
from zones.models import Topic

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

LIMIT = "import-single-transaction-limit"
SAID = {
    "counts_as_en": "The limit of one order.\nNot that of a year.",
    "counts_as_zh": "单笔限值。\n并非年度限值。",
    "examples_en": "“5,000 yuan an order” is 5000.",
    "examples_zh": "“单次交易限值5000元”即5000。",
    "pitfalls_en": "Older texts tell 2,000.",
    "pitfalls_zh": "旧文件为2000元。",
}
WORDS = {"en": ("_en", "Nobody has written down"), "zh-hans": ("_zh", "尚无人写明")}


def lines_of(suffix: str) -> list[str]:
    return [
        line for name, text in SAID.items() if name.endswith(suffix) for line in text.split("\n")
    ]


@pytest.mark.parametrize("language", WORDS)
def test_it_is_written_through_a_set_and_shown_everywhere(
    analyst: Any, reviewer: Any, language: str
) -> None:
    suffix, nothing = WORDS[language]
    staff, reader = Client(), Client()
    log_in_staff(staff, analyst)
    page = f"{reverse('zones:topic', args=[LIMIT])}?lang={language}"
    form = f"{reverse('admin:desk-propose', args=['policies'])}?topic={LIMIT}&lang={language}"
    for client, address in ((reader, page), (staff, form)):
        assert nothing in client.get(address).content.decode()
    published(analyst, reviewer, written("topics", (LIMIT,), **SAID))
    for client, address in ((reader, page), (staff, form)):
        shown = client.get(address, headers={"accept-language": language}).content.decode()
        assert nothing not in shown
        for line in lines_of(suffix):
            assert line in shown
    told = reader.get(f"/api/v1/topics/{LIMIT}/").json()
    assert {name: told[name] for name in SAID} == SAID


def test_it_says_what_each_choice_means(analyst: Any) -> None:
    staff = Client()
    log_in_staff(staff, analyst)
    for topic in Topic.objects.filter(value_type="choice").prefetch_related("choices"):
        form = f"{reverse('admin:desk-propose', args=['policies'])}?topic={topic.slug}&lang=en"
        shown = staff.get(form).content.decode()
        page = Client().get(f"{reverse('zones:topic', args=[topic.slug])}?lang=en")
        for choice in topic.choices.all():
            for text in (choice.label_en, choice.meaning_en):
                assert escape(text) in shown
                assert escape(text) in page.content.decode()


def test_files_without_it_leave_it_as_it_is(analyst: Any, reviewer: Any, tmp_path: Path) -> None:
    published(analyst, reviewer, written("topics", (LIMIT,), **SAID))
    older = copy_of_fixtures(tmp_path) / "topics.csv"
    rows = read_rows(older)
    names = [name for name in rows[0] if name not in CODEBOOK]
    assert len(names) + len(CODEBOOK) == len(rows[0])
    with older.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(
            [names, *([row[name] for name in names] for row in rows)]
        )
    load_dataset(older.parent)
    assert {name: known("topics")[LIMIT,][name] for name in SAID} == SAID
    dumped = tmp_path / "dump"
    dump_dataset(dumped)
    (row,) = [row for row in read_rows(dumped / "topics.csv") if row["slug"] == LIMIT]
    assert {name: row[name] for name in SAID} == SAID


@pytest.mark.parametrize("language", WORDS)
def test_what_follows_from_the_topic_is_told_though_nobody_wrote_a_word(
    analyst: Any, language: str
) -> None:
    staff, reader = Client(), Client()
    log_in_staff(staff, analyst)
    types = dict(Topic.objects.order_by("-pk").values_list("value_type", "slug"))
    for slug in types.values():
        topic = Topic.objects.get(slug=slug)
        page = f"{reverse('zones:topic', args=[slug])}?lang={language}"
        form = f"{reverse('admin:desk-propose', args=['policies'])}?topic={slug}&lang={language}"
        for client, address in ((reader, page), (staff, form)):
            shown = client.get(address, headers={"accept-language": language}).content.decode()
            facts = shown.partition('<dl class="facts">')[2].partition("</dl>")[0]
            assert f"<dd>{topic.review_months}</dd>" in facts
            labels = [in_language(one, "label", language) for one in topic.choices.all()]
            for label in (either(topic.unit, topic.unit_zh, language), *labels):
                assert escape(label) in facts, (address, label)

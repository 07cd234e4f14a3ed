"""A choice of an intake question is taken back together with the duty that asks for it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.zones.desk.acts import known, problems_of, published, said, say_why_all, written
from tests.zones.desk.test_every_table import tomorrow
from zones.dataset.table import Cells
from zones.desk.judgement import judge
from zones.desk.reversal import propose_undo
from zones.desk.row_drafts import RowDraft
from zones.desk.set_publication import publish_set
from zones.desk.set_steps import submit
from zones.rules.vocabulary import Fate

pytestmark = pytest.mark.django_db


def with_a_new_answer(**cells: str) -> tuple[Cells, Cells, list[RowDraft]]:
    """A question, a duty, and what adds an answer to the one and a duty that asks for it."""
    question = next(iter(known("intake_questions").values()))
    more = {
        "choices": f"{question['choices']};tomorrow",
        "choice_labels_en": f"{question['choice_labels_en']};Tomorrow",
        "choice_labels_zh": f"{question['choice_labels_zh']};明天",
    }
    duty = next(own for own in known("requirements").values())
    new = {**duty, "number": "9.98", "asks": f"{question['slug']}=tomorrow"}
    drafts = [
        written("intake_questions", (question["slug"],), **more, **cells),
        said("requirements", new),
    ]
    return question, duty, drafts


def test_a_choice_and_the_duty_that_asks_for_it_are_taken_back_together(
    analyst: Any, reviewer: Any
) -> None:
    question, duty, drafts = with_a_new_answer()
    revision = published(analyst, reviewer, *drafts)
    own = propose_undo(revision, analyst)
    found = judge(own)
    assert not found.hinders, problems_of(found.rows)
    fates = {row.table.name: row for row in found.rows}
    assert fates["requirements"].fate == Fate.TAKEN_OUT
    stays = fates["intake_questions"].stays
    assert fates["intake_questions"].fate == Fate.SAME
    assert stays
    assert "tomorrow" in stays.why
    client = Client()
    log_in_staff(client, analyst)
    page = client.get(reverse("admin:desk-set", args=[own.pk])).content.decode()
    assert "The choice tomorrow stays" in page
    say_why_all(own, analyst)
    publish_set(submit(own, analyst), reviewer)
    assert (duty["template"], "9.98") not in known("requirements")
    assert "tomorrow" in known("intake_questions")[(question["slug"],)]["choices"]


def test_what_else_was_said_of_the_question_is_taken_back_all_the_same(
    analyst: Any, reviewer: Any
) -> None:
    question, _duty, drafts = with_a_new_answer(why_zh="另一种理由。")
    revision = published(analyst, reviewer, *drafts)
    own = propose_undo(revision, analyst)
    found = judge(own)
    assert not found.hinders, problems_of(found.rows)
    (row,) = [one for one in found.rows if one.table.name == "intake_questions"]
    assert (row.fate, list(row.moved)) == (Fate.CHANGED, ["why_zh"])
    assert row.stays
    say_why_all(own, analyst)
    publish_set(submit(own, analyst), reviewer)
    assert known("intake_questions")[(question["slug"],)]["why_zh"] == question["why_zh"]


def test_an_answer_for_which_a_later_duty_asks_is_refused(analyst: Any, reviewer: Any) -> None:
    _question, duty, drafts = with_a_new_answer()
    revision = published(analyst, reviewer, *drafts)
    later = {**duty, "number": "9.97", "asks": drafts[1].cells["asks"]}
    published(analyst, reviewer, said("requirements", later))
    found = judge(propose_undo(revision, analyst))
    assert any("stays" in why for _column, why in problems_of(found.rows))


@pytest.mark.parametrize(
    ("language", "of_topic", "of_document"),
    [
        ("en", "All that was recorded of this topic was withdrawn", "Nothing any more"),
        ("zh-hans", "该对比事项的全部记录均已撤回", "现已没有"),
    ],
)
def test_a_topic_and_a_document_that_stay_after_an_undo_say_so(
    analyst: Any, reviewer: Any, client: Client, language: str, of_topic: str, of_document: str
) -> None:
    pages = (("/topics/tomorrow-listed/", of_topic), ("/sources/tomorrow-2026/", of_document))
    new = tomorrow()
    tables = ("issuers", "sources", "focus_areas", "topics", "choices", "policies")
    rows = [
        (name, cells)
        for name in tables
        for cells in new[name]
        if cells.get("scope_kind", "nation") == "nation"
    ]
    revision = published(analyst, reviewer, *(said(name, cells) for name, cells in rows))
    for page, words in pages:
        assert words not in client.get(f"{page}?lang={language}").content.decode()
    own = propose_undo(revision, analyst)
    say_why_all(own, analyst)
    publish_set(submit(own, analyst), reviewer)
    for page, words in pages:
        assert words in client.get(f"{page}?lang={language}").content.decode(), page
        then = client.get(f"{page}?lang={language}&known_at={revision.number}")
        assert words not in then.content.decode()

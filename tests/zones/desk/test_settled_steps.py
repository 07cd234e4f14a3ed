"""That a conflict was settled, how and by whom stands among the steps of its set, for ever."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from tests.conftest import log_in_staff
from tests.zones.desk.acts import (
    known,
    person,
    proposed,
    published,
    row_of,
    said,
    say_why_all,
    taken_out,
    written,
)
from zones.desk.row_drafts import RowDraft
from zones.desk.set_publication import publish_set
from zones.desk.set_steps import submit, take_back_and_settle
from zones.desk.settlement import settle
from zones.models import ChangeSet

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

LIMIT = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")


def in_conflict(analyst: Any, other: Any, mine: RowDraft, theirs: RowDraft) -> ChangeSet:
    own = proposed(analyst, mine)
    published(other, person("rex", "reviewer"), theirs)
    return own


def steps(someone: Any, own: ChangeSet, language: str) -> str:
    client = Client()
    log_in_staff(client, someone)
    page = client.get(reverse("admin:desk-set", args=[own.pk]), {"lang": language})
    told = page.content.decode().partition('id="remarks"')[2].partition("</section>")[0]
    return unescape(told)


@pytest.mark.parametrize("acted_in", ["en", "zh-hans"])
@pytest.mark.parametrize(
    ("mine", "words"),
    [
        (
            True,
            {
                "en": "kept what is proposed: {} – value: “6000”, not “7000”",
                "zh-hans": "保留提议的内容：{}——取值：“6000”，而非“7000”",
            },
        ),
        (
            False,
            {
                "en": "kept what is here: {} – value: “7000”, not “6000”",
                "zh-hans": "保留现有内容：{}——取值：“7000”，而非“6000”",
            },
        ),
    ],
)
def test_which_cell_was_kept_is_told_in_either_language_to_whoever_reviews(
    analyst: Any,
    other_analyst: Any,
    reviewer: Any,
    acted_in: str,
    mine: bool,
    words: dict[str, str],
) -> None:
    own = in_conflict(
        analyst,
        other_analyst,
        written("policies", LIMIT, value="6000", note="Mine"),
        written("policies", LIMIT, value="7000"),
    )
    with override(acted_in):
        settle(row_of(own), analyst, "value", mine=mine)
    say_why_all(own, analyst)
    submit(own, analyst)
    rows = {"en": ", 1 Jan 2019", "zh-hans": "，2019年1月1日"}
    for language, line in words.items():
        told = steps(reviewer, own, language)
        before, after = line.split("{}")
        assert before in told, told
        assert rows[language] + after in told, told
        assert "ana" in told
    own.refresh_from_db()
    publish_set(own, reviewer)
    assert "“6000”" in steps(reviewer, own, "en")


def test_what_is_taken_back_to_be_settled_is_told_as_both(
    analyst: Any, other_analyst: Any, reviewer: Any
) -> None:
    own = proposed(analyst, written("cities", ("hangzhou",), name_en="Mine"))
    say_why_all(own, analyst)
    submit(own, analyst)
    published(other_analyst, reviewer, written("cities", ("hangzhou",), name_en="Theirs"))
    take_back_and_settle(row_of(own), other_analyst, "name_en", mine=True)
    told = steps(reviewer, own, "en")
    assert told.index("took it back") < told.index("“Mine”, not “Theirs”")
    assert "ben" in told


@pytest.mark.parametrize(("mine", "words"), [(True, "is proposed: "), (False, "is here: ")])
def test_a_row_that_went_meanwhile_is_told_by_its_name(
    analyst: Any, other_analyst: Any, reviewer: Any, mine: bool, words: str
) -> None:
    fresh = {**known("sources")["gacc-2018-194",], "id": "tomorrow", "document_number": ""}
    published(analyst, reviewer, said("sources", fresh))
    own = in_conflict(
        analyst,
        other_analyst,
        written("sources", ("tomorrow",), title_en="Mine"),
        taken_out("sources", ("tomorrow",)),
    )
    settle(row_of(own), analyst, "", mine=mine)
    assert f"Settled, kept what {words}" in steps(reviewer, own, "en")
    assert "冲突已处理" in steps(reviewer, own, "zh-hans")


def test_a_row_that_was_to_go_is_told_as_a_whole(
    analyst: Any, other_analyst: Any, reviewer: Any
) -> None:
    own = in_conflict(
        analyst,
        other_analyst,
        taken_out("policies", LIMIT),
        written("policies", LIMIT, note="Another"),
    )
    settle(row_of(own), analyst, "note", mine=False)
    told = steps(reviewer, own, "en")
    assert "Settled, kept what is here: " in told
    assert "Another" not in told
    assert "保留现有内容：" in steps(reviewer, own, "zh-hans")


def test_words_of_lists_are_told_in_the_language_of_whoever_reads(
    analyst: Any, other_analyst: Any, reviewer: Any
) -> None:
    own = in_conflict(
        analyst,
        other_analyst,
        written("policies", LIMIT, verification="secondary"),
        written("policies", LIMIT, verification="unverified"),
    )
    settle(row_of(own), analyst, "verification", mine=True)
    told = [steps(reviewer, own, language) for language in ("en", "zh-hans")]
    kept = [part.partition("“")[2].partition("”")[0] for part in told]
    assert all(kept)
    assert kept[1] != kept[0]
    assert not kept[1].isascii()

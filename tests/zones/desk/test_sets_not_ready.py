"""What a set does is not told as known while rows of it are in conflict or refused."""

from __future__ import annotations

import re
from collections.abc import Callable
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
    submitted,
    taken_out,
    written,
)
from tests.zones.desk.test_offers import page_of
from zones.admin.effect_words import effect_words
from zones.dataset.table import Cells, Key
from zones.desk.effect import effect_of
from zones.desk.judgement import judge
from zones.desk.row_drafts import RowDraft
from zones.models import ChangeSet
from zones.rules.vocabulary import Fate

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

LIMIT: Key = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")
NOTHING = re.compile("(?i)changes no answer|becomes another|不改变任何适用结论")


def limit(**cells: str) -> Cells:
    return {**known("policies")[LIMIT], **cells}


def in_conflict(someone: Any, *drafts: RowDraft) -> ChangeSet:
    """A set of which a row is in conflict: its value became another here meanwhile."""
    own = proposed(someone, written("policies", LIMIT, value="6000"), *drafts)
    theirs = written("policies", LIMIT, value="5500")
    published(person("oda", "analyst"), person("rex", "reviewer"), theirs)
    return own


def refused(someone: Any, *drafts: RowDraft) -> ChangeSet:
    """A set of which a row is refused: its value is no number."""
    return proposed(someone, written("policies", LIMIT, value="much"), *drafts)


def both(someone: Any, *drafts: RowDraft) -> ChangeSet:
    wrong = said("policies", limit(effective_from="2030-01-01", value="much"))
    return in_conflict(someone, wrong, *drafts)


MAKERS: dict[str, tuple[Callable[..., ChangeSet], str, str]] = {
    "conflict": (in_conflict, "1 conflict is settled", "1处冲突解决"),
    "refused": (refused, "1 refused row is mended", "1行被拒绝的内容改正"),
    "both": (both, "1 conflict is settled and 1 refused row is mended", "1处冲突解决、1行"),
}
#: What the other rows of a set do: nothing where there are none, no answer, or some.
OTHERS: dict[str, tuple[Callable[[], list[RowDraft]], str, str]] = {
    "none": (list, "", ""),
    "note": (
        lambda: [written("cities", ("hangzhou",), name_en="Hang")],
        "; the other rows change no answer; what becomes another: English name",
        "其余各行不改变任何适用结论",
    ),
    "answers": (
        lambda: [taken_out("policies", next(k for k in known("policies") if k[1] == "city"))],
        "; the other rows: 1 city, 1 topic, 1 span",
        "其余各行：",
    ),
}


@pytest.mark.parametrize("others", OTHERS)
@pytest.mark.parametrize("kind", MAKERS)
def test_the_head_says_what_is_not_known_and_tells_the_other_rows_apart(
    analyst: Any, kind: str, others: str
) -> None:
    make, words, chinese = MAKERS[kind]
    drafts, told, told_zh = OTHERS[others]
    found = judge(make(analyst, *drafts()))
    assert found.hinders
    assert effect_words(found, effect_of(found)).startswith(f"Not known before {words}{told}")
    with override("zh-hans"):
        shown = effect_words(found, effect_of(found))
    assert shown.startswith(f"在{chinese}")
    assert told_zh in shown


@pytest.mark.parametrize("kind", MAKERS)
def test_the_page_says_so_once_and_leads_to_the_rows_first(analyst: Any, kind: str) -> None:
    own = MAKERS[kind][0](analyst)
    shown = page_of(own, analyst)
    top, _head, below = shown.partition('id="effect"')
    assert not NOTHING.search(shown)
    assert below.count("Not known before") == 1
    assert "row in conflict" not in below
    for row in own.rows.all():
        assert f"#row-{row.pk}" in top, "each row to settle or mend is led to from the top"
    assert top.count("#row-") == own.rows.count()


@pytest.mark.parametrize("kind", MAKERS)
def test_rows_to_settle_or_mend_stand_before_all_others(
    analyst: Any, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the first page of a long set, too; the page on which a row stands is still found."""
    monkeypatch.setattr("zones.admin.reviewed_rows.A_PAGE", 2)
    good = [written("cities", key, note="Seen") for key in list(known("cities"))[:3]]
    own = proposed(analyst, *good)
    wrong = MAKERS[kind][0](analyst)
    wrong.rows.update(change_set=own)
    unready = {row.pk for row in own.rows.filter(table="policies")}
    client = Client()
    log_in_staff(client, analyst)
    address = reverse("admin:desk-set", args=[own.pk])
    pages = [client.get(address, {"page": number}).context for number in (1, 2, 3)]
    listed = [
        one.row.pk for page in pages[: pages[0]["page"].paginator.num_pages] for one in page["rows"]
    ]
    assert {*listed[: len(unready)]} == unready
    assert {*listed} == {row.pk for row in own.rows.all()}
    last = listed[-1]
    asked = client.get(address, {"row": last}).context
    assert last in {one.row.pk for one in asked["rows"]}


@pytest.mark.parametrize("kind", MAKERS)
def test_sending_is_not_the_main_act_while_it_would_be_refused(analyst: Any, kind: str) -> None:
    own = MAKERS[kind][0](analyst)
    (button,) = re.findall(r'<button[^>]* value="submit"[^>]*>', page_of(own, analyst))
    assert 'class="quiet"' in button
    (why,) = re.findall(r'aria-describedby="([^"]+)"', button)
    assert f'id="{why}">Mend the rows that are refused' in page_of(own, analyst)


def test_a_set_that_is_ready_is_told_as_before(analyst: Any) -> None:
    own = proposed(analyst, written("cities", ("hangzhou",), name_en="Hang"))
    shown = page_of(own, analyst)
    assert "Changes no answer" in shown
    assert "To settle or mend first" not in shown
    (button,) = re.findall(r'<button[^>]* value="submit"[^>]*>', shown)
    assert "quiet" not in button


def test_a_reviewer_is_led_to_what_came_into_conflict_meanwhile(
    analyst: Any, reviewer: Any
) -> None:
    own = submitted(analyst, written("cities", ("hangzhou",), name_en="Mine"))
    theirs = written("cities", ("hangzhou",), name_en="Theirs")
    published(person("oda", "analyst"), reviewer, theirs)
    assert [one.fate for one in judge(own).rows] == [Fate.CONFLICT]
    top, _head, _below = page_of(own, reviewer).partition('id="effect"')
    assert f"#row-{row_of(own).pk}" in top

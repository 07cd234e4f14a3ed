"""What the page of a set says of its effect: in a line, in a picture and in a list that agree."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.conftest import log_in_staff
from tests.zones.desk.acts import known, proposed, said, say_why_all, taken_out, written
from zones.admin.effect_picture import picture_of
from zones.admin.effect_words import EffectLines, effect_words, shown_effect
from zones.dataset.table import Cells, Key
from zones.desk.cell_words import CellWords
from zones.desk.effect import Effect, effect_of, effect_of_revision
from zones.desk.judgement import Judgement, judge
from zones.desk.new_rows import NewRows
from zones.desk.revision_effect import applied_judgement
from zones.desk.row_drafts import RowDraft
from zones.desk.set_publication import publish_set
from zones.desk.set_steps import submit
from zones.desk.turning_policies import turning_policies
from zones.models import City

LIMIT = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


def local() -> Key:
    """A policy of a city without an end, that answers there and nothing else does."""
    return next(
        key
        for key, own in sorted(known("policies").items())
        if key[1] == "city" and own["state"] == "stated" and not own["effective_to"]
    )


def open_local() -> dict[Key, Cells]:
    """Policies of cities without an end, that answer there and nothing else does."""
    return {
        key: own
        for key, own in sorted(known("policies").items())
        if key[1] == "city" and own["state"] == "stated" and not own["effective_to"]
    }


def effect(someone: Any, *drafts: RowDraft) -> tuple[Judgement, Effect]:
    found = judge(proposed(someone, *drafts))
    return found, effect_of(found)


def test_where_days_alone_change_that_is_said_and_the_counts_agree(analyst: Any) -> None:
    ended = written("policies", local(), effective_to="2026-12-31")
    found, own = effect(analyst, ended)
    told = shown_effect(own, CellWords("en")).groups
    kept = [one for one in told if one["beside"]]
    assert [one["beside"] for one in kept] == [
        "what becomes another: last day in force: empty → 31 Dec 2026"
    ]
    assert [one["last"] for one in kept] == ["2026-12-31"]
    turned = len(told) - len(kept)
    assert effect_words(found, own).endswith(f"{turned} span, 1 span keeps its answer")


def test_where_words_alone_change_it_is_said_which(analyst: Any) -> None:
    found, own = effect(analyst, written("policies", local(), summary_en="Anew", clause="Art. 9"))
    (told,) = shown_effect(own, CellWords("en")).groups
    assert told["beside"] == "what becomes another: English summary, English clause"
    told = "Changes no answer; what becomes another: English summary, English clause"
    assert effect_words(found, own) == told


@pytest.mark.parametrize(
    ("table", "cells", "language", "told"),
    [
        ("policies", {"note": "Seen"}, "en", "Changes no answer; what becomes another: note"),
        ("policies", {"note": "Seen"}, "zh-hans", "不改变任何适用结论；有变的是：内部备注"),
        ("sources", {"note": "Seen"}, "en", "Changes no answer; what becomes another: note"),
        ("topics", {"label_zh": "短称"}, "en", "Changes no answer; what becomes another: "),
    ],
)
def test_a_set_that_changes_no_answer_says_so_and_what_it_changes(
    analyst: Any, table: str, cells: dict[str, str], language: str, told: str
) -> None:
    key = local() if table == "policies" else next(iter(known(table)))
    found, own = effect(analyst, written(table, key, **cells))
    with translation.override(language):
        assert effect_words(found, own).startswith(told)


def test_the_picture_names_topics_and_cities_and_tells_a_new_city_once(analyst: Any) -> None:
    key = local()
    city = {**known("cities")[(key[2],)], "slug": "nowhere", "name_en": "Nowhere", "adcode": ""}
    drafts = (
        said("cities", {**city, "name_zh": "乌有市"}),
        written("policies", key, effective_to="2026-12-31"),
    )
    found, own = effect(analyst, *drafts)
    words = CellWords("en", NewRows(found.rows[0].row.change_set))
    shown: Any = picture_of(own, words)
    ((name, topics),) = shown["new"]
    assert (name, topics > 5) == ("Nowhere", True)
    (row,) = shown["rows"]
    assert (row["topic"], row["told"]) == (words.topic(key[0]), words.city(key[2]))
    client = Client()
    log_in_staff(client, analyst)
    own_set = found.rows[0].row.change_set
    text = client.get(reverse("admin:desk-set", args=[own_set.pk])).content.decode()
    assert text.count('class="effect-row"') == 1
    assert f"a new city, which gets answers to {topics} topics" in text


def founded(**cells: str) -> tuple[RowDraft, RowDraft]:
    """A new city with a zone of its own."""
    city = {**known("cities")[("hangzhou",)], "slug": "nowhere", "name_en": "Nowhere", "adcode": ""}
    zones = known("zones")
    zone = {**zones[min(key for key in zones if key[1] == "hangzhou")], "city": "nowhere"}
    zone |= {"successor": "", "zone_name_en": "", "zone_name_zh": "", **cells}
    return said("cities", {**city, "name_zh": "乌有市"}), said("zones", zone)


def complete(shown: EffectLines, own: Effect, words: CellWords) -> None:
    """Every change of the effect is told once, in a block or beside them."""
    lines = [*shown.groups, *(line for block in shown.blocks for line in block["groups"])]
    told = sorted(
        (one["topic"], one["first"], one["last"] or "", city)
        for one in lines
        for city in one["cities"]
    )
    changes = sorted(
        (words.topic(one.topic), one.first, one.last or "", words.city(one.city))
        for one in own.changes
    )
    assert (told, shown.left_out) == (changes, 0)


def test_what_a_new_city_gets_is_folded_by_whom_it_has_it_from(analyst: Any) -> None:
    changed = written("policies", local(), effective_to="2026-12-31")
    found, own = effect(analyst, *founded(), changed)
    words = CellWords("en", NewRows(found.rows[0].row.change_set))
    shown = shown_effect(own, words)
    complete(shown, own, words)
    told = [block["words"] for block in shown.blocks]
    assert any(re.fullmatch(r"Nowhere: \d+ answers begin, as in the nation", one) for one in told)
    assert all(one.startswith("Nowhere: ") for one in told)
    assert len(set(told)) == len(told) > 1, "what is local stands in lines of its own"
    apart = [one for one in shown.groups if one["cities"] != ["Nowhere"]]
    assert {one["topic"] for one in apart} == {words.topic(local()[0])}
    assert len(shown.groups) < 12
    with translation.override("zh-hans"):
        text = " ".join(one["words"] for one in shown_effect(own, CellWords("zh-hans")).blocks)
    assert "与全国相同" in text
    client = Client()
    log_in_staff(client, analyst)
    number = found.rows[0].row.change_set_id
    page = client.get(reverse("admin:desk-set", args=[number])).content.decode()
    assert page.count('<details class="effect-block">') == len(told)
    assert all(html.escape(line["topic"]) in page for line in shown.blocks[0]["groups"])


def test_what_a_city_loses_or_has_otherwise_elsewhere_is_folded_too(analyst: Any) -> None:
    zones = known("zones")
    key = min(key for key, own in zones.items() if key[1] == "ningbo" and not own["ended_on"])
    _found, own = effect(analyst, written("zones", key, ended_on="2026-12-31"))
    assert own.groups
    words = CellWords("en")
    shown = shown_effect(own, words)
    complete(shown, own, words)
    assert [one["words"] for one in shown.blocks if " end" in one["words"]]
    moved = proposed(analyst, written("cities", ("ningbo",), province="CN-AH"), title="A move")
    own = effect_of(judge(moved))
    shown = shown_effect(own, words)
    complete(shown, own, words)
    assert [one["words"] for one in shown.blocks if one["words"].startswith("Ningbo: ")]


def test_what_the_set_itself_says_stays_in_lines_of_its_own(analyst: Any) -> None:
    _found, own = effect(analyst, written("policies", LIMIT, value="6000"))
    shown = shown_effect(own, CellWords("en"))
    assert own.groups
    assert shown.blocks == []
    complete(shown, own, CellWords("en"))


def split_by_district(someone: Any) -> tuple[Judgement, Effect]:
    """What bound the nation binds each of two customs districts, with the same answer."""
    national = known("policies")[LIMIT]
    drafts = [
        said("policies", {**national, "scope_kind": "customs_district", "scope_code": code})
        for code in ("2900", "2200")
    ]
    return effect(someone, *drafts)


@pytest.mark.parametrize(
    ("language", "none", "kept", "called"),
    [
        ("en", "Changes no answer", "which other rows give", "answers stay"),
        ("zh-hans", "不改变任何适用结论", "改由另一行给出", "适用结论不变"),
    ],
)
def test_head_picture_and_list_agree_that_answers_stay_and_another_row_gives_them(
    analyst: Any, language: str, none: str, kept: str, called: str
) -> None:
    found, own = split_by_district(analyst)
    spans = len(own.changes)
    assert spans > 3
    assert not own.answers
    with translation.override(language):
        words = CellWords(language)
        told = effect_words(found, own)
        shown: Any = picture_of(own, words)
        lines = shown_effect(own, words).groups
        assert called in str(shown["called"])
    assert none in told
    assert kept in told
    assert str(spans) in told
    assert not shown["has_marks"]
    assert all(not row["marks"] and row["fainter"] for row in shown["rows"])
    beside = [one["beside"] for one in lines]
    assert len({*beside}) == len(beside) == 2, "each line names the district that binds"
    assert sum(len(one["cities"]) for one in lines) == spans


def test_head_and_picture_count_what_changes_apart_from_what_stays(analyst: Any) -> None:
    national = known("policies")[LIMIT]
    wide = {**national, "scope_kind": "customs_district"}
    found, own = effect(
        analyst,
        said("policies", {**wide, "scope_code": "2900"}),
        said("policies", {**wide, "scope_code": "2200", "value": "12345"}),
    )
    turned, kept = len(own.answers), len(own.changes) - len(own.answers)
    assert turned
    assert kept
    told, words = effect_words(found, own), CellWords("en")
    assert re.search(rf"\b{turned} spans?, {kept} spans? keeps? (its|their)", told)
    (row,) = (shown := picture_of(own, words) or {})["rows"]
    assert "the answer stays: " in row["told"]
    assert (shown["has_marks"], len(shown["kept"])) == (True, 1)


@pytest.mark.parametrize(
    ("language", "head", "none"),
    [
        ("en", "1 district, ", "2 policies change no answer"),
        ("zh-hans", "1个", "2条规定不改变任何适用结论"),
    ],
)
def test_the_head_counts_places_whose_policies_change_an_answer_and_the_others_beside(
    analyst: Any, reviewer: Any, language: str, head: str, none: str
) -> None:
    """One that says what the nation says already and one of which the note is another turn none."""
    wide = {**known("policies")[LIMIT], "scope_kind": "customs_district"}
    other = next(
        key for key in sorted(known("policies")) if key[1] == "province" and key[0] != LIMIT[0]
    )
    drafts = (
        said("policies", {**wide, "scope_code": "2900"}),
        said("policies", {**wide, "scope_code": "2200", "value": "12345"}),
        written("policies", other, note="Seen"),
    )
    own = proposed(analyst, *drafts)
    found = judge(own)
    with translation.override(language):
        told = effect_words(found, effect_of(found))
        assert told.startswith(head)
        assert told.endswith(none)
    assert [one.key[2] for one in turning_policies(found, effect_of(found))[0]] == ["2200"]
    say_why_all(own, analyst)
    revision = publish_set(submit(own, analyst), reviewer)
    with translation.override(language):
        past = effect_words(applied_judgement(revision), effect_of_revision(revision))
    assert past == told, "what was published is counted alike"


def test_a_policy_that_ends_for_another_and_one_that_is_withdrawn_turn_answers(
    analyst: Any,
) -> None:
    ended = written("policies", next(iter(open_local())), effective_to="2026-12-31")
    found, own = effect(analyst, ended, taken_out("policies", LIMIT))
    assert turning_policies(found, own)[1] == []
    assert "no answer" not in effect_words(found, own)


@pytest.mark.parametrize(
    ("language", "nothing"), [("en", "not researched"), ("zh-hans", "尚未研究")]
)
def test_where_nothing_answers_the_list_says_so_as_public_pages_do(
    analyst: Any, language: str, nothing: str
) -> None:
    _, own = effect(analyst, written("policies", local(), effective_to="2026-12-31"))
    with translation.override(language):
        lines = shown_effect(own, CellWords(language)).groups
    assert nothing in {one["after"] for one in lines}
    assert "—" not in {one[end] for one in lines for end in ("before", "after")}


def test_the_picture_and_the_lines_name_cities_in_the_order_of_lists(analyst: Any) -> None:
    _found, own = effect(analyst, written("policies", LIMIT, value="6000"))
    words = CellWords("en")
    order = [words.city(slug) for slug in City.objects.values_list("slug", flat=True)]
    assert order != sorted(order)
    shown = [line["cities"] for line in shown_effect(own, words).groups]
    assert max(map(len, shown)) > 100
    for cities in shown:
        assert cities == sorted(cities, key=order.index)

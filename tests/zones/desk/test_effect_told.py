"""What the page of a set says of its effect: in a line, in a picture and in a list that agree."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.zones.desk.acts import known, proposed, said, written
from zones.admin.effect_picture import picture_of
from zones.admin.effect_told import effect_words, shown_groups
from zones.dataset.table import Key
from zones.desk.brought_rows import BroughtRows
from zones.desk.cell_words import CellWords
from zones.desk.effect import Effect, effect_of
from zones.desk.judgement import Judgement, judge
from zones.desk.proposals import RowDraft

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


def local() -> Key:
    """A policy of a city without an end, that answers there and nothing else does."""
    return next(
        key
        for key, own in sorted(known("policies").items())
        if key[1] == "city" and own["state"] == "stated" and not own["effective_to"]
    )


def effect(someone: Any, *drafts: RowDraft) -> tuple[Judgement, Effect]:
    found = judge(proposed(someone, *drafts))
    return found, effect_of(found)


def test_where_days_alone_change_that_is_said_and_the_counts_agree(analyst: Any) -> None:
    ended = written("policies", local(), effective_to="2026-12-31")
    found, own = effect(analyst, ended)
    told = shown_groups(own, CellWords("en"))
    kept = [one for one in told if one["beside"]]
    assert [one["beside"] for one in kept] == [
        "what becomes another: last day in force: empty → 2026-12-31"
    ]
    assert [one["last"] for one in kept] == ["2026-12-31"]
    turned = len(told) - len(kept)
    assert effect_words(found, own).endswith(f"{turned} span, 1 span keeps its answer")


def test_where_words_alone_change_it_is_said_which(analyst: Any) -> None:
    found, own = effect(analyst, written("policies", local(), summary_en="Anew", clause="Art. 9"))
    (told,) = shown_groups(own, CellWords("en"))
    assert told["beside"] == "what becomes another: English summary, clause"
    assert "0 spans, 1 span keeps its answer" in effect_words(found, own)


def test_the_picture_names_topics_and_cities_and_tells_a_new_city_once(analyst: Any) -> None:
    key = local()
    city = {**known("cities")[(key[2],)], "slug": "nowhere", "name_en": "Nowhere", "adcode": ""}
    drafts = (
        said("cities", {**city, "name_zh": "乌有市"}),
        written("policies", key, effective_to="2026-12-31"),
    )
    found, own = effect(analyst, *drafts)
    words = CellWords("en", BroughtRows(found.rows[0].row.change_set))
    shown: Any = picture_of(own, words)
    ((name, topics),) = shown["new"]
    assert (name, topics > 5) == ("Nowhere", True)
    (row,) = shown["rows"]
    assert (row["topic"], row["cities"]) == (words.topic(key[0]), [words.city(key[2])])
    client = Client()
    log_in_staff(client, analyst)
    own_set = found.rows[0].row.change_set
    text = client.get(reverse("admin:desk-set", args=[own_set.pk])).content.decode()
    assert text.count('class="effect-row"') == 1
    assert f"a new city, which gets answers to {topics} topics" in text

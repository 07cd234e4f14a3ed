"""Comparing cities: topics down, columns (a city on a day) across."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from zones.models import Topic
from zones.queries.asking import Column
from zones.queries.catalogue import (
    Catalogue,
    certainty_of,
    comparable,
    in_language,
    state_words,
)
from zones.querysets.in_force import Found, seek
from zones.rules.comparison import (
    Answer,
    Certainty,
    Outcome,
    as_sure_as,
    outcome,
    state_without_policy,
    tally,
)
from zones.rules.resolution import State


class Cell(NamedTuple):
    """What is known of a topic in a column."""

    answer: Answer
    found: Found | None


def cells(
    columns: Sequence[Column],
    topics: Sequence[Topic],
    kept: Catalogue,
    *,
    known_at: int | None,
    certainty: Certainty = Certainty.UNVERIFIED,
) -> dict[tuple[int, int], Cell]:
    """The cells by place of the column and topic id. At most two queries."""
    found = seek(
        [(column.city.pk, column.day) for column in columns],
        [topic.pk for topic in topics],
        known_at=known_at,
    )
    policies = {row.policy for row in found} | {pk for row in found for pk in also_of(row)}
    kept.fetch(policies)
    by_cell = {(row.place, row.topic): row for row in found}
    return {
        (place, topic.pk): _cell(by_cell.get((place, topic.pk)), column, topic, kept, certainty)
        for topic in topics
        for place, column in enumerate(columns)
    }


def compare(
    columns: Sequence[Column],
    topics: Sequence[Topic],
    kept: Catalogue,
    *,
    known_at: int | None,
    certainty: Certainty,
    only_differences: bool,
    language: str,
) -> dict[str, Any]:
    """The comparison as it is answered. The summary counts all rows, shown or not."""
    known = cells(columns, topics, kept, known_at=known_at, certainty=certainty)
    places = range(len(columns))
    outcomes = {
        topic.pk: outcome([known[place, topic.pk].answer for place in places]) for topic in topics
    }
    return {
        "as_of": columns[0].day,
        "known_at": known_at or kept.newest,
        "baseline": columns[0].key,
        "columns": [column_shape(column, language) for column in columns],
        "summary": _summary(topics, outcomes, language),
        "rows": [
            {
                "topic": topic_shape(topic, language),
                "outcome": outcomes[topic.pk].value,
                "cells": [cell_shape(known[place, topic.pk], kept, language) for place in places],
            }
            for topic in topics
            if not only_differences or outcomes[topic.pk] is Outcome.DIFFERS
        ],
    }


def cell_shape(cell: Cell, kept: Catalogue, language: str) -> dict[str, Any]:
    """A cell as it is answered."""
    if cell.found is None or cell.answer.state is State.NOT_VERIFIED:
        return _empty(cell.answer.state)
    policy = kept.policies[cell.found.policy]
    also = [kept.shape(kept.policies[pk], language) for pk in also_of(cell.found)]
    own = kept.shape(policy, language)
    later = [
        other
        for other in also
        if other["effective_from"] > own["effective_from"] and other["value"] != own["value"]
    ]
    return {
        **own,
        "from": cell.found.since,
        "until": cell.found.through,
        "additive": kept.topics[policy.topic_id].additive,
        "later_differs": bool(later),
        "also": also,
    }


def also_of(found: Found) -> list[int]:
    """Ids of the policies of wider scopes kept beside the answer, narrowest first."""
    return [int(pk) for pk in found.also.split(",")] if found.also else []


def column_shape(column: Column, language: str) -> dict[str, Any]:
    """A column as it is answered."""
    city = column.city
    return {
        "key": column.key,
        "city": {
            "slug": city.slug,
            "name": in_language(city, "name", language),
            "name_en": city.name_en,
            "name_zh": city.name_zh,
            "province": city.province.iso_3166_2,
            "customs_district": city.customs_district.code,
        },
        "as_of": column.day,
    }


def topic_shape(topic: Topic, language: str) -> dict[str, Any]:
    """A topic as it stands in a comparison."""
    return {
        "slug": topic.slug,
        "question": in_language(topic, "question", language),
        "focus_area": topic.focus_area.slug,
        "value_type": topic.value_type,
        "unit": (topic.unit_zh if language.startswith("zh") else topic.unit) or None,
    }


def _cell(
    found: Found | None, column: Column, topic: Topic, kept: Catalogue, certainty: Certainty
) -> Cell:
    if found is None:
        begins = topic.begins_on.first_day if topic.begins_on else None
        return Cell(Answer(state_without_policy(column.day, begins)), None)
    policy = kept.policies[found.policy]
    state, value = comparable(policy)
    reading: object = value
    if topic.additive:
        reading = (value, *(comparable(kept.policies[pk]) for pk in also_of(found)))
    answer = Answer(State(state), reading if state == State.STATED else None)
    return Cell(as_sure_as(answer, certainty_of(policy), certainty), found)


def _summary(
    topics: Sequence[Topic], outcomes: Mapping[int, Outcome], language: str
) -> dict[str, Any]:
    areas = {topic.focus_area.pk: topic.focus_area for topic in topics}
    return {
        **tally(outcomes.values()),
        "by_focus_area": [
            {
                "focus_area": area.slug,
                "name": in_language(area, "name", language),
                **tally(outcomes[t.pk] for t in topics if t.focus_area_id == area.pk),
            }
            for area in areas.values()
        ],
    }


def _empty(state: State) -> dict[str, Any]:
    return {
        "state": state.value,
        "value": None,
        "display": state_words(state),
        "summary": "",
        "caveat": "",
        "scope": None,
        "effective_from": None,
        "effective_to": None,
        "start_qualifier": "",
        "policy": None,
        "source": None,
        "clause": "",
        "verification": None,
        "verified_on": None,
        "from": None,
        "until": None,
        "additive": False,
        "later_differs": False,
        "also": [],
    }

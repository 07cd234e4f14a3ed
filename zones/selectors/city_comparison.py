"""Comparing cities: topics down, columns (a city on a day) across."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from cbec_portal.api.renderers import Written
from zones.models import City, Topic
from zones.models.querysets.in_force_sql import Found, seek
from zones.rules.comparison import Answer, as_sure_as, outcome, tally
from zones.rules.vocabulary import Outcome, State
from zones.selectors.hypothetical_places import HypotheticalPlace, id_of, seek_hypothetical
from zones.selectors.inquiry import Column, Inquiry
from zones.selectors.rendered_cells import RenderedPolicy
from zones.selectors.representations import city_shape, in_language
from zones.selectors.snapshot import named_by


class Cell(NamedTuple):
    """What is known of a topic in a column; ``found`` is the row in force, if any."""

    answer: Answer
    found: Found | None


def grid(
    columns: Sequence[Column], topics: Sequence[Topic], inquiry: Inquiry
) -> dict[int, list[Cell]]:
    """The cells of each topic, by its id, in the order of the columns.

    At most two queries, and one more where a column is a place without pilot status.

    With a ``language`` what is told of the policies in it is read too.
    """
    found = _found(columns, topics, inquiry.known_at)
    inquiry.snapshot.tell(named_by(found), inquiry.language)
    answers = inquiry.snapshot.answers(inquiry.snapshot.needed(found))
    days = {column.day for column in columns}
    absent = {
        topic.pk: {day: Cell(inquiry.snapshot.without_policy(topic.pk, day), None) for day in days}
        for topic in topics
    }
    rows = {topic: [none[column.day] for column in columns] for topic, none in absent.items()}
    for row in found:
        answer, sure = inquiry.snapshot.known(row, answers)
        rows[row.topic][row.place] = Cell(as_sure_as(answer, sure, inquiry.certainty), row)
    return rows


def _found(columns: Sequence[Column], topics: Sequence[Topic], known_at: int) -> list[Found]:
    """The rows in force of all columns, by their place among them."""
    places = list(enumerate(columns))
    cities = [(at, c.city, c.day) for at, c in places if isinstance(c.city, City)]
    described = [(at, c.city, c.day) for at, c in places if isinstance(c.city, HypotheticalPlace)]
    rows = seek(
        [(city.pk, day) for _, city, day in cities],
        [topic.pk for topic in topics],
        known_at=known_at,
    )
    sought = [row._replace(place=cities[row.place][0]) for row in rows] if described else rows
    return [*sought, *seek_hypothetical(described, topics, known_at=known_at)]


def compare(
    columns: Sequence[Column], topics: Sequence[Topic], inquiry: Inquiry, *, only_differences: bool
) -> dict[str, Any]:
    """The comparison as it is answered. The summary counts all rows, shown or not."""
    known = grid(columns, topics, inquiry)
    outcomes = {topic: outcome([cell.answer for cell in row]) for topic, row in known.items()}
    told = inquiry.snapshot.tell(
        named_by(c.found for row in known.values() for c in row if c.found), inquiry.language
    )
    return {
        "as_of": columns[0].day,
        "known_at": inquiry.known_at,
        "baseline": columns[0].key,
        "columns": [column_shape(column, inquiry.language) for column in columns],
        "summary": _summary(topics, outcomes, inquiry.language),
        "rows": [
            {
                "topic": inquiry.snapshot.topic(topic, inquiry.language),
                "outcome": outcomes[topic.pk].value,
                "cells": [
                    _shape(cell, column, told, inquiry)
                    for cell, column in zip(known[topic.pk], columns, strict=True)
                ],
            }
            for topic in topics
            if not only_differences or outcomes[topic.pk] is Outcome.DIFFERS
        ],
    }


def _shape(
    cell: Cell, column: Column, told: Mapping[int, RenderedPolicy], inquiry: Inquiry
) -> Written:
    if cell.found is None or cell.answer.state is State.NOT_VERIFIED:
        return inquiry.snapshot.empty(cell.answer.state, inquiry.language)
    return inquiry.snapshot.cell(
        cell.found, told, city=id_of(column.city), known_at=inquiry.known_at
    )


def column_shape(column: Column, language: str) -> dict[str, Any]:
    """A column as it is answered."""
    return {"key": column.key, "city": city_shape(column.city, language), "as_of": column.day}


def _summary(
    topics: Sequence[Topic], outcomes: Mapping[int, Outcome], language: str
) -> dict[str, Any]:
    areas = {topic.focus_area.slug: topic.focus_area for topic in topics}
    under: dict[str, list[Outcome]] = {slug: [] for slug in areas}
    for topic in topics:
        under[topic.focus_area.slug].append(outcomes[topic.pk])
    return {
        **tally(outcomes.values()),
        "by_focus_area": [
            {
                "focus_area": slug,
                "name": in_language(areas[slug], "name", language),
                **tally(own),
            }
            for slug, own in under.items()
        ],
    }

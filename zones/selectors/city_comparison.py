"""Comparing cities: topics down, columns (a city on a day) across."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from zones.models import City, Topic
from zones.models.querysets.in_force_sql import Found, seek
from zones.rules.comparison import Answer, as_sure_as
from zones.rules.vocabulary import State
from zones.selectors.hypothetical_places import HypotheticalPlace, id_of, seek_hypothetical
from zones.selectors.inquiry import Column, Inquiry
from zones.selectors.rendered_cells import RenderedCell
from zones.selectors.snapshot import named_by


class Cell(NamedTuple):
    """What is known of a topic in a column; ``found`` is the row in force, if any.

    Where none is, ``ended`` is the one that stated something last, if any.
    """

    answer: Answer
    found: Found | None
    ended: Found | None = None


def grid(
    columns: Sequence[Column], topics: Sequence[Topic], inquiry: Inquiry
) -> dict[int, list[Cell]]:
    """Return the cells of each topic, by its id, in the order of the columns.

    It takes at most two queries, and one more where a column is a place without pilot status. The
    policies in it are read too, rendered in the inquiry's language.
    """
    found = _found(columns, topics, inquiry.known_at)
    inquiry.snapshot.rendered(named_by(found), inquiry.language)
    answers = inquiry.snapshot.answers(inquiry.snapshot.needed(found))
    days = {column.day for column in columns}
    absent = {
        topic.pk: {day: Cell(inquiry.snapshot.without_policy(topic.pk, day), None) for day in days}
        for topic in topics
    }
    rows = {topic: [none[column.day] for column in columns] for topic, none in absent.items()}
    for row in found:
        answer, sure = inquiry.snapshot.known(row, answers)
        answer = as_sure_as(answer, sure, inquiry.certainty)
        if not row.ended_by(columns[row.place].day):
            rows[row.topic][row.place] = Cell(answer, row)
        elif answer.state is State.STATED:
            rows[row.topic][row.place] = rows[row.topic][row.place]._replace(ended=row)
    return rows


def rendered_cell(found: Found, column: Column, inquiry: Inquiry) -> RenderedCell:
    """Return a row in force of a column, or one that ended, in the inquiry's language."""
    return inquiry.snapshot.cell(
        found,
        inquiry.snapshot.rendered(named_by([found]), inquiry.language),
        city=id_of(column.city),
        known_at=inquiry.known_at,
        day=column.day,
    )


def _found(columns: Sequence[Column], topics: Sequence[Topic], known_at: int) -> list[Found]:
    """The rows in force of all columns, or those that ended last, by their place among them."""
    places = list(enumerate(columns))
    cities = [(at, c.city, c.day) for at, c in places if isinstance(c.city, City)]
    described = [(at, c.city, c.day) for at, c in places if isinstance(c.city, HypotheticalPlace)]
    rows = seek(
        [(city.pk, day) for _, city, day in cities],
        [topic.pk for topic in topics],
        known_at=known_at,
        or_ended=True,
    )
    sought = [row._replace(place=cities[row.place][0]) for row in rows] if described else rows
    return [*sought, *seek_hypothetical(described, topics, known_at=known_at)]

"""Comparing cities: topics down, columns (a city on a day) across."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from zones.models import City, Topic
from zones.models.querysets.in_force_sql import Found, seek
from zones.rules.comparison import Answer, as_sure_as, fits, outcome
from zones.rules.operation import in_pairs
from zones.rules.vocabulary import Layer, Only, State
from zones.selectors.hypothetical_places import HypotheticalPlace, id_of, seek_hypothetical
from zones.selectors.inquiry import Column, Inquiry
from zones.selectors.rendered_cells import RenderedCell
from zones.selectors.snapshot import named_by
from zones.selectors.topic_order import in_layers


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
    without = inquiry.snapshot.without_policy
    if len(days) == 1:
        # As most ask: a row begins with one and the same cell.
        day = columns[0].day
        rows = {topic.pk: [Cell(without(topic.pk, day), None)] * len(columns) for topic in topics}
    else:
        rows = {
            topic.pk: [Cell(without(topic.pk, column.day), None) for column in columns]
            for topic in topics
        }
    for row in found:
        answer, sure = inquiry.snapshot.known(row, answers)
        answer = as_sure_as(answer, sure, inquiry.certainty)
        if not row.ended_by(columns[row.place].day):
            rows[row.topic][row.place] = Cell(answer, row)
        elif answer.state is State.STATED:
            rows[row.topic][row.place] = rows[row.topic][row.place]._replace(ended=row)
    return rows


class ComparedRow:
    """A topic, what it is on the day, and what comparing its cells comes to."""

    def __init__(self, topic: Topic, layer: Layer, cells: Sequence[Cell]) -> None:
        self.topic, self.layer, self.cells = topic, layer, cells
        self.answers = [cell.answer for cell in cells]
        self.varies = layer is Layer.LOCAL
        self.outcome = outcome(self.answers, descriptive=layer is Layer.DESCRIPTIVE)


class Comparison(NamedTuple):
    """Columns, all rows, and those that are shown, in the order in which they are."""

    columns: Sequence[Column]
    rows: list[ComparedRow]
    shown: list[ComparedRow]


def comparison(
    columns: Sequence[Column],
    topics: Sequence[Topic],
    inquiry: Inquiry,
    *,
    only: Collection[Only] = (),
) -> Comparison:
    """Return how cities compare on their days, local topics first.

    Args:
        columns: the cities on their days, the baseline first.
        topics: what is compared, in its usual order.
        inquiry: the day, the revision, the certainty and the language.
        only: the rows that are shown.
    """
    known = grid(columns, topics, inquiry)
    layers = in_layers(topics, inquiry, days={column.day for column in columns})
    rows = [
        ComparedRow(topic, layer, known[topic.pk]) for layer, own in layers.items() for topic in own
    ]
    return Comparison(columns, rows, _shown(rows, only, inquiry))


def _shown(
    rows: Iterable[ComparedRow], only: Collection[Only], inquiry: Inquiry
) -> list[ComparedRow]:
    """The rows that somebody wants only; what is recorded of operation stands behind what the law
    allows.
    """
    fitting = {
        row.topic.pk: row
        for row in rows
        if fits(row.answers, row.outcome, varies=row.varies, only=only)
    }
    return [fitting[topic] for topic in in_pairs(fitting, inquiry.snapshot.records)]


def rendered_cell(found: Found, column: Column, inquiry: Inquiry) -> RenderedCell:
    """Return a row in force of a column, or one that ended, in the inquiry's language."""
    return inquiry.snapshot.cell(
        found,
        inquiry.snapshot.rendered(named_by([found]), inquiry.language),
        edges=inquiry.snapshot.edges(id_of(column.city), inquiry.known_at),
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

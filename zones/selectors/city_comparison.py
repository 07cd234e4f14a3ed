"""Comparing cities: topics down, columns (a city on a day) across."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from zones.models import City, Topic
from zones.models.querysets.in_force_sql import InForceRow, seek
from zones.rules.comparison import Answer, as_sure_as, fits, outcome
from zones.rules.operation import in_pairs
from zones.rules.vocabulary import Layer, Only, State
from zones.selectors.city_rows import rows_of_cities
from zones.selectors.hypothetical_places import HypotheticalPlace, id_of, seek_hypothetical
from zones.selectors.inquiry import Column, Inquiry
from zones.selectors.rendered_cells import RenderedCell
from zones.selectors.snapshot import Snapshot, named_by
from zones.selectors.topic_order import in_layers


class Cell(NamedTuple):
    """What is known of a topic in a column; ``found`` is the row in force, if any.

    Where none is, ``ended`` is the one that stated something last, if any.
    """

    answer: Answer
    found: InForceRow | None
    ended: InForceRow | None = None


#: The row of each topic that began last by the day of a column, by the topic's id.
Rows = Mapping[int, InForceRow]

#: Of so many different rows in force cells are kept.
MOST_STANDING = 20_000
_EMPTY = {state: Cell(Answer(state), None) for state in State}


def grid(
    columns: Sequence[Column], topics: Sequence[Topic], inquiry: Inquiry, *, rendered: bool = True
) -> dict[int, Sequence[Cell]]:
    """Return the cells of each topic, by its id, in the order of the columns.

    It takes at most two queries, and one more where a column is a place without pilot status.

    Args:
        columns: the cities on their days.
        topics: what is asked about.
        inquiry: the revision, the certainty and the language.
        rendered: whether the policies are read too, rendered in that language.
    """
    if not columns:
        return {topic.pk: () for topic in topics}
    found = _found(columns, topics, inquiry)
    if rendered:
        every = [row for rows in found for row in rows.values()]
        inquiry.snapshot.rendered(named_by(every), inquiry.language)
    asked = [topic.pk for topic in topics]
    days = [column.day for column in columns]
    standing: dict[InForceRow, Cell] = inquiry.snapshot.remembered(
        f"cells, {inquiry.certainty}", dict
    )
    try:
        cells = _cells(asked, days, found, standing, inquiry.snapshot)
    except KeyError:  # a row that was not seen in this edition
        standing = _seen(found, standing, inquiry)
        cells = _cells(asked, days, found, standing, inquiry.snapshot)
    return dict(zip(asked, zip(*cells, strict=True), strict=True))


def _cells(
    topics: Sequence[int],
    days: Sequence[date],
    found: Sequence[Rows],
    standing: Mapping[InForceRow, Cell],
    snapshot: Snapshot,
) -> list[list[Cell]]:
    """The cells of each column, in the order of the topics."""
    columns = []
    for day, rows in zip(days, found, strict=True):
        on, cells = day.isoformat(), []
        for topic in topics:
            row = rows.get(topic)
            if row is None:
                cell = _EMPTY[snapshot.without_policy(topic, day).state]
            else:
                cell = standing[row]
                if row.through is not None and row.through < on:
                    empty = _EMPTY[snapshot.without_policy(topic, day).state]
                    stated = cell.answer.state is State.STATED
                    cell = Cell(empty.answer, None, row) if stated else empty
            cells.append(cell)
        columns.append(cells)
    return columns


def _seen(
    found: Sequence[Rows], standing: dict[InForceRow, Cell], inquiry: Inquiry
) -> dict[InForceRow, Cell]:
    """The cells of rows while they are in force, as sure as is asked for. Many cities have the same
    few, which are kept for the edition.
    """
    every = {row for rows in found for row in rows.values()}
    known, certainty = inquiry.snapshot.known, inquiry.certainty
    answers = inquiry.snapshot.answers(inquiry.snapshot.needed(every))
    seen = {
        row: standing.get(row) or Cell(as_sure_as(*known(row, answers), certainty), row)
        for row in every
    }
    if len(standing) > MOST_STANDING:
        standing.clear()
    standing |= seen
    return seen


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
    rendered: bool = True,
) -> Comparison:
    """Return how cities compare on their days, local topics first.

    Args:
        columns: the cities on their days, the baseline first.
        topics: what is compared, in its usual order.
        inquiry: the day, the revision, the certainty and the language.
        only: the rows that are shown.
        rendered: whether the policies are read too, rendered in the inquiry's language.
    """
    known = grid(columns, topics, inquiry, rendered=rendered)
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


def rendered_cell(found: InForceRow, column: Column, inquiry: Inquiry) -> RenderedCell:
    """Return a row in force of a column, or one that ended, in the inquiry's language."""
    return inquiry.snapshot.cell(
        found,
        inquiry.snapshot.rendered(named_by([found]), inquiry.language),
        edges=inquiry.snapshot.edges(id_of(column.city), inquiry.known_at),
        day=column.day,
    )


def _found(columns: Sequence[Column], topics: Sequence[Topic], inquiry: Inquiry) -> Sequence[Rows]:
    """The rows in force of each column, or those that ended last."""
    cities = [(at, c.city, c.day) for at, c in enumerate(columns) if isinstance(c.city, City)]
    kept = rows_of_cities({city.pk for _, city, _ in cities}, topics, inquiry)
    found: list[dict[int, InForceRow]] = [{} for _ in columns]
    if kept is not None:
        for at, city, day in cities:
            found[at] = kept[city.pk].begun_last(day)
    else:
        asked, sought = [(city.pk, day) for _, city, day in cities], [topic.pk for topic in topics]
        for row in seek(asked, sought, known_at=inquiry.known_at, or_ended=True):
            found[cities[row.place][0]][row.topic] = InForceRow(0, *row[1:])
    described = [
        (at, c.city, c.day) for at, c in enumerate(columns) if isinstance(c.city, HypotheticalPlace)
    ]
    for row in seek_hypothetical(described, topics, inquiry):
        found[row.place][row.topic] = InForceRow(0, *row[1:])
    return found

"""The rows of a comparison: plain values where they are read, JSON where that is asked for.

Hundreds of cells are written in one answer, and few of them differ from one day or city to the
next. So what is written of a row in force in a place is kept, in pieces that cells share, and an
answer is joined from them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, overload

from cbec_portal.api.renderers import dump_json, writes
from zones.api.representations.cells import (
    CountedCell,
    Pieces,
    cell_pieces,
    ended_shape,
    members_json,
)
from zones.rules.vocabulary import Layer, Outcome, State
from zones.selectors.city_comparison import Cell, ComparedRow, Comparison
from zones.selectors.hypothetical_places import id_of
from zones.selectors.inquiry import Column, Inquiry
from zones.selectors.rendered_cells import RenderedCell, RenderedPolicy
from zones.selectors.snapshot import Snapshot, named_by

#: Of so many rows in force in their places it is kept in each language what is written.
MOST_WRITTEN = 30_000


class ComparedRows(Sequence[dict[str, Any]]):
    """The rows of a comparison that are shown."""

    def __init__(self, found: Comparison, inquiry: Inquiry) -> None:
        self.found, self.inquiry = found, inquiry
        self.edges = [
            inquiry.snapshot.edges(id_of(column.city), inquiry.known_at) for column in found.columns
        ]

    @overload
    def __getitem__(self, place: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, place: slice) -> list[dict[str, Any]]: ...
    def __getitem__(self, place: int | slice) -> dict[str, Any] | list[dict[str, Any]]:
        return self._values[place]

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self.found.shown)

    def head(self, row: ComparedRow) -> dict[str, Any]:
        """Return what is said of a row before its cells."""
        return {
            "topic": self.inquiry.snapshot.topic(row.topic, self.inquiry.language),
            "varies": row.varies,
            "layer": row.layer.value,
            "outcome": row.outcome.value,
        }

    def cell(self, cell: Cell, place: int) -> Mapping[str, Any]:
        """Return a cell of the column in a place."""
        if is_told(cell):
            return self._rendered_cell(cell.found, place)
        empty = self._empty[cell.answer.state]
        if cell.ended:
            return {**empty, "ended": ended_shape(self._rendered_cell(cell.ended, place))}
        return empty

    def _rendered_cell(self, row: Any, place: int) -> RenderedCell:
        day = self.found.columns[place].day
        return self.inquiry.snapshot.cell(row, self._policies, edges=self.edges[place], day=day)

    @cached_property
    def _empty(self) -> Mapping[State, Mapping[str, Any]]:
        snapshot, language = self.inquiry.snapshot, self.inquiry.language
        return {state: snapshot.empty(state, language) for state in State}

    @cached_property
    def _policies(self) -> Mapping[int, RenderedPolicy]:
        cells = (cell for row in self.found.rows for cell in row.cells)
        named = named_by(row for cell in cells if (row := cell.found or cell.ended))
        return self.inquiry.snapshot.rendered(named, self.inquiry.language)

    @cached_property
    def _values(self) -> list[dict[str, Any]]:
        return [
            {
                **self.head(row),
                "cells": [self.cell(cell, place) for place, cell in enumerate(row.cells)],
            }
            for row in self.found.shown
        ]


def is_told(cell: Cell) -> bool:
    """Return whether a cell says what its policy does: not where that is less sure than wanted."""
    return cell.found is not None and cell.answer.state is not State.NOT_VERIFIED


class RowPieces:
    """What was written in one language and edition: heads of rows, empty cells, and cells by the
    place and the revision they are of.
    """

    def __init__(self) -> None:
        self.heads: dict[tuple[int, Layer, Outcome], bytes] = {}
        self.empty: dict[State, Pieces] = {}
        self._cells: dict[tuple[int | None, int], dict[Any, Pieces]] = {}
        self._different: dict[Pieces, Pieces] = {}
        self._count = 0

    def cells_of(self, column: Column, known_at: int) -> dict[Any, Pieces]:
        """Return the cells of a place by their row in force; by row and state where it ended."""
        return self._cells.setdefault((id_of(column.city), known_at), {})

    def keep(self, cells: dict[Any, Pieces], key: Any, pieces: Pieces) -> Pieces:
        """Keep a cell of a place, and return it; equal ones are kept as one."""
        self._count += 1
        if self._count > MOST_WRITTEN:
            self._cells, self._different, self._count = {}, {}, 0
        same = self._different.setdefault(pieces, pieces)
        cells[key] = same
        return same


def written_in(language: str, snapshot: Snapshot) -> RowPieces:
    """Return what was written in a language for this edition."""
    return snapshot.remembered(f"written rows, {language}", RowPieces)


@writes(ComparedRows)
def rows_json(rows: ComparedRows) -> bytes:
    """Return the rows as JSON."""
    inquiry, columns = rows.inquiry, rows.found.columns
    written = written_in(inquiry.language, inquiry.snapshot)
    kept = [
        (place, column.day, written.cells_of(column, inquiry.known_at))
        for place, column in enumerate(columns)
    ]
    texts: list[bytes] = []
    for row in rows.found.shown:
        head = written.heads.get(key := (row.topic.pk, row.layer, row.outcome))
        if head is None:
            head = written.heads[key] = b'{%b,"cells":[' % members_json(rows.head(row))
        texts.append(head)
        opening = b"{"
        for cell, (place, day, own) in zip(row.cells, kept, strict=True):
            texts.append(opening)
            opening = b",{"
            pieces: Pieces | None
            if is_told(cell):
                pieces = own.get(cell.found)
            elif cell.ended is not None:
                pieces = own.get((cell.ended, cell.answer.state))
            else:
                pieces = written.empty.get(cell.answer.state)
            if pieces is None:
                pieces = _write(cell, place, rows, written, own)
            if isinstance(pieces, CountedCell):
                texts += pieces.on(day)
            else:
                texts += pieces
        texts.append(b"]},")
    return b"[%b]" % b"".join(texts)[:-1]


def _write(
    cell: Cell, place: int, rows: ComparedRows, written: RowPieces, own: dict[Any, Pieces]
) -> Pieces:
    """Write a cell that is not kept, and keep it."""
    told = rows.cell(cell, place)
    if isinstance(told, RenderedCell):
        return written.keep(own, cell.found, cell_pieces(told))
    pieces = (dump_json(told)[1:],)
    if cell.ended is not None and not is_told(cell):
        return written.keep(own, (cell.ended, cell.answer.state), pieces)
    return written.empty.setdefault(cell.answer.state, pieces)

"""Change sets, their rows and what would become of them, as the API of the desk answers them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from zones.dataset.applied_rows import key_of_text
from zones.dataset.problems import Problem
from zones.desk.grid_judgement import JudgedGrid, JudgedRow
from zones.desk.judgement import RowJudgement
from zones.desk.row_evidence import beside_cells
from zones.desk.row_warnings import RowWarning
from zones.models import Acknowledgement, AppliedRow, ChangeSet
from zones.rules.vocabulary import Fate


def set_shape(row: ChangeSet) -> dict[str, Any]:
    """Return a set in a list."""
    return {
        "number": row.pk,
        "title": row.title,
        "reason": row.reason,
        "state": row.state,
        "author": row.author_name,
        "opened_at": row.opened_at,
        "changed_at": row.changed_at,
        "publisher": row.publisher_name,
        "revision": row.revision_id,
        "undoes": row.undoes_id,
        "version": row.version,
    }


def judged_shape(
    judged: RowJudgement,
    warnings: Iterable[RowWarning],
    said: Mapping[tuple[int, str, str], Acknowledgement],
) -> dict[str, Any]:
    """Return a row of a set with its fate, and what is to be looked at twice."""
    row = judged.row
    return {
        "id": row.pk,
        "table": row.table,
        "key": list(judged.key),
        "proposal": row.proposal,
        "fate": judged.fate,
        "cells": _moved(judged.moved),
        "problems": _problems(judged.problems),
        "stays": judged.stays.why if judged.stays else None,
        "conflicts": [one._asdict() for one in judged.conflicts],
        "warnings": [
            {
                "code": one.code,
                "words": one.words,
                "reason": own.reason if (own := said.get((row.pk, one.code, one.about))) else None,
            }
            for one in warnings
        ],
        "sent_back": row.sent_back,
        "version": row.version,
        **{name: getattr(row, name) for name in beside_cells(judged.table)},
    }


def applied_shape(row: AppliedRow) -> dict[str, Any]:
    """Return a row of a published set: what became of it."""
    before, after = row.before or {}, row.after or {}
    names = dict.fromkeys((*before, *after))
    pairs = {name: (before.get(name, ""), after.get(name, "")) for name in names}
    return {
        "table": row.table,
        "key": list(key_of_text(row.key)),
        "cells": _moved({name: both for name, both in pairs.items() if both[0] != both[1]}),
    }


def check_shape(judged: JudgedGrid, marks: tuple[str, str]) -> dict[str, Any]:
    """Return what would become of rows that a program hands in."""
    held, doubles = marks
    return {
        "table": judged.reading.table.name,
        "counts": {fate.value: count for fate in Fate if (count := judged.count(fate))},
        "problems": _problems(judged.problems),
        "held": held,
        "doubles": doubles,
        "rows": [_handed(one) for one in judged.rows],
    }


def _handed(one: JudgedRow) -> dict[str, Any]:
    return {
        "row": one.row.line,
        "key": list(one.judged.key if one.judged else one.row.key),
        "fate": one.fate,
        "cells": _moved(one.moved),
        "change": one.judged.row.change if one.judged else "",
        "problems": _problems(one.problems),
        "conflicts": [own._asdict() for own in one.judged.conflicts] if one.judged else [],
        "notes": [
            {"column": note.column, "written": note.written, "read": note.read}
            for note in one.row.notes
        ],
        "held": {"writer": one.held.writer, "cells": _moved(one.held.moved)} if one.held else None,
        "doubles": [double.words for double in one.doubles],
    }


def _moved(moved: Mapping[str, tuple[str, str]]) -> dict[str, dict[str, str]]:
    return {name: {"before": old, "after": new} for name, (old, new) in moved.items()}


def _problems(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    return [
        {
            "column": one.column,
            "why": one.why,
            "rows": [
                {"table": row.table, "key": list(row.key), "id": row.proposed} for row in one.rows
            ],
        }
        for one in problems
    ]

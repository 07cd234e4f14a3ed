"""The rows of a grid as its page tells them: in which order, what of each, what of all at once."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from zones.admin.told_conflicts import changes_behind, told_conflicts
from zones.dataset.alias_table import Aliases, kind_of_table
from zones.dataset.naming import naming_of
from zones.dataset.row_origins import twin_words
from zones.dataset.table import Table
from zones.desk.addresses import address_of_row
from zones.desk.cell_words import CellWords
from zones.desk.grid_judgement import READY, JudgedRow
from zones.desk.grid_rows import GridRow
from zones.desk.one_language import with_chinese
from zones.desk.row_evidence import KIND_OF_CHANGE
from zones.models.former_keys import keys_of_kind
from zones.rules.vocabulary import Fate

#: What separates names in a cell, and what stands between the name of a row and the rest of it.
_LISTED = re.compile("[;；]")
_BEHIND = (" (", "（", ", ", "，")
#: What is listed first, and what last.
FIRST = (Fate.REFUSED, Fate.CONFLICT)
LAST = (Fate.SAME, Fate.HELD)


def told_once(rows: Iterable[JudgedRow]) -> list[JudgedRow]:
    """Return the rows, of the cells of a matrix that a wrong head refuses alone only the first:
    what is wrong with a head is told once, for all of its column or line.
    """
    told: set[tuple[str, int]] = set()
    found = []
    for one in rows:
        again = {why for head, why in one.row.wrong_heads.items() if head in told}
        told |= one.row.wrong_heads.keys()
        own = [problem for problem in one.problems if problem.why not in again]
        if own or not one.problems or one.held or one.doubles:
            found.append(replace(one, problems=own))
    return found


def notes(table: Table, row: GridRow, words: CellWords) -> Iterable[str]:
    """Return how cells of a row were read, where whoever reads does not write them so."""
    labels = words.columns(table)
    for note in row.notes:
        column = table.column_named(note.column)
        # A day is told as it is to be written, which is what the reading is about.
        of_day = column is not None and column.is_of_days
        read = note.read if of_day else words.cell(table, note.column, note.read, row.cells)
        names = naming_of(table, note.column, row.cells) is not None
        if read != note.written and not (names and _is_called_so(note.written, read)):
            told = {"column": labels[note.column], "written": note.written, "read": read}
            if note.as_exported:
                yield _("%(column)s: read %(written)s as %(read)s, as it was exported.") % told
            else:
                yield _("%(column)s: read %(written)s as %(read)s.") % told
    for name in with_chinese(table, row.cells):
        yield _("%s: there is Chinese in it, and readers of English read it.") % labels[name]


def origin_words(table: Table, row: GridRow, words: CellWords) -> Iterable[str]:
    """Return what is made of a line by what it was made from: of one whose key is another by now
    with a link that corrects the row instead, or takes it out.
    """
    yield from row.told
    if not row.twin:
        return
    yield format_html("{} {}", twin_words(words.row(table, row.twin)), _way_out(table, row))


def _way_out(table: Table, row: GridRow) -> SafeString:
    """Where the row that a line was made from gets the key that the line says; where no row of the
    table can, where it is taken out.
    """
    parts = zip(table.key, row.twin, strict=True)
    moved = {name: row.cells[name] for name, part in parts if row.cells.get(name) != part}
    kind = kind_of_table(table.name)
    if moved.keys() <= {*table.movable}:
        address = f"{address_of_row(table.name, row.twin)}&{urlencode(moved)}"
        words = _("Correct that row instead, and leave out this line")
    elif kind and [*moved] == [table.key[-1]]:
        joint = keys_of_kind(kind).joint
        former, current = (joint.join(key) for key in (row.twin, row.key))
        given = urlencode({"current": current})
        address = f"{address_of_row(Aliases.name, (kind, former))}&{given}"
        words = _("Give that row this key instead, and leave out this line")
    else:
        address = address_of_row(table.name, row.twin, "withdraw")
        words = _("Take that row out as well, if it is not to stay")
    return format_html('<a class="go" href="{}">{}</a>', address, words)


def _is_called_so(written: str, read: str) -> bool:
    """Return whether rows were named as they are called, which leaves nothing to be told but their
    keys or titles behind the names.
    """
    names, rows = _LISTED.split(written), _LISTED.split(read)
    return len(names) == len(rows) and all(
        row.strip() == name.strip() or row.strip().startswith(_begun_by(name.strip()))
        for name, row in zip(names, rows, strict=True)
    )


def _begun_by(name: str) -> tuple[str, ...]:
    return tuple(f"{name}{sign}" for sign in _BEHIND)


def moved_cells(table: Table, one: JudgedRow, words: CellWords) -> list[tuple[str, str, str]]:
    """Return which cells of a row become others, and what kind of change it says that this is."""
    if one.judged is None:
        return []
    moved = {name: pair for name, pair in one.moved.items() if name not in table.key}
    if one.fate in READY and (kind := one.judged.row.change):
        moved[KIND_OF_CHANGE.name] = ("", kind)
    return words.moved(table, moved, one.judged.before, one.judged.after)


def held_cells(table: Table, one: JudgedRow, words: CellWords) -> list[tuple[str, str, str]]:
    """Return what the set says of a row already, beside what the grid says."""
    if one.held is None or one.judged is None:
        return []
    beside = one.judged.after or one.judged.before
    return words.moved(table, one.held.moved, beside, beside)


class InConflict:
    """What is in conflict in rows of a grid, as the page of a set tells it; what was published
    meanwhile is read once for all of them.
    """

    def __init__(self, rows: Iterable[JudgedRow], words: CellWords) -> None:
        self.words = words
        self.changes = changes_behind(
            one.judged for one in rows if one.judged and one.fate not in LAST
        )

    def told(self, one: JudgedRow) -> dict[str, Any] | None:
        """Return the cells of a row that are in conflict; nothing where none is."""
        judged = one.judged
        if judged is None or one.fate in LAST or not judged.conflicts:
            return None
        table, draft = judged.table, one.row.draft
        name, changes = self.words.row(table, judged.key), self.changes.get(table.name, ())
        is_of_export = draft is not None and draft.has_base
        return {
            "conflicts": told_conflicts(judged, self.words, name, changes),
            "then_words": _("When it was exported") if is_of_export else _("When it was proposed"),
            "goes": False,
        }


def needs_eyes(one: JudgedRow) -> bool:
    """Return whether a row must be mended, or seen before it is proposed."""
    return one.fate == Fate.REFUSED or bool(one.held or one.doubles)


def brings_nothing(one: JudgedRow) -> bool:
    """Return whether a row says what is known or in the set already, and nothing more."""
    return one.fate in LAST and not (one.held or one.doubles or one.problems)


def urgency(one: JudgedRow, mended: Collection[int]) -> tuple[bool, bool, bool, bool, int]:
    """Return in which order rows are listed: what must be mended or seen first, then by lines."""
    is_mended = one.row.line in mended
    return one.fate not in FIRST, not one.doubles, not is_mended, one.fate in LAST, one.row.line


def notes_of_all(rows: list[dict[str, Any]]) -> list[str]:
    """Take out of several rows how cells were read that all of them share, and return it."""
    noted = [row["notes"] for row in rows if row["notes"]]
    if len(noted) < 2:
        return []
    common = [note for note in noted[0] if all(note in own for own in noted)]
    for row in rows:
        row["notes"] = [note for note in row["notes"] if note not in common]
    return common

"""Titles, reasons and remarks that the program made, told in the language of whoever reads them.

They are kept as whoever's act made them read them then: what fits the words of either language is
told anew in those of the active one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from django.utils.translation import gettext, gettext_noop, ngettext, override

from cbec_portal.languages import CODES

#: The texts that are made, with what stands in them by name.
_MADE = (
    gettext_noop("Undo of revision %(number)s: %(title)s"),
    gettext_noop("Undo of revision %(number)s"),
    gettext_noop("What is undone: %(title)s"),
    gettext_noop("Another key: %(row)s becomes %(key)s"),
    gettext_noop("A new row: %(row)s"),
    gettext_noop("New version: %(row)s"),
    gettext_noop("End: %(row)s"),
    gettext_noop("Withdraw: %(row)s"),
    gettext_noop("Move: %(row)s"),
    gettext_noop("Another day of a move: %(row)s"),
    gettext_noop("Take back a place: %(row)s"),
    gettext_noop("It was changed here meanwhile: settle what holds."),
    gettext_noop("Its rows come from change set %(number)s."),
    gettext_noop(
        "Settled, kept what is proposed: %(row)s – %(column)s: “%(kept)s”, not “%(left)s”"
    ),
    gettext_noop("Settled, kept what is here: %(row)s – %(column)s: “%(kept)s”, not “%(left)s”"),
    gettext_noop("Settled, kept what is proposed: %(row)s"),
    gettext_noop("Settled, kept what is here: %(row)s"),
    gettext_noop("%(rows)s of its rows goes on in change set %(number)s."),
)
#: Those that name a row alone: what follows so and names none was typed by somebody.
_OF_ROWS = frozenset(made for made in _MADE if re.fullmatch(r"[\w ]+: %\(row\)s", made))
#: How those are written that tell of several.
_OF_SEVERAL = {_MADE[-1]: "%(rows)s of its rows go on in change set %(number)s."}


@cache
def _forms() -> list[tuple[str, re.Pattern[str]]]:
    """Each text with how it is written, in either language."""
    return [
        (made, re.compile(re.sub(r"%\\\((\w+)\\\)s", _part, re.escape(written))))
        for made in _MADE
        for written in sorted({_in(made, n, language) for language in CODES for n in (1, 2)})
    ]


def _part(found: re.Match[str]) -> str:
    return rf"(?P<{found[1]}>{r'[0-9]+' if found[1] in ('number', 'rows') else '.+'})"


def _in(made: str, count: int, language: str) -> str:
    with override(language):
        return _told(made, count)


def _told(made: str, count: int) -> str:
    several = _OF_SEVERAL.get(made)
    return ngettext(made, several, count) if several else gettext(made)


def is_of_one_row(title: str) -> bool:
    """Return whether a title is one that the program makes of a row: other rows are no part of what
    it says.
    """
    return any(made in _OF_ROWS and form.fullmatch(title) for made, form in _forms())


#: What tells the names of rows, and of tables, in the active language: the desk knows them.
_TELL_NAMES: dict[str, Callable[[str], str]] = {}


def tell_names_by(
    row: Callable[[str], str],
    table: Callable[[str], str],
    column: Callable[[str], str],
    cell: Callable[[str], str],
) -> None:
    """Let names that stand in such texts be told by these: those of rows, of tables and of their
    columns, and what cells say.
    """
    _TELL_NAMES.update(row=row, table=table, column=column, kept=cell, left=cell)


def _name_retold(kind: str, name: str) -> str:
    return _TELL_NAMES[kind](name) if kind in _TELL_NAMES else name


def retold(text: str) -> str:
    """Return a text, each line of which that the program made is in the active language."""
    first, *others = text.split("\n")
    # A set that a form opens is called after the table of its row.
    told = _name_retold("table", _line_retold(first))
    return "\n".join([told, *map(_line_retold, others)])


def _line_retold(line: str) -> str:
    for made, form in _forms():
        if found := form.fullmatch(line):
            # What is undone may be an undo, too.
            parts = {
                name: _line_retold(own) if name == "title" else _part_retold(name, own)
                for name, own in found.groupdict().items()
            }
            if made in _OF_ROWS and parts["row"] == found["row"]:
                return line  # somebody typed it, or it is in the active language already
            return _told(made, int(parts.get("rows", 1))) % parts
    return line


def _part_retold(name: str, text: str) -> str:
    """A part of a text; what is new and says nothing of itself yet is called after its table."""
    if name != "row":
        return _name_retold(name, text)
    told = _name_retold("row", text)
    return told if told != text else _name_retold("table", text)

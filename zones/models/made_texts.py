"""Titles, reasons and remarks that the program made, told in the language of whoever reads them.

They are kept as whoever's act made them read them then: what fits the words of either language is
told anew in those of the active one.
"""

from __future__ import annotations

import re
from functools import cache

from django.utils.translation import gettext, gettext_noop, ngettext, override

from cbec_portal.languages import CODES

#: The texts that are made, with what stands in them by name.
_MADE = (
    gettext_noop("Undo of revision %(number)s: %(title)s"),
    gettext_noop("Undo of revision %(number)s"),
    gettext_noop("What is undone: %(title)s"),
    gettext_noop("Another key: %(row)s becomes %(key)s"),
    gettext_noop("%(rows)s of its rows goes on in change set %(number)s."),
)
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


def retold(text: str) -> str:
    """Return a text, each line of which that the program made is in the active language."""
    return "\n".join(map(_line_retold, text.split("\n")))


def _line_retold(line: str) -> str:
    for made, form in _forms():
        if found := form.fullmatch(line):
            # What is undone may be an undo, too.
            parts = {
                name: _line_retold(own) if name == "title" else own
                for name, own in found.groupdict().items()
            }
            return _told(made, int(parts.get("rows", 1))) % parts
    return line

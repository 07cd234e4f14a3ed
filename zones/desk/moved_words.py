"""Cells that become others in one line: what each is called, from what to what."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext, pgettext

from zones.rules.words_apart import excerpts_of


def moved_words(cells: Iterable[tuple[str, str, str]]) -> str:
    """Return cells from what to what, as people read them: of long texts what differs.

    >>> moved_words([("note", "", "Seen"), ("level", "city", "county")])
    'note: “empty” → “Seen”, level: “city” → “county”'
    """
    nothing = pgettext("cell", "empty")
    pairs = ((label, *(cell or nothing for cell in excerpts_of(*both))) for label, *both in cells)
    return gettext(", ").join(gettext("%s: “%s” → “%s”") % one for one in pairs)

"""A name that picks no row: the rows that it may mean are buttons where that is said, each of which
puts its row into the box.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString

from zones.desk.pickers import NotPickedError

#: The act of such a button: behind it stand the box and what it is to hold.
TAKE = "take"


def words_with_buttons(
    wrong: NotPickedError, box: str, cell_of: Callable[[str], str] = str
) -> str | SafeString:
    """Return why a box names no row, with what it may mean as buttons of its form.

    Args:
        wrong: what was refused.
        box: the name of the box.
        cell_of: what the box holds once the row of a label is taken.
    """
    if not wrong.candidates:
        return str(wrong)
    return wrong.told_by(
        format_html(
            '<button type="submit" class="quiet" name="do" value="{} {} {}">{}</button>',
            *(TAKE, box, cell_of(pick.label), pick.label),
        )
        for pick in wrong.candidates
    )


def taken(posted: QueryDict) -> tuple[str, str] | None:
    """Return the box that a button is to fill and what it is to hold; nothing if the form has no
    such box.
    """
    _act, _blank, said = posted.get("do", "").partition(" ")
    box, _blank, cell = said.partition(" ")
    return (box, cell) if box in posted and box != "do" else None

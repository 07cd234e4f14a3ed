"""What a box may mean, which names no row or can be read in several ways: each is a button where
that is said, which puts it into the box.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString

from zones.admin.problem_words import with_buttons
from zones.dataset.problems import Offer, offers_of, words_of
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
    return wrong.told_by(_button(box, cell_of(pick.label), pick.label) for pick in wrong.candidates)


def readings_with_buttons(wrong: ValueError, box: str) -> str | SafeString:
    """Return why a box cannot be read, with what it can mean as buttons of its form."""
    return offers_with_buttons(words_of(wrong), offers_of(wrong), box)


def offers_with_buttons(words: str, offers: Iterable[Offer], box: str) -> str | SafeString:
    """Return what is wrong with a box, with what it may mean as buttons of its form."""
    buttons = buttons_of(offers, box)
    return with_buttons(words, buttons) if buttons else words


def buttons_of(offers: Iterable[Offer], box: str) -> Mapping[str, SafeString]:
    """Return the buttons of what a box may mean, by how that is called."""
    return {offer.called: _button(box, offer.cell, offer.called) for offer in offers}


def _button(box: str, cell: str, called: str) -> SafeString:
    """A button that puts a cell into a box of its form."""
    return format_html(
        '<button type="submit" class="quiet" name="do" value="{} {} {}">{}</button>',
        *(TAKE, box, cell, called),
    )


def taken(posted: QueryDict) -> tuple[str, str] | None:
    """Return the box that a button is to fill and what it is to hold; nothing if the form has no
    such box.
    """
    _act, _blank, said = posted.get("do", "").partition(" ")
    box, _blank, cell = said.partition(" ")
    return (box, cell) if box in posted and box != "do" else None

"""What people write: text that others can read."""

from __future__ import annotations

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from zones.rules.values import WrongValueError, plain_text


def readable(text: str) -> None:
    """Refuse characters that nobody sees and that break tables, calendars and the order of reading.

    A tab may stand in what people write to each other.

    Raises:
        ValidationError: the text holds one; says which.
    """
    try:
        plain_text(text.replace("\t", " "), lines=True)
    except WrongValueError as wrong:
        letter = int(str(wrong.details["code"]), 16)
        if chr(letter) == "\N{REPLACEMENT CHARACTER}":
            told = _("The text holds bytes that are no text (U+%04X).")
        elif unicodedata.category(chr(letter)) == "Cc":
            told = _("The text holds a control character (U+%04X), which nobody can read.")
        else:
            told = _("The text holds a character that nobody can see (U+%04X).")
        raise ValidationError(told % letter, code="unreadable") from None

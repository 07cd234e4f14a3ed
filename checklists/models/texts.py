"""What people write: text that others can read."""

from __future__ import annotations

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_ALLOWED = "\n\r\t"


def readable(text: str) -> None:
    """Refuse control characters, which nobody sees and which break tables and calendars.

    Raises:
        ValidationError: the text holds one; says which.
    """
    for letter in text:
        if unicodedata.category(letter) == "Cc" and letter not in _ALLOWED:
            told = _("The text holds a control character (U+%04X), which nobody can read.")
            raise ValidationError(told % ord(letter), code="unreadable")

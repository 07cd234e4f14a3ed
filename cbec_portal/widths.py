"""Digits, letters and signs of double width, as Chinese input methods write them."""

from __future__ import annotations

#: The ideographic blank, and the forms of ASCII that are as wide as an ideograph.
_WIDE = {0x3000: " ", **{wide: chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)}}


def half_width(text: str) -> str:
    """Return digits, letters and signs of double width as those of single width.

    Raised, circled and other digits stay as they are: ``5²`` is no number, and not 52.
    """
    return text if text.isascii() else text.translate(_WIDE)

"""How numbers are written, in answers, cells and files alike."""

from __future__ import annotations

from decimal import Decimal


def number_text(value: Decimal) -> str:
    """Return a number as it is written: 5000 for 5000.00 and 9.1 for 9.10, never an exponent.

    Nothing has a sign: 0 for -0.00.
    """
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text

"""What typed text picks, and how people write what they type."""

from __future__ import annotations

import re

from zones.desk.pickers import AmbiguousPickError, UnknownPickError, picked

#: How documents' brackets are written.
BRACKETS = ("〔{}〕", "[{}]", "({})", "（{}）", "［{}］", "【{}】", " {} ")


def wide(text: str) -> str:
    """The text in letters, digits and signs of double width."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def whom(table: str, typed: str, within: str | None = None) -> set[tuple[str, ...]]:
    """Keys of what a text names: one that is picked, several that are not, or none."""
    try:
        return {picked(table, typed, within=within).key}
    except AmbiguousPickError as wrong:
        return {pick.key for pick in wrong.candidates}
    except UnknownPickError:
        return set()


def spellings(number: str) -> set[str]:
    """How a document number may be written."""
    bracketed = {re.sub("〔(.*?)〕", form.replace("{}", r"\1"), number) for form in BRACKETS}
    return {
        form
        for one in bracketed
        for form in (one, wide(one), f" {one} ", f"（{one}）", one.lower())
    }

"""Cells of files that a spreadsheet takes for a formula: codes that one keeps as they are, texts
that begin as one, and formulas, whose results nobody reads.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from cbec_portal.quotation import quoted

#: How spreadsheets are told to keep a code as it is.
_KEPT_CODE = re.compile(r'="([^"]*)"')
#: A text that begins as a formula, or as one that is kept from being taken for one.
_BEGINS_SO = re.compile("'*=")


class FormulaError(ValueError):
    """A cell is a formula, whose result is not read."""

    def __init__(self, formula: str) -> None:
        super().__init__(formula_words(formula))


def formula_words(formula: str) -> str:
    """Say that a formula is not read."""
    words = _("%(text)s is a formula, whose result is not read: write the value itself.")
    return words % {"text": quoted(formula[:80])}


def begins_as_formula(cell: str) -> bool:
    """Return whether a spreadsheet takes a cell for a formula."""
    return cell.lstrip()[:1] == "="


def kept_code(formula: str) -> str:
    """Return the code that a formula keeps as it is: the zeros of ``="0700"`` stay.

    Raises:
        FormulaError: it works out anything.
    """
    if found := _KEPT_CODE.fullmatch(formula.strip()):
        return found[1]
    raise FormulaError(formula.strip())


def no_formula(cell: str) -> str:
    """Return a cell as files of the dataset hold it: a text that begins as a formula has an
    apostrophe before it.
    """
    return f"'{cell}" if _BEGINS_SO.match(cell) else cell


def without_apostrophe(cell: str) -> str:
    """Return a cell of such a file as it is meant."""
    return cell[1:] if cell[:1] == "'" and _BEGINS_SO.match(cell) else cell

"""What is wrong with some data: file, line, column and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext

from zones.models.fields import details_of
from zones.rules.values import WrongValueError

if TYPE_CHECKING:
    from zones.dataset.load_report import Report

MOST = 100
#: Whoever only asks is told more.
MOST_OF_A_DRY_RUN = 10_000


def words_of(wrong: ValueError) -> str:
    """Return what is wrong with a value, in the language that is active."""
    if isinstance(wrong, WrongValueError):
        return gettext(wrong.message) % details_of(wrong)
    return str(wrong)


class RowMention(NamedTuple):
    """A row that words tell of: its table and key, and what they call it, if by name.

    Of a row that a change set brings, ``proposed`` is its number there.
    """

    table: str
    key: tuple[str, ...]
    called: str = ""
    proposed: int | None = None


class Offer(NamedTuple):
    """What a wrong cell may have meant: as words tell it, and as the cell is to be written."""

    called: str
    cell: str


def offers_of(wrong: ValueError) -> tuple[Offer, ...]:
    """Return what a value may have meant that can be read in more than one way."""
    return tuple(Offer(*one) for one in getattr(wrong, "readings", ()))


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong and where, and the rows of which it tells.

    ``said_of`` is the column of the table, where the problem stands in a column of another name.
    ``mended_in`` are other columns in which it may be mended as well, and ``offers`` what its cell
    may have meant.
    """

    file: str
    line: int | None
    column: str | None
    why: str
    rows: tuple[RowMention, ...] = ()
    said_of: str = ""
    mended_in: tuple[str, ...] = ()
    offers: tuple[Offer, ...] = ()

    @property
    def of(self) -> str:
        """Return the column of the table of which it is said; empty for the whole row."""
        return self.said_of or self.column or ""

    def __str__(self) -> str:
        where = self.file + (f", line {self.line}" if self.line else "")
        return f"{where}{f', column {self.column}' if self.column else ''}: {self.why}"


class Refused(Exception):  # noqa: N818 (it is an outcome, named as the rules name it)
    """The data are refused and nothing was changed; ``report`` tells of every line what would
    become of it, where the files could be read as far as that.
    """

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        self.report: Report | None = None
        super().__init__("\n".join(map(str, problems)))


@dataclass
class Problems:
    """Problems found so far; reading stops when there are too many to be worth listing, if it is
    said how many those are.
    """

    found: list[Problem] = field(default_factory=list)
    most: int | None = MOST

    def add(
        self,
        file: str,
        line: int | None,
        column: str | None,
        why: str,
        rows: Iterable[RowMention] = (),
    ) -> None:
        """Note a problem.

        Raises:
            Refused: this is one too many.
        """
        self.found.append(Problem(file, line, column, why, tuple(rows)))
        if self.most is not None and len(self.found) >= self.most:
            self.found.append(Problem(file, line, None, f"stopped after {self.most} problems"))
            raise Refused(self.found)

    def refuse_any(self) -> None:
        """Stop if there are problems.

        Raises:
            Refused: there are.
        """
        if self.found:
            raise Refused(self.found)

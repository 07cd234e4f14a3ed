"""Tests in a cell: ``topic=choice``, ``programme!=slug``, ``question=answer``."""

from __future__ import annotations

from typing import NamedTuple

#: The word by which a test of a place names a programme; hence no topic is called so.
PROGRAMME = "programme"
IS, IS_NOT = "=", "!="


class CellTest(NamedTuple):
    """What a test is about, how it compares, and with what."""

    subject: str
    operator: str
    value: str

    @property
    def is_of_programme(self) -> bool:
        """Return whether a test of a place is about a programme, and not about a topic."""
        return self.subject == PROGRAMME

    def __str__(self) -> str:
        return "".join(self)


def read_test(cell: str) -> CellTest | None:
    """Return the test that a cell says; nothing if it says none.

    >>> read_test("bonded-import-1210 != listed")
    CellTest(subject='bonded-import-1210', operator='!=', value='listed')
    >>> read_test("listed")
    """
    operator = IS_NOT if IS_NOT in cell else IS
    subject, _operator, value = (part.strip() for part in cell.partition(operator))
    return CellTest(subject, operator, value) if subject and value else None

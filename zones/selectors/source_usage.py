"""What else rests on a document: other apps add what they know, which zones does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from zones.models import Source


class SourceUsage(NamedTuple):
    """Things of one kind that rest on a document: a heading, the name of the address at which they
    stand, then each in words, with the key in that address and its own mark there.
    """

    heading: str
    address: str
    rows: list[tuple[str, str, str]]


#: Tells of a document, by its row and the reader's language, what rests on it; none if nothing.
UsageReader = Callable[[Source, str], SourceUsage | None]

_readers: list[UsageReader] = []


def add(reader: UsageReader) -> None:
    """Add someone who knows of things that rest on documents; twice is once."""
    if reader not in _readers:
        _readers.append(reader)


def usage_of(source: Source, language: str) -> list[SourceUsage]:
    """Return what else rests on a document, kind by kind."""
    return [found for read in _readers if (found := read(source, language))]

"""Changes that are told as one entry: those of one document and day, in a fold that lists them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from django.utils.translation import gettext, ngettext

from cbec_portal.punctuation import enumerated
from zones.rules.vocabulary import ScopeKind

T = TypeVar("T")

#: So few changes of a document and day stand by themselves.
MOST_ALONE = 2
#: So many scopes are named.
NAMED = 3


class ChangeEntry(NamedTuple):
    """What is told together; where it is folded, the document and what it comes to in words."""

    rows: Sequence[Any]
    document: str = ""
    title: str = ""
    words: str = ""

    @property
    def folded(self) -> bool:
        """Return whether the rows are in a fold."""
        return bool(self.words)


def changes_words(count: int) -> str:
    """Return how many changes there are."""
    return ngettext("%(count)s change", "%(count)s changes", count) % {"count": count}


def policies_words(count: int) -> str:
    """Return how many policies there are."""
    return ngettext("%(count)s policy", "%(count)s policies", count) % {"count": count}


def together(rows: Iterable[T], key: Callable[[T], Hashable]) -> list[list[T]]:
    """Return rows that have one key together, in the order of the first of each."""
    found: dict[Hashable, list[T]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return list(found.values())


def entry_of(
    rows: Sequence[Any],
    source: Mapping[str, Any],
    scopes: Iterable[Mapping[str, str]] = (),
    *,
    counted: Callable[[int], str] = changes_words,
    total: int = 0,
) -> ChangeEntry:
    """Return rows of one document as an entry.

    Args:
        rows: the rows.
        source: the document.
        scopes: whom the rows bind; none where all are of one place.
        counted: says how many they are.
        total: how many there are of the entry, where these are a part of it.
    """
    if max(len(rows), total) <= MOST_ALONE:
        return ChangeEntry(rows)
    number, title = source["document_number"], source["title"]
    told = counted(len(rows))
    if total > len(rows):
        told = gettext("%(count)s of %(all)s") % {"count": len(rows), "all": counted(total)}
    words = _bound(told, list(scopes))
    return ChangeEntry(rows, number or title, title if number else "", words)


def parts_of(entries: Iterable[Sequence[T]], most: int) -> Iterator[Sequence[T]]:
    """Yield entries, those of more rows than so many in parts."""
    for entry in entries:
        for start in range(0, len(entry), most):
            yield entry[start : start + most]


def pages_of(entries: Iterable[Sequence[T]], most: int) -> list[list[Sequence[T]]]:
    """Return entries in pages of so many rows at least, but for the last; no entry is cut."""
    pages: list[list[Sequence[T]]] = []
    room = 0
    for entry in entries:
        if room <= 0:
            pages.append([])
            room = most
        pages[-1].append(entry)
        room -= len(entry)
    return pages


def _bound(counted: str, scopes: Sequence[Mapping[str, str]]) -> str:
    """How many rows there are, and whom they bind: so many cities, or bodies by name."""
    names = list(dict.fromkeys(scope["name"] for scope in scopes))
    more = len(names) - NAMED
    if not names:
        return counted
    if more > 0 and all(scope["kind"] == ScopeKind.CITY for scope in scopes):
        words = ngettext(
            "%(counted)s in %(cities)s city", "%(counted)s in %(cities)s cities", len(names)
        )
        return words % {"counted": counted, "cities": len(names)}
    told = enumerated(names[:NAMED])
    if more > 0:
        words = ngettext("%(names)s and %(count)s more", "%(names)s and %(count)s more", more)
        told = words % {"names": told, "count": more}
    return gettext(": ").join([counted, told])

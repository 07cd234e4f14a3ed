"""What the number of a document that nobody knows yet tells of it, by the documents of its series,
or of its issuers, that are known: nothing of which they tell different things.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar

from zones.models import Issuer, Source, SourceIssuer
from zones.models.sources import SourceKind
from zones.rules.document_numbers import (
    DECREE,
    NumberedDocument,
    names_others,
    numbered_document,
    telling_words,
)
from zones.rules.names import joined
from zones.selectors.snapshot import Snapshot

T = TypeVar("T")
#: So many documents of a series tell of which kind the next one is, or that several issue them
#: jointly: a single one may be odd.
TELLING = 2


class ToldDocument(NamedTuple):
    """What a number tells: a key of the usual form, the issuers' names, and the kind."""

    key: str = ""
    issuers: Sequence[str] = ()
    kind: str = ""


class _Known(NamedTuple):
    """A known document: its key, its number taken apart, its kind and its issuers."""

    key: str
    own: NumberedDocument
    kind: SourceKind
    issuers: tuple[str, ...]

    @property
    def prefix(self) -> str:
        """What stands in its key before what its number says; nothing in a key of another form."""
        tail = _tail(self.own)
        return self.key.removesuffix(tail) if tail and self.key.endswith(tail) else ""


def told_by_number(number: str, snapshot: Snapshot) -> ToldDocument:
    """Return what the number of a document tells of it."""
    own = numbered_document(number)
    if own is None:
        return ToldDocument()
    known = _known(snapshot)
    alike = [one for one in known if own.series and one.own.series == own.series]
    alike = [one for one in alike if one.own.form == own.form]
    issuers = _same(one.issuers for one in alike) or ()
    if len(issuers) > 1 and len(alike) < TELLING and not own.form:
        issuers = ()
    if not alike and (issuers := _named(own, snapshot)):
        alike = [one for one in known if one.issuers == issuers and one.own.form == own.form]
    kind = _same(one.kind for one in alike) if len(alike) >= TELLING else None
    names = _called(snapshot).names
    return ToldDocument(
        _key(own, alike, [one for one in known if one.issuers == issuers], issuers),
        () if names_others(number) else [names[slug] for slug in issuers],
        kind or "",
    )


def _same(every: Iterable[T]) -> T | None:
    """What all say alike; nothing where they differ, or there is none."""
    found = set(every)
    return found.pop() if len(found) == 1 else None


def _tail(own: NumberedDocument) -> str:
    """How a key of the usual form ends: by the year and the number, of a decree by its number."""
    if own.form == DECREE:
        return f"-decree-{own.own.number}"
    return f"-{own.own.year}-{own.own.number}" if own.own.year else ""


def _key(
    own: NumberedDocument,
    alike: Sequence[_Known],
    theirs: Sequence[_Known],
    issuers: Sequence[str],
) -> str:
    """A key as most documents of the series have it, else as most of the issuers do, else one of
    the keys of the issuers.
    """
    tail = _tail(own)
    for known in (alike, theirs):
        counted = Counter(filter(None, (one.prefix for one in known)))
        if counted:
            most = max(counted.values())
            usual = [prefix for prefix, count in counted.items() if count == most]
            by_issuers = "-".join(issuers)
            best = usual[0] if len(usual) == 1 else by_issuers if by_issuers in usual else ""
            return f"{best}{tail}" if best and tail else ""
    return f"{'-'.join(issuers)}{tail}" if issuers and tail and not alike else ""


def _named(own: NumberedDocument, snapshot: Snapshot) -> tuple[str, ...]:
    """The issuers that a number names one after the other, in full or by their abbreviation."""
    if not own.form:
        return ()
    if not own.series:
        slug = _called(snapshot).in_english.get(own.words_en)
        return (slug,) if slug else ()
    found, rest, called = [], own.series, _called(snapshot).in_chinese
    while rest:
        whole = max((name for name in called if rest.startswith(name)), key=len, default="")
        if not whole:
            return ()
        found.append(called[whole])
        rest = rest.removeprefix(whole)
    return tuple(found)


class _Called(NamedTuple):
    """Issuers by key with their English names, and by what one alone is called in full: in Chinese
    with and without 国家, in English by the telling words of the name and by the abbreviation.
    """

    names: Mapping[str, str]
    in_chinese: Mapping[str, str]
    in_english: Mapping[frozenset[str], str]


def _called(snapshot: Snapshot) -> _Called:
    return snapshot.remembered("issuers that numbers name", _read_called)


def _read_called() -> _Called:
    issuers = list(Issuer.objects.order_by("slug"))
    chinese: list[tuple[str, str]] = []
    english: list[tuple[frozenset[str], str]] = []
    for issuer in issuers:
        name = joined(issuer.name_zh)
        chinese += [(form, issuer.slug) for form in {name, name.removeprefix("国家")}]
        said = {telling_words(issuer.name_en), telling_words(issuer.abbreviation)}
        english += [(words, issuer.slug) for words in said if words]
    names = {issuer.slug: issuer.name_en for issuer in issuers}
    return _Called(names, _of_one(chinese), _of_one(english))


def _of_one(called: Iterable[tuple[T, str]]) -> dict[T, str]:
    """The forms that are those of one issuer alone."""
    found: dict[T, set[str]] = {}
    for form, slug in called:
        found.setdefault(form, set()).add(slug)
    return {form: slugs.pop() for form, slugs in found.items() if len(slugs) == 1}


def _known(snapshot: Snapshot) -> list[_Known]:
    return snapshot.remembered("documents that tell of others", _read_known)


def _read_known() -> list[_Known]:
    issuers: dict[int, list[str]] = {}
    links = SourceIssuer.objects.order_by("source", "position")
    for document, slug in links.values_list("source", "issuer__slug"):
        issuers.setdefault(document, []).append(slug)
    found = []
    for source in Source.objects.exclude(document_number="").order_by("slug"):
        if own := numbered_document(source.document_number):
            kind = SourceKind(source.kind)
            found.append(_Known(source.slug, own, kind, tuple(issuers.get(source.pk, ()))))
    return found

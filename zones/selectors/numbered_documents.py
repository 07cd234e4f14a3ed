"""Documents and batches by their numbers, however somebody writes them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from zones.models import Batch, SourceIssuer
from zones.rules.document_numbers import NumberedDocument, numbered_document, read_number
from zones.rules.names import plain
from zones.selectors.pinyin import syllables
from zones.selectors.snapshot import Snapshot

#: What says of a number that it is that of a document.
SAYS_DOCUMENT = re.compile(
    r"号|令|公告|文件|[发函]\s*\d{4}"
    r"|\b(?:announcement|bulletin|circular|decree|document|notice|order)s?\b"
)

#: What says of digits that they are the whole number of a document, or begin it: of batches not 第
#: alone, after which their own number stands.
_IS_NUMBER = {
    "sources": re.compile(r"第\s*\d+\s*(?:号|$)|\d+\s*号"),
    "batches": re.compile(r"\d+\s*号"),
}

#: A number of which it is not said yet whether it is that of a batch or of its document.
_BEGINS_NUMBER = re.compile(r"第\s*\d+$")

#: Keys by number, with what else is known of the number.
_Numbered = Mapping[int, Sequence[tuple[tuple[str, ...], NumberedDocument]]]


def sources_numbered(text: str, snapshot: Snapshot) -> list[str]:
    """Return the keys of the sources that a text can mean by its number; of a shared one all."""
    return [key for (key,) in _meant(text, _sources(snapshot))]


def batches_numbered(text: str, snapshot: Snapshot) -> list[tuple[str, str]]:
    """Return programme and number of the batches whose document a text can mean by its number; of
    第8 none, which may go on as 第8批 as well as 第8号.
    """
    if _BEGINS_NUMBER.search(plain(text)):
        return []
    return [(programme, number) for programme, number in _meant(text, _batches(snapshot))]


def is_number_not_held(text: str, snapshot: Snapshot) -> bool:
    """Return whether a text is the number of a document and of nothing else, and no document of
    that number is known.
    """
    if not SAYS_DOCUMENT.search(plain(text)) or _meant(text, _sources(snapshot)):
        return False
    if _meant(text, _batches(snapshot)):
        return False
    known = [document for own in _sources(snapshot).values() for _key, document in own]
    return any(
        document.is_called(said._replace(number=document.own.number, year=None))
        for said in read_number(text)
        for document in known
    )


def numbered_otherwise(table: str, text: str, snapshot: Snapshot) -> set[tuple[str, ...]]:
    """Return the keys of documents, or of batches, of another number than a text says, if it says
    one: 2026年第2号 is not nearly 2026年第200号. One that begins so, or that is written with a slip
    in one place, may be meant.
    """
    numbered = {"sources": _sources, "batches": _batches}.get(table)
    if numbered is None or not _IS_NUMBER[table].search(plain(text)):
        return set()
    said = {str(one.number) for one in read_number(text)}
    return {
        key
        for number, own in numbered(snapshot).items()
        if said and not any(_may_be(str(number), one) for one in said)
        for key, _document in own
    }


def _may_be(number: str, said: str) -> bool:
    """Whether what is said begins a number, or is that number but for a slip in one place."""
    if number.startswith(said):
        return True
    if len(number) != len(said) or len(said) == 1:
        return False
    differing = [(one, other) for one, other in zip(number, said, strict=True) if one != other]
    swapped = len(differing) == 2 and differing[0] == differing[1][::-1]
    return len(differing) == 1 or swapped


def _meant(text: str, numbered: _Numbered) -> list[Any]:
    """The keys of what a text can mean; of a series where it names one: 国发 is no short 发改委."""
    meant = [
        (key, document.is_of_series(said))
        for said in read_number(text)
        for key, document in numbered.get(said.number, ())
        if document.is_called(said)
    ]
    of_series = [key for key, is_of_series in meant if is_of_series]
    return list(dict.fromkeys(of_series or [key for key, _ in meant]))


def _sources(snapshot: Snapshot) -> _Numbered:
    return snapshot.remembered("sources by number", lambda: _read_sources(snapshot))


def _batches(snapshot: Snapshot) -> _Numbered:
    return snapshot.remembered("batches by number", lambda: _read_batches(snapshot))


def _read_sources(snapshot: Snapshot) -> _Numbered:
    issuers = _issuers()
    found = defaultdict(list)
    for source in sorted(snapshot.related["source"].values(), key=lambda one: str(one.slug)):
        if document := _document(source, issuers.get(source.pk, ())):
            found[document.own.number].append(((str(source.slug),), document))
    return found


def _read_batches(_snapshot: Snapshot) -> _Numbered:
    issuers = _issuers()
    found = defaultdict(list)
    for batch in Batch.objects.select_related("programme").order_by("programme__slug", "number"):
        if document := _document(batch, issuers.get(batch.source_id, ())):
            key = (batch.programme.slug, str(batch.number))
            found[document.own.number].append((key, document))
    return found


def _issuers() -> Mapping[int | None, Sequence[SourceIssuer]]:
    found: dict[int | None, list[SourceIssuer]] = defaultdict(list)
    for issued in SourceIssuer.objects.select_related("issuer").order_by("source", "position"):
        found[issued.source_id].append(issued)
    return found


def _document(row: Any, issued: Sequence[SourceIssuer]) -> NumberedDocument | None:
    if not row.document_number:
        return None
    said = [one.issuer for one in issued]
    year = str(getattr(row, "issued_on", None) or "")[:4]
    return numbered_document(
        row.document_number,
        issuers_en=[form for one in said for form in (one.name_en, one.abbreviation)]
        + [one.spelling for one in issued],
        issuers_zh=[one.name_zh for one in said],
        titles=(row.title_en, row.title_zh),
        issued=int(year) if year.isdigit() else None,
        spoken=syllables,
    )

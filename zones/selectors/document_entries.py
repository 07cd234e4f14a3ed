"""Documents of the research queue: without an official address, or with a dead one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from cbec_portal.day_words import day_in_words
from cbec_portal.languages import in_language
from zones.models import InForce, LinkCheck, Source
from zones.rules.vocabulary import ToResearch
from zones.selectors.inquiry import Inquiry
from zones.selectors.queue_entry import QueueEntry


def document_entries(inquiry: Inquiry, wanted: set[ToResearch]) -> Iterator[QueueEntry]:
    """Yield documents that policies in force rest on, of which no official address is known, and
    any whose address is dead.
    """
    day = inquiry.day
    rows = InForce.objects.current().on(day).order_by()
    cities: dict[int, set[int]] = defaultdict(set)
    for document, city in rows.values_list("policy__source", "city").distinct():
        cities[document].add(city)

    def entry(kind: ToResearch, source: Source, detail: str) -> QueueEntry:
        return QueueEntry(
            kind,
            source.slug,
            in_language(source, "title", inquiry.language),
            "sources",
            (source.slug,),
            cities=len(cities.get(source.pk, ())),
            detail=detail,
            beside=source.document_number or day_in_words(_day_of(source)) or source.slug,
            places=frozenset(cities.get(source.pk, ())),
        )

    if ToResearch.NO_ADDRESS in wanted:
        for source in Source.objects.filter(official_url="", pk__in=cities).order_by("slug"):
            yield entry(ToResearch.NO_ADDRESS, source, "")
    if ToResearch.DEAD_LINK in wanted:
        dead = {check.address: check for check in LinkCheck.dead()}
        for source in Source.objects.filter(official_url__in=dead).order_by("slug"):
            check = dead[source.official_url]
            yield entry(ToResearch.DEAD_LINK, source, f"{check.told} {check.address}")


def _day_of(source: Source) -> str:
    """The day on which a document was issued, else from which it is in force, as it is written."""
    return str(source.issued_on or source.effective_on or "")

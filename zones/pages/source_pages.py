"""Pages of documents."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Count, F, Q
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext

from cbec_portal.languages import in_language, in_other_language
from zones.api.filters import SourceFilters
from zones.models import Batch, Policy, Source, SourceKind, SourceStatus, Zone
from zones.models.querysets.version_querysets import known
from zones.pages.cited_pages import CitedPage
from zones.pages.faceted_pages import BrowsingPage
from zones.pages.table_pages import TablePage
from zones.pages.tables.policy_sheets import document_table
from zones.pages.tables.sheet_parts import PageTable
from zones.pages.tables.source_sheets import documents_table
from zones.rules.citations import Citation
from zones.rules.vocabulary import Change
from zones.selectors.rendered_values import source_shape
from zones.selectors.source_usage import usage_of

#: By what the list is narrowed; how many documents a page shows, and how many a file holds.
NARROWING = ("q", "kind", "status")
PER_PAGE, MOST_TAKEN = 50, 20_000
NEWEST_FIRST = "-issued_on"
#: The orders of the list; that by title is by the title in the reader's language.
ORDERS: dict[str, Any] = {
    NEWEST_FIRST: F("issued_on").desc(nulls_last=True),
    "issued_on": F("issued_on").asc(nulls_last=True),
    "title": None,
    "-policies": F("rests").desc(),
    "policies": F("rests").asc(),
}
#: By which heads the list is ordered.
SORTS = {
    "title": ("title",),
    "issued": (NEWEST_FIRST, "issued_on"),
    "policies": ("-policies", "policies"),
}
#: How many policies that rest on a document its page shows.
RESTING = 100


class SourceListPage(BrowsingPage, TablePage):
    """Documents by kind and state, with how many policies rest on each."""

    template_name = "zones/source_list.html"
    known_parameters = (*NARROWING, "ordering", "page")
    narrowing = NARROWING

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return documents that fit, newest first unless another order is asked for."""
        kind = self.parameters.choice("kind", SourceKind.values)
        status = self.parameters.choice("status", SourceStatus.values)
        words = self.parameters.one("q", "")
        withdrawn = Q(policies__change=Change.WITHDRAWN)
        current = known(self.snapshot.newest, "policies__") & ~withdrawn
        sources = Source.objects.annotate(rests=Count("policies", filter=current))
        if kind:
            sources = sources.filter(kind=kind)
        if status:
            sources = sources.filter(status=status)
        if words:
            sources = SourceFilters.base_filters["q"].filter(sources, words.split())
        order = self.parameters.choice("ordering", ORDERS, NEWEST_FIRST)
        by = ORDERS[order] or F(f"title_{self.language[:2]}").asc()
        listed = sources.order_by(by, "slug")
        pages = Paginator(listed, MOST_TAKEN if self.form else PER_PAGE)
        page = pages.get_page(self.parameters.whole_number("page", 1, 1_000_000, 1))
        return super().get_context_data(
            page=page,
            count=pages.count,
            sources=[(s, in_language(s, "title", self.language)) for s in page.object_list],
            kinds=SourceKind.choices,
            statuses=SourceStatus.choices,
            kind=kind,
            status=status,
            words=words,
            order="" if order == NEWEST_FIRST else order,
            sorts=self.sorts(SORTS, order),
            **kwargs,
        )

    def table(self, context: dict[str, Any]) -> PageTable:
        """Return the documents that fit."""
        return documents_table(context, self.language)

    def data_link(self) -> str:
        """Return the same documents by the API."""
        asked = [(name, self.parameters.one(name)) for name in NARROWING]
        said = [(name, value) for name, value in asked if value]
        if (order := self.parameters.one("ordering", "")).endswith("issued_on"):
            said.append(("ordering", order))
        return f"{reverse('source-list')}?{urlencode([*said, ('limit', 'all')])}"


class SourcePage(CitedPage, TablePage):
    """A document: its state, where it is, and everything that rests on it."""

    template_name = "zones/source.html"
    known_parameters = ("known_at", "page")

    def _nothing(self, source: Source) -> str:
        """What is said where nothing rests on the document: whether something did once."""
        once = Policy.objects.published().filter(source=source, recorded_in__lte=self.known_at)
        if once.exists():
            return gettext("Nothing any more. What rested on it was corrected or withdrawn.")
        return gettext("Nothing yet.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the document and its policies and batches.

        Raises:
            Http404: there is no such document.
        """
        sources = Source.objects.prefetch_related("issued_by__issuer")
        source = sources.filter(slug=self.kwargs["slug"]).first()
        if source is None:
            raise Http404(f"There is no document {self.kwargs['slug']!r}.")
        keys = list(
            Policy.objects.known_at(self.known_at)
            .not_withdrawn()
            .filter(source=source)
            .order_by(
                "topic__focus_area__position", "topic__position", "effective_from_day", "identity"
            )
            .values_list("pk", "topic")
        )
        pages = Paginator(keys, MOST_TAKEN if self.form else RESTING)
        page = pages.get_page(self.parameters.whole_number("page", 1, 100_000, 1))
        rendered = self.snapshot.rendered([pk for pk, _ in page.object_list], self.language)
        return super().get_context_data(
            source=source,
            cited=source_shape(source, self.language),
            title=in_language(source, "title", self.language),
            other_title=in_other_language(source, "title", self.language),
            issuers=[
                {
                    "name": in_language(issued.issuer, "name", self.language),
                    "other": in_other_language(issued.issuer, "name", self.language),
                    "site": issued.issuer.official_site,
                }
                for issued in source.issued_by.all()
            ],
            policies=[
                {
                    "topic": self.snapshot.topic(self.snapshot.topics[topic], self.language),
                    "policy": rendered[pk],
                }
                for pk, topic in page.object_list
            ],
            page=page,
            nothing=self._nothing(source) if not keys else "",
            batches=[
                {
                    "key": f"{batch.programme.slug}.{batch.number}",
                    "programme": in_language(batch.programme, "name", self.language),
                    "slug": batch.programme.slug,
                    "number": batch.number,
                }
                for batch in Batch.objects.filter(source=source).select_related("programme")
            ],
            ended=[
                (*self.named(self.snapshot.cities[city]), programme)
                for city, programme in Zone.objects.known_at(self.known_at)
                .not_withdrawn()
                .filter(ended_by=source)
                .order_by("city__slug")
                .values_list("city", "batch__programme__slug")
            ],
            others=usage_of(source, self.language),
            **kwargs,
        )

    def cited_title(self, context: dict[str, Any]) -> str:
        """Return the document's title and number."""
        source = context["source"]
        return gettext(", ").join(filter(None, [context["title"], source.document_number]))

    def cited(self, context: dict[str, Any]) -> Citation:
        """Return the document itself, as its issuers published it, where its address is known."""
        source, page = context["source"], super().cited(context)
        return page._replace(
            authors=tuple(issuer["name"] for issuer in context["issuers"]) or page.authors,
            state="" if source.official_url else page.state,
            whole=page.title if source.official_url else page.whole,
            published=str(source.issued_on or page.published),
            address=source.official_url or page.address,
            kind="A",
        )

    def table(self, context: dict[str, Any]) -> PageTable:
        """Return what rests on the document."""
        return document_table(context, self.language)

    def data_link(self) -> str:
        """Return the policies that rest on it by the API."""
        asked = urlencode(
            {"source": self.kwargs["slug"], "limit": "all", "known_at": self.known_at}
        )
        return f"{reverse('policy-list')}?{asked}"

"""The API of a checklist's items: filters, changes one by one or many, comments, evidence."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db.models import Prefetch
from django.http.response import HttpResponse
from django.shortcuts import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from cbec_portal.api.errors import ProblemResponse
from cbec_portal.api.pagination import Pagination
from checklists.api import bodies, representations
from checklists.api.filters import ItemFilters
from checklists.api.viewsets.private_views import OfChecklist, etag_of
from checklists.exports.item_table import in_full, item_rows
from checklists.models import EvidenceVersion, Item
from checklists.models.versions import tag_of
from checklists.services import evidence_versions, item_updates
from checklists.services.bulk_updates import (
    NothingWrittenError,
    change_item,
    change_items,
)


class ItemsView(OfChecklist):
    """The items with the filters of the page; a PATCH changes many, all or none.

    Those are told that apply or may apply somewhere, and those that fell away after they were
    signed.
    """

    takes = {"PATCH": bodies.ItemChanges}

    detail = False
    filterset_class = ItemFilters
    csv_name = "items"

    def get(self, request: Request, **_kwargs: Any) -> Response:
        """A page of items."""
        found = ItemFilters(request.query_params, queryset=self.checklist.items.live_or_signed())
        found.refuse_misunderstood()
        pages = Pagination()
        rows = found.qs.distinct().order_by("position", "pk")
        asked = pages.paginate_queryset(rows.values_list("pk", *Item.COUNTED), request, self) or []
        items = Item.objects.filter(pk__in=[pk for pk, *_counted in asked])
        told = item_rows(items.order_by("position", "pk"), self.language)
        return self.page_answer(
            pages,
            [
                {"id": pk, "version": version, "tag": tag_of(version, mark), **row}
                for (pk, version, mark), row in zip(asked, told, strict=True)
            ],
        )

    def patch(self, _request: Request, **_kwargs: Any) -> HttpResponse:
        """Change many items; each names the tag that was seen."""
        changes = self.body()["items"]
        try:
            results = change_items(self.checklist, changes, actor=self.user)
        except NothingWrittenError as nothing:
            conflict = any(result.outcome == "conflict" for result in nothing.results)
            told = [result._asdict() for result in nothing.results]
            return ProblemResponse(
                409 if conflict else 400, str(nothing), written=False, results=told
            )
        return Response({"written": True, "results": [result._asdict() for result in results]})


class OfItem(OfChecklist):
    """An answer about one item."""

    @cached_property
    def item(self) -> Item:
        """Return the item asked for."""
        rows = self.checklist.items.select_related("focus_area", "source", "assignee", "checklist")
        return get_object_or_404(rows, pk=self.kwargs["item"])


class ItemView(OfItem):
    """One item; a PATCH changes status and reason, assignee, due day."""

    takes = {"PATCH": bodies.ItemChange}
    matched = ("PATCH",)

    def get(self, _request: Request, **_kwargs: Any) -> Response:
        """The item with its signed periods."""
        return self._response(self.item)

    def patch(self, _request: Request, **_kwargs: Any) -> Response:
        """Change it, if it is still as it was seen."""
        body, seen = self.body(), self.seen()
        return self._response(change_item(self.item, body, actor=self.user, seen=seen))

    def _response(self, item: Item) -> Response:
        periods = item.signed_periods.select_related("closed_by")
        told = representations.item_shape(
            in_full(Item.objects.filter(pk=item.pk)).get(), self.language
        )
        told |= {"rounds": [representations.signed_period_shape(row) for row in periods]}
        return Response(told, headers={"ETag": etag_of(item.tag)})


class CommentsView(OfItem):
    """What was said about an item."""

    takes = {"POST": bodies.Remark}

    def get(self, _request: Request, **_kwargs: Any) -> Response:
        """Comments, earliest first."""
        rows = self.item.comments.select_related("author")
        return Response({"results": [representations.comment_shape(row) for row in rows]})

    def post(self, _request: Request, **_kwargs: Any) -> Response:
        """Say something."""
        said = item_updates.comment(self.item, self.body()["text"], actor=self.user)
        return Response(representations.comment_shape(said), status=201)


class ItemEvidenceView(OfItem):
    """Evidence of an item: a POST hands in a file or a link, or attaches what is there."""

    takes = {"POST": bodies.NewEvidence, "DELETE": bodies.Detachment}

    def get(self, _request: Request, **_kwargs: Any) -> Response:
        """The newest version of each."""
        versions = EvidenceVersion.objects.select_related("uploaded_by", "evidence")
        rows = self.item.attachments.prefetch_related(Prefetch("evidence__versions", versions))
        newest = [version for row in rows for version in row.versions[:1]]
        return Response({"results": [representations.version_shape(version) for version in newest]})

    def post(self, _request: Request, **_kwargs: Any) -> Response:
        """Hand in and attach, or attach by key."""
        body = self.body()
        if "evidence" in body:
            attached = evidence_versions.attach(self.item, body["evidence"], actor=self.user)
        else:
            title, upload = body.pop("title"), body.pop("file")
            version = evidence_versions.bring(
                self.user, title, upload=upload, item=self.item, **body
            )
            attached = self.item.attachments.get(evidence=version.evidence)
        return Response(representations.version_shape(attached.versions[0]), status=201)

    def delete(self, _request: Request, **_kwargs: Any) -> Response:
        """Detach, by key."""
        evidence_versions.detach(self.item, self.body()["evidence"], actor=self.user)
        return Response(status=204)

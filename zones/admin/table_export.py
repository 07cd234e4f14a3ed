"""A table as a file that can be edited and handed in again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.generic import View

from zones.dataset.table_registry import table_named
from zones.desk.grid_export import export_grid
from zones.desk.permissions import SetAction, require

MEDIA_TYPES: Mapping[Any, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class TableExport(View):
    """A table as it is known now, as a file that can be edited and handed in again."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """Return the file.

        Raises:
            Http404: there is no such table, or no such form of a file.
            PermissionDenied: whoever asks is neither analyst nor reviewer.
        """
        require(request.user, SetAction.SEE)
        name: str = request.GET.get("table", "")
        form: Any = request.GET.get("form", "xlsx")
        if form not in MEDIA_TYPES:
            raise Http404("A table is written as csv or xlsx.")
        try:
            table = table_named(name)
        except KeyError:
            raise Http404("There is no such table.") from None
        answer = HttpResponse(export_grid(table, form), content_type=MEDIA_TYPES[form])
        answer.headers["Content-Disposition"] = content_disposition_header(
            True, f"{table.name}.{form}"
        )
        answer.headers["Cache-Control"] = "private, no-store"
        return answer

"""The format of an answer: asked for by `format`, else by Accept."""

from __future__ import annotations

from collections.abc import Iterable

from django.http.request import MediaType
from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from cbec_portal.api.parameters import checked_options
from cbec_portal.refusals import ParameterError


class Negotiation(DefaultContentNegotiation):
    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        offered = list(renderers)
        if named := format_suffix or named_format(request, offered):
            offered = [renderer for renderer in offered if renderer.format == named]
            chosen = preferred(request, offered) or offered[0]
        elif (matching := preferred(request, offered)) is not None:
            chosen = matching
        else:
            raise NotAcceptable(available_renderers=offered)
        return chosen, chosen.media_type or ""


def named_format(request: Request, offered: list[BaseRenderer]) -> str | None:
    asked = request.query_params.getlist("format")
    if len(asked) > 1:
        raise ParameterError("format", "“format” can be given only once.")
    if not asked or not asked[0].strip():
        return None
    formats = {renderer.format or "" for renderer in offered}
    return checked_options("format", [asked[0].strip()], formats)[0]


def preferred(request: Request, offered: list[BaseRenderer]) -> BaseRenderer | None:
    """The offered renderer the client likes best; ours come in our order where it does not say.

    Parameters such as charset in Accept are ignored: every text we send is UTF-8.
    """
    if not request.headers.get("Accept", "").strip():
        return offered[0]
    best: BaseRenderer | None = None
    best_rank = (0.0, -1)
    for renderer in offered:
        rank = liking(request._request.accepted_types, renderer.media_type or "")
        if rank is not None and rank > best_rank:
            best, best_rank = renderer, rank
    return best


def liking(accepted: Iterable[MediaType], media_type: str) -> tuple[float, int] | None:
    """Quality and specificity of the most specific accepted range that covers a media type."""
    main, _, sub = media_type.partition(";")[0].strip().partition("/")
    covering = [
        (breadth(wanted), float(wanted.quality))
        for wanted in accepted
        if wanted.main_type in ("*", main) and wanted.sub_type in ("*", sub)
    ]
    if not covering:
        return None
    specificity, quality = max(covering)
    return quality, specificity


def breadth(wanted: MediaType) -> int:
    """0 for */*, 1 for text/*, 2 for text/csv."""
    return (wanted.main_type != "*") + (wanted.sub_type != "*")

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
    """The choice of a format, in which a named one comes before what Accept prefers."""

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        """Return the renderer of an answer, with its media type.

        A format that is named is given, even where Accept does not ask for it.

        Raises:
            ParameterError: the format named is unknown.
            NotAcceptable: none is named, and Accept asks for none that is offered.
        """
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
    """Return the format that the parameter ``format`` names, or none without one.

    Raises:
        ParameterError: it names an unknown one, or is given twice.
    """
    asked = request.query_params.getlist("format")
    if len(asked) > 1:
        raise ParameterError("format", "“format” can be given only once.")
    if not asked or not asked[0].strip():
        return None
    formats = {renderer.format or "" for renderer in offered}
    return checked_options("format", [asked[0].strip()], formats)[0]


def preferred(request: Request, offered: list[BaseRenderer]) -> BaseRenderer | None:
    """Return the renderer that the client likes best, or none that it accepts.

    Among those it likes equally the first offered is taken, as without an Accept. Parameters such
    as charset in Accept are ignored: every text we send is UTF-8.
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
    """Return the quality and specificity of what Accept says of a media type.

    They are those of the most specific range that covers it; none where no range does.
    """
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
    """Return how specific a range is: 0 for */*, 1 for text/*, 2 for text/csv."""
    return (wanted.main_type != "*") + (wanted.sub_type != "*")

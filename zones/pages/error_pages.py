"""What to say where there is nothing: names that come near, and where to look."""

from __future__ import annotations

import re
from urllib.parse import unquote

from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse

from cbec_portal.request_headers import UnreadableHeaderError
from zones.pages.hit_words import address_of
from zones.pages.refused_questions import describing_place
from zones.rules.names import plain
from zones.selectors.inquiry import Inquiry
from zones.selectors.search import search
from zones.selectors.search_hits import hits
from zones.selectors.snapshot import current_snapshot

MOST_SUGGESTED = 6
LONGEST = 60


def unreadable(_request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return a page for a request that cannot be read, or a form; it asks nothing of it, as that
    would fail anew.
    """
    is_form = isinstance(exception, MultiPartParserError | UnreadableHeaderError)
    page = "unreadable_form.html" if is_form else "unreadable.html"
    return HttpResponse(render_to_string(page), status=400)


def not_found(request: HttpRequest, _exception: Exception) -> HttpResponse:
    """Return the page for what is not there: what its address may have meant, and a search."""
    words = words_of(request.path)
    is_place = request.path.startswith(reverse("zones:city-list")) and plain(words)
    context = {
        "words": words,
        "suggested": _suggested(words),
        "request_path": request.path,
        "describing": describing_place(words) if is_place else "",
    }
    return render(request, "404.html", context, status=404)


def words_of(path: str) -> str:
    """Return the last part of an address as words to search for."""
    last = unquote(path).strip("/").rpartition("/")[2]
    return re.sub(r"[-_.]+", " ", last)[:LONGEST].strip()


def _suggested(words: str) -> list[tuple[str, str]]:
    """Pages that come near, with their addresses."""
    if not plain(words):
        return []
    inquiry = Inquiry.of_now(current_snapshot())
    found = hits(search(words, inquiry).found[:MOST_SUGGESTED], inquiry)
    return list({address_of(hit): hit.label for hit in found}.items())

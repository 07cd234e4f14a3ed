"""The tags by which whoever has an answer is told that it is still the one."""

from __future__ import annotations

from hashlib import sha256

from django.http import HttpRequest
from django.utils.http import parse_etags

from cbec_portal.build import build
from cbec_portal.china_time import today_in_china

READS = ("GET", "HEAD")


def entity_tag(request: HttpRequest, edition: str, language: str, form: str) -> str:
    """Return the tag of a public answer: a weak one, as no workbook is made twice to the byte.

    Nothing else decides such an answer but the state of the data, the day, the question, its
    language and form, and the program. Neighbours of a page are told by their whole address, so
    that counts as well.
    """
    told = (
        edition,
        today_in_china().isoformat(),
        language,
        form,
        request.scheme or "",
        request.get_host(),
        request.get_full_path(),
        build(),
    )
    return f'W/"{sha256(" ".join(told).encode()).hexdigest()[:32]}"'


def is_known(request: HttpRequest, tag: str) -> bool:
    """Return whether whoever reads has the answer of a tag, strong or weak."""
    if request.method not in READS:
        return False
    known = parse_etags(request.headers.get("If-None-Match", ""))
    return tag in {f"W/{one.removeprefix('W/')}" for one in known}

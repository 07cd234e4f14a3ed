"""The language of an answer: asked for by `lang`, else by Accept-Language, else English."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header

from cbec_portal.api.parameters import checked_options
from cbec_portal.languages import CODES, ENGLISH
from cbec_portal.refusals import ParameterError

DEFAULT_LANGUAGE = ENGLISH


def language_of(request: HttpRequest) -> str:
    """Return the language of an answer: `en` or `zh-hans`.

    The parameter ``lang`` counts before the header. Cookies do not count, so that an answer varies
    by header only.

    Raises:
        ParameterError: ``lang`` is no language of the portal, or is given twice.
    """
    asked = request.GET.getlist("lang")
    if len(asked) > 1:
        raise ParameterError("lang", "“lang” can be given only once.")
    if asked and asked[0].strip():
        return checked_options("lang", [asked[0].strip()], CODES)[0]
    return accepted_language(request.headers.get("Accept-Language", ""))


def accepted_language(header: str) -> str:
    """Return the first language of an ``Accept-Language`` that the portal has.

    Where it has none of them, or any will do, it is the portal's own.
    """
    for wanted, _ in parse_accept_lang_header(header.lower()):
        if wanted == "*":
            break
        try:
            return get_supported_language_variant(wanted)
        except LookupError:
            continue
    return DEFAULT_LANGUAGE

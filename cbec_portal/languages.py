"""The two languages: which one a page is in, and what a row says in either.

This is the one place that knows how the code of a language and the columns of texts are written.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from cbec_portal.chinese_characters import CHINESE_CHARACTER, count_chinese

#: The codes of the languages, as addresses, settings and answers write them.
ENGLISH, CHINESE = "en", "zh-hans"
CODES = (ENGLISH, CHINESE)
#: The code of Chinese as HTML writes it.
CHINESE_TAG = "zh-Hans"


class Language(NamedTuple):
    """A language of the portal: its code in addresses, that of HTML, what it calls itself, and the
    form of its days in browsers.
    """

    code: str
    tag: str
    name: str
    locale: str


LANGUAGES = (
    Language(ENGLISH, ENGLISH, "English", "en-GB"),
    Language(CHINESE, CHINESE_TAG, "中文", "zh-CN"),
)

LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
#: Keys, codes of places and currencies, addresses, mail: what is no word of any language.
NO_LANGUAGE = re.compile(r"(?:\w+://\S+|[A-Z0-9._:/-]*|[a-z0-9._:/=@-]*)", re.ASCII)

ONE_YEAR = 365 * 24 * 60 * 60


def active_language() -> str:
    """Return the code of the language in which texts are translated now; English if in none."""
    return translation.get_language() or ENGLISH


def is_chinese(language: str) -> bool:
    """Return whether the code of a language is one of Chinese, in whatever script."""
    return language.lower().startswith("zh")


def written_in(text: str) -> str:
    """Return the code of the language of a text that somebody wrote in either: Chinese, if one of
    its characters is.
    """
    return CHINESE if CHINESE_CHARACTER.search(text) else ENGLISH


def mostly_in(text: str) -> str:
    """Return the code, as HTML writes it, of the language that most of a text is in; nothing of one
    that is in none: a number, a key, a code, an address.

    A Chinese word has two characters or so, hence a text is Chinese that has more of them than it
    has words in Latin letters: a sentence in English may name a Chinese document.
    """
    if NO_LANGUAGE.fullmatch(text.strip()):
        return ""
    words, characters = len(LATIN_WORD.findall(text)), count_chinese(text)
    if characters > words:
        return CHINESE_TAG
    return ENGLISH if words else ""


def other_language(language: str) -> str:
    """Return the code of the other language, as HTML writes it."""
    return ENGLISH if is_chinese(language) else CHINESE_TAG


def either(english: str, chinese: str, language: str) -> str:
    """Return the text in a language; the other where there is none in it."""
    return (chinese or english) if is_chinese(language) else (english or chinese)


def in_language(row: Any, name: str, language: str) -> str:
    """Return what a row says in its columns ``name_en`` and ``name_zh``, in a language; what it
    says in the other where it says nothing in that.
    """
    return either(getattr(row, f"{name}_en", ""), getattr(row, f"{name}_zh", ""), language)


def in_other_language(row: Any, name: str, language: str) -> str:
    """Return a bilingual text in the other language; nothing where it says the same."""
    other = in_language(row, name, other_language(language))
    return "" if other == in_language(row, name, language) else other


class LanguageInAddress:
    """Lets `lang` in the address of a page decide, which a cookie remembers.

    It follows LocaleMiddleware, which reads the cookie and what the browser prefers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked = request.GET.get("lang")
        if asked not in CODES or request.path.startswith("/api/"):
            return self.get_response(request)
        translation.activate(asked)
        request.LANGUAGE_CODE = asked
        response = self.get_response(request)
        response.headers["Content-Language"] = asked
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            asked,
            max_age=ONE_YEAR,
            samesite="Lax",
            secure=settings.HTTPS,
        )
        return response

"""Numbers of documents in texts, which no line breaks: 财关税〔2018〕49号, No. 194 of 2018."""

from __future__ import annotations

import re
from html import escape

from django import template
from django.utils.safestring import SafeString

from cbec_portal.chinese_characters import CHINESE_CHARACTERS

register = template.Library()

_SIGN = f"[{CHINESE_CHARACTERS}]"
_ISSUER = rf"(?:{_SIGN}{{2,6}} )?(?:{_SIGN}{{1,10}}\d{{1,2}})?{_SIGN}{{0,10}}"
_YEAR = r"(?:[〔［\[(（]\d{4}[〕］\])）]|\d{4}年)"
_NUMBER = re.compile(
    rf"{_ISSUER}{_YEAR}第?\d+号|{_ISSUER}令第(?:\d+|[〇一二三四五六七八九十百]+)号"
    r"|\bNo\.\s?\d+(?: \((?:19|20)\d\d\)| of (?:19|20)\d\d)?"
)


@register.filter
def unbroken(text: str | None) -> SafeString:
    """Return a text, escaped, with each number of a document as one piece."""
    return SafeString(unbroken_in(escape(text or "")))


def unbroken_in(markup: str) -> str:
    """Return text that is escaped already, with each number of a document as one piece."""
    return _NUMBER.sub(r'<span class="unbroken">\g<0></span>', markup)

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
#: A tag or a remark of markup; what stands in an attribute is escaped.
_TAG = re.compile(r"(<[^>]*>)")
_NAME_OF_TAG = re.compile(r"</?[a-z]+")
_WITHOUT_MARKUP = frozenset({"option", "textarea", "script", "style", "title"})
#: What every number has: seldom a text does.
_MAY_HOLD_NUMBER = re.compile("号|No[.]")


@register.filter
def unbroken(text: str | None) -> SafeString:
    """Return a text, escaped, with each number of a document as one piece."""
    return SafeString(unbroken_in(escape(text or "")))


@register.filter
def unbroken_markup(markup: str) -> SafeString:
    """Return markup in whose texts each number of a document is one piece, wherever it stands;
    what boxes hold, and parts that hold no markup, stay as they are.
    """
    parts = _TAG.split(markup)
    within = ""
    for place, part in enumerate(parts):
        if place % 2:
            within = _within(part, within)
        elif not within and _MAY_HOLD_NUMBER.search(part):
            parts[place] = unbroken_in(part)
    return SafeString("".join(parts))


def _within(tag: str, within: str) -> str:
    """Which part without markup a text is in after a tag, if in one."""
    name = _NAME_OF_TAG.match(tag)
    if within:
        return "" if name and name[0] == f"</{within}" else within
    return name[0][1:] if name and name[0][1:] in _WITHOUT_MARKUP else ""


def unbroken_in(markup: str) -> str:
    """Return text that is escaped already, with each number of a document as one piece."""
    return _NUMBER.sub(r'<span class="unbroken">\g<0></span>', markup)

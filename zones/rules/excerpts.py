"""Parts of texts: where a text may be cut, so that no word and no number is."""

from __future__ import annotations

import re

from cbec_portal.chinese_characters import CHINESE_CHARACTERS

#: A word, or a number or day with what stands in it: never cut. Chinese may be cut between signs.
WORD = rf"[^\W{CHINESE_CHARACTERS}]+(?:[-.,/%'’][^\W{CHINESE_CHARACTERS}]+)*%?"
_WORD = re.compile(WORD)
DOTS = "…"


def beginning(text: str, most: int) -> str:
    """Return what a text begins with, of so many signs at most, cut between words.

    >>> beginning("you cannot sell", 8)
    'you'
    >>> beginning("限值5000元", 4)
    '限值'
    """
    if len(text) <= most:
        return text
    for word in _WORD.finditer(text):
        if word.end() > most:
            # One word that fills all there is room for is cut all the same.
            return text[: word.start() if 0 < word.start() < most else most].rstrip()
    return text[:most].rstrip()


def ending(text: str, most: int) -> str:
    """Return what a text ends with, of so many signs at most, cut between words.

    >>> ending("what you cannot sell", 9)
    'sell'
    >>> ending("限值5000元", 3)
    '元'
    """
    cut = len(text) - most
    if cut <= 0:
        return text
    for word in _WORD.finditer(text):
        if word.start() < cut < word.end() < len(text):
            cut = word.end()
        if word.end() >= cut:
            break
    return text[cut:].lstrip()


def shortened(text: str, most: int) -> str:
    """Return a text of so many signs at most, with dots where it goes on.

    >>> shortened("One two three", 9)
    'One two…'
    """
    return text if len(text) <= most else beginning(text, most - 1) + DOTS

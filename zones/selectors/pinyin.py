"""Chinese as it sounds."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import product

# Single characters are enough to find things; the dictionary of phrases would cost 20 MB a worker.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
from pypinyin import Style, lazy_pinyin, pinyin

_APART = re.compile(r"[\u3400-\u9fff]|[^\u3400-\u9fff]+")
#: A longer text is no name of a place; its syllables have too many readings to try all.
LONGEST_NAME = 4


def syllables(chinese: str, between: str = "") -> str:
    """Return Chinese in pinyin without tones; ü is written u, as one types it."""
    return between.join(map(_syllable, _APART.findall(chinese)))


@lru_cache(16_384)
def _syllable(one: str) -> str:
    """How a character sounds, or what is no Chinese as it is written; asked of most many times."""
    return "".join(lazy_pinyin(one, v_to_u=True)).replace("ü", "u")


def readings(chinese: str) -> Iterator[str]:
    """Return a name as it may sound, in pinyin without tones: 喀什 is Kashi, by letters Kashen."""
    if len(chinese) > LONGEST_NAME:
        yield syllables(chinese)
        return
    each = pinyin(chinese, style=Style.NORMAL, heteronym=True, v_to_u=True)
    for sounds in product(*each):
        yield "".join(sounds).replace("ü", "u")

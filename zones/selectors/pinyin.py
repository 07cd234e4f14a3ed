"""Chinese as it sounds."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import product
from types import ModuleType

from cbec_portal.chinese_characters import CHINESE_CHARACTERS

_APART = re.compile(rf"[{CHINESE_CHARACTERS}]|[^{CHINESE_CHARACTERS}]+")
#: A longer text is no name of a place; its syllables have too many readings to try all.
LONGEST_NAME = 4


def syllables(chinese: str, between: str = "") -> str:
    """Return Chinese in pinyin without tones; ü is written u, as one types it."""
    return between.join(map(_syllable, _APART.findall(chinese)))


@lru_cache(16_384)
def _syllable(one: str) -> str:
    """How a character sounds, or what is no Chinese as it is written; asked of most many times."""
    return "".join(_pypinyin().lazy_pinyin(one, v_to_u=True)).replace("ü", "u")


def readings(chinese: str) -> Iterator[str]:
    """Return a name as it may sound, in pinyin without tones: 喀什 is Kashi, by letters Kashen."""
    if len(chinese) > LONGEST_NAME:
        yield syllables(chinese)
        return
    library = _pypinyin()
    each = library.pinyin(chinese, style=library.Style.NORMAL, heteronym=True, v_to_u=True)
    for sounds in product(*each):
        yield "".join(sounds).replace("ü", "u")


@cache
def _pypinyin() -> ModuleType:
    """The library, loaded when a sound is first asked for: its 40,000 characters take some MB.

    Single characters are enough to find things. The dictionary of phrases would cost 20 MB more, a
    copy of the other one 2 MB. Characters that sound alike share their sound, which is 3 MB less.
    """
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "true")
    import pypinyin
    from pypinyin.pinyin_dict import pinyin_dict

    for character, sounds in pinyin_dict.items():
        pinyin_dict[character] = sys.intern(sounds)
    return pypinyin

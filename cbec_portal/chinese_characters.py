"""Which characters are Chinese: the one place that says so, for texts and regular expressions."""

from __future__ import annotations

import re

#: From the first to the last of them, to stand between the brackets of a regular expression: the
#: unified ideographs, and their first extension, in which rare names of places are.
CHINESE_CHARACTERS = r"\u3400-\u9fff"
CHINESE_CHARACTER = re.compile(f"[{CHINESE_CHARACTERS}]")


def count_chinese(text: str) -> int:
    """Return how many characters of a text are Chinese.

    >>> count_chinese("关于No. 194的公告")
    5
    """
    return len(CHINESE_CHARACTER.findall(text))

"""Chinese in simplified characters, in which the data are written."""

from __future__ import annotations

from functools import lru_cache

from opencc import OpenCC

#: Common characters, several times over.
MOST_KEPT = 16_384
_to_simplified = OpenCC("t2s")


def simplified(text: str) -> str:
    """Return a text in simplified characters.

    Each is told by itself, so that part of a name is told as the whole is.
    """
    return text if text.isascii() else "".join(map(_character, text))


# The index of names converts some thousands of characters, mostly the same ones.
@lru_cache(MOST_KEPT)
def _character(one: str) -> str:
    return _to_simplified.convert(one)

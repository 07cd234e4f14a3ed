"""Signs between words: of half width with a blank in English, of full width without one in Chinese.

Sentences are translated whole, signs and all; this is for what code joins.
"""

from __future__ import annotations

from collections.abc import Iterable

from cbec_portal.languages import active_language, is_chinese


def bracketed(name: str, said: str, language: str | None = None) -> str:
    """Return a name with what is said of it in brackets behind it; in the active language, if none
    is given.
    """
    left, right = ("（", "）") if _is_chinese(language) else (" (", ")")
    return f"{name}{left}{said}{right}"


def blank(language: str | None = None) -> str:
    """Return what stands between two words of a line: a blank in English, nothing in Chinese."""
    return "" if _is_chinese(language) else " "


def enumerated(names: Iterable[str], language: str | None = None) -> str:
    """Return several of a kind in one line: the names of cities, of columns."""
    return ("、" if _is_chinese(language) else ", ").join(names)


def by_commas(parts: Iterable[str], language: str | None = None) -> str:
    """Return in one line what together says which one is meant: topic, place and day."""
    return ("，" if _is_chinese(language) else ", ").join(parts)


def by_semicolons(parts: Iterable[str], language: str | None = None) -> str:
    """Return in one line what may hold commas itself."""
    return ("；" if _is_chinese(language) else "; ").join(parts)


def _is_chinese(language: str | None) -> bool:
    return is_chinese(language or active_language())

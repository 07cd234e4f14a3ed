"""What somebody typed, between the quotation marks that both languages write."""

from __future__ import annotations


def quoted(text: str) -> str:
    r"""Return a text as it is said back: what is not printable is told by its code.

    >>> quoted("hangz")
    '“hangz”'
    >>> print(quoted("a\tb"))
    “a\tb”
    """
    return f"“{repr(text)[1:-1]}”"

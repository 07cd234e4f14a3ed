"""What somebody typed, between the quotation marks that both languages write."""

from __future__ import annotations


def quoted(text: str) -> str:
    r"""Return a text as it is said back: what is not printable is told by its code.

    >>> quoted("hangz")
    '“hangz”'
    >>> quoted("a\tb")
    '“a[U+0009]b”'
    """
    told = (sign if sign.isprintable() else f"[U+{ord(sign):04X}]" for sign in text)
    return f"“{''.join(told)}”"

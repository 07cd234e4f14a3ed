"""Numbers of duties within a template."""

from __future__ import annotations


def order_of(number: str) -> int:
    """Return the place of a duty in its template: 4.2a before 4.2b before 4.10.

    >>> order_of("4.2a") < order_of("4.2b") < order_of("4.10") < order_of("5.1")
    True
    """
    area, _, rest = number.partition(".")
    digits = rest.rstrip("abcdefghijklmnopqrstuvwxyz")
    letter = rest[len(digits) :]
    return int(area) * 3000 + int(digits) * 30 + (ord(letter) - 96 if letter else 0)

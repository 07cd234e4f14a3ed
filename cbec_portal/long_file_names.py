"""Names of uploaded files longer than any disk takes: a form is read with them all the same.

What was typed beside such a file would be lost else; its name is shortened where it is kept.
"""

from __future__ import annotations

from django.http import multipartparser

#: The head of a part of a form, in which the name of its file stands, has so many bytes at most.
MOST_OF_A_HEAD = 64 * 1024


def take() -> None:
    """Let the heads of the parts of forms be as long as names of files may come."""
    multipartparser.MAX_TOTAL_HEADER_SIZE = MOST_OF_A_HEAD  # type: ignore[attr-defined]  # not in the stubs

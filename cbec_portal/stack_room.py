"""Room on the stack for what answers call.

CPython keeps frames in pieces of 16 kB, and gives a piece back to the system once the call that
needed it has returned. Answers go deep enough, through middleware and templates, for a call in a
loop to lie on the border of two pieces, which takes a tenth to a fifth of a page in the kernel. A
piece is made to hold the frame it is for, so a frame that says it needs much brings one in which
all that it calls has room. What it does not use costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from django.http import HttpRequest, HttpResponse

T = TypeVar("T")

#: Words: a little more than half of a piece of a megabyte, whose rest is for what is called.
_NEEDED = 66_000


def with_room(act: Callable[[], T]) -> T:
    """Act where nothing lies on the border of two pieces."""
    return act()


with_room.__code__ = with_room.__code__.replace(co_stacksize=_NEEDED)


class RoomOnStack:
    """Makes every answer with room on the stack; it stands before all other middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return with_room(partial(self.get_response, request))

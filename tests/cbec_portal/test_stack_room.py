"""No call within an answer lies on the border of two pieces of the stack."""

from __future__ import annotations

from resource import RUSAGE_SELF, getrusage

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils.module_loading import import_string

from cbec_portal.stack_room import RoomOnStack

DEEPEST, CALLS = 200, 300


def pages_taken_at(depth: int) -> int:
    """How many pages of memory the system gives while a call is repeated so deep."""
    if depth:
        return pages_taken_at(depth - 1)
    before = getrusage(RUSAGE_SELF).ru_minflt
    for _ in range(CALLS):
        nothing()
    return getrusage(RUSAGE_SELF).ru_minflt - before


def nothing() -> None:
    """A call that needs a frame, and does nothing."""


def most_taken(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(max(map(pages_taken_at, range(DEEPEST)))))


def test_a_call_in_a_loop_takes_no_memory_however_deep_it_lies() -> None:
    answer = RoomOnStack(most_taken)(RequestFactory().get("/"))
    assert int(answer.content) < CALLS / 10


def test_every_answer_has_room_before_anything_else_is_called() -> None:
    assert import_string(settings.MIDDLEWARE[0]) is RoomOnStack

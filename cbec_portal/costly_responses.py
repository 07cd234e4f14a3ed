"""Dear answers, such as workbooks, PDF and pictures, leave most threads to everybody else.

So do answers for which all cities are resolved on a day that is not kept: their views say so.

Of the threads of a process a third may be at files and half at such days. Of each kind one is made,
the others wait their turn for a while; whoever comes beyond that is told when to ask again. Where
the server is ours, files wait for their turn before they have a thread (`request_queue.py`).
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from django.http import HttpRequest, HttpResponse

from cbec_portal.api.parameters import whole_number
from cbec_portal.availability import BusyError
from cbec_portal.threads import THREADS
from cbec_portal.unavailable import busy_answer

#: Seconds to wait for one's turn, and after which to ask again where there is no place to wait.
PATIENCE = 10
LATER = 5
#: What asks for a list as a whole, in the place of a number of rows.
ALL = "all"
#: Rows from which on a table is dear in any form but JSON.
MANY = 100

FILES = re.compile(
    r"/(checklist\.pdf|(items|table)\.(csv|xlsx|pdf)|audit-pack(\.zip|/)|pictures/\w+\.(svg|png)|card\.png)$"
)
WORKBOOK, TABLE = "spreadsheetml", "text/csv"


class CostlySlots:
    """Places for a kind of work: one works, others wait, and the rest are refused."""

    def __init__(self, number: int, patience: float = PATIENCE) -> None:
        self._places = threading.BoundedSemaphore(number)
        self._turn = threading.Lock()
        self._patience = patience

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold the turn within the block, after waiting for it.

        Raises:
            BusyError: there is no place to wait, or the turn did not come.
        """
        if not self._places.acquire(blocking=False):
            raise BusyError(LATER)
        try:
            if not self._turn.acquire(timeout=self._patience):
                raise BusyError(LATER)
            try:
                yield
            finally:
                self._turn.release()
        finally:
            self._places.release()


#: What all files of a process share, and all days: none of them is behind a long PDF.
SLOTS, DAYS = CostlySlots(THREADS // 3), CostlySlots(THREADS // 2)
#: What makes a day another than the one that everybody asks for, which is kept.
OF_A_MOMENT = ("as_of", "known_at", "certainty")


@contextmanager
def dear_turn(request: HttpRequest) -> Iterator[None]:
    """Hold the turn within the block, unless this answer holds it already or asks for what is kept.

    It is for a view that is dear where its day, revision or certainty is not the usual one.

    Raises:
        BusyError: there is no place to wait, or the turn did not come.
    """
    if getattr(request, "has_dear_turn", False) or not any(map(request.GET.get, OF_A_MOMENT)):
        yield
        return
    with DAYS.turn():
        yield


class DearAnswers:
    """Lets a third of the threads at dear answers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not is_dear(request):
            return self.get_response(request)
        try:
            with SLOTS.turn():
                # A view that is dear itself does not wait for the turn that it has.
                request.has_dear_turn = True  # type: ignore[attr-defined]  # ours
                return self.get_response(request)
        except BusyError as busy:
            return busy_answer(request, busy.wait)


def is_dear(request: HttpRequest) -> bool:
    """Return whether an answer takes long to be made."""
    return is_dear_question(request.path, request.GET, request.headers.get("Accept", ""))


def is_dear_question(path: str, asked: Mapping[str, str], accepted: str) -> bool:
    """Return whether what is asked takes long: a workbook, a PDF, a picture, a pack and a long
    table do.

    Args:
        path: the path that is asked for.
        asked: the parameters of the question, of each the last value.
        accepted: the head that says which forms are taken.
    """
    if FILES.search(path):
        return True
    if not path.startswith("/api/"):
        return False
    form = asked.get("format")
    if form == "xlsx" or (not form and WORKBOOK in accepted):
        return True
    limit = asked.get("limit", "")
    if limit == ALL:
        return True
    # A table of no certain part is the whole list.
    whole = not limit and "offset" not in asked
    many = whole or (whole_number(limit) or 0) > MANY
    return many and (form == "csv" or (not form and TABLE in accepted))

"""Work in a process of its own, so that what it loads and needs goes when it ends."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable


def in_own_process(work: Callable[[], object]) -> None:
    """Do some work in a process that ends with it, or with this one, however that ends.

    What goes wrong there is told there, as it would be here.

    Raises:
        SystemExit: the work failed, with the status it failed with.
    """
    sys.stdout.flush()
    # Nothing is ever written. Its end closes with this process, and so tells the other.
    alive, kept_open = os.pipe()
    child = os.fork()
    if not child:
        os.close(kept_open)
        threading.Thread(target=_end_with_parent, args=(alive,), daemon=True).start()
        work()
        sys.stdout.flush()
        os._exit(0)
    try:
        _, status = os.waitpid(child, 0)
    finally:
        os.close(alive)
        os.close(kept_open)
    if status:
        sys.exit(os.waitstatus_to_exitcode(status))


def _end_with_parent(alive: int) -> None:
    os.read(alive, 1)  # returns when the parent has gone
    os._exit(1)

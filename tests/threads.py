"""Acts begun at the same moment in threads of their own, each with its own connection."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress

from django.db import connection


def at_once(acts: Sequence[Callable[[], object]], *, patience: float = 60) -> list[object]:
    """What each act returned or raised, all of them begun at the same moment in their threads."""
    gate = threading.Barrier(len(acts))
    outcomes: list[object] = [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        gate.wait(patience)
        try:
            outcomes[place] = act()
        except Exception as error:
            outcomes[place] = error
        finally:
            with suppress(Exception):
                connection.close()

    threads = [threading.Thread(target=run, args=pair, daemon=True) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(patience)
    assert not any(thread.is_alive() for thread in threads), "threads still wait for each other"
    return outcomes

"""What is kept is bounded, and made once however many ask for it at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest

from cbec_portal.caches import Kept


def test_of_more_than_it_holds_what_was_not_used_for_longest_goes() -> None:
    kept: Kept[int, str] = Kept(2)
    for number in (1, 2):
        kept.put(number, str(number))
    assert kept.get(1) == "1"
    kept.put(3, "3")
    assert [kept.get(number) for number in (1, 2, 3)] == ["1", None, "3"]
    assert len(kept) == 2


def test_threads_that_ask_together_wait_for_one_that_makes_it() -> None:
    kept: Kept[str, object] = Kept(4)
    made: list[object] = []
    together = Barrier(8)

    def make() -> object:
        others.wait(0.2)  # nobody wakes it: the others must find it being made
        made.append(object())
        return made[-1]

    def ask(_: int) -> object:
        together.wait()
        return kept.made("one", make)

    others = Event()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(ask, range(8)))
    assert len(made) == 1
    assert all(one is made[0] for one in found)


def test_where_making_fails_its_thread_hears_of_it_and_the_next_one_tries() -> None:
    kept: Kept[str, str] = Kept(4)
    begun, go_on = Event(), Event()
    attempts: list[int] = []

    def make() -> str:
        attempts.append(1)
        if len(attempts) == 1:
            begun.set()
            assert go_on.wait(5)
            raise ValueError("no database")
        return "made"

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(kept.made, "one", make)
        assert begun.wait(5)
        second = pool.submit(kept.made, "one", make)
        go_on.set()
        with pytest.raises(ValueError, match="no database"):
            first.result(5)
        assert second.result(5) == "made"
    assert kept.get("one") == "made"


def test_what_was_begun_before_everything_was_forgotten_is_not_kept() -> None:
    kept: Kept[str, str] = Kept(4)

    def make() -> str:
        kept.clear()
        return "old"

    assert kept.made("one", make) == "old"
    assert kept.get("one") is None

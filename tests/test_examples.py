"""With few examples every test still runs, and all of its examples in the course of time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests.examples import OPTION, Examples, parted


@dataclass(eq=False)
class Collected:
    """A test as it is collected, of which only its name and its mark are asked."""

    nodeid: str
    mark: pytest.Mark | None = None

    def get_closest_marker(self, _name: str) -> pytest.Mark | None:
        return self.mark


COMMITS = pytest.mark.django_db(transaction=True).mark
ROLLS_BACK = pytest.mark.django_db.mark
OF_MANY: list[Any] = [Collected(f"a.py::test_of_many[{one}-[x]]") for one in "abcdef"]
OF_ONE: list[Any] = [Collected("a.py::test_of_one")]
OF_TWO: list[Any] = [Collected(f"a.py::TestIt::test_of_two[{one}]", ROLLS_BACK) for one in "ab"]
COMMITTING: list[Any] = [Collected(f"b.py::test_of_many[{one}]", COMMITS) for one in "abcd"]
EVERY = [*OF_MANY, *OF_ONE, *OF_TWO, *COMMITTING]


def test_all_are_told_where_nothing_else_is_asked() -> None:
    assert parted(EVERY, Examples.ALL, "") == (EVERY, [])


def test_of_a_few_the_first_is_told_and_one_that_is_drawn() -> None:
    drawn = set()
    for seed in map(str, range(60)):
        kept, left_out = parted(EVERY, Examples.FEW, seed)
        assert parted(EVERY, Examples.FEW, seed) == (kept, left_out), "the same seed, the same"
        assert [one for one in EVERY if one in kept] == kept
        assert [one for one in EVERY if one not in kept] == left_out
        for own, number in ((OF_MANY, 2), (OF_ONE, 1), (OF_TWO, 2), (COMMITTING, 2)):
            assert own[0] in kept
            assert len([one for one in own if one in kept]) == number
        drawn.update(kept)
    assert drawn == set(EVERY), "in the course of time all are told"


def test_on_a_second_database_the_last_is_told_and_all_of_what_commits() -> None:
    kept, left_out = parted(EVERY, Examples.LAST, "")
    assert kept == [OF_MANY[-1], *OF_ONE, OF_TWO[-1], *COMMITTING]
    assert left_out == [*OF_MANY[:-1], OF_TWO[0]]


@pytest.mark.parametrize("one", range(3))
def test_the_option_says_which_run(one: int, request: pytest.FixtureRequest) -> None:
    how_many = request.config.getoption(OPTION)
    assert how_many != Examples.LAST or one == 2
    assert how_many in set(Examples)

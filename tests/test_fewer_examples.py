"""With fewer examples every test still runs, and those that commit with all they have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests.fewer_examples import parted


@dataclass(eq=False)
class Collected:
    """A test as it is collected, of which only its name and its mark are asked."""

    nodeid: str
    mark: pytest.Mark | None = None

    def get_closest_marker(self, _name: str) -> pytest.Mark | None:
        return self.mark


COMMITS = pytest.mark.django_db(transaction=True).mark
ROLLS_BACK = pytest.mark.django_db.mark


def test_each_test_runs_with_its_first_and_its_last_example() -> None:
    of_many: list[Any] = [Collected(f"a.py::test_of_many[{one}-[x]]") for one in "abc"]
    of_one: list[Any] = [Collected("a.py::test_of_one")]
    of_two: list[Any] = [
        Collected(f"a.py::TestIt::test_of_many[{one}]", ROLLS_BACK) for one in "ab"
    ]
    commits: list[Any] = [Collected(f"b.py::test_of_many[{one}]", COMMITS) for one in "abcd"]
    others: list[Any] = [Collected(f"b.py::test_others[{one}]", ROLLS_BACK) for one in "abcd"]
    kept, left_out = parted([*of_many, *of_one, *of_two, *commits, *others])
    assert kept == [of_many[0], of_many[2], *of_one, *of_two, *commits, others[0], others[3]]
    assert left_out == [of_many[1], *others[1:3]]


@pytest.mark.parametrize("one", range(3))
def test_of_three(one: int, request: pytest.FixtureRequest) -> None:
    assert one != 1 or not request.config.getoption("--fewer-examples")

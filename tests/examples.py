"""How many examples of each test run.

Ten thousand take most of an hour, while what is run again and again beside the work tells a few of
each test. One of them is drawn: the Makefile draws by the commit, so that another commit tries
others and the same one the same again. On a second database the last example tells what differs
there; whatever commits for real, as races do, runs there with all it has.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from enum import StrEnum

import pytest

OPTION = "--examples"
SEED = "--examples-seed"


class Examples(StrEnum):
    """How many examples of each test are told."""

    ALL = "all"
    #: Its first, and one that is drawn of the others.
    FEW = "few"
    #: Its last; of what commits for real all.
    LAST = "last"


def parted(
    items: Iterable[pytest.Item], how_many: Examples, seed: str
) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """Return which tests run, and which are left out, both in their order."""
    of_a_test: dict[str, list[pytest.Item]] = {}
    for item in items:
        of_a_test.setdefault(item.nodeid.partition("[")[0], []).append(item)
    told = {item for own in of_a_test.values() for item in _told(own, how_many, seed)}
    every = [item for own in of_a_test.values() for item in own]
    return [item for item in every if item in told], [item for item in every if item not in told]


def _told(own: list[pytest.Item], how_many: Examples, seed: str) -> list[pytest.Item]:
    """The examples of one test that are told."""
    if how_many == Examples.ALL or (how_many == Examples.LAST and commits(own[0])):
        return own
    first, *others = own
    if how_many == Examples.LAST or not others:
        return own[-1:]
    # A text is a seed that is the same in every process.
    return [first, random.Random(f"{seed} {first.nodeid}").choice(others)]


def commits(item: pytest.Item) -> bool:
    """Return whether a test commits for real, which no database does as another."""
    marker = item.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction"))

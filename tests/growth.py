"""How much is asked of the database, and what asks more of it once there is more in it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import TypeVar

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

Asked = TypeVar("Asked", bound=Hashable)


def queries(act: Callable[[], object]) -> int:
    """How many queries an act takes."""
    with CaptureQueriesContext(connection) as asked:
        act()
    return len(asked)


def read(client: Client, address: str) -> Callable[[], object]:
    """The act of reading an address to its end."""

    def act() -> object:
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        content = b"".join(answer) if answer.streaming else answer.content
        assert content, address
        return content

    return act


def grown(before: Mapping[Asked, int], after: Mapping[Asked, int]) -> dict[Asked, tuple[int, int]]:
    """What takes more queries than it took before, with both numbers."""
    assert before.keys() == after.keys()
    return {one: (before[one], after[one]) for one in before if after[one] > before[one]}

"""Where a row of the dataset is proposed: the form of the desk, filled in."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import reverse

from zones.dataset.applied_rows import key_text
from zones.dataset.table import Key


def address_of_row(table: str, key: Key, way: str = "version") -> str:
    """Return where a row that the portal knows is changed in a set that one chooses."""
    return f"{_form(table)}?{urlencode({'key': key_text(key), 'as': way})}"


def address_of_policy(identity: str) -> str:
    """Return where the policy that a public cell names is changed, whatever its key is by now."""
    return f"{_form('policies')}?{urlencode({'identity': identity})}"


def address_of_answer(city: str, topic: str, day: object) -> str:
    """Return where the policy that answers a topic in a city on a day is changed; where none does,
    where a rule of the city is proposed.
    """
    return f"{_form('policies')}?{urlencode({'answer': f'{city}/{topic}', 'as_of': day})}"


def address_of_new(table: str, **cells: str) -> str:
    """Return where a new row is proposed, with cells to begin with."""
    return f"{_form(table)}?{urlencode(cells)}" if cells else _form(table)


def address_of_history(table: str, key: Key) -> str:
    """Return where it is told what became of a row."""
    return f"{reverse('admin:desk-history')}?{urlencode({'table': table, 'key': key_text(key)})}"


def _form(table: str) -> str:
    return reverse("admin:desk-propose", args=[table])

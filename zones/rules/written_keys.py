"""Keys that the program itself names rows by, or an address part of a key: each leads to the row
that bears it, or bore it.
"""

from __future__ import annotations

from typing import NamedTuple


class WrittenKey(NamedTuple):
    """A row as the program names it: its kind, in small letters, and a key that it had once.

    What it is called today a snapshot says (``key_today``); where no row bears that, what is told
    of it is left out. A key within another row is written without that row's.
    """

    kind: str
    key: str

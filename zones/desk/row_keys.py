"""Natural keys as they are kept: a list of texts, written as JSON."""

from __future__ import annotations

import json

from zones.dataset.table import Key


def key_text(key: Key) -> str:
    """Return a natural key as text."""
    return json.dumps(list(key), ensure_ascii=False)


def key_of_text(text: str) -> Key:
    """Return the natural key that a text is."""
    return tuple(json.loads(text))

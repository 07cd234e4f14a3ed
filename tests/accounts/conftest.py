"""What tests of accounts share."""

from __future__ import annotations

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _nothing_was_sent_lately() -> None:
    """An account is sent one mail in a while, which is kept in the cache."""
    cache.clear()

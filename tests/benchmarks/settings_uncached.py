"""The settings under which no page is kept as it was sent, so that each is made anew."""

from __future__ import annotations

from cbec_portal.settings import *  # noqa: F403 (these are those but for one)

KEPT_PAGE_BYTES = 0

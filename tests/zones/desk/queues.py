"""The research queue as tests ask for it, today."""

from __future__ import annotations

from cbec_portal.china_time import today_in_china
from zones.rules.vocabulary import Certainty, ToResearch
from zones.selectors.inquiry import Inquiry
from zones.selectors.queue_entry import QueueEntry
from zones.selectors.research_queue import research_queue
from zones.selectors.snapshot import current_snapshot

#: A policy whose row tests move.
LIMIT = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")


def inquiry() -> Inquiry:
    kept = current_snapshot()
    return Inquiry(kept, kept.newest, today_in_china(), "en", Certainty.UNVERIFIED)


def waiting(*kinds: ToResearch, focus_area: str = "") -> list[QueueEntry]:
    return research_queue(inquiry(), kinds, focus_area)

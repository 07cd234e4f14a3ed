"""What an event is called outside: the same for ever, in every language and whatever is asked.

Neither its kind nor, where another says enough, its day is part of the name: that an older rule is
found, so that *enacted* becomes *amended*, or that an end is corrected, makes no new entry in
anybody's feed or calendar.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid5

#: The space of these names, from which calendars get UUIDs of them (RFC 9562, version 5).
SPACE = UUID("6f0f5f64-6d3c-5b43-9d6b-1f8a0c1f2a52")


def event_name(
    what: str,
    identity: str,
    *,
    day: date | None,
    first_day: date | None,
    ends: bool,
    revision: int,
) -> str:
    """Return the name of an event, the same whenever and wherever it is asked for.

    Args:
        what: policy, zone or coverage.
        identity: the natural key of what begins, ends or was published.
        day: the day of law; none for a publication.
        first_day: when what begins began first; on a later day it begins again.
        ends: whether it is an end.
        revision: the revision that published it, part of the name of a publication alone.
    """
    if day is None:
        part = f"r{revision}"
    elif ends:
        part = "end"
    else:
        part = "start" if day == first_day else f"again:{day}"
    return f"{what}:{identity}:{part}"


def event_uid(name: str) -> UUID:
    """Return the name as calendars want it (RFC 7986): a UUID."""
    return uuid5(SPACE, name)

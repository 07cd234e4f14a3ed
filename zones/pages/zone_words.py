"""Whether a zone is in force, in the reader's words."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext, pgettext

from zones.models import Zone


def status_words(zone: Zone, day: date) -> str:
    """Return whether a zone is in force on a day, else why it is not."""
    return exception_words(zone, day) or gettext("in force")


def exception_words(zone: Zone, day: date) -> str:
    """Return why a zone is not in force on a day, blank for one that is."""
    if zone.has_ended(on=day):
        return pgettext("zone", "revoked")
    if not zone.designated_day:
        return gettext("date unknown")
    return gettext("not yet in force") if zone.designated_day > day.isoformat() else ""

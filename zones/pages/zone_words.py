"""Whether a zone is in force, and since when, in the reader's words."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext

from cbec_portal.day_words import time_in
from cbec_portal.languages import active_language
from cbec_portal.punctuation import blank, by_commas
from zones.models import Batch, Coverage, Zone
from zones.pages.number_tags import unbroken

register = template.Library()


@register.filter
def zone_span(zone: Zone) -> SafeString:
    """Return from when until when a zone is, as its dates are known."""
    unknown = format_html("{}{}{}", gettext("from"), blank(), gettext("date unknown"))
    return _joined(
        _dated(gettext("from"), zone.designated_on) or unknown,
        _dated(gettext("revoked on"), zone.ended_on) or gettext("end not recorded"),
    )


@register.filter
def coverage_span(coverage: Coverage) -> SafeString:
    """Return from when until when a city is covered, as the dates are known."""
    return _joined(
        _dated(gettext("from"), coverage.covered_from),
        _dated(gettext("until before"), coverage.covered_until),
    )


@register.filter
def days_of_batch(batch: Batch) -> SafeString:
    """Return when a batch was approved and announced, as the dates are known."""
    return _joined(
        _dated(gettext("approved"), batch.approved_on) or gettext("day of approval unknown"),
        _dated(gettext("announced"), batch.announced_on),
    )


@register.filter
def batch_of_zone(zone: Zone) -> SafeString:
    """Return which batch a zone is of, with its document where it has a number."""
    number = format_html("{}{}{}", gettext("batch"), blank(), zone.batch.number)
    return _joined(number, unbroken(zone.batch.document_number))


def _dated(word: str, day: Any) -> str:
    """A word with its day; nothing without one."""
    if not day:
        return ""
    return format_html("{}{}{}", word, blank(), time_in(active_language(), str(day)))


def _joined(*parts: str) -> SafeString:
    return format_html_join(by_commas(["", ""]), "{}", ((part,) for part in parts if part))


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

"""Two days of a row in the wrong order: what is wrong with them, told with the name of each."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext as _

from zones.rules.partial_dates import ends_too_early, is_gone_at_once


def last_before_first(row: models.Model, first: str, last: str) -> dict[str, str]:
    """Return why a last day does not fit, by its field, where it is before the first; else nothing.

    Args:
        row: the row, whose fields are named.
        first: the field of the first day.
        last: the field of the last day.
    """
    if not ends_too_early(getattr(row, first), getattr(row, last)):
        return {}
    words = _("“%(end)s” %(last)s is before “%(start)s” %(first)s")
    return {last: words % _named(row, first, last)}


def gone_at_once(row: models.Model, first: str, without: str) -> dict[str, str]:
    """Return why the first day without something does not fit, by its field, where it is not after
    the first day; else nothing. Its arguments are as those of the last day's.
    """
    if not is_gone_at_once(getattr(row, first), getattr(row, without)):
        return {}
    words = _("“%(end)s” %(last)s is not after “%(start)s” %(first)s")
    return {without: words % _named(row, first, without)}


def _named(row: models.Model, first: str, last: str) -> dict[str, str]:
    fields = row._meta
    return {
        "start": str(fields.get_field(first).verbose_name),  # type: ignore[union-attr]
        "end": str(fields.get_field(last).verbose_name),  # type: ignore[union-attr]
        "first": str(getattr(row, first)),
        "last": str(getattr(row, last)),
    }

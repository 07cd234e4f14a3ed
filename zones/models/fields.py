"""Columns for dates that may be cut short."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from zones.rules.partial_dates import PartialDate


class FirstDay(models.Func):
    """The first day of a date that may be cut short, as ISO text, in SQL."""

    template = "SUBSTR(%(expressions)s || '-01-01', 1, 10)"
    output_field = models.CharField(max_length=10)


class PartialDateField(models.CharField):  # type: ignore[type-arg]  # generic in its stubs only
    """A date as written, ``2025``, ``2025-04`` or ``2025-04-25``; NULL where nothing is known."""

    description = "Date that may be cut short to a month or a year"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 10
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: str | None, *_: object) -> PartialDate | None:
        """Read a stored date; what is stored was checked when written."""
        return None if value is None else str.__new__(PartialDate, value)

    def to_python(self, value: Any) -> PartialDate | None:
        """Read typed text.

        Raises:
            ValidationError: it is no date.
        """
        if value is None or value == "":
            return None
        try:
            return PartialDate(value)
        except ValueError as wrong:
            raise ValidationError(str(wrong), code="invalid") from None

    def get_prep_value(self, value: Any) -> str | None:
        """Store the text as written; the empty text is NULL."""
        return None if value is None or value == "" else str(PartialDate(value))


def first_day_column(name: str) -> models.GeneratedField:
    """A stored column with the day from which the date in another column counts."""
    return models.GeneratedField(
        expression=FirstDay(models.F(name)),
        output_field=models.CharField(max_length=10, null=True),
        db_persist=True,
    )


def is_partial_date(name: str) -> models.CheckConstraint:
    """A constraint that a column holds NULL or a date of one of the three forms."""
    form = {f"{name}__regex": r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"}
    return models.CheckConstraint(
        condition=models.Q(**{f"{name}__isnull": True}) | models.Q(**form),
        name=f"%(app_label)s_%(class)s_{name}_is_a_date",
        violation_error_message=f"{name} must be a date such as 2025, 2025-04 or 2025-04-25.",
    )

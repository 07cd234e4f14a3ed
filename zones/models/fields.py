"""Columns of the rules: dates that may be cut short, and texts of which only plain ones are kept.

What a cell may hold is said here once. Models come to it by ``full_clean``, tables of the dataset
by ``read``.
"""

from __future__ import annotations

from calendar import isleap
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext, gettext_noop, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from cbec_portal.china_time import today_in_china
from cbec_portal.decimals import number_text
from cbec_portal.punctuation import bracketed, by_semicolons
from cbec_portal.years import YEARS
from zones.models.spellings import UnreadError, date_text
from zones.rules.partial_dates import (
    NotADateError,
    PartialDate,
    partial_date,
    refuse_odd_year,
    whole_day,
)
from zones.rules.values import (
    SLUG,
    KeyForm,
    Options,
    WrongValueError,
    boolean,
    number,
    option,
    plain_text,
    web_address,
    whole_number,
)

# Django's columns are generic to the type checker only.
if TYPE_CHECKING:
    CharField = models.CharField[str, str]
    TextField = models.TextField[str, str]
    SlugField = models.SlugField[str, str]
    URLField = models.URLField[str, str]
    SmallField = models.PositiveSmallIntegerField[Any, Any]
    BooleanField = models.BooleanField[Any, Any]
    DateField = models.DateField[Any, Any]
else:
    CharField, TextField = models.CharField, models.TextField
    SlugField, URLField = models.SlugField, models.URLField
    SmallField = models.PositiveSmallIntegerField
    BooleanField, DateField = models.BooleanField, models.DateField

LEAP_YEARS = ", ".join(f"'{year}'" for year in YEARS if isleap(year))

#: The longest text of several lines.
LONGEST = 5000
#: The largest number that small columns hold on any database.
LARGEST_SMALL = 2**15 - 1


def told_option(words: str, key: str) -> str:
    """Return what could have been written: what it is called, and its key where that is another; an
    empty cell by what it is called alone.
    """
    return bracketed(words, key) if key not in ("", words) else words


def details_of(wrong: WrongValueError) -> dict[str, object]:
    """Return the details of a refusal as the active language writes them."""
    return {
        name: by_semicolons(told_option(*one) for one in own) if isinstance(own, Options) else own
        for name, own in wrong.details.items()
    }


def refused(wrong: WrongValueError) -> ValidationError:
    """Return the refusal of what breaks a rule, told in the reader's language."""
    return ValidationError(gettext(wrong.message), code="invalid", params=details_of(wrong))


class PlainMixin:
    """A column of text that is read by a rule."""

    #: What migrations call the column: the rules are no part of a table.
    kept_as: str

    def read(self, text: str) -> str:
        """Return the normal form of a text.

        Raises:
            WrongValueError: it breaks the rule of this column.
        """
        raise NotImplementedError

    def clean(self, value: Any, instance: models.Model | None) -> Any:
        """Return the normal form of what was typed.

        Raises:
            ValidationError: it breaks a rule.
        """
        try:
            read = self.read(value) if isinstance(value, str) and value else value
        except WrongValueError as wrong:
            raise refused(wrong) from None
        return super().clean(read, instance)  # type: ignore[misc]  # of the column it is mixed into

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        """Describe the column as the plain one it is to the database."""
        name, _path, args, kwargs = super().deconstruct()  # type: ignore[misc]
        return name, f"django.db.models.{self.kept_as}", args, kwargs


class LineField(PlainMixin, CharField):
    """Text on one line."""

    kept_as = "CharField"

    def read(self, text: str) -> str:
        """Return the text without blanks at its ends."""
        return plain_text(text, lines=False, longest=self.max_length)


class PartField(LineField):
    """Text on one line that files write in a list, between semicolons."""

    def read(self, text: str) -> str:
        """Return the text, which has no semicolon."""
        part = super().read(text)
        if ";" in part:
            raise WrongValueError(
                gettext_noop("has a semicolon, which separates the parts of a list")
            )
        return part


class LinesField(PlainMixin, TextField):
    """Text that may have several lines, at most ``LONGEST`` characters long."""

    kept_as = "TextField"

    def read(self, text: str) -> str:
        """Return the text without blanks at its ends, with line feeds between its lines."""
        return plain_text(text, lines=True, longest=self.max_length or LONGEST)


#: What every natural key is called, and what is said of it.
KEY = pgettext_lazy("field", "key")
KEY_CHANGES = _(
    "In addresses and files. Once something rests on it, a change set alone changes it (“Another "
    "key”), and the former key leads on."
)


class KeyField(PlainMixin, SlugField):
    """A natural key, as it stands in addresses and in files."""

    kept_as = "SlugField"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"verbose_name": KEY, "help_text": KEY_CHANGES, **kwargs})

    def read(self, text: str) -> str:
        """Return the key."""
        return SLUG.read(plain_text(text, lines=False, longest=self.max_length))


class CodeField(PlainMixin, CharField):
    """An official code of a fixed form."""

    kept_as = "CharField"

    def __init__(self, *args: Any, form: KeyForm = SLUG, **kwargs: Any) -> None:
        self.form = form
        super().__init__(*args, **kwargs)

    def clone(self) -> CodeField:
        """Return a copy, its form with it: a description for migrations has none."""
        _name, _path, args, kwargs = self.deconstruct()
        return type(self)(*args, form=self.form, **kwargs)

    def read(self, text: str) -> str:
        """Return the code."""
        return self.form.read(plain_text(text, lines=False, longest=self.max_length))


class WebAddressField(PlainMixin, URLField):
    """The address of a page on the web."""

    kept_as = "URLField"
    default_validators = []  # the rule says all

    def read(self, text: str) -> str:
        """Return the address."""
        return web_address(text, longest=self.max_length)


class NumberField(models.DecimalField):  # type: ignore[type-arg]
    """A number of at most fifteen digits, four of them decimals, whatever its spelling."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_digits": 20, "decimal_places": 4, **kwargs})

    def clean(self, value: Any, instance: models.Model | None) -> Any:
        """Return the number in its normal form.

        Raises:
            ValidationError: it is no number, or too long to be kept exactly.
        """
        try:
            text = number_text(value) if isinstance(value, Decimal) else value
            read = number(text) if isinstance(text, str) and text else text
        except WrongValueError as wrong:
            raise refused(wrong) from None
        return super().clean(read, instance)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """Describe the column as the plain one it is to the database."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.DecimalField", args, kwargs


class DegreesField(NumberField):
    """Degrees north or east, between those where China lies.

    Args:
        verbose_name: what the column is called.
        between: the least and the most.
        other: those of the other coordinate: what lies between these may be that.
    """

    def __init__(
        self,
        verbose_name: Any = None,
        between: tuple[int, int] = (-180, 180),
        other: tuple[int, int] = (-180, 180),
        **kwargs: Any,
    ) -> None:
        self.between, self.other = between, other
        super().__init__(verbose_name, **{"max_digits": 7, "decimal_places": 4, **kwargs})

    def read(self, cell: str) -> Decimal:
        """Return the degrees that a cell says.

        Raises:
            WrongValueError: it says none, or such at which China does not lie.
        """
        value, (least, most) = number(cell), self.between
        if least <= value <= most:
            return value
        words = gettext_noop("%(text)s is not between %(least)s and %(most)s")
        if self.other[0] <= value <= self.other[1]:
            words = gettext_noop(
                "%(text)s is not between %(least)s and %(most)s: latitude and longitude may be "
                "swapped"
            )
        raise WrongValueError(words, text=cell[:80], least=least, most=most)

    def clean(self, value: Any, instance: models.Model | None) -> Any:
        """Return the degrees in their normal form.

        Raises:
            ValidationError: they are none, or such at which China does not lie.
        """
        degrees = super().clean(value, instance)
        try:
            return self.read(number_text(Decimal(degrees)))
        except WrongValueError as wrong:
            raise refused(wrong) from None


class SmallNumberField(SmallField):
    """A place in an order or a count: as much as small columns of any database hold."""

    default_validators = [MaxValueValidator(LARGEST_SMALL)]

    def clean(self, value: Any, instance: models.Model | None) -> Any:
        """Return the number.

        Raises:
            ValidationError: it is no whole number, or out of bounds.
        """
        return super().clean(small_number(value), instance)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """Describe the column as the plain one it is to the database."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.PositiveSmallIntegerField", args, kwargs


def small_number(value: Any) -> Any:
    """Read a whole number in the spelling somebody gave it; leave what is no text as it is.

    Raises:
        ValidationError: it is none, or no small column holds it.
    """
    if not isinstance(value, str):
        return value
    try:
        return whole_number(value, least=0, most=LARGEST_SMALL) if value.strip() else None
    except WrongValueError as wrong:
        raise refused(wrong) from None


class YesNoField(BooleanField):
    """Yes or no, as files write them: true or false, in letters of any height and width."""

    def to_python(self, value: Any) -> Any:
        """Return yes or no, or nothing.

        Raises:
            ValidationError: it is neither.
        """
        return yes_or_no(value) if isinstance(value, str) else super().to_python(value)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """Describe the column as the plain one it is to the database."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.BooleanField", args, kwargs


def yes_or_no(text: str) -> bool | None:
    """Read yes or no as somebody typed it; a blank is neither.

    Raises:
        ValidationError: it cannot be read.
    """
    try:
        return boolean(text) if text.strip() else None
    except WrongValueError as wrong:
        raise refused(wrong) from None


class OptionField(PlainMixin, CharField):
    """One of some options."""

    kept_as = "CharField"

    def read(self, text: str) -> str:
        """Return the option."""
        return option(text, self._options)

    @cached_property
    def _options(self) -> dict[str, Any]:
        return {str(value): words for value, words in self.flatchoices}


class DayField(DateField):
    """A day as files write it: 2025-04-25, in digits of any width."""

    def to_python(self, value: Any) -> Any:
        """Return the day.

        Raises:
            ValidationError: it is none.
        """
        return day_of(value) if isinstance(value, str) else super().to_python(value)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """Describe the column as the plain one it is to the database."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.DateField", args, kwargs


class PastDayField(DayField):
    """A day that has come, as that of a reading has.

    What a file says was read by another clock, so only what is typed here is held against ours.
    """

    def clean(self, value: Any, instance: models.Model | None) -> Any:
        """Return the day.

        Raises:
            ValidationError: it is none, or has not come yet.
        """
        day = super().clean(value, instance)
        if day is not None:
            refuse_to_come(day)
        return day


def refuse_to_come(day: date) -> None:
    """Refuse a day that has not come.

    Raises:
        ValidationError: it has not.
    """
    if day > (today := today_in_china()):
        message = gettext("This day has not come yet: in China it is %(today)s.")
        raise ValidationError(message, code="future", params={"today": today})


def day_of(text: str) -> date | None:
    """Read a day as somebody typed it; a blank is none.

    Raises:
        ValidationError: it is no day.
    """
    try:
        return whole_day(date_text(text)) if text.strip() else None
    except UnreadError as unread:
        raise ValidationError(str(unread), code="invalid") from None
    except WrongValueError as wrong:
        raise refused(wrong) from None


class FirstDay(models.Func):
    """The first day of a date that may be cut short, as ISO text, in SQL."""

    template = "SUBSTR(%(expressions)s || '-01-01', 1, 10)"
    output_field = models.CharField(max_length=10)


class LastDay(models.Func):
    """The last day of a date that may be cut short, as ISO text, in SQL.

    It is reckoned in text: the functions by which databases reckon with dates are not alike, and
    PostgreSQL takes none of those that read text in a stored column.
    """

    template = (
        "CASE LENGTH(%(expressions)s) WHEN 4 THEN %(expressions)s || '-12-31' "
        "WHEN 7 THEN %(expressions)s || CASE "
        "WHEN SUBSTR(%(expressions)s, 6, 2) IN ('04', '06', '09', '11') THEN '-30' "
        "WHEN SUBSTR(%(expressions)s, 6, 2) <> '02' THEN '-31' "
        "WHEN SUBSTR(%(expressions)s, 1, 4) IN (" + LEAP_YEARS + ") THEN '-29' ELSE '-28' END "
        "ELSE %(expressions)s END"
    )
    output_field = models.CharField(max_length=10)

    def as_sql(self, *args: Any, **kwargs: Any) -> tuple[str, Any]:
        """Return the SQL, with the date as often as the template names it."""
        sql, params = super().as_sql(*args, **kwargs)
        return sql, tuple(params) * self.template.count("%(expressions)s")


#: What is said of every date that may be cut short, unless something else is.
CUT_SHORT = _("A day, a month or a year: 2019-12-31, 2019-12 or 2019.")


class PartialDateField(models.CharField):  # type: ignore[type-arg]  # generic in its stubs only
    """A date as written, ``2025``, ``2025-04`` or ``2025-04-25``; NULL where nothing is known."""

    description = "Date that may be cut short to a month or a year"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 10
        super().__init__(*args, **kwargs)
        self.help_text = self.help_text or CUT_SHORT

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """Describe the column; what is said of every date is no part of it."""
        name, path, args, kwargs = super().deconstruct()
        if self.help_text is CUT_SHORT:
            kwargs.pop("help_text")
        return name, path, args, kwargs

    def from_db_value(self, value: str | None, *_: object) -> PartialDate | None:
        """Read a stored date; what is stored was checked when written."""
        return None if value is None else str.__new__(PartialDate, value)

    def to_python(self, value: Any) -> PartialDate | None:
        """Read typed text.

        Raises:
            ValidationError: it is no date.
        """
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        try:
            return partial_date(value) if isinstance(value, str) else PartialDate(value)
        except NotADateError as wrong:
            raise refused(wrong) from None

    def get_prep_value(self, value: Any) -> str | None:
        """Store the text as written; the empty text is NULL."""
        return None if value is None or value == "" else str(PartialDate(value))


def first_day_column(name: str, verbose_name: Any) -> models.GeneratedField:
    """Return a stored column with the day from which the date in another column counts."""
    return models.GeneratedField(
        verbose_name=verbose_name,
        expression=FirstDay(models.F(name)),
        output_field=models.CharField(max_length=10, null=True),
        db_persist=True,
    )


def last_day_column(name: str, verbose_name: Any) -> models.GeneratedField:
    """Return a stored column with the last day of the date in another column."""
    return models.GeneratedField(
        verbose_name=verbose_name,
        expression=LastDay(models.F(name)),
        output_field=models.CharField(max_length=10, null=True),
        db_persist=True,
    )


def year_of_rules(day: date) -> None:
    """Refuse a day in a year in which no date of these rules can lie.

    Raises:
        ValidationError: it is such a day.
    """
    try:
        refuse_odd_year(day.year, day)
    except NotADateError as wrong:
        raise ValidationError(
            gettext(wrong.message), code="year", params=details_of(wrong)
        ) from None


def is_partial_date(name: str) -> models.CheckConstraint:
    """Return a constraint that a column holds NULL or a date of one of the three forms."""
    form = {f"{name}__regex": r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"}
    return models.CheckConstraint(
        condition=models.Q(**{f"{name}__isnull": True}) | models.Q(**form),
        name=f"%(app_label)s_%(class)s_{name}_is_a_date",
        violation_error_message=f"{name} must be a date such as 2025, 2025-04 or 2025-04-25.",
    )


def has_its_form(
    name: str, form: KeyForm, longest: int, *, blank: bool = False
) -> models.CheckConstraint:
    """Return a constraint that a column holds keys of a form, whatever wrote them.

    Both databases keep it by the pattern of the rule itself. SQLite has no patterns of its own: a
    connection that is not Django's finds no function for them, and so cannot write at all. Nor does
    SQLite keep to the length of a column, so the pattern says that too.
    """
    pattern = rf"^(?=.{{1,{longest}}}\Z)(?:{form.stored or form.pattern})\Z"
    condition = models.Q(**{f"{name}__regex": pattern})
    return models.CheckConstraint(
        condition=condition | models.Q(**{name: ""}) if blank else condition,
        name=f"%(app_label)s_%(class)s_{name}_has_its_form",
        violation_error_message=f"{name} is not of the form of these keys.",
    )

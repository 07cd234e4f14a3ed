"""The types of answers. What is asked of a value anywhere is asked of its type, which stands here.

A type has a column of its own wherever values are kept. A new one is a word of
:class:`ValueType`, a column of :class:`TypedValue` and a class, all of them here; a migration of
each app, since both have tables with such columns; and a row in the tests of all types
(``tests/zones/values_to_try.py``). The desk, files, filters, pages and answers go by that.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from decimal import Decimal
from functools import cache, reduce
from operator import or_
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.text import format_lazy
from django.utils.translation import gettext, gettext_noop, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from cbec_portal.decimals import number_text
from cbec_portal.languages import active_language, in_language
from zones.models.fields import NumberField, YesNoField
from zones.models.labels import words
from zones.models.spellings import truth_text, ungrouped_text, without_unit
from zones.rules.values import boolean, grouped_number, number, plain_number

if TYPE_CHECKING:
    from zones.models.topics import Topic

#: A number that is so many times as large as any known, or as small, is seldom meant.
FAR = 2


class ValueType(models.TextChoices):
    """What an answer to a topic is."""

    BOOLEAN = "boolean", _("yes or no")
    NUMBER = "number", _("number")
    CHOICE = "choice", _("choice")
    TEXT = "text", _("text")


LACKS_VALUE = _("is empty, but a stated answer has a value")


def _named(word: ValueType) -> Any:
    """What the column of a type is called: after the type, so that a new one has a name already."""
    return format_lazy(pgettext_lazy("field", "value: {type}"), type=word.label)


class TypedValue(models.Model):
    """A value in the column of its type, so that ``limit >= 5000`` is a query.

    What may hold a text has columns for it besides.
    """

    value_boolean = YesNoField(_named(ValueType.BOOLEAN), null=True, blank=True)
    value_number = NumberField(_named(ValueType.NUMBER), null=True, blank=True)
    value_choice = models.ForeignKey(
        "zones.Choice",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_named(ValueType.CHOICE),
    )

    class Meta:
        abstract = True

    def wrong_value(self, topic: Topic) -> dict[str, Any]:
        """Return what is wrong with the value as an answer to a topic, by field."""
        told = {name: self.wrong_in(name, topic) for name in self.value_columns()}
        return {name: why for name, why in told.items() if why}

    def wrong_in(self, name: str, topic: Topic) -> Any:
        """Return what is wrong with a column of values where it answers a topic; else nothing."""
        own, is_filled = topic.answer_type, self._holds(name)
        if name == own.column:
            return own.wrong_for(self, topic) or (None if is_filled else LACKS_VALUE)
        if is_filled and name not in own.beside:
            return _("is filled, but the topic's answers are of another type")
        return None

    def surplus_value(self) -> dict[str, Any]:
        """Return the values that stand where there should be none, by field."""
        told = {name: self.surplus_in(name) for name in self.value_columns()}
        return {name: why for name, why in told.items() if why}

    def surplus_in(self, name: str) -> Any:
        """Return that a column of values is filled where there should be none; else nothing."""
        return _("is filled, but only a stated policy has a value") if self._holds(name) else None

    def _holds(self, name: str) -> bool:
        field: Any = self._meta.get_field(name)
        return _is_filled(getattr(self, field.attname))

    @classmethod
    @cache
    def value_columns(cls) -> tuple[str, ...]:
        """Return the names of the columns of values."""
        names = (field.name for field in cls._meta.fields if field.name != "value_type")
        return tuple(name for name in names if name.startswith("value_"))


class AnswerType(ABC):
    """One type of answer.

    What stands in its ``column`` is compared, written and answered as a *plain* value: a truth, a
    number, a text. Policies of a topic that state the same have equal plain values.
    """

    word: ClassVar[ValueType]
    column: ClassVar[str]
    #: Columns that may be filled beside it.
    beside: ClassVar[tuple[str, ...]] = ()
    #: What of the row that the column names is the plain value, if it names one.
    key: ClassVar[str] = ""
    has_unit: ClassVar[bool] = False
    #: Whether conditions can test for it and teams can find it out.
    is_testable: ClassVar[bool] = True
    #: Whether a trade mode can be open or not by it.
    opens_gates: ClassVar[bool] = False
    #: The plain value by which a place does not have the rule, if there is one.
    denial: ClassVar[object] = None
    #: The parameter by which lists are narrowed to ranges of it and ordered by it, if they can be.
    range_name: ClassVar[str] = ""
    #: What a policy says in the columns of texts.
    texts: ClassVar[Q] = Q(value_text_en="", value_text_zh="")
    #: Whether it is answered in words, of which one reads what differs.
    is_in_words: ClassVar[bool] = False
    #: Whether its values are numbers, which are drawn over time.
    is_numeric: ClassVar[bool] = False
    #: Whether an answer is one of those that its topic lists, and so names one of them.
    is_listed: ClassVar[bool] = False
    #: Whether it is written once in each language.
    is_in_both_languages: ClassVar[bool] = False
    #: Whether it may have several lines.
    has_lines: ClassVar[bool] = False
    #: What the box of a form says of itself, where one types a value.
    box: ClassVar[Mapping[str, str]] = {}

    @property
    def stored(self) -> str:
        """Return the name of the attribute, and of the column in a query, that the column holds."""
        return f"{self.column}_id" if self.key else self.column

    @property
    def path(self) -> str:
        """Return the path of a query to the plain value."""
        return f"{self.column}__{self.key}" if self.key else self.column

    @abstractmethod
    def plain_of(self, text: str) -> Any:
        """Return what a text states, plainly.

        Raises:
            ValueError: it states nothing of this type.
        """

    def read(self, text: str, find: Callable[[str], Any]) -> Any:
        """Return what a text states, as the column holds it.

        Args:
            text: what was typed.
            find: gives the row among the topic's own that a key names, or raises ValueError.

        Raises:
            ValueError: it states nothing of this type.
        """
        return self.plain_of(text)

    def normal(self, text: str) -> str:
        """Return the normal form of a text.

        Raises:
            ValueError: it states nothing of this type.
        """
        return self.text(self.plain_of(text))

    def spelled(self, text: str, units: Collection[str] = ()) -> str:
        """Return what people and spreadsheets write as the dataset does, or as it is if it is none.

        Args:
            text: what was written.
            units: the unit of the topic in each language, if it has one.

        Raises:
            UnreadError: it can be more than one, or is in another unit.
        """
        return text

    def text(self, plain: Any) -> str:
        """Return a plain value as cells and addresses write it."""
        return str(plain)

    def is_far(self, plain: Any, least: Any, most: Any) -> bool:
        """Return whether a value is so far from all that a topic is answered by that it is seldom
        meant. Of a type without a measure none is.

        Args:
            plain: the value.
            least: the first of those known, in the order of the column.
            most: the last of them.
        """
        return False

    def plain(self, row: TypedValue) -> Any:
        """Return the plain value in a row that holds one of this type."""
        return getattr(row, self.column)

    def plain_of_stored(self, stored: Any, rows: Mapping[str, Mapping[Any, Any]]) -> Hashable:
        """Return the plain value of what the column holds, given the rows that columns name."""
        plain: Hashable = stored
        return plain

    def said(self, plain: Any, topic: Topic, language: str) -> str:
        """Return a plain value that answers a topic as people read it."""
        return self.text(plain)

    def json(self, row: TypedValue, language: str) -> bool | int | float | str | None:
        """Return the value of a row as an answer gives it."""
        return self.text(self.plain(row))

    @abstractmethod
    def display(self, row: TypedValue, topic: Topic, language: str) -> str:
        """Return the value of a row as it is read."""

    @abstractmethod
    def to_write(self, topic: Topic) -> str:
        """Return what to write as an answer to a topic, with an example, in the active language."""

    def searched(self, row: TypedValue) -> tuple[str, ...]:
        """Return the words in both languages by which the value of a row is found, if any tell."""
        return ()

    def options(self, topic: Topic, language: str) -> list[tuple[str, str]] | None:
        """Return the texts that a topic can be answered by and how they are read, if few."""
        return None

    def place(self, row: TypedValue) -> tuple[int, str]:
        """Return where a value stands among all that a topic can be answered by."""
        return 0, self.text(self.plain(row))

    def wrong_for(self, row: TypedValue, topic: Topic) -> Any:
        """Return why a value of this type answers another topic, if it does."""
        return None


class YesOrNo(AnswerType):
    """Yes or no."""

    word = ValueType.BOOLEAN
    column = "value_boolean"
    opens_gates = True
    denial = False

    def plain_of(self, text: str) -> bool:
        """Return yes or no."""
        return boolean(text)

    def spelled(self, text: str, units: Collection[str] = ()) -> str:
        """Return what says yes or no in either language."""
        return truth_text(text)

    def text(self, plain: Any) -> str:
        """Return ``true`` or ``false``."""
        return "true" if plain else "false"

    def json(self, row: TypedValue, language: str) -> bool:
        """Return the value as true or false."""
        return bool(row.value_boolean)

    def display(self, row: TypedValue, topic: Topic, language: str) -> str:
        """Return the value in words."""
        return words(gettext_noop("Yes") if row.value_boolean else gettext_noop("No"), language)

    def to_write(self, topic: Topic) -> str:
        """Return that it is yes or no."""
        return gettext(
            "Yes or no, as the document says. Where it says nothing, choose “What is known”."
        )

    def options(self, topic: Topic, language: str) -> list[tuple[str, str]]:
        """Return yes and no."""
        return [("true", words("Yes", language)), ("false", words("No", language))]

    def place(self, row: TypedValue) -> tuple[int, str]:
        """Return an order in which no comes before yes."""
        return int(bool(row.value_boolean)), ""


class Number(AnswerType):
    """A number, in the unit of its topic."""

    word = ValueType.NUMBER
    column = "value_number"
    has_unit = True
    is_numeric = True
    range_name = "value"
    box: ClassVar[Mapping[str, str]] = {"inputmode": "decimal"}

    def plain_of(self, text: str) -> Decimal:
        """Return the number."""
        return number(text)

    def spelled(self, text: str, units: Collection[str] = ()) -> str:
        """Return a number without separators of thousands, and without the topic's own unit."""
        return ungrouped_text(without_unit(text, units))

    def is_far(self, plain: Decimal, least: Decimal, most: Decimal) -> bool:
        """Return whether a number is many times as large or as small as any known."""
        is_among = least <= plain <= most
        return not is_among and (plain > FAR * most or plain * FAR < least)

    def text(self, plain: Any) -> str:
        """Return the number without idle zeros."""
        return number_text(plain)

    def searched(self, row: TypedValue) -> tuple[str, ...]:
        """Return the number without idle zeros."""
        return (self.text(self.plain(row)),)

    def json(self, row: TypedValue, language: str) -> int | float:
        """Return the value as a number."""
        return plain_number(self.plain(row))

    def said(self, plain: Any, topic: Topic, language: str) -> str:
        """Return it by thousands, with its unit: 5,000 CNY, 5,000元, 30%."""
        unit = topic.unit_in(language)
        gap = " " if unit[:1].isascii() and unit != "%" else ""
        return f"{grouped_number(plain)}{gap}{unit}".strip()

    def display(self, row: TypedValue, topic: Topic, language: str) -> str:
        """Return it by thousands, with its unit."""
        return self.said(self.plain(row), topic, language)

    def to_write(self, topic: Topic) -> str:
        """Return that it is the exact number, and in which unit."""
        if not topic.unit:
            return gettext("The exact number as the document states it: 5000 or 0.7.")
        told = gettext(
            "The exact number as the document states it, in %(unit)s and without it: 5000."
        )
        return told % {"unit": topic.unit_in(active_language())}


class OneChoice(AnswerType):
    """One of the choices of its topic."""

    word = ValueType.CHOICE
    column = "value_choice"
    key = "slug"
    opens_gates = True
    is_in_words = True
    is_listed = True

    def plain_of(self, text: str) -> str:
        """Return the key, whosever it is."""
        return text

    def read(self, text: str, find: Callable[[str], Any]) -> Any:
        """Return the choice."""
        return find(text)

    def plain(self, row: TypedValue) -> str:
        """Return the key of the choice."""
        choice: Any = row.value_choice
        return str(choice.slug)

    def plain_of_stored(self, stored: Any, rows: Mapping[str, Mapping[Any, Any]]) -> str:
        """Return the key of the choice."""
        return str(rows[self.column][stored].slug)

    def searched(self, row: TypedValue) -> tuple[str, ...]:
        """Return the labels of the choice."""
        choice: Any = row.value_choice
        return choice.label_en, choice.label_zh

    def display(self, row: TypedValue, topic: Topic, language: str) -> str:
        """Return the label of the choice."""
        return in_language(row.value_choice, "label", language)

    def to_write(self, topic: Topic) -> str:
        """Return that it is one of those that the topic explains."""
        return gettext("The one choice that the document says; “How it is answered” explains each.")

    def options(self, topic: Topic, language: str) -> list[tuple[str, str]]:
        """Return the choices of the topic."""
        choices = topic.choices.all()
        return [(choice.slug, in_language(choice, "label", language)) for choice in choices]

    def place(self, row: TypedValue) -> tuple[int, str]:
        """Return the place that the topic gives it."""
        choice: Any = row.value_choice
        return choice.position, choice.slug

    def wrong_for(self, row: TypedValue, topic: Topic) -> Any:
        """Return that it is a choice of another topic."""
        if row.value_choice and row.value_choice.topic_id != topic.pk:
            return _("is a choice of another topic")
        return None


class Text(AnswerType):
    """A text in both languages, which is compared by the English one. Only policies hold it."""

    word = ValueType.TEXT
    column = "value_text_en"
    has_lines = True
    is_in_words = True
    is_in_both_languages = True
    beside = ("value_text_zh",)
    is_testable = False
    texts = ~Q(value_text_en="")

    def plain_of(self, text: str) -> str:
        """Return the text as it is."""
        return text

    def json(self, row: TypedValue, language: str) -> str | None:
        """Return it in the reader's language."""
        return self.display(row, None, language) or None

    def searched(self, row: TypedValue) -> tuple[str, ...]:
        """Return the text in both languages."""
        return tuple(getattr(row, name) for name in (self.column, *self.beside))

    def display(self, row: TypedValue, topic: Topic | None, language: str) -> str:
        """Return it in the reader's language."""
        return in_language(row, "value_text", language)

    def to_write(self, topic: Topic) -> str:
        """Return that it is a sentence, and that nothing is added."""
        return gettext("In English, in a sentence: what the document says, nothing of your own.")


#: Every type, by its word.
ANSWER_TYPES: Mapping[str, AnswerType] = {
    own.word.value: own for own in (YesOrNo(), Number(), OneChoice(), Text())
}
TYPES = tuple(ANSWER_TYPES.values())
TESTABLE = tuple(own for own in TYPES if own.is_testable)
RANGED = tuple(own for own in TYPES if own.range_name)
GATES = tuple(own for own in TYPES if own.opens_gates)
#: The one type whose answers a topic lists; its column names one of them.
LISTED = next(own for own in TYPES if own.is_listed)
#: The columns that name a row.
REFERRING = tuple(own.column for own in TYPES if own.key)
#: The columns of texts; all others are null where they hold nothing.
TEXTS = (Text.column, *Text.beside)
_NULLABLE = tuple(own for own in TYPES if own.column not in TEXTS)


def type_of(row: TypedValue) -> AnswerType | None:
    """Return the type of the value that a row holds, if it holds one."""
    return next((own for own in TYPES if _is_filled(getattr(row, own.stored, None))), None)


def plain_value(row: TypedValue) -> Any:
    """Return the plain value that a row holds, if it holds one."""
    own = type_of(row)
    return own.plain(row) if own else None


def value_cell(row: TypedValue) -> str:
    """Return the value that a row holds, as the cell it was read from."""
    own = type_of(row)
    return own.text(own.plain(row)) if own else ""


def plain_of_columns(columns: Iterable[Any], rows: Mapping[str, Mapping[Any, Any]]) -> Hashable:
    """Return the plain value of a row.

    Args:
        columns: what the column of each type holds.
        rows: the rows that columns name, by the column and the id.
    """
    for own, stored in zip(TYPES, columns, strict=True):
        if _is_filled(stored):
            return own.plain_of_stored(stored, rows)
    return None


def cell_of_paths(row: Mapping[str, Any]) -> str:
    """Return the value of a queried row as a cell, given what stands at the path of each type."""
    for own in TYPES:
        if _is_filled(row[own.path]):
            return own.text(row[own.path])
    return ""


def one_alone(types: Iterable[AnswerType]) -> Q:
    """Return the condition that of some types just one has its column filled."""
    among = tuple(types)
    return reduce(or_, (_alone(own, among) for own in among))


def fits_its_type() -> Q:
    """Return the condition that a row with a ``value_type`` has a value of it, and no other."""
    stated = (Q(value_type=own.word) & _alone(own, _NULLABLE) & own.texts for own in TYPES)
    return reduce(or_, stated)


def no_value() -> Q:
    """Return the condition that a row with columns of texts has no value."""
    return _alone(None, _NULLABLE) & AnswerType.texts


def _is_filled(stored: Any) -> bool:
    return stored is not None and stored != ""


def _alone(own: AnswerType | None, types: Iterable[AnswerType]) -> Q:
    return Q(**{f"{other.column}__isnull": other is not own for other in types})

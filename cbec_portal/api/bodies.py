"""The body of a request: one serializer reads it, refuses it by name, and describes it.

A `RequestBody` takes the members that it declares and no others. Its members are read in the order
in which they are declared, and the first that is wrong is refused, as a parameter of that name is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.extensions import OpenApiSerializerExtension, OpenApiSerializerFieldExtension
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cbec_portal.api.parameters import unknown_words
from cbec_portal.asked_days import parse_calendar_day, parse_day
from cbec_portal.refusals import ParameterError

TEXT_WANTED = gettext_lazy("A text is wanted.")
LIST_WANTED = gettext_lazy("A list is wanted.")
FLAG_WANTED = gettext_lazy("true or false is wanted.")
TEXTS_WANTED = gettext_lazy("A list of texts is wanted.")


class RequestBody(serializers.Serializer[Any]):
    """An object with some of the members declared, and no others."""

    def refuse_strange(self) -> None:
        """Refuse what is no object, or has other members.

        Raises:
            ParameterError: it is, or has; it names the member.
        """
        data = self.initial_data
        if not isinstance(data, Mapping):
            raise ParameterError("body", _("The body is a JSON object."))
        names = list(self.fields)
        if unknown := [str(name) for name in data if name not in names]:
            raise ParameterError(unknown[0], unknown_words("field", unknown[0], names, given=data))

    def read(self) -> dict[str, Any]:
        """Return the members that are given, each as its field reads it, and defaults.

        Raises:
            ParameterError: a member is wrong, or one that is needed is missing.
        """
        found: dict[str, Any] = {}
        for name, field in self.fields.items():
            if not self.reads(name):
                continue
            try:
                found[name] = field.run_validation(self.initial_data.get(name, serializers.empty))
            except serializers.SkipField:
                continue
            except serializers.ValidationError as wrong:
                raise ParameterError(name, " ".join(map(str, flat(wrong.detail)))) from None
        return found

    def reads(self, name: str) -> bool:
        """Return whether a member counts, given the others."""
        return True


def flat(detail: Any) -> Iterable[Any]:
    """Return every message in the details of a field's refusal."""
    if isinstance(detail, Mapping):
        return [one for inner in detail.values() for one in flat(inner)]
    if isinstance(detail, list | tuple):
        return [one for inner in detail for one in flat(inner)]
    return [detail]


class TextMember(serializers.CharField):
    """A text as it was sent; services say what it may hold."""

    def __init__(self, message: Any = TEXT_WANTED, **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", dict.fromkeys(("required", "null", "invalid"), message))
        super().__init__(trim_whitespace=False, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        """Return the text.

        Raises:
            ValidationError: it is none.
        """
        if not isinstance(data, str):
            self.fail("invalid")
        if "\0" in data:
            raise serializers.ValidationError(_("The text holds a NUL character."))
        return data

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Return an empty text as any other, which REST framework would judge by itself."""
        return self.to_internal_value(data) if data == "" else super().run_validation(data)


class OneOf(TextMember):
    """A text that is one of some.

    Args:
        refused: what is told of another one; without it, the service that takes it tells.
    """

    def __init__(self, options: Iterable[str], refused: Any = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.options, self.refused = list(options), refused

    def to_internal_value(self, data: Any) -> Any:
        """Return the text.

        Raises:
            ValidationError: it is none of them.
        """
        text = super().to_internal_value(data)
        if self.refused and text not in self.options:
            raise serializers.ValidationError(self.refused)
        return text


@extend_schema_field(OpenApiTypes.URI)
class LinkMember(TextMember):
    """An address of the web; services say which are taken."""


@extend_schema_field(OpenApiTypes.UUID)
class Key(TextMember):
    """A key, as lists give it."""


@extend_schema_field(OpenApiTypes.DATE)
class DayText(TextMember):
    """A day that a service reads."""


@extend_schema_field(OpenApiTypes.DATE)
class Day(TextMember):
    """A day of law."""

    read = staticmethod(parse_day)

    def to_internal_value(self, data: Any) -> Any:
        """Return the day.

        Raises:
            ParameterError: it is none that the portal answers about.
        """
        return self.read(self.field_name or "", super().to_internal_value(data))


@extend_schema_field(OpenApiTypes.DATE)
class CalendarDay(Day):
    """Any day of the calendar."""

    read = staticmethod(parse_calendar_day)


@extend_schema_field(OpenApiTypes.DATE)
class MaybeDay(CalendarDay):
    """Any day of the calendar; an empty text is none."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the day, or none."""
        return None if data == "" else super().to_internal_value(data)


class Flag(serializers.BooleanField):
    """True or false and nothing that is taken for them."""

    def __init__(self, message: Any = FLAG_WANTED, **kwargs: Any) -> None:
        kwargs["error_messages"] = dict.fromkeys(("required", "null", "invalid"), message)
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> bool:
        """Return the value, which is true or false.

        Raises:
            ValidationError: it is something else.
        """
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Several(serializers.ListField):
    """A list; its subclasses say of what."""

    def __init__(self, message: Any = LIST_WANTED, **kwargs: Any) -> None:
        messages = dict.fromkeys(("required", "null", "not_a_list"), message)
        kwargs["error_messages"] = {**messages, **kwargs.get("error_messages", {})}
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> list[Any]:
        """Return the members of the list.

        Raises:
            ValidationError: it is no list, or holds what no member can be.
        """
        if not isinstance(data, list) or not all(map(self.is_member, data)):
            self.fail("not_a_list", input_type="")
        return self.members(data)

    def is_member(self, one: Any) -> bool:
        """Return whether something can be a member of the list at all."""
        return True

    def run_validators(self, value: Any) -> None:
        """Leave it to services to say how many there may be."""

    def members(self, data: list[Any]) -> list[Any]:
        """Return what the members are."""
        return data


class Ids(Several):
    """A list of ids of rows. One that is null is refused, lest it stand for all."""

    child = serializers.IntegerField(min_value=1)

    def is_member(self, one: Any) -> bool:
        """Return whether it is an id; a truth is none, though Python counts it as a number."""
        return type(one) is int and one > 0


class Texts(Several):
    """A list of texts."""

    child = TextMember()

    def members(self, data: list[Any]) -> list[Any]:
        """Return the texts.

        Raises:
            ValidationError: one of them is none.
        """
        if not all(isinstance(one, str) for one in data):
            raise serializers.ValidationError(TEXTS_WANTED)
        return data


@extend_schema_field(OpenApiTypes.BINARY)
class Upload(serializers.FileField):
    """A file of a form; JSON has none, whatever it says under the name."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Return the file, or none."""
        return data if isinstance(data, UploadedFile) else None


class BodySchema(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]  # it has no types
    """Says that a body takes no members but its own."""

    target_class = RequestBody
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: Any) -> Any:
        """Return what the serializer's fields say, closed to others."""
        schema = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        return {**schema, "additionalProperties": False}


class OneOfSchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]  # no types
    """Says which texts there are."""

    target_class = OneOf

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> Any:
        """Return a text with its options."""
        return {"type": "string", "enum": self.target.options}

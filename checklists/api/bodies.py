"""The bodies of the private API: what may be written, and what is looked up to read it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from rest_framework import serializers

from cbec_portal.api.bodies import (
    TEXTS_WANTED,
    CalendarDay,
    Day,
    DayText,
    Flag,
    Ids,
    Key,
    LinkMember,
    MaybeDay,
    OneOf,
    RequestBody,
    Several,
    TextMember,
    Texts,
    Upload,
)
from cbec_portal.china_time import today_in_china
from cbec_portal.refusals import ParameterError
from checklists.api.parameters import answers_in, city_of
from checklists.models import Evidence, Place, Status
from checklists.permissions import GIVEN_ROLES, EvidenceAction, evidence_policy
from checklists.selectors.template_snapshot import templates
from checklists.services.bulk_updates import MOST_AT_ONCE
from checklists.services.sharing import account_named
from zones.api.place_parameters import bodies_known, described_by
from zones.models import City, Topic
from zones.selectors.hypothetical_places import HypotheticalPlace
from zones.selectors.inquiry import Inquiry

ITEM_TEXT = gettext_lazy("This is a text.")


def refused(message: str) -> serializers.ValidationError:
    """Return the refusal of a member."""
    return serializers.ValidationError(message)


class TemplateField(TextMember):
    """A template, by natural key."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the template.

        Raises:
            ValidationError: there is none.
        """
        every = templates(self.context["view"].snapshot)
        found = every.templates.get(super().to_internal_value(data))
        if found is None:
            raise refused(_("There is no such template."))
        return found


class DescribedPlace(RequestBody):
    """A place without pilot status."""

    name = TextMember(help_text="What to call it.")
    province = TextMember(help_text="Its province, as `CN-HE`.")
    customs_district = TextMember(help_text="Its customs district, as `0400`.")


class PlaceField(TextMember):
    """A city by natural key or name, or a place without pilot status."""


class PlacesField(Several):
    """Where the checklist is for: every city that is named is told of where one is unknown."""

    child = PlaceField()

    def members(self, data: list[Any]) -> list[City | HypotheticalPlace]:
        """Return the places.

        Raises:
            ParameterError: one of them is unknown, or described otherwise.
        """
        snapshot = self.context["view"].snapshot
        given = [one for one in data if isinstance(one, str)]
        return [
            city_of("places", one, snapshot, given=given)
            if isinstance(one, str)
            else self._described(one)
            for one in data
        ]

    def _described(self, one: Any) -> HypotheticalPlace:
        body = DescribedPlace(data=one)
        try:
            body.refuse_strange()
            name, province, district = body.read().values()
        except ParameterError:
            message = _("A place is a city, or has name, province and customs_district.")
            raise ParameterError("places", message) from None
        snapshot = self.context["view"].snapshot
        if not bodies_known(province, district, snapshot):
            raise ParameterError("places", _("There is no such province or customs district."))
        called = ("places",) * 3
        return described_by(name, province, district, Inquiry.of_now(snapshot), called=called)


class PlaceSchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]  # no types
    """Says that a place is a text or an object."""

    target_class = PlaceField

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> Any:
        """Return that it is a text or an object."""
        city = {"type": "string", "description": "A city, by natural key or name."}
        described = auto_schema.resolve_serializer(DescribedPlace(), direction)
        return {"anyOf": [city, described.ref]}


class AnswersField(Texts):
    """The company's answers, by question."""

    def members(self, data: list[Any]) -> Any:
        """Return the answers.

        Raises:
            ParameterError: a question or a choice is unknown.
        """
        texts = super().members(data)
        return answers_in(texts, templates(self.context["view"].snapshot))


class Account(TextMember):
    """Someone, by user name or mail address."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the account.

        Raises:
            ValidationError: there is none.
        """
        try:
            return account_named(super().to_internal_value(data))
        except ValidationError as unknown:
            raise refused(str(unknown.message)) from None


class OwnPlace(serializers.IntegerField):
    """One of the checklist's places."""

    def run_validation(self, data: Any = serializers.empty) -> Place:
        """Return the place.

        Raises:
            ValidationError: there is none.
        """
        places = self.context["view"].checklist.places
        found: Place | None = places.filter(pk=data).first() if type(data) is int else None
        if found is None:
            raise refused(_("There is no such %s.") % "place")
        return found


class TopicField(TextMember):
    """A topic, by natural key."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the topic.

        Raises:
            ValidationError: there is none.
        """
        snapshot = self.context["view"].snapshot
        found: Topic | None = snapshot.topics_by_slug.get(super().to_internal_value(data))
        if found is None:
            raise refused(_("There is no such %s.") % "topic")
        return found


class PastDay(Day):
    """A day up to today."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the day.

        Raises:
            ValidationError: it is still to come.
        """
        day = super().to_internal_value(data)
        if day > today_in_china():
            raise refused(_("A finding cannot be made in the future."))
        return day


class UsableEvidence(Key):
    """Evidence that whoever asks may let serve something."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the evidence.

        Raises:
            ValidationError: there is none of that key.
        """
        rows = evidence_policy.rows(EvidenceAction.USE, self.context["view"].user)
        try:
            return rows.get(key=super().to_internal_value(data))
        except (Evidence.DoesNotExist, ValidationError):
            raise refused(_("There is no such evidence.")) from None


class AttachedEvidence(Key):
    """Evidence that serves the item."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the evidence.

        Raises:
            ValidationError: there is none of that key.
        """
        key = super().to_internal_value(data)
        rows = Evidence.objects.filter(attachments__item=self.context["view"].item)
        found = next((row for row in rows if str(row.key) == key), None)
        if found is None:
            raise refused(_("There is no such evidence."))
        return found


class OnlyTrue(Flag):
    """True, and nothing else."""

    def to_internal_value(self, data: Any) -> bool:
        """Return true.

        Raises:
            ValidationError: it is something else.
        """
        if not super().to_internal_value(data):
            self.fail("invalid", input=data)
        return True


class Start(RequestBody):
    """What a checklist is started from."""

    template = TemplateField(help_text="The template, by natural key.")
    title = TextMember(required=False, help_text="Else the template's name.")
    places = PlacesField(default=list, min_length=1, help_text="One or several.")
    as_of = Day(default=today_in_china, help_text="The day whose law counts; else today in China.")
    answers = AnswersField(
        default=dict,
        help_text="The company's answers as `question:choice`; see the template's questions.",
    )


class ChecklistChange(RequestBody):
    """What is changed of a checklist as a whole."""

    closed = Flag(required=False, help_text="Close it, or reopen it.")
    title = TextMember(required=False, help_text="A new title.")


class GivenAnswers(RequestBody):
    """The company's answers; without them nothing would be left of those given."""

    answers = AnswersField(
        error_messages={"required": TEXTS_WANTED},
        help_text="The company's answers as `question:choice`; see the template's questions.",
    )


class Acceptance(RequestBody):
    """What is accepted of what moved."""

    numbers = Texts(
        required=False,
        help_text="The numbers of the requirements to accept, or `gate`; left out, all that moved.",
    )


class Person(RequestBody):
    """Someone."""

    user = Account(help_text="The user name or the mail address of an account.")


class Sharing(Person):
    """Someone, and what they may do."""

    role = OneOf([role for role, _name in GIVEN_ROLES], help_text="What they may do.")


class OwnFinding(RequestBody):
    """What the team found out for itself."""

    topic = TopicField(help_text="The topic it answers.")
    place = OwnPlace(help_text="The id of one of the checklist's places.")
    found_on = PastDay(help_text="When.")
    value = TextMember(help_text="The answer: true or false, a number, or a choice, by the topic.")
    said_by = TextMember(help_text="Who said so.")
    expires_on = Day(help_text="The day from which it no longer answers.")
    note = TextMember(default="", help_text="Anything else.")
    evidence = UsableEvidence(
        default=None, allow_null=True, help_text="The key of evidence that shows it."
    )


class FindingAct(RequestBody):
    """What becomes of a finding."""

    act = OneOf(
        ("withdraw", "offer"),
        gettext_lazy("The act is withdraw or offer."),
        help_text="Withdraw the finding, or offer it to analysts.",
    )


class ItemChange(RequestBody):
    """What is changed of an item; the service says what is right, as it does of many."""

    status = OneOf(Status.values, message=ITEM_TEXT, required=False)
    reason = TextMember(ITEM_TEXT, required=False, help_text="Why; needed for not-applicable.")
    assignee = TextMember(
        ITEM_TEXT, required=False, allow_null=True, help_text="An account's name, or nobody."
    )
    due_on = DayText(ITEM_TEXT, required=False, allow_null=True, help_text="A day, or none.")


class SeenItemChange(ItemChange):
    """A change of one of many items."""

    id = serializers.IntegerField()
    tag = serializers.CharField(help_text="The tag of the item as it was seen.")


class EachItem(Several):
    """Changes of many items; the service tells what became of each."""

    child = SeenItemChange()


class ItemChanges(RequestBody):
    """Changes of many items."""

    items = EachItem(min_length=1, max_length=MOST_AT_ONCE)


class Remark(RequestBody):
    """A comment."""

    text = TextMember(help_text="What there is to say.")


class NewVersion(RequestBody):
    """A file or a link."""

    file = Upload(required=False, help_text="A file, as multipart/form-data.")
    url = LinkMember(default="", help_text="Or a link.")


class NewEvidence(NewVersion):
    """A file or a link with its name, or evidence that is there already."""

    title = TextMember(default="", help_text="Else the name of the file or the link.")
    keep_until = MaybeDay(default=None, help_text="The last day it must be kept.")
    evidence = UsableEvidence(
        required=False, help_text="Instead of all these: the key of evidence to attach."
    )

    def reads(self, name: str) -> bool:
        """Return whether a member counts: beside the key of evidence nothing else does."""
        return name == "evidence" or "evidence" not in self.initial_data


class Detachment(RequestBody):
    """What serves the item no longer."""

    evidence = AttachedEvidence(help_text="The key of evidence.")


class Retention(RequestBody):
    """How long evidence is kept."""

    keep_until = CalendarDay(
        required=False, allow_null=True, help_text="The last day it must be kept, or none."
    )
    discarded = OnlyTrue(
        gettext_lazy("Only true is taken: what was discarded does not come back."),
        required=False,
        help_text="true: discard its files for good.",
    )


class ReadNotices(RequestBody):
    """Which notices were read."""

    notices = Ids(
        gettext_lazy("A list of the notices' ids is wanted."),
        required=False,
        help_text="The ids of those that were read; left out, all.",
    )


class Nothing(RequestBody):
    """No members at all."""

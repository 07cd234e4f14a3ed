"""Blind second readings: drawing answers, reading one again, and how often two diverge.

Whoever wrote, changed or reviewed an answer does not read it again: that is looked up by name, as
four eyes are, so that it holds in a restored portal too.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cbec_portal.china_time import now, today_in_china
from cbec_portal.languages import active_language
from zones.dataset.alias_table import KeysEver
from zones.dataset.applied_rows import key_text
from zones.dataset.policy_table import Policies
from zones.dataset.problems import words_of
from zones.dataset.table import BATCH, Key
from zones.desk.permissions import SetAction, may, require, require_still
from zones.desk.pickers import NotPickedError, UnknownPickError, picked
from zones.desk.row_evidence import has_words
from zones.models import (
    AppliedRow,
    InForce,
    Policy,
    ReadingDraw,
    Revision,
    RowEdit,
    SecondReading,
    Topic,
)
from zones.models.fields import LONGEST
from zones.models.value_types import TESTABLE, plain_value
from zones.rules.values import plain_text
from zones.rules.vocabulary import RECORDED_STATES, State
from zones.services.locks import hold_edition, hold_rows

#: So many readings may wait at once.
MOST_WAITING = 2000
#: So many of them are listed to somebody.
MOST_LISTED = 200
#: The longest name of a document.
LONGEST_SOURCE = 300


class SaidAgain(NamedTuple):
    """How somebody answers again: the state, the value if one is stated, and what says so: the
    document by whatever it is called, and its words, or why none can be quoted. One that the portal
    is ``lacking`` is named as it is typed.
    """

    state: str
    value: str = ""
    source: str = ""
    quote: str = ""
    unquoted: str = ""
    lacking: str = ""


@dataclass
class Divergence:
    """How often two readings of the same diverge: of so many that were read twice."""

    read: int = 0
    diverging: int = 0

    def count(self, agrees: bool) -> None:
        """Count one more reading."""
        self.read += 1
        self.diverging += not agrees

    @property
    def percent(self) -> int:
        """Return the rate in per cent."""
        return round(100 * self.diverging / self.read) if self.read else 0


@transaction.atomic
def draw_readings(
    person: Any,
    share: int,
    *,
    focus_area: str = "",
    topic: str = "",
    programme: str = "",
    city: str = "",
    seed: int | None = None,
) -> ReadingDraw:
    """Draw a share of the policies that answer somewhere today, to be read again.

    It may be narrowed to a ``focus_area``, a ``topic``, those that bind a ``programme``, and those
    that answer in a ``city``, each by its key. Free texts are not drawn: two people never say them
    in the same words.

    Raises:
        PermissionDenied: whoever asks is no reviewer.
        ValidationError: the share is none, nothing fits, or too many readings wait.
    """
    require_still(person, SetAction.REVIEW)
    if not 1 <= share <= 100:
        raise ValidationError(_("A share is 1 to 100 per cent."), code="share")
    draw = ReadingDraw(share=share, focus_area=focus_area, topic=topic, person=person)
    draw.programme, draw.city = programme, city
    draw.name, draw.at, draw.day = person.get_username(), now(), today_in_china()
    draw.seed = secrets.randbelow(2**31) if seed is None else seed
    draw.clean_fields(exclude=["person", "known_at"])
    # What answers today and the revision that says so are read while nobody publishes.
    hold_edition()
    newest = Revision.objects.order_by("-number").values_list("number", flat=True).first()
    fitting = _drawable(draw)
    if not fitting:
        raise ValidationError(_("No answer fits that could be read again."), code="none")
    # One that waits is not drawn once more: who reads it knows it then.
    waiting = set(SecondReading.objects.filter(read_at=None).values_list("policy_id", flat=True))
    numbers = [number for number in fitting if number not in waiting]
    if not numbers:
        told = _("Each answer that fits waits already to be read again.")
        raise ValidationError(told, code="none")
    wanted = -(-len(numbers) * share // 100)
    if SecondReading.objects.filter(read_at=None).count() + wanted > MOST_WAITING:
        told = _("At most %s readings wait at once: draw fewer, or read some first.")
        raise ValidationError(told % MOST_WAITING, code="many")
    draw.known_at = newest or 0
    draw.save()
    # Whoever knows the seed draws the same: nothing here is secret.
    drawn = Random(draw.seed).sample(numbers, wanted)  # noqa: S311
    readings = (SecondReading(draw=draw, policy_id=number) for number in drawn)
    SecondReading.objects.bulk_create(readings, batch_size=BATCH)
    return draw


def _drawable(draw: ReadingDraw) -> list[int]:
    """The policies of which some are drawn, by id and in an order that any database has."""
    answering = InForce.objects.current().on(draw.day)
    if draw.city:
        answering = answering.filter(city__slug=draw.city)
    policies = (
        Policy.objects.current()
        .not_withdrawn()
        .filter(
            pk__in=answering.values("policy"),
            topic__value_type__in=[own.word for own in TESTABLE],
            topic__descriptive=False,
        )
    )
    if draw.focus_area:
        policies = policies.filter(topic__focus_area__slug=draw.focus_area)
    if draw.topic:
        policies = policies.filter(topic__slug=draw.topic)
    if draw.programme:
        policies = policies.filter(programme__slug=draw.programme)
    return [number for _identity, number in sorted(policies.values_list("identity", "pk"))]


def involved_in(policies: Iterable[Policy]) -> dict[int, set[str]]:
    """Return by id who wrote, changed or reviewed policies, by names in one case: those that were
    noted, and those that the accounts have now.

    Nobody did of those that came with a load, whose author is the dataset. Work on a policy was
    noted under the key that it had then: all count that it ever had.
    """
    policies = list(policies)
    found: dict[int, set[str]] = {policy.pk: set() for policy in policies}
    keys = keys_ever(policies)

    def note(numbers: Iterable[int], *names: str | None) -> None:
        told = {name.strip().casefold() for name in names if name} - {""}
        for number in numbers:
            found[number] |= told

    applied = AppliedRow.objects.filter(table="policies", key__in=keys).order_by()
    accounts = [f"revision__change_set__{who}__username" for who in ("author", "publisher")]
    noted = [f"revision__change_set__{who}_name" for who in ("author", "publisher")]
    for key, authors, *names in applied.values_list(
        "key", "authors", "reviewer", *noted, *accounts
    ):
        note(keys[key], *authors.split(","), *names)
    # An edit is noted under the key that the row had then, which the row may have left, or made
    # another's: both count.
    edits = RowEdit.objects.filter(table="policies").order_by()
    for of_key in ("key", "row__key"):
        told = edits.filter(**{f"{of_key}__in": keys})
        for key, *names in told.values_list(of_key, "name", "person__username"):
            note(keys[key], *names)
    return found


def keys_ever(policies: Iterable[Policy]) -> dict[str, set[int]]:
    """Return the ids of policies by every key, as a text, that each ever had.

    Its start may have been corrected, its topic and its scope renamed.
    """
    policies = list(policies)
    starts: dict[str, set[str]] = {}
    versions = Policy.objects.published().filter(identity__in={own.identity for own in policies})
    for identity, start in versions.order_by().values_list("identity", "effective_from"):
        starts.setdefault(identity, set()).add(str(start))
    table, ever = Policies(), KeysEver()
    keys: dict[str, set[int]] = {}
    for policy in policies:
        *scope, own_start = policy.key_parts
        for start in {own_start, *starts.get(policy.identity, ())}:
            for key in ever.of(table, (*scope, start)):
                keys.setdefault(key_text(key), set()).add(policy.pk)
    return keys


def knowing(policies: Iterable[Policy]) -> dict[int, set[str]]:
    """Return by id who knows how policies answer: took part in them, read or settled them again."""
    policies = list(policies)
    found = involved_in(policies)
    own: dict[str, list[int]] = {}
    for policy in policies:
        own.setdefault(policy.identity, []).append(policy.pk)
    done = SecondReading.objects.filter(policy__identity__in=own).exclude(read_at=None).order_by()
    noted = ("name", "settled_name", "reader__username", "settled_by__username")
    for identity, *names in done.values_list("policy__identity", *noted):
        for number in own[identity]:
            found[number] |= {name.casefold() for name in names if name}
    return found


def may_read(reading: SecondReading, person: Any) -> bool:
    """Return whether somebody may answer a reading: an analyst who does not know the answer."""
    if not may(person, SetAction.PROPOSE):
        return False
    return name_of(person) not in knowing([reading.policy])[reading.policy_id]


def name_of(person: Any) -> str:
    """Return a name as names are compared."""
    return str(person.get_username()).casefold()


def is_blind_for(reading: SecondReading, person: Any) -> bool:
    """Return whether both answers stay hidden: somebody may still answer the same policy again."""
    waiting = SecondReading.objects.filter(read_at=None, policy__identity=reading.policy.identity)
    return may_read(reading, person) and waiting.exists()


def changed_since(reading: SecondReading) -> bool:
    """Return whether the policy was published anew, or withdrawn, between draw and reading."""
    replaced = reading.policy.replaced_in
    return bool(replaced and reading.read_at and replaced.published_at <= reading.read_at)


def waiting_for(person: Any, *, most: int = MOST_LISTED) -> list[SecondReading]:
    """Return the readings that wait and that somebody may do, oldest first."""
    rows = SecondReading.objects.filter(read_at=None).select_related(
        "policy__topic", "draw", *(f"policy__{name}" for name in Policy.body_columns)
    )
    waiting = list(rows.order_by("pk")[:MOST_WAITING])
    known = knowing(row.policy for row in waiting)
    return [row for row in waiting if name_of(person) not in known[row.policy_id]][:most]


@transaction.atomic
def read_again(reading: SecondReading, person: Any, said: SaidAgain) -> SecondReading:
    """Answer a drawn policy again, and note whether both say the same.

    Raises:
        PermissionDenied: whoever asks is no analyst, or took part in the first answer.
        ValidationError: somebody has read it already, nothing is said that its topic takes, or
            the document is none that is known, or nothing of it is quoted and nobody says why.
    """
    require(person, SetAction.PROPOSE)
    held: SecondReading = hold_rows(SecondReading.objects.filter(pk=reading.pk)).get()
    require_still(person, SetAction.PROPOSE)
    policy = held.policy
    if held.read_at is not None:
        told = _("%s has read this again already.") % held.name
        raise ValidationError(told, code="read")
    if not may_read(held, person):
        raise PermissionDenied(_("You took part in this answer: somebody else reads it again."))
    said = as_read(said, policy.topic)
    held.agrees = _agrees(policy, said)
    held.said = said._asdict()
    held.reader, held.name, held.read_at = person, person.get_username(), now()
    held.clean_fields(exclude=["reader", "settled_by", "said", "draw", "policy"])
    held.save()
    return held


def value_as_read(text: str, topic: Topic) -> str:
    """Return an answer as grids read one.

    Raises:
        ValueError: it is none, or can be read in several ways.
    """
    return topic.answer_type.spelled(text, (topic.unit, topic.unit_zh))


def source_named(text: str) -> Key:
    """Return the key of the document that a text names.

    Raises:
        NotPickedError: it names none, or several.
    """
    return picked("sources", text, alone=True).key


def as_read(said: SaidAgain, topic: Topic) -> SaidAgain:
    """Return what is said, each text as texts may be written, the value as grids read one.

    All that is wrong with it is told at once. A document that is not found is none that was guessed
    to be near: whoever reads blindly is led to what they typed, and to nothing else. If they say
    that the portal lacks it, it stays named so.

    Raises:
        ValidationError: something is wrong with it, by name.
    """
    read, wrong = said._asdict(), {}
    texts = (
        ("source", False, LONGEST_SOURCE),
        ("quote", True, LONGEST),
        ("unquoted", True, LONGEST),
    )
    for name, lines, longest in texts:
        try:
            read[name] = plain_text(read[name], lines=lines, longest=longest)
        except ValueError as refused:
            wrong[name] = words_of(refused)
    if len(said.value) > LONGEST:
        wrong["value"] = _("The answer is too long.")
    try:
        read["value"] = value_as_read(said.value, topic)
    except ValueError as refused:
        wrong["value"] = words_of(refused)
    if "source" not in wrong and read["source"].strip():
        try:
            (read["source"],), read["lacking"] = source_named(read["source"]), ""
        except NotPickedError as refused:
            if not (said.lacking and isinstance(refused, UnknownPickError)):
                wrong["source"] = str(refused)
    read_so = SaidAgain(**read)
    wrong = _unanswered(read_so, topic) | _unfounded(read_so) | wrong
    if wrong:
        raise ValidationError(wrong)
    return SaidAgain(**read)


def _unfounded(said: SaidAgain) -> dict[str, str]:
    """What an answer lacks on which it rests, by name; that nothing is found rests on nothing."""
    wrong: dict[str, str] = {}
    if said.state == State.NONE_FOUND:
        return wrong
    if not said.source.strip():
        wrong["source"] = _("Name the document that says so.")
    if not (has_words(said.quote) or has_words(said.unquoted)):
        wrong["quote"] = _("Quote the words that say so, or say below why none can be quoted.")
    return wrong


def _unanswered(said: SaidAgain, topic: Topic) -> dict[str, str]:
    """What is wrong with the answer itself, by name: a stated one has a value that its topic takes,
    and no other has any.
    """
    if said.state not in list(RECORDED_STATES):
        return {"state": _("Say whether something is stated.")}
    if said.state != State.STATED:
        return {"value": _("Only a stated answer has a value.")} if said.value.strip() else {}
    if not said.value.strip():
        return {"value": _("A stated answer has a value.")}
    own = topic.answer_type
    options = own.options(topic, active_language())
    if options is not None and said.value not in {value for value, _words in options}:
        return {"value": _("Choose one of the answers.")}
    try:
        own.plain_of(said.value)
    except ValueError as wrong:
        return {"value": words_of(wrong)}
    return {}


def _agrees(policy: Policy, said: SaidAgain) -> bool:
    """Whether an answer says what a policy states, by the same document; numbers are compared as
    numbers. That nothing is found rests on no document.
    """
    if policy.state != said.state:
        return False
    if said.state == State.STATED and plain_value(policy) != policy.topic.answer_type.plain_of(
        said.value
    ):
        return False
    return bool(said.state == State.NONE_FOUND or said.source == policy.source.slug)


class Rates(NamedTuple):
    """How often readings diverge: of all, by topic, and by who read again."""

    whole: Divergence
    by_topic: Mapping[str, Divergence]
    by_reader: Mapping[str, Divergence]


def divergence_rates() -> Rates:
    """Return how often two readings diverge, the most read first; in one query."""
    whole = Divergence()
    by_topic: dict[str, Divergence] = {}
    by_reader: dict[str, Divergence] = {}
    done = SecondReading.objects.exclude(read_at=None).order_by()
    for topic, name, agrees in done.values_list("policy__topic__slug", "name", "agrees"):
        for own in (
            whole,
            by_topic.setdefault(topic, Divergence()),
            by_reader.setdefault(name, Divergence()),
        ):
            own.count(bool(agrees))
    return Rates(whole, _most_read(by_topic), _most_read(by_reader))


def _most_read(rates: Mapping[str, Divergence]) -> dict[str, Divergence]:
    return dict(sorted(rates.items(), key=lambda one: (-one[1].read, one[0])))

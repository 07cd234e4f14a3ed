"""What every answer needs and no answer changes: kept in the process for one edition."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

from django.db import connection
from django.db.models import QuerySet

from cbec_portal.caches import Kept
from cbec_portal.china_time import china_day
from zones.models import (
    Choice,
    City,
    DistrictInPart,
    FocusArea,
    Placement,
    Policy,
    Revision,
    Source,
    Topic,
)
from zones.models.former_keys import Name, every_renamed, keys_ever, keys_of_kind, row_named
from zones.models.places import OF_CITY
from zones.models.querysets.in_force_sql import InForceRow, PolicyAnswer
from zones.models.scopes import BODIES
from zones.models.value_types import LISTED, REFERRING, TYPES, plain_of_columns
from zones.rules.comparison import Answer, state_without_policy
from zones.rules.operation import records_of_operation
from zones.rules.vocabulary import Certainty, State
from zones.rules.written_keys import WrittenKey
from zones.selectors.interval_edges import Edges
from zones.selectors.rendered_cells import (
    RenderedCell,
    RenderedPolicy,
    empty_cell,
    policy_shape,
)
from zones.selectors.rendered_values import (
    scope_shape,
    source_shape,
    topic_shape,
)

T = TypeVar("T")

#: What is kept in the process at most, so that its memory stays bounded.
MOST_RENDERED = 20_000
MOST_REMEMBERED = 64
MOST_EDGES = 512
MOST_ANSWERS = 50_000
BATCH = 5000
AT_ONCE = 200


class KnownAnswer(NamedTuple):
    """An answer and how sure it is; equal ones are the same object, so that few are kept."""

    answer: Answer
    certainty: Certainty


@dataclass
class Snapshot:
    """Topics, cities and policies of one edition, by id and by natural key."""

    edition: int
    timeline: str
    newest: int
    topics: dict[int, Topic] = field(default_factory=dict)
    cities: dict[int, City] = field(default_factory=dict)
    #: By natural key, in order; those without a topic yet as well.
    focus_areas: dict[str, FocusArea] = field(default_factory=dict)
    related: dict[str, dict[int, Any]] = field(default_factory=dict)
    #: Every placement ever published, as :data:`PLACED` names its columns.
    placements: list[tuple[Any, ...]] = field(default_factory=list)
    #: The further customs districts of a placement, by ids.
    in_part: dict[int, list[int]] = field(default_factory=dict)
    #: Kinds and former keys, with those of today.
    renamed: Mapping[Name, str] = field(default_factory=dict)
    _answers: dict[int, KnownAnswer] = field(default_factory=dict)
    #: Equal answers as one object: at most two for each of ``_answers``, with which they are
    #: forgotten.
    _distinct: dict[Any, Any] = field(default_factory=dict)
    #: What many policies share. There is one for each scope, document, topic and state in each
    #: language, which bounds it; it goes when the edition does.
    _shared: dict[tuple[object, ...], dict[str, Any]] = field(default_factory=dict)
    _rendered: dict[str, dict[int, RenderedPolicy]] = field(default_factory=dict)
    _remembered: Kept[str, Any] = field(default_factory=lambda: Kept(MOST_REMEMBERED))

    @property
    def tag(self) -> str:
        """Return what tells this edition from every other, of this database or before a restore."""
        return f"{self.timeline}.{self.edition}.{self.newest}"

    def remembered(self, name: str, make: Callable[[], T]) -> T:
        """Return something made once for this edition, such as an index to search."""
        made: T = self._remembered.made(name, make)
        return made

    def lately(self, name: str, most: int) -> Kept[Any, Any]:
        """Return a place for so many things of one kind, those asked for lately, kept for this
        edition.
        """
        return self.remembered(name, lambda: Kept(most))

    @cached_property
    def cities_by_slug(self) -> dict[str, City]:
        """Return cities by natural key."""
        return {city.slug: city for city in self.cities.values()}

    @cached_property
    def cities_now(self) -> dict[int, City]:
        """Return the cities that the newest revision knows: what was taken back is not among them,
        though earlier ones tell of it.
        """
        replaced = PLACED.index("replaced_in")
        placed = {row[PLACED.index("city")] for row in self.placements if row[replaced] is None}
        return {pk: city for pk, city in self.cities.items() if pk in placed}

    @cached_property
    def topics_by_slug(self) -> dict[str, Topic]:
        """Return topics by natural key, in order."""
        return {topic.slug: topic for topic in self.topics.values()}

    @cached_property
    def operations(self) -> dict[int, Topic]:
        """Return the topics that record whether what another allows is in operation, by its id."""
        ever = {
            key: topic
            for topic in self.topics.values()
            for key in keys_ever("topic", topic.slug, self.renamed)
        }
        return {ever[key].pk: topic for key, topic in records_of_operation(ever).items()}

    @cached_property
    def records(self) -> dict[int, int]:
        """Return the same by ids."""
        return {standing: record.pk for standing, record in self.operations.items()}

    @cached_property
    def records_by_slug(self) -> dict[str, str]:
        """Return the same by natural keys."""
        return {self.topics[pk].slug: record.slug for pk, record in self.operations.items()}

    def key_today(self, written: WrittenKey, within: str = "") -> str:
        """Return the key that a row has today which the program names by one that it had.

        ``within`` is the key, of today, of the row that it lies in, if it lies in one.
        """
        before = f"{within}{keys_of_kind(written.kind).joint}" if within else ""
        named = f"{before}{written.key}"
        return self.renamed.get((written.kind, named), named).removeprefix(before)

    def is_there(self, written: WrittenKey) -> bool:
        """Return whether there is such a row now: what the program says of it is left out else."""
        key = self.key_today(written)
        if written.kind == "city":
            return any(city.slug == key for city in self.cities_now.values())
        there = self.lately("rows that the program names", MOST_REMEMBERED)
        return bool(there.made(written, lambda: row_named(written.kind, key) is not None))

    @cached_property
    def _begins(self) -> dict[int, date]:
        return {pk: t.begins_on.first_day for pk, t in self.topics.items() if t.begins_on}

    @property
    def days_of_beginning(self) -> Iterable[date]:
        """Return the days on which topics begin, before which there is no such rule."""
        return self._begins.values()

    def answers(self, wanted: Iterable[int]) -> Mapping[int, KnownAnswer]:
        """Return what policies answer, by id; those not seen in this edition come in one query."""
        ids = set(wanted)
        answers = self._answers
        missing = {pk for pk in ids if pk not in answers}
        if len(answers) + len(missing) > MOST_ANSWERS:
            answers = self._answers = {}
            self._distinct = {}
            missing = ids
        for rows in _policies(missing):
            stored = rows.values_list("pk", "state", "verification", *VALUES)
            for pk, state, sure, *values in stored.iterator(chunk_size=AT_ONCE):
                answers[pk] = self._known(state, sure, *values)
        return answers

    def rendered(self, wanted: Iterable[int], language: str) -> Mapping[int, RenderedPolicy]:
        """Return policies as they are rendered in a language, by id.

        Those not seen in this edition come in one query.
        """
        ids = set(wanted)
        rendered = self._rendered.setdefault(language, {})
        missing = {pk for pk in ids if pk not in rendered}
        if sum(map(len, list(self._rendered.values()))) + len(missing) > MOST_RENDERED:
            self._rendered = {language: (rendered := {})}
            missing = ids
        for rows in _policies(missing):
            for policy in rows.iterator(chunk_size=AT_ONCE):
                rendered[policy.pk] = self._render(self.with_related(policy), language)
                values = (getattr(policy, name) for name in VALUES)
                self._answers[policy.pk] = self._known(policy.state, policy.verification, *values)
        return rendered

    def known(self, found: InForceRow, answers: Mapping[int, KnownAnswer]) -> KnownAnswer:
        """Return the answer that a row in force gives; of an additive topic, all that is read
        together.
        """
        additive = found.also and self.topics[found.topic].additive
        return known_together(found.policy, also_of(found) if additive else (), answers)

    def needed(self, found: Iterable[InForceRow]) -> set[int]:
        """Return the policies that the answers of some rows in force rest on."""
        rows = list(found)
        beside = (also_of(row) for row in rows if row.also and self.topics[row.topic].additive)
        return {row.policy for row in rows}.union(*beside)

    def without_policy(self, topic: int, day: date) -> Answer:
        """Return the answer where no row is in force."""
        return _ABSENT[state_without_policy(day, self._begins.get(topic))]

    def topic(self, topic: Topic, language: str) -> Mapping[str, Any]:
        """Return a topic as it stands in a comparison."""
        return self._once(("topic", topic.pk, language), lambda: topic_shape(topic, language))

    def empty(self, state: State, language: str) -> Mapping[str, Any]:
        """Return a cell without a policy."""
        return self._once(("empty", state, language), lambda: empty_cell(state, language))

    def cell(
        self,
        found: InForceRow,
        rendered: Mapping[int, RenderedPolicy],
        *,
        edges: Edges,
        day: date | None = None,
    ) -> RenderedCell:
        """Return a cell with a policy.

        Args:
            found: the row in force.
            rendered: the policies it names, by id.
            edges: those of the place.
            day: the day asked about, from which it is counted when an answer ends.
        """
        additive = self.topics[found.topic].additive
        also = [rendered[pk] for pk in also_of(found)] if found.also else ()
        return RenderedCell(
            found,
            rendered[found.policy],
            also,
            additive=additive,
            edges=edges,
            day=day,
        )

    def with_related(self, policy: Policy) -> Policy:
        """Give a policy the rows it refers to, which are few and kept, and return it."""
        if (topic := self.topics.get(policy.topic_id)) is not None:
            policy._state.fields_cache["topic"] = topic
        for name, rows in self.related.items():
            row = rows.get(getattr(policy, f"{name}_id"))
            if row is not None:
                policy._state.fields_cache[name] = row
        return policy

    def choices_of(self, topic: Topic) -> list[Choice]:
        """Return the possible answers of a topic, in order."""
        choices: dict[int, Choice] = self.related[LISTED.column]
        own = (choice for choice in choices.values() if choice.topic_id == topic.pk)
        return sorted(own, key=lambda choice: choice.position)

    def denials_of(self, topic: Topic) -> set[Any]:
        """Return the values by which a place does not have what a topic asks about, as answers hold
        them: *no*, or the choices that say the same.
        """
        if topic.answer_type.is_listed:
            return {choice.slug for choice in self.choices_of(topic) if choice.denies}
        return {topic.answer_type.denial} - {None}

    def edges(self, city: int | None, known_at: int) -> Edges:
        """Return the edges of answers in a city, or in a place without pilot status."""
        edges: Edges = self.lately("edges", MOST_EDGES).made(
            (city, known_at), lambda: Edges(self, city, known_at)
        )
        return edges

    def _known(self, state: str, verification: str, *values: Any) -> KnownAnswer:
        reading = (plain_of_columns(values, self.related),) if state == State.STATED else None
        answer = Answer(State(state), reading)
        known = KnownAnswer(self._distinct.setdefault(answer, answer), Certainty(verification))
        kept: KnownAnswer = self._distinct.setdefault(known, known)
        return kept

    def _render(self, policy: Policy, language: str) -> RenderedPolicy:
        scope = ("scope", policy.scope_kind, *policy.body_ids, language)
        source = ("source", policy.source_id, language)
        shape = policy_shape(
            policy,
            self.topics[policy.topic_id],
            language,
            scope=self._once(scope, lambda: scope_shape(policy, language)),
            source=self._once(source, lambda: source_shape(policy.source, language)),
        )
        return RenderedPolicy(policy.identity, shape)

    def _once(self, key: tuple[object, ...], make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """A part that many policies share, such as the document they cite."""
        if key not in self._shared:
            self._shared[key] = make()
        return self._shared[key]


_ABSENT = {state: Answer(state) for state in State}
VALUES = tuple(own.stored for own in TYPES)
RELATED: dict[str, Any] = {
    "source": Source,
    **{name: Policy._meta.get_field(name).related_model for name in REFERRING},
    **{body.column: body.model for body in BODIES.values() if body.model is not City},
}
PLACED = (
    *("pk", "city", "province", "customs_district", *OF_CITY),
    *("since_day", "recorded_in", "replaced_in"),
)


def _policies(wanted: Iterable[int]) -> Iterator[QuerySet[Policy]]:
    """Policies by id, in as many queries as a database takes parameters for."""
    asked = sorted(wanted)
    for start in range(0, len(asked), BATCH):
        yield Policy.objects.filter(pk__in=asked[start : start + BATCH]).order_by()


# One alone: an edition that is past is asked for no more, and what was read of it hangs on its
# snapshot, so that it goes as well. Whoever still answers by the former one holds that itself.
_kept: Kept[tuple[int, str, int], Snapshot] = Kept(1)
# Edition, timeline and newest revision in one statement, so that no publication comes in between.
_NOW = (
    "SELECT number, timeline, (SELECT MAX(number) FROM zones_revision) "
    "FROM zones_edition WHERE id = 1"
)


def current_snapshot() -> Snapshot:
    """Return the snapshot of the present edition: one query, or a few where it is new."""
    with connection.cursor() as cursor:
        cursor.execute(_NOW)
        edition, timeline, newest = cursor.fetchone() or (0, "", None)
    now = (edition, timeline, newest or 0)
    return _kept.made(now, lambda: _read(*now))


def public_state() -> str:
    """Return what tells the present state of everything public from every other: one query."""
    return current_snapshot().tag


def _read(edition: int, timeline: str, newest: int) -> Snapshot:
    cities = {c.pk: c for c in City.objects.select_related("province", "customs_district")}
    in_part: dict[int, list[int]] = {}
    for placement, district in DistrictInPart.objects.values_list("placement", "customs_district"):
        in_part.setdefault(placement, []).append(district)
    return Snapshot(
        edition,
        timeline,
        newest,
        {t.pk: t for t in Topic.objects.select_related("focus_area")},
        cities,
        {area.slug: area for area in FocusArea.objects.all()},
        {**{name: model.objects.in_bulk() for name, model in RELATED.items()}, "city": cities},
        list(Placement.objects.published().order_by().values_list(*PLACED)),
        in_part,
        every_renamed(),
    )


def forget() -> None:
    """Read everything anew: for when a database went back in time, as tests and restores do."""
    _kept.clear()


def revision_numbers() -> list[int]:
    """Return all revisions, oldest first."""
    return list(Revision.objects.order_by("number").values_list("number", flat=True))


def publication_days() -> dict[int, str]:
    """Return of each revision the day, in China, on which it was published."""
    published = Revision.objects.order_by().values_list("number", "published_at")
    return {number: china_day(moment).isoformat() for number, moment in published}


def known_together(
    policy: int, also: Iterable[int], answers: Mapping[int, KnownAnswer]
) -> KnownAnswer:
    """Return the answer of a policy, and of those that are read together with it."""
    own = answers[policy]
    beside = tuple(answers[pk].answer for pk in also)
    if not beside or not own.answer.reading:
        return own
    return KnownAnswer(Answer(own.answer.state, (*own.answer.reading, beside)), own.certainty)


def also_of(found: InForceRow | PolicyAnswer) -> list[int]:
    """Return ids of the policies of wider scopes kept beside the answer, narrowest first."""
    return [int(pk) for pk in found.also.split(",")] if found.also else []


def named_by(found: Iterable[InForceRow]) -> set[int]:
    """Return the policies that some rows in force name: the answers and what stands beside them."""
    rows = list(found)
    return {row.policy for row in rows}.union(*(also_of(row) for row in rows if row.also))

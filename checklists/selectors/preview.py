"""A template previewed: which duties apply in a place on a day, which not, and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, assert_never

from django.utils.translation import gettext, gettext_noop, override

from cbec_portal.day_words import day_in_words
from cbec_portal.languages import in_language
from cbec_portal.punctuation import blank, by_semicolons
from checklists.models import Finding, Requirement
from checklists.rules.applicability import (
    CONDITIONAL,
    UNCONFIRMED,
    Circumstances,
    Gate,
    Ruling,
    Stands,
    Verdict,
    Why,
    gate,
    ruling,
)
from checklists.selectors.rendered_requirements import RenderedRequirement, rendered_requirement
from checklists.selectors.template_snapshot import KeptTemplate, TemplateSnapshot
from zones.models import City, CustomsDistrict, Province
from zones.models.querysets.in_force_sql import InForceRow
from zones.models.value_types import plain_value
from zones.rules.vocabulary import State
from zones.rules.written_keys import WrittenKey
from zones.selectors.city_comparison import Cell, grid
from zones.selectors.hypothetical_places import HypotheticalPlace, id_of
from zones.selectors.inquiry import Column, Inquiry
from zones.selectors.matching_cities import programmes_of
from zones.selectors.rendered_cells import RenderedCell, RenderedPolicy
from zones.selectors.rendered_values import (
    state_words,
    value_display,
    words,
)
from zones.selectors.snapshot import Snapshot

OPEN = gettext_noop("open everywhere")

#: What opens a gate that is neither open nor shut: whom to ask, and what to do with the answer.
HOW = {
    Why.PLACE_UNKNOWN: gettext_noop(
        "Nobody knows whether this trade mode is open there. Ask %(office)s, and record what it "
        "says as your own finding."
    ),
    Why.PLACE_UNCONFIRMED: gettext_noop(
        "Ask %(office)s, the customs in charge, whether it has confirmed a site there, and record "
        "its answer as your own finding: “confirmed” opens the trade mode."
    ),
}

#: What would open a gate that stops because the law leaves it to what the place has.
HOW_IF = gettext_noop(
    "The law leaves it to what the place has, which is not settled here. Ask %(office)s whether it "
    "has confirmed a site there, and record its answer as your own finding: “confirmed” opens the "
    "trade mode."
)

#: Why a gate is to be confirmed by which the place is eligible.
UNCONFIRMED_SITE = gettext_noop(
    "%(stands)s: the place is eligible, but no confirmation of a site by %(office)s is on record."
)

#: The company's answers: question to the choices given.
Answers = Mapping[str, Collection[str]]


@dataclass
class KnownPlace:
    """What is known of a place on a day: the answers that decide duties, and its programmes.

    ``city`` is its id, none where it has no pilot status; ``office`` the customs in charge.
    ``findings`` are a team's own answers, by topic, which stand in the place of the public ones.
    """

    day: date
    known_at: int
    cells: dict[int, Cell]
    stands: dict[int, Stands]
    rendered: Mapping[int, RenderedPolicy]
    programmes: set[str]
    city: int | None
    office: CustomsDistrict
    snapshot: Snapshot
    findings: dict[int, Finding] = field(default_factory=dict)

    def choice(self, topic: int, written: WrittenKey) -> str:
        """Return what a choice of a topic is called today that the program names."""
        return self.snapshot.key_today(written, self.snapshot.topics[topic].slug)

    def take(self, finding: Finding) -> None:
        """Let a team's own finding answer its topic."""
        self.findings[finding.topic_id] = finding
        self.stands[finding.topic_id] = Stands(State.STATED, plain_value(finding))


def place_of(city: City, topics: Collection[int], inquiry: Inquiry) -> KnownPlace:
    """Return what is known of a city that decides duties, in a few queries."""
    columns = [Column(city, inquiry.day)]
    return places_of(columns, topics, inquiry)[0]


def places_of(
    columns: Sequence[Column], topics: Collection[int], inquiry: Inquiry
) -> list[KnownPlace]:
    """Return what is known of places on days that decides duties.

    It takes a few queries, however many places.
    """
    rows = grid(
        columns,
        [inquiry.snapshot.topics[topic] for topic in topics],
        inquiry.of_any_certainty,
    )
    inside = _inside(columns, inquiry)
    return [
        _known(
            {topic: row[place] for topic, row in rows.items()},
            inside.get((id_of(column.city), column.day), set()),
            column.city,
            inquiry.on(column.day),
        )
        for place, column in enumerate(columns)
    ]


def described_place(
    province: Province, district: CustomsDistrict, topics: Collection[int], inquiry: Inquiry
) -> KnownPlace:
    """Return what would hold in a place without pilot status, which is in no programme."""
    columns = [Column(HypotheticalPlace("", province, district), inquiry.day)]
    return places_of(columns, topics, inquiry)[0]


def _inside(columns: Sequence[Column], inquiry: Inquiry) -> Mapping[Any, set[str]]:
    """Return the programmes that those of the places are in which have pilot status, by the id of
    the city and the day.
    """
    cities = {column.city.pk for column in columns if isinstance(column.city, City)}
    return programmes_of(cities, {column.day for column in columns}, inquiry)


def _known(
    cells: dict[int, Cell],
    programmes: set[str],
    place: City | HypotheticalPlace,
    inquiry: Inquiry,
) -> KnownPlace:
    policies = {cell.found.policy for cell in cells.values() if cell.found}
    stands = {topic: Stands(cell.answer.state, cell.answer.value) for topic, cell in cells.items()}
    return KnownPlace(
        inquiry.day,
        inquiry.known_at,
        cells,
        stands,
        inquiry.snapshot.rendered(policies, inquiry.language),
        programmes,
        id_of(place),
        place.customs_district,
        inquiry.snapshot,
    )


def rulings(template: KeptTemplate, place: KnownPlace, answers: Answers) -> dict[int, Ruling]:
    """Return the ruling on each requirement, by its id, in order."""
    circumstances = Circumstances(place.day, place.stands, place.programmes, answers)
    return {row.pk: ruling(template.duties[row.pk], circumstances) for row in template.requirements}


def gate_of(template: KeptTemplate, place: KnownPlace) -> Ruling:
    """Return whether the template's trade mode is open, and why; one without a gate always is."""
    topic = template.template.gate_topic_id
    if topic is None:
        return Ruling(Verdict.INCLUDED, Why.ALWAYS)
    return gate(template.gate_values, place.stands[topic], place.choice(topic, UNCONFIRMED))


class RuledRequirement(NamedTuple):
    """A requirement, why it is where it is, and the policy that answers what it tests."""

    requirement: RenderedRequirement
    why: Why
    reason: str
    policy: RenderedCell | None


class RenderedGate(NamedTuple):
    """A gate in words: its state, what decides it and by which policy, whom to ask where it is to
    be confirmed, and what is recorded of operation, which opens no gate.

    ``law`` is the public answer, also where a team's own ``finding`` decides instead of it.
    """

    state: Gate
    why: Why
    topic: str | None
    display: str
    reason: str
    how: str
    policy: RenderedCell | None
    law: Mapping[str, Any] | None
    finding: str
    operation: Mapping[str, Any] | None


class Preview(NamedTuple):
    """The gate, and the requirements by what becomes of them, each in the template's order."""

    gate: RenderedGate
    requirements: Mapping[Verdict, Sequence[RuledRequirement]]


def preview(
    template: KeptTemplate,
    place: KnownPlace,
    answers: Answers,
    every: TemplateSnapshot,
    inquiry: Inquiry,
) -> Preview:
    """Return what a template comes to in a place on a day, for a company that answers so."""
    found: dict[Verdict, list[RuledRequirement]] = {verdict: [] for verdict in Verdict}
    wording = PreviewWording(place, answers, every, inquiry.snapshot, inquiry.language)
    for row, ruled in zip(
        template.requirements, rulings(template, place, answers).values(), strict=True
    ):
        found[ruled.verdict].append(
            RuledRequirement(
                rendered_requirement(row, inquiry.language),
                ruled.why,
                wording.reason(row, ruled),
                wording.policy(row.tested_topic_id),
            )
        )
    return Preview(wording.gate(template), found)


@dataclass
class PreviewWording:
    """Put in words, in one language, what decided."""

    place: KnownPlace
    answers: Answers
    every: TemplateSnapshot
    snapshot: Snapshot
    language: str

    def reason(self, row: Requirement, ruled: Ruling) -> str:
        """Return in one sentence why a duty is included, excluded or to be confirmed."""
        with override(self.language):
            return self._reason(row, ruled)

    def _reason(self, row: Requirement, ruled: Ruling) -> str:
        match ruled.why:
            case Why.ALWAYS:
                return gettext("binds everyone in this trade mode since %(day)s") % {
                    "day": day_in_words(row.effective_from)
                }
            case Why.START_UNKNOWN:
                return gettext("binds everyone in this trade mode; since when is not known")
            case Why.NOT_YET:
                return gettext("begins on %(day)s") % {"day": day_in_words(row.effective_from)}
            case Why.ENDED:
                return gettext("ended on %(day)s") % {"day": day_in_words(row.effective_to)}
            case Why.PLACE_HOLDS | Why.PLACE_FAILS | Why.PLACE_UNKNOWN | Why.PLACE_UNCONFIRMED:
                return self.stands(row.tested_topic_id or 0)
            case Why.PROGRAMME_HOLDS | Why.PROGRAMME_FAILS:
                return self._programme(row)
            case Why.COMPANY_HOLDS | Why.COMPANY_FAILS | Why.COMPANY_UNKNOWN:
                return self._company(row)
        assert_never(ruled.why)

    def stands(self, topic: int) -> str:
        """Return what is known of a topic in the place: the question and its answer."""
        with override(self.language):
            return self._stands(topic)

    def _stands(self, topic: int) -> str:
        question = in_language(self.snapshot.topics[topic], "question", self.language)
        if finding := self.place.findings.get(topic):
            return gettext("%(question)s %(answer)s (your own finding of %(day)s: %(who)s)") % {
                "question": question,
                "answer": self._display(topic),
                "day": day_in_words(finding.found_on),
                "who": finding.said_by,
            }
        return f"{question}{blank(self.language)}{self._display(topic)}"

    def _display(self, topic: int) -> str:
        """The answer to a topic as it is read: a finding's, a policy's, or that there is none."""
        if finding := self.place.findings.get(topic):
            return value_display(finding, self.snapshot.topics[topic], self.language)
        cell = self.place.cells[topic]
        if cell.found and cell.answer.state is State.STATED:
            return self.place.rendered[cell.found.policy].display
        return state_words(cell.answer.state, self.language)

    def policy(self, topic: int | None) -> RenderedCell | None:
        """Return the policy that answers a tested topic, as a cell.

        It is none where no policy or a finding does.
        """
        found = topic and topic not in self.place.findings and self.place.cells[topic].found
        return self._cell(found) if found else None

    def _cell(self, found: InForceRow) -> RenderedCell:
        place = self.place
        edges = self.snapshot.edges(place.city, place.known_at)
        return self.snapshot.cell(found, place.rendered, edges=edges, day=place.day)

    def gate(self, template: KeptTemplate) -> RenderedGate:
        """Return the gate in words."""
        topic, ruled = template.template.gate_topic_id, gate_of(template, self.place)
        return RenderedGate(
            state=Gate.of(ruled.verdict),
            why=ruled.why,
            topic=self.snapshot.topics[topic].slug if topic else None,
            display=self._display(topic) if topic else words(OPEN, self.language),
            reason=self._gate_reason(topic, ruled) if topic else words(OPEN, self.language),
            how=self._how(topic, ruled) if topic else "",
            policy=self.policy(topic),
            law=self._public(topic) if topic else None,
            finding=self._own(topic) if topic else "",
            operation=self._operation(topic) if topic else None,
        )

    def _how(self, topic: int, ruled: Ruling) -> str:
        """Whom to ask, and what for; nothing where the law says yes or no."""
        if ruled.why in HOW:
            return self._told_of_office(HOW[ruled.why])
        if self.place.stands[topic].value == self.place.choice(topic, CONDITIONAL):
            return self._told_of_office(HOW_IF)
        return ""

    def _gate_reason(self, topic: int, ruled: Ruling) -> str:
        stands = self.stands(topic)
        if ruled.why is not Why.PLACE_UNCONFIRMED:
            return stands
        return self._told_of_office(UNCONFIRMED_SITE, stands=stands)

    def _told_of_office(self, message: str, **shown: str) -> str:
        office = in_language(self.place.office, "name", self.language)
        return words(message, self.language) % {"office": office, **shown}

    def _operation(self, topic: int) -> Mapping[str, Any] | None:
        """What is recorded of operation there, which opens no gate; none where no topic tells."""
        recorded = self.snapshot.operations.get(topic)
        return self._public(recorded.pk) if recorded else None

    def _public(self, topic: int) -> Mapping[str, Any] | None:
        """The public answer, whatever a team found out; none where the topic was not asked."""
        cell = self.place.cells.get(topic)
        if cell is None:
            return None
        if cell.found is None:
            return self.snapshot.empty(cell.answer.state, self.language)
        return self._cell(cell.found)

    def _own(self, topic: int) -> str:
        """A team's own answer with who said so, when it was found and until when it holds."""
        finding = self.place.findings.get(topic)
        if finding is None:
            return ""
        with override(self.language):
            shown = {
                "answer": self._display(topic),
                "who": finding.said_by,
                "day": day_in_words(finding.found_on),
                "until": day_in_words(finding.expires_on),
            }
            told = gettext("%(answer)s (%(who)s; found on %(day)s, holds until before %(until)s)")
            return told % shown

    def _programme(self, row: Requirement) -> str:
        programme = in_language(row.tested_programme, "name", self.language)
        inside = row.tested_programme and row.tested_programme.slug in self.place.programmes
        if inside:
            return gettext("the place is in: %(programme)s") % {"programme": programme}
        return gettext("the place is not in: %(programme)s") % {"programme": programme}

    def _company(self, row: Requirement) -> str:
        if row.asked_choice is None:
            return ""
        question = self.every.questions[row.asked_choice.question.slug]
        given = self.answers.get(question.slug)
        labels = [
            in_language(choice, "label", self.language)
            for choice in question.choices.all()
            if (choice.slug in given if given else choice.is_default)
        ]
        said = by_semicolons(labels, self.language) or gettext("not answered")
        if labels and not given:
            said = gettext("not answered, taken as: %(usual)s") % {"usual": said}
        asked = in_language(question, "question", self.language)
        return f"{asked}{blank(self.language)}{said}"

"""The words in which everything is said: kinds of scopes, states, certainty, outcomes, changes.

Rules, models, data files and the API use these and no others. What they are called in a reader's
language stands in ``zones.models.labels``.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from zones.rules.values import gettext_noop


class Word(StrEnum):
    """A word of the vocabulary: it is stored, filtered by and answered as its value."""

    # An enumeration hashes in Python, which counts where thousands of answers are grouped.
    __hash__ = str.__hash__


class ScopeKind(Word):
    """Whom a policy binds, from wide to narrow."""

    NATION = "nation"
    PROGRAMME = "programme"
    PROVINCE = "province"
    CUSTOMS_DISTRICT = "customs_district"
    CITY = "city"


#: What kinds of scopes are called, in words to translate.
SCOPE_NAMES = {
    ScopeKind.NATION: gettext_noop("nation"),
    ScopeKind.PROGRAMME: gettext_noop("programme"),
    ScopeKind.PROVINCE: gettext_noop("province"),
    ScopeKind.CUSTOMS_DISTRICT: gettext_noop("customs district"),
    ScopeKind.CITY: gettext_noop("city"),
}


class State(Word):
    """What is known about a topic in a city on a day."""

    STATED = "stated"
    NONE_FOUND = "none-found"
    NOT_APPLICABLE = "not-applicable"
    NO_SUCH_RULE_YET = "no-such-rule-yet"
    NOT_RESEARCHED = "not-researched"
    NOT_VERIFIED = "not-verified"


#: The states a policy row itself may carry; the others are read off the question.
RECORDED_STATES = (State.STATED, State.NONE_FOUND, State.NOT_APPLICABLE)
#: The states in which it is known what holds; of the others nobody knows what they would say.
KNOWN_STATES = (State.STATED, State.NO_SUCH_RULE_YET, State.NOT_APPLICABLE)


class Certainty(Word):
    """How sure a record is, from surest to least sure: where the fact was read."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    UNVERIFIED = "unverified"


class Outcome(Word):
    """What a row of a comparison comes to; a topic that only names things compares nothing."""

    SAME = "same"
    DIFFERS = "differs"
    INCOMPLETE = "incomplete"
    UNKNOWN = "unknown"
    DESCRIBED = "described"


class Layer(Word):
    """What a topic is on a day, by the answers of all cities: two of them are known to differ; what
    is known is alike, but not of every city; all are known and alike; or it only names things and
    is never compared.
    """

    LOCAL = "local"
    PARTLY_KNOWN = "partly-known"
    NATIONAL = "national"
    DESCRIPTIVE = "descriptive"


class Only(Word):
    """What a comparison may be narrowed to: rows that differ, rows with a gap, topics that vary."""

    DIFFERENCES = "differences"
    GAPS = "gaps"
    LOCAL = "local"


class AtlasOrder(Word):
    """By what the rows of the atlas are ordered, and parted where that is a kind of body."""

    SIZE = "size"
    PROVINCE = "province"
    BATCH = "batch"
    DISTANCE = "distance"


class Change(Word):
    """What a version is: the law moved, we were wrong, or older law was newly recorded."""

    ENACTED = "enacted"
    AMENDED = "amended"
    ENDED = "ended"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    RESEARCHED = "researched"


class SetState(Word):
    """Where a change set stands: open to changes, with a reviewer, or ended."""

    DRAFT = "draft"
    IN_REVIEW = "in-review"
    SENT_BACK = "sent-back"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Proposal(Word):
    """What is proposed of a row: that it be written, or be there no more."""

    WRITE = "write"
    TAKE_OUT = "take-out"


class Fate(Word):
    """What would become of a proposed row, were its set published now.

    What is handed in and the set says already is held: it brings nothing more to that set.
    """

    NEW = "new"
    CHANGED = "changed"
    TAKEN_OUT = "taken-out"
    SAME = "same"
    HELD = "held"
    CONFLICT = "conflict"
    REFUSED = "refused"


class ToResearch(Word):
    """Why something waits to be looked into."""

    NOT_RESEARCHED = "not-researched"
    UNVERIFIED = "unverified"
    OUTDATED = "outdated"
    REPEALED = "repealed"
    NO_ADDRESS = "no-address"
    DEAD_LINK = "dead-link"
    CAVEAT = "caveat"
    OFFERED = "offered"
    REPORTED = "reported"
    DIVERGED = "diverged"
    CONFLICT = "conflict"
    CONTRADICTION = "contradiction"


class Settlement(Word):
    """Which of two readings that diverge holds: the first one, or the answer is corrected."""

    KEPT = "kept"
    CORRECTED = "corrected"


class ReportOutcome(Word):
    """What became of a problem that a reader reported: the answer is corrected, or is right."""

    CORRECTED = "corrected"
    RIGHT = "right"


class LinkState(Word):
    """What became of asking an address of the web.

    Some hosts refuse whoever is no browser, and some wish not to be asked: neither says that an
    address is dead.
    """

    ANSWERS = "answers"
    REFUSES = "refuses"
    FAILS = "fails"
    NOT_ASKED = "not-asked"


class HitKind(Word):
    """What a search finds, those first that are named before others of the same name.

    Comparisons of cities and answers, of a city or of a province, district or region to a topic,
    are worked out; all others are rows.
    """

    COMPARISON = "comparison"
    ANSWER = "answer"
    REGIONAL_ANSWER = "regional_answer"
    CITY = "city"
    PROVINCE = "province"
    CUSTOMS_DISTRICT = "customs_district"
    FOCUS_AREA = "focus_area"
    PROGRAMME = "programme"
    BATCH = "batch"
    ZONE = "zone"
    TOPIC = "topic"
    POLICY = "policy"
    SOURCE = "source"


class FoundRows(NamedTuple):
    """The rows of a kind of hit: the table of the dataset that has them, and what one counts for
    beside those of other kinds that hold the words as well.
    """

    table: str
    weight: float


#: The rows that can be found, by kind.
FOUND_ROWS: Mapping[HitKind, FoundRows] = {
    HitKind.CITY: FoundRows("cities", 2.1),
    HitKind.PROVINCE: FoundRows("provinces", 2.0),
    HitKind.CUSTOMS_DISTRICT: FoundRows("customs_districts", 1.6),
    HitKind.FOCUS_AREA: FoundRows("focus_areas", 1.8),
    HitKind.PROGRAMME: FoundRows("programmes", 1.2),
    HitKind.BATCH: FoundRows("batches", 1.1),
    HitKind.ZONE: FoundRows("zones", 1.0),
    HitKind.TOPIC: FoundRows("topics", 2.2),
    HitKind.POLICY: FoundRows("policies", 0.8),
    HitKind.SOURCE: FoundRows("sources", 0.8),
}

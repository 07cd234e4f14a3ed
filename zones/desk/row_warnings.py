"""What a reviewer should look at twice: rows that may be published, but are seldom meant.

A warning is settled by saying why the row is right all the same (``Acknowledgement``); it comes
back once it says something else. What held of a row alike as it was published is not told: the row
does not bring it, and whoever published it looked at it then.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import starmap
from typing import Any, NamedTuple

from django.db.models import Max, Min
from django.utils.translation import gettext as _

from cbec_portal.day_words import day_in_words
from cbec_portal.languages import active_language
from cbec_portal.punctuation import enumerated
from zones.dataset.certainty_cells import COLUMN
from zones.dataset.policy_table import Policies
from zones.dataset.table import Cells
from zones.desk.cell_words import CellWords
from zones.desk.dated_policies import DatedPolicy, PoliciesOfTopic
from zones.desk.effect import ANSWER
from zones.desk.judgement import Judgement, RowJudgement
from zones.desk.one_language import said_once
from zones.desk.place_days import past_written_anew
from zones.desk.quotes import day_taken_away, unquoted, verified_before
from zones.desk.source_warnings import doubles_of, out_of_force
from zones.models import Acknowledgement, ChangeSet, Policy, Topic
from zones.models.bindings import CityBindings
from zones.models.scopes import PLACE_COLUMNS
from zones.models.value_types import RANGED, AnswerType
from zones.rules.intervals import Interval, union
from zones.rules.vocabulary import Fate, ScopeKind, State

#: Cells that decide answers, or how sure they are: others may change without a second look.
DECISIVE = {*Policies.decisive, COLUMN}
#: The kind of warning of a city that lies elsewhere from no day on.
ALL_DAYS = "all-days"
#: So many warnings of one kind are told of a row one by one.
MOST = 20


class RowWarning(NamedTuple):
    """One thing to look at twice: its code, what it is about, and what puts it into words, which
    is asked only of those that are shown.
    """

    judged: RowJudgement
    code: str
    about: str
    tell: Callable[..., str]
    told: tuple[Any, ...]

    @property
    def words(self) -> str:
        """Return it in words, for whoever reads."""
        return self.tell(*self.told)


def _said(judged: RowJudgement, code: str, about: str, words: str) -> RowWarning:
    """A warning of which the words are there already."""
    return RowWarning(judged, code, about, str, (words,))


def warnings_of(found: Judgement, words: CellWords | None = None) -> list[RowWarning]:
    """Return what is to be looked at twice in the rows that would be written.

    Args:
        found: what becomes of the rows of a set.
        words: reads what the warnings name; else that is read anew, in the active language.
    """
    read = words or CellWords(active_language())
    return [
        *_of_policies(found, read),
        *starmap(_said, out_of_force(found)),
        *_of_quotes(found),
        *_of_days(found),
        *_of_numbers(found),
        *_of_languages(found),
        *_of_places(found),
    ]


def _of_places(found: Judgement) -> Iterator[RowWarning]:
    """A city lies elsewhere on days of the past as well, for no move says from which day on."""
    for judged, since in past_written_anew(found):
        told = (
            _(
                "The past is written anew: the city lies there from %(day)s on, the day of its "
                "last move. If it moved again, “%(move)s” says from which day on."
            )
            if since
            else _(
                "The past is written anew: the city lies there for all days, the earlier ones as "
                "well. If it moved, “%(move)s” says from which day on."
            )
        )
        after = judged.after or {}
        about = " ".join((since, *(after[name] for name in PLACE_COLUMNS))).strip()
        words = told % {"day": day_in_words(since), "move": _("Move it")}
        yield _said(judged, ALL_DAYS, about, words)


def _of_languages(found: Judgement) -> Iterator[RowWarning]:
    """A text is given in one language only, or is another in one and stays in the other."""
    for judged, names in said_once(found):
        after = judged.after or {}
        for code, told, own in (
            (
                "untranslated",
                _("Given in one language only: the page in the other shows that text. Empty: %s."),
                [name for name in names if not after[name].strip()],
            ),
            (
                "half-changed",
                _("The answer is another in one language, and stays as it was in the other: %s."),
                [name for name in names if after[name].strip()],
            ),
        ):
            if own:
                columns = enumerated(judged.label_of(name) for name in own)
                yield _said(judged, code, " ".join(own), told % columns)


def _of_quotes(found: Judgement) -> Iterator[RowWarning]:
    """An official text says something else by now, and no words of it stand beside the row."""
    for judged, about, names in unquoted(found):
        told = _("It stays an official text, yet its words are not quoted for what changes: %s.")
        columns = enumerated(judged.label_of(name) for name in names)
        yield _said(judged, "unquoted", about, told % columns)


def _of_days(found: Judgement) -> Iterator[RowWarning]:
    """An answer is another by now, and says that it was verified before it was written; or no day
    stands there any more.
    """
    for judged, about, _names in verified_before(found):
        told = _("Verified on %s, before this was written: say the day on which this was verified.")
        day = day_in_words((judged.after or {})["verified_on"])
        yield _said(judged, "verified-before", about, told % day)
    for judged, day in day_taken_away(found):
        told = _("The day on which it was verified, %s, is taken away: say the day of now, or why.")
        yield _said(judged, "no-day", day, told % day_in_words(day))


def _of_numbers(found: Judgement) -> Iterator[RowWarning]:
    """A document has the number of another: of the same issuer, or of others."""
    for judged, one in doubles_of(found):
        if judged.fate in (Fate.NEW, Fate.CHANGED):
            code = "double" if one.is_alike else "numbered"
            yield _said(judged, code, one.about, one.words)


def _of_policies(found: Judgement, read: CellWords) -> list[RowWarning]:
    policies = [
        judged
        for judged in found.rows
        if judged.table.name == Policies.name
        and judged.fate in (Fate.NEW, Fate.CHANGED)
        and judged.after
        and not (judged.before and DECISIVE.isdisjoint(judged.moved))
    ]
    if not policies:
        return []
    usual = _Usual({judged.after["topic"] for judged in policies if judged.after}, read)
    after, bound = _after(found), _Bound(found.expected.facts.bindings)
    held = _HeldBefore(found, read)
    return [
        RowWarning(judged, *told)
        for judged in policies
        if judged.after
        for own in (DatedPolicy.of(judged.after),)
        for told in (
            *_folded(held.without(judged, _met(own, after[own.topic], bound, read))),
            *_replaced(own, after[own.topic], found, is_new=judged.before is None),
            *usual.outside(judged),
        )
    ]


def _folded(found: Iterable[Unsaid]) -> Iterator[Unsaid]:
    """Tell one by one what a row meets; where that is too much to be read, the first, and how many
    more: they come back together once one of them is another.
    """
    kinds: dict[str, list[Unsaid]] = defaultdict(list)
    for one in found:
        kinds[one[0]].append(one)
    for code, own in kinds.items():
        if len(own) <= MOST:
            yield from own
            continue
        abouts = [about for _code, about, _words, _told in own]
        digest = hashlib.sha256("\n".join(abouts).encode()).hexdigest()[:12]
        _first, about, words, first = own[0]
        more = len(own) - 1
        yield code, f"{about} +{more} {digest}", _folded_words, (words, first, more)


def _folded_words(words: Callable[..., str], first: tuple[Any, ...], more: int) -> str:
    folded = _("%(first)s The same holds of %(more)d more.")
    return folded % {"first": words(*first), "more": more}


def unacknowledged(
    change_set: ChangeSet, found: Judgement, warnings: Iterable[RowWarning] | None = None
) -> list[RowWarning]:
    """Return the warnings that nobody has said yet why they are right all the same.

    Whoever has asked for the warnings already may give them.
    """
    said = said_of_warnings(change_set)
    told = warnings_of(found) if warnings is None else warnings
    return [w for w in told if (w.judged.row.pk, w.code, w.about) not in said]


def acknowledged(
    change_set: ChangeSet, rows: Iterable[int] | None = None
) -> dict[tuple[int, str, str], Acknowledgement]:
    """Return what was said of warnings, by row, warning and what that is about; of some rows, where
    they are named.
    """
    said = Acknowledgement.objects.filter(row__change_set=change_set)
    if rows is not None:
        said = said.filter(row__in=list(rows))
    return {(own.row_id, own.warning, own.about): own for own in said}


class Said(NamedTuple):
    """What was said of a warning: why the row is right all the same, and by whom."""

    reason: str
    name: str


def said_of_warnings(change_set: ChangeSet) -> dict[tuple[int, str, str], Said]:
    """Return what was said of warnings of a set, by row, warning and what that is about."""
    said = Acknowledgement.objects.filter(row__change_set=change_set).order_by("pk")
    told = said.values_list("row", "warning", "about", "reason", "name")
    return {(row, warning, about): Said(*own) for row, warning, about, *own in told}


#: A warning of a kind about something, what puts it into words once it is told, and what it takes.
#: It is a plain tuple: of rows that meet hundreds there are hundreds of thousands.
Unsaid = tuple[str, str, Callable[..., str], tuple[Any, ...]]


def _after(found: Judgement) -> Mapping[str, PoliciesOfTopic]:
    """The policies that will be known, of the topics that the set touches."""
    changes = found.changes[Policies.name]
    cells = {key: own for key, own in changes.before.items() if key not in changes.absent}
    cells |= {key: row.cells for key, row in changes.rows.items()}
    return _by_topic(cells.values())


def _by_topic(policies: Iterable[Cells]) -> Mapping[str, PoliciesOfTopic]:
    topics: dict[str, list[DatedPolicy]] = defaultdict(list)
    for own in map(DatedPolicy.of, policies):
        topics[own.topic].append(own)
    return {topic: PoliciesOfTopic(own) for topic, own in topics.items()}


class _HeldBefore:
    """What policies met already as they were published, before a set."""

    def __init__(self, found: Judgement, read: CellWords) -> None:
        self._found, self._read = found, read
        self._bound = _Bound(lambda: found.expected.before)

    @cached_property
    def _known(self) -> Mapping[str, PoliciesOfTopic]:
        return _by_topic(self._found.changes[Policies.name].before.values())

    def without(self, judged: RowJudgement, met: Iterable[Unsaid]) -> Iterable[Unsaid]:
        """Leave out what a row met alike before: what it says, of whom and of which days, is what
        it was, and so is what it meets.
        """
        if judged.before is None or judged.after is None:
            return met
        was = DatedPolicy.of(judged.before)
        if _facts(was) != _facts(DatedPolicy.of(judged.after)):
            return met
        before = _met(was, self._known[was.topic], self._bound, self._read)
        held = {(code, about) for code, about, *_words in before}
        return (one for one in met if one[:2] not in held)


def _facts(own: DatedPolicy) -> tuple[object, ...]:
    """What a policy says, of whom, and of which days."""
    answer = (own.cells[name] for name in ANSWER)
    return own.topic, own.scope, own.first, own.last, *answer


def _met(
    own: DatedPolicy, policies: PoliciesOfTopic, bound: _Bound, read: CellWords
) -> Iterator[Unsaid]:
    """What a policy contradicts, says again or hides, among those known at one time."""
    yield from _overlaps(own, policies)
    yield from _repeats(own, policies, read)
    yield from _masks(own, policies, bound, read)


def _overlaps(own: DatedPolicy, after: PoliciesOfTopic) -> Iterator[Unsaid]:
    """Another policy of the same scope claims some of the same days: it has an end of its own, or
    gives way to one that found nothing.
    """
    for earlier, later in after.scopes[own.scope].clashing(own):
        other = (later if earlier.first == own.first else earlier).cells
        first, last = other["effective_from"], other["effective_to"]
        if earlier.last:
            yield "overlap", f"{first}..{last}", _overlap_words, (first, last)
        else:
            yield "unfound", first, _unfound_words, (first,)


def _replaced(
    own: DatedPolicy, after: PoliciesOfTopic, found: Judgement, *, is_new: bool
) -> Iterator[Unsaid]:
    """A new local policy takes the place of one that is known without an end, of the same scope.

    That is how a rule follows another, so it is no contradiction; but the earlier one may hold on
    beside it, or be meant to be corrected. A new version of that, or its end in the same set, says
    so itself. Of a nation every limit follows one, and to find nothing ends for a finding.
    """
    if not is_new or own.scope[0] == ScopeKind.NATION or own.cells["state"] == State.NONE_FOUND:
        return
    earlier = after.scopes[own.scope].answering_before(own)
    known = found.changes[Policies.name].before
    if (
        earlier is None
        or earlier.last is not None
        or earlier.cells["state"] == State.NONE_FOUND
        or Policies().key_of(earlier.cells) not in known
    ):
        return
    first = earlier.cells["effective_from"]
    yield "follows", first, _replaced_words, (first, own.cells["effective_from"])


def _replaced_words(first: str, day: str) -> str:
    told = _(
        "The policy of the same scope from %(first)s has no recorded end: this one takes its place "
        "from %(day)s. Correct that one if it is the same rule, or say in this set when it ended."
    )
    return told % {"first": day_in_words(first), "day": day_in_words(day)}


def _overlap_words(first: str, last: str) -> str:
    told = _("It overlaps the policy of the same scope from %(first)s to %(last)s.")
    return told % {
        "first": day_in_words(first),
        "last": day_in_words(last) or _("end not recorded"),
    }


def _unfound_words(first: str) -> str:
    told = _(
        "Of it and the policy of the same scope from %(day)s, the later found nothing: "
        "that ends no rule, yet takes its place. Say when the earlier one ended."
    )
    return told % {"day": day_in_words(first)}


class _Bound:
    """Which cities scopes bind, and when: as known now, or once the rows of a set are published."""

    def __init__(self, bindings: Callable[[], CityBindings]) -> None:
        self._bindings = bindings
        self._shared: dict[tuple[tuple[str, str], tuple[str, str]], list[Interval]] = {}

    @cached_property
    def _spans(self) -> Mapping[tuple[str, str], Mapping[Any, Sequence[Interval]]]:
        spans: dict[tuple[str, str], dict[Any, Sequence[Interval]]] = defaultdict(dict)
        for city, scopes in self._bindings().items():
            for scope, bound in scopes.items():
                spans[scope.kind, scope.code][city] = bound
        return spans

    def together(self, narrow: tuple[str, str], wide: tuple[str, str]) -> list[Interval]:
        """Return the spans during which two scopes bind the same city, whichever it is."""
        if (narrow, wide) not in self._shared:
            others = self._spans.get(wide, {})
            self._shared[narrow, wide] = union(
                own.meet(other)
                for city, spans in self._spans.get(narrow, {}).items()
                for own in spans
                for other in others.get(city, ())
            )
        return self._shared[narrow, wide]


def _repeats(own: DatedPolicy, after: PoliciesOfTopic, read: CellWords) -> Iterator[Unsaid]:
    """A policy says what another of the same scope says on its days already."""
    for other in after.scopes[own.scope].said_on_days_of(own):
        if _are_alike(own, other):
            day = other.cells["effective_from"]
            told = read, own.scope, day, True
            yield "equal", f"{' '.join(own.scope)} {day}", _mask_words, told


def _are_alike(own: DatedPolicy, other: DatedPolicy) -> bool:
    one, another = own.cells, other.cells
    return one["value"] == another["value"] and one["state"] == another["state"]


def _masks(
    own: DatedPolicy, after: PoliciesOfTopic, bound: _Bound, read: CellWords
) -> Iterator[Unsaid]:
    """A narrower policy hides a wider one from a city, or says what that says already.

    One that found nothing hides nothing: what is wider answers on.
    """
    if own.cells["state"] == State.NONE_FOUND:
        return
    for scope in after.wider_than(own):
        spans = bound.together(own.scope, scope)
        if not spans:
            continue
        # Mostly both bind a city all the time that it holds, and no other is asked for its days.
        always = any(span.meet(own.span) == own.span for span in spans)
        named = " ".join(scope)
        for other in after.scopes[scope].hidden_by(own):
            cells = other.cells
            if cells["state"] == State.NONE_FOUND:
                continue
            if not always and not _meet_one(spans, own.span.meet(other.span)):
                continue
            day = cells["effective_from"]
            alike = _are_alike(own, other)
            told = read, scope, day, alike
            yield "equal" if alike else "masks", f"{named} {day}", _mask_words, told


def _meet_one(spans: Iterable[Interval], days: Interval) -> bool:
    return any(span.meet(days) for span in spans)


def _mask_words(read: CellWords, scope: tuple[str, str], day: str, alike: bool) -> str:
    says = _("It says what the policy of %(scope)s from %(day)s says already.")
    told = says if alike else _("It hides the policy of %(scope)s from %(day)s.")
    return told % {"scope": read.scope(*scope), "day": day_in_words(day)}


class _Usual:
    """What topics are answered by, of all policies known, where that has an order."""

    def __init__(self, topics: Iterable[str], read: CellWords) -> None:
        self._read, self._topics = read, list(topics)
        self._bounds: dict[str, tuple[AnswerType, Any, Any]] = {}
        known = Policy.objects.current().not_withdrawn().filter(topic__slug__in=self._topics)
        for own in RANGED:
            rows = known.exclude(**{own.column: None}).order_by().values_list("topic__slug")
            for topic, least, most in rows.annotate(Min(own.column), Max(own.column)):
                self._bounds[topic] = own, least, most

    @cached_property
    def _measured(self) -> Mapping[str, Topic]:
        """The topics that are answered in a unit."""
        measured = Topic.objects.filter(slug__in=self._topics).exclude(unit="")
        return {topic.slug: topic for topic in measured}

    def outside(self, judged: RowJudgement) -> Iterator[Unsaid]:
        """Tell of a value that is below zero in a unit, or far from any known, as its type says;
        not of one that a row had as it was published.
        """
        cells: Any = judged.after
        if judged.before and judged.before["value"] == cells["value"]:
            return
        # Few numbers are: topics are read where one is.
        if cells["value"].startswith("-") and (topic := self._measured.get(cells["topic"])):
            unit = topic.unit_in(self._read.language)
            words = _("%(value)s is below zero, which what is counted in %(unit)s seldom is.")
            yield "unusual", cells["value"], str, (words % {"value": cells["value"], "unit": unit},)
            return
        if cells["topic"] not in self._bounds or not cells["value"]:
            return
        own, least, most = self._bounds[cells["topic"]]
        value = judged.table.read(0, cells).values["value"]
        try:
            is_far = own.is_far(own.plain_of(value), least, most)
        except ValueError:
            return
        if not is_far:
            return
        ends = {"value": own.plain_of(value), "least": least, "most": most}
        topic, read = cells["topic"], self._read
        told = {name: read.plain_answer(topic, own, end) for name, end in ends.items()}
        if told["least"] == told["most"]:
            words = _("%(value)s is far from what this topic is answered by: %(least)s.")
        else:
            words = _(
                "%(value)s is far from what this topic is answered by: %(least)s to %(most)s."
            )
        yield "unusual", cells["value"], str, (words % told,)

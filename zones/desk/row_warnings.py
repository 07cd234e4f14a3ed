"""What a reviewer should look at twice: rows that may be published, but are seldom meant.

A warning is settled by saying why the row is right all the same (``Acknowledgement``); it comes
back once it says something else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Max, Min
from django.utils.translation import gettext as _

from zones.dataset.policy_table import Policies
from zones.dataset.table import Cells
from zones.desk.judgement import Judgement, RowJudgement
from zones.models import Acknowledgement, ChangeSet, Policy, Source
from zones.models.sources import SourceStatus
from zones.models.value_types import RANGED
from zones.rules.contradictions import Claim, clashes
from zones.rules.intervals import interval_of_days
from zones.rules.partial_dates import PartialDate
from zones.rules.vocabulary import Fate, ScopeKind, State

#: Cells that decide answers, or how sure they are: others may change without a second look.
DECISIVE = {
    *("state", "value", "value_zh", "effective_from", "effective_to", "source_id", "verification"),
}
#: A number that is so many times as large as any known is seldom meant.
FAR = 2
WIDE_TO_NARROW = [kind.value for kind in ScopeKind]


class RowWarning(NamedTuple):
    """One thing to look at twice: its code, what it is about, and words for whoever reads."""

    judged: RowJudgement
    code: str
    about: str
    words: str


def warnings_of(found: Judgement) -> list[RowWarning]:
    """Return what is to be looked at twice in the rows that would be written."""
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
    sources = {
        source.slug: source
        for source in Source.objects.filter(
            slug__in={j.after["source_id"] for j in policies if j.after}
        )
    }
    usual = _Usual({judged.after["topic"] for judged in policies if judged.after})
    after = _after(found)
    return [
        RowWarning(judged, code, about, words)
        for judged in policies
        for code, about, words in (
            *_overlaps(judged, after),
            *_masks(judged, after),
            *_of_source(judged, sources),
            *usual.outside(judged),
        )
    ]


def unacknowledged(change_set: ChangeSet, found: Judgement) -> list[RowWarning]:
    """Return the warnings that nobody has said yet why they are right all the same."""
    said = acknowledged(change_set)
    return [w for w in warnings_of(found) if (w.judged.row.pk, w.code, w.about) not in said]


def acknowledged(change_set: ChangeSet) -> dict[tuple[int, str, str], Acknowledgement]:
    """Return what was said of warnings, by row, warning and what that is about."""
    said = Acknowledgement.objects.filter(row__change_set=change_set)
    return {(own.row_id, own.warning, own.about): own for own in said}


Told = Iterator[tuple[str, str, str]]


def _after(found: Judgement) -> dict[str, list[Cells]]:
    """The policies that will be known, by topic, of the topics that the set touches."""
    changes = found.changes[Policies.name]
    cells = {key: own for key, own in changes.before.items() if key not in changes.absent}
    cells |= {key: row.cells for key, row in changes.rows.items()}
    topics: dict[str, list[Cells]] = defaultdict(list)
    for own in cells.values():
        topics[own["topic"]].append(own)
    return topics


def _overlaps(judged: RowJudgement, after: Mapping[str, list[Cells]]) -> Told:
    """Another policy of the same scope claims some of the same days: it has an end of its own, or
    gives way to one that found nothing.
    """
    own: Any = judged.after
    scope = ("scope_kind", "scope_code")
    rows = [
        other
        for other in after[own["topic"]]
        if all(other[name] == own[name] for name in scope)
        and (other is own or _start(other) != _start(own))
    ]
    rows.sort(key=_start)
    for clash in clashes([_claim(cells) for cells in rows]):
        earlier, later = rows[clash.earlier], rows[clash.later]
        if own not in (earlier, later):
            continue
        other = later if earlier is own else earlier
        if earlier["effective_to"]:
            yield (
                "overlap",
                f"{other['effective_from']}..{other['effective_to']}",
                _("It overlaps the policy of the same scope from %(first)s to %(last)s.")
                % {
                    "first": other["effective_from"],
                    "last": other["effective_to"] or _("end not recorded"),
                },
            )
        else:
            told = _(
                "Of it and the policy of the same scope from %(day)s, the later found nothing: "
                "that ends no rule, yet takes its place. Say when the earlier one ended."
            )
            yield "unfound", other["effective_from"], told % {"day": other["effective_from"]}


def _masks(judged: RowJudgement, after: Mapping[str, list[Cells]]) -> Told:
    """A narrower policy hides a wider one, or says what that says already."""
    own: Any = judged.after
    rank = WIDE_TO_NARROW.index(own["scope_kind"])
    for other in after[own["topic"]]:
        wider = WIDE_TO_NARROW.index(other["scope_kind"]) < rank
        meets = (not other["effective_to"] or _end(other) >= _start(own)) and (
            not own["effective_to"] or _end(own) >= _start(other)
        )
        if not wider or not meets or other["state"] == State.NONE_FOUND:
            continue
        if any(_follows(later, other, own) for later in after[own["topic"]]):
            continue  # by then another of its scope answers
        names = {
            "scope": f"{other['scope_kind']} {other['scope_code']}",
            "day": other["effective_from"],
        }
        about = f"{other['scope_kind']} {other['scope_code']} {other['effective_from']}"
        if (other["state"], other["value"]) == (own["state"], own["value"]):
            words = _("It says what the policy of %(scope)s from %(day)s says already.") % names
            yield "equal", about, words
        else:
            words = _("It hides the policy of %(scope)s from %(day)s.") % names
            yield "masks", about, words


def _follows(later: Cells, other: Cells, own: Cells) -> bool:
    """Whether a policy takes the place of another, of its scope, before or when ``own`` starts."""
    scope = ("scope_kind", "scope_code")
    return (
        all(later[name] == other[name] for name in scope)
        and _start(other) < _start(later) <= _start(own)
        and (not later["effective_to"] or _end(later) >= _start(own))
    )


def _of_source(judged: RowJudgement, sources: Mapping[str, Source]) -> Told:
    own: Any = judged.after
    source = sources.get(own["source_id"])
    if source is None:
        return
    if source.status == SourceStatus.REPEALED:
        yield "repealed", source.slug, _("Its source is repealed.")
    starts = source.effective_on
    if starts and starts.first_day > PartialDate(own["effective_from"]).first_day:
        yield (
            "early",
            str(starts),
            _("It starts before its source is in force, on %s.") % starts,
        )


class _Usual:
    """Numbers that a topic is answered by, of all policies known."""

    def __init__(self, topics: Iterable[str]) -> None:
        self._bounds: dict[str, tuple[Decimal, Decimal]] = {}
        known = Policy.objects.current().not_withdrawn().filter(topic__slug__in=list(topics))
        for own in RANGED:
            rows = known.exclude(**{own.column: None}).order_by().values_list("topic__slug")
            for topic, least, most in rows.annotate(Min(own.column), Max(own.column)):
                self._bounds[topic] = (least, most)

    def outside(self, judged: RowJudgement) -> Told:
        """Tell of a number that is far larger or smaller than any known."""
        own: Any = judged.after
        if own["topic"] not in self._bounds or not own["value"]:
            return
        least, most = self._bounds[own["topic"]]
        value = judged.table.read(0, own).values["value"]
        try:
            number = type(least)(value)
        except (ArithmeticError, ValueError):
            return
        if number > FAR * most or number * FAR < least:
            yield (
                "unusual",
                own["value"],
                _("%(value)s is far from what this topic is answered by: %(least)s to %(most)s.")
                % {"value": own["value"], "least": f"{least:f}", "most": f"{most:f}"},
            )


def _start(cells: Cells) -> date:
    return PartialDate(cells["effective_from"]).first_day


def _end(cells: Cells) -> date:
    return PartialDate(cells["effective_to"]).last_day


def _claim(cells: Cells) -> Claim:
    last = _end(cells) if cells["effective_to"] else None
    return Claim(interval_of_days(_start(cells), last), State(cells["state"]))

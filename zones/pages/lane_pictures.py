"""Lanes of answers since 2012 as tables: of each lane a row, of each answer a cell as wide as it
lasted, so that the picture is its own table. The day asked about is a line across.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from cbec_portal.asked_days import EARLIEST_DAY, latest_day
from cbec_portal.china_time import today_in_china
from cbec_portal.day_words import day_in_words
from cbec_portal.punctuation import blank
from zones.models import City, Topic
from zones.models.querysets.in_force_sql import InForceRow
from zones.pages.adoption_page import FIRST_YEAR
from zones.pages.cell_tags import STARTS
from zones.pages.links import cell_link
from zones.rules.comparison import Answer
from zones.rules.intervals import ONE_DAY, Interval, Timed
from zones.rules.lanes import Lane, LaneAnswer, columns_of, months_between
from zones.rules.partial_dates import first_day_text
from zones.rules.vocabulary import State
from zones.selectors.hypothetical_places import HypotheticalPlace, id_of
from zones.selectors.inquiry import Inquiry
from zones.selectors.interval_edges import Edges
from zones.selectors.rendered_cells import RenderedPolicy
from zones.selectors.rendered_values import state_words

#: So many whole years after this one are shown, in which something is to come.
YEARS_AHEAD = 2
A_YEAR = 12
#: Asks for all lanes, and not only for those that tell most.
EVERY = "all"
#: The darkest shade of an answer; further ones of a topic have it too.
DARKEST = 4
#: What looks like nothing is known, and like there is nothing.
UNKNOWN, ABSENT = "unknown", "absent"
#: The sign of a bar without a stated answer.
SIGNS = {UNKNOWN: "? ", ABSENT: "– "}


class Bar(NamedTuple):
    """An answer of a lane: how many months wide, how it looks, its words, its days, where it stands
    in full, and whether its first day is only one by which, or about which, it is known to hold.
    """

    months: int
    looks: str
    words: str
    period: str
    link: str
    is_loose: bool = False

    @property
    def told(self) -> str:
        """Return the answer with its days."""
        return f"{self.words} · {self.period}" if self.period else self.words


class ShownLane(NamedTuple):
    """A lane with its head: a topic, or cities, of which the names are folded where they are many,
    with links where they are not too many.
    """

    head: str
    bars: list[Bar]
    cities: Sequence[tuple[str, str]] = ()


class Axis(NamedTuple):
    """The years along the head, how many months they are, and where among these the day is."""

    years: list[int]
    months: int
    cursor: float


def span_shown(day: date) -> Interval:
    """Return the years that lanes show of the day asked about: all since 2012 and some to come."""
    first, last = min(FIRST_YEAR, day.year), max(day.year, today_in_china().year + YEARS_AHEAD)
    return Interval(date(first, 1, 1), date(min(last, latest_day().year) + 1, 1, 1))


def axis_of(whole: Interval, day: date) -> Axis:
    """Return the years of a span and where the day is among them."""
    years = list(range(whole.start.year, whole.stop.year))
    return Axis(years, A_YEAR * len(years), round(months_between(whole.start, day), 2))


class LanePainter:
    """Draws lanes of a question: what answers is rendered at once for all of them."""

    def __init__(
        self, inquiry: Inquiry, whole: Interval, past: str, lanes: Iterable[Lane[InForceRow]]
    ) -> None:
        self.inquiry, self.whole, self.past = inquiry, whole, past
        named = {
            row.policy
            for lane in lanes
            for _, told in lane
            for row in (told.first, told.last)
            if row
        }
        self.rendered = inquiry.snapshot.rendered(named, inquiry.language)

    def bars(
        self,
        place: City | HypotheticalPlace,
        topic: Topic,
        lane: Lane[InForceRow],
        shades: Mapping[Answer, str] | None = None,
    ) -> list[Bar]:
        """Return the bars of a lane, whose answers are read in a place.

        Args:
            place: where the answers stand that the bars lead to.
            topic: what they answer.
            lane: the answers in order of time.
            shades: how answers look, if not as they follow each other in this lane.
        """
        edges = self.inquiry.snapshot.edges(id_of(place), self.inquiry.known_at)
        looks = shades or looks_of([lane], self.inquiry.snapshot.denials_of(topic))
        widths = columns_of([span for span, _ in lane], self.whole)
        return [
            Bar(
                months,
                looks[held.what.answer],
                self._words(held.what),
                " – ".join(self._period(held, edges)).strip(),
                cell_link(place, topic.slug, self._day(held.span), self.past),
                is_loose=bool(self._start(held)),
            )
            for months, held in zip(widths, lane, strict=True)
        ]

    def _words(self, told: LaneAnswer[InForceRow]) -> str:
        if told.first and told.answer.state is State.STATED:
            return self.rendered[told.first.policy].display
        return state_words(told.answer.state, self.inquiry.language)

    def _day(self, span: Interval) -> date:
        """The day of an answer to lead to: the one asked about, else its first."""
        asked = self.inquiry.day
        return asked if span.start <= asked < span.stop else max(span.start, EARLIEST_DAY)

    def _period(self, held: Timed[LaneAnswer[InForceRow]], edges: Edges) -> Iterator[str]:
        """From when until when an answer is given, no finer than is written; blank where it has no
        end, or its beginning is that of the picture.
        """
        span, (_, first, last) = held
        start = span.start.isoformat()
        begins = span.start > self.whole.start
        if first and (first.since == start or (first.since < start and not begins)):
            day = day_in_words(edges.since(first, self._policy(first)))
            qualifier = self._start(held)
            yield f"{STARTS[qualifier]}{blank()}{day}" if qualifier else day
        else:
            yield day_in_words(start) if begins else ""
        end, goes_on = (span.stop - ONE_DAY).isoformat(), span.stop == self.whole.stop
        if last and last.through and (goes_on or end == last.through):
            yield day_in_words(edges.through(last, self._policy(last)))
        else:
            yield "" if goes_on else day_in_words(end)

    def _start(self, held: Timed[LaneAnswer[InForceRow]]) -> str:
        """How the first day of an answer is known: as that of its policy, if it begins with that
        within the picture; nothing where it is exact.
        """
        first = held.what.first
        if first is None or first.since != held.span.start.isoformat():
            return ""
        own = self._policy(first)
        begins = first_day_text(own["effective_from"]) == first.since
        return str(own["start_qualifier"]) if begins else ""

    def _policy(self, row: InForceRow) -> RenderedPolicy:
        return self.rendered[row.policy]


def looks_of(lanes: Sequence[Lane[Any]], denials: Collection[Any]) -> dict[Answer, str]:
    """Return how the answers of a topic look: stated ones the darker, the later they came; denials,
    which are *no* and what says the same, are blank, and what nobody knows is never like them.
    """
    came: dict[Answer, date] = {}
    for lane in lanes:
        for span, told in lane:
            came[told.answer] = min(span.start, came.get(told.answer, span.start))
    looks, shade = {}, 0
    for answer in sorted(came, key=lambda one: came[one]):
        if not answer.is_known:
            looks[answer] = UNKNOWN
        elif answer.state is not State.STATED:
            looks[answer] = ABSENT
        elif answer.value in denials:
            looks[answer] = "no"
        else:
            shade = min(shade + 1, DARKEST)
            looks[answer] = f"shade-{shade}"
    return looks

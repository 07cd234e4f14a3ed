"""What changed: a page to browse, a feed to follow, and a calendar of what is coming."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import chain, groupby
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from cbec_portal.asked_days import latest_day
from cbec_portal.china_time import today_in_china
from cbec_portal.day_words import day_in_words
from cbec_portal.languages import in_language
from cbec_portal.punctuation import enumerated
from zones.api.parameters import CHANGE_PARAMETERS, change_question
from zones.api.representations.changes import changes_shape
from zones.models import City, Policy, Revision
from zones.models.labels import CHANGES, label
from zones.models.policies import StartQualifier
from zones.pages.change_entries import ChangeEntry, entry_of, pages_of, parts_of, together
from zones.pages.cited_pages import CitedPage
from zones.pages.faceted_pages import BrowsingPage, Chip, Facet
from zones.pages.links import feed_link
from zones.pages.span_words import comes_words
from zones.pages.table_pages import TablePage
from zones.pages.tables.change_sheets import changes_table
from zones.pages.tables.sheet_parts import PageTable
from zones.rules.events import OF_LAW
from zones.rules.partial_dates import edge_as_written
from zones.rules.vocabulary import Change, ScopeKind
from zones.selectors.change_events import Event
from zones.selectors.change_feed import (
    ChangeQuestion,
    by_document,
    changes,
    counted_changes,
    told_with,
)
from zones.selectors.hypothetical_places import HypotheticalPlace

#: So many changes at least stand on a page, but for the last.
PER_PAGE = 50
#: So many changes of one entry at most stand on a page; the others follow on the next.
MOST_TOGETHER = 50
#: How many changes a file holds.
MOST_TAKEN = 20_000

SIGNS = {
    Change.ENACTED: "+",
    Change.AMENDED: "≠",
    Change.ENDED: "−",
    Change.CORRECTED: "✎",
    Change.WITHDRAWN: "×",
    Change.RESEARCHED: "○",
}
#: Each kind with the sign that tells it without colour, and in words.
KINDS = {Change(kind): (SIGNS[Change(kind)], words) for kind, words in CHANGES}
WHAT = {
    "policy": pgettext_lazy("what changed", "policies"),
    "zone": _("zones"),
    "coverage": _("cities covered by the zone of another"),
}
#: What a row of a zone or a coverage is of.
OF_ZONES = {"zone": _("zone:"), "coverage": _("covered by the zone:")}
#: How the day of a change is known where it is not known exactly.
DOUBTS = {
    StartQualifier.NO_LATER_THAN.value: _("no later than this day"),
    StartQualifier.ABOUT.value: _("about this day"),
}
#: The heading of either way of asking, what it shows, and how the other way is offered.
WAYS = {
    "law": (
        _("Changes"),
        _(
            "The days on which the law moved, latest first; ⚠ where only a day is known by which, "
            "or about which, it did. What is still to come stands at the top."
        ),
        _("Show what the portal published instead"),
    ),
    "publication": (
        _("Changes since a revision"),
        _("What each revision of the portal recorded, corrected or withdrew, newest first."),
        _("Show the days of law instead"),
    ),
}
CHOICES = ("kind", "what", "focus_area", "topic", "city", "programme", "scope_kind")
#: Those by which changes are narrowed down.
NARROWING = (*CHOICES, "from", "to", "since")


def doubt_of(row: Mapping[str, Any]) -> str:
    """Return how the day of a change is known where it is not known exactly, in words."""
    told = DOUBTS.get(row["start_qualifier"])
    return str(told) if told else ""


class ChangesPage(CitedPage, BrowsingPage, TablePage):
    """Changes by day of law or by publication, latest first, what is to come before the rest."""

    template_name = "zones/changes.html"
    known_parameters = (*CHANGE_PARAMETERS, "page")
    facet_names = CHOICES
    narrowing = NARROWING

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return one page of changes, grouped by day or by revision."""
        asked = change_question(self.parameters, self.inquiry)
        events = changes(asked, self.inquiry)
        page = self.parameters.whole_number("page", 1, 100_000, 1)
        entries = by_document(events)
        self.totals = {told_with(entry[0]): len(entry) for entry in entries}
        pages = pages_of(parts_of(entries, MOST_TOGETHER), PER_PAGE)
        shown = [events[:MOST_TAKEN]] if self.form else list(chain(*pages[page - 1 : page]))
        today = today_in_china()
        heading, shows, otherwise = WAYS[asked.by]
        return super().get_context_data(
            by=asked.by,
            heading=heading,
            shows=shows,
            otherwise=otherwise,
            asked=self.without_parameters("page"),
            groups=self._groups(shown),
            count=len(events),
            entries=len(entries),
            coming=sum(event.day is not None and event.day > today for event in events),
            pages=self._pages(page, len(pages)),
            chips=self._chips(),
            other=self._otherwise(asked.by),
            first=asked.first,
            last=asked.last,
            earliest_future=today,
            latest=latest_day(),
            city=", ".join(self._typed(place) for place in asked.places),
            since=asked.since,
            facets=self._facets(asked),
            city_names=[self.named(city)[1] for city in self.cities.values()],
            **kwargs,
        )

    def feed(self) -> str:
        """Return the feed of the changes that are asked for."""
        return feed_link(pair for pair in self.asked() if pair[0] not in ("page", "lang"))

    def cited_title(self, context: dict[str, Any]) -> str:
        """Return what the changes are narrowed down to."""
        return self.narrowed_title(str(context["heading"]), context["chips"])

    def table(self, context: dict[str, Any]) -> PageTable:
        """Return all changes that fit, not those of one page alone."""
        entries = chain.from_iterable(group["entries"] for group in context["groups"])
        rows = list(chain.from_iterable(entry.rows for entry in entries))
        notes = []
        if len(rows) < context["count"]:
            words = gettext("These are the first %(most)s of %(count)s; narrow the question down.")
            notes.append(words % {"most": len(rows), "count": context["count"]})
        return changes_table(str(context["heading"]), rows, notes, self.language)

    def data_link(self) -> str:
        """Return the same changes by the API."""
        asked = self.without_parameters("page")
        return f"{reverse('change-list')}?{asked}{'&' if asked else ''}limit=all"

    def _groups(self, entries: Sequence[Sequence[Event]]) -> list[dict[str, Any]]:
        """Entries under their day or revision; those of many changes are folded."""
        rows = changes_shape(list(chain.from_iterable(entries)), self.inquiry)
        for row, event in zip(rows, chain.from_iterable(entries), strict=True):
            row["event"] = event
        for row in rows:
            row["sign"], row["words"] = KINDS[Change(row["kind"])]
            row["doubt"] = doubt_of(row)
            row["of_zone"] = OF_ZONES.get(row["what"], "")
            row["answered"] = _answered(row)
            row["corrected"] = corrected_words(row["moved"])
        summaries = self._summaries(rows)
        today = today_in_china()
        return [
            {
                "day": day,
                "written": _written(day, own),
                "revision": revision,
                "published_at": own[0]["published_at"],
                "summary": summaries.get(revision, ""),
                "coming": day is not None and day > today,
                "comes": comes_words(_written(day, own) or "", today, self.language),
                "entries": self._entries(own),
            }
            for (day, revision), found in groupby(rows, key=_heading)
            for own in [list(found)]
        ]

    def _entries(self, rows: list[dict[str, Any]]) -> list[ChangeEntry]:
        """The rows of a day or revision, those of one document as one; a file has each row."""
        if self.form:
            return [ChangeEntry(rows)]
        found = []
        for own in together(rows, lambda row: row["source"]["id"]):
            scopes = [row["scope"] for row in own]
            total = self.totals[told_with(own[0]["event"])]
            entry = entry_of(own, own[0]["source"], scopes, total=total)
            doubts = {row["doubt"] for row in own}
            if entry.folded and len(doubts) == 1 and (doubt := doubts.pop()):
                entry = entry._replace(words=f"{entry.words} · ⚠ {doubt}")
            found.append(entry)
        return found

    def _summaries(self, rows: Sequence[Mapping[str, Any]]) -> dict[int, str]:
        """What was said of the revisions that are headings."""
        numbers = {row["revision"] for row in rows if row["day"] is None}
        said = Revision.objects.filter(number__in=numbers).values_list("number", "summary")
        return dict(said) if numbers else {}

    def _chips(self) -> list[Chip]:
        """What narrows the question, each with the question without it."""
        words = {
            "kind": {kind.value: str(KINDS[kind][1]) for kind in Change},
            "what": {what: str(label) for what, label in WHAT.items()},
            "programme": dict(self.programmes),
            "focus_area": {
                slug: in_language(area, "name", self.language)
                for slug, area in self.focus_areas.items()
            },
            "topic": {
                topic.slug: in_language(topic, "question", self.language)
                for topic in self.snapshot.topics.values()
            },
            "scope_kind": {kind.value: label(kind) for kind in ScopeKind},
        }
        return [
            Chip(
                str(LABELS[name]),
                words.get(name, {}).get(value) or self._named(name, value),
                self.without(name, value),
            )
            for name, value in self.asked()
            if name in self.narrowing
        ]

    def _typed(self, place: City | HypotheticalPlace) -> str:
        """What is typed for a place: its name, or where it has no pilot status its key, since
        nobody else has its name.
        """
        return self.named(place)[1] if isinstance(place, City) else place.slug

    def _named(self, name: str, value: str) -> str:
        """What stands in a chip: cities by their names, days in words, anything else as it was
        asked for.
        """
        if name in ("from", "to"):
            return day_in_words(value)
        return enumerated(self.naming(name, one)[0] for one in value.split(","))

    def _facets(self, asked: ChangeQuestion) -> list[Facet]:
        """What narrows the question, each value with the number of changes that it gives."""
        slugs, topics = self.parameters.many("topic"), self.snapshot.topics
        named = {pk for pk, topic in topics.items() if topic.slug in slugs} if slugs else None
        counted = counted_changes(asked, self.inquiry, named)
        by_topic, areas = counted["topic"], Counter[str]()
        for topic, count in by_topic.items():
            if topic is not None:
                areas[topics[topic].focus_area.slug] += count
        programmes = self.snapshot.related["programme"]
        by_programme = Counter(
            {
                programmes[pk].slug: count
                for pk, count in counted["programme"].items()
                if pk is not None
            }
        )
        kinds = OF_LAW if asked.by == "law" else tuple(Change)
        named_areas = [
            (slug, in_language(area, "name", self.language))
            for slug, area in self.focus_areas.items()
        ]
        offered: list[tuple[str, Iterable[tuple[str, str]], Counter[str]]] = [
            ("kind", [(kind.value, str(KINDS[kind][1])) for kind in kinds], counted["kind"]),
            ("what", [(what, str(words)) for what, words in WHAT.items()], counted["what"]),
            ("focus_area", named_areas, areas),
            ("programme", self.programmes, by_programme),
            ("scope_kind", [(s.value, label(s)) for s in ScopeKind], counted["scope_kind"]),
        ]
        return [
            self.facet(name, str(LABELS[name]), values, given) for name, values, given in offered
        ]

    def _otherwise(self, by: str) -> str:
        """The same question asked the other way: by publication, or by day of law."""
        dropped = {"by", "page", "from", "to", "since", "kind"}
        pairs = [pair for pair in self.asked() if pair[0] not in dropped]
        return urlencode([*pairs, ("by", "publication")] if by == "law" else pairs, safe=",:.")

    def _pages(self, page: int, last: int) -> list[tuple[str, str, str]]:
        """The neighbouring pages: relation, words, question."""
        found = []
        if page > 1:
            found.append(
                ("prev", "← " + gettext("Later changes"), self.replacing("page", str(page - 1)))
            )
        if page < last:
            found.append(
                ("next", gettext("Earlier changes") + " →", self.replacing("page", str(page + 1)))
            )
        return found


#: What readers call what is told in either language.
IN_EITHER = {"summary": pgettext_lazy("field", "summary"), "caveat": _("note to the reader")}


def corrected_words(moved: Sequence[str]) -> str:
    """Return what was corrected where the answer stays the same, in words; nothing elsewhere."""
    if not moved:
        return ""
    own: Any = Policy._meta
    names = (str(IN_EITHER.get(name) or own.get_field(name).verbose_name) for name in moved)
    return gettext("Corrected: %s.") % enumerated(names)


LABELS = {
    "kind": _("Kind"),
    "what": _("What"),
    "focus_area": _("Focus area"),
    "topic": _("Topic"),
    "city": _("City"),
    "programme": _("Programme"),
    "scope_kind": _("Scope"),
    "from": _("From"),
    "to": _("To"),
    "since": _("Since revision"),
}


def _written(day: date | None, rows: Sequence[Mapping[str, Any]]) -> str | None:
    """A day of law as it was written, where all that moves on it was written alike."""
    if day is None:
        return None
    ways = {edge_as_written(row["written"], day.isoformat()) for row in rows}
    return ways.pop() if len(ways) == 1 else day.isoformat()


def _answered(row: Mapping[str, Any]) -> str:
    """Where the answer that a policy changed is told: in its city, else across all cities."""
    if not row["topic"]:
        return ""
    if row["scope"]["kind"] == ScopeKind.CITY:
        path = reverse("zones:answer", args=[row["scope"]["code"], row["topic"]])
    else:
        path = reverse("zones:topic", args=[row["topic"]])
    return f"{path}?as_of={row['day']}" if row["day"] else path


def _heading(row: dict[str, Any]) -> tuple[Any, Any]:
    """What changes are grouped under: the day of law, else the revision."""
    return row["day"], None if row["day"] else row["revision"]

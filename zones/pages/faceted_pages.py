"""Pages that narrow a list by facets; their address says the whole state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from operator import attrgetter
from typing import NamedTuple
from urllib.parse import urlencode

from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from cbec_portal.languages import in_language
from cbec_portal.punctuation import by_semicolons
from zones.models import Batch
from zones.pages.page_base import Page
from zones.rules.written_keys import WrittenKey
from zones.selectors.known_rows import programmes_known
from zones.selectors.matching_cities import batch_key
from zones.selectors.snapshot import Snapshot

#: What programmes are called where there is little room.
SHORT_NAMES = {
    WrittenKey("programme", "service-pilot"): _("service pilot"),
    WrittenKey("programme", "comprehensive"): _("pilot zone"),
    WrittenKey("programme", "retail-import"): _("retail import"),
}


def short_name(programme: str, snapshot: Snapshot) -> str:
    """Return what a programme is called where there is little room: of another its key."""
    names = {snapshot.key_today(written): name for written, name in SHORT_NAMES.items()}
    return str(names.get(programme, programme))


def short_batch(programme: str, number: int, snapshot: Snapshot) -> str:
    """Return what a batch is called where there is little room."""
    told = {"programme": short_name(programme, snapshot), "number": number}
    return pgettext("batch", "%(programme)s %(number)s") % told


#: So many options of a facet are shown on arrival; those further are folded below.
FEW = 12


class FacetOption(NamedTuple):
    """A value of a facet: how it is asked for and read, how many rows it gives."""

    value: str
    label: str
    rows: int
    chosen: bool


#: The facet of an option, its value, whether it is ticked, its words, and its rows.
Tick = tuple[str, str, SafeString, str, int]


class Facet(NamedTuple):
    """A facet as it is shown: its parameter, its heading, and its options."""

    name: str
    label: str
    options: list[FacetOption]

    @property
    def chosen(self) -> int:
        """Return how many options are chosen."""
        return sum(option.chosen for option in self.options)

    @property
    def opened(self) -> bool:
        """Return whether the options are shown even where there is little room: where they are few,
        or one is chosen.
        """
        return bool(self.chosen) or len(self.options) <= FEW

    @property
    def first(self) -> list[Tick]:
        """Return the options that stand open where there is room."""
        return self._ticks(self.options[:FEW])

    @property
    def further(self) -> list[Tick]:
        """Return the options that are folded below the first."""
        return self._ticks(self.options[FEW:])

    @property
    def reaches_further(self) -> bool:
        """Return whether one is chosen of those that are folded."""
        return any(option.chosen for option in self.options[FEW:])

    def _ticks(self, options: Sequence[FacetOption]) -> list[Tick]:
        return [
            (self.name, value, SafeString(" checked" if chosen else ""), label, rows)
            for value, label, rows, chosen in options
        ]


class Chip(NamedTuple):
    """A choice that can be taken back: in words, and the question without it."""

    label: str
    value: str
    link: str

    @property
    def words(self) -> str:
        """Return the choice in one line."""
        return gettext(": ").join(map(str, filter(None, [self.label, self.value])))


class Sort(NamedTuple):
    """The question by which the head of a column orders a list, and how it orders it now."""

    question: str
    now: str


class BrowsingPage(Page):
    """A page that narrows a list by facets."""

    #: The parameters of facets, whose values may come separated by commas.
    facet_names: Sequence[str] = ()
    #: The orders that begin with the most, beside those whose names begin with a minus.
    falling: Sequence[str] = ()

    def facet(
        self, name: str, label: str, values: Iterable[tuple[str, str]], counted: Counter[str]
    ) -> Facet:
        """Return a facet's options in the order given, those that give nothing left out unless
        chosen.
        """
        chosen = self.parameters.many(name)
        options = [FacetOption(v, text, counted[v], v in chosen) for v, text in values]
        return Facet(name, label, [o for o in options if o.rows or o.chosen])

    def chips(self, facets: Sequence[Facet]) -> list[Chip]:
        """Return the present choices, each with the question that takes it back."""
        chips = [
            Chip(facet.label, option.label, self.without(facet.name, option.value))
            for facet in facets
            for option in facet.options
            if option.chosen
        ]
        if words := self.parameters.one("q"):
            chips.append(Chip("", f"“{words}”", self.without("q", words)))
        return chips

    def narrowed_title(self, title: str, chips: Sequence[Chip]) -> str:
        """Return a title with what the list is narrowed down to."""
        told = by_semicolons(chip.words for chip in chips)
        return gettext(": ").join(filter(None, [title, told]))

    def without(self, name: str, value: str) -> str:
        """Return the question without one value of a parameter."""
        return urlencode([pair for pair in self.asked() if pair != (name, value)], safe=",:.")

    def without_parameters(self, *names: str) -> str:
        """Return the question as the API asks it: without what only the page shows."""
        return urlencode([pair for pair in self.asked() if pair[0] not in names], safe=",:.")

    def replacing(self, name: str, value: str) -> str:
        """Return the question with this value alone in a parameter."""
        # Another order has other pages.
        left = {name, "page"} if name == "ordering" else {name}
        others = [pair for pair in self.asked() if pair[0] not in left]
        return urlencode([*others, (name, value)] if value else others, safe=",:.")

    def sorts(self, by_column: Mapping[str, Sequence[str]], chosen: str) -> dict[str, Sort]:
        """Return how the heads of columns order the list.

        Args:
            by_column: the orders of each column, that which its head asks for first.
            chosen: the order that the list has.
        """
        found = {}
        for column, orders in by_column.items():
            place = orders.index(chosen) if chosen in orders else None
            then = orders[0] if place is None else orders[(place + 1) % len(orders)]
            falls = chosen.startswith("-") or chosen in self.falling
            now = "" if place is None else "descending" if falls else "ascending"
            found[column] = Sort(self.replacing("ordering", then), now)
        return found

    def asked(self) -> list[tuple[str, str]]:
        """Return the question as pairs of name and value, blanks and the language left out."""
        return [
            (name, value)
            for name in self.request.GET
            if name != "lang"
            for value in self.values_of(name)
        ]

    def values_of(self, name: str) -> list[str]:
        """Return the values that are asked for in a parameter; only those of facets are parted."""
        read = self.parameters.many if name in self.facet_names else self.parameters.repeated
        return read(name)

    @cached_property
    def programmes(self) -> list[tuple[str, str]]:
        """Return programmes known at the revision asked for, and those asked for, by slug, from
        wide to narrow.
        """
        known = programmes_known(self.inquiry)
        asked = self.parameters.many("programme")
        rows = sorted(self.snapshot.related["programme"].values(), key=attrgetter("position"))
        return [
            (row.slug, in_language(row, "name", self.language))
            for row in rows
            if row.pk in known or row.slug in asked
        ]

    @cached_property
    def provinces(self) -> list[tuple[str, str]]:
        """Return provinces by ISO 3166-2 code."""
        rows = sorted(self.snapshot.related["province"].values(), key=attrgetter("gb2260"))
        return [(p.iso_3166_2, in_language(p, "name", self.language)) for p in rows]

    @cached_property
    def districts(self) -> list[tuple[str, str]]:
        """Return customs districts by code."""
        rows = sorted(self.snapshot.related["customs_district"].values(), key=attrgetter("code"))
        return [(d.code, in_language(d, "name", self.language)) for d in rows]

    @cached_property
    def batches(self) -> list[tuple[str, str]]:
        """Return batches by natural key."""
        return [
            (batch_key(slug, number), short_batch(slug, number, self.snapshot))
            for slug, number in Batch.objects.values_list("programme__slug", "number")
        ]

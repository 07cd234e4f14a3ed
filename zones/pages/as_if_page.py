"""What would change in a city if it were like another: the answers that would turn, and by what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext

from cbec_portal.punctuation import enumerated
from zones.api.city_parameters import cities_asked
from zones.api.representations.comparison_shape import comparison_shape
from zones.models import City
from zones.pages.cited_pages import CitedPage
from zones.pages.distance_words import certainty_asked
from zones.pages.links import cell_link, city_link
from zones.pages.page_base import Page, compared
from zones.pages.table_pages import TablePage
from zones.pages.tables.sheet_parts import PageTable
from zones.pages.tables.turn_sheets import NO_FORECAST, turns_table
from zones.rules.vocabulary import KNOWN_STATES, Outcome, State
from zones.selectors.city_comparison import comparison
from zones.selectors.inquiry import Column

#: How many cities it takes: the one that would change, and the one that it would be like.
BOTH = 2


class ShownTurn(NamedTuple):
    """An answer that would turn: from what to what, where each stands in full, and by which
    document; where the other has none, that is the document that would no longer hold.
    """

    topic: Mapping[str, Any]
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    before_link: str
    after_link: str
    document: Mapping[str, Any] | None
    ends: bool


class TurnsOneWay(NamedTuple):
    """What would turn in one city if it were like another, by focus area."""

    title: str
    city: str
    like: str
    areas: list[tuple[str, list[ShownTurn]]]


class AsIfPage(CitedPage, TablePage):
    """Two cities on a day: which answers of the one would turn if it were like the other, both
    ways round, and of which nobody can say.
    """

    template_name = "zones/as_if.html"
    known_parameters = ("cities", "as_of", "known_at", "certainty")
    narrowing = ("cities", "as_of", "certainty")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the form, and what would turn once two cities are named."""
        self.day = self.parameters.day()
        self.chosen = cities_asked("cities", self.parameters, self.inquiry, most=BOTH)
        by_name = sorted(self.cities.values(), key=attrgetter("name_en", "slug"))
        names = [self.named(city)[1] for city in self.chosen]
        context: dict[str, Any] = {"told": False}
        if len(self.chosen) == BOTH:
            context = self._turns(names)
        return super().get_context_data(
            day=self.day,
            certainty=self.certainty,
            city_names=[self.named(one)[1] for one in by_name],
            names=[*names, "", ""][:BOTH],
            title=self.title(),
            no_forecast=gettext(NO_FORECAST),
            **context,
            **kwargs,
        )

    def title(self) -> str:
        """Return what is asked, with the names of the cities once they are."""
        if len(self.chosen) < BOTH:
            return gettext("What would change if a city were like another")
        city, like = (self.named(one)[1] for one in self.chosen)
        return gettext("What would change if %(city)s were like %(like)s") % {
            "city": city,
            "like": like,
        }

    def facts(self, context: dict[str, Any]) -> list[str]:
        """Return how many answers would turn."""
        return [context["summary"]]

    def cited_title(self, context: dict[str, Any]) -> str:
        """Return what is asked of the two cities."""
        return self.title()

    def is_cited(self, context: dict[str, Any]) -> bool:
        """Return whether two cities are named yet."""
        return bool(context["told"])

    has_card = is_cited

    def table(self, context: dict[str, Any]) -> PageTable:
        """Return what would turn, one way and the other, and of which topics nobody can say."""
        return turns_table(self.title(), context, self.language)

    def data_link(self) -> str:
        """Return the comparison of both by the API: what differs and what is not known."""
        if len(self.chosen) < BOTH:
            return ""
        return f"{reverse('api-compare')}?{self._asked(self.chosen, only='differences,gaps')}"

    def _asked(self, cities: Sequence[City], **more: str) -> str:
        named = ",".join(city.slug for city in cities)
        asked = [("cities", named), ("as_of", self.day), *certainty_asked(self), *more.items()]
        return self.with_known_at(asked)

    def _turns(self, names: Sequence[str]) -> dict[str, Any]:
        """The comparison of both, read as what would turn."""
        columns = [Column(city, self.day) for city in self.chosen]
        found = comparison(columns, list(self.topics.values()), self.inquiry)
        answer = comparison_shape(found, self.inquiry)
        rows = list(answer["rows"])
        differing = [row for row in rows if row["outcome"] == Outcome.DIFFERS]
        gaps = [row for row in rows if row["outcome"] in (Outcome.INCOMPLETE, Outcome.UNKNOWN)]
        areas = [(own["focus_area"], own["name"]) for own in answer["summary"]["by_focus_area"]]
        counted = {
            "turns": len(differing),
            "topics": compared(answer["summary"]),
            "same": answer["summary"]["same"],
            "gaps": len(gaps),
        }
        return {
            "told": True,
            **counted,
            "described": answer["summary"]["described"],
            "summary": _summary(counted),
            "directions": [
                self._direction(differing, areas, names, 0),
                self._direction(differing, areas, names, 1),
            ],
            "gap_rows": [
                (name, [(row["topic"], row["cells"], self._not_known(row, names)) for row in own])
                for name, own in _by_area(gaps, areas)
            ],
            "links": [city_link(one.slug, self.day, self.with_known_at([])) for one in self.chosen],
            "swapped": self._asked(self.chosen[::-1]),
            "beside": f"{reverse('zones:compare')}?{self._asked(self.chosen)}",
        }

    def _direction(
        self,
        rows: Sequence[Mapping[str, Any]],
        areas: Sequence[tuple[str, str]],
        names: Sequence[str],
        place: int,
    ) -> TurnsOneWay:
        """What would turn in the city of a column if it were like that of the other."""
        city, like = names[place], names[1 - place]
        title = gettext("If %(city)s were like %(like)s") % {"city": city, "like": like}
        turns = [
            (name, [self._turn(row, place) for row in own]) for name, own in _by_area(rows, areas)
        ]
        return TurnsOneWay(title, city, like, turns)

    def _turn(self, row: Mapping[str, Any], place: int) -> ShownTurn:
        before, after = row["cells"][place], row["cells"][1 - place]
        ends = after["source"] is None
        links = [
            cell_link(one, row["topic"]["slug"], self.day, self.with_known_at([]))
            for one in self.chosen
        ]
        return ShownTurn(
            row["topic"],
            before,
            after,
            links[place],
            links[1 - place],
            before["source"] if ends else after["source"],
            ends,
        )

    @staticmethod
    def _not_known(row: Mapping[str, Any], names: Sequence[str]) -> str:
        """Of which of both an answer is not known."""
        unknown = [
            name
            for name, cell in zip(names, row["cells"], strict=True)
            if State(cell["state"]) not in KNOWN_STATES
        ]
        return enumerated(unknown)


def as_if_link(city: City, like: City | None, page: Page) -> str:
    """Return where it stands what would change in a city if it were like another, on the page's
    day; where none is named, the other is asked for there.
    """
    named = ",".join(one.slug for one in (city, like) if one)
    asked = [("cities", named), ("as_of", page.inquiry.day), *certainty_asked(page)]
    return f"{reverse('zones:as-if')}?{page.with_known_at(asked)}"


def _by_area(
    rows: Sequence[Mapping[str, Any]], areas: Sequence[tuple[str, str]]
) -> Iterator[tuple[str, list[Mapping[str, Any]]]]:
    """Rows under their focus areas, in their order; those without any are left out."""
    for slug, name in areas:
        own = [row for row in rows if row["topic"]["focus_area"] == slug]
        if own:
            yield name, own


def _summary(counted: Mapping[str, int]) -> str:
    """How many answers would turn, how many would stay, and of how many nobody can say."""
    turn = gettext("%(turns)s of %(topics)s answers would turn")
    rest = gettext("%(same)s are the same already, of %(gaps)s nobody can say")
    return gettext("; ").join([turn % counted, rest % counted]) + gettext(".")

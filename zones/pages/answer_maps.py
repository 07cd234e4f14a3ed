"""The map of the answers that cities give to one question: which answer it shows, and how."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from zones.models import City, Topic
from zones.pages.distance_words import certainty_asked
from zones.pages.links import answer_links
from zones.pages.opening_tiles import NamedCity, opening_tiles
from zones.pages.table_pages import TablePage
from zones.pages.tile_map import (
    ONE_ANSWER,
    SEVERAL_ANSWERS,
    SHADES,
    AnswerLook,
    MixedTile,
    Tile,
    mixed_tiles,
    shows_any_answer,
    tile_map,
)
from zones.rules.excerpts import shortened
from zones.rules.vocabulary import State
from zones.selectors.adoption import Group

#: So long an answer is told where all are told in short.
SHORT_ANSWER = 50
#: The signs of the answers that one map shows, so many at most.
SIGNS_OF_ANSWERS = "ABCD"


class MapsAnswers(TablePage):
    """A page that shows the answers to one question on a map."""

    def shaded(self, topic: Topic, groups: list[Group], usual: Group | None) -> Group | None:
        """Return the one group that the map shows: that asked for, else the usual, if there is one.

        A choice can be asked for on a day on which it is nobody's answer.
        """
        if "answer" not in self.parameters:
            return usual
        choices = topic.choices.values_list("slug", flat=True)
        asked = self.parameters.choice("answer", [*(group.key for group in groups), *choices])
        return next((group for group in groups if asked in (None, group.key)), None)

    def usual(self, topic: Topic, groups: list[Group]) -> tuple[Group | None, list[Group]]:
        """Return the group that the question asks about, which is the one answer that does not
        deny; and all such groups.

        Where several answers do not deny, none of them is what is asked about, however many cities
        give it; where all deny, none is either.
        """
        denied = set(map(topic.answer_type.text, self.snapshot.denials_of(topic)))
        every = [g for g in groups if g.state == State.STATED and g.key not in denied]
        return every[0] if len(every) == 1 else None, every

    def answer_map(
        self, topic: Topic, groups: list[Group], shaded: Group | None, every: list[Group]
    ) -> dict[str, Any]:
        """Return for the template the map of one answer; else of all at once, each with its sign;
        where these are too many to be told apart, of the cities for which any is on record.
        """
        cities: Sequence[City] = []
        usual_map = gettext("All answers at once")
        told: dict[str, Any] = {
            "all_answers": [],
            "map_drawing": ONE_ANSWER,
            "topic_page": reverse("zones:topic", args=[topic.slug]),
        }
        if shaded or "answer" in self.parameters:
            shows = gettext(
                "Cities that answer “%(shown)s”, of all cities here, by province. Tiles show "
                "roughly where provinces lie; no borders are drawn."
            ) % {"shown": shaded.display if shaded else ""}
            cities = shaded.cities if shaded else []
        elif len(groups) <= len(SIGNS_OF_ANSWERS):
            shows = gettext(
                "How many cities give each answer, by province. Tiles show roughly where provinces "
                "lie; no borders are drawn."
            )
            told |= {
                "map_drawing": SEVERAL_ANSWERS,
                "all_answers": self._looks(topic, groups, every),
            }
        else:
            usual_map = gettext("Any answer")
            shows = shows_any_answer()
            cities = [c for group in groups if group.state == State.STATED for c in group.cities]
        tiles: Sequence[Tile | MixedTile] = (
            mixed_tiles(told["all_answers"], self.snapshot, self.language)
            if told["all_answers"]
            else tile_map(cities, self.cities.values(), self.snapshot, self.language)
        )
        opening = opening_tiles(
            tiles,
            [
                (shortened(group.display, SHORT_ANSWER), group.cities)
                for group in sorted(groups, key=lambda group: group is not shaded)
            ],
            self._named_on_map(topic),
            self.snapshot,
            self.language,
        )
        told |= {"map_shows": shows, "usual_map": usual_map, "opening": opening}
        return {**told, "tiles": [tile.drawn for tile in tiles]}

    def _named_on_map(self, topic: Topic) -> Callable[[City], NamedCity]:
        """How a map names a city, which leads to its answer."""
        link = answer_links(topic.slug, self.inquiry.day, self.with_known_at([]))

        def named(city: City) -> NamedCity:
            slug, name = self.named(city)
            return NamedCity(slug, name, link(slug))

        return named

    def _looks(
        self, topic: Topic, groups: list[Group], every: Collection[Group]
    ) -> list[AnswerLook]:
        """Each answer with its sign, in the order of the choices or else of the values; its tone is
        the darker, the later it comes, a denial is blank, and what is not stated is never like it.
        """
        places = {one.slug: place for place, one in enumerate(self.snapshot.choices_of(topic))}

        def order(group: Group) -> tuple[bool, Any]:
            stated = group.state == State.STATED
            if stated and topic.answer_type.is_numeric:
                return False, Decimal(group.key)
            if stated and topic.answer_type.is_listed:
                return False, places[group.key]
            return not stated, group.display

        # As far apart as they can be, from the lightest to the darkest.
        found, shade, step = [], 1.0, (SHADES - 1) / max(len(every) - 1, 1)
        for sign, group in zip(SIGNS_OF_ANSWERS, sorted(groups, key=order), strict=False):
            look = "unknown"
            if group in every:
                look = f"shade-{round(shade)}"
                shade += step
            elif group.state == State.STATED:
                look = "shade-0"
            asked: list[tuple[str, Any]] = [("answer", group.key)]
            if "as_of" in self.parameters:
                asked.append(("as_of", self.inquiry.day))
            link = self.with_known_at([*asked, *certainty_asked(self)])
            found.append(AnswerLook(sign, look, group.display, group.cities, link))
        return found

"""The parts that pages are made of, as they are: rendered by the templates that the pages use."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from cbec_portal.china_time import today_in_china
from zones.api.representations.comparison_shape import comparison_shape
from zones.models.labels import CERTAINTIES, label
from zones.pages.change_pages import KINDS
from zones.pages.charts import steps_chart
from zones.pages.faceted_pages import short_name
from zones.pages.page_base import Page
from zones.pages.statistic_charts import figure_chart
from zones.pages.tile_map import ONE_ANSWER, shows_any_answer, tile_map
from zones.rules.vocabulary import Change, Outcome, State
from zones.selectors.city_comparison import comparison
from zones.selectors.inquiry import Column
from zones.selectors.published_statistics import figures
from zones.selectors.zone_counts import zone_counts

TOKENS = (
    *("paper", "raised", "ink", "faint", "rule", "line", "mark", "accent", "link"),
    *("differs", "doubt", "warning", "gain", "loss", "data"),
)


class PartsPage(Page):
    """Buttons, fields, cells, signs, banners, charts and maps, with real data in them."""

    template_name = "zones/parts.html"
    indexed = False

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return one of each part of a page."""
        today = today_in_china()
        counts = zone_counts(self.inquiry).items()
        steps = {short_name(slug, self.snapshot): counted for slug, counted in counts}
        top = max((count for own in steps.values() for _, count in own), default=0)
        national = figures(self.snapshot, self.language)[:1]
        return super().get_context_data(
            tokens=TOKENS,
            day=today - timedelta(days=1),
            noted=[*self._answers(), *self._states()],
            certainties=CERTAINTIES,
            certainty="",
            outcomes=[outcome.value for outcome in Outcome],
            kinds=[(kind.value, *KINDS[kind]) for kind in Change],
            chart=steps_chart(steps, top=top, through=today),
            figure_chart=figure_chart(national),
            unit=national[0].unit if national else "",
            map_shows=shows_any_answer(),
            map_drawing=ONE_ANSWER,
            tiles=[
                tile.drawn
                for tile in tile_map(
                    self.cities.values(),
                    self.cities.values(),
                    self.snapshot,
                    self.language,
                    by_number=True,
                )
            ],
            **kwargs,
        )

    def _answers(self) -> list[dict[str, Any]]:
        """The answers of a city to the first topic of each type and the first with a caveat."""
        columns = [Column(city, today_in_china()) for city in self.cities.values()][:1]
        if not columns:
            return []
        compared = comparison(columns, list(self.snapshot.topics.values()), self.inquiry)
        answer = comparison_shape(compared, self.inquiry)
        found: dict[str, Any] = {}
        for row in answer["rows"]:
            cell = row["cells"][0]
            if cell["policy"]:
                found.setdefault("caveat" if cell["caveat"] else row["topic"]["value_type"], cell)
        return [
            {"note": place, "link": "#cells", "cell": cell, "head": label(State.STATED)}
            for place, cell in enumerate(found.values(), start=1)
        ]

    def _states(self) -> list[dict[str, Any]]:
        """What a cell says where nothing is stated."""
        states = (State.NO_SUCH_RULE_YET, State.NOT_RESEARCHED, State.NOT_VERIFIED)
        return [
            {
                "note": 0,
                "link": "",
                "cell": self.snapshot.empty(state, self.language),
                "head": label(state),
            }
            for state in states
        ]

"""How cells of the dataset are read by people: the answer of a policy, and what a row is called."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from cbec_portal.languages import in_language
from zones.dataset.table import Key, Table
from zones.models import Choice, City, CustomsDistrict, Policy, Programme, Province, Topic
from zones.models.labels import label
from zones.models.scopes import NATION_CODE
from zones.rules.vocabulary import RECORDED_STATES, ScopeKind, State
from zones.selectors.rendered_values import display_of, topic_label

Cells = Mapping[str, str]

#: The bodies that scopes name, by kind: the model, and its key.
BODIES = {
    ScopeKind.PROGRAMME: (Programme, "slug"),
    ScopeKind.PROVINCE: (Province, "iso_3166_2"),
    ScopeKind.CUSTOMS_DISTRICT: (CustomsDistrict, "code"),
    ScopeKind.CITY: (City, "slug"),
}


class CellWords:
    """Reads cells in a language. What names are needed of is read once, each kind in one query."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._told: dict[int, tuple[Cells, str]] = {}
        self._columns: dict[str, dict[str, str]] = {}

    @cached_property
    def _topics(self) -> dict[str, Topic]:
        return {topic.slug: topic for topic in Topic.objects.order_by()}

    @cached_property
    def _choices(self) -> dict[tuple[str, str], Choice]:
        choices = Choice.objects.select_related("topic").order_by()
        return {(choice.topic.slug, choice.slug): choice for choice in choices}

    @cached_property
    def _bodies(self) -> dict[tuple[str, str], str]:
        return {
            (kind.value, getattr(row, key)): in_language(row, "name", self.language)
            for kind, (model, key) in BODIES.items()
            for row in model._default_manager.order_by()
        }

    def city(self, slug: str) -> str:
        """Return the name of a city; its key if there is none yet."""
        return self._bodies.get((ScopeKind.CITY.value, slug), slug)

    def topic(self, slug: str) -> str:
        """Return the short head of a topic; its key if there is none yet."""
        topic = self._topics.get(slug)
        return topic_label(topic, self.language) if topic else slug

    def scope(self, kind: str, code: str) -> str:
        """Return whom a policy binds, in words."""
        name = self._bodies.get((kind, code), code)
        words = label(ScopeKind(kind)) if kind in list(ScopeKind) else kind
        return words if code == NATION_CODE else f"{name} ({words})"

    def answer(self, cells: Cells | None) -> str:
        """Return the answer of a policy as it is read, or a dash where nothing answers."""
        if cells is None:
            return "—"
        kept = self._told.get(id(cells))
        if kept is None:
            kept = self._told[id(cells)] = (cells, self._answer(cells))
        return kept[1]

    def _answer(self, cells: Cells) -> str:
        topic = self._topics.get(cells["topic"])
        if cells["state"] in RECORDED_STATES and cells["state"] != State.STATED:
            return label(State(cells["state"]))
        if topic is None or not cells["value"]:
            return cells["value"]
        own = topic.answer_type
        try:
            value = own.read(cells["value"], lambda key: self._choices[topic.slug, key])
        except (KeyError, ValueError):
            return cells["value"]  # it is refused beside the row
        policy = Policy(topic=topic, state=State.STATED, value_text_zh=cells["value_zh"])
        setattr(policy, own.column, value)
        return display_of(policy, topic, self.language)

    def columns(self, table: Table) -> dict[str, str]:
        """Return what the columns of a table are called, by name."""
        if table.name not in self._columns:
            self._columns[table.name] = {one.name: str(one.label) for one in table.columns}
        return self._columns[table.name]

    def row(self, table: Table, key: Key) -> str:
        """Return what a row is called: a policy by topic, scope and start, others by their key."""
        if table.name == "policies":
            topic, kind, code, start = key
            return f"{self.topic(topic)}, {self.scope(kind, code)}, {start}"
        if table.name == "zones":
            programme = self._bodies.get((ScopeKind.PROGRAMME.value, key[0]), key[0])
            return f"{programme}, {self.city(key[1])}"
        if table.name == "cities":
            return self.city(key[0])
        return " ".join(key)

"""How cells of the dataset are read by people: the answer of a policy, and what a row is called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from cbec_portal.day_words import day_in_words
from cbec_portal.languages import in_language
from cbec_portal.punctuation import bracketed, by_commas, by_semicolons
from zones.dataset.alias_table import tables_of_kinds
from zones.dataset.naming import (
    Naming,
    called_by,
    names_in,
    naming_of,
    rows_in,
    scope_tables,
    table_of,
)
from zones.dataset.table import Key, Table
from zones.dataset.table_registry import table_named
from zones.desk.gone_rows import GoneRows
from zones.desk.judgement import RowJudgement
from zones.desk.new_rows import NewRows
from zones.desk.pickers import entry_of
from zones.desk.row_evidence import KIND_OF_CHANGE, labels_beside
from zones.models import (
    Choice,
    City,
    Policy,
    Topic,
)
from zones.models.former_keys import keys_of_kind
from zones.models.labels import label
from zones.models.scopes import BODIES, NATION_CODE
from zones.models.value_types import AnswerType
from zones.rules.comparison import state_without_policy
from zones.rules.vocabulary import RECORDED_STATES, ScopeKind, State
from zones.selectors.rendered_values import display_of, topic_label

Cells = Mapping[str, str]
#: A cell before and after; none where its row was not, or is no more.
Move = tuple[str | None, str | None]


def _named_by_part(table: Table, column: str) -> str:
    """The table of one key that a column names, perhaps with others: that of a zone whose city and
    programme stand in two columns names the city by one of them.
    """
    for own in table.foreign_keys:
        if own.columns == (column,):
            return own.table
    for own in table.foreign_keys:
        if column in own.columns and own.table != table.name:
            other = own.keys[own.columns.index(column)]
            if named := _named_by_part(table_named(own.table), other):
                return named
    return ""


def kind_of_row(kind: str) -> str:
    """Return what rows of a kind are called, of those that may have former keys."""
    table = tables_of_kinds().get(kind)
    return table_named(table).label if table else kind


class CellWords:
    """Reads cells in a language. What names are needed of is read once, each kind in one query.

    Rows that a set brings are called as they will be, where those are given.
    """

    def __init__(self, language: str, brought: NewRows | None = None) -> None:
        self.language = language
        self._brought = brought or NewRows()
        self._gone = GoneRows()
        self._labels: dict[tuple[str, Key], str] = {}
        self._names: dict[tuple[str, str], str] = {}
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
        named = {
            (str(kind), getattr(row, body.key)): in_language(row, "name", self.language)
            for kind, body in BODIES.items()
            if kind != ScopeKind.CITY
            for row in body.model._default_manager.order_by().values_list(
                body.key, "name_en", "name_zh", named=True
            )
        }
        return named | {(ScopeKind.CITY.value, slug): name for slug, name in self._cities.items()}

    @cached_property
    def _cities(self) -> dict[str, str]:
        """The names of cities by key, in the order of lists, with the province where two bear one
        name.
        """
        names = ("name_en", "name_zh", "province__name_en", "province__name_zh")
        cities = list(City.objects.values_list("slug", *names, named=True))
        alike = Counter(in_language(city, "name", self.language) for city in cities)
        told = {}
        for city in cities:
            name = in_language(city, "name", self.language)
            province = in_language(city, "province__name", self.language)
            told[city.slug] = name if alike[name] < 2 else bracketed(name, province, self.language)
        return told

    def city(self, slug: str) -> str:
        """Return the name of a city; its key if there is none yet."""
        return self._bodies.get((ScopeKind.CITY.value, slug)) or self._new("cities", slug)

    def cities(self, slugs: Iterable[str]) -> list[str]:
        """Return the names of cities in the order in which all lists of cities stand, last those
        that are not known yet.
        """
        place = {slug: number for number, slug in enumerate(self._cities)}
        ordered = sorted(slugs, key=lambda slug: (place.get(slug, len(place)), slug))
        return [self.city(slug) for slug in ordered]

    def topic(self, slug: str) -> str:
        """Return the short head of a topic; its key if there is none yet."""
        topic = self._topics.get(slug)
        return topic_label(topic, self.language) if topic else self._new("topics", slug)

    def knows(self, table: str, key: Key) -> bool:
        """Return whether the portal knows a topic, or a body that scopes name, by its key."""
        if table == "topics":
            return key[0] in self._topics
        kinds = (kind for kind, named in scope_tables().items() if named == table)
        return any((str(kind), key[0]) in self._bodies for kind in kinds)

    def brought_cells(self, table: str, key: Key) -> Cells:
        """Return the cells of a row that the set brings; none of one that it does not."""
        return self._brought.of(table).get(key, {})

    def _new(self, table: str, slug: str) -> str:
        """What a row is called that the set brings, or that is no more; else its key."""
        (entry,) = self._brought.entries(table, None).of_key((slug,))[:1] or (None,)
        called = entry.called(self.language) if entry else self._gone_row(table, slug)
        return called or slug

    def _gone_row(self, table: str, *key: str) -> str:
        """What a row was called that is taken out."""
        return self._gone.called(table, key, self.language, with_key=False)

    def scope(self, kind: str, code: str) -> str:
        """Return whom a policy binds, in words."""
        name = self._bodies.get((kind, code)) or self._brought_body(kind, code) or code
        words = self._kind(kind)
        # Of a row that is refused either may be wanting.
        if code == NATION_CODE or not (name and words):
            return words if code == NATION_CODE else name or words
        return bracketed(name, words, self.language)

    def scope_with_code(self, kind: str, code: str) -> str:
        """Return whom a policy binds, in words and with its key, for whoever works with keys."""
        words = self._kind(kind)
        if code == NATION_CODE:
            return words
        name = self._bodies.get((kind, code)) or self._brought_body(kind, code)
        kept = f"{words} {code}"
        return bracketed(name, kept, self.language) if name else kept

    def _brought_body(self, kind: str, code: str) -> str:
        """What a body is called that the set brings; nothing if it brings none of the key."""
        table = scope_tables().get(kind, "")
        found = self._brought.entries(table, None).of_key((code,)) if table else ()
        return found[0].called(self.language) if found else ""

    @staticmethod
    def _kind(kind: str) -> str:
        return label(ScopeKind(kind)) if kind in list(ScopeKind) else kind

    def answer(self, cells: Cells | None) -> str:
        """Return the answer of a policy as it is read, or a dash where nothing answers."""
        if cells is None:
            return "—"
        kept = self._told.get(id(cells))
        if kept is None:
            kept = self._told[id(cells)] = (cells, self._answer(cells))
        return kept[1]

    def unanswered(self, topic: str, day: str) -> str:
        """Return what public pages say of a topic that no policy answers on a day."""
        known = self._topics.get(topic)
        begins = known.begins_on.first_day if known and known.begins_on else None
        return label(state_without_policy(date.fromisoformat(day), begins))

    def _answer(self, cells: Cells) -> str:
        topic = self._topics.get(cells["topic"])
        if cells["state"] in RECORDED_STATES and cells["state"] != State.STATED:
            return label(State(cells["state"]))
        if topic is None or not cells["value"]:
            return cells["value"]
        own = topic.answer_type
        try:
            value = own.read(cells["value"], lambda key: self._choices[topic.slug, key])
        except KeyError:
            return self._gone_row("choices", topic.slug, cells["value"]) or cells["value"]
        except ValueError:
            return cells["value"]  # it is refused beside the row
        policy = Policy(topic=topic, state=State.STATED, value_text_zh=cells["value_zh"])
        setattr(policy, own.column, value)
        return display_of(policy, topic, self.language)

    def cell(self, table: Table, column: str, cell: str | None, beside: Cells) -> str:
        """Return a cell as people read it: keys of rows with what those are called, texts and
        numbers as they are written, an empty one by what it is called where a list calls it so.

        Args:
            table: the table of its row.
            column: the name of its column.
            cell: what it says, if it says anything.
            beside: the cells of its row, by which a value and the key of a scope are read.
        """
        found = table.column_named(column)
        if not cell:
            return found.read_out("") if found else ""
        if found is None and column == KIND_OF_CHANGE.name:
            return KIND_OF_CHANGE.read_out(cell)
        match table.name, column:
            case "policies", "value":
                return self._value(beside.get("topic", ""), cell)
            case "policies", "scope_code":
                return self._body(beside.get("scope_kind", ""), cell)
            case "aliases", "kind":
                return kind_of_row(cell)
        named = naming_of(table, column, beside)
        if named and not named.called:
            return self._named(column, cell, named, beside)
        if found and found.is_of_days:
            return day_in_words(cell)
        return found.read_out(cell) if found else cell

    def _named(self, column: str, cell: str, named: Naming, beside: Cells) -> str:
        """The rows that a cell names, by what they are called, each with its key."""
        rows = rows_in(column, cell, named, beside)
        told = [self.label(own.table, own.key) for own in rows]
        return by_semicolons(told, self.language) or cell

    def label(self, table: str, key: Key) -> str:
        """Return what a row is called, or was before it was taken out, with its key; the key alone
        where nothing calls it.
        """
        if (table, key) not in self._labels:
            entry = entry_of(table, key, self._brought)
            if table == "cities" and entry:  # lists offer cities in both languages
                entry = entry._replace(parts=((self.city(key[0]),) * 2,))
            gone = "" if entry else self._gone.called(table, key, self.language)
            told = entry.label(self.language) if entry else gone or " ".join(key)
            self._labels[table, key] = told
        return self._labels[table, key]

    def moved(
        self, table: Table, moved: Mapping[str, Move], before: Cells | None, after: Cells | None
    ) -> list[tuple[str, str, str]]:
        """Return cells that become others as people read them: what each is called, the old, the
        new. What stays empty is left out; a row that is not there said nothing before, or says
        nothing then, not even what an empty cell means.
        """
        labels = self.columns(table)
        return [
            (
                labels.get(name, name),
                "" if before is None else self.cell(table, name, old, before),
                "" if after is None else self.cell(table, name, new, after),
            )
            for name, (old, new) in moved.items()
            if old or new
        ]

    def _value(self, topic: str, cell: str) -> str:
        own = self._topics.get(topic)
        if own is None:
            return cell
        if own.answer_type.is_listed:
            choice = self._choices.get((topic, cell))
            if choice is None:
                return self._gone_row("choices", topic, cell) or cell
            return in_language(choice, "label", self.language)
        return dict(own.answer_type.options(own, self.language) or ()).get(cell, cell)

    def plain_answer(self, topic: str, own: AnswerType, plain: Any) -> str:
        """Return a plain value that answers a topic, as people read it."""
        return own.said(plain, self._topics[topic], self.language)

    def _body(self, kind: str, code: str) -> str:
        name = self._bodies.get((kind, code)) or self._brought_body(kind, code)
        if not name and kind in list(ScopeKind):
            table = table_of(BODIES[ScopeKind(kind)].model).name if kind in BODIES else ""
            return (self._gone.called(table, (code,), self.language) if table else "") or code
        return bracketed(name, code, self.language) if name and name != code else code

    def columns(self, table: Table) -> dict[str, str]:
        """Return what the columns of a table are called, by name, and what is said beside them."""
        if table.name not in self._columns:
            own = {one.name: str(one.label) for one in table.columns}
            self._columns[table.name] = labels_beside(table) | own
        return self._columns[table.name]

    def row(self, table: Table, key: Key) -> str:
        """Return what a row is called: a policy by topic, scope and start, others by their key."""
        if table.name == "policies":
            topic, kind, code, start = key
            parts = [self.topic(topic), self.scope(kind, code), day_in_words(start)]
            return by_commas(filter(None, parts), self.language)
        if table.name == "zones":
            programme = self._bodies.get((ScopeKind.PROGRAMME.value, key[0]), key[0])
            return by_commas([programme, self.city(key[1])], self.language)
        if table.name == "cities":
            return self.city(key[0])
        if table.name == "aliases" and key[0] in tables_of_kinds():
            return self.renamed_row(*key)
        if len(key) == 1:
            return self.label(table.name, key)
        told = map(self._key_part, [table] * len(key), table.key, key)
        return by_commas(told, self.language)

    def new_row(self, table: Table, cells: Mapping[str, str]) -> str:
        """Return what a row is called that is new, by its key or its names, as far as it says
        them; nothing where it says neither.
        """
        said = {column.name: "" for column in table.columns}
        said |= {name: cell for name, cell in cells.items() if cell.isprintable()}
        key = table.key_of(said)
        if len(key) > 1 and all(key):
            return self.row(table, key)
        names = [in_both for in_both in names_in(said) if len(key) == 1 or not any(key)]
        if names:
            return called_by(tuple(names[:1]), self.language)
        parts = (self._key_part(table, *own) for own in zip(table.key, key, strict=True) if own[1])
        return by_commas(parts, self.language)

    def own_part(self, table: Table, key: Key) -> str:
        """Return what tells a row from others of the same first part of its key, as people read
        it: words of a list, names, and places.
        """
        return " ".join(map(self._key_part, [table] * len(key[1:]), table.key[1:], key[1:]))

    def renamed_row(self, kind: str, key: str) -> str:
        """Return what the row is called that has or had a key, with that."""
        keys = keys_of_kind(kind)
        parts = (*key.partition(keys.joint)[::2],) if keys.scope else (key,)
        table = tables_of_kinds().get(kind)
        told = self.label(table, parts) if table else ""
        return told if told not in ("", " ".join(parts)) else f"{kind_of_row(kind)}{_(': ')}{key}"

    def judged_row(self, judged: RowJudgement) -> str:
        """Return what a proposed row is called: by what is known, and by what its key becomes."""
        name = self.row(judged.table, judged.key)
        is_open = bool(judged.conflicts)  # which cell it will be is not settled yet
        said = {**(judged.after or {}), **(judged.row.cells if is_open else {})}
        parts = zip(judged.table.key, judged.key, strict=True)
        moved = [day_in_words(said[own]) for own, part in parts if said.get(own, part) != part]
        return f"{name} → {' '.join(moved)}" if moved and judged.before else name

    def _called_of(self, table: str, key: str) -> str:
        """What a row of one key is called, without that; its key where nothing calls it."""
        if (table, key) not in self._names:
            entry = entry_of(table, (key,), self._brought)
            self._names[table, key] = (entry.called(self.language) if entry else "") or key
        return self._names[table, key]

    def _key_part(self, table: Table, column: str, cell: str) -> str:
        """A part of a key as people read it: the name of the city or the topic that it is."""
        match named := _named_by_part(table, column):
            case "cities":
                return self.city(cell)
            case "topics":
                return self.topic(cell)
            case "programmes":
                return self._bodies.get((ScopeKind.PROGRAMME.value, cell), cell)
            case _ if named:
                return self._called_of(named, cell)
            case _:
                found = table.column_named(column)
                if found and found.is_of_days and table.name != "policies":
                    return day_in_words(cell)
                own = cell if table.name == "policies" or not found else found.read_out(cell)
                return label(ScopeKind.NATION) if cell == NATION_CODE else own

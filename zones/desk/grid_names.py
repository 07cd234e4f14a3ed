"""What the cells of a grid name: rows of other tables by key or name, and words of a list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property

from django.utils.translation import override, pgettext

from cbec_portal.languages import CODES, active_language, either, is_chinese
from cbec_portal.punctuation import bracketed
from cbec_portal.widths import half_width
from zones.dataset.alias_table import tables_of_kinds
from zones.dataset.columns import NOTHING, TableColumn
from zones.dataset.problems import Offer
from zones.dataset.table import Table
from zones.dataset.table_registry import table_named
from zones.desk.cell_words import kind_of_row
from zones.desk.new_rows import NewRows
from zones.desk.pickers import label_of, nation_named, near, picks_named, too_many_words
from zones.models.spellings import code_text, two_readings
from zones.rules.names import joined, key_forms, name_keys

#: So many names that no row bears are looked for once more, by how they sound.
MOST_PICKED = 200
#: Columns that hold names of a row.
_NAMES = (
    *("name_en", "name_zh", "label_en", "label_zh", "question_en", "question_zh"),
    *("document_number", "title_en", "title_zh", "abbreviation"),
)

#: What options are called beside their labels: by the glossary's other word for one thing, and by
#: what people write for it.
OTHER_WORDS: Mapping[str, tuple[str, ...]] = {
    "nation": ("国家", "全国范围"),
    "programme": ("试点", "项目"),
    "province": ("省", "省份", "省级"),
    "customs_district": ("直属海关", "海关关区", "customs"),
    "city": ("市", "地级市"),
}
#: The same of kinds of change.
WORDS_OF_CHANGES: Mapping[str, tuple[str, ...]] = {
    "enacted": ("出台", "新制定"),
    "amended": ("修订", "修正"),
    "ended": ("终止", "废止"),
    "corrected": ("勘误", "纠正"),
}

#: What a grid may say beside the cells of a row, and what it is called in the other language.
BESIDE: Mapping[str, tuple[str, ...]] = {
    "change": ("change", "kind of change", "变更类型", "变更种类", "变更"),
    "quote": ("quote", "引文"),
    "quote_en": ("quote_en", "quote in English", "英文引文"),
    "clause": ("clause", "English clause", "条款", "英文条款"),
    "clause_zh": ("clause_zh", "Chinese clause", "中文条款"),
    "read_at": ("read_at", "read at", "阅读地址"),
}


def folded(text: str) -> str:
    """Return a word as it is compared: without height, width, blanks and joints."""
    return "".join(c for c in half_width(text).casefold() if c not in " _-*\t\n\u3000")


class NamedRows:
    """The rows of one table, or those that lie within a row of another, by key and by name: those
    that are known, and those that the set brings.

    Their keys are read once, and their cells only if a cell is no key, each in one query.
    """

    def __init__(
        self, table: Table, within: str | None = None, brought: NewRows | None = None
    ) -> None:
        self.table, self.within = table, within
        self._brought = brought or NewRows()
        self._picked: dict[str, Collection[str]] = {}

    @cached_property
    def cells(self) -> Mapping[str, dict[str, str]]:
        """Return the rows by their keys."""
        rows = [*self.table.current(), *self._brought.of(self.table.name).values()]
        return {
            cells[self.table.key[-1]]: cells
            for cells in rows
            if self.within in (None, cells[self.table.key[0]])
        }

    @cached_property
    def keys(self) -> Collection[str]:
        """Return the keys of the rows."""
        if "cells" in vars(self):
            return self.cells.keys()
        new = map(self.table.key_of, self._brought.of(self.table.name).values())
        keys = (*self.table.keys_now(), *new)
        return {key[-1] for key in keys if self.within in (None, key[0])}

    @cached_property
    def _bare(self) -> Mapping[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for key in self.keys:
            found[key.lstrip("0")].add(key)
        return found

    @cached_property
    def _names(self) -> tuple[Mapping[str, set[str]], Mapping[str, set[str]]]:
        """Keys by whole names, and by short forms of them."""
        whole: dict[str, set[str]] = defaultdict(set)
        short: dict[str, set[str]] = defaultdict(set)
        for key, cells in self.cells.items():
            names = [cells[name] for name in _NAMES if cells.get(name)]
            for name in (key, *names):
                whole[joined(name)].add(key)
            for form in name_keys(names):
                short[form].add(key)
        return whole, short

    def code(self, text: str) -> str:
        """Return a key whose zeros at its beginning may be lost, or the text as it is.

        Raises:
            TwoReadingsError: it can be more than one.
        """
        return code_text(text, self.keys, lambda bare: self._bare.get(bare, ()))

    def key(self, text: str) -> str:
        """Return the key of the row that a cell names by its key or a name, or the text as it is.

        Raises:
            TwoReadingsError: it names more than one.
        """
        read = self.code(text)
        if read in self.keys or not text:
            return read
        whole = (self.within,) if self.within is not None else ()
        if known := self._brought.known_key(self.table.name, (*whole, text)):
            return known[-1]
        found = self._named(text)
        if len(found) > 1:
            told = {self._label(key): key for key in sorted(found)}
            raise two_readings(text, list(told), told)
        return next(iter(found), text)

    def called(self, text: str) -> Collection[str]:
        """Return the keys of the rows of which a text is the key or a whole name."""
        return [text] if text in self.keys else self._names[0].get(joined(text), ())

    def bears(self, text: str) -> Collection[str]:
        """Return the keys of the rows of which a text, as it stands, is the key or a name, in full
        or without what kind of place it is.
        """
        return self.called(text) or self._names[1].get(joined(text), ())

    def _named(self, text: str) -> Collection[str]:
        whole, short = self._names
        if own := whole.get(joined(text)):
            return own
        if form := next((form for form in key_forms(text) if form in short), ""):
            return short[form]
        if text not in self._picked and len(self._picked) < MOST_PICKED:
            self._picked[text] = self._pick(text)
        return self._picked.get(text, ())

    def _pick(self, text: str) -> Collection[str]:
        """The keys of the rows that boxes of forms find by a text: by its sound, or a number."""
        own = picks_named(self.table.name, text, within=self.within, brought=self._brought)
        return [pick.key[-1] for pick in own]

    def _label(self, key: str) -> str:
        """Return a row as lists of forms call it, which tells it from others of its name."""
        whole = self.table.key_of(self.cells[key])
        return label_of(self.table.name, whole, self._brought)

    def told(self, key: str) -> str:
        """Return a row in words: its key, and its name if it has one, that of the reader's
        language before the other.
        """
        cells = self.cells[key]
        other = "_en" if is_chinese(active_language()) else "_zh"
        names = sorted(_NAMES, key=lambda name: name.endswith(other))
        name = next((cells[name] for name in names if cells.get(name)), "")
        return bracketed(key, name[:60]) if name else key


class GridWords:
    """What cells of columns may name, in a set what that brings too. Each table is read once, and
    only if one of it is named.
    """

    def __init__(self, brought: NewRows | None = None) -> None:
        self._brought = brought or NewRows()
        self._named: dict[tuple[str, str | None], NamedRows] = {}
        self._options: dict[tuple[str, str], Mapping[str, str]] = {}
        self._suggested = 0

    def rows(self, table: str, within: str | None = None) -> NamedRows:
        """Return the rows of a table, or those that lie within a row of another."""
        if (table, within) not in self._named:
            self._named[table, within] = NamedRows(table_named(table), within, self._brought)
        return self._named[table, within]

    def near(self, tables: Iterable[str], text: str) -> tuple[list[tuple[str, Offer]], str]:
        """Return the rows of some tables that a text may have meant that names none, each with its
        table; and in words that it is a fragment of too many, where it is.
        """
        if self._suggested == MOST_PICKED or not text:
            return [], ""
        self._suggested += 1
        found = near(tables, text, brought=self._brought)
        offers = [
            (table, Offer(self.rows(table).told(pick.key[-1]), pick.key[-1]))
            for table, pick in found.picks
        ]
        return offers, too_many_words(text, found.fitting) if found.fitting else ""

    def nation(self, text: str) -> str:
        """Return the code of the nation where a text names it; else nothing."""
        return nation_named(text)

    def choice(self, topic: str, text: str) -> str:
        """Return the key of a choice of a topic by its key or a label, or the text as it is.

        Raises:
            TwoReadingsError: it names more than one.
        """
        if known := self._brought.known_key("choices", (topic, text)):
            return known[-1]
        return self._one(text, self._choices.get(topic, {}))

    def is_choice(self, topic: str, key: str) -> bool:
        """Return whether a key is one of a choice of a topic."""
        return any(key in keys for keys in self._choices.get(topic, {}).values())

    def choices(self, topic: str) -> list[tuple[str, str]]:
        """Return what a topic can be answered by: what each choice is called, and its key."""
        language = active_language()
        called = {
            cells["choice"]: either(cells["label_en"], cells["label_zh"], language)
            for cells in self._rows_of_choices
            if cells["topic"] == topic
        }
        return [(called[key], key) for key in sorted(called)]

    @cached_property
    def _rows_of_choices(self) -> list[Mapping[str, str]]:
        return [*table_named("choices").current(), *self._brought.of("choices").values()]

    @cached_property
    def _choices(self) -> Mapping[str, Mapping[str, set[str]]]:
        found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for cells in self._rows_of_choices:
            for name in (cells["choice"], cells["label_en"], cells["label_zh"]):
                found[cells["topic"]][joined(name)].add(cells["choice"])
        return found

    @staticmethod
    def _one(text: str, names: Mapping[str, set[str]]) -> str:
        found = names.get(joined(text), set())
        if text in found:
            return text
        if len(found) > 1:
            raise two_readings(text, sorted(found))
        return next(iter(found), text)

    @cached_property
    def types(self) -> Mapping[str, str]:
        """Return the type of the answers to each topic."""
        topics = self.rows("topics").cells
        return {slug: cells["value_type"] for slug, cells in topics.items()}

    @cached_property
    def units(self) -> Mapping[str, tuple[str, str]]:
        """Return the unit of the answers to each topic, in each language."""
        topics = self.rows("topics").cells
        return {slug: (cells["unit"], cells["unit_zh"]) for slug, cells in topics.items()}

    def option(self, table: Table, column: TableColumn, text: str) -> str:
        """Return a word of a list by itself or by what it is called, an empty cell by what that is
        called, or the text as it is.
        """
        kept = (table.name, column.name)
        if kept not in self._options:
            self._options[kept] = dict(_option_words(column))
        return self._options[kept].get(folded(text), text)

    @cached_property
    def _kinds(self) -> Mapping[str, str]:
        found = {}
        for kind in tables_of_kinds():
            for language in CODES:
                with override(language):
                    found[folded(str(kind_of_row(kind)))] = kind
        return found | {folded(kind): kind for kind in tables_of_kinds()}

    def kind(self, text: str) -> str:
        """Return a kind of row by itself or by what its rows are called, or the text as it is."""
        return self._kinds.get(folded(text), text)


def _option_words(column: TableColumn) -> Iterable[tuple[str, str]]:
    """What the words of a column are called in each language; what is two things is none."""
    found: dict[str, set[str]] = defaultdict(set)
    for option in column.options:
        for word in (option, *OTHER_WORDS.get(option, ()), *WORDS_OF_CHANGES.get(option, ())):
            found[folded(word)].add(option)
    for language in CODES:
        with override(language):
            for option, words in column.choices:
                found[folded(words)].add(option)
            if not column.required:
                for words in (NOTHING, pgettext("cell", "empty")):
                    found[folded(words)].add("")
    own = {folded(option): option for option in column.options}
    return ({name: next(iter(of)) for name, of in found.items() if len(of) == 1} | own).items()

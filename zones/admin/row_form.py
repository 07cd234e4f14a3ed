"""The boxes of a row of any table of the dataset: they are made of the table's columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from cbec_portal.languages import active_language
from cbec_portal.punctuation import bracketed, by_semicolons
from zones.admin.box_help import help_of, help_of_scope
from zones.admin.offered_rows import buttons_of, readings_with_buttons, words_with_buttons
from zones.admin.read_only import SPOKEN
from zones.dataset.alias_table import tables_of_kinds
from zones.dataset.columns import TableColumn
from zones.dataset.model_table import ModelTable
from zones.dataset.naming import Naming, naming_of
from zones.dataset.problems import Problem
from zones.dataset.table import Cells, Key, Table
from zones.dataset.table_registry import table_named
from zones.dataset.topic_tables import Choices
from zones.desk.cell_words import kind_of_row
from zones.desk.grid import CellReader
from zones.desk.grid_names import GridWords
from zones.desk.new_rows import NewRows
from zones.desk.one_language import told_chinese, with_chinese
from zones.desk.pickers import NotPickedError, label_of, nation_named, picked
from zones.models import Topic
from zones.models.keys import Keyed, keys_of
from zones.models.spellings import UnreadError
from zones.models.value_types import LISTED
from zones.rules.values import listed
from zones.selectors.codebook import Codebook, codebook_of

#: What separates the names in a cell of several.
_LISTED = re.compile("[;；]")
#: Boxes that make a pair: a kind and its key, the first and the last day.
_PAIRS = (
    ("scope_kind", "scope_code"),
    ("effective_from", "effective_to"),
    ("covered_from", "covered_until"),
    ("designated_on", "ended_on"),
)
#: The columns that decide which boxes fit, and what is offered in them, by table.
_DECIDING: Mapping[str, tuple[str, ...]] = {
    "policies": ("topic", "scope_kind"),
    "aliases": ("kind",),
}


@dataclass
class Box:
    """One box of the form: a column with its cell, and what is wrong with it."""

    column: TableColumn
    cell: str
    options: list[tuple[str, str]] = field(default_factory=list)
    #: What the cell names, whose rows are offered for what is typed, and what those lie within.
    naming: Naming | None = None
    whole: str = ""
    unit: str = ""
    #: What it is called in this form, if not as its column.
    called_here: str = ""
    has_lines: bool = False
    #: Whether it decides which boxes fit.
    decides: bool = False
    #: Whether what it holds tells what empty ones are to hold.
    tells: bool = False
    #: Why the cell never changes, of a key on which something public rests.
    stays: Any = ""
    errors: list[str] = field(default_factory=list)
    #: What is to be noted of what it holds, which is not wrong.
    note: str = ""
    #: What to write in it, beside what its column says.
    hint: Any = ""
    #: Whether it must be filled where its column alone would not say so.
    is_needed: bool = False
    #: The cell that was read, a name as the key that it means; else as it was typed.
    read: str = ""
    #: Rows that the set brings, which the cell may name.
    brought: NewRows = field(default_factory=NewRows)

    @property
    def name(self) -> str:
        """Return what the form calls the box."""
        return f"cell_{self.column.name}"

    @property
    def language(self) -> str:
        """Return the code of the language of what is typed, where the column has one of its own."""
        return SPOKEN.get(self.column.name[-3:], "")

    @property
    def heading(self) -> str:
        """Return what the box is called, with its unit, and a star where it must be filled."""
        label = self.called_here or str(self.column.label)
        called = bracketed(label, self.unit) if self.unit else label
        return f"{called} *" if self.column.required or self.is_needed else called

    @property
    def pick_address(self) -> str:
        """Return where rows are offered for what is typed; nothing if none are."""
        return reverse("admin:desk-pick", args=[self.naming.table]) if self.naming else ""

    @property
    def within_box(self) -> str:
        """Return what the form calls the box of the row within which those lie, if in one."""
        return f"cell_{self.naming.within}" if self.naming and self.naming.within else ""

    @property
    def called(self) -> str:
        """Return what lists call the rows that the box names, if it names any by their keys."""
        if not (self.naming and self.cell) or self.naming.called or self.naming.joint:
            return ""
        cell = self.read or self.cell
        cells = listed(cell) if self.naming.many else [cell]
        whole = (self.whole,) if self.naming.within else ()
        told = {cell: label_of(self.naming.table, (*whole, cell), self.brought) for cell in cells}
        labels = [
            label for cell, label in told.items() if label not in (cell, " ".join((*whole, cell)))
        ]
        return by_semicolons(labels) if labels != [self.cell] else ""

    @property
    def names_document(self) -> bool:
        """Return whether it names a document, which may have to be added first."""
        return bool(self.naming and self.naming.table == "sources" and not self.stays)

    @property
    def adds(self) -> str:
        """Return the table to whose rows what it names may have to be added first, if to one."""
        table = self.naming.table if self.naming and not self.stays else ""
        return table if table in ("sources", "issuers") else ""

    @property
    def adding(self) -> str:
        """Return what the button says that adds what it names; nothing where there is none. An
        issuer is seldom new: it is added where one is not found.
        """
        if self.names_document:
            return _("Add a document that is not here yet")
        return _("Add this issuer to the set") if self.adds and self.errors else ""

    def first_unknown(self, typed: str) -> str:
        """Return the first of the names that a text gives which nobody is called by."""
        for part in _parts(self.naming, typed) if self.naming else ():
            try:
                picked(self.naming.table, part, brought=self.brought)  # type: ignore[union-attr]
            except NotPickedError:
                return part
        return ""

    @property
    def help(self) -> Any:
        """Return what is not plain about the column, or why its cell never changes."""
        return self.stays or self.hint or self.column.help

    @property
    def template(self) -> str:
        """Return the template of the box: of a choice, several lines, or a line."""
        kind = "options" if self.options else "lines" if self.has_lines else "line"
        return f"zones/desk/box_{kind}.html"


#: Columns whose box stands behind that of another, which it says in Chinese.
_BESIDE = {("policies", "value_zh"): "value"}


class RowForm:
    """The boxes of a table's row; those of a policy follow the type of its topic."""

    def __init__(
        self,
        table: Table,
        cells: Mapping[str, str],
        language: str,
        way: str,
        brought: NewRows | None = None,
    ) -> None:
        """Make the boxes of a row.

        Args:
            table: its table.
            cells: what they hold.
            language: that of whoever reads them.
            way: what is done with the row.
            brought: rows that its set brings, which it may name though nobody knows them yet.
        """
        self.table, self.language, self._way = table, language, way
        self.brought = brought or NewRows()
        self.cells = {column.name: cells.get(column.name, "") for column in table.columns}
        names = table.ends_by if way == "end" else [c.name for c in table.columns]
        #: How cells were read otherwise than they were typed, in words.
        self.notes: list[str] = []
        columns = sorted(
            (column for column in table.columns if column.name in names), key=self._place
        )
        boxes = [self._box(column) for column in columns]
        self.boxes = [box for box in boxes if not self._is_idle(box)]
        self._note_languages()

    def _note_languages(self) -> None:
        """Tell which box is for English, of two of one text; and where Chinese stands in it."""
        by_name = {box.column.name: box for box in self.boxes}
        if self.table.name == "policies" and "value_zh" in by_name and "value" in by_name:
            by_name["value"].called_here = pgettext("field", "value: English text")
        for name in with_chinese(self.table, self.cells):
            if name in by_name:
                by_name[name].note = told_chinese()

    def _place(self, column: TableColumn) -> int:
        """Where the box of a column stands: by its table, but beside what it says once more."""
        names = [one.name for one in self.table.columns]
        return names.index(_BESIDE.get((self.table.name, column.name), column.name))

    def _box(self, column: TableColumn) -> Box:
        box = Box(column, self.cells[column.name], has_lines=column.lines, brought=self.brought)
        if column.choices:
            box.options = column.offered
            if column.required and column.options and box.cell:
                box.options = box.options[1:]
        elif self.table.name == "aliases" and column.name == "kind":
            box.options = [
                ("", "—"),
                *((kind, kind_of_row(kind)) for kind in sorted(tables_of_kinds())),
            ]
        else:
            box.naming = self._naming(column.name)
            box.whole = self._meant(box.naming.within) if box.naming and box.naming.within else ""
        box.hint = help_of(self.table, column.name, self._way)
        box.decides = column.name in _DECIDING.get(self.table.name, ())
        if self.table.name == "policies":
            self._suit_policy(box)
        return box

    def _is_idle(self, box: Box) -> bool:
        """Whether a box says nothing of an answer of the type of the topic, and is empty."""
        if self.table.name != "policies" or box.column.name != "value_zh" or box.cell:
            return False
        return self._topic is not None and not self._topic.answer_type.is_in_both_languages

    def _naming(self, column: str) -> Naming | None:
        """What a column names; a value names something only if its topic has choices."""
        named = naming_of(self.table, column, self.cells)
        if named and named.table == Choices.name:
            return named if self._type_in(named.within) == LISTED.word else None
        return named

    def _meant(self, name: str) -> str:
        """The key that a cell means, which may be a name of a row; as it is typed if it names none,
        or several.
        """
        if name not in self._keys:
            typed = self.cells.get(name, "")
            named = naming_of(self.table, name, self.cells) if typed else None
            try:
                self._keys[name] = _picked(named, typed, None, self.brought)[0] if named else typed
            except NotPickedError:
                self._keys[name] = typed
        return self._keys[name]

    @cached_property
    def _keys(self) -> dict[str, str]:
        return {}

    @cached_property
    def _topic(self) -> Topic | None:
        return self._topic_in("topic")

    def _topic_in(self, name: str) -> Topic | None:
        """The topic that a cell means, if any."""
        topics = Topic.objects.prefetch_related("choices")
        # No database looks for what cannot be written.
        slug = self._meant(name)
        return topics.filter(slug=slug).first() if slug.isprintable() else None

    def _type_in(self, name: str) -> str:
        """The type of the answers to the topic that a cell means, which the set may bring."""
        if topic := self._topic_in(name):
            return topic.value_type
        new = self.brought.of("topics").get((self._meant(name),), {})
        return new.get("value_type", "")

    @property
    def groups(self) -> list[list[Box]]:
        """Return the boxes, each alone or beside that with which it makes a pair: the two languages
        of one text, a kind and its key, the first and the last day.
        """
        groups: list[list[Box]] = []
        for box in self.boxes:
            last = groups[-1][-1].column.name if groups and len(groups[-1]) == 1 else ""
            if last and _are_pair(last, box.column.name):
                groups[-1].append(box)
            else:
                groups.append([box])
        return groups

    @property
    def codebook(self) -> Codebook | None:
        """Return how the topic of a policy is answered, once the form names one."""
        named = self._topic if self.table.name == "policies" else None
        return codebook_of(named, named.choices.all(), self.language) if named else None

    def _suit_policy(self, box: Box) -> None:
        """Let the value follow the topic, and the code the kind of scope."""
        match box.column.name:
            case "scope_code":
                box.hint = help_of_scope(self.cells["scope_kind"])
            case "value" if not self._topic:
                # A file says true or false, where a form is to be answered as people speak.
                box.hint = _(
                    "Only where something is stated: yes or no, a number, a choice or a text."
                )
            case "value" if self._topic:
                own = self._topic.answer_type
                options = own.options(self._topic, self.language)
                box.options = [("", "—"), *options] if options else []
                if options and box.cell and box.cell not in dict(options):
                    # What was typed before the topic was known stays until somebody mends it.
                    self._choose(box, dict(options))
                box.unit = self._topic.unit_in(active_language())
                box.has_lines = own.has_lines
                box.hint = self._topic.answer_type.to_write(self._topic)

    def _choose(self, box: Box, options: Mapping[str, str]) -> None:
        """Choose what a text means that was typed for a box with options; else offer that too."""
        with suppress(UnreadError):
            read = self._reader.cell("value", box.cell, {"topic": self._meant("topic")}, {})
            if read in options:
                box.cell = read
                return
        box.options.append((box.cell, box.cell))

    def tell_of_others(self, columns: Iterable[str]) -> None:
        """Let boxes decide what is proposed in others: what is typed in them tells of those."""
        for box in self.boxes:
            if box.column.name in columns:
                box.decides = box.tells = True

    @property
    def tells(self) -> bool:
        """Return whether a box of it tells what others are to hold."""
        return any(box.tells for box in self.boxes)

    @property
    def decides(self) -> bool:
        """Return whether a box of it decides which fit."""
        return any(box.decides and not box.stays for box in self.boxes)

    def fix(self, key: Key) -> None:
        """Let keys of a row that is there be read only, if something public rests on it."""
        if not isinstance(self.table, ModelTable):
            return
        row = self.table.by_key([key]).get(key)
        keys = keys_of(type(row)) if isinstance(row, Keyed) and row.is_used() else None
        if keys is None:
            return
        for box in self.boxes:
            name = box.column.path.split("__")[0]
            # What is empty may be filled in, and a no may become a yes.
            may_move = {*keys.fillable, *keys.turning}
            if name in keys.fields and (getattr(row, name) or name not in may_move):
                box.stays = keys.why(name)

    def read(self, posted: Mapping[str, str]) -> Cells:
        """Return the cells that a form says, a name of another row as its key.

        A box that names no row, or several, says so beside it, and its cell is as it was typed.
        """
        cells = self.said(posted)
        boxes = {box.column.name: box for box in self.boxes}
        self.notes = []
        typed = dict(cells)
        # What others lie within is read before them.
        for box in sorted(self.boxes, key=lambda box: bool(box.within_box)):
            name = box.column.name
            whole = box.naming.within if box.naming else ""
            if cells[name] and not box.naming:
                self._read_cell(box, cells)
            if not (box.naming and cells[name]) or (whole in boxes and boxes[whole].errors):
                continue
            within = cells.get(whole, self.cells.get(whole, "")) if whole else None
            try:
                cells[name], named = _picked(box.naming, cells[name], within or None, self.brought)
            except NotPickedError as first:
                named_wrong = _not_picked(box.naming, cells[name], within or None, self.brought)
                every = named_wrong if box.naming.many else [first]
                box.errors += [self._offered(box, wrong, cells[name]) for wrong in every]
                continue
            box.read = cells[name]
            if whole in boxes and not within:
                cells[whole] = named[0]
        for name, cell in cells.items():
            if cell != typed[name] and not boxes[name].naming and not boxes[name].errors:
                told = {"column": boxes[name].column.label, "written": typed[name], "read": cell}
                self.notes.append(_("%(column)s: read %(written)s as %(read)s.") % told)
        return cells

    @staticmethod
    def _offered(box: Box, wrong: NotPickedError, cell: str) -> str:
        """Why a box names no row, with what it may mean to be taken; the others it names stay."""
        parts = list(_parts(box.naming, cell)) if box.naming else []

        def cell_of(label: str) -> str:
            return "; ".join(label if part == wrong.typed else part for part in parts)

        return words_with_buttons(wrong, box.name, cell_of)

    def _read_cell(self, box: Box, cells: Cells) -> None:
        """Read a cell as a grid does; one that can be read in two ways says so beside its box."""
        name = box.column.name
        beside = {**self.cells, **cells}
        try:
            cells[name] = self._reader.cell(name, cells[name], beside, {})
        except UnreadError as refused:
            box.errors.append(readings_with_buttons(refused, box.name))

    @cached_property
    def _reader(self) -> CellReader:
        return CellReader(self.table, GridWords(self.brought))

    def buttons(self, problem: Problem) -> Mapping[str, SafeString]:
        """Return the buttons of what the cell of a problem may mean, by how that is called; none
        where the form has no box of it.
        """
        box = next((box for box in self.boxes if box.column.name == problem.of), None)
        return buttons_of(problem.offers, box.name) if box and not box.stays else {}

    @property
    def within_wrong(self) -> set[str]:
        """Return the columns that name a row within one of which it cannot be told which it is."""
        wrong = self.wrong
        return {
            box.column.name
            for box in self.boxes
            if box.cell and box.naming and box.naming.within in wrong
        }

    @property
    def wrong(self) -> set[str]:
        """Return the columns beside whose boxes something is said to be wrong."""
        return {box.column.name for box in self.boxes if box.errors}

    def said(self, posted: Mapping[str, str]) -> Cells:
        """Return what was typed, as it was typed."""
        return {box.column.name: posted.get(box.name, "").strip() for box in self.boxes}

    def tell(self, problems: Iterable[tuple[str | None, str]]) -> list[str]:
        """Put problems beside their boxes, and return those that have none."""
        by_name = {box.column.name: box for box in self.boxes}
        left = []
        for column, why in problems:
            if column in by_name:
                by_name[column].errors.append(why)
            else:
                left.append(why)
        return left


def _are_pair(one: str, other: str) -> bool:
    """Whether two columns are of one text in two languages, or else belong together."""
    stem = other.removesuffix("_zh")
    return (stem != other and one in (stem, f"{stem}_en")) or (one, other) in _PAIRS


def wrong_words(count: int) -> str:
    """Return that so many things are wrong."""
    words = ngettext(
        "%d thing is wrong: it is said beside its box.",
        "%d things are wrong: each is said beside its box.",
        count,
    )
    return words % count


def _picked(named: Naming, typed: str, within: str | None, brought: NewRows) -> tuple[str, Key]:
    """What a cell says that names what was typed, and the key of the last row that it names.

    Raises:
        NotPickedError: something names no row, or several.
    """
    if named.nation and (nation := nation_named(typed)):
        return nation, (nation,)
    cells: list[str] = []
    key: Key = ()
    for part in _parts(named, typed):
        cell, key = _one_picked(named, part, within, brought)
        cells.append(cell)
    return ";".join(cells), key


def _not_picked(
    named: Naming, typed: str, within: str | None, brought: NewRows
) -> Iterator[NotPickedError]:
    """Yield why each of the names that a cell gives names no row, of those that do not."""
    for part in _parts(named, typed):
        try:
            _one_picked(named, part, within, brought)
        except NotPickedError as wrong:
            yield wrong


def _parts(named: Naming, typed: str) -> Iterable[str]:
    """The names that a cell gives: one, or several by semicolons."""
    return filter(None, map(str.strip, _LISTED.split(typed) if named.many else [typed]))


def _one_picked(named: Naming, typed: str, within: str | None, brought: NewRows) -> tuple[str, Key]:
    own = tuple(typed.split(named.joint, 1)) if named.joint else (typed,)
    key = own if within is None else (within, typed)
    if (named.table, key) in brought:
        return typed, key
    key = picked(named.table, typed, within=within, brought=brought).key
    return (_spelling(named, typed, key, brought) if named.called else named.cell_of(key)), key


def _spelling(named: Naming, typed: str, key: Key, brought: NewRows) -> str:
    """What a row is called: as it was typed if it is called so, else by its name."""
    new = brought.of(named.table).get(key)
    cells = new or table_named(named.table).known([key])[key]
    called = {word for cell in cells.values() for word in (cell, *listed(cell))}
    return typed if typed in called - set(key) else cells[named.called]

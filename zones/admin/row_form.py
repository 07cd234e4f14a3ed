"""The boxes of a row of any table of the dataset: they are made of the table's columns."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zones.dataset.columns import TableColumn
from zones.dataset.table import Cells, Key, ModelTable, Table
from zones.desk.pickers import NotPickedError, label_of, picked
from zones.models import Topic
from zones.models.keys import Keyed, keys_of
from zones.models.labels import SCOPE_KINDS
from zones.selectors.codebook import Codebook, codebook_of

#: The columns that say when and by what something ends, by table.
ENDS: Mapping[str, tuple[str, ...]] = {
    "policies": ("effective_to", "source_id", "clause", "clause_zh"),
    "zones": ("ended_on", "ended_by", "successor"),
    "requirements": ("effective_to",),
}


@dataclass
class Box:
    """One box of the form: a column with its cell, and what is wrong with it."""

    column: TableColumn
    cell: str
    options: list[tuple[str, str]] = field(default_factory=list)
    #: The table whose rows are offered for what is typed.
    offers: str = ""
    unit: str = ""
    has_lines: bool = False
    #: Why the cell never changes, of a key on which something public rests.
    stays: Any = ""
    errors: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Return what the form calls the box."""
        return f"cell_{self.column.name}"

    @property
    def heading(self) -> str:
        """Return what the box is called, with its unit, and a star where it must be filled."""
        unit = f" ({self.unit})" if self.unit else ""
        return f"{self.column.label}{unit}{' *' if self.column.required else ''}"

    @property
    def pick_address(self) -> str:
        """Return where rows are offered for what is typed."""
        return reverse("admin:desk-pick", args=[self.offers])

    @property
    def called(self) -> str:
        """Return what lists call the row that the box names, if it names one by its key."""
        told = label_of(self.offers, (self.cell,)) if self.offers and self.cell else ""
        return "" if told == self.cell else told

    @property
    def help(self) -> Any:
        """Return what is not plain about the column, or why its cell never changes."""
        return self.stays or self.column.help

    @property
    def template(self) -> str:
        """Return the template of the box: of a choice, several lines, or a line."""
        kind = "options" if self.options else "lines" if self.has_lines else "line"
        return f"zones/desk/box_{kind}.html"


class RowForm:
    """The boxes of a table's row; those of a policy follow the type of its topic."""

    def __init__(self, table: Table, cells: Mapping[str, str], language: str, way: str) -> None:
        self.table, self.language = table, language
        self.cells = {column.name: cells.get(column.name, "") for column in table.columns}
        names = ENDS.get(table.name, ()) if way == "end" else [c.name for c in table.columns]
        self.boxes = [self._box(column) for column in table.columns if column.name in names]

    def _box(self, column: TableColumn) -> Box:
        box = Box(column, self.cells[column.name], has_lines=column.lines)
        if column.options:
            box.options = [(option, option) for option in ("", *column.options)]
            if column.required and box.cell:
                box.options = box.options[1:]
        elif column.type == "boolean":
            box.options = [("", "—"), ("true", _("Yes")), ("false", _("No"))]
        else:
            offers = [key.table for key in self.table.foreign_keys if key.columns == (column.name,)]
            box.offers = offers[0] if offers else ""
        if self.table.name == "policies":
            self._suit_policy(box)
        return box

    @cached_property
    def _topic(self) -> Topic | None:
        slug = self.cells.get("topic", "")
        topics = Topic.objects.prefetch_related("choices")
        # No database looks for what cannot be written.
        return topics.filter(slug=slug).first() if slug.isprintable() else None

    @property
    def codebook(self) -> Codebook | None:
        """Return how the topic of a policy is answered, once the form names one."""
        named = self._topic if self.table.name == "policies" else None
        return codebook_of(named, named.choices.all(), self.language) if named else None

    def _suit_policy(self, box: Box) -> None:
        """Let the value follow the topic, and the code the kind of scope."""
        match box.column.name:
            case "scope_kind":
                box.options = [("", "—"), *((value, str(words)) for value, words in SCOPE_KINDS)]
            case "scope_code":
                box.offers = SCOPE_TABLES.get(self.cells["scope_kind"], "")
            case "value" if self._topic:
                own = self._topic.answer_type
                options = own.options(self._topic, self.language)
                box.options = [("", "—"), *options] if options else []
                box.unit = self._topic.unit if own.has_unit else ""
                box.has_lines = own.has_lines

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
                box.stays = keys.why

    def read(self, posted: Mapping[str, str], new: Collection[tuple[str, str]] = ()) -> Cells:
        """Return the cells that a form says, a name of another row as its key.

        A box that names no row, or several, says so beside it, and its cell is as it was typed.

        Args:
            posted: what was sent.
            new: rows that a set brings, each by its table and key: nobody can pick them yet.
        """
        cells = {}
        for box in self.boxes:
            typed = cells[box.column.name] = posted.get(box.name, "").strip()
            if box.offers and typed and (box.offers, typed) not in new:
                try:
                    (cells[box.column.name],) = picked(box.offers, typed).key
                except NotPickedError as wrong:
                    box.errors.append(str(wrong))
        return cells

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


def wrong_words(count: int) -> str:
    """Return that so many things are wrong."""
    words = ngettext(
        "%d thing is wrong: it is said beside its box.",
        "%d things are wrong: each is said beside its box.",
        count,
    )
    return words % count


#: The tables of the bodies that scopes name.
SCOPE_TABLES = {
    "programme": "programmes",
    "province": "provinces",
    "customs_district": "customs_districts",
    "city": "cities",
}

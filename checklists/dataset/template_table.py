"""The table of templates with the values that open their gates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from checklists.dataset.condition_cells import read_test_value
from checklists.models import GateValue, Template
from zones.dataset.columns import kept_in, parts
from zones.dataset.model_table import Lookup, ModelTable, Reference
from zones.dataset.naming import Naming
from zones.dataset.policy_table import spelled, value_types
from zones.dataset.problems import words_of
from zones.dataset.table import Cells, Changes, ForeignKey, Load, RefusedCell, Spell
from zones.dataset.table import TableRow as TableRow
from zones.models import Choice, Topic
from zones.models.value_types import REFERRING, value_cell
from zones.rules.values import listed


class Templates(ModelTable):
    """Templates with their gates."""

    name = "templates"
    keys_within = (("choice", "gate_topic", "gate_values"),)
    title = "Checklists for a trade mode or role"
    model = Template
    key = ("slug",)
    unique = (("position",),)
    columns = (
        kept_in(Template, "slug"),
        kept_in(Template, "position"),
        kept_in(Template, "name_en"),
        kept_in(Template, "name_zh"),
        kept_in(Template, "trade_mode"),
        kept_in(Template, "audience"),
        kept_in(Template, "audience_zh"),
        kept_in(Template, "description_en"),
        kept_in(Template, "description_zh"),
        kept_in(Template, "gate_topic", "gate_topic__slug"),
        parts(
            "gate_values",
            pgettext_lazy("field", "values of the gate"),
            ordered=False,
            told=_("Values that open the trade mode, by semicolons."),
        ),
    )
    references = (Reference("gate_topic", Topic, "slug"),)
    foreign_keys = (ForeignKey(("gate_topic",), "topics", ("slug",)),)
    names: ClassVar[Mapping[str, Naming]] = {
        "gate_values": Naming("choices", within="gate_topic", many=True)
    }
    derived = ("gate_values",)
    part_models: ClassVar[Mapping[type[models.Model], str]] = {GateValue: "template"}

    def queryset(self) -> Any:
        """Return templates with their gates."""
        return super().queryset().prefetch_related(*(f"gate_values__{name}" for name in REFERRING))

    def cells(self, row: Template) -> Cells:
        """Return one template's cells."""
        # The order of the topic's own choices: that in which they were entered means nothing.
        there = sorted(row.gate_values.all(), key=lambda value: value.place)
        values = ";".join(value_cell(value) for value in there)
        return {
            column.name: values
            if column.name == "gate_values"
            else column.cell_of(self._value(row, column))
            for column in self.columns
        }

    def speller(self, others: Mapping[str, Changes]) -> Spell:
        """Write numbers and yes and no of gates in one way."""
        types = value_types(others)

        def spell(row: TableRow) -> Sequence[RefusedCell]:
            try:
                kind = types.get(row.cells["gate_topic"])
                values = [spelled(kind, value) for value in listed(row.cells["gate_values"])]
            except ValueError as wrong:
                return [RefusedCell("gate_values", words_of(wrong))]
            row.values["gate_values"], row.cells["gate_values"] = values, ";".join(values)
            return ()

        return spell

    def check(self, changes: Changes, load: Load) -> None:
        """Note what is wrong with templates, and with what opens their gates."""
        super().check(changes, load)
        topics = Lookup(Topic, "slug", load=load)
        choices = Lookup(Choice, "topic__slug", "slug", load=load)
        for _key, row in changes.checked:
            if not row.has("gate_topic", "gate_values"):
                continue
            with suppress(ValueError):  # that there is no such topic is told already
                topic = topics[row.cells["gate_topic"]] if row.cells["gate_topic"] else None
                list(self._gate_values(Template(gate_topic=topic), row, choices, load))

    def write_children(self, changes: Changes, load: Load) -> None:
        """Write the values that open the gates."""
        choices = Lookup(Choice, "topic__slug", "slug")
        for key, template in self.by_key(changes.rows).items():
            template.gate_values.all().delete()
            for opening in self._gate_values(template, changes.rows[key], choices, load):
                opening.save()

    def _gate_values(
        self, template: Template, row: TableRow, choices: Lookup, load: Load
    ) -> Iterator[GateValue]:
        """The values that open a gate; note those that cannot."""
        for cell in row.values["gate_values"]:
            try:
                value = read_test_value(template.gate_topic, cell, choices)
                opening = GateValue(template=template, **value)
                opening.clean()
            except ValueError as wrong:
                self.refuse(load, row, "gate_values", words_of(wrong))
            except ValidationError as wrong:
                self.refuse(load, row, "gate_values", "; ".join(wrong.messages))
            else:
                yield opening

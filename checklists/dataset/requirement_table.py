"""The table of requirements with their tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from checklists.dataset.condition_cells import Conditions, applies_when, asks, test_of
from checklists.models import Requirement, RequirementVersion, Template
from zones.dataset.columns import ENGLISH_CLAUSE, kept_in, text
from zones.dataset.model_table import ModelTable, ReadFields, Reference
from zones.dataset.naming import RowName
from zones.dataset.policy_table import spelled, value_types
from zones.dataset.problems import words_of
from zones.dataset.table import (
    BATCH,
    Cells,
    Changes,
    ForeignKey,
    Key,
    Load,
    RefusedCell,
    Spell,
)
from zones.dataset.table import TableRow as TableRow
from zones.models import FocusArea, Source
from zones.models.value_types import REFERRING, TESTABLE
from zones.rules.cell_tests import read_test


def _current(rows: Sequence[Requirement]) -> list[RequirementVersion]:
    """The versions of requirements that are known now."""
    versions = RequirementVersion.objects.current().select_related("requirement__template")
    return list(versions.filter(requirement__in=[row.pk for row in rows]))


class Requirements(ModelTable):
    """Duties with their conditions."""

    name = "requirements"
    ends_by = ("effective_to",)
    holds_between = ("effective_from", "effective_to")
    lies_in = "templates"
    tests: ClassVar[Mapping[str, tuple[str, str]]] = {
        "applies_when": ("topic", "choice"),
        "asks": ("intakequestion", "intakechoice"),
    }
    title = "Duties of the templates"
    model = Requirement
    key = ("template", "number")
    decisive = (
        *("applies_when", "asks", "effective_from", "effective_to", "recurrence"),
        "source_id",
    )
    columns = (
        kept_in(Requirement, "template", "template__slug"),
        kept_in(Requirement, "number"),
        kept_in(Requirement, "focus_area", "focus_area__slug"),
        kept_in(Requirement, "title_en"),
        kept_in(Requirement, "title_zh"),
        kept_in(Requirement, "guidance_en"),
        kept_in(Requirement, "guidance_zh"),
        kept_in(Requirement, "evidence_en"),
        kept_in(Requirement, "evidence_zh"),
        kept_in(Requirement, "responsible_role"),
        kept_in(Requirement, "responsible_role_zh"),
        kept_in(Requirement, "severity"),
        kept_in(Requirement, "recurrence"),
        text(
            "applies_when",
            pgettext_lazy("field", "applies where"),
            told=_("A test of the city, such as topic=value, topic!=value or programme=key."),
        ),
        text(
            "asks",
            pgettext_lazy("field", "applies to companies"),
            told=_("A test of the company, such as question=answer or question!=answer."),
        ),
        kept_in(Requirement, "effective_from"),
        kept_in(Requirement, "effective_to"),
        kept_in(Requirement, "source_id", "source__slug"),
        replace(kept_in(Requirement, "clause"), label=ENGLISH_CLAUSE),
        replace(kept_in(Requirement, "clause_zh"), added_later=True),
        kept_in(Requirement, "verification"),
        kept_in(Requirement, "evidence_url", staff=True),
        kept_in(Requirement, "caveat_en"),
        kept_in(Requirement, "caveat_zh"),
    )
    references = (
        Reference("template", Template, "slug"),
        Reference("focus_area", FocusArea, "slug"),
        Reference("source_id", Source, "slug"),
    )
    foreign_keys = (
        ForeignKey(("template",), "templates", ("slug",)),
        ForeignKey(("focus_area",), "focus_areas", ("slug",)),
        ForeignKey(("source_id",), "sources", ("id",)),
    )
    may_name = ("topics", "choices", "programmes", "intake_questions")
    derived = ("applies_when", "asks")
    named_fields: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(("tested_topic", "tested_programme", "test_operator"), "applies_when"),
        **{own.column: "applies_when" for own in TESTABLE},
        **dict.fromkeys(("asked_choice", "ask_operator"), "asks"),
    }
    is_set_aside = True
    taken_out = "withdrawn"
    version_models: ClassVar[Mapping[type[models.Model], str]] = {RequirementVersion: "requirement"}

    def present(self) -> Any:
        """Return the requirements that are known now."""
        return self.queryset().not_withdrawn()

    def ever(self) -> Iterator[Cells]:
        """Yield the cells of all requirements that any revision knows, as they are known last."""
        return (self.cells(row) for row in self.queryset())

    def set_aside(self) -> set[Key]:
        """Return the keys of the requirements that were withdrawn."""
        gone = Requirement.objects.withdrawn().order_by()
        return set(gone.values_list("template__slug", "number"))

    def finish(self, load: Load) -> None:
        """Note a version of each requirement that is new or another, for publication."""
        if load.is_history:
            return
        rows = list(self.by_key(load.changes[self.name].rows).values())
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            load.publication.replaced += _current(batch)
            drafts = RequirementVersion.objects.bulk_create(map(RequirementVersion.of, batch))
            load.publication.records += drafts

    def take_out(self, absent: Mapping[Key, Cells], load: Load) -> None:
        """Withdraw requirements: earlier revisions, and checklists, go on to tell of them."""
        load.former += [(self.name, list(key), cells) for key, cells in absent.items()]
        rows = list(self.by_key(absent).values())
        for start in range(0, len(rows), BATCH):
            load.publication.replaced += _current(rows[start : start + BATCH])

    def named_beside(self, cells: Mapping[str, str]) -> Iterator[RowName]:
        """Yield what the conditions test: topics with their choices, programmes, questions."""
        if test := read_test(cells.get("applies_when", "")):
            if test.is_of_programme:
                yield RowName("applies_when", "programmes", (test.value,))
            else:
                yield RowName("applies_when", "topics", (test.subject,))
                yield RowName("applies_when", "choices", (test.subject, test.value))
        if test := read_test(cells.get("asks", "")):
            yield RowName("asks", "intake_questions", (test.subject,))

    def queryset(self) -> Any:
        """Return duties with what they test."""
        related = (
            "tested_topic",
            "tested_programme",
            *REFERRING,
            "asked_choice__question",
        )
        return super().queryset().select_related(*related, "template", "focus_area", "source")

    def cells(self, row: Requirement) -> Cells:
        """Return one duty's cells."""
        special = {"applies_when": applies_when(row), "asks": asks(row)}
        return {
            column.name: special[column.name]
            if column.name in special
            else column.cell_of(self._value(row, column))
            for column in self.columns
        }

    def fields_reader(self, load: Load) -> Callable[[TableRow], ReadFields]:
        """Return fields with the references that the conditions of a duty make."""
        plain, tests = super().fields_reader(load), Conditions(load)

        def fields(row: TableRow) -> ReadFields:
            read = plain(row)
            for name, of in (("applies_when", tests.of_place), ("asks", tests.of_company)):
                try:
                    read.fields.update(of(row.cells[name]) if row.has(name) else {})
                except ValueError as wrong:
                    read.wrong.append(RefusedCell(name, words_of(wrong)))
            return read

        return fields

    def speller(self, others: Mapping[str, Changes]) -> Spell:
        """Write the numbers and yes and no of conditions in one way."""
        types = value_types(others)

        def spell(row: TableRow) -> Sequence[RefusedCell]:
            wrong: list[RefusedCell] = []
            for name in ("applies_when", "asks"):
                if not row.cells[name]:
                    continue
                try:
                    test = test_of(row.cells[name])
                    if name == "applies_when":
                        value = spelled(types.get(test.subject), test.value)
                        test = test._replace(value=value)
                except ValueError as refused:
                    wrong.append(RefusedCell(name, words_of(refused)))
                else:
                    row.cells[name] = str(test)
            return wrong

        return spell

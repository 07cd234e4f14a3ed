"""The tables of checklists: intake questions, templates and requirements."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ValidationError

from checklists.models import GateValue, IntakeChoice, IntakeQuestion, Requirement, Template
from checklists.models.templates import Operator
from zones.dataset.columns import kept_in, parts, text
from zones.dataset.policies import spelled, value_types
from zones.dataset.tables import (
    Cells,
    Changes,
    ForeignKey,
    Load,
    Lookup,
    ModelTable,
    Reference,
    WrongCellError,
)
from zones.dataset.tables import Row as TableRow
from zones.models import Choice, FocusArea, Programme, Source, Topic
from zones.rules.values import boolean, first_twice, number, number_text


class IntakeQuestions(ModelTable):
    """Questions about the company, with their choices in one cell."""

    name = "intake_questions"
    title = "Questions about the company"
    model = IntakeQuestion
    told_with = {IntakeChoice: "question"}
    key = ("slug",)
    unique = (("position",),)
    columns = (
        kept_in(IntakeQuestion, "slug"),
        kept_in(IntakeQuestion, "position"),
        kept_in(IntakeQuestion, "question_en"),
        kept_in(IntakeQuestion, "question_zh"),
        parts("choices"),
        parts("choice_labels_en"),
        parts("choice_labels_zh"),
        kept_in(IntakeQuestion, "multiple"),
        text("default"),
        kept_in(IntakeQuestion, "why_en"),
        kept_in(IntakeQuestion, "why_zh"),
    )
    derived = ("choices", "choice_labels_en", "choice_labels_zh", "default")

    def queryset(self) -> Any:
        """Questions with their choices."""
        return super().queryset().prefetch_related("choices")

    def cells(self, row: IntakeQuestion) -> Cells:
        """One question's cells."""
        choices = list(row.choices.all())
        special = {
            "choices": ";".join(choice.slug for choice in choices),
            "choice_labels_en": ";".join(choice.label_en for choice in choices),
            "choice_labels_zh": ";".join(choice.label_zh for choice in choices),
            "default": next((choice.slug for choice in choices if choice.is_default), ""),
        }
        return {
            column.name: special[column.name]
            if column.name in special
            else column.cell_of(self._value(row, column))
            for column in self.columns
        }

    def write_children(self, changes: Changes, load: Load) -> None:
        """Write the choices. A choice that duties ask for stays."""
        for key, question in self.by_key(changes.rows).items():
            row = changes.rows[key]
            slugs, english, chinese = (
                list(row.values[name])
                for name in ("choices", "choice_labels_en", "choice_labels_zh")
            )
            if wrong := self._wrong_choices(slugs, english, chinese):
                self.refuse(load, row, *wrong)
            elif not len(slugs) == len(english) == len(chinese):
                wrong_one = "en" if len(english) != len(slugs) else "zh"
                why = f"has another number of parts than the {len(slugs)} choices"
                self.refuse(load, row, f"choice_labels_{wrong_one}", why)
            elif row.cells["default"] and row.cells["default"] not in slugs:
                self.refuse(load, row, "default", f"is not one of: {', '.join(slugs)}")
            else:
                self._write_choices(question, row, slugs, english, chinese)

    @staticmethod
    def _wrong_choices(slugs: list[str], *labels: list[str]) -> tuple[str, str] | None:
        """The column of the first choice that cannot be kept, and why."""
        if twice := first_twice(slugs):
            return "choices", f"{twice} stands twice"
        names = ("slug", "label_en", "label_zh")
        columns = ("choices", "choice_labels_en", "choice_labels_zh")
        for name, column, cells in zip(names, columns, (slugs, *labels), strict=True):
            read = kept_in(IntakeChoice, name).read
            try:
                for cell in cells:
                    read(cell)
            except ValueError as wrong:
                return column, str(wrong)
        return None

    @staticmethod
    def _write_choices(
        question: IntakeQuestion,
        row: TableRow,
        slugs: list[str],
        english: list[str],
        chinese: list[str],
    ) -> None:
        question.choices.exclude(slug__in=slugs).delete()
        question.choices.update(is_default=False)
        for place, slug in enumerate(slugs):
            IntakeChoice.objects.update_or_create(
                question=question,
                slug=slug,
                defaults={
                    "label_en": english[place],
                    "label_zh": chinese[place],
                    "position": place + 1,
                    "is_default": slug == row.cells["default"],
                },
            )


class Templates(ModelTable):
    """Templates with their gates."""

    name = "templates"
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
        parts("gate_values", ordered=False),
    )
    references = (Reference("gate_topic", Topic, "slug"),)
    foreign_keys = (ForeignKey(("gate_topic",), "topics", ("slug",)),)
    derived = ("gate_values",)

    def queryset(self) -> Any:
        """Templates with their gates."""
        return super().queryset().prefetch_related("gate_values__value_choice")

    def cells(self, row: Template) -> Cells:
        """One template's cells."""
        # The order of the topic's own choices: that in which they were entered means nothing.
        there = sorted(row.gate_values.all(), key=lambda value: value.place)
        values = ";".join(tested_value(value) for value in there)
        return {
            column.name: values
            if column.name == "gate_values"
            else column.cell_of(self._value(row, column))
            for column in self.columns
        }

    def speller(self, others: Mapping[str, Changes]) -> Callable[[TableRow], None]:
        """Write numbers and yes and no of gates in one way."""
        types = value_types(others)

        def spell(row: TableRow) -> None:
            try:
                kind = types.get(row.cells["gate_topic"])
                values = [spelled(kind, value) for value in row.values["gate_values"]]
            except ValueError as wrong:
                raise WrongCellError("gate_values", str(wrong)) from None
            row.values["gate_values"], row.cells["gate_values"] = values, ";".join(values)

        return spell

    def write_children(self, changes: Changes, load: Load) -> None:
        """Write the values that open the gates."""
        choices = Lookup(Choice, "topic__slug", "slug")
        for key, template in self.by_key(changes.rows).items():
            row = changes.rows[key]
            template.gate_values.all().delete()
            for cell in row.values["gate_values"]:
                try:
                    value = read_test_value(template.gate_topic, cell, choices)
                    opening = GateValue(template=template, **value)
                    opening.clean()
                except ValueError as wrong:
                    self.refuse(load, row, "gate_values", str(wrong))
                except ValidationError as wrong:
                    self.refuse(load, row, "gate_values", "; ".join(wrong.messages))
                else:
                    opening.save()


class Requirements(ModelTable):
    """Duties with their conditions."""

    name = "requirements"
    title = "Duties of the templates"
    model = Requirement
    key = ("template", "number")
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
        text("applies_when"),
        text("asks"),
        kept_in(Requirement, "effective_from"),
        kept_in(Requirement, "effective_to"),
        kept_in(Requirement, "source_id", "source__slug"),
        kept_in(Requirement, "clause"),
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
    derived = ("applies_when", "asks")

    def queryset(self) -> Any:
        """Duties with what they test."""
        related = (
            "tested_topic",
            "tested_programme",
            "value_choice",
            "asked_choice__question",
        )
        return super().queryset().select_related(*related, "template", "focus_area", "source")

    def cells(self, row: Requirement) -> Cells:
        """One duty's cells."""
        special = {"applies_when": applies_when(row), "asks": asks(row)}
        return {
            column.name: special[column.name]
            if column.name in special
            else column.cell_of(self._value(row, column))
            for column in self.columns
        }

    def fields_reader(self, load: Load) -> Callable[[TableRow], dict[str, Any]]:
        """Fields with the references that the conditions of a duty make."""
        plain, tests = super().fields_reader(load), _Tests()

        def fields(row: TableRow) -> dict[str, Any]:
            read = plain(row)
            for name, of in (("applies_when", tests.of_place), ("asks", tests.of_company)):
                try:
                    read |= of(row.cells[name])
                except ValueError as wrong:
                    raise WrongCellError(name, str(wrong)) from None
            return read

        return fields

    def speller(self, others: Mapping[str, Changes]) -> Callable[[TableRow], None]:
        """Write the numbers and yes and no of conditions in one way."""
        types = value_types(others)

        def spell(row: TableRow) -> None:
            if row.cells["applies_when"]:
                try:
                    subject, operator, value = _split(row.cells["applies_when"])
                    value = spelled(types.get(subject), value)
                except ValueError as wrong:
                    raise WrongCellError("applies_when", str(wrong)) from None
                row.cells["applies_when"] = f"{subject}{operator}{value}"
            if row.cells["asks"]:
                try:
                    row.cells["asks"] = "".join(_split(row.cells["asks"]))
                except ValueError as wrong:
                    raise WrongCellError("asks", str(wrong)) from None

        return spell


class _Tests:
    """Reads conditions as references."""

    def __init__(self) -> None:
        self.topics = Lookup(Topic, "slug")
        self.choices = Lookup(Choice, "topic__slug", "slug")
        self.programmes = Lookup(Programme, "slug")
        self.answers = Lookup(IntakeChoice, "question__slug", "slug")

    def of_place(self, cell: str) -> dict[str, Any]:
        """``topic=value``, ``topic!=value``, ``programme=slug`` or ``programme!=slug``.

        Raises:
            ValueError: the test is not of that form, or names what does not exist.
        """
        none = {"tested_topic": None, "tested_programme": None, "test_operator": ""}
        none |= dict.fromkeys(("value_boolean", "value_number", "value_choice"))
        if not cell:
            return none
        subject, operator, value = _split(cell)
        if subject == "programme":
            return none | {"tested_programme": self.programmes[value], "test_operator": operator}
        topic = self.topics[subject]
        typed = read_test_value(topic, value, self.choices)
        return none | {"tested_topic": topic, "test_operator": operator, **typed}

    def of_company(self, cell: str) -> dict[str, Any]:
        """``question=answer`` or ``question!=answer``.

        Raises:
            ValueError: the test is not of that form, or names what does not exist.
        """
        if not cell:
            return {"asked_choice": None, "ask_operator": ""}
        question, operator, answer = _split(cell)
        return {"asked_choice": self.answers[question, answer], "ask_operator": operator}


def read_test_value(topic: Topic | None, cell: str, choices: Lookup) -> dict[str, Any]:
    """A value to test a topic for, in the column of its type.

    Raises:
        ValueError: there is no topic, it is a text, or the value is not of its type.
    """
    match topic.value_type if topic else None:
        case "boolean":
            return {"value_boolean": boolean(cell)}
        case "number":
            return {"value_number": number(cell)}
        case "choice" if topic:
            return {"value_choice": choices[topic.slug, cell]}
    raise ValueError(f"tests {topic or 'no topic'}, which cannot be tested for a value")


def tested_value(row: Any) -> str:
    """The value a row tests for, as the cell it was read from."""
    if row.value_boolean is not None:
        return str(row.value_boolean).lower()
    if row.value_number is not None:
        return number_text(row.value_number)
    return row.value_choice.slug if row.value_choice else ""


def applies_when(row: Requirement) -> str:
    """The test on the city as a cell."""
    if row.tested_programme:
        return f"programme{row.test_operator}{row.tested_programme.slug}"
    if row.tested_topic:
        return f"{row.tested_topic.slug}{row.test_operator}{tested_value(row)}"
    return ""


def asks(row: Requirement) -> str:
    """The test on the company as a cell."""
    if row.asked_choice is None:
        return ""
    return f"{row.asked_choice.question.slug}{row.ask_operator}{row.asked_choice.slug}"


def _split(cell: str) -> tuple[str, str, str]:
    operator = Operator.IS_NOT if Operator.IS_NOT in cell else Operator.IS
    subject, found, value = (part.strip() for part in cell.partition(operator))
    if not (subject and found and value):
        raise ValueError(f"{cell!r} is not a test such as name=value or name!=value")
    return subject, operator.value, value


TABLES = (IntakeQuestions(), Templates(), Requirements())

"""The tables of checklists: intake questions, templates and requirements."""

from __future__ import annotations

from typing import Any

from checklists.models import GateValue, IntakeChoice, IntakeQuestion, Requirement, Template
from checklists.models.templates import Operator, Recurrence, Severity
from zones.dataset.columns import (
    boolean,
    names_some,
    one_of,
    partial_date,
    text,
    url,
    whole_number,
)
from zones.dataset.tables import Cells, Changes, ForeignKey, Load, Lookup, ModelTable, Reference
from zones.dataset.tables import Row as TableRow
from zones.models import Choice, FocusArea, Programme, Source, Topic, Verification
from zones.models.topics import number_text, parse_boolean, parse_number


class IntakeQuestions(ModelTable):
    """Questions about the company, with their choices in one cell."""

    name = "intake_questions"
    title = "Questions about the company"
    model = IntakeQuestion
    key = ("slug",)
    columns = (
        text("slug", longest=60, required=True),
        whole_number("position", required=True),
        text("question_en", longest=300, required=True),
        text("question_zh", longest=300, required=True),
        names_some("choices"),
        names_some("choice_labels_en"),
        names_some("choice_labels_zh"),
        boolean("multiple"),
        text("default", required=True),
        text("why_en", required=True),
        text("why_zh", required=True),
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
            if not len(slugs) == len(english) == len(chinese):
                self.refuse(load, row, "choices", "and its labels differ in number")
            elif row.cells["default"] not in slugs:
                self.refuse(load, row, "default", f"is not one of: {', '.join(slugs)}")
            else:
                self._write_choices(question, row, slugs, english, chinese)

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
    columns = (
        text("slug", longest=60, required=True),
        whole_number("position", required=True),
        text("name_en", longest=200, required=True),
        text("name_zh", longest=200, required=True),
        text("trade_mode", longest=30, required=True),
        text("audience", longest=50, required=True),
        text("audience_zh", longest=50, required=True),
        text("description_en", required=True),
        text("description_zh", required=True),
        text("gate_topic", "gate_topic__slug"),
        names_some("gate_values"),
    )
    references = (Reference("gate_topic", Topic, "slug"),)
    foreign_keys = (ForeignKey(("gate_topic",), "topics", ("slug",)),)
    derived = ("gate_values",)

    def queryset(self) -> Any:
        """Templates with their gates."""
        return super().queryset().prefetch_related("gate_values__value_choice")

    def cells(self, row: Template) -> Cells:
        """One template's cells."""
        values = ";".join(tested_value(value) for value in row.gate_values.all())
        return {
            column.name: values
            if column.name == "gate_values"
            else column.cell_of(self._value(row, column))
            for column in self.columns
        }

    def write_children(self, changes: Changes, load: Load) -> None:
        """Write the values that open the gates."""
        choices = Lookup(Choice, "topic__slug", "slug")
        for key, template in self.by_key(changes.rows).items():
            row = changes.rows[key]
            template.gate_values.all().delete()
            for cell in row.values["gate_values"]:
                try:
                    value = read_test_value(template.gate_topic, cell, choices)
                    GateValue.objects.create(template=template, **value)
                except ValueError as wrong:
                    self.refuse(load, row, "gate_values", str(wrong))


class Requirements(ModelTable):
    """Duties with their conditions."""

    name = "requirements"
    title = "Duties of the templates"
    model = Requirement
    key = ("template", "number")
    columns = (
        text("template", "template__slug", required=True),
        text("number", longest=10, required=True),
        text("focus_area", "focus_area__slug", required=True),
        text("title_en", longest=200, required=True),
        text("title_zh", longest=200, required=True),
        text("guidance_en", required=True),
        text("guidance_zh", required=True),
        text("evidence_en", required=True),
        text("evidence_zh", required=True),
        text("responsible_role", longest=100, required=True),
        text("responsible_role_zh", longest=100, required=True),
        one_of("severity", Severity.values),
        one_of("recurrence", Recurrence.values),
        text("applies_when"),
        text("asks"),
        partial_date("effective_from"),
        partial_date("effective_to"),
        text("source_id", "source__slug", required=True),
        text("clause", longest=200),
        one_of("verification", Verification.values),
        url("evidence_url", staff=True),
        text("caveat_en"),
        text("caveat_zh"),
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

    def write(self, changes: Changes, load: Load) -> None:
        """Write duties, with the references their conditions make."""
        self.tests = _Tests()
        self.load = load
        super().write(changes, load)

    def fields_of(self, row: TableRow) -> dict[str, Any]:
        """The conditions and the place of a duty."""
        fields: dict[str, Any] = {"position": _position(row.cells["number"])}
        for column, read in (
            ("applies_when", self.tests.of_place),
            ("asks", self.tests.of_company),
        ):
            try:
                fields |= read(row.cells[column])
            except ValueError as wrong:
                self.refuse(self.load, row, column, str(wrong))
        return fields


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
            return {"value_boolean": parse_boolean(cell)}
        case "number":
            return {"value_number": parse_number(cell)}
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
    subject, found, value = cell.partition(operator)
    if not (subject and found and value):
        raise ValueError(f"{cell!r} is not a test such as name=value or name!=value")
    return subject, operator.value, value


def _position(number: str) -> int:
    """Order within a template: 4.2a before 4.2b before 4.10."""
    area, _, rest = number.partition(".")
    digits = rest.rstrip("abcdefghijklmnopqrstuvwxyz")
    letter = rest[len(digits) :]
    if not (area.isdigit() and digits.isdigit() and len(letter) <= 1 and int(digits) < 100):
        raise ValueError(f"{number!r} is not a number such as 4.2 or 4.2a")
    return int(area) * 3000 + int(digits) * 30 + (ord(letter) - 96 if letter else 0)


TABLES = (IntakeQuestions(), Templates(), Requirements())

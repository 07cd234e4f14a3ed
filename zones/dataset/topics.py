"""Tables of focus areas, topics and choices."""

from __future__ import annotations

from typing import Any

from zones.dataset.columns import boolean, names_some, one_of, partial_date, text, whole_number
from zones.dataset.places import named
from zones.dataset.tables import ForeignKey, Load, ModelTable, Reference
from zones.models import Choice, Direction, FocusArea, Topic, ValueType


class FocusAreas(ModelTable):
    """Focus areas."""

    name = "focus_areas"
    title = "Headings under which topics are compared"
    model = FocusArea
    key = ("slug",)
    columns = (
        text("slug", longest=50, required=True),
        *named(),
        text("description_en", required=True),
        text("description_zh", required=True),
        whole_number("position", required=True),
    )


class Topics(ModelTable):
    """Topics. Their choices must be the same as in the table of choices."""

    name = "topics"
    title = "Comparable questions"
    model = Topic
    key = ("slug",)
    columns = (
        text("focus_area", "focus_area__slug", required=True),
        text("slug", longest=60, required=True),
        whole_number("position", required=True),
        text("question_en", longest=300, required=True),
        text("question_zh", longest=300, required=True),
        one_of("value_type", ValueType.values),
        text("unit", longest=50),
        text("unit_zh", longest=50),
        names_some("choices"),
        one_of("direction", Direction.values),
        text("trade_modes", longest=60),
        text("why_it_matters_en", required=True),
        text("why_it_matters_zh", required=True),
        partial_date("begins_on"),
        boolean("additive"),
        whole_number("review_months", required=True),
    )
    references = (Reference("focus_area", FocusArea, "slug"),)
    foreign_keys = (ForeignKey(("focus_area",), "focus_areas", ("slug",)),)
    derived = ("choices",)

    def queryset(self) -> Any:
        """Topics with their choices."""
        return super().queryset().prefetch_related("choices")

    def cells(self, row: Topic) -> dict[str, str]:
        """One topic's cells."""
        choices = ";".join(choice.slug for choice in row.choices.all())
        return {
            column.name: choices
            if column.name == "choices"
            else column.cell_of(self._value(row, column))
            for column in self.columns
        }

    def finish(self, load: Load) -> None:
        """Refuse topics whose choices are not those of the table of choices."""
        changes = load.changes[self.name]
        for key, topic in self.by_key(changes.rows).items():
            row = changes.rows[key]
            there = [choice.slug for choice in topic.choices.all()]
            if row.values["choices"] and list(row.values["choices"]) != there:
                why = f"is not what choices.csv says: {';'.join(there) or 'none'}"
                self.refuse(load, row, "choices", why)


class Choices(ModelTable):
    """Choices of choice topics."""

    name = "choices"
    title = "Possible answers to choice topics"
    model = Choice
    key = ("topic", "choice")
    columns = (
        text("topic", "topic__slug", required=True),
        text("choice", "slug", longest=60, required=True),
        text("label_en", longest=100, required=True),
        text("label_zh", longest=100, required=True),
        whole_number("position", required=True),
        text("meaning_en", required=True),
        text("meaning_zh", required=True),
    )
    references = (Reference("topic", Topic, "slug"),)
    foreign_keys = (ForeignKey(("topic",), "topics", ("slug",)),)

"""Tables of focus areas, topics and choices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from zones.dataset.columns import kept_in, parts, same_list
from zones.dataset.model_table import ModelTable, ReadFields, Reference
from zones.dataset.place_tables import named
from zones.dataset.table import Changes, ForeignKey, Load, TableRow
from zones.models import Choice, FocusArea, Topic
from zones.models.keys import used_among


class FocusAreas(ModelTable):
    """Focus areas."""

    name = "focus_areas"
    title = "Headings under which topics are compared"
    model = FocusArea
    key = ("slug",)
    unique = (("position",),)
    columns = (
        kept_in(FocusArea, "slug"),
        *named(FocusArea),
        kept_in(FocusArea, "description_en"),
        kept_in(FocusArea, "description_zh"),
        kept_in(FocusArea, "position"),
    )


#: How a topic is answered, each in both languages.
CODEBOOK = (
    *("counts_as_en", "counts_as_zh", "examples_en", "examples_zh"),
    *("pitfalls_en", "pitfalls_zh"),
)


class Topics(ModelTable):
    """Topics. Their choices must be the same as in the table of choices."""

    name = "topics"
    keys_within = (("choice", "slug", "choices"),)
    title = "Comparable questions"
    model = Topic
    part_models = {Choice: "topic"}
    key = ("slug",)
    columns = (
        kept_in(Topic, "focus_area", "focus_area__slug"),
        kept_in(Topic, "slug"),
        kept_in(Topic, "position"),
        replace(kept_in(Topic, "label_en"), added_later=True),
        replace(kept_in(Topic, "label_zh"), added_later=True),
        kept_in(Topic, "question_en"),
        kept_in(Topic, "question_zh"),
        replace(kept_in(Topic, "value_type"), told_once_used=True),
        kept_in(Topic, "unit"),
        kept_in(Topic, "unit_zh"),
        parts(
            "choices",
            pgettext_lazy("field", "choices"),
            told=_("Keys by semicolons, those of the table of choices and in its order."),
        ),
        kept_in(Topic, "direction"),
        replace(kept_in(Topic, "trade_modes"), same=same_list),
        kept_in(Topic, "why_it_matters_en"),
        kept_in(Topic, "why_it_matters_zh"),
        *(replace(kept_in(Topic, name), added_later=True) for name in CODEBOOK),
        kept_in(Topic, "begins_on"),
        kept_in(Topic, "additive"),
        replace(kept_in(Topic, "descriptive"), added_later=True, until_then="false"),
        kept_in(Topic, "review_months"),
    )
    references = (Reference("focus_area", FocusArea, "slug"),)
    foreign_keys = (ForeignKey(("focus_area",), "focus_areas", ("slug",)),)
    derived = ("choices",)
    lists: ClassVar[Mapping[str, str]] = {"choices": "choices"}

    def fields_reader(self, load: Load) -> Callable[[TableRow], ReadFields]:
        """Return a function that gives a topic's fields.

        One that turns descriptive though answers to it
        are published, or did so in a history, is left as it was for the revision that says so.
        """
        read = super().fields_reader(load)
        turning = self._turning(load)

        def fields(row: TableRow) -> ReadFields:
            found = read(row)
            if row.cells["slug"] in turning:
                found.fields["descriptive"] = False
            return found

        return fields

    def _turning(self, load: Load) -> set[str]:
        if load.is_history:
            return described_later(load)
        changes = load.changes[self.name]
        named = [
            key
            for key, row in changes.corrected.items()
            if (changes.before[key]["descriptive"], row.cells["descriptive"]) == ("false", "true")
        ]
        topics = list(self.by_key(named).values())
        used = used_among(topics)
        turning = [topic for topic in topics if topic.pk in used]
        load.publication.described += [topic.pk for topic in turning]
        return {topic.slug for topic in turning}

    def queryset(self) -> Any:
        """Return topics with their choices."""
        return super().queryset().prefetch_related("choices")

    def cells(self, row: Topic) -> dict[str, str]:
        """Return the cells of one topic."""
        choices = ";".join(choice.slug for choice in row.choices.all())
        return {
            column.name: choices
            if column.name == "choices"
            else column.cell_of(self._value(row, column))
            for column in self.columns
        }

    def check(self, changes: Changes, load: Load) -> None:
        """Note what is wrong with topics; choices of which one says nothing follow their table."""
        super().check(changes, load)
        there = choices_after(load) if changes else {}
        for key, row in changes.checked:
            was = changes.before.get(key, {}).get("choices", "")
            if row.cells["choices"] == was and row.has("choices"):
                row.values["choices"] = there.get(key[0], [])
                row.cells["choices"] = ";".join(row.values["choices"])
        self.finish(load)

    def finish(self, load: Load) -> None:
        """Refuse topics whose choices are not those of the table of choices."""
        changes = load.changes[self.name]
        choices = choices_after(load) if changes else {}
        brought = load.changes.get(Choices.name, Changes())
        unsure = {key[0] for key, _row in brought.refused}
        for key, row in changes.checked:
            if key[0] in unsure:  # which choices there will be is known once those are mended
                continue
            there = choices.get(key[0], [])
            listed = row.values["choices"] if row.has("slug", "choices") else []
            if listed and list(listed) != there:
                said = ";".join(there) or gettext("no choices")
                why = gettext("is not what the choices say: %s") % said
                self.refuse(load, row, "choices", why)


def choices_after(load: Load) -> dict[str, list[str]]:
    """Return the choices that each topic will have after a load, in their order."""
    changes = load.changes.get(Choices.name, Changes())
    stored = Choice.objects.order_by().values_list("topic__slug", "slug", "position")
    places = {(topic, slug): position for topic, slug, position in stored}
    places |= {(key[0], key[1]): row.values["position"] for key, row in changes.rows.items()}
    for key in changes.absent if load.withdraw else ():
        places.pop((key[0], key[1]), None)
    found: dict[str, list[str]] = {}
    for topic, slug in sorted(places, key=lambda key: (places[key], key)):
        found.setdefault(topic, []).append(slug)
    return found


def described_later(load: Load) -> set[str]:
    """Return the topics that a revision of a history made descriptive, by natural key."""
    revisions = load.changes["revisions"].rows.values()
    return {slug for row in revisions for slug in row.values["descriptive_topics"]}


class Choices(ModelTable):
    """Choices of choice topics."""

    name = "choices"
    lies_in = "topics"
    title = "Possible answers to choice topics"
    model = Choice
    key = ("topic", "choice")
    unique = (("topic", "position"),)
    columns = (
        kept_in(Choice, "topic", "topic__slug"),
        kept_in(Choice, "choice", "slug"),
        kept_in(Choice, "label_en"),
        kept_in(Choice, "label_zh"),
        kept_in(Choice, "position"),
        kept_in(Choice, "meaning_en"),
        kept_in(Choice, "meaning_zh"),
        replace(kept_in(Choice, "denies"), added_later=True, until_then="false"),
    )
    references = (Reference("topic", Topic, "slug"),)
    foreign_keys = (ForeignKey(("topic",), "topics", ("slug",)),)

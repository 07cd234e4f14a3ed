"""The table of intake questions with their choices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from checklists.models import IntakeChoice, IntakeQuestion, Requirement
from zones.dataset.blocking_references import BlockingReferences
from zones.dataset.columns import kept_in, parts, text
from zones.dataset.model_table import ModelTable
from zones.dataset.problems import words_of
from zones.dataset.table import Cells, Changes, Key, Load
from zones.dataset.table import TableRow as TableRow
from zones.rules.values import first_twice


class IntakeQuestions(ModelTable):
    """Questions about the company, with their choices in one cell."""

    name = "intake_questions"
    keys_within = (
        ("intakechoice", "slug", "choices"),
        ("intakechoice", "slug", "default"),
    )
    title = "Questions about the company"
    model = IntakeQuestion
    part_models = {IntakeChoice: "question"}
    key = ("slug",)
    unique = (("position",),)
    columns = (
        kept_in(IntakeQuestion, "slug"),
        kept_in(IntakeQuestion, "position"),
        kept_in(IntakeQuestion, "question_en"),
        kept_in(IntakeQuestion, "question_zh"),
        parts("choices", pgettext_lazy("field", "keys of the answers"), told=_("By semicolons.")),
        parts(
            "choice_labels_en",
            pgettext_lazy("field", "English labels of the answers"),
            told=_("By semicolons, in the order of the keys."),
        ),
        parts(
            "choice_labels_zh",
            pgettext_lazy("field", "Chinese labels of the answers"),
            told=_("By semicolons, in the order of the keys."),
        ),
        kept_in(IntakeQuestion, "multiple"),
        text(
            "default",
            pgettext_lazy("field", "default"),
            told=_("The key of the answer that counts where nothing was answered."),
        ),
        kept_in(IntakeQuestion, "why_en"),
        kept_in(IntakeQuestion, "why_zh"),
    )
    derived = ("choices", "choice_labels_en", "choice_labels_zh", "default")

    def queryset(self) -> Any:
        """Return questions with their choices."""
        return super().queryset().prefetch_related("choices")

    def cells(self, row: IntakeQuestion) -> Cells:
        """Return one question's cells."""
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

    def check(self, changes: Changes, load: Load) -> None:
        """Note what is wrong with questions and their choices, and promise those to duties."""
        super().check(changes, load)
        asked = IntakeChoice.objects.filter(question__slug__in=[key[0] for key in changes.rows])
        known = {(own.question.slug, own.slug): own for own in asked.select_related("question")}
        questions = {own.question.slug: own.question for own in known.values()}
        questions |= {question.slug: question for question in load.promised[self.model]}
        left: dict[int, tuple[str, str]] = {}
        for (slug,), row in changes.rows.items():
            if wrong := self._wrong(row):
                self.refuse(load, row, *wrong)
                continue
            slugs = row.values["choices"]
            left |= {own.pk: k for k, own in known.items() if k[0] == slug and k[1] not in slugs}
            new = [choice for choice in slugs if (slug, choice) not in known and slug in questions]
            choices = [IntakeChoice(question=questions[slug], slug=choice) for choice in new]
            load.promise(IntakeChoice, choices)
        for pk, one in (
            BlockingReferences(load).of(IntakeChoice, left.keys()).items() if left else ()
        ):
            slug, choice = left[pk]
            what = one.model._meta.verbose_name_plural
            told = gettext("%(what)s ask for the choice %(choice)s, so it stays.")
            why = told % {"what": what, "choice": choice}
            self.refuse(load, changes.rows[slug,], "choices", why)

    def keep_parts(self, changes: Changes, load: Load) -> Mapping[Key, str]:
        """Let a question keep, in their places, answers for which withdrawn duties asked."""
        kept: dict[Key, str] = {}
        lost = {
            choice.pk: (key, choice)
            for key, question in self.by_key(changes.corrected).items()
            for choice in question.choices.all()
            if choice.slug not in changes.corrected[key].values["choices"]
        }
        named = BlockingReferences(load).of(IntakeChoice, lost.keys()) if lost else {}
        asked = Requirement.objects.not_withdrawn().filter(asked_choice__in=lost).order_by()
        own = load.changes.get("requirements", Changes())
        still = {
            pk
            for pk, *key in asked.values_list("asked_choice", "template__slug", "number")
            if tuple(key) not in own.absent
        }
        for pk in named.keys() - still:
            key, choice = lost[pk]
            self._put_back(changes.corrected[key], choice, changes.before[key]["choices"])
            told = gettext("The choice %s stays: a withdrawn requirement asked for it.")
            kept[key] = " ".join(filter(None, (kept.get(key), told % choice.slug)))
        return kept

    def _put_back(self, row: TableRow, choice: IntakeChoice, before: str) -> None:
        """Let a row list an answer that it leaves out, in the order of before."""
        names = ("choices", "choice_labels_en", "choice_labels_zh")
        parted = [
            *zip(*self._parts(row), strict=False),
            (choice.slug, choice.label_en, choice.label_zh),
        ]
        order = {slug: place for place, slug in enumerate(before.split(";"))}
        parted.sort(key=lambda part: order.get(part[0], len(order)))
        for name, own in zip(names, zip(*parted, strict=True), strict=True):
            column = self.column_named(name)
            row.values[name] = list(own)
            row.cells[name] = column.cell_of(row.values[name]) if column else ""

    def write_children(self, changes: Changes, load: Load) -> None:
        """Write the choices. A choice that duties ask for stays."""
        for key, question in self.by_key(changes.rows).items():
            row = changes.rows[key]
            if wrong := self._wrong(row):
                self.refuse(load, row, *wrong)
            else:
                self._write_choices(question, row, *self._parts(row))

    @staticmethod
    def _parts(row: TableRow) -> tuple[list[str], list[str], list[str]]:
        """The keys of choices, and their labels in both languages."""
        english, chinese = row.values["choice_labels_en"], row.values["choice_labels_zh"]
        return list(row.values["choices"]), list(english), list(chinese)

    def _wrong(self, row: TableRow) -> tuple[str, str] | None:
        """Return the column of what is wrong with the choices of a question, and why."""
        slugs, english, chinese = self._parts(row)
        if wrong := self._wrong_choices(slugs, english, chinese):
            return wrong
        if not len(slugs) == len(english) == len(chinese):
            first = len(english) != len(slugs)
            wrong_one = "choice_labels_en" if first else "choice_labels_zh"
            return wrong_one, gettext("has another number of parts than the %s choices") % len(
                slugs
            )
        if row.cells["default"] and row.cells["default"] not in slugs:
            return "default", gettext("is not one of: %s") % ", ".join(slugs)
        return None

    @staticmethod
    def _wrong_choices(slugs: list[str], *labels: list[str]) -> tuple[str, str] | None:
        """Return the column of the first choice that cannot be kept, and why."""
        if twice := first_twice(slugs):
            return "choices", gettext("%s stands twice") % twice
        names = ("slug", "label_en", "label_zh")
        columns = ("choices", "choice_labels_en", "choice_labels_zh")
        for name, column, cells in zip(names, columns, (slugs, *labels), strict=True):
            read = kept_in(IntakeChoice, name).read
            try:
                for cell in cells:
                    read(cell)
            except ValueError as wrong:
                return column, words_of(wrong)
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

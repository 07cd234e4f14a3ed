"""The table of intake questions with their choices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from checklists.models import IntakeChoice, IntakeQuestion, Requirement
from zones.dataset.blocking_references import BlockingReferences
from zones.dataset.columns import kept_in, parts, text
from zones.dataset.model_table import ModelTable
from zones.dataset.problems import words_of
from zones.dataset.table import Cells, Changes, Key, Load, RefusedCell
from zones.dataset.table import TableRow as TableRow
from zones.rules.values import first_twice

#: Columns with parts of choices, in what of a choice each is kept.
PARTS = {"choices": "slug", "choice_labels_en": "label_en", "choice_labels_zh": "label_zh"}


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
        slugs_asked = [key[0] for key, _row in changes.checked]
        asked = IntakeChoice.objects.filter(question__slug__in=slugs_asked)
        known = {(own.question.slug, own.slug): own for own in asked.select_related("question")}
        questions = {own.question.slug: own.question for own in known.values()}
        questions |= {question.slug: question for question in load.promised[self.model]}
        left: dict[int, tuple[str, TableRow]] = {}
        for key, row in changes.checked:
            (slug,) = key
            wrong = self._wrong(row)
            for column, why in wrong:
                self.refuse(load, row, column, why)
            if not row.has("slug", "choices") or any(one.column == "choices" for one in wrong):
                continue
            slugs = row.values["choices"]
            mine = {choice: own for (of, choice), own in known.items() if of == slug}
            left |= {own.pk: (one, row) for one, own in mine.items() if one not in slugs}
            if wrong or key not in changes.rows:
                continue
            new = [choice for choice in slugs if (slug, choice) not in known and slug in questions]
            choices = [IntakeChoice(question=questions[slug], slug=choice) for choice in new]
            load.promise(IntakeChoice, choices)
        for pk, one in (
            BlockingReferences(load).of(IntakeChoice, left.keys()).items() if left else ()
        ):
            choice, row = left[pk]
            what = one.model._meta.verbose_name_plural
            told = gettext("%(what)s ask for the choice %(choice)s, so it stays.")
            why = told % {"what": what, "choice": choice}
            self.refuse(load, row, "choices", why)

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
            wrong = self._wrong(row)
            for column, why in wrong:
                self.refuse(load, row, column, why)
            if not wrong:
                self._write_choices(question, row, *self._parts(row))

    @staticmethod
    def _parts(row: TableRow) -> tuple[list[str], list[str], list[str]]:
        """The keys of choices, and their labels in both languages."""
        english, chinese = row.values["choice_labels_en"], row.values["choice_labels_zh"]
        return list(row.values["choices"]), list(english), list(chinese)

    def _wrong(self, row: TableRow) -> list[RefusedCell]:
        """Return what is wrong with the choices of a question, of each column what is first."""
        told = TableRow(row.line, row.cells, row.values, unread=set(row.unread))
        told.refuse(self._wrong_choices(told))
        if told.has("choices"):
            told.refuse(self._wrong_beside(told, told.values["choices"]))
        return told.wrong

    @staticmethod
    def _wrong_choices(row: TableRow) -> Iterator[RefusedCell]:
        """Yield the columns with choices that cannot be kept, each with the first of them."""
        if row.has("choices") and (twice := first_twice(row.values["choices"])):
            yield RefusedCell("choices", gettext("%s stands twice") % twice)
        for column, name in PARTS.items():
            read = kept_in(IntakeChoice, name).read
            try:
                for cell in row.values[column] if row.has(column) else ():
                    read(cell)
            except ValueError as wrong:
                yield RefusedCell(column, words_of(wrong))

    @staticmethod
    def _wrong_beside(row: TableRow, choices: Sequence[str]) -> Iterator[RefusedCell]:
        """Yield the columns that do not fit the choices of a question."""
        for column in ("choice_labels_en", "choice_labels_zh"):
            if row.has(column) and len(row.values[column]) != len(choices):
                why = gettext("has another number of parts than the %s choices") % len(choices)
                yield RefusedCell(column, why)
        if row.has("default") and row.cells["default"] not in ("", *choices):
            yield RefusedCell("default", gettext("is not one of: %s") % ", ".join(choices))

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

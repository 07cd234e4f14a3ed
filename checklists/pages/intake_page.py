"""The company's answers, and what changing them would change before it does."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from checklists.api.parameters import answers_in
from checklists.pages.law_change_display import shown_moves
from checklists.pages.private_pages import ChecklistPage
from checklists.selectors.assessment import given_answers
from checklists.selectors.intake_form import questions_of
from checklists.selectors.law_changes import answers_tag, moved_by_answers
from checklists.selectors.template_snapshot import templates
from checklists.services.intake_answers import change_answers


class AnswersPage(ChecklistPage):
    """The intake answers of a checklist; other ones are shown with their effect, then given."""

    template_name = "checklists/answers.html"
    known_parameters = ("answer", "weigh")
    acts = {"answer": "answer"}

    def answer(self) -> str:
        """Give the answers, and take up what they change."""
        answers = answers_in(self.posted_values("answer"), templates(self.snapshot))
        seen = self.posted("seen")
        change_answers(self.checklist, answers, actor=self.user, seen=seen)
        return reverse("checklists:answers", args=[self.checklist.key])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the questions with the answers given.

        Where others are weighed, those stand with the questions, and beside them what they would
        change.
        """
        every = templates(self.snapshot)
        template = every.templates[self.checklist.template.slug]
        answers = given_answers(self.checklist)
        weighed = None
        if "weigh" in self.parameters:
            answers = answers_in(self.parameters.repeated("answer"), every)
            found = moved_by_answers(self.checklist, self.snapshot, answers)
            weighed = shown_moves(found, self.checklist, self.snapshot, self.language)
        return super().get_context_data(
            questions=questions_of(template, every, answers, self.language),
            weighed=weighed,
            seen=answers_tag(self.checklist, self.snapshot),
            **kwargs,
        )

"""The tables of checklists: intake questions, templates and requirements."""

from checklists.dataset.intake import IntakeQuestions
from checklists.dataset.requirements import Requirements
from checklists.dataset.templates import Templates

__all__ = ["TABLES"]

#: In the order of their references.
TABLES = (IntakeQuestions(), Templates(), Requirements())

"""The tables of checklists: intake questions, templates and requirements."""

from checklists.dataset.intake_table import IntakeQuestions
from checklists.dataset.requirement_table import Requirements
from checklists.dataset.template_table import Templates

__all__ = ["TABLES"]

#: In the order of their references.
TABLES = (IntakeQuestions(), Templates(), Requirements())

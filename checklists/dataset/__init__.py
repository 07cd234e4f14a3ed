"""The tables of checklists: intake questions, templates and requirements."""

from checklists.dataset.intake_table import IntakeQuestions
from checklists.dataset.requirement_table import Requirements
from checklists.dataset.requirement_version_table import RequirementVersions
from checklists.dataset.template_table import Templates

__all__ = ["HISTORY", "TABLES"]

#: In the order of their references.
TABLES = (IntakeQuestions(), Templates(), Requirements())

#: What a history holds beside them.
HISTORY = (RequirementVersions(),)

"""Templates of duties and the questions whose answers decide some of them."""

from checklists.models.intake import IntakeChoice, IntakeQuestion
from checklists.models.templates import GateValue, Requirement, Template

__all__ = ["GateValue", "IntakeChoice", "IntakeQuestion", "Requirement", "Template"]

"""What to do about the rules: templates, requirements and checklists."""

from django.apps import AppConfig
from django.utils.translation import pgettext_lazy


class ChecklistsConfig(AppConfig):
    """Adds its tables to the dataset, its public models to the edition, its duties to documents."""

    name = "checklists"
    verbose_name = pgettext_lazy("app", "checklists")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register with the loader and with former keys, and count editions of what is public."""
        from checklists import dataset, models
        from checklists.selectors.affected_checklists import affected_checklists, duties_of_revision
        from checklists.selectors.research_entries import (
            checklists_by_cell,
            checklists_by_row,
            doubtful_requirements,
            offered_entries,
        )
        from checklists.selectors.source_usage import duties_using
        from zones import redirects
        from zones.dataset.table_registry import registry
        from zones.rules.vocabulary import ToResearch
        from zones.selectors import (
            dependents,
            doubtful_rows,
            queue_weights,
            research_queue,
            source_usage,
        )
        from zones.services import editions

        redirects.add(
            paths={"templates": ("template",)},
            parameters={"answer": "intakequestion", "template": "template"},
            within={"answer": "intakechoice"},
        )
        registry.add(*dataset.TABLES)
        registry.add_history(*dataset.HISTORY)
        source_usage.add(duties_using)
        dependents.add(
            affected_checklists,
            tables=["requirements", "templates"],
            tells_words_of=["requirements"],
        )
        dependents.add_past(duties_of_revision)
        queue_weights.add_weights(checklists_by_row)
        queue_weights.add_cell_weights(checklists_by_cell)
        doubtful_rows.add(doubtful_requirements)
        research_queue.add_entries(ToResearch.OFFERED, offered_entries)
        editions.count(
            [
                models.GateValue,
                models.IntakeChoice,
                models.IntakeQuestion,
                models.Requirement,
                models.Template,
            ]
        )

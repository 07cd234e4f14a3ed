"""What to do about the rules: templates, requirements and checklists."""

from django.apps import AppConfig


class ChecklistsConfig(AppConfig):
    """Adds its tables to the dataset and its public models to the edition count."""

    name = "checklists"
    verbose_name = "checklists"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register with the loader and count editions of templates and requirements."""
        from checklists import dataset
        from zones import signals
        from zones.dataset.registry import registry

        registry.add(*dataset.TABLES)
        signals.connect(self.get_models())

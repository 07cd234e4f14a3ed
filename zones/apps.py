"""What the rules are: places, zones, topics, policies and how they resolve."""

from django.apps import AppConfig


class ZonesConfig(AppConfig):
    """Connects what must happen on every change of public data."""

    name = "zones"
    verbose_name = "zones and policies"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the tables; count a new edition whenever something public is edited."""
        from zones.dataset.contents import HISTORY, TABLES
        from zones.dataset.registry import registry
        from zones.models import PUBLIC
        from zones.services import editions

        registry.add(*TABLES)
        registry.add_history(*HISTORY)
        editions.count(PUBLIC)
        editions.pause_for_migrations(self)

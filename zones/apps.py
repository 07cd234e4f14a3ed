"""What the rules are: places, zones, topics, policies and how they resolve."""

from django.apps import AppConfig


class ZonesConfig(AppConfig):
    """Connects what must happen on every change of public data."""

    name = "zones"
    verbose_name = "zones and policies"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Count a new edition whenever something public is edited."""
        from zones import signals

        signals.connect(self.get_models())

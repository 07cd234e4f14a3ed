"""The project itself: the serve command and the pages every app shares."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Makes the project's own commands, templates and static files known."""

    name = "cbec_portal"

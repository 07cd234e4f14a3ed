"""The project itself: the serve command and the pages every app shares."""

from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class PortalConfig(AppConfig):
    """Makes the project's own commands, templates and static files known."""

    name = "cbec_portal"

    def ready(self) -> None:
        """Let database files that are replaced be noticed, unused libraries stay away, and
        requests be read whatever their headers say.
        """
        from cbec_portal import database_files, long_file_names, request_headers, spared_libraries

        database_files.watch()
        long_file_names.take()
        request_headers.take()
        spared_libraries.spare()


class StaticFiles(StaticFilesConfig):
    """Static files without what packages bring along and no page uses."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        "redoc",
        "rest_framework",
        "*.rtl.*",
        "bootstrap-grid*",
        "bootstrap-utilities*",
        "bootstrap-reboot.css*",
        "bootstrap.*",
        "htmx-2.js",
        "htmx-4*",
        "hx-*",
        "htmax*",
        *("jquery.js", "select2.full.js", "xregexp.js"),  # the admin takes the short ones
    ]

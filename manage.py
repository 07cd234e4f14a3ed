#!/usr/bin/env python3
"""Runs the portal's commands. What cannot work here ends in one line that says what to do."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import DatabaseError


def main() -> None:
    """Run a command of the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cbec_portal.settings")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as wrong:
        sys.exit(f"The portal cannot start: {wrong}")
    except DatabaseError as wrong:
        from cbec_portal.database_state import advice_on

        if (told := advice_on(wrong)) is None:
            raise
        sys.exit(told)


if __name__ == "__main__":
    main()

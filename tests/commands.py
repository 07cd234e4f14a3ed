"""The portal's commands within a test: what they say, on the connection that the test is on."""

from __future__ import annotations

from io import StringIO

from django.core.management import call_command


def ran(*arguments: str) -> str:
    """What a command says that does not fail."""
    told = StringIO()
    call_command(*arguments, stdout=told)
    return told.getvalue()

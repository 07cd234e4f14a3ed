"""Reading lists in the bodies of requests."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from cbec_portal.api.errors import ParameterError


def listed(body: dict[str, Any], name: str) -> list[Any]:
    """A list that a body has, empty where it has none.

    Raises:
        ParameterError: it is something else.
    """
    value = body.get(name, [])
    if not isinstance(value, list):
        raise ParameterError(name, _("A list is wanted."))
    return value


def texts(body: dict[str, Any], name: str) -> list[str]:
    """A list of texts that a body has, empty where it has none.

    Raises:
        ParameterError: it is something else.
    """
    value = listed(body, name)
    if not all(isinstance(text, str) for text in value):
        raise ParameterError(name, _("A list of texts is wanted."))
    return value

"""What the value of a field with choices is called."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.db import models


def chosen_label(row: models.Model, name: str) -> str:
    """Return the label of what a row's field says, in the active language.

    The framework's own ``get_..._display`` translates every label of the field each time.
    """
    value = getattr(row, name)
    return str(_labels(type(row), name).get(value, value))


@cache
def _labels(model: type[models.Model], name: str) -> Mapping[Any, Any]:
    field: Any = model._meta.get_field(name)
    return dict(field.flatchoices)

"""What fields are called, as migrations note it: a database keeps nothing of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

#: The name of a model in small letters, of one of its fields or "" for itself, and its options.
Names = Mapping[str, Mapping[str, Mapping[str, str]]]


class NameFields(Operation):
    """Calls models and fields something else: no table is touched, so it takes no time.

    Of a field ``names`` holds what its ``verbose_name`` and ``help_text`` are from then on.
    """

    reduces_to_sql = False

    def __init__(self, names: Names) -> None:
        self.names = names

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Let the models be called so."""
        # Else every field would make all models anew.
        vars(state).pop("apps", None)
        for model, fields in self.names.items():
            for name, said in fields.items():
                if name:
                    field: Any = state.models[app_label, model].fields[name]
                    _name, _path, args, options = field.deconstruct()
                    named = type(field)(*args, **{**options, **said})
                    state.alter_field(app_label, model, name, named, preserve_default=True)
                else:
                    state.alter_model_options(app_label, model, dict(said))

    def database_forwards(self, *_: Any) -> None:
        """Leave the tables as they are."""

    def database_backwards(self, *_: Any) -> None:
        """Leave the tables as they are."""

    def describe(self) -> str:
        """Return what it does."""
        return "Name models and fields"

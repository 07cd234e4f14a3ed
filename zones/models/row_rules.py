"""Rules that hold the fields of a row against each other, each told whatever another tells.

Of a row that somebody wrote, some fields may be unread: their cells are wrong, or name nothing. The
rules that ask for one of those have nothing to tell; all others do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

#: What is wrong with a row, by field.
Wrong = Mapping[str, Any]


class UnreadFieldError(Exception):
    """A rule asked for a field that could not be read."""


class Ruled(models.Model):
    """A row with rules beside those of each of its fields."""

    #: The columns of its fields that could not be read.
    unread: frozenset[str] = frozenset()

    class Meta:
        abstract = True

    def rules(self) -> Iterator[Callable[[], Wrong]]:
        """Yield what tells what is wrong with the row, each by itself."""
        yield from ()

    def leave_unread(self, names: Iterable[str]) -> None:
        """Hold no value of some fields: who asks for one learns that it could not be read.

        They are deferred fields, as Django calls what is read only when it is asked for.
        """
        fields: list[Any] = [self._meta.get_field(name) for name in names]
        for field in fields:
            self.__dict__.pop(field.attname, None)
            self._state.fields_cache.pop(field.name, None)
        self.unread = self.unread.union(field.attname for field in fields)

    def refresh_from_db(
        self,
        using: str | None = None,
        fields: Iterable[str] | None = None,
        from_queryset: models.QuerySet[Any] | None = None,
    ) -> None:
        """Read fields that are asked for first.

        Raises:
            UnreadFieldError: one is unread.
        """
        if self.unread and not self.unread.isdisjoint(fields or ()):
            raise UnreadFieldError
        super().refresh_from_db(using, fields, from_queryset)

    def clean(self) -> None:
        """Refuse a row with everything that its rules tell.

        Raises:
            ValidationError: they tell something.
        """
        super().clean()
        wrong: dict[str, list[Any]] = {}
        for rule in self.rules():
            try:
                told = rule()
            except UnreadFieldError:
                continue
            for name, why in told.items():
                wrong.setdefault(name, []).append(why)
        if wrong:
            raise ValidationError(wrong)

"""Rows of a change set that hinder an act: each refusal once, with the rows that it is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cbec_portal.languages import active_language
from cbec_portal.punctuation import by_semicolons
from zones.dataset.problems import RowMention
from zones.dataset.table_registry import table_named
from zones.desk.cell_words import CellWords
from zones.desk.judgement import RowJudgement
from zones.models import ChangeSet

#: So many rows are named of each refusal, and so many refusals are told.
MOST_NAMED = 20


class RowsRefusedError(ValidationError):
    """Rows of a set hinder an act; ``told`` are the refusals, each with the rows it is about, and
    ``first`` what hinders it beside them.

    Its messages name rows as people call them. ``mended_in`` says of refusals where they are
    mended: in the ``reason`` of the set, among its ``rows``, by ``proposing`` some, or by saying
    why the warnings of a kind are right, which is named by its code.
    """

    def __init__(
        self,
        change_set: ChangeSet,
        found: Iterable[tuple[RowJudgement, str]],
        first: Iterable[str] = (),
        mended_in: Mapping[str, str] | None = None,
    ) -> None:
        self.change_set, self.first = change_set, list(first)
        self.mended_in = dict(mended_in or {})
        self.told: dict[str, dict[RowMention, None]] = {}
        for judged, why in found:
            row = RowMention(judged.table.name, judged.key, proposed=judged.row.pk)
            self.told.setdefault(why, {})[row] = None
        words = CellWords(active_language())

        def named(rows: Iterable[RowMention]) -> list[str]:
            return [words.row(table_named(row.table), row.key) for row in rows]

        told = [joined(named(rows), more, why) for why, rows, more in self.listed()]
        super().__init__([*self.first, *told, *self.left_out()])

    def listed(self) -> list[tuple[str, list[RowMention], int]]:
        """Return the refusals with the rows that are named, and how many more there are."""
        return [
            (why, list(rows)[:MOST_NAMED], max(0, len(rows) - MOST_NAMED))
            for why, rows in list(self.told.items())[:MOST_NAMED]
        ]

    def left_out(self) -> list[str]:
        """Return how many refusals more there are, if any."""
        if (more := len(self.told) - MOST_NAMED) <= 0:
            return []
        return [ngettext("%d refusal more.", "%d refusals more.", more) % more]


def joined(rows: Iterable[str], more: int, why: str) -> str:
    """Return why rows are refused behind what they are called, and behind how many more it is."""
    told = list(rows)
    if more:
        words = ngettext("and %(counter)s row more", "and %(counter)s rows more", more)
        told.append(words % {"counter": more})
    return _(": ").join((by_semicolons(told), why))

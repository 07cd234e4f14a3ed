"""What is wrong with a row in words, in which the rows that those name are links to them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from cbec_portal.punctuation import bracketed
from zones.dataset.problems import Problem, RowMention
from zones.dataset.table_registry import table_named
from zones.desk.addresses import address_of_history, address_of_row
from zones.desk.cell_words import CellWords
from zones.models import ChangeSet

_NONE: Mapping[str, SafeString] = {}


class ProblemWords:
    """Writes problems with links: to the form of a row for whoever may propose, to what became of
    it for others, and to the row of the set where that brings it.
    """

    def __init__(
        self, words: CellWords, change_set: ChangeSet | None, *, may_propose: bool
    ) -> None:
        self._words, self._set, self._may_propose = words, change_set, may_propose

    def why(self, problem: Problem, buttons: Mapping[str, SafeString] = _NONE) -> str:
        """Return why, each row that it names called as people call it; one that it tells of without
        naming it stands behind.

        ``buttons`` stand in the place of what may be meant, by how that is called.
        """
        text = str(escape(problem.why))
        links = {str(escape(called)): button for called, button in buttons.items()}
        beside = []
        for row in problem.rows:
            called = str(escape(row.called))
            if called and re.search(_alone(called), text):
                links[called] = self.link(row)
            else:
                beside.append(self.link(row))
        return mark_safe(" ".join((_linked(text, links), *beside)))  # noqa: S308 (each part is escaped)

    def link(self, row: RowMention) -> SafeString:
        """Return the title of a row as a link to it, with the table in which it stands."""
        table = table_named(row.table)
        title = bracketed(self._words.row(table, row.key), str(table.label), self._words.language)
        return format_html('<a href="{}">{}</a>', self._address(row), title)

    def _address(self, row: RowMention) -> str:
        if row.proposed and self._set is not None:
            if self._may_propose:
                return reverse("admin:desk-row", args=[self._set.pk, row.proposed])
            page = reverse("admin:desk-set", args=[self._set.pk])
            return f"{page}?row={row.proposed}#row-{row.proposed}"
        if self._may_propose:
            return address_of_row(row.table, row.key)
        return address_of_history(row.table, row.key)


def with_buttons(words: str, buttons: Mapping[str, SafeString]) -> SafeString:
    """Return words in which buttons stand for what they offer, by how that is called."""
    links = {str(escape(called)): button for called, button in buttons.items()}
    return mark_safe(_linked(str(escape(words)), links))  # noqa: S308 (each part is escaped)


def _linked(text: str, links: Mapping[str, str]) -> str:
    """A text that is escaped, with links in the place of what they lead to."""
    if not links:
        return text
    longest = sorted(links, key=len, reverse=True)
    return re.sub("|".join(map(_alone, longest)), lambda found: links[found[0]], text)


def _alone(called: str) -> str:
    """A name where it is no part of a longer word; at its end Chinese has no blanks."""
    before = r"(?<!\w)" if _is_of_words(called[0]) else ""
    behind = r"(?!\w)" if _is_of_words(called[-1]) else ""
    return f"{before}{re.escape(called)}{behind}"


def _is_of_words(sign: str) -> bool:
    return bool(re.match(r"\w", sign))

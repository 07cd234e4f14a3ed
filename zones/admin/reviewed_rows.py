"""The rows of a change set as its page shows them, so many at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cbec_portal.punctuation import by_semicolons, enumerated
from zones.admin.copy_pages import address_of_copy
from zones.admin.desk_page import whole_number
from zones.admin.elsewhere import Elsewhere
from zones.admin.problem_words import ProblemWords
from zones.admin.read_document import copy_words
from zones.admin.row_links import RowLink
from zones.admin.told_conflicts import keys_of, told_conflicts
from zones.dataset.applied_rows import key_of_text, key_text
from zones.dataset.problems import Problem
from zones.dataset.table import Cells, Key
from zones.desk.cell_words import CellWords
from zones.desk.city_moves import address_of_move
from zones.desk.current_keys import KeyMove
from zones.desk.history import RowChange
from zones.desk.judgement import RowJudgement
from zones.desk.quotes import clauses_of
from zones.desk.row_evidence import day_verified
from zones.desk.row_warnings import ALL_DAYS, RowWarning
from zones.desk.settlement import mark_of_row
from zones.models.labels import label
from zones.rules.excerpts import shortened
from zones.rules.vocabulary import Change, Fate, Proposal

#: So many rows are shown at once: a set may hold thousands.
A_PAGE = 50
#: So much of what a new row says stands in its summary.
LONGEST_SUMMARY = 200


class ReviewedRow:
    """A row of a set as the page shows it."""

    def __init__(
        self, judged: RowJudgement, words: CellWords, told: ProblemWords, *, few: bool
    ) -> None:
        self.judged, self.row, self._words, self._told = judged, judged.row, words, told
        self.few = few
        #: Whether whoever reads may mend the row in its form.
        self.may_mend = False
        self.name = words.judged_row(judged)
        self.fate = judged.fate
        self.fate_words = label(judged.fate)
        #: What kind of change the row says that it is; nothing where its cells tell.
        self.kind_words = label(Change(judged.row.change)) if judged.row.change else ""
        self.warnings: list[tuple[RowWarning, Any]] = []
        self.comments: list[Any] = []
        #: Since when and by whom the row that it would change has another key, if it has.
        self.key_move: KeyMove | None = None
        #: With which words of a document a row that is taken out was published last, if with any.
        self.quoted: RowChange | None = None
        #: What other open sets propose of it, as it is asked each time.
        self.elsewhere: Sequence[Elsewhere] = ()
        #: The rows that are one act with it: what each is called, and where it is shown.
        self.act: Sequence[tuple[str, str]] = ()
        #: Where what the row names is looked up.
        self.links: Sequence[RowLink] = ()
        #: Beside which state its conflicts are told.
        self.then_words = _("When it was proposed")
        #: What became of rows of the table, newest first, where cells of this one are in conflict.
        self.changes: Sequence[RowChange] = ()
        self.clauses = clauses_of(judged.after, judged.row)
        self.verified_on = day_verified(judged.before, judged.after)
        self.copy = self._copy()

    def _copy(self) -> tuple[str, str] | None:
        """What the archived copy beside the row is called, and where it is handed out."""
        if (copy := self.row.copy) is None:
            return None
        cells = self.judged.after or self.judged.before
        called = copy_words(copy, self.judged.table, cells, self._words.language)
        return called, address_of_copy(copy)

    @property
    def _labels(self) -> dict[str, str]:
        return self._words.columns(self.judged.table)

    @cached_property
    def cells(self) -> list[tuple[str, str, str]]:
        """Return the columns that move, with the old and the new cell; of a row that is taken out
        those that go.
        """
        own = self.judged
        return self._words.moved(own.table, own.moved, own.before, own.after)

    @property
    def named_by(self) -> Cells:
        """Return the cells by which the row names others: as proposed, or as it goes."""
        return self.judged.said or self.judged.before or {}

    @property
    def summary(self) -> str:
        """Return the answer now and then of a policy, else which columns move; of a new row what
        it says, of one that is taken out the answer that goes.
        """
        before, after = self.judged.before, self.judged.after
        if self.row.proposal == Proposal.TAKE_OUT:
            is_policy = self.judged.table.name == "policies" and before
            return self._words.answer(before) if is_policy else _("What goes with the row")
        if self.judged.table.name == "policies" and after:
            now = self._words.answer(before)
            then = self._words.answer(after)
            if now != then:
                return f"{now} → {then}"
        if before is None:
            said = by_semicolons(f"{label}{_(': ')}{new}" for label, _old, new in self.cells)
            return shortened(said, LONGEST_SUMMARY)
        return enumerated(label for label, *_rest in self.cells)

    @property
    def takes_out(self) -> bool:
        """Return whether a row goes that is there now."""
        return self.row.proposal == Proposal.TAKE_OUT and bool(self.cells)

    @property
    def quoted_clauses(self) -> list[str]:
        """Return where in the document those words stand."""
        return clauses_of(self.judged.before, self.quoted)

    @property
    def is_followed(self) -> bool:
        """Return whether the row that it would change has another key since it was proposed."""
        return self.row.key != key_text(self.judged.key) and self.judged.before is not None

    @property
    def now_called(self) -> str:
        """Return the parts of the key of the row it would change that became others."""
        former = key_of_text(self.row.key)
        parts = zip(former, self.judged.key, strict=True)
        return " ".join(now for was, now in parts if was != now)

    @property
    def act_words(self) -> SafeString:
        """Return with which rows it is one act; nothing of a row that stands alone."""
        links = [format_html('<a href="{}">{}</a>', address, name) for name, address in self.act]
        told = escape(
            _("One act with %(rows)s: they are sent back and taken out of the set together.")
        )
        # Each link is escaped.
        return mark_safe(told % {"rows": enumerated(links)} if links else "")  # noqa: S308

    @property
    def move_address(self) -> str:
        """Return where it is said from which day on the city lies elsewhere, if that is missing."""
        is_missing = any(warning.code == ALL_DAYS for warning, _said in self.warnings)
        return address_of_move(self.judged.key[0]) if is_missing and self.may_mend else ""

    @property
    def warning_words(self) -> str:
        """Return how many warnings there are, and whether all are acknowledged."""
        count = len(self.warnings)
        told = ngettext("%d warning", "%d warnings", count) % count
        waiting = sum(said is None for _warning, said in self.warnings)
        return told if waiting else _("%s, acknowledged") % told

    @property
    def is_open(self) -> bool:
        """Return whether its cells are shown at once: some are to be mended, or rows are few."""
        return self.few or self.fate in (Fate.REFUSED, Fate.CONFLICT)

    @property
    def problems(self) -> list[tuple[str, str]]:
        """Return what is wrong with the row: the column, and why."""
        labels = self._labels
        return [
            (labels.get(one.column or "", one.column or ""), self._told.why(one, self._led(one)))
            for one in self.judged.problems
        ]

    def _led(self, problem: Problem) -> dict[str, SafeString]:
        """What a cell may have meant, each a link to the form of the row that holds it."""
        if not self.may_mend or not problem.column:
            return {}
        page = reverse("admin:desk-row", args=[self.row.change_set_id, self.row.pk])
        return {
            offer.called: format_html(
                '<a href="{}?{}">{}</a>',
                page,
                urlencode({problem.column: offer.cell}),
                offer.called,
            )
            for offer in problem.offers
        }

    @property
    def stays(self) -> str:
        """Return why the row stays that was to be taken out, if it does."""
        return self._told.why(self.judged.stays) if self.judged.stays else ""

    @property
    def conflicts(self) -> list[dict[str, Any]]:
        """Return the cells that moved here as well, with what made each so."""
        return told_conflicts(self.judged, self._words, self.name, self.changes)

    @property
    def goes(self) -> bool:
        """Return whether the row is to go: that is settled for all of it, not cell by cell."""
        return self.row.proposal == Proposal.TAKE_OUT

    @property
    def live_mark(self) -> str:
        """Return the mark of the row as it is here."""
        return mark_of_row(self.judged.before)

    @property
    def keys(self) -> set[Key]:
        """Return the keys under which the row was proposed and is known."""
        return keys_of(self.judged)


def page_of(numbers: Sequence[int], asked: Mapping[str, str]) -> Page[int]:
    """Return the numbers of the rows on the page that an address asks for: by the number of the
    page, or by a row on it.
    """
    pages = Paginator(numbers, A_PAGE)
    named = whole_number(asked.get("row", ""))
    place = numbers.index(named) if named in numbers else 0
    return pages.get_page(asked.get("page", place // A_PAGE + 1))

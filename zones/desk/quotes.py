"""A certainty is raised only with the words of a document, whatever way a row came in.

What a row says of how sure it is counts from surest to least sure (``Certainty``). A new row that
claims an official text was read, and a row that claims more than it did, carry a quote. An undo
takes nothing up that was not public before: there the quote of that publication still stands.

A row that stays an official text, and says something else by now, is warned of where nothing is
quoted: its old words say the old answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from cbec_portal.china_time import today_in_china
from zones.dataset.applied_rows import key_text
from zones.dataset.certainty_cells import COLUMN, doubt, raises_certainty
from zones.dataset.table import Cells
from zones.desk.row_evidence import quotes_words
from zones.models import AppliedRow, ProposedRow
from zones.rules.vocabulary import Certainty, Fate

if TYPE_CHECKING:
    from zones.desk.history import RowChange
    from zones.desk.judgement import Judgement, RowJudgement

#: Rows that may be published, or that are refused for something else: all is told at once.
RAISING = (Fate.NEW, Fate.CHANGED, Fate.REFUSED, Fate.CONFLICT)


def refuse_unquoted(found: Judgement) -> None:
    """Refuse rows that raise a certainty and quote nothing; it takes a query only for undo sets."""
    raising = [judged for judged in found.rows if _raises(judged) and not quotes_words(judged.row)]
    restored = restored_by_undo(raising)
    for judged in raising:
        before = restored.get((judged.row.table, judged.row.key))
        if before is None or doubt(judged.said) < doubt(before):
            words = (
                _("a new row that claims the official text needs its words: add them as the quote")
                if judged.before is None
                else _("claims more than it did: add the words of the document as the quote")
            )
            judged.refuse(COLUMN, words, mended_in=("quote",))


def unquoted(found: Judgement) -> Iterator[tuple[RowJudgement, str, list[str]]]:
    """Yield rows of official texts that say something else by now, and quote nothing.

    Each with a text that is another once the row says something else again, and the columns. It
    takes a query only for undo sets: what was public before is quoted where it was published.
    """
    bare = [
        judged
        for judged in found.rows
        if judged.fate in (Fate.NEW, Fate.CHANGED)
        and (judged.after or {}).get(COLUMN) == Certainty.PRIMARY
        and not quotes_words(judged.row)
    ]
    restored = restored_by_undo(bare)
    for judged in bare:
        after, moved = judged.after or {}, judged.moved
        before = restored.get((judged.row.table, judged.row.key))
        names = [name for name in judged.table.decisive if name in moved]
        if before is not None:
            names = [name for name in names if after[name] != before.get(name)]
        if names:
            yield judged, _about(names, after), names


def clauses_of(cells: Cells | None, row: ProposedRow | RowChange | None = None) -> list[str]:
    """Return where in the document the words of a row stand, in its language and in English; once
    where both are written alike.

    It is said in the cells, or beside them where the table has no columns for it.
    """
    names = ("clause_zh", "clause")
    said = [(cells or {}).get(name) or getattr(row, name, "") for name in names]
    return list(dict.fromkeys(filter(None, said)))


def verified_before(found: Judgement) -> Iterator[tuple[RowJudgement, str, list[str]]]:
    """Yield rows that say something else by now, or are surer, on the day on which they were
    verified before.

    Each with a text that is another once the row says something else again, and the columns. An
    undo gives back what was verified on that day.
    """
    day = "verified_on"
    today = today_in_china().isoformat()
    moved = [
        judged
        for judged in found.rows
        if judged.fate == Fate.CHANGED
        and judged.table.column_named(day) is not None
        and (judged.after or {}).get(day) not in ("", today)
        and day not in judged.moved
    ]
    restored = restored_by_undo(moved)
    for judged in moved:
        after = judged.after or {}
        before = restored.get((judged.row.table, judged.row.key), {})
        names = [
            name
            for name in judged.table.decisive
            if name in judged.moved and after[name] != before.get(name)
        ]
        surer = COLUMN in judged.moved and raises_certainty(judged.before, after)
        if surer and after[COLUMN] != before.get(COLUMN):
            names.append(COLUMN)
        if names:
            yield judged, _about(names, after), names


def _about(names: list[str], after: Cells) -> str:
    """Which columns say something else, with a mark of what they say."""
    said = "\n".join(f"{name}={after[name]}" for name in names)
    return f"{' '.join(names)} {hashlib.sha256(said.encode()).hexdigest()[:12]}"


def _raises(judged: RowJudgement) -> bool:
    if judged.after is None or judged.fate not in RAISING:
        return False
    return raises_certainty(judged.before, judged.said)


def day_taken_away(found: Judgement) -> Iterator[tuple[RowJudgement, str]]:
    """Yield rows whose day of verification goes and no other comes, each with that day. An undo
    gives back that there was none.
    """
    day = "verified_on"
    emptied = [
        judged
        for judged in found.rows
        if judged.fate == Fate.CHANGED and judged.moved.get(day, ("", ""))[0]
        if not (judged.after or {}).get(day)
    ]
    restored = restored_by_undo(emptied)
    for judged in emptied:
        if (judged.row.table, judged.row.key) not in restored:
            yield judged, judged.moved[day][0]


def restored_by_undo(raising: list[RowJudgement]) -> dict[tuple[str, str], Cells]:
    """Return rows as they were before the revision that their sets take back, by table and key."""
    revisions = {
        judged.row.change_set.undoes_id
        for judged in raising
        if judged.row.change_set_id and judged.row.change_set.undoes_id
    }
    if not revisions:
        return {}
    applied = AppliedRow.objects.filter(revision__in=revisions, before__isnull=False)
    tables = {judged.table.name: judged.table for judged in raising}
    restored: dict[tuple[str, str], Cells] = {}
    for one in applied.filter(table__in=tables).only("table", "key", "before", "after"):
        # A row whose key was corrected is undone under the key that it has since.
        key = key_text(tables[one.table].key_of(one.after)) if one.after else one.key
        restored[one.table, key] = one.before or {}
    return restored

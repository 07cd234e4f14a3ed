"""What is done at the desk, in a line each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from django.contrib.auth.models import Group, User

from zones.dataset.applied_rows import key_of_text
from zones.dataset.certainty_cells import COLUMN
from zones.dataset.table import Cells, Key
from zones.dataset.table_registry import table_named
from zones.desk import proposals, set_steps
from zones.desk.acknowledgements import acknowledge
from zones.desk.blind_readings import SaidAgain
from zones.desk.effect import effect_of, mark_of
from zones.desk.judgement import Judgement, RowJudgement, judge
from zones.desk.row_drafts import RowDraft
from zones.desk.row_warnings import unacknowledged, warnings_of
from zones.desk.set_publication import publish_set
from zones.models import ChangeSet, Edition, ProposedRow, Revision
from zones.rules.vocabulary import Proposal

#: The document by which the limit of an order is answered, as tests read it again.
DOCUMENT = "mof-gacc-sta-2018-49"


def person(name: str, *groups: str, **given: Any) -> Any:
    """Return somebody with an account, in these groups."""
    own = User.objects.create_user(name, **({"is_staff": True} | given))
    own.groups.set(Group.objects.filter(name__in=groups))
    assert own.groups.count() == len(groups)
    return User.objects.get(pk=own.pk)


def known(table: str) -> dict[Key, Cells]:
    """Return the rows of a table as known now: read once for an edition, which no other is like."""
    edition = Edition.objects.values_list("number", "timeline").get()
    return {key: dict(cells) for key, cells in _rows_of(table, edition).items()}


@lru_cache(64)
def _rows_of(table: str, _edition: tuple[int, str]) -> dict[Key, Cells]:
    own = table_named(table)
    return {own.key_of(cells): dict(cells) for cells in own.current()}


def known_row(table: str, key: Key) -> Cells:
    """Return one row of a table as known now, and read no others."""
    return dict(table_named(table).known([key])[key])


def written(table: str, key: Key | None = None, **cells: str) -> RowDraft:
    """A row to be written: a new one, or other cells of one that is there.

    One that says how sure it is quotes what makes it so; so does one that says something else.
    """
    return RowDraft(table_named(table), key, cells, quote=_quote(table, cells))


def said(table: str, cells: Mapping[str, str]) -> RowDraft:
    """A new row of these cells, which quotes what makes it sure."""
    return RowDraft(table_named(table), None, cells, quote=_quote(table, cells))


def _quote(table: str, cells: Mapping[str, str]) -> str:
    quoted = {COLUMN, *table_named(table).decisive}
    return "" if quoted.isdisjoint(cells) else "原文如此。"


def taken_out(table: str, key: Key) -> RowDraft:
    """A row to be taken out."""
    return RowDraft(table_named(table), key, {}, Proposal.TAKE_OUT)


def proposed(someone: Any, *drafts: RowDraft, title: str = "A try") -> ChangeSet:
    """A set with these rows."""
    own = proposals.open_set(someone, title)
    proposals.propose(own, someone, drafts)
    return own


def row_of(change_set: ChangeSet, key: Key | None = None) -> ProposedRow:
    """The row of a set, or that of a key."""
    rows = [row for row in change_set.rows.all() if key is None or key_of_text(row.key) == key]
    (own,) = rows
    return own


def judged(change_set: ChangeSet) -> RowJudgement:
    """What becomes of the only row of a set."""
    (own,) = judge(change_set).rows
    return own


def say_why(row: ProposedRow, someone: Any, warning: str, about: str, reason: str) -> None:
    """Acknowledge a warning."""
    acknowledge(row.change_set, someone, [(row, warning, about)], reason)


def say_why_all(change_set: ChangeSet, someone: Any, reason: str = "It is meant so.") -> None:
    """Acknowledge everything that a set is warned of."""
    for own in unacknowledged(change_set, judge(change_set)):
        say_why(own.judged.row, someone, own.code, own.about, reason)


def submitted(someone: Any, *drafts: RowDraft, title: str = "A try") -> ChangeSet:
    """A set with these rows, sent to the reviewers."""
    own = proposed(someone, *drafts, title=title)
    say_why_all(own, someone)
    return set_steps.submit(own, someone)


def publication_form(change_set: ChangeSet) -> dict[str, Any]:
    """What the form of a set sends to publish it as it is now, to do what it does now."""
    version = ChangeSet.objects.values_list("version", flat=True).get(pk=change_set.pk)
    found = judge(change_set)
    return {"do": "publish", "seen": version, "mark": mark_of(found, effect_of(found))}


def published(someone: Any, reviewer: Any, *drafts: RowDraft, title: str = "A try") -> Revision:
    """The revision as which these rows were published."""
    return publish_set(submitted(someone, *drafts, title=title), reviewer)


def warned_of(found: Judgement) -> list[tuple[str, str]]:
    """What a set is warned of, without words."""
    return [(own.code, own.about) for own in warnings_of(found)]


def problems_of(rows: Iterable[RowJudgement]) -> list[tuple[str | None, str]]:
    """What is wrong with rows, by column."""
    return [(problem.column, problem.why) for own in rows for problem in own.problems]


def again(
    state: str,
    value: str = "",
    source: str = DOCUMENT,
    quote: str = "原文如此。",
    unquoted: str = "",
) -> SaidAgain:
    """How somebody answers again, by a document that is known, whose words are quoted."""
    return SaidAgain(state, value, source, quote, unquoted)

"""The way of a change set: to the reviewers and back, given up, and what is said of it.

Each step takes the set's row first and looks again at what was read before; who took it is noted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cbec_portal.china_time import now
from zones.dataset.table import BATCH
from zones.desk.acknowledgements import note_reasons
from zones.desk.current_keys import keys_of_today
from zones.desk.held_sets import (
    MovedOnError,
    closed_words,
    hold_for,
    hold_open,
    raise_version,
    refuse_closed,
    refuse_unseen,
)
from zones.desk.judged_before import JudgedBefore, judged_before, judged_still
from zones.desk.judgement import RowJudgement
from zones.desk.permissions import SetAction, is_own, require
from zones.desk.proposals import retitle
from zones.desk.refused_rows import RowsRefusedError
from zones.desk.remarks import remark
from zones.desk.row_warnings import unacknowledged
from zones.desk.rows_together import together
from zones.desk.settlement import settle
from zones.models import ChangeSet, ProposedRow, RowEdit
from zones.rules.vocabulary import Fate, SetState

#: Where what keeps a set from being sent is mended, besides the kinds of its warnings.
REASON, ROWS, PROPOSING = "reason", "rows", "proposing"


@transaction.atomic
def comment(
    change_set: ChangeSet,
    person: Any,
    text: str,
    row: ProposedRow | None = None,
    *,
    seen: SetState | None = None,
) -> None:
    """Remark on a set, or on a row of it, whatever its state.

    Whoever saw a set that could still be changed does not speak to one that has ended since. What
    was seen is the state that is given, else that of the set as it was read.

    Raises:
        PermissionDenied: whoever asks is neither analyst nor reviewer.
        ValidationError: the remark is empty.
        MovedOnError: the set was published or withdrawn meanwhile, or the row was taken out of it.
    """
    require(person, SetAction.SEE)
    if not text.strip():
        raise ValidationError(_("Write a comment."), code="empty")
    held = hold_for(change_set, person, SetAction.SEE)
    _refuse_ended(held, seen or SetState(change_set.state))
    if row is not None and not held.rows.filter(pk=row.pk).exists():
        raise MovedOnError(_("Somebody took this row out of the change set meanwhile."))
    remark(held, person, text=text.strip(), row=row)


def _refuse_ended(held: ChangeSet, seen: SetState) -> None:
    """Refuse a remark on a set that has ended since it was seen.

    Raises:
        MovedOnError: it has.
    """
    if held.state == seen:
        return
    if held.state == SetState.PUBLISHED:
        words = _("This change set was published meanwhile, as revision %s: look at it first.")
        raise MovedOnError(words % held.revision_id)
    if held.state == SetState.WITHDRAWN:
        raise MovedOnError(_("This change set was withdrawn meanwhile: look at it first."))


def step(held: ChangeSet, person: Any, state: SetState, text: str = "", **fields: Any) -> ChangeSet:
    """Bring a set that is held into another state, and note who did."""
    for name, value in fields.items():
        setattr(held, name, value)
    held.state, held.changed_at, held.version = state, now(), held.version + 1
    remark(held, person, step=state, text=text.strip())
    held.save()
    return held


class UnreasonedError(RowsRefusedError):
    """A set does not say why it is proposed.

    ``words`` tell that, and the messages what else keeps it from being sent as well.
    """

    def __init__(
        self,
        change_set: ChangeSet,
        found: Iterable[tuple[RowJudgement, str]],
        beside: Sequence[str],
        mended_in: Mapping[str, str],
    ) -> None:
        self.words = _("Say why, before it is sent: readers see it in the revision.")
        places = {self.words: REASON, **mended_in}
        super().__init__(change_set, found, [self.words, *beside], places)


def judged_to_send(change_set: ChangeSet, person: Any, *, seen: int | None = None) -> JudgedBefore:
    """Judge a set that is to be sent to the reviewers, before anything is locked for it.

    Raises:
        PermissionDenied: whoever asks is no analyst.
        ValidationError: the set is with a reviewer, or has ended.
        MovedOnError: it is another than ``seen`` by now.
    """
    require(person, SetAction.PROPOSE)
    now = ChangeSet.objects.get(pk=change_set.pk)
    refuse_closed(now)
    refuse_unseen(now, seen)
    return judged_before(now)


def submit(
    change_set: ChangeSet,
    person: Any,
    *,
    seen: int | None = None,
    reasons: Mapping[str, str] | None = None,
    says_why: bool = False,
    titled: tuple[str, str] | None = None,
    before: JudgedBefore | None = None,
) -> ChangeSet:
    """Send a set to the reviewers, once it is noted why rows are right of which warnings wait.

    It is judged before it is held, and others write meanwhile; anew only where something moved.

    Args:
        reasons: why, by the kinds of the warnings; what is no kind of those that wait is passed by.
        says_why: whether the set is refused that says nothing of why it is proposed.
        titled: the title and the reason that it has from now on; none stays as it is.
        before: how it was judged, for whoever holds a lock already.

    Raises:
        PermissionDenied: whoever asks is no analyst.
        UnreasonedError: it does not say why; what else hinders it is told with that.
        ValidationError: it brings nothing, or some of it must be mended or settled first.
        MovedOnError: it is another than ``seen`` by now.
    """
    before = before or judged_to_send(change_set, person, seen=seen)
    with transaction.atomic():
        held = hold_open(change_set, person, seen)
        judged = judged_still(held, before)
        if titled:
            held = retitle(held, person, *titled)
        found = judged.found
        if reasons:
            note_reasons(held, person, unacknowledged(held, found, judged.warnings), reasons)
        hindering = hindering_words(
            found, rows=len(found.rows), came_back=lambda: some_came_back(held)
        )
        waiting = [] if hindering else _unsaid(held, judged)
        told = [(row, words) for row, words, _kind in waiting]
        places = hindering | {words: kind for _row, words, kind in waiting}
        if says_why and not held.reason:
            raise UnreasonedError(held, told, list(hindering), places)
        if hindering or waiting:
            raise RowsRefusedError(held, told, hindering, places)
        return step(held, person, SetState.IN_REVIEW)


class Readiness(Protocol):
    """What decides, beside warnings, whether a set may be sent, and published."""

    @property
    def hinders(self) -> bool:
        """Return whether something must be mended or settled first."""

    @property
    def brings(self) -> bool:
        """Return whether anything would be another than it is known now."""

    def count(self, fate: Fate) -> int:
        """Return how many rows would fare so."""


def some_came_back(held: ChangeSet) -> bool:
    """Return whether rows of a set were sent back that are not mended yet."""
    return held.rows.filter(sent_back=True).exists()


def hindering_words(
    found: Readiness, *, rows: int, came_back: Callable[[], bool]
) -> dict[str, str]:
    """Return what of its rows keeps a set from being sent, in words, and where it is mended;
    nothing where nothing does.

    Args:
        found: the set as it is judged.
        rows: how many rows it has.
        came_back: whether some were sent back and are not mended yet, where that must be asked.
    """
    if not rows:
        return {_("It holds no row yet: propose one in a form, or several as a grid."): PROPOSING}
    if found.hinders:
        return {_("Mend the rows that are refused, and settle conflicts, first."): ROWS}
    if not found.brings:
        words = _("None of its rows would change what is known: mend one, or propose others.")
        return {words: ROWS}
    if came_back():
        return {_("Mend the rows that were sent back, or take them out of the set, first."): ROWS}
    return {}


def _unsaid(held: ChangeSet, judged: JudgedBefore) -> list[tuple[RowJudgement, str, str]]:
    """The rows with warnings of which nobody has said yet why they are right, each with that, and
    the kind of the warning.
    """
    words = _("Say why it is right all the same: %s")
    waiting = unacknowledged(held, judged.found, judged.warnings)
    return [(one.judged, words % one.words, one.code) for one in waiting]


@transaction.atomic
def take_back(change_set: ChangeSet, person: Any, *, seen: int | None = None) -> ChangeSet:
    """Take a set back from the reviewers, to go on with it.

    Raises:
        PermissionDenied: whoever asks is no analyst.
        ValidationError: it is not in review.
        MovedOnError: it is another than ``seen`` by now.
    """
    held = hold_for(change_set, person, SetAction.PROPOSE)
    if held.state != SetState.IN_REVIEW:
        raise ValidationError(_("This change set is not in review."), code="closed")
    refuse_unseen(held, seen)
    return step(held, person, SetState.DRAFT)


@transaction.atomic
def take_back_and_settle(
    row: ProposedRow,
    person: Any,
    column: str,
    *,
    mine: bool,
    seen: int | None = None,
    theirs: str | None = None,
    seen_set: int | None = None,
) -> None:
    """Take a set back from the reviewers and settle a conflict in it, as rows stay while it is
    reviewed: whoever reviews it next looks at it as it is then.

    Raises:
        PermissionDenied: whoever asks is no analyst.
        ValidationError: the set is not in review, or the conflict cannot be settled so.
        MovedOnError: the set is another than ``seen_set`` by now, the row than ``seen``, or the
            portal says something else than ``theirs``.
    """
    take_back(row.change_set, person, seen=seen_set)
    settle(row, person, column, mine=mine, seen=seen, theirs=theirs)


@transaction.atomic
def send_back(
    change_set: ChangeSet,
    person: Any,
    text: str,
    rows: Iterable[ProposedRow | int] = (),
    *,
    seen: int | None = None,
) -> ChangeSet:
    """Send rows back to the analysts, with a word why; the whole set if none are named, or all.

    Rows that are named, themselves or by number, go on in a set of their own, which is returned,
    with those that are one act with any of them; the others stay in review.

    Raises:
        PermissionDenied: whoever asks is no reviewer.
        ValidationError: it is not in review, or no reason is given.
        MovedOnError: it is another than ``seen`` by now, or a row that is named is gone.
    """
    held = hold_for(change_set, person, SetAction.REVIEW)
    if held.state != SetState.IN_REVIEW:
        raise ValidationError(_closed_or_draft_words(held), code="closed")
    refuse_unseen(held, seen)
    if not text.strip():
        raise ValidationError(_("Say why it goes back."), code="reason")
    numbers = {row if isinstance(row, int) else row.pk for row in rows}
    named = held.rows.filter(pk__in=numbers)
    # Rows that are there no more are not none: to name none means the whole set.
    if named.count() < len(numbers):
        raise MovedOnError(_("Somebody took this row out of the change set meanwhile."))
    going = together(held, named)
    if numbers and len(going) < held.rows.count():
        return _part(held, person, going, text)
    held.rows.filter(pk__in=[row.pk for row in going]).update(sent_back=True)
    return step(held, person, SetState.SENT_BACK, text)


def _part(held: ChangeSet, person: Any, rows: list[ProposedRow], text: str) -> ChangeSet:
    """Move rows of a set into one of their own, with whoever may have written them."""
    part = ChangeSet.objects.create(
        title=held.title,
        reason=held.reason,
        author_id=held.author_id,
        author_name=held.author_name,
        undoes=held.undoes,
        opened_at=now(),
        changed_at=now(),
    )
    copies = _edits_behind(held, rows)
    own = {row.pk for row in rows}
    for row in rows:
        row.change_set, row.sent_back, row.version = part, True, row.version + 1
    for edit in copies:
        edit.pk, edit.change_set = None, part
        edit.row_id = edit.row_id if edit.row_id in own else None
    # What is said of a row, and who acknowledged what, goes with it: both refer to the row.
    ProposedRow.objects.bulk_update(rows, ["change_set", "sent_back", "version"], batch_size=BATCH)
    RowEdit.objects.bulk_create(copies, batch_size=BATCH)
    said = ngettext(
        "%(rows)s of its rows goes on in change set %(number)s.",
        "%(rows)s of its rows go on in change set %(number)s.",
        len(rows),
    )
    moved = said % {"rows": len(rows), "number": part.pk}
    remark(held, person, text="\n".join((text.strip(), moved)))
    raise_version(held)
    remark(part, person, text=_("Its rows come from change set %(number)s.") % {"number": held.pk})
    return step(part, person, SetState.SENT_BACK, text)


def _edits_behind(held: ChangeSet, rows: list[ProposedRow]) -> list[RowEdit]:
    """What was noted of rows, and of others whose words may stand in them: any that ever bore one
    of their keys, and those of their tables that were taken out.

    Which row it was that was taken out is noted no more, so whatever keys it had may be theirs.
    A key that was noted before something in it was called otherwise is that of today as well.
    """
    edits = list(held.edits.order_by("pk"))
    keys_of: dict[int, set[tuple[str, str]]] = defaultdict(set)
    for edit in edits:
        if edit.row_id is not None:
            keys_of[edit.row_id].add((edit.table, edit.key))
    for row in held.rows.all():
        keys_of[row.pk].add((row.table, row.key))
    today = keys_of_today(set().union(*keys_of.values()))
    for keys in keys_of.values():
        keys.update(*(today[key] for key in list(keys)))
    tables, found = {row.table for row in rows}, {row.pk for row in rows}
    wanted: set[tuple[str, str]] = set()
    new = set(found)
    while new:
        wanted.update(*(keys_of[number] for number in new))
        new = {
            number
            for number, keys in keys_of.items()
            if number not in found and not keys.isdisjoint(wanted)
        }
        found |= new
    return [
        edit
        for edit in edits
        if edit.row_id in found or (edit.row_id is None and edit.table in tables)
    ]


@transaction.atomic
def withdraw(change_set: ChangeSet, person: Any, *, seen: int | None = None) -> ChangeSet:
    """Give up a set; it stays to be read.

    Raises:
        PermissionDenied: whoever asks is no analyst.
        ValidationError: it has ended already.
        MovedOnError: it is another than ``seen`` by now.
    """
    held = hold_for(change_set, person, SetAction.PROPOSE)
    if held.state in (SetState.PUBLISHED, SetState.WITHDRAWN):
        raise ValidationError(closed_words(held), code="closed")
    refuse_unseen(held, seen)
    return step(held, person, SetState.WITHDRAWN)


@transaction.atomic
def reopen(change_set: ChangeSet, person: Any, *, seen: int | None = None) -> ChangeSet:
    """Open a set once more that was given up, as a draft.

    Raises:
        PermissionDenied: whoever asks is no analyst, or has no part in it.
        ValidationError: it was not withdrawn.
        MovedOnError: it is another than ``seen`` by now.
    """
    held = hold_for(change_set, person, SetAction.PROPOSE)
    if not is_own(person, held):
        raise PermissionDenied(_("Whoever opened it, or wrote in it, opens it again."))
    if held.state != SetState.WITHDRAWN:
        raise ValidationError(_("This change set is not withdrawn."), code="closed")
    refuse_unseen(held, seen)
    return step(held, person, SetState.DRAFT)


def _closed_or_draft_words(change_set: ChangeSet) -> str:
    if change_set.is_open:
        return _("This change set is not in review yet.")
    return closed_words(change_set)

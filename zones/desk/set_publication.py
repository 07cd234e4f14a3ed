"""Publishing a change set: all of it as one revision, or nothing."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext as _

from cbec_portal.availability import AWAY, seconds_to_wait
from zones.dataset.alias_table import give_keys
from zones.dataset.applied_rows import Responsible, key_text, note_applied
from zones.dataset.expectations import expected_of
from zones.dataset.load import write_tables
from zones.dataset.merge import stamp
from zones.dataset.problems import Problems
from zones.dataset.table import BATCH, Key, Load
from zones.desk.effect import effect_of, mark_of
from zones.desk.held_sets import MovedOnError, hold_set, refuse_unseen
from zones.desk.judgement import BROUGHT, Judgement, judge
from zones.desk.permissions import (
    SetAction,
    require,
    require_publish,
    require_publish_still,
    writers_of,
)
from zones.desk.reading_settlements import settle_corrected
from zones.desk.row_warnings import unacknowledged
from zones.desk.set_steps import Readiness, step
from zones.models import ChangeSet, Edit, ProposedRow, Revision, RowEdit
from zones.rules.vocabulary import Fate, SetState
from zones.services.forecast import Forecast, Progress, forecast
from zones.services.locks import lock_publication
from zones.services.publication import publish

#: How often a set is worked out while others may publish, before it keeps them waiting for it.
TRIES = 3

LONGEST_AUTHORS = 400


class AlreadyPublishedError(Exception):
    """Somebody has published the set before: it is public as this revision."""

    def __init__(self, revision: Revision) -> None:
        self.revision = revision
        super().__init__(_("Already published as revision %s.") % revision.number)


def publish_set(
    change_set: ChangeSet,
    person: Any,
    *,
    seen: int | None = None,
    mark: str | None = None,
    progress: Progress = lambda _: None,
) -> Revision:
    """Publish a set as one revision.

    ``seen`` is the version of the set that the reviewer saw, and ``mark`` that of its effect
    (:func:`zones.desk.effect.mark_of`): what others published meanwhile may make it do what nobody
    has looked at.

    It is judged, and resolved, before anything is locked. That holds only while the portal is as it
    was then. If it is not, it is done again, and at last while nobody else writes.

    Raises:
        PermissionDenied: whoever asks is no reviewer, or wrote part of it.
        AlreadyPublishedError: it is public already.
        ValidationError: it is not in review, something must be mended, settled or acknowledged
            first, or it brings nothing.
        MovedOnError: it is another than ``seen`` by now, or does something else than ``mark``, or
            something else is published for so long that this is not waited for.
        Refused: a table or the database refuses a row; nothing was written.
    """
    require(person, SetAction.REVIEW)
    try:
        return _publish_as_seen(change_set, person, seen, mark, progress)
    except DatabaseError as wrong:
        # Who waits for a publication in vain was told that nothing changed, though his own first
        # click, or somebody else's, may have published this set meanwhile.
        wait = seconds_to_wait(wrong)
        if wait is None or wait >= AWAY or connection.in_atomic_block:
            raise
        change_set.refresh_from_db()
        if change_set.revision is not None:
            raise AlreadyPublishedError(change_set.revision) from None
        raise MovedOnError(
            _(
                "Something is being published just now, perhaps this very change set. "
                "Look at it again in a moment, before you publish it."
            )
        ) from wrong


def _publish_as_seen(
    change_set: ChangeSet, person: Any, seen: int | None, mark: str | None, progress: Progress
) -> Revision:
    tries = 0
    while True:
        before = stamp()
        change_set.refresh_from_db()
        found = judge(change_set)
        is_as_seen = _does_as_seen(found, mark)
        foreseen = None if found.hinders else forecast(_expected(found), progress)
        waits = not found.hinders and bool(unacknowledged(change_set, found))
        with transaction.atomic():
            lock_publication()
            held = hold_set(change_set)
            _refuse_closed(held)
            refuse_unseen(held, seen)
            require_publish_still(person, held)
            if stamp() != before or held.version != change_set.version:
                tries += 1
                if tries < TRIES:
                    continue
                found, foreseen = judge(held), None
                is_as_seen = _does_as_seen(found, mark)
                waits = not found.hinders and bool(unacknowledged(held, found))
            _refuse_unready(found)
            _refuse_unsaid(waits=waits)
            if not is_as_seen:
                raise MovedOnError(
                    _(
                        "Something else was published meanwhile, by which this change set does "
                        "something else than you saw. Look at it as it is now, then go on."
                    )
                )
            # Before it is written: members of bodies are what they were only until then.
            foreseen = foreseen or forecast(_expected(found), progress)
            return _publish(held, person, found, foreseen, progress)


def _expected(found: Judgement) -> Any:
    return expected_of(found.changes, withdraw=True)


def _refuse_closed(held: ChangeSet) -> None:
    if held.revision is not None:
        raise AlreadyPublishedError(held.revision)
    if held.state != SetState.IN_REVIEW:
        raise ValidationError(_("This change set is not in review."), code="closed")


def _does_as_seen(found: Judgement, mark: str | None) -> bool:
    return mark is None or mark == mark_of(found, effect_of(found))


def why_not(held: ChangeSet, person: Any, found: Readiness, *, waits: bool) -> str:
    """Return why somebody cannot publish a set in review as it is judged; nothing if he can.

    ``waits`` is whether warnings wait for somebody to say why it is right.
    """
    try:
        require_publish(person, held)
        _refuse_unready(found)
        _refuse_unsaid(waits=waits)
    except PermissionDenied as denied:
        return str(denied)
    except ValidationError as refused:
        return " ".join(refused.messages)
    return ""


def _refuse_unready(found: Readiness) -> None:
    if found.count(Fate.CONFLICT):
        raise ValidationError(
            _("What this changes was changed here meanwhile. Send it back to settle that.")
        )
    if found.hinders:
        raise ValidationError(_("Some rows cannot be published: send them back."))
    if not found.brings:
        words = _("Nothing in this change set would change what is known any more: send it back.")
        raise ValidationError(words)


def _refuse_unsaid(*, waits: bool) -> None:
    if waits:
        raise ValidationError(_("Some warnings wait for somebody to say why it is right."))


def _publish(
    held: ChangeSet, person: Any, found: Judgement, foreseen: Forecast, progress: Progress
) -> Revision:
    load = Load(Problems(most=None), found.changes, withdraw=True, gives_keys=True)
    write_tables(found.tables, load)
    revision = publish(
        load.publication,
        author=_authors(held, person),
        publisher=person.get_username(),
        summary="\n".join(filter(None, (held.title, held.reason))),
        progress=progress,
        foreseen=foreseen,
        is_recorded_anyway=True,
    )
    give_keys(load)
    edit = Edit.note(former=load.former, revision=revision.number)
    own = _responsible(held, person, found)
    note_applied(edit, revision, found.changes, own, withdraw=True)
    # What was said of a row is found by its key, for ever: by that under which it was applied.
    ProposedRow.objects.bulk_update(_named_as_applied(found), ["key"], batch_size=BATCH)
    step(
        held,
        person,
        SetState.PUBLISHED,
        revision=revision,
        publisher=person,
        publisher_name=person.get_username(),
    )
    settle_corrected(held)
    return revision


def _named_as_applied(found: Judgement) -> list[ProposedRow]:
    moved = []
    for judged in found.rows:
        text = key_text(judged.applied_key)
        if judged.fate in BROUGHT and judged.row.key != text:
            judged.row.key = text
            moved.append(judged.row)
    return moved


def _authors(held: ChangeSet, person: Any) -> str:
    """Everybody who wrote part of a set, as far as there is room; the publisher, if he did."""
    names = list(writers_of(held))
    longest = Revision._meta.get_field("author").max_length or 0
    if len(", ".join(names)) <= longest:
        return ", ".join(names)
    own = person.get_username()
    told = [own] if own in names else []
    for name in names:
        if name not in told and len(", ".join((*told, name, "…"))) <= longest:
            told.append(name)
    return ", ".join((*told, "…"))


def _responsible(
    held: ChangeSet, person: Any, found: Judgement
) -> dict[tuple[str, Key], Responsible]:
    """Who wrote each row, by its table and the key under which it is applied: everybody who wrote
    in it, whatever key it had then.
    """
    writers: dict[int, dict[str, None]] = {}
    edits = RowEdit.objects.filter(change_set=held, row__isnull=False).order_by("pk")
    for row, name in edits.values_list("row", "name"):
        writers.setdefault(row, {})[name] = None
    return {
        (judged.table.name, judged.applied_key): Responsible(
            ", ".join(writers[judged.row.pk])[:LONGEST_AUTHORS],
            person.get_username(),
            held.title,
            judged.row.quote,
            judged.row.quote_en,
            judged.row.read_at,
            judged.row.copy.sha256 if judged.row.copy else "",
            judged.row.clause,
            judged.row.clause_zh,
            judged.row.verified_by,
        )
        for judged in found.rows
        if judged.fate in BROUGHT
    }

"""Bringing evidence, letting it serve, keeping and discarding it; no version is overwritten."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext as _

from cbec_portal.china_time import now
from cbec_portal.file_types import clean_name, examine
from checklists.models import Act, Attachment, Evidence, EvidenceVersion, Item
from checklists.permissions import EvidenceAction, evidence_policy
from checklists.services.activity_log import record, record_in
from checklists.services.evidence_use import (
    borrowers_of,
    hold_to_serve,
    keep_level,
    newest_of,
    notify_owner,
)
from checklists.services.locks import (
    by_name,
    hold,
    hold_alone,
    hold_evidence,
    hold_item,
    writes,
)

FIRST_YEAR, LAST_YEAR = 2000, 2099
LONGEST_TITLE = 200


@by_name
def bring(
    owner: User,
    title: str,
    *,
    upload: UploadedFile[bytes] | None = None,
    url: str = "",
    keep_until: date | None = None,
    item: Item | None = None,
) -> EvidenceVersion:
    """Hand in a new piece of evidence: a file or a link.

    Args:
        title: what it is called; if blank as the file or the link is.
        item: what it serves from the beginning.

    Raises:
        ValidationError: neither or both are given, the title is too long, or the file is refused;
            nothing is kept then.
    """
    _refuse_far(keep_until)
    if len(title.strip()) > LONGEST_TITLE:
        told = _("The title has %(length)d characters; at most %(longest)d fit.")
        shown = {"length": len(title.strip()), "longest": LONGEST_TITLE}
        raise ValidationError({"title": told % shown})
    called = title.strip() or _shortened(clean_name(upload.name or "") if upload else url.strip())
    evidence = Evidence(title=called, owner=owner, keep_until=keep_until)

    def write(version: EvidenceVersion) -> None:
        if item is not None:
            hold(item.checklist, owner)
        evidence.full_clean()
        evidence.save()
        _add(evidence, version)
        if item is not None:
            attach(item, evidence, actor=owner)

    return _store(EvidenceVersion(uploaded_by=owner, url=url), upload, write)


def _shortened(name: str) -> str:
    """Return a file's or a link's name as a title, which says that it is cut."""
    return name if len(name) <= LONGEST_TITLE else f"{name[: LONGEST_TITLE - 1]}…"


@by_name
def renew(
    evidence: Evidence, *, actor: User, upload: UploadedFile[bytes] | None = None, url: str = ""
) -> EvidenceVersion:
    """Hand in a newer version; the older ones stay.

    Raises:
        ValidationError: neither or both are given, the file is refused, or the files of the
            evidence were discarded.
        UnseenError: whoever acts may not see the evidence, or see it no more.
        PermissionDenied: a newer version would reach a checklist that they may not edit.
    """

    def write(version: EvidenceVersion) -> None:
        serving = hold_evidence(evidence)
        evidence_policy.require(EvidenceAction.RENEW, evidence, actor)
        _refuse_discarded(evidence)
        _add(evidence, version)
        borrowers = borrowers_of(evidence)
        reached = [row for row in serving.values() if row.pk not in borrowers]
        keep_level(evidence, reached)
        record_in(reached, actor, Act.RENEWED, **_detail(evidence))
        notify_owner(evidence, Act.RENEWED, actor, reached)

    return _store(EvidenceVersion(uploaded_by=actor, url=url), upload, write)


@writes
def attach(item: Item, evidence: Evidence, *, actor: User) -> Attachment:
    """Let a piece of evidence serve an item; attaching it twice changes nothing.

    Attached by anybody but whoever brought it, it is borrowed: it serves with the versions that
    there are, and not with later ones. They may attach it themselves where it is borrowed; it
    follows from then on.

    Raises:
        ValidationError: its files were discarded.
        UnseenError: whoever acts may not see it, or see it no more.
        PermissionDenied: they may read it only.
    """
    item = hold_item(item, actor)
    through = hold_to_serve(evidence, actor)
    attached, new = Attachment.objects.get_or_create(
        item=item, evidence=evidence, defaults={"attached_by": actor, "through": through}
    )
    follows = not new and through is None and attached.through is not None
    if follows:
        attached.through, attached.attached_by = None, actor
        attached.save(update_fields=["through", "attached_by"])
    if new or follows:
        record(item.checklist, actor, Act.ATTACHED, item=item, **_detail(evidence, through))
        notify_owner(evidence, Act.ATTACHED, actor, [item.checklist])
    return attached


@writes
def detach(item: Item, evidence: Evidence, *, actor: User) -> None:
    """Let a piece of evidence serve an item no longer; what was signed with it stays."""
    item = hold_item(item, actor)
    hold_alone(evidence)
    attached = Attachment.objects.filter(item=item, evidence=evidence).first()
    if attached is not None:
        attached.delete()
        told = _detail(evidence, attached.through)
        record(item.checklist, actor, Act.DETACHED, item=item, **told)
        notify_owner(evidence, Act.DETACHED, actor, [item.checklist])


@writes
def keep_until(evidence: Evidence, day: date | None, *, actor: User) -> None:
    """Set the day until which evidence must be kept, or none, which nobody knows then.

    Raises:
        ValidationError: the day lies in no year of this century, or it is earlier than the one
            said before, and a signed period rests on the evidence.
        UnseenError: whoever acts may not see it, or see it no more.
        PermissionDenied: they may not say so.
    """
    _refuse_far(day)
    serving = hold_evidence(evidence)
    evidence_policy.require(EvidenceAction.KEEP, evidence, actor)
    if evidence.keep_until and (day is None or day < evidence.keep_until) and _is_signed(evidence):
        told = _("A signed period rests on this evidence; it can be kept longer, not shorter.")
        raise ValidationError({"keep_until": told})
    before, evidence.keep_until = evidence.keep_until, day
    if before != day:
        evidence.save(update_fields=["keep_until"])
        days = {"before": _iso(before), "after": _iso(day)}
        record_in(serving.values(), actor, Act.KEPT, **_detail(evidence), **days)
        notify_owner(evidence, Act.KEPT, actor, serving.values())


@writes
def discard(evidence: Evidence, *, actor: User, on: date) -> None:
    """Discard the files of evidence after its last day of keeping; their hashes stay on record.

    Raises:
        ValidationError: it must still be kept, nobody said until when, it was discarded before, or
            a signed period rests on it.
        UnseenError: whoever acts may not see it, or see it no more.
        PermissionDenied: they may not discard it.
    """
    serving = hold_evidence(evidence)
    evidence_policy.require(EvidenceAction.KEEP, evidence, actor)
    _refuse_discarded(evidence)
    if _is_signed(evidence):
        told = _("A signed period rests on this evidence, so it is kept.")
        raise ValidationError(told, code="signed")
    if evidence.keep_until is None or on <= evidence.keep_until:
        raise ValidationError(_("This evidence must still be kept."), code="kept")
    evidence.discarded_at = now()
    evidence.save(update_fields=["discarded_at"])
    record_in(serving.values(), actor, Act.DISCARDED, **_detail(evidence))
    notify_owner(evidence, Act.DISCARDED, actor, serving.values())
    files = [version.file for version in evidence.versions.all() if version.file]
    # A file that is gone comes back with no rollback: first it must be sure that it is discarded.
    transaction.on_commit(lambda: _delete(files))


@writes
def keep_or_discard(evidence: Evidence, said: Mapping[str, Any], *, actor: User, on: date) -> None:
    """Set the day until which evidence must be kept, then discard its files: both, one or neither.

    Args:
        said: ``keep_until``, if the day is set, and ``discarded``, if the files go.

    Raises:
        ValidationError: as `keep_until` and `discard` do; nothing is written then.
        UnseenError: whoever acts may not see it, or see it no more.
        PermissionDenied: they may not do so.
    """
    if "keep_until" in said:
        keep_until(evidence, said["keep_until"], actor=actor)
    if said.get("discarded"):
        discard(evidence, actor=actor, on=on)


def _store(
    version: EvidenceVersion,
    upload: UploadedFile[bytes] | None,
    write: Callable[[EvidenceVersion], None],
) -> EvidenceVersion:
    """Examine and store a file, then write its version; what is refused leaves no file.

    A file is read and stored before the transaction, so that no lock is held for that long.
    """
    if (upload is None) == (not version.url):
        raise ValidationError({"file": _("Choose a file or give a link.")})
    if version.url and not version.url.lower().startswith(("https://", "http://")):
        raise ValidationError({"url": _("A link begins with https:// or http://.")})
    try:
        if upload:
            for name, value in examine(upload)._asdict().items():
                setattr(version, name, value)
            version.file.save(version.file_name, upload, save=False)
        with transaction.atomic():
            write(version)
    except BaseException:
        if version.file:
            version.file.delete(save=False)
        raise
    return version


def _add(evidence: Evidence, version: EvidenceVersion) -> None:
    """Write the next version of evidence that is new or held."""
    version.evidence, version.number = evidence, newest_of(evidence) + 1
    version.full_clean(exclude=["file"])
    version.save()


def _delete(files: Iterable[FieldFile]) -> None:
    for file in files:
        file.delete(save=False)


def _refuse_far(day: date | None) -> None:
    if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
        told = _("“%s” is not a day of this century.") % day
        raise ValidationError({"keep_until": told})


def _refuse_discarded(evidence: Evidence) -> None:
    if evidence.discarded_at:
        raise ValidationError(_("The files of this evidence were discarded."), code="discarded")


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _detail(evidence: Evidence, through: int | None = None) -> dict[str, str | int]:
    """Return what the log says of evidence: its newest version, or that through which it serves."""
    versions = evidence.versions.all()
    newest = (versions if through is None else versions.filter(number__lte=through)).first()
    return {
        "evidence": str(evidence.key),
        "title": evidence.title,
        "version": newest.number if newest else 0,
        "sha256": newest.sha256 if newest else "",
    }


def _is_signed(evidence: Evidence) -> bool:
    return evidence.proofs.exists()

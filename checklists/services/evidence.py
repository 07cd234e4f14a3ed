"""Bringing evidence: what a file is, is read from its content, and no version is overwritten."""

from __future__ import annotations

import hashlib
import unicodedata
import zlib
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from zipfile import BadZipFile, ZipFile

import puremagic
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext as _

from cbec_portal.clock import now
from checklists.models import Act, Attachment, Evidence, EvidenceVersion, Item
from checklists.models.evidence import evidence_storage
from checklists.permissions import require_evidence
from checklists.services.lending import borrowers_of, hold_to_serve, tell_owner
from checklists.services.locks import (
    by_name,
    hold,
    hold_evidence,
    hold_item,
    hold_rows,
    read_anew,
    writes,
)
from checklists.services.logging import record, record_in

OPEN_XML = "application/vnd.openxmlformats-officedocument."
OPEN_DOCUMENT = "application/vnd.oasis.opendocument."

#: What may be handed in: media type to the endings its files have.
ACCEPTED = {
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    f"{OPEN_XML}wordprocessingml.document": (".docx",),
    f"{OPEN_XML}spreadsheetml.sheet": (".xlsx",),
    "application/vnd.oasis.opendocument.text": (".odt",),
    "application/vnd.oasis.opendocument.spreadsheet": (".ods",),
    "application/ofd": (".ofd",),
    "text/plain": (".txt", ".csv"),
}

#: A member that tells what a zip container holds.
_CONTAINERS = {
    "word/document.xml": f"{OPEN_XML}wordprocessingml.document",
    "xl/workbook.xml": f"{OPEN_XML}spreadsheetml.sheet",
    "OFD.xml": "application/ofd",
}
_HEAD = 8192
#: The control characters that occur in plain text, the old end of a file among them.
CONTROLS = frozenset("\t\n\r\f\x1a")
FIRST_YEAR, LAST_YEAR = 2000, 2099
LONGEST_FILE_NAME = 200


class Examined(NamedTuple):
    """A file looked into: its clean name, media type, size in bytes and SHA-256."""

    file_name: str
    media_type: str
    size: int
    sha256: str


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
        item: what it serves from the beginning.

    Raises:
        ValidationError: neither or both are given, or the file is refused; nothing is kept then.
    """
    _refuse_far(keep_until)
    evidence = Evidence(title=title.strip(), owner=owner, keep_until=keep_until)

    def write(version: EvidenceVersion) -> None:
        if item is not None:
            hold(item.checklist, owner)
        evidence.full_clean()
        evidence.save()
        _add(evidence, version)
        if item is not None:
            attach(item, evidence, actor=owner)

    return _store(EvidenceVersion(uploaded_by=owner, url=url), upload, write)


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
        require_evidence(Evidence.objects.renewable_by(actor), evidence, actor)
        _refuse_discarded(evidence)
        _add(evidence, version)
        reached = [row for row in serving.values() if row.pk not in borrowers_of(evidence)]
        record_in(reached, actor, Act.RENEWED, **_told(evidence))
        tell_owner(evidence, Act.RENEWED, actor, reached)

    return _store(EvidenceVersion(uploaded_by=actor, url=url), upload, write)


@writes
def attach(item: Item, evidence: Evidence, *, actor: User) -> Attachment:
    """Let a piece of evidence serve an item; attaching it twice changes nothing.

    Where whoever brought it does not edit the checklist, it is borrowed: it serves with the
    versions that there are, and not with later ones.

    Raises:
        ValidationError: its files were discarded.
        UnseenError: whoever acts may not see it, or see it no more.
        PermissionDenied: they may read it only.
    """
    item = hold_item(item, actor)
    through = hold_to_serve(evidence, item.checklist, actor)
    attached, new = Attachment.objects.get_or_create(
        item=item, evidence=evidence, defaults={"attached_by": actor, "through": through}
    )
    if new:
        record(item.checklist, actor, Act.ATTACHED, item=item, **_told(evidence, through))
        tell_owner(evidence, Act.ATTACHED, actor, [item.checklist])
    return attached


@writes
def detach(item: Item, evidence: Evidence, *, actor: User) -> None:
    """Let a piece of evidence serve an item no longer; what was signed with it stays."""
    item = hold_item(item, actor)
    read_anew(evidence, *hold_rows(Evidence.objects.filter(pk=evidence.pk)))
    attached = Attachment.objects.filter(item=item, evidence=evidence).first()
    if attached is not None:
        attached.delete()
        told = _told(evidence, attached.through)
        record(item.checklist, actor, Act.DETACHED, item=item, **told)
        tell_owner(evidence, Act.DETACHED, actor, [item.checklist])


@writes
def keep_until(evidence: Evidence, day: date | None, *, actor: User) -> None:
    """Say until when evidence must be kept, or that nobody knows.

    Raises:
        ValidationError: the day lies in no year of this century, or it is earlier than the one
            said before, and a signed round rests on the evidence.
        UnseenError: whoever acts may not see it, or see it no more.
        PermissionDenied: they may not say so.
    """
    _refuse_far(day)
    serving = hold_evidence(evidence)
    require_evidence(Evidence.objects.keepable_by(actor), evidence, actor)
    if evidence.keep_until and (day is None or day < evidence.keep_until) and _is_signed(evidence):
        told = _("A signed round rests on this evidence; it can be kept longer, not shorter.")
        raise ValidationError({"keep_until": told})
    before, evidence.keep_until = evidence.keep_until, day
    if before != day:
        evidence.save(update_fields=["keep_until"])
        days = {"before": _iso(before), "after": _iso(day)}
        record_in(serving.values(), actor, Act.KEPT, **_told(evidence), **days)
        tell_owner(evidence, Act.KEPT, actor, serving.values())


@writes
def discard(evidence: Evidence, *, actor: User, on: date) -> None:
    """Discard the files of evidence after its last day of keeping; their hashes stay on record.

    Raises:
        ValidationError: it must still be kept, nobody said until when, it was discarded before, or
            a signed round rests on it.
        UnseenError: whoever acts may not see it, or see it no more.
        PermissionDenied: they may not discard it.
    """
    serving = hold_evidence(evidence)
    require_evidence(Evidence.objects.keepable_by(actor), evidence, actor)
    _refuse_discarded(evidence)
    if _is_signed(evidence):
        told = _("A signed round rests on this evidence, so it is kept.")
        raise ValidationError(told, code="signed")
    if evidence.keep_until is None or on <= evidence.keep_until:
        raise ValidationError(_("This evidence must still be kept."), code="kept")
    evidence.discarded_at = now()
    evidence.save(update_fields=["discarded_at"])
    record_in(serving.values(), actor, Act.DISCARDED, **_told(evidence))
    tell_owner(evidence, Act.DISCARDED, actor, serving.values())
    files = [version.file for version in evidence.versions.all() if version.file]
    transaction.on_commit(lambda: _delete(files))


def examine(upload: UploadedFile[bytes]) -> Examined:
    """Look into a file: what it is by content, whatever it is called.

    Raises:
        ValidationError: it is empty, too large, of a kind not taken, or not what its name says.
    """
    name = clean_name(upload.name or "")
    if not upload.size:
        raise ValidationError({"file": _("The file is empty.")})
    if upload.size > settings.CBEC_EVIDENCE_BYTES:
        told = _("The file has %(size)d MB; at most %(most)d MB are taken.")
        sizes = {
            "size": -(-upload.size // 1_000_000),
            "most": settings.CBEC_EVIDENCE_BYTES // 1_000_000,
        }
        raise ValidationError({"file": told % sizes})
    kind = media_type(upload)
    if kind not in ACCEPTED:
        told = _("“%(name)s” holds %(kind)s, which is not taken. Taken are: %(endings)s.")
        endings = ", ".join(ending for own in ACCEPTED.values() for ending in own)
        holds = kind or _("nothing known")
        raise ValidationError({"file": told % {"name": name, "kind": holds, "endings": endings}})
    if not name.lower().endswith(ACCEPTED[kind]):
        told = _("“%(name)s” is not what its name says: its content is %(kind)s.")
        raise ValidationError({"file": told % {"name": name, "kind": kind}})
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return Examined(name, kind, upload.size, digest.hexdigest())


def clean_name(name: str) -> str:
    """A file's name without any path and without characters that deceive the eye."""
    last = PurePosixPath(name.replace("\\", "/")).name
    shown = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C")
    stem, dot, ending = shown.rpartition(".")
    if not dot:
        return shown[:LONGEST_FILE_NAME]
    return f"{stem[: LONGEST_FILE_NAME - len(ending) - 1]}.{ending}"


def media_type(upload: UploadedFile[bytes]) -> str:
    """What a file is by its content; an empty text where it is nothing known."""
    upload.seek(0)
    head = upload.read(_HEAD)
    upload.seek(0)
    if head.startswith(b"PK"):
        return _inside_container(upload)
    try:
        kind = str(puremagic.magic_string(head)[0].mime_type)
    except (puremagic.PureError, ValueError, IndexError):
        kind = ""
    if kind in ACCEPTED and kind != "text/plain":
        return kind
    if _is_text(upload):  # whatever else its first letters may be taken for
        return "text/plain"
    return "" if kind == "text/plain" else kind


def _inside_container(upload: UploadedFile[bytes]) -> str:
    try:
        with ZipFile(upload) as container:
            names = set(container.namelist())
            if "mimetype" in names and container.getinfo("mimetype").file_size < 200:
                said = container.read("mimetype").decode("ascii", "replace").strip()
                return said if said.startswith(OPEN_DOCUMENT) else ""
            return next((kind for name, kind in _CONTAINERS.items() if name in names), "")
    except (BadZipFile, RuntimeError, NotImplementedError, zlib.error, EOFError, OSError):
        return ""  # damaged, encrypted, or packed in a way that nobody opens
    finally:
        upload.seek(0)


def _is_text(upload: UploadedFile[bytes]) -> bool:
    """Whether a whole file is text and no markup, in Unicode or the Chinese standard encoding."""
    content = upload.read()
    upload.seek(0)
    marked = content.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        controls = {letter for letter in set(text) if unicodedata.category(letter) == "Cc"}
        return controls <= CONTROLS and not text.lstrip().startswith("<")
    return False


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
    last = evidence.versions.aggregate(last=Max("number"))["last"] or 0
    version.evidence, version.number = evidence, last + 1
    version.full_clean(exclude=["file"])
    version.save()


def sweep(*, before: datetime) -> int:
    """Remove what a killed process leaves: files that no version names, and uploads on their way.

    Args:
        before: files written later are let alone, as someone may be storing them.

    Returns:
        How many were removed.
    """
    storage = evidence_storage()
    named = set(EvidenceVersion.objects.exclude(file="").values_list("file", flat=True))
    strays = [Path(storage.path(name)) for name in _every_file(storage) if name not in named]
    strays += Path(settings.FILE_UPLOAD_TEMP_DIR).glob("*.upload*")
    removed = [path for path in strays if path.stat().st_mtime < before.timestamp()]
    for path in removed:
        path.unlink(missing_ok=True)
    return len(removed)


def _every_file(storage: FileSystemStorage) -> Iterator[str]:
    if storage.exists(""):
        for folder in storage.listdir("")[0]:
            yield from (f"{folder}/{name}" for name in storage.listdir(folder)[1])


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


def _told(evidence: Evidence, through: int | None = None) -> dict[str, str | int]:
    """What the log says of evidence: its newest version, or that through which it serves."""
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

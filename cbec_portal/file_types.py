"""What a file is, read from its content and never from its name alone."""

from __future__ import annotations

import hashlib
import unicodedata
import zlib
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import NamedTuple
from zipfile import BadZipFile, ZipFile

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

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
#: What Windows takes in no name of a file.
NOT_IN_NAMES = str.maketrans(dict.fromkeys('<>:"|?*', "_"))
LONGEST_FILE_NAME = 200
#: What may be kept as a copy of a document: pages of the web as well.
ARCHIVED = ACCEPTED | {"text/html": (".html", ".htm")}


class FileFacts(NamedTuple):
    """A file looked into: its clean name, media type, size in bytes and SHA-256."""

    file_name: str
    media_type: str
    size: int
    sha256: str


def examine(
    upload: UploadedFile[bytes], accepted: Mapping[str, tuple[str, ...]] = ACCEPTED
) -> FileFacts:
    """Return what a file is by its content, whatever it is called.

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
    if kind not in accepted:
        told = _("“%(name)s” holds %(kind)s, which is not taken. Taken are: %(endings)s.")
        endings = ", ".join(ending for own in accepted.values() for ending in own)
        holds = kind or _("nothing known")
        raise ValidationError({"file": told % {"name": name, "kind": holds, "endings": endings}})
    if not name.lower().endswith(accepted[kind]):
        told = _("“%(name)s” is not what its name says: its content is %(kind)s.")
        raise ValidationError({"file": told % {"name": name, "kind": kind}})
    return FileFacts(name, kind, upload.size, sha256_of(upload))


def sha256_of(upload: UploadedFile[bytes]) -> str:
    """Return the SHA-256 of a file, of which a part at a time is read."""
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()


def clean_name(name: str) -> str:
    """Return a file's name without any path, without characters that deceive the eye, and with none
    that a disk somewhere does not take.
    """
    last = PurePosixPath(name.replace("\\", "/")).name
    shown = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C")
    shown = shown.translate(NOT_IN_NAMES)
    stem, dot, ending = shown.rpartition(".")
    if not dot:
        return shown[:LONGEST_FILE_NAME]
    return f"{stem[: LONGEST_FILE_NAME - len(ending) - 1]}.{ending}"


def media_type(upload: UploadedFile[bytes]) -> str:
    """Return what a file is by its content; an empty text where it is nothing known."""
    upload.seek(0)
    head = upload.read(_HEAD)
    upload.seek(0)
    if head.startswith(b"PK"):
        return _inside_container(upload)
    import puremagic  # its tables take 1 MB, and few hand in files

    try:
        kind = str(puremagic.magic_string(head)[0].mime_type)
    except (puremagic.PureError, ValueError, IndexError):
        kind = ""
    if kind in ACCEPTED and kind != "text/plain":
        return kind
    if text := _kind_of_text(upload):  # whatever else its first letters may be taken for
        return text
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


def _kind_of_text(upload: UploadedFile[bytes]) -> str:
    """Return what a file is that is text as a whole, in Unicode or the Chinese standard encoding:
    plain, or a page of the web; an empty text where it is neither.
    """
    content = upload.read()
    upload.seek(0)
    marked = content.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        controls = {letter for letter in set(text) if unicodedata.category(letter) == "Cc"}
        if not controls <= CONTROLS:
            return ""
        if not text.lstrip().startswith("<"):
            return "text/plain"
        return "text/html" if "<html" in text[:_HEAD].lower() else ""
    return ""

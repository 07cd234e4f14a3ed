"""Keeping the files that were read for documents."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cbec_portal.china_time import now
from cbec_portal.file_types import ARCHIVED, examine
from zones.desk.permissions import SetAction, require
from zones.models import Source, SourceCopy


def keep_copy(
    source: Source, upload: UploadedFile[bytes] | None, person: Any, read_at: str = ""
) -> SourceCopy:
    """Keep a file that was read for a document; the same bytes are kept once.

    A file is read and stored before the transaction, so that no lock is held for that long; what is
    refused leaves no file.

    Raises:
        PermissionDenied: whoever asks is no analyst.
        ValidationError: there is no file, it is too large or not of a kind that is kept, or the
            address is none.
    """
    require(person, SetAction.PROPOSE)
    if upload is None:
        raise ValidationError({"file": _("Choose a file.")})
    examined = examine(upload, ARCHIVED)
    known = SourceCopy.objects.filter(source=source, sha256=examined.sha256).first()
    if known is not None:
        return known
    copy = SourceCopy(
        source=source,
        **examined._asdict(),
        read_at=read_at,
        person=person,
        name=person.get_username(),
        at=now(),
    )
    copy.clean_fields(exclude=["file"])
    copy.file.save(copy.file_name, upload, save=False)
    try:
        with transaction.atomic():
            copy.save()
    except IntegrityError:  # somebody kept the same bytes meanwhile
        copy.file.delete(save=False)
        return SourceCopy.objects.get(source=source, sha256=examined.sha256)
    except BaseException:
        copy.file.delete(save=False)
        raise
    return copy

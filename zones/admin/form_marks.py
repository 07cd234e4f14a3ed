"""What tells a form of the desk from others that say the same, so that it is done once."""

from __future__ import annotations

from hashlib import sha256
from secrets import token_hex

from django import template
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cbec_portal.file_types import sha256_of

register = template.Library()

#: The field of a form with what is drawn for it alone.
MARK = "form_mark"


@register.simple_tag
def form_mark() -> SafeString:
    """Return the hidden field of a form with what is drawn for it alone."""
    return format_html('<input type="hidden" name="{}" value="{}">', MARK, token_hex(16))


def mark_of_form(
    address: str, posted: QueryDict, files: MultiValueDict[str, UploadedFile[bytes]]
) -> str:
    """Return what a form is known by once it is sent again; nothing of one without a mark.

    Whoever goes back and sends something else in the same form, or another file, sends another.
    """
    if not posted.get(MARK):
        return ""
    said = [(name, own) for name, own in sorted(posted.lists()) if name != "csrfmiddlewaretoken"]
    brought = [
        (name, [(file.name, sha256_of(file)) for file in own])
        for name, own in sorted(files.lists())
    ]
    return sha256(repr((address, said, brought)).encode("utf-8", "surrogatepass")).hexdigest()

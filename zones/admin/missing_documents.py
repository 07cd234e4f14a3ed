"""The way from a form that names a document or an issuer that nobody knows yet to the form of that,
and back.
"""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.sessions.backends.base import SessionBase
from django.urls import reverse
from django.utils.text import slugify

from zones.admin.kept_forms import keep_form, kept_form
from zones.dataset.table import Cells
from zones.desk.new_rows import NewRows
from zones.desk.pickers import label_of
from zones.models import ChangeSet
from zones.rules.document_numbers import read_number
from zones.selectors.pinyin import syllables

#: What waits for a document, in the place of the number of a row: the page of many places.
OF_PLACES = "places"
#: A key that is made of a name is no longer than so.
LONGEST_KEY = 60


def address_of_document(change_set: ChangeSet, waits: str, typed: str, brought: NewRows) -> str:
    """Return where a document is written down that a box names, filled with what the box says.

    Args:
        change_set: the set in which the document is proposed.
        waits: what waits for it, and the box in which the document is named once it is saved; of a
            row its number and its version as well, each behind a blank.
        typed: what the box says.
        brought: the rows that the set brings.
    """
    is_known = typed and label_of("sources", (typed,), brought) != typed
    given = {} if is_known else of_document(typed)
    asked = {"table": "sources", "for": waits, **given}
    return f"{reverse('admin:desk-row-new', args=[change_set.pk])}?{urlencode(asked)}"


def address_of_issuer(change_set: ChangeSet, waits: str, column: str, typed: str, then: str) -> str:
    """Return where an issuer is written down that the form of a document names, filled with that.

    Args:
        change_set: the set in which the issuer is proposed.
        waits: the number of the row of the document.
        column: the box in which the issuer is named.
        typed: what the box says of it.
        then: what waits for the document, if anything does.
    """
    name = "name_en" if typed.isascii() else "name_zh"
    asked = {"table": "issuers", "for": f"{waits} {column}", name: typed}
    if key := slugify(typed if typed.isascii() else syllables(typed, " ")):
        asked["slug"] = key[:LONGEST_KEY].strip("-")
    if then:
        asked["then"] = then
    return f"{reverse('admin:desk-row-new', args=[change_set.pk])}?{urlencode(asked)}"


def address_of_places(change_set: ChangeSet, column: str = "", document: str = "") -> str:
    """Return where the page of many places goes on with what was typed in it, and with a document
    in its box if one is given.
    """
    asked = {"go_on": "1", **({column: document} if document else {})}
    return f"{reverse('admin:desk-places', args=[change_set.pk])}?{urlencode(asked)}"


def name_in_places(session: SessionBase, change_set: ChangeSet, column: str, document: str) -> None:
    """Name a document in what was typed in the page of many places, so that it stands there whoever
    leads back to it.
    """
    page = reverse("admin:desk-places", args=[change_set.pk])
    typed = kept_form(session, page)
    if typed and f"shared_{column}" in typed:
        typed[f"shared_{column}"] = document
        keep_form(session, page, typed)


def of_document(typed: str) -> Cells:
    """Return what a text says of a document that nobody knows: its number, or its title."""
    if read_number(typed):
        return {"document_number": typed}
    return {"title_en" if typed.isascii() else "title_zh": typed} if typed else {}

"""Wherever a form has a quote the document can be named that it is of, with its archived copy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.checklists.files import pdf
from tests.conftest import log_in_staff
from tests.zones.desk.acts import known, say_why_all
from tests.zones.desk.test_offers import page_of
from zones.desk.addresses import address_of_row
from zones.desk.city_moves import address_of_move
from zones.desk.copy_archive import keep_copy
from zones.desk.set_publication import publish_set
from zones.desk.set_steps import submit
from zones.models import AppliedRow, ChangeSet, ProposedRow, Source, SourceCopy

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

#: A document on which neither row rests, by its key and by its number.
OTHER = "mof-gacc-sta-2018-49"
NUMBER = "财关税〔2018〕49号"


class Form(NamedTuple):
    """An address, and what is typed there."""

    address: str
    typed: dict[str, str]


def moving() -> Form:
    cells = {"cell_until": "2026-05-01", "cell_province": "CN-AH", "cell_customs_district": "3300"}
    return Form(address_of_move("jiaxing"), cells)


def ending(table: str) -> Form:
    key = next(
        key
        for key, own in sorted(known(table).items())
        if own.get("source_id") not in (OTHER, "") and own.get("state", "stated") == "stated"
        if not own["effective_to" if table == "policies" else "ended_on"]
        if table == "zones" or (key[1] == "city" and own["effective_from"] < "2026")
    )
    day = {"policies": {"cell_effective_to": "2026-10-31"}}
    return Form(address_of_row(table, key, "end"), day.get(table, {"cell_ended_on": "2026-11-01"}))


FORMS: dict[str, Callable[[], Form]] = {
    "move": moving,
    "end of a policy": lambda: ending("policies"),
    "end of a zone": lambda: ending("zones"),
}


@pytest.fixture
def client(analyst: Any) -> Client:
    own = Client()
    log_in_staff(own, analyst)
    return own


def send(client: Client, form: Form, **beside: Any) -> Any:
    kept = {"quote": "自即日起", "quote_en": "From this day", "clause": "", "clause_zh": "第二条"}
    posted = {**form.typed, **kept, "new_set": "Read", **beside}
    return client.post(form.address, {"do": "save", **posted})


@pytest.mark.parametrize("kind", FORMS)
def test_the_document_is_named_and_its_copy_is_read_in_review_and_history(
    analyst: Any, reviewer: Any, client: Client, kind: str
) -> None:
    form = FORMS[kind]()
    shown = client.get(form.address).content.decode()
    assert 'name="document"' in shown
    assert 'name="copy_file"' in shown
    assert 'enctype="multipart/form-data"' in shown
    file = SimpleUploadedFile("notice.pdf", pdf())
    sent = send(client, form, document=NUMBER, copy_file=file)
    assert sent.status_code == 303, sent.context["errors"]
    copy = SourceCopy.objects.get()
    assert copy.source.slug == OTHER
    own = ChangeSet.objects.get()
    assert {row.copy for row in own.rows.all()} == {copy}
    shown = page_of(own, analyst)
    assert NUMBER in shown
    assert str(copy) in shown
    say_why_all(own, analyst)
    revision = publish_set(submit(own, analyst), reviewer)
    assert {row.copy_sha256 for row in AppliedRow.objects.filter(revision=revision)} == {
        copy.sha256
    }
    log_in_staff(client, reviewer)
    history = client.get(reverse("admin:desk-history"), {"revision": str(revision.number)})
    told = history.content.decode()
    assert NUMBER in told
    assert str(copy) in told


@pytest.mark.parametrize("kind", FORMS)
def test_a_document_that_is_archived_already_needs_no_file(
    analyst: Any, client: Client, kind: str
) -> None:
    form = FORMS[kind]()
    bare = send(client, form, document=OTHER)
    assert bare.status_code == 400
    assert "No copy of this document is archived yet" in bare.content.decode()
    assert f'value="{OTHER}"' in bare.content.decode(), "what was typed stays"
    copy = keep_copy(Source.objects.get(slug=OTHER), SimpleUploadedFile("a.pdf", pdf()), analyst)
    assert send(client, form, document=OTHER).status_code == 303
    assert {row.copy for row in ProposedRow.objects.all()} == {copy}


@pytest.mark.parametrize("kind", FORMS)
def test_what_names_no_document_is_told_beside_its_box(client: Client, kind: str) -> None:
    form = FORMS[kind]()
    wrong = send(client, form, document="no such document")
    assert wrong.status_code == 400
    assert wrong.context["wrong_beside"]["document"]
    assert not ProposedRow.objects.exists()
    file = SimpleUploadedFile("notice.pdf", pdf())
    bare = send(client, form, copy_file=file)
    assert bare.status_code == (303 if kind == "end of a policy" else 400)
    assert bare.status_code == 303 or bare.context["wrong_beside"]["copy"]


def test_a_row_that_is_edited_again_keeps_its_document(analyst: Any, client: Client) -> None:
    copy = keep_copy(Source.objects.get(slug=OTHER), SimpleUploadedFile("a.pdf", pdf()), analyst)
    assert send(client, ending("policies"), document=OTHER).status_code == 303
    (row,) = ProposedRow.objects.all()
    page = reverse("admin:desk-row", args=[row.change_set_id, row.pk])
    shown = client.get(page)
    assert shown.context["said_document"] == OTHER
    cells = {box.name: box.cell for box in shown.context["boxes"]}
    posted = {"do": "save", "seen": row.version, **cells, "quote": "另一句"}
    posted |= {"document": OTHER, "copy": copy.sha256, "change": row.change}
    saved = client.post(page, posted)
    assert saved.status_code == 303, saved.context["wrong_beside"]
    row.refresh_from_db()
    assert (row.copy, row.quote) == (copy, "另一句")
    assert row.cells["effective_to"] == "2026-10-31"

"""What is asked of a checklist while the database is busy: 503, nothing half done, nothing lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from checklists.models import Checklist, Comment, Evidence, Item, LogEntry, Share
from tests.cbec_portal.busy import locked, refusing
from tests.checklists.cast import PASSWORD, someone, started
from tests.checklists.files import pdf, upload
from tests.zones.desk_forms import Desk
from zones.models import ChangeSet, ProposedRow
from zones.selectors.snapshot import forget

pytestmark = pytest.mark.django_db


@pytest.fixture
def checklist() -> Checklist:
    return started()


@pytest.fixture
def alice(checklist: Checklist, client: Client) -> Client:
    client.force_login(checklist.owner)
    return client


def item_page(item: Item) -> str:
    return reverse("checklists:item", args=[item.checklist.key, item.pk])


ACTS: list[tuple[str, dict[str, str]]] = [
    ("item", {"do": "comment", "text": "Ask the broker <again>"}),
    ("item", {"do": "status", "status": "blocked", "reason": "no answer", "seen": "as now"}),
    ("item", {"do": "assign", "assignee": "alice", "seen": "as now"}),
    ("item", {"do": "due", "due_on": "2027-01-05", "seen": "as now"}),
    ("item", {"do": "hand-in", "title": "Our licence", "url": "https://example.org/l.pdf"}),
    ("checklist", {"do": "rename", "title": "Bonded imports"}),
    ("people", {"do": "share", "user": "bob", "role": "editor"}),
    ("people", {"do": "close"}),
]


@pytest.mark.parametrize(("page", "form"), ACTS, ids=[form["do"] for _page, form in ACTS])
def test_a_form_that_met_a_busy_database_is_shown_again_with_its_text(
    alice: Client, checklist: Checklist, tmp_path: Path, page: str, form: dict[str, str]
) -> None:
    someone("bob")
    item = checklist.items.live().order_by("position")[0]
    address = reverse(f"checklists:{page}", args=[checklist.key, *([item.pk] * (page == "item"))])
    form = form | ({"seen": item.tag} if "seen" in form else {})
    before = everything()
    with refusing(locked(tmp_path), reads=False) as failed:
        answer = alice.post(address, form)
    assert failed
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert "The portal is busy" in answer.content.decode()
    assert escape(form.get("text", "")) in answer.content.decode()
    assert everything() == before


def everything() -> list[Any]:
    """All that acts on a checklist could change."""
    models = (Checklist, Item, Comment, Evidence, LogEntry, Share)
    return [list(model._default_manager.order_by("pk").values()) for model in models]


def test_where_even_the_page_cannot_be_made_the_form_can_be_sent_again(
    alice: Client, checklist: Checklist, tmp_path: Path
) -> None:
    item = checklist.items.live().order_by("position")[0]
    typed = "Two lines:\n<b>not bold</b> & “so”"
    with refusing(locked(tmp_path)):
        answer = alice.post(item_page(item), {"do": "comment", "text": typed})
    page = answer.content.decode()
    assert answer.status_code == 503
    assert f'<textarea name="text" hidden>\n{escape(typed)}</textarea>' in page
    assert f'action="{item_page(item)}"' in page
    forget()
    assert alice.post(item_page(item), {"do": "comment", "text": typed}).status_code == 303
    assert item.comments.get().text == typed


def test_files_and_passwords_are_asked_for_again_and_never_sent_back(
    alice: Client, checklist: Checklist, tmp_path: Path
) -> None:
    item = checklist.items.live().order_by("position")[0]
    with refusing(locked(tmp_path)):
        form = {"do": "hand-in", "title": "Licence", "file": upload("a.pdf", pdf())}
        handed_in = alice.post(item_page(item), form).content.decode()
        credentials = {"username": "alice", "password": PASSWORD, "next": "/checklists/"}
        logged_in = Client().post(reverse("account:log-in"), credentials).content.decode()
    assert '<input type="file" name="file" required>' in handed_in
    assert "multipart/form-data" in handed_in
    assert '<input type="password" name="password" required>' in logged_in
    assert PASSWORD not in logged_in
    assert "/checklists/</textarea>" in logged_in


def test_the_desk_loses_no_typed_row(tmp_path: Path) -> None:
    desk = Desk()
    cells = {"slug": "some-office", "name_en": "Some Office", "name_zh": "某办公室"}
    cells |= {"kind": "authority", "aliases": "Some Office; 某办公室"}
    with refusing(locked(tmp_path), reads=False) as failed:
        answer = desk.send("issuers", cells)
    assert failed
    assert answer.status_code == 503
    assert "某办公室" in answer.content.decode()
    assert not ChangeSet.objects.exists()
    assert not ProposedRow.objects.exists()
    assert desk.send("issuers", cells).status_code == 303
    assert ProposedRow.objects.get().cells["name_zh"] == "某办公室"


def test_the_api_says_so_as_a_problem(alice: Client, checklist: Checklist, tmp_path: Path) -> None:
    item = checklist.items.live().order_by("position")[0]
    address = f"/api/v1/checklists/{checklist.key}/items/{item.pk}/comments/"
    with refusing(locked(tmp_path), reads=False) as failed:
        answer = alice.post(address, {"text": "Later"}, content_type="application/json")
    assert failed
    assert answer.status_code == 503
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Retry-After"] == "2"
    assert answer.json()["title"] == "Service Unavailable"
    assert not item.comments.exists()

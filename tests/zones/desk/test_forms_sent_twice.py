"""A form of the desk that is sent twice, as by a double click, does once what it asks for."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.threads import at_once
from tests.zones.desk.acts import DOCUMENT, known_row, person, proposed, published, written
from tests.zones.desk.test_places_page import SHARED
from tests.zones.desk.test_typed_is_kept import World, entry_of, row_of, set_page, world
from tests.zones.desk_forms import Desk
from zones.admin import move_page, read_document, row_draft, row_page
from zones.admin.desk_page import DeskPage
from zones.admin.desk_urls import PAGES
from zones.models import ChangeSet, PostedForm, ProposedRow, SavedFilter, SetComment

__all__ = ["world"]

LIMIT = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")
#: What the page of a grid sends along of what it shows.
NAMES = ("held", "ready", "doubles")
HEAD = "slug\tname_en\tname_zh\tkind"
NEW = "an-office\tAn office\t某办公室\tauthority"
WRONG = "Not A Key\tAn office\t某办公室\tauthority"
OTHER = ("positive-list-version", "nation", "CN", "2022-03-01")
#: What a browser sends along in a form that is drawn for it alone.
MARK = {"form_mark": "b7" * 16}
#: Acts that a form may ask for twice, and why.
HARMLESS = {
    "keep_file": "the same bytes of a document are kept once",
    "publish": "whoever asks twice reads as which revision it is public",
    "turn": "it shows other rows and writes nothing",
    "tick_all": "it ticks rows and writes nothing",
    "tick_none": "it ticks rows and writes nothing",
    "look": "it reads and writes nothing",
    "mend": "it reads and writes nothing",
    "leave": "it reads and writes nothing",
    "take": "it fills a box and writes nothing",
    "use": "it leads on and writes nothing",
    "empty": "what was let go of is there no more",
}
TEMPLATES = Path("zones/templates/zones/desk")

Asked = tuple[str, dict[str, Any]]


def stored() -> dict[str, int]:
    """How many rows every table of the desk and the portal has."""
    models = [own for own in apps.get_app_config("zones").get_models() if own is not PostedForm]
    return {own.__name__: own._default_manager.count() for own in models}


def undo(_world: World) -> Asked:
    revision = published(
        person("ann", "analyst"), person("ray", "reviewer"), written("policies", LIMIT, clause="9")
    )
    return (
        f"{reverse('admin:desk-history')}?revision={revision.number}",
        {"do": "undo", "revision": revision.number},
    )


def row_form(do: str) -> Callable[[World], Asked]:
    def asked(_world: World) -> Asked:
        cells = {**known_row("policies", LIMIT), "clause": "Article 9"}
        cells |= {"source_id": "商财发〔2099〕1号"} if do.startswith("document") else {}
        typed = {f"cell_{name}": cell for name, cell in cells.items()}
        return Desk.address("policies", LIMIT), {"do": do, **typed}

    return asked


def moved(_world: World) -> Asked:
    cells = {"until": "2026-01-01", "province": "CN-SH", "customs_district": "2200"}
    typed = {f"cell_{name}": cell for name, cell in cells.items()}
    return reverse("admin:desk-move", args=["jiaxing"]), {"do": "save", **typed}


def copied(_world: World) -> Asked:
    file = SimpleUploadedFile("notice.txt", "原文".encode(), "text/plain")
    page = reverse("admin:desk-copies", args=[DOCUMENT])
    return page, {"do": "keep", "file": file, "read_at": "https://example.org/"}


def grid(*lines: str) -> Callable[[World], Asked]:
    """A grid of a set as it was read and shown, its rows to be proposed."""

    def asked(w: World) -> Asked:
        page = reverse("admin:desk-grid", args=[w.open.pk])
        typed: dict[str, Any] = {
            "do": "look",
            "table": "issuers",
            "text": "\n".join((HEAD, *lines)),
        }
        shown = w.client.post(page, typed).context
        return page, typed | {"do": "propose", **{name: shown[name] for name in NAMES}}

    return asked


def places(w: World) -> Asked:
    page = reverse("admin:desk-places", args=[w.open.pk])
    typed: dict[str, Any] = {"topic": LIMIT[0], "places": "2900", "cell_value": "6000", **SHARED}
    shown = w.client.post(page, {"do": "look", **typed}).context
    return page, typed | {"do": "propose", **{name: shown[name] for name in NAMES}}


def plain(page: str, **said: str) -> Callable[[World], Asked]:
    return lambda _world: (reverse(page), said)


#: Every form that brings something, opened and filled in.
FORMS: dict[str, Callable[[World], Asked]] = {
    "open a set": plain("admin:desk-sets", do="open", title="Once"),
    "remark on a set": lambda w: (set_page("open")(w), {"do": "comment", "text": "Once"}),
    "remark on a row": lambda w: (
        set_page("open")(w),
        {"do": "comment", "row": row_of(w), "text": "Once"},
    ),
    "send a row back": lambda w: (
        set_page("review")(w),
        {"do": "send_back", "seen": w.review.version, "text": "Mend it"},
    ),
    "withdraw a set": lambda w: (
        set_page("open")(w),
        {"do": "withdraw", "seen": w.open.version, "sure": "1"},
    ),
    "send a set to review": lambda w: (
        set_page("open")(w),
        {"do": "submit", "seen": w.open.version, "title": "Once", "reason": "Once"},
    ),
    "take a revision back": undo,
    "propose a row": row_form("save"),
    "keep a row": row_form("keep"),
    "name a new document": row_form("document source_id"),
    "propose a grid": grid(NEW),
    "propose what is in order of a grid": grid(NEW, WRONG),
    "propose places": places,
    "move a city": moved,
    "keep a copy": copied,
    "draw readings": plain(
        "admin:desk-readings", do="draw", share="100", topic=OTHER[0], focus_area=""
    ),
    "let an entry rest": lambda w: (
        reverse("admin:desk-queue"),
        {"do": "rest", **entry_of(w), "until": "2999-01-01", "reason": "Once"},
    ),
    "take an entry": lambda w: (reverse("admin:desk-queue"), {"do": "take", **entry_of(w)}),
    "save filters": plain(
        "admin:desk-filters", do="save", list="admin:desk-queue", query="kind=dead-link", name="A"
    ),
}


@pytest.mark.django_db
@pytest.mark.ignore_template_errors
@pytest.mark.parametrize("name", FORMS)
def test_a_form_that_is_sent_twice_does_once_what_it_asks_for(name: str, world: World) -> None:
    page, typed = FORMS[name](world)
    before = stored()
    first = world.client.post(page, typed | MARK)
    in_part = name.startswith("propose what is in order")
    assert first.status_code == (200 if in_part else 303), first.context["errors"]
    once = stored()
    assert once != before
    for own in typed.values():
        if isinstance(own, SimpleUploadedFile):
            own.seek(0)
    second = world.client.post(page, typed | MARK)
    led_to = page if in_part else first["Location"]
    assert (second.status_code, second["Location"]) == (303, led_to)
    assert stored() == once


@pytest.mark.django_db
def test_what_is_said_anew_in_the_same_form_is_done(world: World) -> None:
    page = set_page("open")(world)
    for text in ("One", "Two", "One"):
        answered = world.client.post(page, {"do": "comment", "text": text, **MARK})
        assert answered.status_code == 303
    assert list(SetComment.objects.filter(text__in=("One", "Two")).values_list("text")) == [
        ("One",),
        ("Two",),
    ]
    again = {"do": "comment", "text": "One", "form_mark": "c7" * 16}
    assert world.client.post(page, again).status_code == 303
    assert SetComment.objects.filter(text="One").count() == 2


@pytest.mark.django_db
@pytest.mark.ignore_template_errors
@pytest.mark.parametrize("name", ["read.txt", "other.txt"])
def test_another_file_in_the_same_form_is_kept(name: str, world: World) -> None:
    """A file of another name, and one of other bytes, make it another form."""
    page, typed = row_form("save")(world)
    contents = {"read.txt": "另一原文", "other.txt": "原文"}
    first = SimpleUploadedFile("read.txt", "原文".encode(), "text/plain")
    answered = world.client.post(page, {**typed, **MARK, "copy_file": first})
    assert answered.status_code == 303, answered.context["errors"]
    other = SimpleUploadedFile(name, contents[name].encode(), "text/plain")
    answered = world.client.post(page, {**typed, **MARK, "copy_file": other})
    assert answered.status_code == 303, answered.context["errors"]
    assert PostedForm.objects.count() == 2
    rows = ProposedRow.objects.order_by("-pk")[:2]
    assert all(row.copy for row in rows)
    assert (rows[0].copy == rows[1].copy) == (name == "other.txt")


@pytest.mark.django_db
def test_who_sends_a_form_again_is_told_that_it_was_taken(world: World) -> None:
    """What it did may be undone by then."""
    page, typed = FORMS["save filters"](world)
    first = world.client.post(page, typed | MARK)
    told = "This form was taken already"
    assert told not in world.client.get(first["Location"]).content.decode()
    SavedFilter.objects.all().delete()
    again = world.client.post(page, typed | MARK)
    assert told in world.client.get(again["Location"]).content.decode()
    assert not SavedFilter.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.ignore_template_errors
@pytest.mark.parametrize("name", ["propose a row", "name a new document", "move a city"])
def test_rows_are_judged_before_a_lock_is_held(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Judging a row in a large set takes seconds, and SQLite lets nobody else write meanwhile."""
    client = Client()
    log_in_staff(client, person("ana", "analyst"))
    page, typed = FORMS[name](cast("World", None))
    file = SimpleUploadedFile("read.txt", "原文".encode(), "text/plain")
    held: list[bool] = []
    for module, act in (
        (row_draft, "judge_rows"),
        (read_document, "keep_copy"),
        (row_page.RowPage, "_told_known"),
        (move_page, "judge_rows"),
    ):
        monkeypatch.setattr(module, act, watched(getattr(module, act), held))
    # A document that is new gets no copy yet.
    brought = {"copy_file": file} if name == "propose a row" else {}
    answered = client.post(page, {**typed, **MARK, **brought})
    assert answered.status_code == 303, answered.context["errors"]
    assert held
    assert not any(held)
    assert PostedForm.objects.count() == 1


def watched(act: Callable[..., Any], held: list[bool]) -> Callable[..., Any]:
    """The same act, which notes whether it is done within a transaction."""

    def done(*args: Any, **kwargs: Any) -> Any:
        held.append(connection.in_atomic_block)
        return act(*args, **kwargs)

    return done


@pytest.mark.django_db(transaction=True)
@pytest.mark.ignore_template_errors
@pytest.mark.parametrize("do", ["save", "keep"])
def test_two_clicks_at_the_same_moment_propose_a_row_once(do: str) -> None:
    """Whichever is judged while the other is written gets the answer of that."""
    clients = [Client(), Client()]
    own = person("ana", "analyst")
    for client in clients:
        log_in_staff(client, own)
    change_set = proposed(own, written("policies", OTHER, clause="1"))
    cells = {**known_row("policies", LIMIT), "clause": "Article 9"}
    typed = {f"cell_{name}": cell for name, cell in cells.items()}
    page = Desk.address("policies", LIMIT)
    for number in range(4):
        asked = {"do": do, **typed, "form_mark": f"{number:032}", "set": change_set.pk}
        told: Any = at_once([partial(client.post, page, asked) for client in clients])
        assert [one.status_code for one in told] == [303, 303], told
        assert len({one["Location"] for one in told}) == 1
        assert change_set.rows.count() == 2
        assert PostedForm.objects.count() == 1
        change_set.rows.filter(key__contains=LIMIT[0]).delete()
        PostedForm.objects.all().delete()


@pytest.mark.django_db(transaction=True)
@pytest.mark.ignore_template_errors
def test_two_clicks_at_the_same_moment_propose_a_grid_once() -> None:
    clients = [Client(), Client()]
    own = person("ana", "analyst")
    for client in clients:
        log_in_staff(client, own)
    change_set = proposed(own, written("policies", OTHER, clause="1"))
    page = reverse("admin:desk-grid", args=[change_set.pk])
    for number in range(4):
        typed = {
            "table": "issuers",
            "text": f"{HEAD}\noffice-{number}\tAn office {number}\t某办公室{number}\tauthority",
        }
        shown = clients[0].post(page, {**typed, "do": "look"}).context
        typed |= {name: shown[name] for name in NAMES}
        asked = {"do": "propose", **typed, "form_mark": f"{number:032}"}
        told: Any = at_once([partial(client.post, page, asked) for client in clients])
        assert [one.status_code for one in told] == [303, 303], told
        assert len({one["Location"] for one in told}) == 1
        assert change_set.rows.count() == 2 + number


@pytest.mark.django_db
def test_a_form_that_was_refused_can_be_sent_again(world: World) -> None:
    page, refused = reverse("admin:desk-sets"), {"do": "open", "title": "x" * 201, **MARK}
    assert [world.client.post(page, refused).status_code for _ in range(2)] == [400, 400]
    assert world.client.post(page, {**refused, "title": "Mended"}).status_code == 303
    assert ChangeSet.objects.filter(title="Mended").count() == 1


@pytest.mark.django_db
def test_the_same_form_of_another_person_is_theirs(world: World) -> None:
    other = Client()
    log_in_staff(other, person("eve", "analyst"))
    asked = {"do": "open", "title": "Of each", **MARK}
    for client in (world.client, other):
        assert client.post(reverse("admin:desk-sets"), asked).status_code == 303
    assert ChangeSet.objects.filter(title="Of each").count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_open_one_set() -> None:
    clients = [Client(), Client()]
    own = person("ana", "analyst")
    for client in clients:
        log_in_staff(client, own)
    page = reverse("admin:desk-sets")
    for number in range(10):
        asked = {"do": "open", "title": f"Round {number}", "form_mark": f"{number:032}"}
        acts = [lambda c=client, a=asked: c.post(page, a)["Location"] for client in clients]
        told = at_once(acts)
        assert len(set(told)) == 1, told
        assert ChangeSet.objects.filter(title=asked["title"]).count() == 1


def test_every_form_of_the_desk_is_drawn_for_itself() -> None:
    found = 0
    for path in sorted(TEMPLATES.rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        for form in re.findall(r'<form[^>]*method="post".*?</form>', text, re.DOTALL):
            found += 1
            # The question repeats what the form said, its mark too.
            assert ("{% form_mark %}" in form) != ("asked_fields" in form), path
    assert found > 20


def test_every_act_of_the_desk_is_done_once_or_may_be_asked_for_twice() -> None:
    for _route, page in PAGES.values():
        if isinstance(page, type) and issubclass(page, DeskPage):
            assert set(page.once) <= set(page.acts.values()), page
            left = set(page.acts.values()) - set(page.once) - set(HARMLESS)
            assert left <= ({"add_document"} if "propose" in page.acts else set()), page

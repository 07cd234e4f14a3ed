"""Whatever form of the admin and the desk refuses something gives back all that was typed, and says
what is wrong beside its box: passwords and files excepted, which nobody sends back.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any, NamedTuple

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.zones.desk.acts import again, person, proposed, submitted, written
from tests.zones.desk.test_permissions import others
from zones.admin.desk_urls import PAGES
from zones.admin.read_only import ReadOnly
from zones.desk.blind_readings import draw_readings, read_again
from zones.models import ChangeSet, SavedFilter, Source

# The pages of the desk lean on undefined variables.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

KEY = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")
TYPED = "Typed by hand & kept"


class Boxes(HTMLParser):
    """The boxes of a page, by name: each with all values that it holds in any form."""

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[str, list[str]] = {}
        self._select = self._text = ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        own = dict(attrs)
        name = own.get("name") or ""
        if tag == "select":
            self._select = name
        elif tag == "option" and "selected" in own and self._select:
            self._hold(self._select, own.get("value"))
        elif tag == "textarea":
            self._text = name
            self._hold(name, "")
        elif tag == "input" and own.get("type") != "hidden":
            is_ticked = own.get("type") not in ("checkbox", "radio") or "checked" in own
            if is_ticked:
                self._hold(name, own.get("value"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        if tag == "textarea":
            self._text = ""

    def handle_data(self, data: str) -> None:
        if self._text:
            self.held[self._text][-1] += data

    def _hold(self, name: str, value: str | None) -> None:
        self.held.setdefault(name, []).append(value or "")


def boxes_of(answer: Any) -> dict[str, list[str]]:
    found = Boxes()
    found.feed(answer.content.decode())
    return {name: [one.strip() for one in held] for name, held in found.held.items()}


class World(NamedTuple):
    """People, and what the pages are about."""

    client: Client
    open: ChangeSet
    review: ChangeSet
    reading: Any
    diverging: Any
    filters: list[SavedFilter]


class Sent(NamedTuple):
    """What is typed in a form, where, and the box beside which the fault is said."""

    page: Callable[[World], str]
    typed: Callable[[World], dict[str, str]]
    beside: str


def set_page(name: str) -> Callable[[World], str]:
    return lambda world: reverse("admin:desk-set", args=[getattr(world, name).pk])


def row_of(world: World) -> str:
    return str(world.open.rows.get().pk)


SENT: dict[str, Sent] = {
    "open a set": Sent(
        lambda _: reverse("admin:desk-sets"),
        lambda _: {"do": "open", "title": "x" * 201, "reason": TYPED},
        "title",
    ),
    "call a set otherwise": Sent(
        set_page("open"),
        lambda w: {"do": "retitle", "seen": str(w.open.version), "title": "", "reason": TYPED},
        "title",
    ),
    "remark on a set": Sent(
        set_page("open"),
        lambda _: {"do": "comment", "text": "Typed by\x0bhand"},
        "text",
    ),
    "remark on a row": Sent(
        set_page("open"),
        lambda w: {"do": "comment", "row": row_of(w), "text": "Typed by\x0bhand"},
        "text",
    ),
    "send back without a word": Sent(
        set_page("review"),
        lambda w: {"do": "send_back", "seen": str(w.review.version), "text": ""},
        "text",
    ),
    "rename a filter": Sent(
        lambda _: reverse("admin:desk-filters"),
        lambda w: {"do": "change", "filter": str(w.filters[0].pk), "name": "Second", "shared": "1"},
        "name",
    ),
    "save filters": Sent(
        lambda _: reverse("admin:desk-filters"),
        lambda _: {
            "do": "save",
            "list": "admin:desk-queue",
            "query": "kind=dead-link",
            "name": "x" * 81,
            "shared": "1",
        },
        "name",
    ),
    "draw readings": Sent(
        lambda _: reverse("admin:desk-readings"),
        lambda _: {"do": "draw", "share": "101", "topic": KEY[0], "city": "hangzhou"},
        "share",
    ),
    "read again": Sent(
        lambda w: reverse("admin:desk-reading", args=[w.reading.pk]),
        lambda _: {
            "do": "read",
            "state": "stated",
            "value": "4.0.0",
            "source": TYPED,
            "quote": TYPED,
        },
        "value",
    ),
    "settle a reading": Sent(
        lambda w: reverse("admin:desk-reading", args=[w.diverging.pk]),
        lambda _: {"do": "settle", "settlement": "kept", "note": ""},
        "note",
    ),
    "correct by a set": Sent(
        lambda w: reverse("admin:desk-reading", args=[w.diverging.pk]),
        lambda _: {"do": "settle", "settlement": "corrected", "note": TYPED, "correction": ""},
        "correction",
    ),
    "keep a copy": Sent(
        lambda _: reverse("admin:desk-copies", args=[Source.objects.order_by("slug")[0].slug]),
        lambda _: {"do": "keep", "read_at": "https://example.org/typed"},
        "file",
    ),
    "let rest without a day to come": Sent(
        lambda _: reverse("admin:desk-queue"),
        lambda w: {"do": "rest", **entry_of(w), "until": "2020-01-01", "reason": TYPED},
        "until",
    ),
    "let rest without a reason": Sent(
        lambda _: reverse("admin:desk-queue"),
        lambda w: {"do": "rest", **entry_of(w), "until": "2999-01-01", "reason": ""},
        "reason",
    ),
}
#: What a form says of itself, in boxes that nobody types in.
UNTYPED = {"do", "seen", "row", "filter", "list", "query", "kind", "subject"}


def entry_of(world: World) -> dict[str, str]:
    (first, *_more) = world.client.get(reverse("admin:desk-queue")).context["entries"]
    return {"kind": first["entry"].kind.value, "subject": first["entry"].subject}


@pytest.fixture
def world() -> World:
    """One who may do everything, sets that others wrote, and readings of others."""
    sue, ana, ben = (
        person("sue", is_superuser=True),
        person("ana", "analyst"),
        person("ben", "analyst"),
    )
    rui = person("rui", "reviewer")
    client = Client()
    log_in_staff(client, sue)
    own = proposed(sue, written("policies", FORMER, clause="item 2"))
    ChangeSet.objects.filter(pk=own.pk).update(reason="It was said otherwise.")
    own.refresh_from_db()
    review = submitted(ben, written("policies", OTHER, clause="item 3"))
    readings = [draw_readings(rui, 100, topic=topic).readings.get() for topic in READ]
    read_again(readings[1], ana, again("stated", "70000"))
    filters = [
        SavedFilter.objects.create(
            owner=sue,
            list_name="admin:desk-queue",
            name=name,
            query="kind=dead-link",
            is_shared=False,
        )
        for name in ("First", "Second")
    ]
    return World(client, own, review, readings[0], readings[1], filters)


FORMER = ("import-annual-transaction-limit", "nation", "CN", "2016-04-08")
OTHER = ("import-annual-transaction-limit", "nation", "CN", "2019-01-01")
#: Topics whose answers are read again.
READ = (KEY[0], OTHER[0])


@pytest.mark.parametrize("name", SENT)
def test_a_form_of_the_desk_gives_back_what_was_typed(name: str, world: World) -> None:
    sent = SENT[name]
    page, typed = sent.page(world), sent.typed(world)
    answered = world.client.post(page, typed)
    assert answered.status_code == 400
    held = boxes_of(answered)
    for box, text in typed.items():
        if box not in UNTYPED and text:
            assert text in held.get(box, ()), (box, held.get(box))
    assert sent.beside in answered.context["wrong"]
    assert len(re.findall("⚠", answered.content.decode())) >= 2  # on top, and beside the box


def test_what_was_typed_for_one_filter_or_row_stands_beside_no_other(world: World) -> None:
    first, second = world.filters
    page = reverse("admin:desk-filters")
    answered = world.client.post(page, {"do": "change", "filter": str(first.pk), "name": "x" * 81})
    assert sorted(boxes_of(answered)["name"]) == sorted(["x" * 81, second.name])
    row = {"do": "comment", "row": row_of(world), "text": "Typed by\x0bhand"}
    told = world.client.post(reverse("admin:desk-set", args=[world.open.pk]), row)
    assert boxes_of(told)["text"].count("Typed by\x0bhand") == 1


def test_every_page_of_the_desk_that_takes_a_form_is_tried_here_or_elsewhere() -> None:
    """Of rows, grids and places: test_named_in_forms.py, test_grid_mending.py and others."""
    tried = {"sets", "set", "filters", "readings", "reading", "copies", "queue"}
    elsewhere = {"row-new", "row", "propose", "grid", "places", "move", "history"}
    forms = {name.removeprefix("desk-") for name, (_r, page) in PAGES.items() if page_acts(page)}
    assert forms == tried | elsewhere


def page_acts(page: Any) -> bool:
    return bool(getattr(page, "acts", None))


@pytest.mark.parametrize(
    "model",
    sorted(
        (m for m, own in admin.site._registry.items() if not isinstance(own, ReadOnly)),
        key=str,
    ),
    ids=str,
)
def test_a_form_of_the_admin_gives_back_what_was_typed(model: Any, world: World) -> None:
    """All boxes are typed in, one of them what no text may hold."""
    others("typed")
    start = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    pages = [reverse(f"{start}_add")] if model._meta.app_label in ("auth", "knox") else []
    row = model._default_manager.order_by("-pk").first()
    pages += [reverse(f"{start}_change", args=[row.pk])] if row else []
    assert pages
    for page in pages:
        opened = world.client.get(page)
        assert opened.status_code == 200
        held = boxes_of(opened)
        boxes = {name: held[name][0] for name in held if name not in AROUND}
        texts = [name for name in boxes if is_text(opened, name)]
        if not texts:
            continue  # all of it is only shown
        typed = {
            name: f"typed.{place}" if name in texts else boxes[name]
            for place, name in enumerate(boxes)
        }
        typed[texts[0]] = "typed\ufffd"
        answered = world.client.post(page, {**typed, "password1": "a", "password2": "b"})
        assert answered.status_code == 200, page
        told = boxes_of(answered)
        for name in texts:
            assert typed[name] in told[name], name
        assert "errorlist" in answered.content.decode()


#: Boxes around the form: the search of the portal, and the acts of lists.
AROUND = {"q", "csrfmiddlewaretoken", "next", "lang", "_save", "_addanother", "_continue"}


def is_text(answer: Any, name: str) -> bool:
    """Whether a box takes any text: not a day or a time, which have boxes of their own."""
    found = re.search(rf'<input[^>]*name="{re.escape(name)}"[^>]*>', answer.content.decode())
    return bool(found and 'type="text"' in found[0] and not re.search("vDate|vTime", found[0]))

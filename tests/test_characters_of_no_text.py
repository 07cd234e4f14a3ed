"""A NUL character, which no text holds, is refused in words by every form of an account or a
checklist, and breaks no public one, whatever database is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any, NamedTuple
from urllib.parse import urljoin

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.views.generic import TemplateView

from tests.addresses import public_addresses
from tests.checklists.browsing import logged_in, once
from tests.checklists.cast import shared, started
from tests.router import every_address

# Django's own admin templates lean on undefined variables.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

NUL = "typed\x00here"
#: Boxes that take what is typed.
TYPED = {"text", "search", "password", "email", "url", "number", "date", "hidden", "tel", ""}


class Form(NamedTuple):
    """A form of a page: how and where it is sent, and its boxes with what stands in them."""

    page: str
    method: str
    action: str
    boxes: dict[str, str]
    typed: tuple[str, ...]


class Forms(HTMLParser):
    """Reads the forms of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self.found = page, list[Form]()
        self._box = ""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        own = {name: value or "" for name, value in attrs}
        name = own.get("name", "")
        if tag == "form":
            action = urljoin(self.page, own.get("action", ""))
            self.found.append(Form(self.page, own.get("method", "get"), action, {}, ()))
        elif self.found and name and tag in ("input", "textarea", "select", "button"):
            form = self.found[-1]
            kind = own.get("type", "")
            is_typed = tag in ("textarea", "select") or (tag == "input" and kind in TYPED)
            if tag == "button" or is_typed or kind in ("submit",):
                form.boxes.setdefault(name, own.get("value", ""))
            if is_typed and name != "csrfmiddlewaretoken":
                self.found[-1] = form._replace(typed=(*form.typed, name))


def forms_of(client: Client, pages: Iterator[str] | list[str]) -> dict[tuple[Any, ...], Form]:
    """The forms of pages, each once however many pages have it."""
    found: dict[tuple[Any, ...], Form] = {}
    for page in pages:
        answer = client.get(page)
        if answer.status_code != 200 or "html" not in answer["Content-Type"]:
            continue
        read = Forms(page)
        read.feed(b"".join(answer).decode() if answer.streaming else answer.content.decode())
        for form in read.found:
            where = re.sub(r"[0-9]+", "0", form.action.partition("?")[0])
            kind = (form.method, where, form.boxes.get("do", ""), form.typed)
            found.setdefault(kind, form)
    return found


def sent(client: Client, form: Form, boxes: dict[str, str]) -> Any:
    if form.method.lower() == "post":
        return client.post(form.action, boxes)
    return client.get(form.action, boxes)


def broken(
    client: Client, forms: dict[tuple[Any, ...], Form], *, refuses: bool = False
) -> list[tuple[str, str, str, int]]:
    """What is not answered as it should be: the page, the box, and how it is answered; with
    ``refuses`` what is not refused of what is posted.
    """
    client.raise_request_exception = False
    found = []
    for form in forms.values():
        posts = form.method.lower() == "post"
        each = [(name,) for name in form.typed]
        for names in filter(None, (*each, form.typed)):
            boxes = form.boxes | dict.fromkeys(names, NUL)
            code = sent(client, form, boxes).status_code
            if code >= 500 or (refuses and posts and code in (302, 303)):
                found.append((form.page, form.boxes.get("do", ""), " ".join(names), code))
    return found


def all_pages(**parts: Any) -> Iterator[str]:
    """All addresses whose parts are these, but those of the desk and of the API."""
    for one in every_address():
        is_page = isinstance(one.view, type) and issubclass(one.view, TemplateView)
        is_page = is_page and not one.module.endswith("downloads")
        if one.name and is_page and parts.keys() >= set(one.parts):
            try:
                path = reverse(one.name, kwargs={name: parts[name] for name in one.parts})
            except NoReverseMatch:
                continue
            if not path.startswith(("/api/", "/admin/desk/", "/account/log-out/")):
                yield path


def test_no_public_form_breaks(client: Client) -> None:
    forms = forms_of(client, [*public_addresses(), "/account/log-in/", "/admin/login/"])
    assert len(forms) > 10
    assert broken(client, forms) == []


def test_no_private_form_breaks() -> None:
    checklist = shared(started("hangzhou"))
    client = logged_in("alice")
    pages = list(all_pages(key=checklist.key, item=once(checklist).pk))
    forms = forms_of(client, pages)
    assert len(forms) > 20
    assert broken(client, forms, refuses=True) == []

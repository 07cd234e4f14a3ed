"""A browser of someone who is logged in, and the private pages that it opens."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client
from django.urls import reverse

from checklists.models import Checklist, Item
from tests.checklists.cast import someone


def logged_in(name: str) -> Client:
    client = Client()
    client.force_login(someone(name))
    return client


def page(checklist: Checklist, name: str = "checklist", *more: Any) -> str:
    return reverse(f"checklists:{name}", args=[checklist.key, *more])


def hidden(answer: Any, name: str) -> str:
    """What a page keeps in a hidden field of a form."""
    found = re.search(rf'name="{name}" value="([^"]*)"', answer.content.decode())
    assert found is not None
    return found[1]


def once(checklist: Checklist) -> Item:
    found = checklist.items.filter(recurrence="once").first()
    assert found is not None
    return found

"""Someone's session with the API of checklists."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from checklists.models import Checklist, Item
from tests.checklists.cast import someone

ROOT = "/api/v1/checklists/"


class Api:
    """Someone's session with the API."""

    def __init__(self, name: str) -> None:
        self.client = Client()
        self.client.force_login(someone(name))

    def __call__(
        self, method: str, path: str, body: Any = None, status: int = 200, match: str = ""
    ) -> Any:
        """Ask, and read the answer."""
        options: dict[str, Any] = {"headers": {"If-Match": match}} if match else {}
        if body is not None:
            options |= {"data": json.dumps(body), "content_type": "application/json"}
        answer = getattr(self.client, method)(path, **options)
        assert answer.status_code == status, (answer.status_code, answer.content)
        self.etag = answer.get("ETag", "")
        return json.loads(answer.content) if answer.content else None


def first(checklist: Checklist) -> Item:
    found = checklist.items.filter(recurrence="once").first()
    assert found is not None
    return found


def at(checklist: Checklist, more: str = "") -> str:
    return f"{ROOT}{checklist.key}/{more}"

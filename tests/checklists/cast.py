"""Who plays in the tests of checklists: Alice owns, Bob edits, Vera views, Charlie is outside."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.models import User

from checklists.models import Checklist, Role, Share
from checklists.selectors.template_snapshot import templates
from checklists.services.checklist_creation import start
from zones.selectors.snapshot import current_snapshot

PASSWORD = "a long enough phrase"


def someone(name: str, **more: Any) -> User:
    """A user of that name, made on first use."""
    found = User.objects.filter(username=name).first()
    return found or User.objects.create_user(name, f"{name}@example.org", PASSWORD, **more)


def started(*cities: str, **asked: Any) -> Checklist:
    """A checklist of Alice's; answers by question, its hyphens written as underscores."""
    return start(**starting(*cities, **asked))


def starting(
    *cities: str,
    template: str = "import-1210-seller",
    as_of: date = date(2026, 11, 23),
    owner: str = "alice",
    **answers: list[str],
) -> dict[str, Any]:
    """What starting it takes, as it is read before."""
    kept = current_snapshot()
    return {
        "owner": someone(owner),
        "title": f"{template} in {', '.join(cities or ('hangzhou',))}",
        "template": templates(kept).templates[template],
        "places": [kept.cities_by_slug[slug] for slug in cities or ("hangzhou",)],
        "as_of": as_of,
        "answers": {question.replace("_", "-"): given for question, given in answers.items()},
    }


def shared(checklist: Checklist) -> Checklist:
    """The same checklist, with Bob to edit it and Vera to view it."""
    for name, role in (("bob", Role.EDITOR), ("vera", Role.VIEWER)):
        Share.objects.update_or_create(
            checklist=checklist, user=someone(name), defaults={"role": role}
        )
    return checklist

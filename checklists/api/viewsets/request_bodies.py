"""What may be written: the members of each body, with their JSON schemas."""

from __future__ import annotations

from typing import Any

from checklists.models import Status
from checklists.permissions import GIVEN_ROLES
from checklists.services.bulk_updates import MOST_AT_ONCE

Body = dict[str, dict[str, Any]]


def _text(description: str, **more: Any) -> dict[str, Any]:
    return {"type": "string", "description": description, **more}


def _texts(description: str) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "string"}, "description": description}


def _day(description: str) -> dict[str, Any]:
    return _text(description, format="date")


ANSWERS = _texts("The company's answers as `question:choice`; see the template's questions.")
PLACE = {
    "anyOf": [
        _text("A city, by natural key or name."),
        {
            "type": "object",
            "description": "A place without pilot status.",
            "required": ["name", "province", "customs_district"],
            "properties": {
                "name": _text("What to call it."),
                "province": _text("Its province, as `CN-HE`."),
                "customs_district": _text("Its customs district, as `0400`."),
            },
        },
    ]
}

START: Body = {
    "template": _text("The template, by natural key."),
    "places": {"type": "array", "items": PLACE, "minItems": 1, "description": "One or several."},
    "title": _text("Else the template's name."),
    "as_of": _day("The day whose law counts; else today in China."),
    "answers": ANSWERS,
}
CHECKLIST: Body = {
    "title": _text("A new title."),
    "closed": {"type": "boolean", "description": "Close it, or reopen it."},
}
ANSWER: Body = {"answers": ANSWERS}
ACCEPT: Body = {
    "numbers": _texts("The numbers of the duties to accept, or `gate`; left out, all that moved.")
}
SHARE: Body = {
    "user": _text("The name of an account."),
    "role": _text("What they may do.", enum=[role for role, _name in GIVEN_ROLES]),
}
SOMEONE: Body = {"user": SHARE["user"]}
FINDING: Body = {
    "place": {"type": "integer", "description": "The id of one of the checklist's places."},
    "topic": _text("The topic it answers."),
    "value": _text("The answer: true or false, a number, or a choice, by the topic."),
    "said_by": _text("Who said so."),
    "found_on": _day("When."),
    "expires_on": _day("The day from which it no longer answers."),
    "note": _text("Anything else."),
    "evidence": _text("The key of evidence that shows it.", format="uuid"),
}
ACT: Body = {
    "act": _text("Withdraw the finding, or offer it to analysts.", enum=["withdraw", "offer"])
}
ITEM: Body = {
    "status": _text("", enum=Status.values),
    "reason": _text("Why; needed for not-applicable."),
    "assignee": {"type": ["string", "null"], "description": "An account's name, or nobody."},
    "due_on": {"type": ["string", "null"], "format": "date", "description": "A day, or none."},
}
ITEMS: Body = {
    "items": {
        "type": "array",
        "minItems": 1,
        "maxItems": MOST_AT_ONCE,
        "items": {
            "type": "object",
            "required": ["id", "version"],
            "properties": {
                "id": {"type": "integer"},
                "version": {"type": "integer", "description": "The version that was seen."},
                **ITEM,
            },
        },
    }
}
COMMENT: Body = {"text": _text("What there is to say.")}
FILE: Body = {
    "file": _text("A file, as multipart/form-data.", format="binary"),
    "url": _text("Or a link.", format="uri"),
}
EVIDENCE: Body = {
    **FILE,
    "title": _text("Else the name of the file."),
    "keep_until": _day("The last day it must be kept."),
    "evidence": _text("Instead of all these: the key of evidence to attach.", format="uuid"),
}
KEEPING: Body = {
    "keep_until": {
        "type": ["string", "null"],
        "format": "date",
        "description": "The last day it must be kept, or none.",
    },
    "discarded": {"type": "boolean", "enum": [True], "description": "Discard its files for good."},
}
READ: Body = {
    "notices": {
        "type": "array",
        "items": {"type": "integer"},
        "description": "The ids of those that were read; left out, all.",
    }
}
ATTACHED: Body = {"evidence": _text("The key of evidence.", format="uuid")}

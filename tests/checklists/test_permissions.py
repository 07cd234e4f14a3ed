"""Who may do what: every private address, every method, everyone who may ask.

A new address fails here until it has its rows.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from checklists.models import Checklist
from checklists.services import evidence_versions
from checklists.services.recorded_findings import record_finding
from tests.checklists.cast import shared, someone, started
from tests.checklists.files import pdf, upload
from tests.conftest import log_in_staff
from tests.router import names_of
from zones.models import Topic

pytestmark = pytest.mark.django_db

WHO = ("anonymous", "owner", "editor", "viewer", "outsider", "staff")
NAMES = {"owner": "alice", "editor": "bob", "viewer": "vera", "outsider": "charlie"}

#: Reading a page: strangers are asked to log in, all who share it read, nobody else.
READ = (302, 200, 200, 200, 404, 404)
#: Writing on a page what editors may; the form is empty, so that those who may are refused it.
EDIT = (302, 400, 400, 403, 404, 404)
OWN = (302, 400, 403, 403, 404, 404)
#: A form sent to a page that takes none.
READ_ONLY = (302, 405, 405, 403, 404, 404)
#: A page of one's own.
MINE = (302, 200, 200, 200, 200, 200)
ACT = (302, 400, 400, 400, 400, 400)
#: The same over the API.
API_READ = (401, 200, 200, 200, 404, 404)
API_EDIT = (401, 400, 400, 403, 404, 404)
API_OWN = (401, 400, 403, 403, 404, 404)
API_MINE = (401, 200, 200, 200, 200, 200)

#: Name of the address, method, and the status for each of WHO in order.
TABLE: list[tuple[str, str, tuple[int, ...]]] = [
    ("checklists:dashboard", "get", MINE),
    ("checklists:dashboard", "post", (302, 405, 405, 405, 405, 405)),
    ("checklists:start", "get", MINE),
    ("checklists:start", "post", ACT),
    ("checklists:notices", "get", MINE),
    ("checklists:notices", "post", ACT),
    *(
        (f"checklists:{name}", "get", READ)
        for name in (
            *("checklist", "item", "changes", "answers", "findings", "relocation", "people"),
            *("log", "sheet", "due", "pack", "items-table"),
        )
    ),
    *(
        (f"checklists:{name}", "post", EDIT)
        for name in ("checklist", "item", "changes", "answers", "findings")
    ),
    ("checklists:log", "post", READ_ONLY),
    ("checklists:relocation", "post", READ_ONLY),
    ("checklists:people", "post", OWN),
    ("checklists:pdf", "get", READ),
    ("checklists:evidence-list", "get", MINE),
    ("checklists:evidence", "get", READ),
    ("checklists:evidence", "post", (302, 400, 404, 404, 404, 404)),
    ("checklists:evidence-version", "get", READ),
    ("api-checklists", "get", API_MINE),
    ("api-checklists", "post", (401, 400, 400, 400, 400, 400)),
    ("api-checklist", "get", API_READ),
    ("api-checklist", "patch", (401, 428, 428, 403, 404, 404)),
    ("api-checklist", "delete", (401, 405, 405, 405, 405, 405)),
    *(
        (name, "get", API_READ)
        for name in (
            *("api-items", "api-item", "api-comments", "api-item-evidence", "api-answers"),
            *("api-checklist-changes", "api-shares", "api-findings", "api-log"),
        )
    ),
    ("api-pack", "get", API_READ),
    ("api-relocation", "get", (401, 400, 400, 400, 404, 404)),
    ("api-items", "patch", API_EDIT),
    ("api-item", "patch", (401, 428, 428, 403, 404, 404)),
    ("api-comments", "post", API_EDIT),
    ("api-item-evidence", "post", API_EDIT),
    ("api-item-evidence", "delete", API_EDIT),
    ("api-answers", "put", (401, 428, 428, 403, 404, 404)),
    ("api-checklist-changes", "post", (401, 428, 428, 403, 404, 404)),
    ("api-shares", "put", API_OWN),
    ("api-shares", "delete", (401, 400, 400, 400, 404, 404)),
    ("api-owner", "put", API_OWN),
    ("api-findings", "post", API_EDIT),
    ("api-finding", "post", API_EDIT),
    ("api-evidence", "get", API_READ),
    ("api-evidence", "post", (401, 400, 400, 403, 404, 404)),
    ("api-evidence", "patch", (401, 200, 403, 403, 404, 404)),
    ("api-evidence-content", "get", API_READ),
    ("api-evidence-list", "get", API_MINE),
    ("api-notices", "get", API_MINE),
    ("api-notices", "post", API_MINE),
    ("api-calendar", "get", API_MINE),
    ("api-calendar", "post", (401, 201, 201, 201, 201, 201)),
    ("api-calendar", "delete", (401, 204, 204, 204, 204, 204)),
]
#: Addresses of this app that are public.
PUBLIC = {
    *("checklists:template-list", "checklists:template", "checklists:preview"),
    *("checklists:template-list-card", "checklists:template-card", "checklists:preview-card"),
    *("api-preview", "template-list", "template-detail"),
    "checklists:calendar",  # the address itself is the secret
}


@pytest.fixture
def told() -> dict[str, Any]:
    """A checklist shared with an editor and a viewer, with evidence and a finding."""
    alice, checklist = someone("alice"), shared(started())
    item = checklist.items.first()
    assert item is not None
    version = evidence_versions.bring(alice, "Letter", upload=upload("a.pdf", pdf()))
    evidence_versions.attach(item, version.evidence, actor=alice)
    finding = record_finding(
        [checklist],
        checklist.places.get(),
        Topic.objects.get(slug="bonded-import-1210"),
        "listed",
        actor=alice,
        said_by="Customs",
        found_on=checklist.as_of,
        expires_on=checklist.as_of.replace(year=checklist.as_of.year + 1),
    )
    return {
        "checklist": checklist,
        "item": item.pk,
        "evidence": version.evidence.key,
        "finding": finding.key,
    }


def test_every_address_of_the_app_has_its_rows() -> None:
    assert names_of("checklists.") - {name for name, _, _ in TABLE} == PUBLIC


def address_of(name: str, told: dict[str, Any]) -> str:
    from django.urls import reverse

    checklist: Checklist = told["checklist"]
    if name in ("checklists:evidence", "api-evidence"):
        return reverse(name, args=[told["evidence"]])
    if name in ("checklists:evidence-version", "api-evidence-content"):
        return reverse(name, args=[told["evidence"], 1])
    if name == "api-finding":
        return reverse(name, args=[checklist.key, told["finding"]])
    if name == "checklists:items-table":
        return reverse(name, args=[checklist.key, "csv"])
    if name in ("checklists:item", "api-item", "api-comments", "api-item-evidence"):
        return reverse(name, args=[checklist.key, told["item"]])
    alone = {"dashboard", "start", "notices", "evidence-list", "api-checklists"}
    alone |= {"api-evidence-list", "api-notices", "api-calendar"}
    args = [] if name.removeprefix("checklists:") in alone else [checklist.key]
    return reverse(name, args=args)


@pytest.fixture
def clients(told: dict[str, Any]) -> dict[str, Client]:
    """The browsers of all who may ask."""
    found = {who: Client() for who in WHO}
    for who, name in NAMES.items():
        found[who].force_login(someone(name))
    log_in_staff(found["staff"], someone("stella", is_staff=True, is_superuser=True))
    return found


#: So many tests share out the rows: what all stand on costs as much as a row does.
SHARES = 6


@pytest.mark.parametrize("share", range(SHARES))
def test_everyone_gets_what_is_theirs(
    share: int, told: dict[str, Any], clients: dict[str, Client]
) -> None:
    wrong = {}
    for name, method, statuses in TABLE[share::SHARES]:
        with transaction.atomic():  # each row finds what the first one did
            found = answers(name, method, told, clients)
            transaction.set_rollback(True)
        if found != statuses:
            wrong[name, method] = (found, statuses)
    assert wrong == {}


def answers(
    name: str, method: str, told: dict[str, Any], clients: dict[str, Client]
) -> tuple[int, ...]:
    """The status that each of WHO gets."""
    address = address_of(name, told)
    options = {"content_type": "application/json", "data": "{}"} if "api" in name else {}
    found = []
    for who in WHO:
        answer = getattr(clients[who], method)(address, **({} if method == "get" else options))
        found.append(answer.status_code)
        if answer.streaming:
            b"".join(answer.streaming_content)
    if name == "checklists:pdf":  # 501 where the machine cannot make one
        found = [200 if status == 501 else status for status in found]
    return tuple(found)


def test_nothing_counts_or_names_what_one_may_not_see(told: dict[str, Any]) -> None:
    client = Client()
    client.force_login(someone("charlie"))
    assert client.get("/api/v1/checklists/?state=all").json()["count"] == 0
    for page in ("/checklists/?state=all", "/evidence/", "/checklists/notices/"):
        text = client.get(page).content.decode()
        assert told["checklist"].title not in text
        assert "Letter" not in text

"""Whatever a body holds is done or refused as a problem: no member of any body is a 500."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from drf_spectacular.generators import SchemaGenerator
from rest_framework.serializers import ListField

from checklists.api.viewsets.private_views import Private
from checklists.models import Checklist, Notification, Subject
from checklists.services.evidence_versions import bring
from checklists.services.recorded_findings import record_finding
from checklists.services.recorded_notifications import notify
from tests.checklists.cast import shared, started
from tests.router import every_address
from zones.models import Topic

pytestmark = pytest.mark.django_db

#: What a program may send by mistake, as JSON.
WRONG = {
    "null": "null",
    "true": "true",
    "negative": "-1",
    "beyond 64 bits": "9223372036854775808",
    "beyond a double": "1e400",
    "nested": '[[{"a": [null]}]]',
    "list of large": "[9223372036854775807, -9223372036854775808]",
    "list of larger": "[9223372036854775808]",
    "huge": '"' + "长" * 20_000 + '"',
    "control": '"\\u0000"',
}


def views() -> Iterator[tuple[str, type[Private]]]:
    """Every private view of the API by the name of its address."""
    for one in every_address():
        if isinstance(one.view, type) and issubclass(one.view, Private):
            yield one.name, one.view


TAKING = [
    (name, method, body)
    for name, view in views()
    for method, taken in view.takes.items()
    for body in [taken().fields]
    if method.lower() in view.http_method_names
]
LISTS = ["null", "{}", '"1"', "1", "[null]", "[[]]", "[true]"]


@pytest.fixture
def checklist() -> Checklist:
    made = started()
    return shared(made)


def right(checklist: Checklist) -> dict[str, dict[str, Any]]:
    """A body that each address takes, by its name."""
    item = checklist.items.live().order_by("position")[0]
    place = checklist.places.get()
    evidence = str(bring(checklist.owner, "Licence", url="https://example.org/").evidence.key)
    finding = {
        "place": place.pk,
        "topic": "bonded-import-1210",
        "value": "listed",
        "said_by": "Broker",
        "found_on": "2026-11-01",
        "expires_on": "2027-03-01",
    }
    return {
        "api-checklists": {"template": "import-1210-seller", "places": ["hangzhou"]},
        "api-items": {"items": [{"id": item.pk, "tag": item.tag, "due_on": "2027-01-01"}]},
        "api-comments": {"text": "Seen"},
        "api-item-evidence": {"url": "https://example.org/l.pdf", "evidence": evidence},
        "api-shares": {"user": "bob", "role": "viewer"},
        "api-owner": {"user": "bob"},
        "api-findings": finding,
        "api-finding": {"act": "offer"},
        "api-evidence": {"url": "https://example.org/l.pdf"},
    }


@pytest.fixture
def ask(checklist: Checklist, client: Client) -> Any:
    """Send a body with one member replaced by a JSON text; nothing stays."""
    client.force_login(checklist.owner)
    client.raise_request_exception = False
    bodies = right(checklist)
    topic = Topic.objects.get(slug="bonded-import-1210")
    finding = record_finding(
        [checklist],
        checklist.places.get(),
        topic,
        "listed",
        actor=checklist.owner,
        said_by="Broker",
        found_on=checklist.as_of,
        expires_on=checklist.as_of.replace(year=2027),
        note="",
        evidence=None,
    )
    keys = {
        "key": checklist.key,
        "item": checklist.items.live().order_by("position")[0].pk,
        "finding": finding.key,
    }
    evidence = bring(checklist.owner, "Licence", url="https://example.org/").evidence

    def send(name: str, method: str, member: str, text: str) -> Any:
        own = {"key": evidence.key} if name.startswith("api-evidence") else keys
        taken = {"api-items", "api-checklists", "api-notices", "api-calendar"}
        wanted = {
            "api-finding": ("key", "finding"),
            **dict.fromkeys(("api-item", "api-comments", "api-item-evidence"), ("key", "item")),
            **dict.fromkeys(taken - {"api-items"}, ()),
        }.get(name, ("key",))
        address = reverse(name, kwargs={key: own[key] for key in wanted})
        members = {key: json.dumps(value) for key, value in bodies.get(name, {}).items()}
        members[member] = text
        body = "{" + ",".join(f"{json.dumps(k)}:{v}" for k, v in members.items() if k) + "}"
        with transaction.atomic():
            answer = client.generic(
                method, address, body, "application/json", headers={"If-Match": "*"}
            )
            transaction.set_rollback(True)
        return answer

    return send


@pytest.mark.parametrize(("name", "method", "body"), TAKING, ids=[f"{n}-{m}" for n, m, _ in TAKING])
def test_no_member_of_any_body_is_a_failure(
    ask: Any, name: str, method: str, body: dict[str, Any]
) -> None:
    for member in [*body, ""]:
        for wrong, text in WRONG.items():
            answer = ask(name, method, member, text)
            assert answer.status_code < 500, (member, wrong, answer.content)
            if answer.status_code >= 400:
                assert answer["Content-Type"] == "application/problem+json", (member, wrong)
    assert ask(name, method, next(iter(body), "x"), "[" * 100_000).status_code == 400


@pytest.mark.parametrize(("name", "method", "body"), TAKING, ids=[f"{n}-{m}" for n, m, _ in TAKING])
def test_what_is_no_list_is_refused_where_a_list_is_meant(
    ask: Any, name: str, method: str, body: dict[str, Any]
) -> None:
    for member in [name for name, field in body.items() if isinstance(field, ListField)]:
        for text in LISTS:
            answer = ask(name, method, member, text)
            assert answer.status_code == 400, (member, text, answer.content)
            told = answer.json()
            assert told.get("errors") or told.get("results"), (member, text)


@pytest.mark.parametrize("ids", ["null", "[9223372036854775808]", "[-1]", "[0]", "[1.0]"])
def test_no_list_of_notices_marks_all_of_them(
    checklist: Checklist, client: Client, ids: str
) -> None:
    alice = checklist.owner
    notify(alice, checklist, Subject.MOVED, "once", count=1)
    client.force_login(alice)
    answer = client.post(reverse("api-notices"), f'{{"notices": {ids}}}', "application/json")
    assert answer.status_code == 400
    assert Notification.objects.filter(user=alice, read_at__isnull=True).count() == 1
    assert client.post(reverse("api-notices"), '{"notices": []}', "application/json").json() == {
        "marked": 0
    }
    assert client.post(reverse("api-notices"), "{}", "application/json").json() == {"marked": 1}


def test_there_are_bodies_to_try() -> None:
    assert len(TAKING) > 12
    lists = {
        n for _, _, body in TAKING for n, field in body.items() if isinstance(field, ListField)
    }
    assert lists == {"places", "answers", "items", "numbers", "notices"}


def test_what_is_described_is_what_is_read() -> None:
    """Members and what is needed, as the description has them, are those of the serializer."""
    described = SchemaGenerator().get_schema(request=None, public=True)
    components, seen = described["components"]["schemas"], 0
    for one in every_address():
        if not (isinstance(one.view, type) and issubclass(one.view, Private)):
            continue
        path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", one.path)
        for method, taken in one.view.takes.items():
            operation = described["paths"].get(path, {}).get(method.lower(), {})
            if "requestBody" not in operation:
                answered = method.lower() in one.view.http_method_names and method != "DELETE"
                assert not taken().fields or not answered, (path, method)
                continue
            content = operation["requestBody"]["content"]
            assert ("multipart/form-data" in content) is ("file" in taken().fields)
            (name,) = {form["schema"]["$ref"].rpartition("/")[2] for form in content.values()}
            assert set(components[name]["properties"]) == set(taken().fields)
            assert components[name]["additionalProperties"] is False
            if method != "PATCH":  # of a change nothing is needed
                needed = {key for key, field in taken().fields.items() if field.required}
                assert set(components[name].get("required", ())) == needed
            seen += 1
    assert seen > 10

"""Who has an answer already is told so before it is made, and a stale one never stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cbec_portal import build, china_time, entity_tags
from tests.addresses import public_addresses
from tests.zones.later import correct_something, move_on
from zones.models import City
from zones.selectors.snapshot import forget

pytestmark = pytest.mark.django_db

ADDRESSES = [address for address in public_addresses() if address.startswith("/api/")]
COMPARED = "/api/v1/compare/?cities=hangzhou,zhengzhou"


@pytest.fixture(autouse=True)
def _read_anew() -> Iterator[None]:
    yield
    forget()


def ask(address: str, known: str = "", method: str = "get", **headers: str) -> HttpResponse:
    given = headers | ({"If-None-Match": known} if known else {})
    answer: Any = getattr(Client(), method)(address, headers=given)
    return answer  # type: ignore[no-any-return]  # a client's answer is Any


def known(address: str, **headers: str) -> str:
    answer = ask(address, **headers)
    assert answer.status_code == 200, address
    return str(answer["ETag"])


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_answer_that_is_known_is_not_made_again(address: str) -> None:
    first = ask(address)
    assert (first.status_code, first["Cache-Control"]) == (200, "no-cache")
    tag = first["ETag"]
    assert tag.startswith('W/"')
    for method in ("get", "head"):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            again = ask(address, tag, method)
        assert (again.status_code, again.content) == (304, b"")
        assert len(asked) == 1, asked.captured_queries
        for name in ("ETag", "Cache-Control", "Vary"):
            assert again[name] == first[name]
        assert {"Accept", "Accept-Language"} <= {*again["Vary"].split(", ")}
        assert not {"Content-Type", "Content-Disposition"} & {*again.headers}
    head = ask(address, method="head")
    assert (head.status_code, head["ETag"], head.content) == (200, tag, b"")


def test_the_edition_is_asked_for_once() -> None:
    for address in ADDRESSES:
        ask(address)
        with CaptureQueriesContext(connection) as asked:
            ask(address)
        editions = [one for one in asked.captured_queries if "zones_edition" in one["sql"]]
        assert len(editions) == 1, address


def test_tags_are_read_in_a_list_weak_or_strong() -> None:
    tag = known(COMPARED)
    assert ask(COMPARED, f'"other", {tag}').status_code == 304
    assert ask(COMPARED, tag.removeprefix("W/")).status_code == 304
    for other in ('"other"', tag[:-2] + '"', "nonsense", "*"):
        assert ask(COMPARED, other).status_code == 200


def test_whatever_changes_in_public_nothing_that_was_known_stands() -> None:
    tags = {address: known(address) for address in ADDRESSES}
    for change in (
        correct_something,
        move_on,
        lambda: City.objects.filter(slug="xiongan").update(name_en="Xiong'an"),
    ):
        change()
        for address, tag in tags.items():
            answer = ask(address, tag)
            assert answer.status_code == 200, address
            assert answer["ETag"] != tag
            tags[address] = answer["ETag"]


def test_what_was_known_before_a_restore_stands_no_more() -> None:
    city = City.objects.get(slug="xiongan")
    address = "/api/v1/cities/xiongan/"
    savepoint = transaction.savepoint()
    City.objects.filter(pk=city.pk).update(name_en="Before")
    lost = known(address)
    transaction.savepoint_rollback(savepoint)
    forget()
    City.objects.filter(pk=city.pk).update(name_en="After")
    answer: Any = ask(address, lost)
    assert (answer.status_code, answer.json()["name_en"]) == (200, "After")


def test_a_new_day_is_another_question(monkeypatch: pytest.MonkeyPatch) -> None:
    tag = known(COMPARED)
    tomorrow = china_time.now() + timedelta(days=1)
    monkeypatch.setattr(china_time, "now", lambda: tomorrow)
    answer: Any = ask(COMPARED, tag)
    assert answer.status_code == 200
    assert answer.json()["as_of"] == china_time.china_day(tomorrow).isoformat()
    assert ask(COMPARED, answer["ETag"]).status_code == 304


def test_another_question_language_or_form_is_another_answer() -> None:
    tags = [
        known(COMPARED),
        known(f"{COMPARED}&lang=zh-hans"),
        known(COMPARED, **{"Accept-Language": "zh-CN"}),
        known(f"{COMPARED}&format=csv"),
        known(COMPARED, Accept="text/csv"),
        known(f"{COMPARED}&as_of=2019-12-31"),
        known(f"{COMPARED}&known_at=1"),
        known("/api/v1/compare/?cities=zhengzhou,hangzhou"),
        known("/api/v1/profiles/"),
    ]
    assert len({*tags}) == len(tags)
    in_chinese = {"Accept-Language": "zh-CN"}
    assert ask(COMPARED, tags[0], **in_chinese).status_code == 200
    assert ask(COMPARED, tags[2], **in_chinese).status_code == 304


def test_another_program_may_answer_otherwise(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tag = known(COMPARED)
    monkeypatch.setattr(entity_tags, "build", lambda: "another")
    assert ask(COMPARED, tag).status_code == 200
    digests = {build.digest_of(tmp_path)}
    for name in ("requirements.txt", "zones/rules.py", "zones/rules/days.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        for content in ("one", "two"):
            (tmp_path / name).write_text(content)
            digests.add(build.digest_of(tmp_path))
    assert len(digests) == 7
    assert build.build() == build.digest_of(Path(build.__file__).parent.parent)


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/compare/",
        "/api/v1/cities/nowhere/",
        "/api/v1/cities/?colour=red",
        "/api/v1/nothing/",
    ],
)
def test_a_refusal_has_no_tag(address: str) -> None:
    answer = ask(address, known(COMPARED))
    assert answer.status_code in (400, 404)
    assert "ETag" not in answer

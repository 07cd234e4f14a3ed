"""Whoever reads while others publish sees whole revisions: each answer is one throughout."""

from __future__ import annotations

import json
import re
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from time import sleep
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tests.zones.desk.acts import submitted, written
from tests.zones.desk.test_sets_at_once import CITY, ROUNDS, RULE, Office, assert_whole
from zones.desk import set_publication
from zones.desk.set_publication import publish_set
from zones.models import Revision

pytestmark = pytest.mark.django_db(transaction=True)

QUESTION = f"cities={CITY}&topic={RULE[0]}&as_of=2025-01-01&lang=en"
API = f"/api/v1/compare/?{QUESTION}"
PAGE = f"/cities/{CITY}/{RULE[0]}/?as_of=2025-01-01&lang=en"
LIST = f"/api/v1/policies/?topic={RULE[0]}&city={CITY}&limit=5"


def body(client: Client, address: str) -> str:
    """What an address answers, but for what each visit draws anew."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.content
    return re.sub(r"nonce-[^'\"]+|csrfmiddlewaretoken[^>]+", "", answer.content.decode())


class Readers:
    """Some who read all the while, and keep every answer."""

    def __init__(self, number: int = 2) -> None:
        self.answers: dict[str, list[str]] = defaultdict(list)
        self.wrong: list[BaseException] = []
        self._is_over = threading.Event()
        self._threads = [threading.Thread(target=self._read, daemon=True) for _ in range(number)]

    def _read(self) -> None:
        try:
            client = Client()
            while not self._is_over.is_set():
                for address in (API, LIST, PAGE):
                    self.answers[address].append(body(client, address))
                sleep(0.03)
        except BaseException as wrong:
            self.wrong.append(wrong)
        finally:
            with suppress(Exception):
                connection.close()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Let them read for a while; what one could not read is raised."""
        for thread in self._threads:
            thread.start()
        try:
            yield
        finally:
            self._is_over.set()
            for thread in self._threads:
                thread.join(60)
        assert self.wrong == []


def label(answer: str) -> tuple[int, int, bool]:
    """The revision that a comparison is labelled with, and what it tells of the set of a round."""
    told = json.loads(answer)
    (row,) = told["rows"]
    (name,) = set(re.findall(r"Hang (\d+)", json.dumps(told["columns"]))) or {"-1"}
    return told["known_at"], int(name), row["cells"][0]["value"]


def publish_while_read(office: Office, rounds: int) -> tuple[Readers, dict[str, list[str]]]:
    """Publish sets while some read; return them, and what was answered between two revisions."""
    quiet: dict[str, list[str]] = defaultdict(list)
    client, readers = Client(), Readers()

    def look() -> None:
        for address in (API, LIST, PAGE):
            quiet[address].append(body(client, address))

    look()
    with readers.reading():
        for place in range(rounds):
            own = submitted(
                office.analyst,
                written(
                    "policies",
                    RULE,
                    value=("false", "true")[place % 2],
                    summary_en=f"Said {place}",
                ),
                written("cities", (CITY,), name_en=f"Hang {place}"),
            )
            office.assert_next(publish_set(own, office.reviewers[0]))
            look()
    return readers, quiet


def halves(readers: Readers, quiet: dict[str, list[str]]) -> list[str]:
    """The answers that are none of a whole revision."""
    return [
        answer
        for address, answers in readers.answers.items()
        for answer in answers
        if answer not in set(quiet[address])
    ]


def test_no_reader_sees_half_a_revision(office: Office) -> None:
    """A set that changes an answer, its words and the name of a city: all are seen, or none."""
    first = Revision.objects.count()
    readers, quiet = publish_while_read(office, ROUNDS)
    assert halves(readers, quiet) == []
    seen = {label(answer) for answer in readers.answers[API]}
    # What the sets said, and no answer of the portal's own, tells what each label means.
    said = {(first + 1 + place, place, place % 2 == 1) for place in range(ROUNDS)}
    assert {one for one in seen if one[0] > first} <= said
    assert len(seen) > ROUNDS / 2, "they read all the while"
    for page in readers.answers[PAGE]:
        assert len({*re.findall(r"Hang (\d+)", page), *re.findall(r"Said (\d+)", page)}) <= 1
    assert_whole()


def test_a_publication_in_two_parts_would_be_seen(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test above is one that can fail: rows are committed before their revision here."""
    real: Callable[..., Any] = set_publication.publish

    def in_two_parts(*given: Any, **more: Any) -> Any:
        connection.connection.commit()
        if connection.vendor == "sqlite":
            connection.connection.execute("BEGIN IMMEDIATE")
        sleep(0.1)
        return real(*given, **more)

    monkeypatch.setattr(set_publication, "publish", in_two_parts)
    readers, quiet = publish_while_read(office, 4)
    assert halves(readers, quiet)


@pytest.fixture
def office() -> Office:
    return Office()

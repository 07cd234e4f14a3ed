"""A write that met another is told so: 409 in words, nothing written, never a failure."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from cbec_portal.availability import is_lost_race, seconds_to_wait
from cbec_portal.urls import handler500 as handler500
from cbec_portal.urls import urlpatterns as real
from checklists.models import Share
from tests.checklists.cast import started

NOBODY = 999_999


def refer_to_nobody() -> None:
    Share.objects.create(checklist=started(), user_id=NOBODY, role="viewer")


def add_twice() -> None:
    with transaction.atomic():
        Group.objects.create(name="twice")
        Group.objects.create(name="twice")


ACTS = {"gone": refer_to_nobody, "twice": add_twice}


def page(_request: HttpRequest, act: str) -> HttpResponse:
    """Written in one transaction, which ends within the view."""
    with transaction.atomic():
        ACTS[act]()
    return HttpResponse("done")


def whole(_request: HttpRequest, act: str) -> HttpResponse:
    """Written in the transaction of a whole request, which ends after the view."""
    ACTS[act]()
    return HttpResponse("done")


class Answer(APIView):
    """The same in the API."""

    def post(self, _request: Request, act: str) -> Response:
        with transaction.atomic():
            ACTS[act]()
        return Response({})


urlpatterns = [
    path("raced/<act>/", page),
    path("whole/<act>/", whole),
    path("api/v1/raced/<act>/", Answer.as_view()),
    path("api/v1/whole/<act>/", whole),
    path("", include(real)),
]


def of_sqlite(folder: Path, *statements: str) -> sqlite3.IntegrityError:
    """What SQLite says of the last of some statements, which end with a commit."""
    rows = sqlite3.connect(folder / "own.sqlite3", isolation_level=None)
    rows.execute("PRAGMA foreign_keys = ON")
    try:
        for one in statements:
            rows.execute(one)
    except sqlite3.IntegrityError as broken:
        return broken
    finally:
        rows.close()
    raise AssertionError("nothing was refused")


def raised_from(cause: Exception) -> IntegrityError:
    wrong = IntegrityError(*cause.args)
    wrong.__cause__ = cause
    return wrong


TABLES = (
    "CREATE TABLE a (id INTEGER PRIMARY KEY, name TEXT UNIQUE CHECK (name <> ''))",
    "CREATE TABLE b (a INTEGER REFERENCES a DEFERRABLE INITIALLY DEFERRED)",
    "BEGIN",
)


@pytest.mark.parametrize(
    ("statements", "lost"),
    [
        (("INSERT INTO b VALUES (1)", "COMMIT"), True),
        (("INSERT INTO a VALUES (1, 'x')", "INSERT INTO a VALUES (2, 'x')"), True),
        (("INSERT INTO a VALUES (1, 'x')", "INSERT INTO a VALUES (1, 'y')"), True),
        (("INSERT INTO a VALUES (1, '')",), False),
    ],
)
def test_what_sqlite_says_is_a_lost_race_or_a_fault(
    tmp_path: Path, statements: tuple[str, ...], lost: bool
) -> None:
    wrong = raised_from(of_sqlite(tmp_path, *TABLES, *statements))
    assert is_lost_race(wrong) is lost
    assert seconds_to_wait(wrong) is None


@pytest.mark.parametrize(
    ("state", "lost"),
    [("23503", True), ("23505", True), ("23502", False), ("23514", False)],
)
def test_what_postgresql_says_is_a_lost_race_or_a_fault(state: str, lost: bool) -> None:
    assert is_lost_race(raised_from(psycopg.errors.lookup(state)("said by the server"))) is lost


def test_rows_that_came_to_be_referred_to_are_a_lost_race_for_whoever_deletes() -> None:
    assert is_lost_race(models.ProtectedError("used", set()))
    assert is_lost_race(models.RestrictedError("used", set()))


def test_other_failures_are_none() -> None:
    assert not is_lost_race(IntegrityError("broken"))
    assert not is_lost_race(ValueError("wrong"))
    refused = ValidationError("taken")
    refused.__cause__ = raised_from(psycopg.errors.UniqueViolation("taken"))
    assert not is_lost_race(refused)
    assert not is_lost_race(None)


@pytest.fixture
def _here(settings: Any) -> None:
    settings.ROOT_URLCONF = __name__


@pytest.fixture(params=[False, True], ids=["view", "request"])
def root(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where the transaction is the view's, and where it is that of the whole request."""
    before = connection.settings_dict["ATOMIC_REQUESTS"]
    connection.settings_dict["ATOMIC_REQUESTS"] = request.param
    yield "whole" if request.param else "raced"
    connection.settings_dict["ATOMIC_REQUESTS"] = before


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_here")
def test_it_is_told_in_both_languages_wherever_it_comes_out(
    root: str, caplog: pytest.LogCaptureFixture
) -> None:
    client = Client()
    for act in ACTS:
        caplog.clear()
        address = f"/api/v1/{root}/{act}/"
        with caplog.at_level(logging.WARNING, "cbec_portal.availability"):
            answer = client.post(address, headers={"Accept-Language": "en"})
        assert answer.status_code == 409, act
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["detail"].endswith("Nothing was written; look again.")
        assert [one for one in caplog.records if one.exc_info and "A write met" in one.message]

        shown = client.post(f"/{root}/{act}/", {"text": "typed <here>"})
        assert shown.status_code == 409
        assert "Nothing was written; look again." in shown.content.decode()
        assert "typed &lt;here&gt;</textarea>" in shown.content.decode()
        chinese = client.post(f"/{root}/{act}/", headers={"Accept-Language": "zh-hans"})
        assert "未写入任何内容，请重新查看。" in chinese.content.decode()
    assert not Group.objects.filter(name="twice").exists()
    assert not Share.objects.filter(user=NOBODY).exists()

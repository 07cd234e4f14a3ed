"""What changes an account and what changes the session are kept together, or neither is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils.translation import override
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from knox.models import AuthToken

from cbec_portal.accounts import second_factor
from cbec_portal.sessions import Sessions, SessionStore
from tests.accounts.test_accounts import (
    PASSWORD,
    code_of,
    log_in,
    with_second_factor,
)
from tests.cbec_portal.busy import locked

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> User:
    return User.objects.create_user("alice", "alice@example.org", PASSWORD)


@contextmanager
def no_session_kept(folder: Path) -> Iterator[list[str]]:
    """The database is busy whenever a session is written, and for nothing else."""
    failed: list[str] = []
    wrong = locked(folder)

    def refuse(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if '"django_session"' in sql and sql.startswith(("INSERT", "UPDATE")):
            failed.append(sql)
            raise wrong
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        yield failed
    connection.needs_rollback = False  # the test's own transaction goes on


def everything() -> list[Any]:
    models = (User, TOTPDevice, StaticDevice, StaticToken, AuthToken)
    return [list(model._default_manager.order_by("pk").values()) for model in models]


def confirming(client: Client, alice: User) -> tuple[str, dict[str, str]]:
    log_in(client)
    client.get("/account/second-factor/")
    return "/account/second-factor/", {"code": code_of(second_factor.pending_device(alice))}


def verifying(client: Client, alice: User) -> tuple[str, dict[str, str]]:
    _device, codes = with_second_factor(alice)
    log_in(client)
    return "/account/verify/", {"code": codes[0]}


def renewing(client: Client, alice: User) -> tuple[str, dict[str, str]]:
    _device, codes = with_second_factor(alice)
    log_in(client)
    client.post("/account/verify/", {"code": codes[0]})
    return "/account/second-factor/", {"do": "renew", "code": codes[1]}


def changing_the_password(client: Client, alice: User) -> tuple[str, dict[str, str]]:
    log_in(client)
    new = "another long phrase"
    said = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    return "/account/password/", said


def resetting_the_password(client: Client, alice: User) -> tuple[str, dict[str, str]]:
    client.post("/account/reset/", {"email": alice.email})
    address = re.search(r"/account/reset/\S+/", str(mail.outbox[0].body))
    assert address
    form = client.get(address[0])["Location"]
    return form, {"new_password1": "another long phrase", "new_password2": "another long phrase"}


ACTS = (confirming, verifying, renewing, changing_the_password, resetting_the_password)


@pytest.mark.parametrize("act", ACTS)
def test_where_the_session_cannot_be_kept_nothing_was_changed(
    client: Client, alice: User, tmp_path: Path, act: Any
) -> None:
    address, form = act(client, alice)
    before = everything()
    with no_session_kept(tmp_path) as failed:
        answer = client.post(address, form)
    assert failed
    assert answer.status_code == 503
    assert "Nothing was changed" in answer.content.decode()
    assert everything() == before


@pytest.mark.parametrize("act", ACTS)
def test_the_session_is_written_once_with_the_act(client: Client, alice: User, act: Any) -> None:
    address, form = act(client, alice)
    before = everything()
    written: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if '"django_session"' in sql and sql.startswith(("INSERT", "UPDATE")):
            written.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        answer = client.post(address, form)
    assert answer.status_code in (200, 302)
    assert everything() != before
    assert 1 <= len(written) <= 2
    assert len({sql.split(maxsplit=1)[0] for sql in written}) == len(written)


def test_what_stands_already_is_not_called_unchanged(tmp_path: Path) -> None:
    """Any other view: the session is saved after it, and says so where that fails."""

    def view(request: Any) -> HttpResponse:
        User.objects.create_user("carol")
        request.session["note"] = "after the act"
        return HttpResponse("done")

    for path, words in (("/admin/", "may have been done"), ("/api/v1/x/", "may have been done")):
        User.objects.filter(username="carol").delete()
        with no_session_kept(tmp_path) as failed:
            answer = Sessions(view)(RequestFactory().post(path, {"text": "typed"}))
        assert failed
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "2"
        told = answer.content.decode()
        assert words in told
        assert "Nothing was changed" not in told
        assert "typed" not in told
        assert User.objects.filter(username="carol").exists()


def test_a_session_is_written_again_once_it_says_something_else() -> None:
    session = SessionStore()
    session["a"] = [1]
    session.save()
    session["a"].append(2)
    session.save()
    assert SessionStore(session.session_key)["a"] == [1, 2]
    Session.objects.all().delete()
    session.save()
    assert not Session.objects.exists()
    session.cycle_key()
    assert SessionStore(session.session_key)["a"] == [1, 2]


def test_what_is_done_meanwhile_in_a_session_stays(alice: User) -> None:
    """A password that was changed, and what was set or taken out, by requests that overlap."""
    session = SessionStore()
    session.update({"who": 1, "hash": "old", "note": "first"})
    session.save()
    slow, quick = SessionStore(session.session_key), SessionStore(session.session_key)
    slow["seen"] = slow["who"]
    quick["hash"] = "new"
    del quick["note"]
    quick["kept"] = [1]
    quick.save()
    slow.save()
    told = SessionStore(session.session_key)
    assert dict(told.items()) == {"who": 1, "hash": "new", "kept": [1], "seen": 1}
    assert dict(slow.items()) == dict(told.items())


@pytest.mark.parametrize("path", ["/admin/desk/", "/api/v1/x/"])
@pytest.mark.parametrize(
    ("language", "words"), [("en", "may have been done"), ("zh-hans", "可能已经执行")]
)
def test_whoever_is_logged_out_while_something_is_done_is_told_that_it_may_stand(
    path: str, language: str, words: str
) -> None:
    session = SessionStore()
    session["who"] = 1
    session.save()

    def view(request: Any) -> HttpResponse:
        assert request.session["who"] == 1
        User.objects.create_user("carol")
        request.session["note"] = "after the act"
        SessionStore(session.session_key).flush()
        return HttpResponse("done")

    request = RequestFactory().post(path, {"text": "typed"})
    request.COOKIES["sessionid"] = str(session.session_key)
    with override(language):
        answer = Sessions(view)(request)
    assert answer.status_code == 409
    assert words in answer.content.decode()
    assert User.objects.filter(username="carol").exists()
    assert not Session.objects.exists()

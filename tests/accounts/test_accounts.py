"""Logging in, passwords, the second factor and tokens, as people use and misuse them."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from knox.models import AuthToken

from cbec_portal.accounts import second_factor
from checklists.services.calendar_addresses import make_address

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough phrase"
LOG_IN = "/account/log-in/"


@pytest.fixture
def alice() -> User:
    return User.objects.create_user("alice", "alice@example.org", PASSWORD)


def log_in(client: Client, name: str = "alice", password: str = PASSWORD, **more: str) -> Any:
    return client.post(LOG_IN, {"username": name, "password": password, **more})


def code_of(device: TOTPDevice, ahead: int = 0) -> str:
    """What the app shows; ``ahead`` counts its half minutes."""
    clock = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    clock.time = timezone.now().timestamp() + ahead * device.step
    return f"{clock.token():06d}"


def rested() -> None:
    """The second that a device rests after a wrong code is over."""
    for model in (TOTPDevice, StaticDevice):
        model.objects.update(throttling_failure_timestamp=None, throttling_failure_count=0)


def with_second_factor(user: User) -> tuple[TOTPDevice, list[str]]:
    device = TOTPDevice.objects.create(user=user, name="app", confirmed=True)
    return device, second_factor.new_codes(user)


def test_log_in_leads_on_and_log_out_ends_it(client: Client, alice: User) -> None:
    assert client.get(f"{LOG_IN}?next=/checklists/start/").status_code == 200
    answer = log_in(client, next="/checklists/start/")
    assert answer["Location"] == "/checklists/start/"
    assert "alice" in client.get("/account/").content.decode()
    assert client.get("/account/log-out/").status_code == 405
    client.post("/account/log-out/")
    assert client.get("/account/").status_code == 302


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_log_in_never_leads_to_another_site(client: Client, alice: User, elsewhere: str) -> None:
    assert log_in(client, next=elsewhere)["Location"] == "/checklists/"


def test_who_exists_is_not_told(client: Client, alice: User) -> None:
    def told(answer: Any) -> str:
        text = re.sub(r"alice|nobody", "", answer.content.decode())
        return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text)

    wrong, unknown = log_in(client, password="wrong"), log_in(client, "nobody", "wrong")
    assert told(wrong) == told(unknown)
    reset = [client.post("/account/reset/", {"email": f"{n}@example.org"}) for n in ("alice", "x")]
    assert reset[0]["Location"] == reset[1]["Location"] == "/account/reset/sent/"
    assert len(mail.outbox) == 1


def test_five_wrong_passwords_lock_the_name_from_that_address(client: Client, alice: User) -> None:
    for _number in range(5):
        locked = log_in(client, password="wrong")
    assert (locked.status_code, locked.headers["Retry-After"]) == (429, "900")
    assert "Too many attempts" in locked.content.decode()
    assert log_in(client).status_code == 429
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    assert log_in(elsewhere).status_code == 302


def test_a_mail_names_the_portals_own_address_and_is_sent_once_in_a_while(
    client: Client, alice: User, settings: Any
) -> None:
    settings.CBEC_ADDRESS = "https://cbec.example.org"
    bob = User.objects.create_user("bob", "bob@example.org", PASSWORD)
    for _ in range(5):
        for user in (alice, bob):
            asked = {"email": user.email}
            sent = client.post("/account/reset/", asked, HTTP_HOST="testserver:6666")
            assert sent.status_code == 302
    assert [one.to for one in mail.outbox] == [[alice.email], [bob.email]]
    assert all("https://cbec.example.org/account/reset/" in str(one.body) for one in mail.outbox)
    assert not any("6666" in str(one.body) for one in mail.outbox)


def test_a_password_is_reset_by_mail_once(client: Client, alice: User) -> None:
    client.post("/account/reset/", {"email": "alice@example.org"})
    (link,) = re.findall(rf"{settings.CBEC_ADDRESS}(/account/reset/\S+)", mail.outbox[0].body)
    page = client.get(link, follow=True)
    address = page.redirect_chain[-1][0]
    weak = client.post(address, {"new_password1": "12345", "new_password2": "12345"})
    assert weak.status_code == 200
    new = "another long phrase"
    assert client.post(address, {"new_password1": new, "new_password2": new}).status_code == 302
    assert log_in(client, password=new).status_code == 302
    assert "used before" in Client().get(link).content.decode()


def test_a_password_is_changed_and_other_sessions_end(client: Client, alice: User) -> None:
    other = Client()
    for one in (client, other):
        log_in(one)
    new = "another long phrase"
    form = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert client.post("/account/password/", form).status_code == 302
    assert client.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302


def test_the_second_factor_is_set_up_and_then_owed(client: Client, alice: User) -> None:
    log_in(client)
    page = client.get("/account/second-factor/").content.decode()
    assert "data:image/svg+xml" in page
    device = TOTPDevice.objects.get(user=alice)
    assert client.post("/account/second-factor/", {"code": "000000"}).status_code == 400
    rested()
    done = client.post("/account/second-factor/", {"code": code_of(device)})
    codes = re.findall(r"<li><code>([a-z0-9]+)</code>", done.content.decode())
    assert len(codes) == second_factor.CODES
    client.post("/account/log-out/")
    log_in(client)
    for path in ("/checklists/", "/account/", "/"):
        assert client.get(path)["Location"].startswith("/account/verify/")
    assert client.get("/api/v1/checklists/").status_code == 403
    assert client.post("/account/verify/", {"code": "123"}).status_code == 400
    rested()
    given = client.post("/account/verify/", {"code": codes[0], "next": "/evidence/"})
    assert given["Location"] == "/evidence/"
    assert client.get("/evidence/").status_code == 200
    client.post("/account/log-out/")
    log_in(client)
    assert client.post("/account/verify/", {"code": codes[0]}).status_code == 400


@pytest.mark.parametrize(
    ("failures", "rest", "chinese"),
    [(1, "1 second", "1秒"), (4, "8 seconds", "8秒"), (9, "5 minutes", "5分钟")],
)
def test_a_right_code_just_after_a_wrong_one_is_not_called_wrong(
    client: Client, alice: User, failures: int, rest: str, chinese: str
) -> None:
    device, codes = with_second_factor(alice)
    log_in(client)
    for _number in range(failures):
        wrong = client.post("/account/verify/", {"code": "000000"})
        assert (wrong.status_code, "This code is wrong" in wrong.content.decode()) == (400, True)
        failed = timezone.now() - timedelta(hours=1)
        TOTPDevice.objects.update(throttling_failure_timestamp=failed)
        StaticDevice.objects.update(throttling_failure_timestamp=failed)
    for code in (code_of(device), codes[0]):
        for language, told in (("en", rest), ("zh-hans", chinese)):
            accepted = {"Accept-Language": language}
            StaticDevice.objects.update(throttling_failure_timestamp=timezone.now())
            soon = client.post("/account/verify/", {"code": code}, headers=accepted)
            assert soon.status_code == 429
            assert int(soon["Retry-After"]) <= 2 ** (failures - 1)
            assert told in soon.content.decode()
            assert "This code is wrong" not in soon.content.decode()
    # Whoever waits is let in, and by the same code: waiting counted as no attempt.
    StaticDevice.objects.update(throttling_failure_timestamp=timezone.now() - timedelta(hours=1))
    assert client.post("/account/verify/", {"code": code_of(device)}).status_code == 302
    assert StaticDevice.objects.get().throttling_failure_count == 0


def test_setting_up_says_to_wait_too(client: Client, alice: User) -> None:
    log_in(client)
    client.get("/account/second-factor/")
    assert client.post("/account/second-factor/", {"code": "000000"}).status_code == 400
    device = TOTPDevice.objects.get(user=alice)
    TOTPDevice.objects.update(throttling_failure_timestamp=timezone.now())
    soon = client.post("/account/second-factor/", {"code": code_of(device)})
    assert soon.status_code == 429
    assert "Is the clock" not in soon.content.decode()
    assert not TOTPDevice.objects.get(user=alice).confirmed


def test_a_code_of_the_app_is_good_for_once(client: Client, alice: User) -> None:
    device, _codes = with_second_factor(alice)
    code = code_of(device)
    log_in(client)
    assert client.post("/account/verify/", {"code": code}).status_code == 302
    client.post("/account/log-out/")
    log_in(client)
    assert client.post("/account/verify/", {"code": code}).status_code == 400


def test_the_second_factor_is_turned_off_by_a_code_only(client: Client, alice: User) -> None:
    _device, codes = with_second_factor(alice)
    log_in(client)
    client.post("/account/verify/", {"code": codes[0]})
    off = {"do": "turn-off", "code": "wrong"}
    assert client.post("/account/second-factor/", off).status_code == 400
    assert second_factor.is_set_up(alice)
    rested()
    client.post("/account/second-factor/", {**off, "code": codes[1]})
    assert not second_factor.is_set_up(alice)


def test_staff_see_the_admin_only_with_their_second_factor(client: Client) -> None:
    staff = User.objects.create_superuser("stella", "stella@example.org", PASSWORD)
    admin = reverse("admin:index")
    assert "/account/log-in/" in client.get(admin, follow=True).redirect_chain[-1][0]
    log_in(client, "stella")
    chain = client.get(admin, follow=True).redirect_chain
    assert chain[-1][0].startswith("/account/second-factor/?next=")
    device = TOTPDevice.objects.get(user=staff)
    client.post("/account/second-factor/", {"code": code_of(device)})
    assert client.get(admin).status_code == 200


def test_staff_go_nowhere_and_tokens_of_theirs_open_nothing_without_it(client: Client) -> None:
    staff = User.objects.create_superuser("stella", "stella@example.org", PASSWORD)
    _row, token = AuthToken.objects.create(staff, expiry=timedelta(days=1))
    key = {"Authorization": f"Token {token}"}
    log_in(client, "stella")
    for page in ("/checklists/", "/account/tokens/", "/"):
        assert client.get(page)["Location"].startswith("/account/second-factor/?next=")
    assert client.get("/api/v1/checklists/").status_code == 403
    refused = Client().get("/api/v1/checklists/", headers=key)
    assert (refused.status_code, "second factor" in refused.json()["detail"]) == (401, True)
    assert client.get("/account/second-factor/").status_code == 200
    device = TOTPDevice.objects.get(user=staff)
    client.post("/account/second-factor/", {"code": code_of(device)})
    assert client.get("/checklists/").status_code == 200
    assert Client().get("/api/v1/checklists/", headers=key).status_code == 200
    device.refresh_from_db()
    rested()
    off = {"do": "turn-off", "code": code_of(device, ahead=1)}
    assert client.post("/account/second-factor/", off).status_code == 400
    assert second_factor.is_set_up(staff)


def test_another_password_ends_tokens_and_the_calendar(client: Client, alice: User) -> None:
    _row, token = AuthToken.objects.create(alice, expiry=timedelta(days=1))
    calendar = reverse("checklists:calendar", args=[make_address(alice)])
    log_in(client)
    other = "another long enough phrase"
    form = {"old_password": PASSWORD, "new_password1": other, "new_password2": other}
    assert client.post("/account/password/", {**form, "old_password": "no"}).status_code == 200
    key = {"Authorization": f"Token {token}"}
    assert Client().get("/api/v1/checklists/", headers=key).status_code == 200
    assert Client().get(calendar).status_code == 200
    assert client.post("/account/password/", form).status_code == 302
    assert Client().get("/api/v1/checklists/", headers=key).status_code == 401
    assert Client().get(calendar).status_code == 404


def test_a_token_is_shown_once_works_and_is_revoked(client: Client, alice: User) -> None:
    log_in(client)
    made = client.post("/account/tokens/", {"days": "30"}).content.decode()
    (token,) = re.findall(r"<code>([0-9a-f]{64})</code>", made)
    assert token not in client.get("/account/tokens/").content.decode()
    key = {"Authorization": f"Token {token}"}
    assert Client().get("/api/v1/checklists/", headers=key).status_code == 200
    assert Client().post("/api/v1/checklists/", headers=key).status_code == 400
    row = AuthToken.objects.get(user=alice)
    assert token not in row.digest
    client.post("/account/tokens/", {"do": "revoke", "token": row.token_key})
    assert Client().get("/api/v1/checklists/", headers=key).status_code == 401
    assert client.post("/account/tokens/", {"days": "99999"}).status_code == 400


def test_a_token_expires_and_nobody_revokes_another_s(client: Client, alice: User) -> None:
    row, token = AuthToken.objects.create(alice, expiry=timedelta(days=1))
    User.objects.create_user("charlie", password=PASSWORD)
    log_in(client, "charlie")
    client.post("/account/tokens/", {"do": "revoke", "token": row.token_key})
    key = {"Authorization": f"Token {token}"}
    assert Client().get("/api/v1/checklists/", headers=key).status_code == 200
    AuthToken.objects.update(expiry=timezone.now() - timedelta(seconds=1))
    assert Client().get("/api/v1/checklists/", headers=key).status_code == 401


def test_a_stranger_of_the_api_is_told_how_to_be_known() -> None:
    answer = Client().get("/api/v1/checklists/")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Token"
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("name", ["overview", "second-factor", "tokens", "password"])
def test_pages_of_an_account_are_kept_by_nobody(client: Client, alice: User, name: str) -> None:
    log_in(client)
    answer = client.get(reverse(f"account:{name}"))
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]

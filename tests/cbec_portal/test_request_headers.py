"""A body is read in UTF-8 alone, and a header that is none is refused, whatever is asked."""

from __future__ import annotations

from encodings.aliases import aliases
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client, RequestFactory
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from cbec_portal.request_headers import header_parameters

pytestmark = pytest.mark.django_db

PAGES, API = ("/", "/compare/", "/account/log-in/", "/admin/login/"), "/api/v1/cities/"
#: Encodings of bytes, of programming languages and of no language, and what is none.
FOREIGN = (
    *("hex", "zip", "rot13", "base64", "undefined", "idna", "punycode", "utf-7", "nosuch"),
    *("unicode_escape", "raw_unicode_escape", "utf-16", "utf-8-sig", "gbk", "latin-1", "mbcs"),
)
SPELLED = ("utf-8", "UTF-8", "utf8", "UTF_8", '"utf-8"')
#: Parameters that fail in Django: an unknown encoding, one of no text, pieces that are numbered in
#: part, halves of a pair, a null character, more figures than a number has.
BROKEN = (
    *("b*=nosuch''c", "b*=undefined''c", "b*=idna''c", "b*=x; b*0=y", "b*0=y; b*=x"),
    *("b*=utf-7''+2AA-", "charset*=utf-8''%00", f"b*{'9' * 5000}=x"),
)


@pytest.fixture(autouse=True)
def _real_addresses(settings: Any) -> None:
    settings.ROOT_URLCONF = "cbec_portal.urls"


@pytest.fixture
def lenient() -> Client:
    """A client that is answered what the portal says to a fault."""
    return Client(raise_request_exception=False)


KINDS = (
    "application/x-www-form-urlencoded",
    f"multipart/form-data; boundary={BOUNDARY}",
    "application/json",
    "text/plain",
)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "OPTIONS"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_body_in_any_encoding_but_utf_8_is_refused(
    lenient: Client, method: str, kind: str
) -> None:
    body = encode_multipart(BOUNDARY, {"username": "+2AA-", "password": "\\ud800"})
    for address in (*PAGES, API):
        for charset in FOREIGN:
            asked = f"{kind}; charset={charset}"
            sent = b"" if method == "GET" else body
            answer = lenient.generic(method, f"{address}?q=+2AA-", sent, CONTENT_TYPE=asked)
            assert answer.status_code == 400, (address, asked)
    assert answer["Content-Type"] == "application/problem+json"
    assert "UTF-8" in answer.json()["detail"]


def test_every_encoding_that_python_knows_is_refused_but_one(lenient: Client) -> None:
    for charset in sorted({*aliases, *aliases.values()}):
        answer = lenient.get("/robots.txt", CONTENT_TYPE=f"a/b; charset={charset}")
        assert answer.status_code == (200 if charset in UTF_8 else 400), charset


#: What Python calls UTF-8 by.
UTF_8 = {"utf_8", *(name for name, own in aliases.items() if own == "utf_8")}


@pytest.mark.parametrize("spelled", SPELLED)
def test_utf_8_is_read_however_it_is_spelled(client: Client, spelled: str) -> None:
    for kind in ("application/x-www-form-urlencoded", MULTIPART_CONTENT):
        body: Any = "username=杭州&password=b"
        if kind == MULTIPART_CONTENT:
            body = encode_multipart(BOUNDARY, {"username": "杭州", "password": "b"})
        asked = f"{kind}; charset={spelled}"
        answer = client.generic("POST", "/account/log-in/", body, content_type=asked)
        assert answer.status_code == 200
        assert "杭州" in answer.content.decode()


@pytest.mark.parametrize("broken", BROKEN)
@pytest.mark.parametrize("header", ["CONTENT_TYPE", "HTTP_ACCEPT"])
@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
def test_a_header_whose_parameters_cannot_be_read_is_refused(
    method: str, header: str, broken: str
) -> None:
    """As the server asks, which makes a request before any middleware is asked."""
    told: list[str] = []
    portal = WSGIHandler()
    for path in (*PAGES, API):
        asked = RequestFactory().generic(method, path).environ
        portal(asked | {header: f"text/html; {broken}"}, lambda status, _: told.append(status))
    assert told == ["400 Bad Request"] * (len(PAGES) + 1)


@pytest.mark.parametrize("broken", BROKEN)
@pytest.mark.parametrize("address", ["/account/log-in/", "/api/v1/checklists/"])
def test_a_form_with_such_a_part_is_refused(
    lenient: Client, django_user_model: Any, address: str, broken: str
) -> None:
    if address.startswith("/api/"):
        lenient.force_login(django_user_model.objects.create_user("ada"))
    part = f'--BB\r\nContent-Disposition: form-data; name="a"; {broken}\r\n\r\nx\r\n--BB--\r\n'
    answer = lenient.post(address, part.encode(), content_type="multipart/form-data; boundary=BB")
    assert answer.status_code == 400


def test_what_can_be_read_is_read_as_django_does() -> None:
    assert header_parameters("a/b; c*=utf-8''%E6%9D%AD; d=e") == ("a/b", {"c": "杭", "d": "e"})
    assert header_parameters("") == ("", {})

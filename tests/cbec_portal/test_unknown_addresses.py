"""What is not there, and what may not be done, is told as a problem wherever the API is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client, RequestFactory

from cbec_portal.api.errors import forged
from tests.router import PLACEHOLDER, Address, every_address

pytestmark = pytest.mark.django_db

METHODS = ("get", "post", "put", "patch", "delete")
UNKNOWN = ("/api/", "/api/v1/", "/api/v2/cities/", "/api/v1/nothing/", "/api/v1/cities")
KEY = "00000000-0000-4000-8000-000000000000"
NUMBERS = ("0", "9223372036854775807", "9223372036854775808", "9" * 5000)


@pytest.fixture(autouse=True)
def _real_addresses(settings: Any) -> None:
    settings.ROOT_URLCONF = "cbec_portal.urls"


@pytest.fixture
def strict() -> Client:
    """A client that is asked for CSRF tokens as browsers are."""
    return Client(enforce_csrf_checks=True, raise_request_exception=False)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("address", UNKNOWN)
def test_an_unknown_address_is_a_problem_whatever_the_method(
    strict: Client, method: str, address: str
) -> None:
    answer = getattr(strict, method)(address)
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 404


def addresses() -> Iterator[str]:
    """Every address of the API and of pages, its parts filled in; numbers in turn."""
    for one in every_address():
        if not one.path.startswith(("/admin/", "/i18n/")):
            yield from filled(one)


def filled(address: Address) -> Iterator[str]:
    """An address with its parts filled in: numbers in turn, keys that fit nothing."""
    for number in NUMBERS if address.parts else ("",):
        values = {"uuid": KEY}
        found = PLACEHOLDER.sub(lambda part: values.get(part["kind"], number), address.path)  # noqa: B023
        if not re.search(r"[<>()?\\]", found):
            yield found


def test_no_number_in_any_address_is_a_failure(strict: Client) -> None:
    tried = [a for a in dict.fromkeys(addresses()) if any(number in a for number in NUMBERS[1:])]
    assert len(tried) > 50
    for address in tried:
        answer = strict.get(address)
        assert answer.status_code < 500, address
        if address.startswith("/api/") and answer.status_code >= 400:
            assert answer["Content-Type"] == "application/problem+json", address


@pytest.mark.parametrize("key", ["-" * 36, "a" * 36, "0-" * 18, "é" * 36, "٣" * 36])
def test_what_only_looks_like_a_key_is_not_found(
    strict: Client, django_user_model: Any, key: str
) -> None:
    """Whoever is logged in is led further than to the log-in."""
    strict.force_login(django_user_model.objects.create_user("ada"))
    keyed = [one.path for one in every_address() if "key" in one.parts]
    # A place without pilot status is called by any name.
    tried = [PLACEHOLDER.sub(key, path) for path in keyed if not path.startswith("/places/")]
    assert len(tried) > 30
    for address in tried:
        assert 400 <= strict.get(address).status_code < 500, address


@pytest.mark.parametrize("method", ["options", "head"])
def test_asking_what_may_be_asked_is_no_failure(strict: Client, method: str) -> None:
    for address in dict.fromkeys(addresses()):
        assert getattr(strict, method)(address).status_code < 500, address


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_may_be_asked_is_told_in_every_format(strict: Client, form: str) -> None:
    public = [a for a in dict.fromkeys(addresses()) if a.startswith("/api/v1/") and "?" not in a]
    assert len(public) > 30
    for address in public:
        asked = strict.generic("OPTIONS", address, QUERY_STRING=f"format={form}")
        assert asked.status_code < 500, address


@pytest.mark.parametrize("method", METHODS[1:])
def test_a_method_that_is_not_allowed_is_a_problem(strict: Client, method: str) -> None:
    public = [a for a in dict.fromkeys(addresses()) if a.startswith("/api/v1/")]
    assert len(public) > 30
    for address in public:
        answer = getattr(strict, method)(address)
        assert answer.status_code in (400, 401, 403, 404, 405), address
        assert answer["Content-Type"] == "application/problem+json", address


def test_a_forged_request_is_a_problem_to_the_api_and_a_page_to_people(
    rf: RequestFactory, strict: Client
) -> None:
    told = forged(rf.post("/api/v1/cities/"), "no cookie")
    assert (told.status_code, told["Content-Type"]) == (403, "application/problem+json")
    assert strict.post("/account/log-in/")["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("length", ["9" * 30, "²", "-1", "x", "1e400"])
def test_a_length_that_is_no_number_is_no_failure(strict: Client, length: str) -> None:
    answer = strict.post("/api/v1/cities/", headers={"Content-Length": length})
    assert answer.status_code in (400, 405, 413)


@pytest.mark.parametrize("asked", ["=x", "=", "&&", "limit=1&&offset=0", "&", "%20=1"])
@pytest.mark.parametrize(
    "address", ["cities/", "compare/", "policies/", "changes/", "provinces/CN-ZJ/"]
)
def test_a_parameter_without_a_name_is_refused_by_name(
    strict: Client, address: str, asked: str
) -> None:
    answer = strict.get(f"/api/v1/{address}?{asked}")
    assert answer.status_code == 400
    assert "parameter without a name" in [e["parameter"] for e in answer.json()["errors"]]


ONCE = ("lang=en", "format=json", "limit=2", "offset=1", "as_of=2020-01-01", "known_at=1")


@pytest.mark.parametrize("asked", ONCE)
@pytest.mark.parametrize("address", ["cities/", "policies/", "zones/"])
def test_what_can_be_given_once_is_refused_twice(strict: Client, address: str, asked: str) -> None:
    answer = strict.get(f"/api/v1/{address}?{asked}&{asked}")
    assert answer.status_code == 400
    assert [e["parameter"] for e in answer.json()["errors"]] == [asked.partition("=")[0]]


LARGE = (
    "9223372036854775808",
    "-1",
    "1e400",
    "9" * 1900,
    "NaN",
    "Infinity",
    "true",
    "null",
    "0x10",
)


@pytest.mark.parametrize("address", ["cities/", "policies/", "statistics/", "changes/", "sources/"])
def test_no_number_in_a_question_is_a_failure(strict: Client, address: str) -> None:
    names = ("limit", "offset", "known_at", "since", "value__gte", "year", "year__lt", "q", "batch")
    for name in (*names, "issued_on__gte", "as_of", "province", "city", "topic"):
        for value in LARGE:
            answer = strict.get(f"/api/v1/{address}", {name: value})
            assert answer.status_code < 500, (name, value)
            assert answer.status_code == 200 or answer.json()["errors"], (name, value)

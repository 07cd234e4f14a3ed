"""The server as a first visitor starts it."""

from __future__ import annotations

import socket
import stat
from collections.abc import Iterator
from http.client import HTTPConnection

import pytest
from django.core.management import CommandError

from cbec_portal.management.commands.serve import refuse_taken, whole_number
from tests.serving import Served, served


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("var")) as running:
        yield running


def get(portal: Served, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = HTTPConnection("127.0.0.1", portal.port, timeout=30)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    named = {name.lower(): value for name, value in answer.getheaders()}
    found = answer.status, named, answer.read()
    connection.close()
    return found


def test_it_says_where_it_is_and_how_to_make_an_administrator(portal: Served) -> None:
    assert portal.url() in portal.told
    assert "createsuperuser" in portal.told


def test_it_answers_pages_and_questions_from_the_loaded_data(portal: Served) -> None:
    status, headers, page = get(portal, "/compare/?cities=hangzhou,zhengzhou&as_of=2019-12-31")
    assert status == 200
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert "Zhengzhou" in page.decode()
    question = "/api/v1/zones/?programme=comprehensive&as_of=2019-12-31&limit=1"
    status, _, answer = get(portal, question)
    assert status == 200
    assert b'"count":59' in answer


def test_the_secret_is_for_its_owner_only(portal: Served) -> None:
    keys = [path for path in portal.folder.iterdir() if "secret" in path.name]
    assert len(keys) == 1
    assert stat.S_IMODE(keys[0].stat().st_mode) == 0o600


def test_static_files_are_hashed_and_compressed(portal: Served) -> None:
    page = get(portal, "/")[2].decode()
    sheet = page.split('rel="stylesheet" href="')[2].split('"')[0]
    status, headers, _ = get(portal, sheet, **{"Accept-Encoding": "br"})
    assert status == 200
    assert headers["content-encoding"] == "br"
    assert "immutable" in headers["cache-control"]


def test_admin_log_in_works_over_plain_http(portal: Served) -> None:
    status, headers, _ = get(portal, "/admin/login/?next=/admin/")
    assert (status, headers["location"]) == (302, "/account/log-in/?next=%2Fadmin%2F")
    status, headers, _ = get(portal, headers["location"])
    assert status == 200
    assert "strict-transport-security" not in headers
    assert "secure" not in headers["set-cookie"].lower()


def test_a_taken_port_is_said_so() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(CommandError, match="Set HOST or PORT"):
            refuse_taken("127.0.0.1", taken.getsockname()[1])


@pytest.mark.parametrize("text", ["0", "65536", "http", "-1", "８０００", ""])
def test_a_wrong_port_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("PORT", text)
    with pytest.raises(CommandError, match="PORT must be a number from 1 to 65535"):
        whole_number("PORT", "8000", most=65535)

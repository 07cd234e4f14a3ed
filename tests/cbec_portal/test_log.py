"""What the log holds: a line at most for each refusal, everything on a fault."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings

from tests.cbec_portal.test_database_files import asked, begin, served_with_token
from tests.serving import Served
from tests.templates import Templates


@pytest.fixture(scope="module")
def portal(
    tmp_path_factory: pytest.TempPathFactory, templates: Templates
) -> Iterator[tuple[Served, Path]]:
    folder = tmp_path_factory.mktemp("var")
    shutil.copyfile(templates.loaded(), folder / "portal.sqlite3")
    with served_with_token(folder, templates) as running:
        yield running


FORM = "application/x-www-form-urlencoded"
COOKIE = {"Cookie": f"csrftoken={'a' * 32}"}
#: What is refused: where it is sent, what with, under which headers, and with which status.
REFUSED = {
    "a foreign host": ("/", None, {"Host": "evil.example"}, 400),
    "a foreign host of the API": ("/api/v1/cities/", None, {"Host": "evil.example"}, 400),
    "a host over lines": ("/", None, {"Host": "evil.example\tx"}, 400),
    "a forged form": ("/account/log-in/", "username=a", {"Content-Type": FORM}, 403),
    "a forged form of a checklist": ("/checklists/start/", "a=b", {"Content-Type": FORM}, 403),
    "too many fields": (
        "/account/log-in/",
        "a=1&" * (settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1),
        {"Content-Type": FORM, **COOKIE},
        400,
    ),
    "a form without its boundary": (
        "/account/log-in/",
        "x",
        {"Content-Type": "multipart/form-data", **COOKIE},
        400,
    ),
    "a day that is none": ("/compare/?as_of=x", None, {}, 400),
    "a parameter that is none": ("/api/v1/cities/?x=y", None, {}, 400),
    "a page that is not there": ("/nowhere/%0a", None, {}, 404),
    "an address like a book": ("/" + "a" * 50_000, None, {}, 404),
    "a number that is none": ("/api/v1/cities/?limit=%00", None, {}, 400),
    "a token that is none": ("/api/v1/checklists/", None, {"Authorization": "Token x"}, 401),
    "a body that is none": ("/api/v1/checklists/", "{", {"Content-Type": "application/json"}, 401),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_is_a_line_at_most(portal: tuple[Served, Path], name: str) -> None:
    served, log = portal
    before = len(log.read_text().splitlines())
    path, body, headers, status = REFUSED[name]
    assert asked(served, path, body, **headers).status == status
    told = log.read_text().splitlines()[before:]
    assert len(told) <= 1
    assert all(len(line) < 1200 for line in told)
    assert not [line for line in told if " WARNING " not in line]


def test_a_fault_is_told_with_all_the_calls_that_led_to_it(portal: tuple[Served, Path]) -> None:
    served, log = portal
    with closing(sqlite3.connect(served.folder / "portal.sqlite3")) as own:
        own.execute(
            "CREATE TRIGGER fault BEFORE INSERT ON checklists_checklist"
            " BEGIN SELECT RAISE(ABORT, 'a fault'); END"
        )
    assert begin(served).status == 500
    told = log.read_text()
    assert " ERROR django.request: Internal Server Error: /api/v1/checklists/\nTraceback" in told
    assert "a fault" in told

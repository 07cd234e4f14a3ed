"""What starts wrongly ends in one line that says what to do."""

from __future__ import annotations

import ast
import shutil
import socket
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError
from django.db import OperationalError, ProgrammingError, connection

from cbec_portal import database_state, environment
from cbec_portal.management.commands import serve
from cbec_portal.secret_key import secret_key
from tests.serving import Served, refused, served
from tests.serving import environment as environment_of
from tests.templates import Templates, address_of, administer, copy_postgresql
from tests.zones.oracle import FIXTURES


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory, templates: Templates) -> Served:
    """A portal that was served once and has stopped."""
    folder = tmp_path_factory.mktemp("var")
    shutil.copyfile(templates.loaded(), folder / "portal.sqlite3")
    with served(folder, templates.static()) as running:
        pass
    return running


@pytest.fixture
def stopped(portal: Served, tmp_path: Path) -> Path:
    """A copy of its folder."""
    return Path(shutil.copytree(portal.folder, tmp_path / "var"))


def change(folder: Path, statement: str) -> None:
    with sqlite3.connect(folder / "portal.sqlite3") as database:
        database.execute(statement)
    database.close()


def test_a_lost_database_is_not_replaced_by_an_empty_one(stopped: Path) -> None:
    for file in stopped.glob("portal.sqlite3*"):
        file.unlink()
    told = refused(stopped)
    assert "is lost or empty, though there was one: restore it" in told
    assert "manage.py prepare" in told
    assert not list(stopped.glob("portal.sqlite3*"))


def test_a_named_database_is_never_filled_silently(stopped: Path) -> None:
    told = refused(stopped, DATABASE_URL=f"sqlite:///{stopped}/portl.sqlite3")
    assert "portl.sqlite3 is missing or empty. Is its name right (DATABASE_URL)?" in told
    assert not (stopped / "portl.sqlite3").exists()
    (stopped / "portl.sqlite3").touch()
    assert "missing or empty" in refused(stopped, DATABASE_URL=f"sqlite:///{stopped}/portl.sqlite3")


def test_another_version_of_the_tables_is_named(stopped: Path) -> None:
    change(stopped, "DELETE FROM django_migrations WHERE app = 'checklists'")
    assert "is of an older version. Back it up, then run:" in refused(stopped)
    change(
        stopped,
        "INSERT INTO django_migrations (app, name, applied) VALUES ('zones', '9999_later', '2031')",
    )
    assert "is of a newer version than this portal" in refused(stopped)


def test_missing_static_files_are_named(stopped: Path) -> None:
    sheet = next((stopped / "static").glob("cbec_portal/portal.*.css"))
    sheet.unlink()
    assert "Static files are missing" in refused(stopped)
    for damaged in ("{}", "no JSON", '{"paths": {}, "version": "9"}'):
        (stopped / "static" / "staticfiles.json").unlink()
        (stopped / "static" / "staticfiles.json").write_text(damaged)
        assert "manage.py collectstatic --noinput" in refused(stopped)
    (stopped / "static" / "staticfiles.json").unlink()
    assert "manage.py collectstatic --noinput" in refused(stopped)


def test_a_server_with_open_tracebacks_does_not_start(stopped: Path) -> None:
    assert "unset it to serve" in refused(stopped, DEBUG="1")


def test_a_database_that_cannot_be_reached_is_told_in_a_line(stopped: Path) -> None:
    told = refused(stopped, DATABASE_URL="postgres://nobody@127.0.0.1:1/nothing")
    assert "The database is busy or cannot be reached; see DATABASE_URL" in told
    assert "cannot be reached" in refused(
        stopped, "load_dataset", "fixtures", DATABASE_URL="postgres://nobody@127.0.0.1:1/nothing"
    )


def test_a_wrong_variable_is_told_in_a_line(stopped: Path) -> None:
    assert "DATABASE_URL must be like sqlite:" in refused(stopped, DATABASE_URL="portal")
    assert "PORT must be a number" in refused(stopped, PORT="http")


def test_a_folder_that_is_none_is_told_in_a_line(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    assert "CBEC_VAR: the folder" in refused(file)


def test_a_taken_port_is_said_so() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(CommandError, match="Set HOST or PORT"):
            serve._listening("127.0.0.1", taken.getsockname()[1])


@pytest.mark.parametrize("host", ["no.such.host.invalid", "192.0.2.1", "300.1.1.1", "a..b"])
def test_a_wrong_host_is_said_so(host: str) -> None:
    with pytest.raises(CommandError, match="Set HOST or PORT"):
        serve._listening(host, 0)


@pytest.mark.parametrize("text", ["0", "65536", "http", "-1", "８０００", "", "9" * 5000, "1.5"])
def test_a_wrong_number_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("PORT", text)
    with pytest.raises(ImproperlyConfigured, match="PORT must be a number from 1 to 65535"):
        environment.whole_number("PORT", 8000, most=65535)


@pytest.mark.parametrize(
    ("read", "text"),
    [
        *[
            (lambda: environment.database("X", ""), text)
            for text in ("portal", "mysql://a/b", "postgres://u@h:port/n", "postgres://u@h", "://")
        ],
        *[
            (lambda: environment.cache("X", ""), text)
            for text in (
                "redis",
                "memcache://h",
                "filecache:///var/cache",
                "redis://h:port/0",
                "http://h",
            )
        ],
        *[
            (lambda: environment.mail("X", ""), text)
            for text in ("mail.example.org", "http://h", "smtp://h:port", "imap://h")
        ],
        *[
            (lambda: environment.hosts("X", []), text)
            for text in ("http://a.example", "a b", "a.example/x", "a.example:80")
        ],
        *[(lambda: environment.flag("X"), text) for text in ("maybe", "2", "да")],
        *[(lambda: environment.secret("X"), text) for text in ("x", "secret", "a" * 31)],
        *[(lambda: environment.web_address("X", ""), text) for text in ("a.example", "ftp://a")],
        *[(lambda: environment.log_level("X", ""), text) for text in ("LOUD", "9")],
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, read: Any, text: str
) -> None:
    monkeypatch.setenv("X", text)
    with pytest.raises(ImproperlyConfigured, match="^X "):
        read()


def test_a_refused_address_does_not_tell_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", "mysql://root:hunter2@host/name")
    with pytest.raises(ImproperlyConfigured) as wrong:
        environment.database("X", "")
    assert "hunter2" not in str(wrong.value)


def test_an_empty_key_is_no_key(tmp_path: Path) -> None:
    (tmp_path / "key").touch()
    with pytest.raises(ImproperlyConfigured, match="is empty"):
        secret_key(tmp_path / "key")


@pytest.mark.parametrize("lost", ["policies.csv", "datapackage.json", "zones.csv", "templates.csv"])
def test_data_of_which_a_table_is_missing_or_empty_fill_no_database(
    tmp_path: Path, lost: str
) -> None:
    folder = Path(shutil.copytree(FIXTURES, tmp_path / "fixtures"))
    head = (folder / lost).read_text().splitlines()[0]
    (folder / lost).write_text(f"{head}\n")
    with pytest.raises(CommandError, match=lost):
        database_state.refuse_unwhole(folder)
    (folder / lost).unlink()
    with pytest.raises(CommandError, match=lost):
        database_state.refuse_unwhole(folder)


def test_the_data_that_come_along_are_whole() -> None:
    database_state.refuse_unwhole(FIXTURES)


def test_what_a_database_says_is_put_in_words() -> None:
    absent = OperationalError("no such table: zones_city")
    assert "manage.py prepare" in str(database_state.advice_on(absent))
    assert "no SQLite database" in str(
        database_state.advice_on(OperationalError("file is not a database"))
    )
    assert database_state.advice_on(ProgrammingError("syntax error")) is None


def test_two_nodes_prepare_one_new_database(
    django_db_setup: None, templates: Templates, tmp_path: Path
) -> None:
    """On PostgreSQL from nothing; on SQLite the tables are there, which take long to make."""
    name = f"{connection.settings_dict['NAME']}_new"
    if connection.vendor == "postgresql":
        copy_postgresql("template1", name)
        address = address_of(name)
    else:
        name = str(shutil.copyfile(templates.empty(), tmp_path / "new.sqlite3"))
        address = f"sqlite:///{name}"
    nodes = [
        subprocess.Popen(
            [sys.executable, "manage.py", "prepare"],
            cwd=settings.BASE_DIR,
            env=environment_of(tmp_path / f"node{number}", 1) | {"DATABASE_URL": address},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(2)
    ]
    told = [node.communicate(timeout=240) for node in nodes]
    assert [node.returncode for node in nodes] == [0, 0], told
    assert all("is ready." in said and not wrong for said, wrong in told)
    assert ["Published as revision 1." in said for said, _ in told].count(True) == 1
    if connection.vendor == "postgresql":
        administer(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.mark.django_db(transaction=True)
def test_of_two_that_prepare_one_database_the_second_waits() -> None:
    order: list[str] = []
    inside, go_on = threading.Event(), threading.Event()

    def first() -> None:
        with database_state._alone():
            order.append("first begins")
            inside.set()
            go_on.wait(20)
            order.append("first ends")
        connection.close()

    def second() -> None:
        with database_state._alone():
            order.append("second begins")
        connection.close()

    one, other = threading.Thread(target=first), threading.Thread(target=second)
    one.start()
    assert inside.wait(20)
    other.start()
    other.join(0.5)
    assert order == ["first begins"]
    go_on.set()
    one.join(20)
    other.join(20)
    assert order == ["first begins", "first ends", "second begins"]


#: What is free text: whatever is said there can be meant.
FREE = {"CBEC_CONTACT", "CBEC_MAIL_FROM"}
#: What can be said wrongly under each kind of name, with what Python reads and nobody means.
UNREADABLE = {
    "flag": ["x", "2", "да"],
    "whole_number": ["x", "0", "-1", "1.5", "1_000", "", "９"],
    "log_level": ["x", "9"],
    "web_address": ["x", "http://h:port", "http://h:99999"],
    "hosts": ["http://x", "a b"],
    "database": ["x"],
    "cache": ["x"],
    "mail": ["x"],
    "secret": ["x"],
    "folder": [str(Path(__file__))],
    "text": ["no such host"],
}


def said_in_the_environment() -> set[tuple[str, str]]:
    """The kind and the name of everything that is read of the environment."""
    found = set()
    for folder in ("cbec_portal", "zones", "checklists"):
        for module in Path(settings.BASE_DIR, folder).rglob("*.py"):
            for node in ast.walk(ast.parse(module.read_text())):
                match node:
                    case ast.Call(
                        ast.Attribute(ast.Name("environment"), kind), [ast.Constant(name), *_]
                    ):
                        found.add((kind, name))
    return found


def test_whatever_is_read_of_the_environment_is_refused_in_a_line(tmp_path: Path) -> None:
    said = said_in_the_environment()
    assert {("flag", "DEBUG"), ("whole_number", "WORKERS"), ("log_level", "LOG_LEVEL")} <= said
    assert {name for kind, name in said if kind == "text"} <= FREE | {"HOST", "DATABASE_URL"}
    for kind, name in sorted(said):
        if name not in FREE and (kind, name) != ("text", "DATABASE_URL"):
            told = refused(tmp_path, **{name: UNREADABLE[kind][0]})
            assert name in told, (name, told)


@pytest.mark.parametrize(
    ("kind", "text"),
    [(kind, text) for kind, texts in UNREADABLE.items() if kind != "text" for text in texts],
)
def test_what_is_unreadable_of_a_kind_is_refused(
    monkeypatch: pytest.MonkeyPatch, kind: str, text: str
) -> None:
    default: dict[str, Any] = {"whole_number": [1], "hosts": [[]], "flag": [], "secret": []}
    more = {"most": 9} if kind == "whole_number" else {}
    monkeypatch.setenv("X", text)
    with pytest.raises(ImproperlyConfigured, match="^X"):
        getattr(environment, kind)("X", *default.get(kind, [""]), **more)

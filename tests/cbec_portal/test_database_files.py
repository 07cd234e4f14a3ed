"""A database file that is put in the place of another, or taken away, and the log beside it."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple

import pytest
from django.conf import settings
from django.db.backends.sqlite3._functions import register

from cbec_portal.database_files import opening
from tests.serving import Served, environment, served
from tests.templates import Templates

Moved = Callable[[Path, Path], object]


def copied_anew(backup: Path, live: Path) -> None:
    live.unlink()
    shutil.copyfile(backup, live.with_suffix(".new"))
    live.with_suffix(".new").rename(live)


class Writers:
    """Processes of some threads each that write to a database."""

    def __init__(self, folder: Path, database: Path, *, processes: int = 2) -> None:
        self.told = folder / "told"
        with self.told.open("w") as told:
            self.processes = [
                subprocess.Popen(
                    [sys.executable, "-m", "tests.writers", "6"],
                    cwd=settings.BASE_DIR,
                    env=environment(folder, 1) | {"DATABASE_URL": f"sqlite:///{database}"},
                    stdin=subprocess.PIPE,
                    stderr=told,
                )
                for _ in range(processes)
            ]

    def kill(self) -> None:
        for process in self.processes:
            process.kill()
            process.communicate()


#: The groups that come with the portal, which no writer writes.
OF_PORTAL = ("analyst", "reviewer")


def written(database: Path) -> int:
    """How many rows the writers have written, asked as the portal asks."""
    with opening(str(database)), closing(sqlite3.connect(database, timeout=30)) as own:
        asked = f"SELECT count(*) FROM auth_group WHERE name NOT IN {OF_PORTAL}"
        count: int = own.execute(asked).fetchone()[0]
        return count


@pytest.mark.parametrize("put", [Path.rename, copied_anew])
def test_a_backup_put_in_place_under_writers_stays_whole(
    templates: Templates, tmp_path: Path, put: Moved
) -> None:
    live, backup = tmp_path / "portal.sqlite3", tmp_path / "backup.sqlite3"
    shutil.copyfile(templates.empty(), live)
    writers = Writers(tmp_path, live)
    try:
        for number in range(2):
            before = written(live)
            wait_until(lambda before=before: written(live) > before + 50)
            with closing(sqlite3.connect(live)) as own, closing(sqlite3.connect(backup)) as copy:
                own.backup(copy)
                copy.execute("DELETE FROM auth_group WHERE name LIKE 'backup%'")
                copy.execute("INSERT INTO auth_group (name) VALUES (?)", [f"backup {number}"])
                copy.commit()
            before = written(backup)
            wait_until(lambda before=before: written(live) > before + 50)
            put(backup, live)
            time.sleep(0.5)
    finally:
        writers.kill()
    with closing(sqlite3.connect(live)) as own:
        register(own)
        assert own.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        found = own.execute("SELECT name FROM auth_group WHERE name LIKE 'backup%'").fetchall()
    assert found == [("backup 1",)], writers.told.read_text()


def wait_until(found: Callable[[], bool]) -> None:
    end = time.monotonic() + 180
    while not found():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.fixture
def killed(templates: Templates, tmp_path: Path) -> tuple[Path, Path]:
    """A database whose writers were killed, with what they wrote last in its log alone; a backup
    of it from before.
    """
    live, backup = tmp_path / "portal.sqlite3", tmp_path / "backup.sqlite3"
    shutil.copyfile(templates.empty(), live)
    shutil.copyfile(templates.empty(), backup)
    writers = Writers(tmp_path, live, processes=1)
    try:
        wait_until(lambda: written(live) > 20)
    finally:
        writers.kill()
    assert Path(f"{live}-wal").stat().st_size
    return live, backup


def opened(database: Path) -> int:
    """How many rows a command of the portal finds that the writers have written."""
    told = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", COUNT],
        cwd=settings.BASE_DIR,
        env=environment(database.parent, 1) | {"DATABASE_URL": f"sqlite:///{database}"},
        capture_output=True,
        text=True,
        check=True,
    )
    return int(told.stdout)


#: How many groups there are beside those that come with the portal.
COUNT = f"""
from django.contrib.auth.models import Group
print(Group.objects.exclude(name__in={OF_PORTAL}).count())
"""


def test_what_a_killed_portal_wrote_last_is_kept(killed: tuple[Path, Path]) -> None:
    assert opened(killed[0]) > 20
    assert not list(killed[0].parent.glob("*-wal.*"))


def test_a_folder_that_is_copied_as_a_whole_keeps_its_log(
    killed: tuple[Path, Path], tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    for file in tmp_path.glob("portal.sqlite3*"):
        shutil.copyfile(file, tmp_path / "elsewhere" / file.name)
    assert opened(tmp_path / "elsewhere" / "portal.sqlite3") > 20


def copied_after_removing(backup: Path, live: Path) -> None:
    """As a file system likes it, under the same number as before."""
    live.unlink()
    shutil.copyfile(backup, live)


@pytest.mark.parametrize("put", [Path.rename, copied_after_removing])
def test_the_log_of_another_file_is_set_aside_at_the_start(
    killed: tuple[Path, Path], put: Moved
) -> None:
    live, backup = killed
    left = Path(f"{live}-wal").read_bytes()
    put(backup, live)
    assert opened(live) == 0
    (aside,) = live.parent.glob("*-wal.*")
    assert aside.read_bytes() == left
    assert opened(live) == 0


def test_a_process_whose_file_is_replaced_while_it_opens_it_ends_and_leaves_it_alone(
    killed: tuple[Path, Path],
) -> None:
    live, backup = killed
    before = backup.read_bytes()
    act = (
        "import sqlite3; from pathlib import Path; from cbec_portal.database_files import opening\n"
        f"with opening({str(live)!r}) as one:\n"
        f"    Path({str(backup)!r}).rename({str(live)!r})\n"
        "    own = sqlite3.connect(one.address, uri=True)\n"
        "    own.execute('SELECT * FROM sqlite_master').fetchall()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", act], cwd=settings.BASE_DIR, capture_output=True, check=False
    )
    assert done.returncode == 1
    assert b"was replaced while it was opened" in done.stderr
    assert live.read_bytes() == before
    assert opened(live) == 0


@pytest.fixture
def loaded(templates: Templates, tmp_path: Path) -> Path:
    """A folder with the data, and one user with a token to begin checklists with."""
    folder = tmp_path / "var"
    folder.mkdir()
    shutil.copyfile(templates.loaded(), folder / "portal.sqlite3")
    return folder


def begin(portal: Served) -> Answer:
    """Begin a checklist."""
    body = {"template": "import-1210-seller", "places": ["hangzhou"]}
    headers = {"Authorization": f"Token {portal.folder.joinpath('token').read_text()}"}
    return asked(
        portal,
        "/api/v1/checklists/",
        json.dumps(body),
        **headers,
        **{"Content-Type": "application/json"},
    )


def asked(portal: Served, path: str, body: str | None = None, **headers: str) -> Answer:
    """Ask once; give the status, the headers and what was said."""
    connection = HTTPConnection("127.0.0.1", portal.port, timeout=30)
    try:
        connection.request("GET" if body is None else "POST", path, body, headers)
        answer = connection.getresponse()
        return Answer(answer.status, dict(answer.getheaders()), answer.read().decode())
    finally:
        connection.close()


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    said: str

    def is_unavailable(self) -> bool:
        return self.status == 503 and int(self.headers["Retry-After"]) >= 10


@contextmanager
def served_with_token(folder: Path, templates: Templates) -> Iterator[tuple[Served, Path]]:
    """A portal, and the file of what it logs."""
    log = folder / "log"
    with log.open("w") as errors, served(folder, templates.static(), errors=errors) as portal:
        subprocess.run(
            [sys.executable, "manage.py", "shell", "-v0", "-c", TOKEN % str(folder / "token")],
            cwd=settings.BASE_DIR,
            env=environment(folder, 1),
            check=True,
        )
        yield portal, log


TOKEN = """
from pathlib import Path
from django.contrib.auth.models import User
from knox.models import AuthToken
Path(%r).write_text(AuthToken.objects.create(User.objects.create(username="ann"))[1])
"""


def test_a_file_that_is_gone_takes_no_writes_until_it_is_back(
    loaded: Path, templates: Templates
) -> None:
    live = loaded / "portal.sqlite3"
    with served_with_token(loaded, templates) as (portal, log):
        for _ in range(8):
            assert begin(portal).status == 201
        live.rename(loaded / "away")
        found = [begin(portal) for _ in range(8)]
        assert all(one.is_unavailable() for one in found), found
        assert found[0].headers["Content-Type"] == "application/problem+json"
        assert "database cannot be used now" in found[0].said
        page = asked(portal, "/")
        assert page.is_unavailable()
        assert "<h1>The database cannot be used now</h1>" in page.said
        assert not live.exists()
        (loaded / "away").rename(live)
        assert [begin(portal).status for _ in range(8)] == [201] * 8
    assert "portal.sqlite3 is gone" in log.read_text()
    assert len(log.read_text().splitlines()) <= 2  # one a worker
    with closing(sqlite3.connect(live)) as own:
        count = own.execute("SELECT count(*) FROM checklists_checklist").fetchone()
    assert count == (16,)


def damaged(file: Path) -> None:
    file.write_bytes(b"This is no database. " * 1000)


def empty(file: Path) -> None:
    file.touch()


def of_another(file: Path) -> None:
    with closing(sqlite3.connect(file)) as own:
        own.execute("CREATE TABLE other (words)")
        own.commit()


def of_another_version(file: Path) -> None:
    shutil.copyfile(file.with_name("kept"), file)
    with closing(sqlite3.connect(file)) as own:
        own.execute("ALTER TABLE zones_edition RENAME COLUMN number TO other")


def torn(file: Path) -> None:
    whole = file.with_name("kept").read_bytes()
    file.write_bytes(whole[:200_000])


def test_a_file_that_is_no_database_of_the_portal_is_told_so(
    loaded: Path, templates: Templates
) -> None:
    live, kept, other = (loaded / name for name in ("portal.sqlite3", "kept", "other"))
    with served_with_token(loaded, templates) as (portal, log):
        for spoil in (damaged, empty, of_another, of_another_version, torn):
            shutil.copyfile(templates.loaded(), kept)
            spoil(other)
            before = len(log.read_text().splitlines())
            other.rename(live)
            for _ in range(4):
                page, problem = asked(portal, "/cities/"), asked(portal, "/api/v1/cities/")
                assert page.is_unavailable(), (spoil, page)
                assert problem.is_unavailable(), (spoil, problem)
                assert problem.headers["Content-Type"] == "application/problem+json"
                assert "The database cannot be used now" in page.said
            kept.rename(live)
            assert [asked(portal, "/cities/").status for _ in range(4)] == [200] * 4, spoil
            lines = log.read_text().splitlines()[before:]
            told = [line for line in lines if "The database cannot be used" in line]
            assert len(told) <= 2 * len({line.split("used. ")[1] for line in told}), told
            assert not [line for line in lines if "Service Unavailable" in line]
    assert "The database cannot be used" in log.read_text()


def test_a_portal_that_was_stopped_leaves_no_log_beside_its_database(
    loaded: Path, templates: Templates
) -> None:
    """So that a backup can be put in its place with whatever means."""
    with served_with_token(loaded, templates) as (portal, _log):
        assert begin(portal).status == 201
        assert (loaded / "portal.sqlite3-wal").exists()
    assert not list(loaded.glob("portal.sqlite3-wal*"))
    assert not list(loaded.glob("portal.sqlite3-shm"))
    shutil.copyfile(templates.loaded(), loaded / "portal.sqlite3")
    assert opened(loaded / "portal.sqlite3") == 0

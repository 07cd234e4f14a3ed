"""Under what tests run: the real dataset, fast hashing, static files without a manifest."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from _pytest.python import pytest_pyfunc_call as call_test
from django.db import connection, connections
from django.template import engines
from django.template.base import Template
from django.test import Client, TestCase, TransactionTestCase, override_settings
from django.utils import translation
from django.utils.safestring import SafeString
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_static.models import StaticDevice
from hypothesis import HealthCheck
from hypothesis import settings as properties

from cbec_portal.accounts.second_factor import OWED
from cbec_portal.stack_room import with_room
from tests.examples import OPTION, SEED, Examples, parted
from tests.templates import (
    WORKER,
    Templates,
    drop_template,
    empty_elsewhere,
    own_database,
    worker_database,
)

# Those need Chromium, whose path `make test-browser` gives.
collect_ignore = [] if os.environ.get("CBEC_BROWSER") else ["browser"]

# A hundred processes read the same modules: one compiles them for all, whatever the machine says.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# How fast a property is tried says how busy the machine is, not whether it holds.
properties.register_profile(
    "unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
properties.load_profile("unhurried")


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of a run share, new for each run."""
    own = tmp_path_factory.getbasetemp()
    return own if WORKER == "alone" else own.parent


@pytest.fixture(scope="session")
def templates(run_folder: Path) -> Templates:
    """Databases to copy: an empty one and one with the dataset."""
    return Templates(run_folder)


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, run_folder: Path, templates: Templates
) -> Iterator[None]:
    """Give the worker a database with the dataset.

    A test's changes are rolled back; those of a test with real commits are copied over, which takes
    a tenth of a second, where emptying all tables would lose the dataset.
    """
    flush = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]
    check = TestCase._should_check_constraints  # type: ignore[attr-defined]

    def refill(case: TransactionTestCase) -> None:
        connections.close_all()
        own.fill()

    def has_written(case: TestCase, one: Any) -> bool:
        # SQLite looks at every reference of every table, which most tests leave alone.
        return check(case, one) and (one.vendor != "sqlite" or _changes_of(one) != _before)

    with worker_database(templates, run_folder) as own:
        TransactionTestCase._fixture_teardown = refill  # type: ignore[attr-defined]
        TestCase._should_check_constraints = has_written  # type: ignore[attr-defined]
        yield
        TransactionTestCase._fixture_teardown = flush  # type: ignore[attr-defined]
        TestCase._should_check_constraints = check  # type: ignore[attr-defined]


@pytest.fixture
def empty_database(templates: Templates, tmp_path: Path) -> Path:
    """A SQLite file of the test's own with every table and no row."""
    return Path(shutil.copyfile(templates.empty(), tmp_path / "own.sqlite3"))


@pytest.fixture
def elsewhere(templates: Templates, tmp_path: Path) -> Callable[[], AbstractContextManager[None]]:
    """Where a test can restore: ``with elsewhere():`` everything is done in an empty database of
    the kind that settings name.
    """
    return partial(empty_elsewhere, templates, tmp_path)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run tell fewer examples of each test."""
    parser.addoption(
        OPTION,
        type=Examples,
        choices=list(Examples),
        default=Examples.ALL,
        help="of each test all examples, a few, or the last",
    )
    parser.addoption(SEED, default="", help="what an example of a few is drawn by")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave examples out where that is asked for, and tell how many."""
    items[:], left_out = parted(items, config.getoption(OPTION), config.getoption(SEED))
    if left_out:
        config.hook.pytest_deselected(items=left_out)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Look for garbage seldom and never among imports, else it takes a tenth of a run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> object:
    """Call a test as ever, with room on the stack."""
    return with_room(partial(call_test, pyfuncitem))


_preparing: list[Thread] = []


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Load the dataset while the workers import and collect.

    Should that fail, the first worker to need it tries again and tells of it.
    """
    config: Any = session.config
    if config.getoption("dist", "no") != "no" and not hasattr(config, "workerinput"):
        folder = config._tmp_path_factory.getbasetemp()
        own = own_database(Templates(folder), folder)
        _preparing.append(Thread(target=partial(_try, own.prepare)))
        _preparing[0].start()


def _try(prepare: Callable[[], None]) -> None:
    with suppress(subprocess.CalledProcessError):
        prepare()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Drop what the workers shared, once they are done."""
    for one in _preparing:
        one.join()
    if not hasattr(session.config, "workerinput"):
        drop_template()


#: How a template is made into text, where nobody asks what it was made of.
unasked = Template._render


@pytest.fixture(scope="session", autouse=True)
def _contexts_of_pages_alone(django_test_environment: None) -> None:
    """Keep the context that a page was made of, and no copy of it for each of its hundred parts."""
    asked = Template._render

    def render(template: Template, context: Any) -> SafeString:
        return (asked if context.template is template else unasked)(template, context)

    Template._render = render


@pytest.fixture(scope="session", autouse=True)
def _plain_settings() -> Iterator[None]:
    """What all tests are run under, said once: who hears of settings hears of each in turn."""
    with override_settings(
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        WHITENOISE_AUTOREFRESH=True,
        # What was made for one test is not what another asks for: editions are taken back with it.
        KEPT_PAGE_BYTES=0,
        STORAGES={
            "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
    ):
        yield


@pytest.fixture(autouse=True)
def _in_english() -> None:
    translation.activate("en")  # what a test before asked for stays active


@pytest.fixture(autouse=True)
def _plain_blanks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let variables that are missing be blank at once where that is no failure.

    The admin's own templates have many, and finding out for each where it is missing, only to
    leave it blank, takes a tenth of a second.
    """
    if request.node.get_closest_marker("ignore_template_errors"):
        monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "")


_before: tuple[object, int] | None = None


@pytest.fixture(autouse=True)
def _count_changes() -> None:
    global _before  # one test runs at a time
    _before = _changes_of(connection) if connection.vendor == "sqlite" else None


def _changes_of(one: Any) -> tuple[object, int] | None:
    """Return a connection, which may be another later, and how many rows it has changed."""
    return (one.connection, one.connection.total_changes) if one.connection else None


@pytest.fixture
def admin_client(admin_user: Any) -> Client:
    """A superuser's browser, with the second factor given."""
    client = Client()
    log_in_staff(client, admin_user)
    return client


def log_in_staff(client: Client, user: Any) -> None:
    """Log one of staff in, with the second factor given."""
    client.force_login(user)
    device, _new = StaticDevice.objects.get_or_create(user=user, name="recovery")
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.pop(OWED)
    session.save()

"""Work that is done in a process of its own."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from cbec_portal.own_process import in_own_process
from tests.zones.oracle import FIXTURES

WAITING = """
import os, sys, time
from cbec_portal.own_process import in_own_process
def work():
    print(os.getpid(), flush=True)
    time.sleep(60)
in_own_process(work)
"""


def run(program: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", program]
    given = {"cwd": FIXTURES.parent, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, text=True, **given)  # type: ignore[call-overload, no-any-return]


def test_what_it_makes_stays_with_it(tmp_path: Path) -> None:
    made: list[int] = []
    file = tmp_path / "made"

    def work() -> None:
        made.append(1)
        file.write_text("made")

    in_own_process(work)
    assert file.read_text() == "made"
    assert not made


def test_what_fails_there_is_told_once_and_ends_this_one_too() -> None:
    program = """
import sys
from cbec_portal.own_process import in_own_process
in_own_process(lambda: sys.exit("It failed."))
print("It went on.")
"""
    told, wrong = (process := run(program)).communicate()
    assert (told, wrong, process.returncode) == ("", "It failed.\n", 1)


@pytest.mark.skipif(sys.platform != "linux", reason="It looks whether a process is there.")
def test_it_ends_with_the_one_that_waits_for_it_even_where_that_is_killed() -> None:
    with run(WAITING) as process:
        assert process.stdout is not None
        child = Path(f"/proc/{int(process.stdout.readline())}")
        process.kill()
        until = time.monotonic() + 20
        while child.exists() and time.monotonic() < until:
            time.sleep(0.05)
        assert not child.exists()

"""The portal in a process of its own, as a visitor starts it, on a free port."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from django.conf import settings


@dataclass(frozen=True)
class Served:
    """A running portal: its port, its folder of local files, and what it printed."""

    port: int
    folder: Path
    told: str
    pid: int = 0

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def workers(self) -> list[int]:
        """The processes that answer."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        return sorted(map(int, children.split()))

    def manage(self, *arguments: str) -> None:
        subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=settings.BASE_DIR,
            env=environment(self.folder, self.port),
            check=True,
        )


@contextmanager
def served(
    folder: Path, static: Path, *, port: int = 0, errors: TextIO | None = None, **more: str
) -> Iterator[Served]:
    """Serve from a folder, the real data if it is empty, until the end of the block.

    Static files are those of another folder: to link them takes no time.
    """
    portal = Served(port or free_port(), folder, "")
    if not (folder / "static").exists():
        shutil.copytree(static, folder / "static", copy_function=os.link)
    process = subprocess.Popen(
        [sys.executable, "manage.py", "serve"],
        cwd=settings.BASE_DIR,
        env=environment(folder, portal.port) | more,
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
    )
    assert process.stdout is not None
    try:
        told = ""
        while "createsuperuser" not in told:
            line = process.stdout.readline()
            assert line, told
            told += line
        wait_for(portal.port)
        yield Served(portal.port, folder, told, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        process.stdout.close()


def environment(folder: Path, port: int) -> dict[str, str]:
    own = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "SECRET_KEY"}}
    return own | {"CBEC_VAR": str(folder), "PORT": str(port)}


def refused(folder: Path, *arguments: str, **more: str) -> str:
    """What a command says that ends at once, in one line and not well."""
    done = subprocess.run(
        [sys.executable, "manage.py", *(arguments or ("serve",))],
        cwd=settings.BASE_DIR,
        env=environment(folder, free_port()) | more,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode != 0, done.stdout
    assert "Traceback" not in done.stderr
    (line,) = done.stderr.strip().splitlines()
    return line


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(port: int) -> None:
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the server does not listen")

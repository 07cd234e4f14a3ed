"""The portal in a process of its own, as a visitor starts it, on a free port."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True)
class Served:
    """A running portal: its port, its folder of local files, and what it printed."""

    port: int
    folder: Path
    told: str

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def manage(self, *arguments: str) -> None:
        subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=settings.BASE_DIR,
            env=environment(self.folder, self.port),
            check=True,
        )


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    """Serve the real data from an empty folder until the end of the block."""
    port = free_port()
    portal = Served(port, folder, "")
    portal.manage("collectstatic", "--noinput", "-v0")
    process = subprocess.Popen(
        [sys.executable, "manage.py", "serve"],
        cwd=settings.BASE_DIR,
        env=environment(folder, port),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    told = ""
    while "createsuperuser" not in told:
        line = process.stdout.readline()
        assert line, told
        told += line
    wait_for(port)
    try:
        yield Served(port, folder, told)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        process.stdout.close()


def environment(folder: Path, port: int) -> dict[str, str]:
    own = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "SECRET_KEY"}}
    return own | {"CBEC_VAR": str(folder), "PORT": str(port)}


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

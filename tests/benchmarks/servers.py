"""Servers under measurement, two workers each, all up during a run."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[2]
WORKERS = "2"
#: Of each worker of a peer.
THREADS = 2 * (os.cpu_count() or 1) + 1


@dataclass(frozen=True)
class Server:
    """A running server."""

    name: str
    port: int
    pid: int

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def worker_memory(self) -> list[int]:
        """Resident memory of each worker, in MiB, largest first."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        sizes = []
        for child in children:
            status = Path(f"/proc/{child}/status").read_text()
            line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
            sizes.append(int(line.split()[1]) // 1024)
        return sorted(sizes, reverse=True)


#: Name, interface and application of each server; the portal as it serves itself.
APPLICATIONS = [
    ("portal", "own", ""),
    ("plain DRF", "wsgi", "tests.benchmarks.plain_drf:application"),
    ("Datasette", "asgi", "tests.benchmarks.datasette_app:application"),
    ("bare WSGI", "wsgi", "tests.benchmarks.bare:application"),
]


@contextmanager
def all_up(database: Path) -> Iterator[dict[str, Server]]:
    """Start every server on a database and stop them in the end."""
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(_up(name, interface, application, database))
            for name, interface, application in APPLICATIONS
        }


@contextmanager
def _up(name: str, interface: str, application: str, database: Path) -> Iterator[Server]:
    port = _free_port()
    command = [sys.executable, "manage.py", "serve"]
    if interface != "own":
        command = [sys.executable, "-m", "granian", "--interface", interface, "--port", str(port)]
        command += ["--workers", WORKERS, "--no-ws", "--log-level", "warning"]
        command += ["--blocking-threads", str(THREADS)] if interface == "wsgi" else []
        command += [application]
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{database}",
        "BENCHMARK_DATABASE": str(database),
        "PYTHONPATH": str(ROOT),
        "PORT": str(port),
        "WORKERS": WORKERS,
    }
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        _wait_for(port, process)
        yield Server(name, port, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(240):
        if process.poll() is not None:
            raise SystemExit(f"A server ended at once: {process.args!r}")
        try:
            with urlopen(f"http://127.0.0.1:{port}/", timeout=5):
                return
        except URLError as wrong:
            if "HTTP Error" in str(wrong):
                return
        except (TimeoutError, ConnectionError):
            pass
        time.sleep(0.25)
    raise SystemExit(f"A server did not answer in a minute: {process.args!r}")

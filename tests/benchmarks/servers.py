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

    def cpu_seconds(self) -> float:
        """Seconds of the processor's time that it and its workers have spent."""
        ticks = sum(_ticks(pid) for pid in (self.pid, *self._workers()))
        return ticks / os.sysconf("SC_CLK_TCK")

    def _workers(self) -> list[int]:
        told = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text()
        return [int(child) for child in told.split()]

    def worker_memory(self) -> list[int]:
        """Resident memory of each worker, in MiB, largest first."""
        sizes = []
        for child in self._workers():
            status = Path(f"/proc/{child}/status").read_text()
            line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
            sizes.append(int(line.split()[1]) // 1024)
        return sorted(sizes, reverse=True)


#: The settings of the portal under which each page is made anew.
UNCACHED = "tests.benchmarks.settings_uncached"
#: Name, interface and application, or settings, of each server; the portal as it serves itself.
APPLICATIONS = [
    ("portal", "own", UNCACHED),
    ("portal, kept", "own", "cbec_portal.settings"),
    ("plain DRF", "wsgi", "tests.benchmarks.plain_drf:application"),
    ("Datasette", "asgi", "tests.benchmarks.datasette_app:application"),
    ("bare WSGI", "wsgi", "tests.benchmarks.bare:application"),
]


@contextmanager
def all_up(database: Path) -> Iterator[dict[str, Server]]:
    """Start every server on a database and stop them in the end."""
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(up(name, interface, application, database))
            for name, interface, application in APPLICATIONS
        }


@contextmanager
def up(name: str, interface: str, application: str, database: Path) -> Iterator[Server]:
    """Start a server on a database, and stop it in the end."""
    port = _free_port()
    command = [sys.executable, "manage.py", "serve"]
    if interface != "own":
        command = [sys.executable, "-m", "granian", "--interface", interface, "--port", str(port)]
        command += ["--workers", WORKERS, "--no-ws", "--log-level", "warning"]
        command += ["--blocking-threads", str(THREADS)] if interface == "wsgi" else []
        command += [application]
    settings = {"DJANGO_SETTINGS_MODULE": application} if interface == "own" else {}
    environment = {
        **os.environ,
        **settings,
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


def _ticks(pid: int) -> int:
    """What a process has spent, in user mode and in the kernel, behind the name in brackets."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


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

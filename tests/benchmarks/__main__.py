"""``make bench``: load the data at both sizes, ask all servers the same, write the table."""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from urllib.request import Request, urlopen

import django

from tests.benchmarks.change_set import write as write_change_set
from tests.benchmarks.checklists import write as write_checklists
from tests.benchmarks.questions import Questions, questions
from tests.benchmarks.servers import ROOT, Server, all_up

HUNDREDFOLD = 21_000
TABLE = ROOT / "docs" / "benchmarks.md"
START, END = "<!-- measured -->\n", "<!-- end -->\n"
CONNECTIONS = 4
#: What resolves all cities is asked by no more connections than a process lets wait their turn.
DEAR, FEWER = ("profiles",), 2


@dataclass
class Size:
    """What was measured at one size of data."""

    name: str
    rows: int = 0
    policies: int = 0
    load_seconds: float = 0.0
    speed: dict[tuple[str, str], float] = field(default_factory=dict)
    body: dict[str, int] = field(default_factory=dict)
    wire: dict[str, int] = field(default_factory=dict)
    memory: int = 0


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--seconds", type=int, default=4, help="of each of the rounds")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=["1x", "100x"])
    parser.add_argument("--keep", type=Path, help="a folder for the databases, used again")
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        raise SystemExit("The load generator is missing: apt-get install wrk")
    folder = options.keep or Path(tempfile.mkdtemp(prefix="cbec-bench-"))
    folder.mkdir(exist_ok=True)
    try:
        sizes = [
            _measure(name, policies, folder, options.rounds, options.seconds)
            for name, policies in (("1x", 0), ("100x", HUNDREDFOLD))
            if options.only in (None, name)
        ]
    finally:
        if options.keep is None:
            shutil.rmtree(folder)
    told = _table(sizes)
    sys.stdout.write(told)
    if options.only is None:
        text = TABLE.read_text(encoding="utf-8")
        before, rest = text.split(START)
        TABLE.write_text(f"{before}{START}{told}{END}{rest.split(END)[1]}", encoding="utf-8")
        write_checklists(TABLE)
        write_change_set(TABLE)


def _measure(name: str, policies: int, folder: Path, rounds: int, seconds: int) -> Size:
    size = Size(name)
    database = folder / f"bench{name}.sqlite3"
    _load(size, database, policies, folder)
    with sqlite3.connect(database) as connection:
        (size.rows,) = connection.execute("SELECT count(*) FROM zones_inforce").fetchone()
        (size.policies,) = connection.execute("SELECT count(*) FROM zones_policy").fetchone()
    with all_up(database) as servers:
        asked = questions(database.stem)
        _check_agreement(servers, asked)
        for kind, by_server in asked.items():
            size.body[kind] = _mean_size(servers["portal"], by_server["portal"])
            size.wire[kind] = _mean_size(servers["portal"], by_server["portal"], "gzip")
            by_server["bare WSGI"] = [f"/{size.body[kind]}"]
        rates: dict[tuple[str, str], list[float]] = {}
        for turn in range(rounds + 1):
            for kind, by_server in asked.items():
                for server, paths in by_server.items():
                    connections = FEWER if kind.startswith(DEAR) else CONNECTIONS
                    rate = ask(servers[server], paths, folder, seconds, connections)
                    if turn:  # the first round warms up
                        rates.setdefault((kind, server), []).append(rate)
                    _tell(f"{name} round {turn} {kind:24} {server:12} {rate:9.1f}/s")
        size.speed = {key: median(found) for key, found in rates.items()}
        size.memory = servers["portal"].worker_memory()[0]
    return size


def _load(size: Size, database: Path, policies: int, folder: Path) -> None:
    seconds = database.with_suffix(".seconds")
    if database.exists() and seconds.exists():
        size.load_seconds = float(seconds.read_text())
        return
    source = ROOT / "fixtures"
    if policies:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cbec_portal.settings")
        django.setup()
        from tests.benchmarks.generator import generate

        source = folder / "dataset"
        shutil.rmtree(source, ignore_errors=True)
        generate(source, policies=policies)
    database.unlink(missing_ok=True)
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{database}"}
    manage = [sys.executable, "manage.py"]
    subprocess.run([*manage, "migrate", "-v0"], cwd=ROOT, env=environment, check=True)
    start = time.perf_counter()
    load = [*manage, "load_dataset", str(source), "-v0"]
    subprocess.run(load, cwd=ROOT, env=environment, check=True)
    size.load_seconds = time.perf_counter() - start
    seconds.write_text(str(size.load_seconds))
    _tell(f"{size.name} loaded in {size.load_seconds:.1f} s")


def _check_agreement(servers: dict[str, Server], asked: Questions) -> None:
    """The peers answer the same cells, or the comparison of speeds means nothing."""
    kind = asked["compare 4 cities"]
    for portal, plain, canned in list(zip(*kind.values(), strict=True))[:5]:
        cells = [cell for row in _json(servers["portal"], portal)["rows"] for cell in row["cells"]]
        ours = sorted(cell["policy"] for cell in cells if cell["policy"])
        drf = sorted(row["policy"]["identity"] for row in _json(servers["plain DRF"], plain))
        datasette = sorted(row["identity"] for row in _json(servers["Datasette"], canned))
        if not ours == drf == datasette:
            raise SystemExit(f"The servers disagree about {portal}")


def _json(server: Server, path: str):  # type: ignore[no-untyped-def]
    with urlopen(server.url(path), timeout=60) as answer:
        return json.load(answer)


def _mean_size(server: Server, paths: list[str], encoding: str = "identity") -> int:
    """How many bytes of a body are sent, as it is or compressed."""
    sizes = []
    for path in paths[:20]:
        asked = Request(server.url(path), headers={"Accept-Encoding": encoding})
        with urlopen(asked, timeout=60) as answer:
            sizes.append(len(answer.read()))
    return sum(sizes) // len(sizes)


def ask(server: Server, paths: list[str], folder: Path, seconds: int, connections: int) -> float:
    """Answers to some connections for each second of the processor's time that the server spends.

    By the clock a figure would be of all that the machine does meanwhile.
    """
    listed = folder / "paths.txt"
    listed.write_text("\n".join(paths) + "\n")
    script = ROOT / "tests" / "benchmarks" / "pick.lua"
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s"]
    spent = server.cpu_seconds()
    told = subprocess.run(
        [*command, "-s", str(script), server.url(""), "--", str(listed)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    spent = server.cpu_seconds() - spent
    if "Non-2xx" in told or "Socket errors" in told:
        raise SystemExit(f"{server.name} failed on {paths[0]}:\n{told}")
    answers = re.search(r"(\d+) requests in", told)
    return int(answers[1]) / spent if answers and spent else 0.0


def _table(sizes: list[Size]) -> str:
    """Answers to a second of the processor's time, and each as a multiple of its peers'."""
    lines = []
    for size in sizes:
        lines += [
            f"### {size.name}: {size.policies:,} policies, {size.rows:,} rows in force",
            "",
            f"Loaded in {size.load_seconds:.1f} s; largest worker of the portal after the run "
            f"{size.memory} MiB.",
            "",
            "| answer (its mean size, and compressed) | portal | kept | plain DRF | Datasette "
            "| bare WSGI | portal / Datasette | portal / plain DRF | portal / bare "
            "| kept / portal |",
            f"| {' | '.join(['---'] * 10)} |",
        ]
        for kind, bytes_ in size.body.items():
            shown_servers = ("portal", "portal, kept", "plain DRF", "Datasette")
            rates = {s: size.speed.get((kind, s)) for s in shown_servers}
            bare, kept = size.speed[kind, "bare WSGI"], rates["portal, kept"]
            ours = rates["portal"] or 0.0
            shown = [f"{rate:,.1f}" if rate else "" for rate in (*rates.values(), bare)]
            ratios = [
                f"{ours / rate:.2f}" if rate else ""
                for rate in (rates["Datasette"], rates["plain DRF"], bare)
            ]
            ratios.append(f"{kept / ours:.0f}" if kept and ours else "")
            sent = f"{bytes_ / 1000:,.0f} kB, {size.wire[kind] / 1000:,.0f} kB"
            lines.append(f"| {kind} ({sent}) | {' | '.join(shown + ratios)} |")
        lines.append("")
    if len(sizes) > 1:
        lines += _growth(*sizes)
    return "\n".join(lines) + "\n"


def _growth(small: Size, large: Size) -> list[str]:
    """How much slower and how much longer each answer of the portal is with more data."""
    lines = [
        f"### The portal at {large.name} beside {small.name}",
        "",
        "| answer | times slower | times longer |",
        "| --- | --- | --- |",
    ]
    for kind, bytes_ in small.body.items():
        slower = small.speed[kind, "portal"] / large.speed[kind, "portal"]
        longer = large.body[kind] / bytes_
        lines.append(f"| {kind} | {slower:.1f} | {longer:.1f} |")
    return [*lines, ""]


def _tell(line: str) -> None:
    sys.stderr.write(line + "\n")


if __name__ == "__main__":
    main()

"""``python -m tests.benchmarks.pages FOLDER``: every public page at both sizes, into the table.

``FOLDER`` has the databases that ``make bench`` keeps when told ``--keep FOLDER``.
"""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import django

from tests.benchmarks.servers import ROOT

TABLE = ROOT / "docs" / "benchmarks.md"
START, END = "<!-- pages -->\n", "<!-- end of pages -->\n"
#: Pages and pictures; tables that are taken along are as long as what they hold.
SHOWN = ("/", ".svg")
#: First in one language, then in the other: what is read once for an edition is known by then.
LANGUAGES = {"first": "en", "again": "zh-hans"}


def measured() -> dict[str, dict[str, list[int]]]:
    """Milliseconds of the processor, bytes and bytes compressed of each page, in this process."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cbec_portal.settings")
    django.setup()
    from django.test import Client

    from tests.addresses import public_addresses

    client = Client(headers={"Accept-Encoding": "gzip"}, SERVER_NAME="127.0.0.1")
    found = {}
    client.get("/about/parts/")  # what the first answer of a process brings is not a page's
    for address in public_addresses():
        path = address.partition("?")[0]
        if path.startswith("/api/") or not path.endswith(SHOWN):
            continue
        found[address] = {turn: _asked(client, address, own) for turn, own in LANGUAGES.items()}
    return found


def _asked(client: Any, address: str, language: str) -> list[int]:
    joined = "&" if "?" in address else "?"
    began = time.process_time()
    answer = client.get(f"{address}{joined}lang={language}")
    body = answer.getvalue()
    spent = time.process_time() - began
    if answer.status_code != 200:
        raise SystemExit(f"{address}: {answer.status_code}")
    sent = len(body)
    if answer.headers.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    return [round(spent * 1000), len(body), sent]


def table(folder: Path) -> str:
    """Measure at each size in a process of its own, as rows of a table."""
    sizes = []
    for name in ("1x", "100x"):
        told = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.pages"],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": f"sqlite:///{folder}/bench{name}.sqlite3"},
            check=True,
            capture_output=True,
            text=True,
        )
        sizes.append(json.loads(told.stdout))
    small, large = sizes
    lines = [
        "| page | 1x: ms first, again | kB | sent | 100x: ms first, again | kB | sent |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    lines += [f"| `{one}` | {_row(small[one])} | {_row(large[one])} |" for one in small]
    return "\n".join(lines) + "\n"


def _row(page: dict[str, list[int]]) -> str:
    (first, body, sent), (again, _, _) = page["first"], page["again"]
    return f"{first:,}, {again:,} | {body / 1000:,.0f} | {sent / 1000:,.0f}"


if __name__ == "__main__":
    if len(sys.argv) == 1:
        sys.stdout.write(json.dumps(measured()))
    else:
        told = table(Path(sys.argv[1]).resolve())
        text = TABLE.read_text(encoding="utf-8")
        before, rest = text.split(START)
        TABLE.write_text(f"{before}{START}{told}{END}{rest.split(END)[1]}", encoding="utf-8")

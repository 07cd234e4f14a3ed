"""``python -m tests.benchmarks.memory DATABASE``: how much the portal's workers hold at the start,
and after every kind of question of the benchmark, without its peers.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.__main__ import CONNECTIONS, DEAR, FEWER, ask
from tests.benchmarks.questions import questions
from tests.benchmarks.servers import UNCACHED, up


def main() -> None:
    """Ask, and tell the resident memory of each worker, largest first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", type=Path, help="an SQLite file with the data")
    parser.add_argument("--seconds", type=int, default=2, help="of each kind in each round")
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        up("portal", "own", UNCACHED, options.database.absolute()) as portal,
    ):
        sys.stdout.write(f"at the start: {portal.worker_memory()} MiB\n")
        for turn in range(options.rounds):
            for kind, by_server in questions(options.database.stem).items():
                connections = FEWER if kind.startswith(DEAR) else CONNECTIONS
                rate = ask(portal, by_server["portal"], Path(folder), options.seconds, connections)
                told = f"{rate:7.1f}/s, {portal.worker_memory()} MiB"
                sys.stdout.write(f"round {turn + 1} {kind:26} {told}\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()

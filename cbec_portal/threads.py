"""How many threads of a worker there are to share."""

from __future__ import annotations

import os

#: Threads of a process that work on requests.
THREADS = max(6, 2 * (os.cpu_count() or 1) + 2)

"""Libraries that another loads because they are there, though nothing here asks it for them."""

from __future__ import annotations

import sys
from importlib import import_module

#: What Django REST framework brings along for fields of PostgreSQL, for a client of tests and for
#: pages to browse an API by, none of which there is; the driver of PostgreSQL alone takes 10 MB of
#: each worker that has SQLite. By the module that loads them.
UNUSED = {"rest_framework.compat": ("django.contrib.postgres.fields", "requests", "pygments")}


def spare() -> None:
    """Load what would load them as where they are missing; whoever else asks for them has them."""
    for module, unused in UNUSED.items():
        absent = [name for name in unused if name not in sys.modules]
        sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]  # none is: not to be found
        try:
            import_module(module)
        finally:
            for name in absent:
                del sys.modules[name]

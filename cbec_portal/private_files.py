"""Files of the portal that hold passwords, checklists and mails: nobody else's on the machine."""

from __future__ import annotations

import stat
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.db import connection

OTHERS = stat.S_IRWXO
BESIDE = ("", "-wal", "-shm", "-file")


def keep_private() -> None:
    """Close what earlier versions left open to everyone: the folder, and a database in a file.

    A folder that somebody named is theirs.
    """
    if settings.VAR_DIR == settings.BASE_DIR / "var":
        close_to_others(settings.VAR_DIR)
    if connection.vendor == "sqlite":
        for name in BESIDE:
            close_to_others(Path(f"{connection.settings_dict['NAME']}{name}"))


def close_to_others(path: Path) -> None:
    """Let others do nothing with a file, and its group only what it may beyond them: that somebody
    wanted.
    """
    with suppress(OSError):  # it is not there, or another's
        mode = stat.S_IMODE(path.stat().st_mode)
        others = mode & OTHERS
        if others:
            group = 0 if (mode >> 3) & OTHERS == others else mode & stat.S_IRWXG
            path.chmod(mode & ~(stat.S_IRWXG | OTHERS) | group)

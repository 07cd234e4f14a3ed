"""What a file was made from: a dump says it, and a load of the file is held against it.

Whoever edits a dump does not know what others publish meanwhile. A row that only the file changed
is applied, one that was only changed here stays, and one that both changed is refused.
"""

from __future__ import annotations

import json
from pathlib import Path
from types import NoneType
from typing import Any, NamedTuple

from django.db.models import Max

from zones.dataset.alias_table import Renamed, with_keys_of_today
from zones.dataset.problems import Problem, Problems
from zones.dataset.table import Base, Cells, Changes, Key, Table
from zones.models import Edit, Edition, Revision

PACKAGE = "datapackage.json"


class Stamp(NamedTuple):
    """What the database held when it was read: whoever writes later looks whether it still does."""

    edition: int
    base: Base


def stamp() -> Stamp:
    """What the database holds now."""
    edition = Edition.objects.filter(pk=1).values_list("number", flat=True).first()
    revision = Revision.objects.aggregate(newest=Max("number"))["newest"]
    return Stamp(edition or 0, Base(revision or 0, Edit.newest()))


def base_of(folder: Path, known: Base, problems: Problems) -> Base | None:
    """What the files of a folder were made from, if they say so and this database was ever there.

    A revision that has not been here, and edits that have not, are another portal's, or this one's
    before it was restored: they say nothing of what changed here since.
    """
    path = folder / PACKAGE
    if not path.exists():
        return None
    if not path.is_file():
        problems.add(PACKAGE, None, None, "is no file")
        return None
    try:
        package: Any = json.loads(path.read_text(encoding="utf-8"))
        revision, edit = package.get("revision"), package.get("edit")
    except (ValueError, AttributeError, OSError, RecursionError):
        problems.add(PACKAGE, None, None, "is not the description of a dataset")
        return None
    if not {type(revision), type(edit)} <= {int, NoneType}:
        problems.add(PACKAGE, None, None, "gives a revision or an edit that is no number")
        return None
    if revision is None or edit is None:
        return None
    if not known.revision or revision > known.revision or edit > known.edit:
        return None
    return Base(revision, edit)


def described_by(folder: Path) -> str:
    """Which description a folder holds: another dump in its place brings another file."""
    try:
        found = (folder / PACKAGE).stat()
    except OSError:
        return ""
    return f"{found.st_ino}:{found.st_mtime_ns}"


def own_loads(folder: Path) -> dict[str, Base]:
    """For each table, when this very folder last said what the database said: since it was loaded.

    Whoever loads, edits and loads once more is not hindered by his own first load.
    """
    package = described_by(folder)
    found: dict[str, Base] = {}
    loads = Edit.objects.filter(folder=str(folder.resolve()), package=package) if package else ()
    for load in reversed(loads):
        found |= dict.fromkeys(load.tables, Base(load.revision, load.number))
    return found


def merge(
    table: Table,
    changes: Changes,
    base: Base,
    problems: Problems,
    renamed: Renamed,
    *,
    replace: bool,
) -> None:
    """Keep what was changed here alone, and refuse what both changed.

    What a row was once called by, and named, is taken for what that is called today.
    """
    put = with_keys_of_today(table, renamed)
    judged: set[Key] = set()
    for former, cells in table.moved_since(base).items():
        key = table.key_of(put(dict(zip(table.key, former, strict=True))))
        if key in judged:
            continue  # edited under a former key before: that says what it was
        judged.add(key)
        was = put(cells) if cells else None
        now = changes.before.get(key)
        row = changes.rows.get(key)
        file = row.cells if row else None if key in changes.absent or now is None else now
        if was == now or file == now or (file is None and not replace):
            continue
        if file == was or (row and was and table.says_the_same(row, was)):
            changes.keep(key)
            continue
        why = _three(table, key, base, was, file, now)
        problems.found.append(Problem(table.file, row.line if row else None, None, why))


def _three(
    table: Table,
    key: Key,
    base: Base,
    was: Cells | None,
    file: Cells | None,
    now: Cells | None,
) -> str:
    """The cells in which a row changed here and in the file, with all three values."""
    names = [column.name for column in table.columns]
    rows = [row or {} for row in (was, file, now)]
    differing = [name for name in names if len({row.get(name) for row in rows}) > 1]
    if not all(rows):
        differing = []
    cells = "; ".join(
        f"{name} was {rows[0][name]!r}, is {rows[1][name]!r} in the file and {rows[2][name]!r} here"
        for name in differing
    )
    gone = {0: "it was not there then", 1: "it is not in the file", 2: "it is no longer here"}
    missing = "; ".join(said for place, said in gone.items() if not rows[place])
    return (
        f"{' '.join(key)} was changed both here, since revision {base.revision}, and in the file: "
        f"{cells or missing}"
    )

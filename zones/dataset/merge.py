"""What a file was made from: a dump says it, and a load of the file is held against it.

Whoever edits a dump does not know what others publish meanwhile. A row that only the file changed
is applied, one that was only changed here stays, and one that both changed is refused.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from zones.dataset.alias_table import SuccessorKeys, with_keys_of_today
from zones.dataset.description import PACKAGE, Origin
from zones.dataset.problems import Problems
from zones.dataset.table import Base, Cells, Changes, Key, RowConflict, Table
from zones.models import Edit, Edition, Revision

#: What to do about files of which nobody knows what changed since they were made.
UNKNOWN = (
    "which of that was changed here since cannot be told, for the files were made from another "
    "database, or from this one before it was set back. Leave this file out, or dump the data anew "
    "and make the changes in that. Or, to undo with these files what was changed here, take "
    f"{', '.join(Origin._fields)} out of {PACKAGE}"
)


#: So many rows are named where a whole table is refused.
SHOWN = 3


class Stamp(NamedTuple):
    """What the database held when it was read: whoever writes later looks whether it still does."""

    edition: int
    base: Base


def stamp() -> Stamp:
    """Return what the database holds now."""
    edition = Edition.objects.filter(pk=1).values_list("number", flat=True).first()
    now = origin()
    return Stamp(edition or 0, Base(now.revision, now.edit))


def origin() -> Origin:
    """Return what a dump that is made now is made from."""
    revision, edit = Revision.objects.first(), Edit.objects.first()
    number = revision.number if revision else 0
    return Origin(
        number,
        edit.number if edit else 0,
        published_at=_published(revision) if revision and number > 1 else "",
        edit_mark=edit.mark if edit else "",
    )


def base_of(said: Origin | None, known: Base) -> Base | None:
    """Return what files were made from, as far as this database was ever there.

    Numbers begin anew when a database is set back, or are another portal's. A revision was here if
    the one of that number was published at that moment; nothing precedes the first, so that one
    needs no sign. An edit was here if the one of that number has that mark. What was not here is
    left empty: nobody knows what changed here since.
    """
    if said is None or not known.revision:
        return None
    there = Edit.objects.filter(number=said.edit, mark=said.edit_mark).exists()
    edit = said.edit if there or known.edit == said.edit == 0 else None
    stored = Revision.objects.filter(number=said.revision).first()
    if said.revision > 1 and said.published_at:
        same = stored is not None and _moment(_published(stored)) == _moment(said.published_at)
    elif said.revision > 1:
        same = stored is not None and edit is not None  # dumped before moments were told
    else:
        same = True
    return Base(said.revision if same else None, edit)


def _published(revision: Revision) -> str:
    return revision.published_at.astimezone(UTC).isoformat()


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def described_by(folder: Path) -> str:
    """Return which description a folder holds; empty where it holds none.

    Another dump in its place brings another file.
    """
    try:
        found = (folder / PACKAGE).stat()
    except OSError:
        return ""
    return f"{found.st_ino}:{found.st_mtime_ns}"


def own_loads(folder: Path) -> dict[str, Base]:
    """Return when this very folder last said of each table what the database said.

    That is since it was loaded: whoever loads, edits and loads once more is not hindered by his own
    first load.
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
    renamed: SuccessorKeys,
    *,
    replace: bool,
) -> None:
    """Keep what was changed here alone, and tell what both changed.

    What a row was once called by, and named, is taken for what that is called today.
    """
    put = with_keys_of_today(table, renamed)
    judged: set[Key] = set()
    refused = {key: row for key, row in changes.refused if row.bears(table.key)}
    for former, cells in table.moved_since(base).items():
        key = table.key_of(put(dict(zip(table.key, former, strict=True))))
        if key in judged:
            continue  # edited under a former key before: that says what it was
        judged.add(key)
        now = changes.before.get(key)
        row = changes.rows.get(key) or refused.get(key)
        unsaid = {*changes.lacking, *(row.unsaid if row else ())}
        was = as_it_was(table, put(cells), now, unsaid) if cells else None
        file = row.cells if row else None if key in changes.absent or now is None else now
        if row and row.unread:  # nothing is told that rests on a cell which cannot be read
            file = {**row.cells, **{name: (was or now or {}).get(name, "") for name in row.unread}}
        if was == now or file == now or (file is None and not replace):
            continue
        if file == was or (row and was and not row.unread and table.says_the_same(row, was)):
            changes.keep(key)
            continue
        why = words_of_both(table, key, base, was, file, now)
        conflict = RowConflict(row.line if row else None, was, file, why)
        changes.set_in_conflict(key, conflict, None if key in refused else row)


def as_it_was(table: Table, cells: Cells, now: Cells | None, lacking: Iterable[str]) -> Cells:
    """Return a former row with every column of today.

    One that was added since, or that the file lacks, says nothing of what changed.
    """
    added = {column.name: column.until_then for column in table.columns if column.added_later}
    unsaid = {name: now[name] for name in lacking} if now else {}
    return {column.name: (added | cells | unsaid)[column.name] for column in table.columns}


def refuse_unknown(table: Table, changes: Changes, problems: Problems, *, replace: bool) -> None:
    """Refuse what a file would change where nobody knows what changed here since it was made."""
    differing: Iterable[Key] = [*changes.rows, *(changes.absent if replace else ())]
    named = [" ".join(key) for key in differing]
    if not named:
        return
    told = ", ".join(named[:SHOWN]) + (f" and {len(named) - SHOWN} more" * (len(named) > SHOWN))
    line = next((row.line for row in changes.rows.values()), None)
    problems.add(table.file, line, None, f"{told}: not what is known here, and {UNKNOWN}")


def words_of_both(
    table: Table,
    key: Key,
    base: Base,
    was: Cells | None,
    file: Cells | None,
    now: Cells | None,
    *,
    only: Collection[str] = (),
) -> str:
    """Return the cells in which a row changed here and in the file, with all three values; those of
    some columns alone, if it is said of which.
    """
    names = [column.name for column in table.columns if not only or column.name in only]
    rows = [row or {} for row in (was, file, now)]
    differing = [name for name in names if len({row.get(name) for row in rows}) > 1]
    if not all(rows):
        differing = []
    cells = "; ".join(
        f"{name} was {rows[0][name]!r}, is {rows[1][name]!r} in the file and {rows[2][name]!r} here"
        for name in differing
    )
    gone = {0: "it was not there then", 1: "it is not in the file", 2: "it is no longer here"}
    since = "" if base.revision is None else f", since revision {base.revision}"
    missing = "; ".join(said for place, said in gone.items() if not rows[place])
    return f"{' '.join(key)} was changed both here{since}, and in the file: {cells or missing}"

"""The table of former keys, and rows of files that still use them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from zones.dataset.columns import kept_in, text
from zones.dataset.registry import registry
from zones.dataset.tables import Cells, Changes, Key, Load, Row, Table
from zones.models import Alias
from zones.models.aliases import every_renamed
from zones.models.keys import keys_of, renamable_models


class Aliases(Table):
    """Former keys of rows, and the keys of today. What leads somewhere leads there for ever."""

    name = "aliases"
    title = "Former keys of rows"
    key = ("kind", "former")
    columns = (
        text("kind", required=True),
        kept_in(Alias, "former"),
        text("current", required=True),
    )

    def current(self) -> Iterable[Cells]:
        """Former keys by kind."""
        for (kind, former), current in sorted(every_renamed().items()):
            yield {"kind": kind, "former": former, "current": current}

    def write(self, changes: Changes, load: Load) -> None:
        """Leave it to ``finish``: every row must be there first."""

    def take_out(self, absent: Mapping[Key, Cells], load: Load) -> None:
        """Leave them: a former key never leads to nowhere."""

    def finish(self, load: Load) -> None:
        """Note the former keys that are new."""
        changes = load.changes[self.name]
        for row in changes.corrected.values():
            known = changes.before[self.key_of(row.cells)]["current"]
            self.refuse(load, row, "current", f"is not {known}, to which this leads for ever")
        there: dict[str, dict[str, int]] = {}
        found = [self._alias(row, there, load) for row in changes.added.values()]
        load.problems.refuse_any()
        Alias.objects.bulk_create([alias for alias in found if alias])

    def _alias(self, row: Row, there: dict[str, dict[str, int]], load: Load) -> Alias | None:
        kind, former, current = (row.cells[name] for name in ("kind", "former", "current"))
        model = renamable_models().get(kind)
        keys = keys_of(model) if model else None
        if model is None or keys is None:
            kinds = ", ".join(sorted(renamable_models()))
            self.refuse(load, row, "kind", f"{kind!r} is not one of: {kinds}")
            return None
        if kind not in there:
            there[kind] = dict(model._default_manager.values_list(keys.renamable, "pk"))
        own = there[kind]
        if current not in own:
            self.refuse(load, row, "current", f"there is no {kind} {current!r}")
        elif former in own:
            self.refuse(load, row, "former", f"{former!r} is the key of a {kind}")
        else:
            return Alias(kind=kind, former=former, target=own[current])
        return None


#: The tables whose rows can be renamed, and the kinds of their rows.
KINDS = {
    "cities": "city",
    "customs_districts": "customsdistrict",
    "focus_areas": "focusarea",
    "indicators": "indicator",
    "issuers": "issuer",
    "programmes": "programme",
    "provinces": "province",
    "sources": "source",
    "templates": "template",
    "topics": "topic",
}
#: The kinds of rows that a policy's scope names, by its kind of scope.
SCOPES = {
    "city": "city",
    "customs_district": "customsdistrict",
    "programme": "programme",
    "province": "province",
}

_CONDITION = re.compile(r"([^!=]+)(!?=)(.+)")


def with_keys_of_today(table: Table) -> Callable[[Cells], Cells]:
    """A function that puts the keys of today where a row of the table has former ones."""
    renamed: dict[str, dict[str, str]] = {}
    for (kind, former), current in every_renamed().items():
        renamed.setdefault(kind, {})[former] = current
    if not renamed:
        return lambda cells: cells
    kinds = _kinds(table)

    def put(cells: Cells) -> Cells:
        now = dict(cells)
        for column, kind in kinds.items():
            now[column] = renamed.get(kind, {}).get(cells[column], cells[column])
        if "scope_code" in cells:
            own = renamed.get(SCOPES.get(cells.get("scope_kind", ""), ""), {})
            now["scope_code"] = own.get(cells["scope_code"], cells["scope_code"])
        if codes := cells.get("other_customs_districts"):
            own = renamed.get("customsdistrict", {})
            now["other_customs_districts"] = ";".join(own.get(c, c) for c in codes.split(";"))
        if condition := _CONDITION.fullmatch(cells.get("applies_when", "")):
            now["applies_when"] = _renamed_in(condition, renamed)
        if table.name == Aliases.name:
            own = renamed.get(cells["kind"], {})
            now["current"] = own.get(cells["current"], cells["current"])
        return now

    return put


def _renamed_in(condition: re.Match[str], renamed: Mapping[str, Mapping[str, str]]) -> str:
    """A condition on the city, on a topic or a programme, with the keys of today."""
    subject, operator, value = condition.groups()
    if subject == "programme":
        return f"{subject}{operator}{renamed.get('programme', {}).get(value, value)}"
    return f"{renamed.get('topic', {}).get(subject, subject)}{operator}{value}"


def _kinds(table: Table) -> dict[str, str]:
    """The columns of a table that hold keys which may be former ones, with the kind of row."""
    tables = {one.name: one for one in (*registry, *registry.history)}
    found = {table.key[0]: KINDS[table.name]} if table.name in KINDS else {}
    for foreign in table.foreign_keys:
        other = tables.get(foreign.table)
        of_other = _kinds(other) if other and other is not table else {}
        for column, key in zip(foreign.columns, foreign.keys, strict=True):
            if key in of_other:
                found[column] = of_other[key]
    return found

"""The description that lies beside the tables, ``datapackage.json``: read and checked.

It says what is in the folder, and what the files were made from: a revision, told from others of
its number by when it was published, and an edit, told from others of its number by its mark.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from zones.dataset.problems import Problems

PACKAGE = "datapackage.json"
#: The largest number that a revision or an edit can have on every database.
LARGEST = 2**31 - 1

_KINDS = {
    dict: "an object",
    list: "a list",
    str: "a text",
    bool: "true or false",
    int: "a number",
    float: "a number",
    type(None): "null",
}
Types = Mapping[str, type]
_TYPES: Types = {
    **dict.fromkeys(("name", "title", "description", "profile", "$schema", "version"), str),
    **dict.fromkeys(("licenses", "sources", "contributors", "keywords"), list),
}
_OF_TABLE: Types = {
    **dict.fromkeys(("name", "title", "type", "profile", "format", "encoding", "path"), str),
    "schema": dict,
}
_PROFILES = ("data-package", "tabular-data-package")
_PROFILES_OF_TABLES = ("data-resource", "tabular-data-resource")
_MARK = re.compile(r"[0-9a-f]{16}")


class Origin(NamedTuple):
    """What files were made from. The first revision, and the first load, need no further sign."""

    revision: int
    edit: int
    published_at: str = ""
    edit_mark: str = ""

    def members(self) -> dict[str, Any]:
        """Return what a description says of it, by name; what is not known is left out."""
        return {name: value for name, value in self._asdict().items() if value != ""}


class Description(NamedTuple):
    """The files of the tables that are described, and what they were made from."""

    files: list[str]
    origin: Origin | None


def description_of(
    folder: Path, problems: Problems, tables: Collection[str] | None = None
) -> Description | None:
    """Return what the description of a folder says, if it has one; note what is wrong with it.

    Args:
        tables: the files that can be tables, if that is to be checked.
    """
    path = folder / PACKAGE
    if not path.exists():
        return None
    if not path.is_file():
        problems.add(PACKAGE, None, None, "is no file")
        return None
    try:
        package: Any = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, OSError, RecursionError):
        problems.add(PACKAGE, None, None, "is not the description of a dataset: it is no JSON")
        return None
    if not isinstance(package, dict):
        told = f"it holds {_KINDS[type(package)]}, where an object belongs"
        problems.add(PACKAGE, None, None, f"is not the description of a dataset: {told}")
        return None
    wrong = [*_wrong(package), *_wrong_resources(package, tables), *_wrong_origin(package)]
    for why in wrong:
        problems.add(PACKAGE, None, None, why)
    if wrong:
        return None
    given = {name: package[name] for name in Origin._fields if package.get(name) is not None}
    files = [resource["path"] for resource in package["resources"]]
    return Description(files, Origin(**given) if given else None)


def _wrong(package: dict[str, Any]) -> Iterator[str]:
    yield from _wrong_types(package, _TYPES, "")
    yield from _wrong_option(package, "profile", _PROFILES, "")


def _wrong_types(said: dict[str, Any], types: Types, where: str) -> Iterator[str]:
    for name, wanted in types.items():
        if name in said and not isinstance(said[name], wanted):
            is_now = _KINDS[type(said[name])]
            yield f"{where}{name} is {is_now}, where {_KINDS[wanted]} belongs"


def _wrong_option(
    said: dict[str, Any], name: str, options: Collection[str], where: str
) -> Iterator[str]:
    value = said.get(name)
    if isinstance(value, str) and value not in options:
        yield f"{where}{name} is {value[:80]!r}; it would be {' or '.join(options)}"


def _wrong_resources(package: dict[str, Any], tables: Collection[str] | None) -> Iterator[str]:
    resources = package.get("resources")
    if not isinstance(resources, list) or not resources:
        is_now = "missing" if "resources" not in package else _KINDS[type(resources)]
        is_now = "empty" if resources == [] else is_now
        yield f'resources is {is_now}; it lists the tables, as in [{{"path": "cities.csv"}}]'
        return
    seen: set[str] = set()
    for place, resource in enumerate(resources):
        where = f"resources[{place}]"
        if not isinstance(resource, dict):
            yield f"{where} is {_KINDS[type(resource)]}, where an object with a path belongs"
            continue
        where += "."
        yield from _wrong_types(resource, _OF_TABLE, where)
        yield from _wrong_option(resource, "profile", _PROFILES_OF_TABLES, where)
        yield from _wrong_option(resource, "encoding", ("utf-8", "UTF-8"), where)
        yield from _wrong_option(resource, "format", ("csv",), where)
        path = resource.get("path")
        if "path" not in resource:
            yield f"{where}path is missing; it names the file of a table in this folder"
        elif isinstance(path, str):
            if why := _wrong_path(path, seen, tables):
                yield f"{where}path {path[:80]!r} {why}"
            seen.add(path)


def _wrong_path(path: str, seen: set[str], tables: Collection[str] | None) -> str:
    if path in ("", ".", "..") or re.search(r"[/\\:\0]", path):
        return "leads out of the folder; it names a file that lies in this folder itself"
    if path in seen:
        return "is described twice; one description of a table is enough"
    if tables is not None and path not in tables:
        return f"is not a table of the dataset, which are: {', '.join(tables)}"
    return ""


def _wrong_origin(package: dict[str, Any]) -> Iterator[str]:
    """What is wrong with what the files say that they were made from."""
    given = {name for name in Origin._fields if package.get(name) is not None}
    for name in given & {"revision", "edit"}:
        value = package[name]
        if type(value) is not int:
            yield f"{name} is {_KINDS[type(value)]}, where a whole number belongs"
        elif not 0 <= value <= LARGEST:
            yield f"{name} is {value}, which numbers no {name}"
    if given and not {"revision", "edit"} <= given:
        known = " and ".join(sorted(given))
        yield f"gives {known} alone; revision and edit belong together, or none of them is given"
    day = package.get("published_at")
    if day is not None and not _is_moment(day):
        yield "published_at is no moment, such as 2026-01-31T08:00:00+00:00"
    mark = package.get("edit_mark")
    if mark is not None and not (isinstance(mark, str) and _MARK.fullmatch(mark)):
        yield "edit_mark is no mark of an edit, which has 16 digits of 0-9 and a-f"


def _is_moment(value: object) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False

"""Every address of the portal, as its router knows them, so that new ones are tried everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

ROOT = "cbec_portal.urls"
#: What stands for a part of an address.
PLACEHOLDER = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>|\(\?P<(?P<group>\w+)>[^()]*\)")
#: What begins and ends an expression; ``[^/]`` means something else.
_ENDS = re.compile(r"(?<!\[)\^|\$$|\\Z$")


@dataclass(frozen=True)
class Address:
    """One address: its path with placeholders, its parts, its name and what answers it."""

    path: str
    parts: tuple[str, ...]
    space: str
    own_name: str
    answering: Any

    @property
    def name(self) -> str:
        """The name by which it is reversed, nothing if it has none."""
        return f"{self.space}{self.own_name}" if self.own_name else ""

    @property
    def module(self) -> str:
        """Where what answers it is written."""
        return str(getattr(self.answering, "__module__", ""))

    @property
    def view(self) -> Any:
        """The class that answers it, none where it is a function."""
        return getattr(self.answering, "view_class", None) or getattr(self.answering, "cls", None)


def every_address() -> list[Address]:
    """All addresses of the portal, in the order in which they are tried."""
    return list(_walk(get_resolver(ROOT), Address("/", (), "", "", None)))


def names_of(module: str) -> set[str]:
    """The names of all addresses that something below a module answers."""
    return {one.name for one in every_address() if one.name and one.module.startswith(module)}


def _walk(resolver: URLResolver, above: Address) -> Iterator[Address]:
    for one in resolver.url_patterns:
        path = _ENDS.sub("", above.path + str(one.pattern))
        parts = (*above.parts, *one.pattern.regex.groupindex)
        if isinstance(one, URLResolver):
            space = f"{above.space}{one.namespace}:" if one.namespace else above.space
            yield from _walk(one, Address(path, parts, space, "", None))
        elif isinstance(one, URLPattern):
            yield Address(path, parts, above.space, one.name or "", one.callback)

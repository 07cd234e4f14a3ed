"""A policy as answers tell it, and a cell put together from what is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cbec_portal.api.renderers import Written, dump_json
from zones.models.querysets.in_force_sql import Found
from zones.selectors.interval_edges import Edges


class RenderedPolicy:
    """A policy as answers tell it in one language.

    ``shape`` are the parts of a cell that depend on the policy alone; ``json`` is the same written,
    which is done once and only when an answer is asked for as JSON.
    """

    __slots__ = ("_json", "identity", "shape")

    def __init__(self, identity: str, shape: dict[str, Any]) -> None:
        self.identity = identity
        self.shape = shape
        self._json: bytes | None = None

    @property
    def display(self) -> str:
        """The value as it is read."""
        display: str = self.shape["display"]
        return display

    @property
    def json(self) -> bytes:
        """The shape as JSON."""
        if self._json is None:
            written = dump_json(self.shape)
            self._json = bytes(memoryview(written))  # a copy, as the writer's buffer is larger
        return self._json

    def row(self, version: Mapping[str, Any]) -> Written:
        """The policy as a list gives it: its identity and version, then what is told of it."""
        return Written(joined(dump_json({"identity": self.identity, **version}), self.json))


class RenderedCell(Written):
    """A cell with a policy. Nothing is put together before it is read or written."""

    __slots__ = ("_additive", "_also", "_edges", "_found", "_own")

    def __init__(
        self,
        found: Found,
        own: RenderedPolicy,
        also: Sequence[RenderedPolicy],
        *,
        additive: bool,
        edges: Edges,
    ) -> None:
        self._found, self._own, self._also, self._additive = found, own, also, additive
        self._edges = edges
        self._read = None

    @property
    def json(self) -> bytes:
        """The cell as it is answered."""
        listed = b",".join(
            joined(b'{"policy":%b}' % dump_json(other.identity), other.json) for other in self._also
        )
        return b'%b,"also":[%b]}' % (
            joined(self._own.json, dump_json(self._beside()))[:-1],
            listed,
        )

    def _mapping(self) -> dict[str, Any]:
        if self._read is None:
            also = [{"policy": other.identity, **other.shape} for other in self._also]
            self._read = {**self._own.shape, **self._beside(), "also": also}
        return self._read

    def _beside(self) -> dict[str, Any]:
        """What the policy alone does not say."""
        own = self._own.shape
        return {
            "policy": self._own.identity,
            "from": self._found.since,
            "until": self._found.through,
            "from_written": self._edges.since(self._found, own),
            "until_written": self._edges.through(self._found, own),
            "additive": self._additive,
            "later_differs": any(
                other.shape["effective_from"] > own["effective_from"]
                and other.shape["value"] != own["value"]
                for other in self._also
            ),
        }


def joined(first: bytes, second: bytes) -> bytes:
    """Two JSON objects as one."""
    return b"%b,%b" % (first[:-1], second[1:])

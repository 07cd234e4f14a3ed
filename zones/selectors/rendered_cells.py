"""What is said of a policy in one language, and a cell put together from it: plain values.

With a policy or without, a cell has the same members; :mod:`zones.api.representations.cells` says
how they are written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from cbec_portal.languages import in_language
from zones.models import Policy, Topic
from zones.models.querysets.in_force_sql import InForceRow
from zones.rules.partial_dates import day_of, last_day_text
from zones.rules.vocabulary import State
from zones.selectors.interval_edges import Edges
from zones.selectors.rendered_values import clause_in, display_of, state_words, value_of


class RenderedPolicy(dict[str, Any]):
    """The parts of a cell that depend on the policy alone, in one language.

    It is kept for many answers, so whoever writes it may keep what it wrote: in ``written`` its
    JSON, in ``marked`` its markup by the language of the words around it. Reads know nothing of
    that.
    """

    __slots__ = ("identity", "marked", "written")

    def __init__(self, identity: str, shape: Mapping[str, Any]) -> None:
        super().__init__(shape)
        self.identity = identity
        self.written: bytes | None = None
        self.marked: dict[str, Any] = {}

    @property
    def display(self) -> str:
        """Return the value as it is read."""
        display: str = self["display"]
        return display


def policy_shape(
    policy: Policy,
    topic: Topic,
    language: str,
    *,
    scope: Mapping[str, Any],
    source: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the parts of a cell that depend on the policy alone, except its name."""
    return {
        "state": policy.state,
        "value": value_of(policy, language),
        "display": display_of(policy, topic, language),
        "summary": in_language(policy, "summary", language),
        "caveat": in_language(policy, "caveat", language),
        "scope": scope,
        "effective_from": policy.effective_from,
        "effective_to": policy.effective_to,
        "start_qualifier": policy.start_qualifier,
        "source": source,
        "clause": clause_in(policy, language),
        "verification": policy.verification,
        "verified_on": policy.verified_on and policy.verified_on.isoformat(),
    }


class LazyValues(Mapping[str, Any]):
    """Values that are put together when one of them is first read."""

    __slots__ = ("_values",)

    _values: dict[str, Any] | None

    def __getitem__(self, name: str) -> Any:
        return self._read()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())

    def _read(self) -> dict[str, Any]:
        if self._values is None:
            self._values = self._put_together()
        return self._values

    def _put_together(self) -> dict[str, Any]:
        raise NotImplementedError


class RenderedCell(LazyValues):
    """A cell with a policy.

    ``policy`` answers, and ``also`` are those of wider scopes beside it, narrowest first. How long
    they still hold is counted from a day, where one is asked about.
    """

    __slots__ = ("_additive", "_edges", "_found", "_place", "also", "day", "policy")

    def __init__(
        self,
        found: InForceRow,
        policy: RenderedPolicy,
        also: Sequence[RenderedPolicy],
        *,
        additive: bool,
        edges: Edges,
        day: date | None = None,
    ) -> None:
        self._found, self.policy, self.also, self._additive = found, policy, also, additive
        self._edges, self.day = edges, day
        self._values = None
        self._place: dict[str, Any] | None = None

    def of_the_place(self) -> dict[str, Any]:
        """Return what the policy alone does not say: when it answers there, and beside what."""
        if self._place is None:
            self._place = self._told_of_the_place()
        return self._place

    def _told_of_the_place(self) -> dict[str, Any]:
        own = self.policy
        return {
            "policy": own.identity,
            "from": self._found.since,
            "until": self._found.through,
            "ends_in_days": days_until(self._found.through, self.day),
            "from_written": self._edges.since(self._found, own),
            "until_written": self._edges.through(self._found, own),
            "additive": self._additive,
            "later_differs": self._later_differs() if self.also else False,
            "ended": None,
        }

    def of_another(self, other: RenderedPolicy) -> dict[str, Any]:
        """Return what the policy alone does not say of one that stands beside the answer."""
        last = other["effective_to"] and last_day_text(other["effective_to"])
        return {"policy": other.identity, "ends_in_days": days_until(last, self.day)}

    def _later_differs(self) -> bool:
        since, value = self.policy["effective_from"], self.policy["value"]
        return any(
            other["effective_from"] > since and other["value"] != value for other in self.also
        )

    def _put_together(self) -> dict[str, Any]:
        also = [{**self.of_another(other), **other} for other in self.also]
        return {**self.policy, **self.of_the_place(), "also": also}


def empty_cell(state: State, language: str) -> dict[str, Any]:
    """Return the cell of a place where no policy answers."""
    return {
        "state": state.value,
        "value": None,
        "display": state_words(state, language),
        "summary": "",
        "caveat": "",
        "scope": None,
        "effective_from": None,
        "effective_to": None,
        "start_qualifier": "",
        "source": None,
        "clause": "",
        "verification": None,
        "verified_on": None,
        "policy": None,
        "from": None,
        "until": None,
        "ends_in_days": None,
        "from_written": None,
        "until_written": None,
        "additive": False,
        "later_differs": False,
        "ended": None,
        "also": [],
    }


def days_until(last: str | None, day: date | None) -> int | None:
    """Return how many days after a day the last one is; none where either is not known."""
    return day_of(last).toordinal() - day.toordinal() if last and day else None

"""What entries of the log say, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from checklists.models import LogEntry, Role, Status
from checklists.rules.change_detection import Move
from checklists.selectors.law_changes import GATE

#: The parts of an entry that people read, with their names; keys of records are left to exports.
NAMES: dict[str, str | Promise] = {
    "number": gettext_lazy("Requirement"),
    "move": gettext_lazy("Change"),
    "before": gettext_lazy("before"),
    "after": gettext_lazy("after"),
    "reason": gettext_lazy("Reason"),
    "title": gettext_lazy("Title"),
    "version": gettext_lazy("Version"),
    "sha256": "SHA-256",
    "topic": gettext_lazy("Topic"),
    "value": gettext_lazy("Answer"),
    "user": gettext_lazy("Person"),
    "role": gettext_lazy("Role"),
    "template": gettext_lazy("Checklist template"),
    "as_of": gettext_lazy("As of"),
    "revision": gettext_lazy("Revision"),
}

_VALUES: Mapping[str, str | Promise] = {
    **dict(Status.choices),
    **dict(Role.choices),
    Move.NEW: gettext_lazy("comes new"),
    Move.FALLS_AWAY: gettext_lazy("falls away"),
    Move.TO_CONFIRM: gettext_lazy("confirm first"),
    Move.CHANGED: gettext_lazy("changed"),
    GATE: gettext_lazy("the trade mode itself"),
}
#: Under these names stand words of the portal's; under others, what people wrote.
_WORDED = {"before", "after", "move", "role", "number"}


def detail_of(entry: LogEntry) -> list[tuple[str, str]]:
    """Return what was before and after and what else belongs to an act: names and values."""
    return [
        (str(NAMES[name]), _value_words(name, value))
        for name, value in entry.detail.items()
        if name in NAMES and value != ""
    ]


def _value_words(name: str, value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {', '.join(map(str, own))}" for key, own in value.items()) or "–"
    if name in _WORDED and value in _VALUES:
        return str(_VALUES[value])
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return str(value)

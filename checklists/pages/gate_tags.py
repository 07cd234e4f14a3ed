"""What is told of a gate that does not stand open."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext_lazy as _

from checklists.rules.applicability import Gate

register = template.Library()

#: The sign of a state, its name, and what follows from it; how a gate opens is told of its place.
WORDS = {
    Gate.STOP: (
        "✕",
        _("STOP: the trade mode is not open here"),
        _("The requirements are listed all the same."),
    ),
    Gate.CONFIRM: ("?", _("Confirm first"), ""),
}


@register.simple_tag
def gate_words(state: str) -> dict[str, str] | None:
    """Return the sign of a gate's state, its name, and what follows from it; none where it is
    open.
    """
    if state == Gate.OPEN:
        return None
    sign, name, follows = WORDS[Gate(state)]
    return {"sign": sign, "name": str(name), "follows": str(follows)}

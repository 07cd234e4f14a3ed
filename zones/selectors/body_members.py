"""Cities that are members of the bodies that policies bind: they are so on any day."""

from __future__ import annotations

from zones.models.scopes import BODIES

#: Kind of scope and natural key of a body.
BodyKey = tuple[str, str]


def members_of_bodies() -> dict[BodyKey, set[int]]:
    """Return the ids of the cities that are members of bodies, in one query for each kind of body
    that has members.
    """
    found: dict[BodyKey, set[int]] = {}
    for kind, body in BODIES.items():
        for city, _pk, code in body.memberships():
            found.setdefault((kind, code), set()).add(city)
    return found

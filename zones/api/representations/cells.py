"""A cell as JSON, as columns of CSV, and in the API's schema, side by side.

Its values are those of :mod:`zones.selectors.rendered_cells`. Hundreds of cells rest on a few
policies, so what is written of a policy is kept beside it, and only where JSON was asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from rest_framework import serializers

from cbec_portal.api.renderers import dump_json, writes
from zones.models import StartQualifier
from zones.models.labels import CERTAINTIES
from zones.rules.vocabulary import State
from zones.selectors.rendered_cells import LazyValues, RenderedCell, RenderedPolicy

#: What is counted from the day asked about.
COUNTED = "ends_in_days"


class ListedPolicy(LazyValues):
    """A policy as a list gives it: its identity and version, then what is said of it."""

    __slots__ = ("head", "policy")

    def __init__(self, policy: RenderedPolicy, version: Mapping[str, Any]) -> None:
        self.policy, self.head = policy, {"identity": policy.identity, **version}
        self._values = None

    def _put_together(self) -> dict[str, Any]:
        return {**self.head, **self.policy}


class CountedCell(tuple[bytes | int, ...]):
    """A cell as JSON of which a part is counted from the day asked about: the number of the day
    until which stands in its place.
    """

    __slots__ = ()

    def on(self, day: date) -> list[bytes]:
        """Return the texts of a day."""
        today = day.toordinal()
        return [b"%d" % (piece - today) if isinstance(piece, int) else piece for piece in self]


#: A cell as JSON without its first brace, in texts of which cells share many.
Pieces = tuple[bytes, ...] | CountedCell


def cell_pieces(cell: RenderedCell) -> Pieces:
    """Return a cell as JSON, such that it can be kept for other days."""
    told = [(cell.of_the_place(), cell.policy), *((cell.of_another(o), o) for o in cell.also)]
    (own, policy), *also = told
    pieces: list[bytes | int] = [policy_json(policy)]
    text = _tell(own, cell.day, b",", pieces) + b',"also":['
    for place, (values, other) in enumerate(also):
        opening = text + (b",{" if place else b"{")
        pieces += [_tell(values, cell.day, opening, pieces) + b",", policy_json(other)]
        text = b"}"
    pieces.append(text + b"]}")
    texts = tuple(piece for piece in pieces if isinstance(piece, bytes))
    return texts if len(texts) == len(pieces) else CountedCell(pieces)


def _tell(
    values: Mapping[str, Any], day: date | None, before: bytes, pieces: list[bytes | int]
) -> bytes:
    """Write members behind a text; what stands before a number that counts from the day becomes a
    piece, as does the day until which, and the rest is returned.
    """
    names, left = list(values), values[COUNTED]
    if left is None or day is None:
        return before + members_json(values)
    at = names.index(COUNTED)
    earlier, later = ({n: values[n] for n in some} for some in (names[:at], names[at + 1 :]))
    pieces += [b'%b%b,"%b":' % (before, members_json(earlier), COUNTED.encode())]
    pieces += [day.toordinal() + left]
    return b",%b" % members_json(later) if later else b""


@writes(RenderedCell)
def cell_json(cell: RenderedCell) -> bytes:
    """Return a cell as JSON."""
    pieces = cell_pieces(cell)
    texts = pieces.on(cell.day) if isinstance(pieces, CountedCell) and cell.day else pieces
    return b"{%b" % b"".join(texts)  # type: ignore[arg-type]  # where days are counted, one is asked


@writes(ListedPolicy)
def listed_json(row: ListedPolicy) -> bytes:
    """Return a policy of a list as JSON."""
    return b"{%b,%b}" % (members_json(row.head), policy_json(row.policy))


def policy_json(policy: RenderedPolicy) -> bytes:
    """Return what is said of a policy as JSON, which is written once: its members, without braces
    around them.
    """
    if policy.written is None:
        policy.written = members_json(policy)
    return policy.written


def members_json(values: Mapping[str, Any]) -> bytes:
    """Return values as JSON, without braces around them."""
    return dump_json(values)[1:-1]


def cell_columns(cell: Mapping[str, Any]) -> dict[str, Any]:
    """Return a cell as columns of CSV; of what stands beside it, the identities alone."""
    if isinstance(cell, RenderedCell):
        also = [other.identity for other in cell.also]
        return {**cell.policy, **cell.of_the_place(), "also": also}
    return {**cell, "also": [other["policy"] for other in cell["also"]]}


def ended_shape(cell: RenderedCell) -> dict[str, Any]:
    """Return what answered last, and until when, where nothing answers any more."""
    own = cell.of_the_place()
    return {
        "policy": own["policy"],
        "display": cell.policy.display,
        "until": own["until"],
        "until_written": own["until_written"],
    }


class ScopeSerializer(serializers.Serializer[Any]):
    """Whom a policy binds."""

    kind = serializers.CharField()
    code = serializers.CharField()
    name = serializers.CharField()


class CitedSerializer(serializers.Serializer[Any]):
    """A document as it is cited."""

    id = serializers.CharField()
    document_number = serializers.CharField()
    title = serializers.CharField()
    official_url = serializers.CharField()
    status = serializers.CharField()


class CellBodySerializer(serializers.Serializer[Any]):
    """What a policy says; of none, its state alone says why."""

    state = serializers.ChoiceField(choices=[(state.value, state.name) for state in State])
    value = serializers.JSONField(
        help_text="true or false, a number, or a text, by the topic; null where nothing is stated"
    )
    display = serializers.CharField()
    summary = serializers.CharField()
    caveat = serializers.CharField()
    scope = ScopeSerializer(allow_null=True)
    effective_from = serializers.CharField(
        allow_null=True, help_text="YYYY, YYYY-MM or YYYY-MM-DD, as precise as the source"
    )
    effective_to = serializers.CharField(allow_null=True)
    ends_in_days = serializers.IntegerField(
        allow_null=True,
        help_text="Days from the day asked about to its last day, if known: 0 on the last",
    )
    start_qualifier = serializers.ChoiceField(choices=StartQualifier.choices, allow_blank=True)
    source = CitedSerializer(allow_null=True)  # type: ignore[assignment]  # it hides an attribute of Field
    clause = serializers.CharField()
    verification = serializers.ChoiceField(choices=CERTAINTIES, allow_null=True)
    verified_on = serializers.DateField(allow_null=True)
    policy = serializers.CharField(allow_null=True, help_text="The policy's identity")


class EndedSerializer(serializers.Serializer[Any]):
    """What answered last where nothing answers any more."""

    policy = serializers.CharField(help_text="The policy's identity")
    display = serializers.CharField()
    until = serializers.DateField(help_text="The last day on which it was the answer there")
    until_written = serializers.CharField(help_text="That day no finer than it is written")


class CellSerializer(CellBodySerializer):
    """The answer of a city on a day, with what wider scopes say beside it."""

    until = serializers.DateField(allow_null=True, help_text="The last such day, if known")
    from_written = serializers.CharField(
        allow_null=True,
        help_text="That first day no finer than it is written: 2025-04, or after 2019-12 where it "
        "follows a last day written so",
    )
    until_written = serializers.CharField(
        allow_null=True,
        help_text="That last day no finer than it is written: 2019-12, or before 2020-06 where "
        "what ended it begins on a day written so",
    )
    additive = serializers.BooleanField(help_text="Whether `also` is read together with it")
    later_differs = serializers.BooleanField(
        help_text="A policy of a wider scope is newer and says otherwise"
    )
    ended = EndedSerializer(
        allow_null=True, help_text="Where no policy answers: what answered last, and until when"
    )
    also = CellBodySerializer(many=True)

    def get_fields(self) -> dict[str, Any]:
        """Return the fields and ``from``, which Python keeps for itself."""
        words = "The first day on which this was the answer there"
        since = serializers.DateField(allow_null=True, help_text=words)
        return {**super().get_fields(), "from": since}

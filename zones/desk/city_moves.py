"""Where a city lies from which day on: moving it, correcting the day of a move, taking one back.

The data say where a city lies now (``cities``) and where it lay before each move
(``former_placements``), so one act is rows of both: they are proposed together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from cbec_portal.china_time import today_in_china
from zones.dataset.place_tables import Cities, FormerPlacements
from zones.desk.held_sets import hold_open
from zones.desk.proposals import propose_in
from zones.desk.row_drafts import RowDraft
from zones.desk.rows_together import rows_of_moves
from zones.models import ChangeSet, ProposedRow
from zones.models.scopes import PLACE_COLUMNS
from zones.rules.partial_dates import first_day_text
from zones.rules.vocabulary import Proposal


class CityPlace(NamedTuple):
    """Where a city lies ``since`` a day, empty from the start, ``until`` it moves, empty now: in
    bodies whose keys stand in the order of ``PLACE_COLUMNS``.
    """

    city: str
    since: str
    until: str
    bodies: tuple[str, ...]

    @property
    def is_to_come(self) -> bool:
        """Return whether the city lies there from a day on that is still to come in China."""
        return bool(self.since) and first_day_text(self.since) > today_in_china().isoformat()


def address_of_move(city: str, way: str = "", **cells: str) -> str:
    """Return where a move of a city is proposed, with cells to begin with."""
    asked = urlencode({**cells, **({"as": way} if way else {})})
    return reverse("admin:desk-move", args=[city]) + (f"?{asked}" if asked else "")


def places_of(city: str) -> list[CityPlace]:
    """Return where a city lay and lies, from the first place on; nothing of no city."""
    own = Cities().known([(city,)]).get((city,))
    if own is None:
        return []
    former = [cells for cells in FormerPlacements().current() if cells["city"] == city]
    former.sort(key=lambda cells: first_day_text(cells["until"]))
    starts = ["", *(cells["until"] for cells in former)]
    return [
        CityPlace(city, since, cells.get("until", ""), tuple(cells[name] for name in PLACE_COLUMNS))
        for since, cells in zip(starts, [*former, own], strict=True)
    ]


def place_of_today(places: Sequence[CityPlace]) -> CityPlace:
    """Return where a city lies today in China, of all places where it lay, lies and will lie."""
    return next(place for place in reversed(places) if not place.is_to_come)


def moved(city: str, day: str, *bodies: str) -> list[RowDraft]:
    """Return the rows by which a city lies elsewhere from a day on, until it moves next.

    Raises:
        ValidationError: it moved on that day already.
    """
    first = first_day_text(day)
    place = [own for own in places_of(city) if not own.since or first_day_text(own.since) <= first][
        -1
    ]
    if place.since and first_day_text(place.since) == first:
        told = _("The city moved on this day already, written %s.") % place.since
        raise ValidationError({"until": told})
    there = RowDraft(FormerPlacements(), None, _cells(place, until=day))
    return [there, _lies(place, *bodies)]


def moved_on(place: CityPlace, day: str) -> list[RowDraft]:
    """Return the rows by which a city left a former place on another day than is known.

    Raises:
        ValidationError: that is not between the moves before and after it, or it is the same day.
    """
    places = places_of(place.city)
    following = places[places.index(place) + 1]
    first = first_day_text(day)
    if day == place.until:
        raise ValidationError({"until": _("It is the day that is known already.")})
    if (place.since and first <= first_day_text(place.since)) or (
        following.until and first >= first_day_text(following.until)
    ):
        raise ValidationError({"until": _("It is not between the moves before and after it.")})
    again = RowDraft(FormerPlacements(), None, _cells(place, until=day))
    return [_taken_out(place.city, place.until), again]


def unmoved(place: CityPlace) -> list[RowDraft]:
    """Return the rows by which a city never lay at a place: it stayed where it was before; of the
    first of several, it lay from the start where it lay next.
    """
    if not place.since:
        return [_taken_out(place.city, place.until)]
    places = places_of(place.city)
    before = places[places.index(place) - 1]
    return [_taken_out(place.city, place.since), _lies(place, *before.bodies)]


def moves_in(change_set: ChangeSet, city: str) -> list[ProposedRow]:
    """Return the rows of a set that say where a city lies."""
    return rows_of_moves(change_set).get(city, [])


def refuse_other_moves(change_set: ChangeSet, city: str) -> None:
    """Refuse a second word of a set on where a city lies: each act goes by what is known.

    Raises:
        ValidationError: the set moves it already.
    """
    if moves_in(change_set, city):
        raise ValidationError(
            _("The change set says already where the city lies: change that, or publish it first.")
        )


@transaction.atomic
def propose_move(
    change_set: ChangeSet | None, person: Any, city: str, drafts: Sequence[RowDraft], *, title: str
) -> ChangeSet:
    """Propose the rows of one act on where a city lies, in a set or in one opened for them.

    Raises:
        PermissionDenied: whoever asks is no analyst.
        ValidationError: the set is closed or moves the city already, or the title is not what may
            be written.
    """
    if change_set is not None:
        refuse_other_moves(hold_open(change_set, person), city)
    own, _rows = propose_in(change_set, person, drafts, title=title)
    return own


def _cells(place: CityPlace, *, until: str) -> dict[str, str]:
    own = {"city": place.city, "until": until}
    return own | dict(zip(PLACE_COLUMNS, place.bodies, strict=True))


def _lies(place: CityPlace, *bodies: str) -> RowDraft:
    """The row by which a city lay elsewhere during the days of a place."""
    cells = dict(zip(PLACE_COLUMNS, bodies, strict=True))
    if place.until:
        return RowDraft(FormerPlacements(), (place.city, place.until), cells)
    return RowDraft(Cities(), (place.city,), cells)


def _taken_out(city: str, until: str) -> RowDraft:
    return RowDraft(FormerPlacements(), (city, until), {}, Proposal.TAKE_OUT)


def with_evidence(drafts: Sequence[RowDraft], evidence: Mapping[str, Any]) -> list[RowDraft]:
    """Return rows that all say the same beside their cells."""
    return [draft._replace(**evidence) for draft in drafts]

"""The rows that a typed text may mean, offered by a script while one types (``picker.js``).

Nothing is left to that: a box that names a row is resolved when it is saved, and does as much
without it.
"""

from __future__ import annotations

from typing import NamedTuple

from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import ngettext
from django.views.generic import View

from cbec_portal.punctuation import enumerated
from zones.admin.desk_page import whole_number
from zones.dataset.naming import scope_tables
from zones.dataset.table_registry import table_named
from zones.desk.new_rows import NewRows
from zones.desk.permissions import SetAction, require
from zones.desk.pickers import (
    NAMED,
    NotPickedError,
    Pick,
    candidates,
    entry_of,
    near,
    picked,
)
from zones.models import ChangeSet
from zones.models.labels import label
from zones.rules.vocabulary import ScopeKind

#: In the place of a table: whatever a scope names, of which kind the text alone says.
ALL_SCOPES = "places"
MOST_OF_ALL = 20


class OfferedPick(NamedTuple):
    """A row that is offered, what is said beside its label to tell it from others, and whether it
    only comes near what was typed.
    """

    pick: Pick
    beside: str = ""
    is_near: bool = False


def places_meant(typed: str, brought: NewRows) -> list[OfferedPick]:
    """Return whatever a scope names that a text may mean, the best first, of those that fit alike
    cities first; else what comes near. Beside each stand its kind, and its Chinese name where the
    label is English.
    """
    kinds = {table: kind for kind, table in scope_tables().items()}
    order = sorted(kinds, key=lambda table: table != "cities")
    found = [(table, pick) for table in order for pick in candidates(table, typed, brought=brought)]
    is_near = not found
    if is_near:
        found = [*near(order, typed, brought=brought).picks]
    found.sort(key=lambda own: own[1].rank)
    told = []
    for table, pick in found[:MOST_OF_ALL]:
        entry = entry_of(table, pick.key, brought)
        chinese = entry.parts[0][1] if entry and entry.parts else ""
        says = [label(ScopeKind(kinds[table])), chinese if chinese not in pick.label else ""]
        told.append(OfferedPick(pick, enumerated(filter(None, says)), is_near))
    return told


class Picks(View):
    """Offers rows for what is typed in a box, as JSON."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, table: str) -> JsonResponse:
        """Return the rows that the text may mean, the best first; the one that it names says so,
        and so does one that alone fits and is called so.

        ``within`` is what was typed for the row in which they lie, ``set`` the number of the set
        in which it is typed, whose new rows are offered too.

        Raises:
            PermissionDenied: whoever asks is neither analyst nor reviewer.
            Http404: there is no such table.
        """
        require(request.user, SetAction.SEE)
        typed, within = request.GET.get("q", ""), request.GET.get("within", "").strip()
        number = whole_number(request.GET.get("set", "")) or 0
        brought = NewRows(ChangeSet.objects.filter(pk=number).first() if number else None)
        try:
            if table == ALL_SCOPES:
                found = places_meant(typed, brought)
            else:
                whole = self._key(table, within, brought) if within else None
                fitting = candidates(table, typed, within=whole, brought=brought)
                found = [OfferedPick(pick) for pick in fitting]
                if not fitting and whole is None:
                    like = near([table], typed, brought=brought).picks
                    found = [OfferedPick(pick, is_near=True) for _table, pick in like]
        except KeyError:
            raise Http404("There is no such table.") from None
        except NotPickedError:
            found = []
        named = [own for own in found if own.pick.rank == NAMED and not own.is_near]
        alone = [own for own in found if own.pick.is_called_so and not own.is_near]
        told_picks = [
            {"label": own.pick.label, "beside": own.beside, "alone": found == alone == [own]}
            | {"key": own.pick.key, "rank": own.pick.rank, "named": named == [own]}
            for own in found
        ]
        if any(own.is_near for own in found):
            words = ngettext(
                "None is called so; %d row comes near.",
                "None is called so; %d rows come near.",
                len(told_picks),
            )
        else:
            words = ngettext("%d row fits.", "%d rows fit.", len(told_picks))
        told = words % len(told_picks)
        answer = JsonResponse(
            {"picks": told_picks, "told": told}, json_dumps_params={"ensure_ascii": False}
        )
        answer.headers["Cache-Control"] = "private, no-store"
        return answer

    @staticmethod
    def _key(table: str, within: str, brought: NewRows) -> str | None:
        """The key of the row in which the rows of a table lie, if they lie in one."""
        if not (whole := table_named(table).lies_in):
            return None
        return picked(whole, within, brought=brought).key[0]

"""What tables of published versions share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from cbec_portal.china_time import china_day
from zones.dataset.table import BATCH, Cells, Changes, Key, TableRow
from zones.models import Revision
from zones.models.revisions import Version
from zones.rules.kinds_of_change import fitting_changes
from zones.rules.partial_dates import first_day_text
from zones.rules.vocabulary import Change


def next_versions(model: type[Version], identities: Iterable[str]) -> dict[str, int]:
    """Return the number of the version after the newest, of each identity; of a new one it is 1."""
    wanted = set(identities)
    newest: dict[str, int] = defaultdict(lambda: 1)
    rows: Any = model.objects.published().order_by().values_list("identity")
    for identity, version in rows.annotate(newest=Max("version")):
        if identity in wanted:
            newest[identity] = version + 1
    return newest


def newest_day() -> str:
    """Return the day of the newest revision, or nothing where there is none."""
    newest = Revision.objects.first()
    return china_day(newest.published_at).isoformat() if newest else ""


def change_of(
    before: Cells | None,
    after: Cells,
    newest: str,
    *,
    start: str,
    end: str,
    beside: Iterable[str] = (),
) -> Change:
    """Return what a new version is.

    A new row is law newly *enacted* where it starts after the day of the ``newest`` revision, else
    older law newly *researched*. A changed row *ended* where its end was filled in, alone or with
    what is said ``beside`` an end, such as the document that ended it; else it was *corrected*.
    """
    if before is None:
        started = first_day_text(after[start]) if after[start] else ""
        return Change.ENACTED if newest and started > newest else Change.RESEARCHED
    moved = {name for name in after if after[name] != before[name]}
    filled_in = end in moved and not before[end]
    return Change.ENDED if filled_in and moved <= {end, *beside} else Change.CORRECTED


def withdrawn_among(
    model: type[Version], identities: Mapping[Key, str], changes: Changes
) -> set[Key]:
    """Return the new rows whose identity was withdrawn: a withdrawal can be corrected, too."""
    born = {identity: key for key, identity in identities.items() if key not in changes.before}
    found: set[Key] = set()
    wanted = [*born]
    for start in range(0, len(wanted), BATCH):
        gone = model.objects.current().filter(change=Change.WITHDRAWN.value)
        named = gone.filter(identity__in=wanted[start : start + BATCH]).order_by()
        found |= {born[identity] for identity in named.values_list("identity", flat=True)}
    return found


def misplaced(
    row: TableRow, key: Key, changes: Changes, withdrawn: Collection[Key], *, end: str
) -> str:
    """Return why what a version says of itself cannot be, or nothing where it says none or can."""
    if not row.change:
        return ""
    change, stands = Change(row.change), key in changes.before
    if change == Change.WITHDRAWN:
        return _("A row that is withdrawn is taken out: it says nothing else.")
    if change not in fitting_changes(stands=stands, was_withdrawn=key in withdrawn):
        if stands:
            return _("It stands already: say amended, ended or corrected.")
        return _("Nothing stands that it could be of: say enacted or researched.")
    if change == Change.ENDED and not row.cells[end]:
        return ended_without_day()
    return ""


def ended_without_day() -> str:
    """Return why a version that says that it ended cannot be, without the day."""
    return _("It says that it ended, but not when.")

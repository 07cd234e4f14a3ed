"""What tables of published versions share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Max

from cbec_portal.china_time import china_day
from zones.dataset.table import Cells
from zones.models import Revision
from zones.models.revisions import Version
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


def change_of(
    before: Cells | None, after: Cells, *, start: str, end: str, beside: Iterable[str] = ()
) -> Change:
    """Return what a new version is.

    A new row is law newly *enacted* where it starts after the newest revision, else older law
    newly *researched*. A changed row *ended* where only its end was filled in, alone or with what
    is said ``beside`` an end; else it was *corrected*.
    """
    if before is None:
        newest = Revision.objects.first()
        started = first_day_text(after[start]) if after[start] else ""
        later = newest and started > china_day(newest.published_at).isoformat()
        return Change.ENACTED if later else Change.RESEARCHED
    moved = {name for name in after if after[name] != before[name]}
    filled_in = end in moved and not any(before[name] for name in moved)
    return Change.ENDED if filled_in and moved <= {end, *beside} else Change.CORRECTED

"""Checking the official addresses of documents, one after the other."""

from __future__ import annotations

import fcntl
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import zip_longest
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q

from cbec_portal.china_time import now
from zones.desk.link_visits import Visit, Visitor
from zones.models import LinkCheck, Source
from zones.models.link_checks import APART
from zones.rules.vocabulary import LinkState

#: An address that answers is asked again after so long; one that fails, after a day.
DUE_AFTER = timedelta(days=7)


class CheckedElsewhereError(Exception):
    """Another process asks addresses: both together would ask hosts too often."""


def check_links(
    visitor: Visitor,
    *,
    most: int | None = None,
    told: Callable[[LinkCheck], object] = lambda _: None,
    stops: Callable[[], bool] = lambda: False,
) -> int:
    """Ask the addresses that are due, those first that waited longest; return how many.

    Each is noted by itself as soon as it is known, so that whoever stops goes on from there.

    Raises:
        CheckedElsewhereError: another process does so already.
    """
    with _alone():
        forget_unused()
        count = 0
        for address in due(now())[:most]:
            if stops():
                break
            told(note(address, visitor.visit(address), now()))
            count += 1
        return count


def due(moment: datetime) -> list[str]:
    """Return the addresses to be asked, hosts in turns, so that none keeps others waiting."""
    fresh = LinkCheck.objects.filter(
        Q(failing_since=None, checked_at__gt=moment - DUE_AFTER) | Q(checked_at__gt=moment - APART)
    )
    checked = dict(LinkCheck.objects.order_by().values_list("address", "checked_at"))
    done = set(fresh.order_by().values_list("address", flat=True))
    waiting = sorted(
        _addresses() - done,
        key=lambda own: (own in checked, checked.get(own) or moment, own),
    )
    by_host: dict[str, list[str]] = defaultdict(list)
    for address in waiting:
        by_host[urlsplit(address).hostname or ""].append(address)
    return [own for turn in zip_longest(*by_host.values()) for own in turn if own]


def next_asked(check: LinkCheck) -> datetime:
    """Return from when on an address is asked again."""
    return check.checked_at + (DUE_AFTER if check.failing_since is None else APART)


def note(address: str, visit: Visit, moment: datetime) -> LinkCheck:
    """Keep what became of asking an address; since when it fails is kept from check to check."""
    before = LinkCheck.objects.filter(address=address).first()
    since = None
    if visit.state == LinkState.FAILS:
        since = (before and before.failing_since) or moment
    check = before or LinkCheck(address=address)
    check.checked_at, check.failing_since = moment, since
    check.state, check.status = visit.state.value, visit.status
    check.trouble, check.final_address = visit.trouble, visit.final_address[:2000]
    check.save()
    return check


def forget_unused() -> None:
    """Forget addresses that no document names any more."""
    LinkCheck.objects.exclude(address__in=Source.objects.values("official_url")).delete()


def _addresses() -> set[str]:
    named = Source.objects.exclude(official_url="").order_by()
    return set(named.values_list("official_url", flat=True))


@contextmanager
def _alone() -> Iterator[None]:
    """Hold a file that one process alone can hold; the system lets go of it when that ends."""
    with (Path(settings.VAR_DIR) / "link_checks.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CheckedElsewhereError("Another process asks addresses already.") from None
        yield

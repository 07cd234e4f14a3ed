"""Of which kinds of warnings it was said, of rows that are public by now, why they were right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from zones.models import Acknowledgement

#: What warnings of each kind are about: what one said in so many words is not kept.
KINDS: Mapping[str, Any] = {
    "overlap": _("overlaps another policy of the same scope"),
    "unfound": _("nothing found, beside a rule of the same scope"),
    "follows": _("takes the place of a policy without a recorded end"),
    "equal": _("says what another policy says already"),
    "masks": _("hides another policy"),
    "unusual": _("far from what the topic is answered by"),
    "repealed": _("its document is repealed"),
    "early": _("starts before its document is in force"),
    "unquoted": _("an official text that is not quoted"),
    "untranslated": _("given in one language only"),
    "half-changed": _("changed in one language only"),
    "verified-before": _("verified on a day before it was written"),
    "no-day": _("its day of verification is taken away"),
    "all-days": _("a city that lies elsewhere for all days, not from a move on"),
    "double": _("the number of another document of its issuer"),
    "numbered": _("the number of a document of another issuer"),
}


class PastWarning(NamedTuple):
    """Why a row was right all the same: of which kind of warning, the reason, and who gave it."""

    kind: str
    reason: str
    name: str

    @property
    def words(self) -> str:
        """Return what the warning was about."""
        return str(KINDS.get(self.kind, self.kind))


#: A row of a revision: its number, its table, and its key as a text.
PublicRow = tuple[int | None, str, str]


def past_warnings(rows: Iterable[PublicRow]) -> Mapping[PublicRow, list[PastWarning]]:
    """Return what was said of warnings of rows, each once and in order; it takes one query."""
    wanted = set(rows)
    revisions = {number for number, _table, _key in wanted if number is not None}
    if not revisions:
        return {}
    said = Acknowledgement.objects.filter(
        row__change_set__revision__in=revisions, row__key__in={key for *_of, key in wanted}
    )
    of = ("row__change_set__revision", "row__table", "row__key")
    found: dict[PublicRow, dict[PastWarning, None]] = defaultdict(dict)
    for number, table, key, *told in said.order_by("pk").values_list(
        *of, "warning", "reason", "name"
    ):
        found[number, table, key][PastWarning(*told)] = None
    return {row: list(own) for row, own in found.items()}

"""Noting what a load or a change set did to each row: its cells before and after, and by whom."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from cbec_portal.china_time import now
from zones.dataset.table import BATCH, Cells, Changes, Key
from zones.models import AppliedRow, Edit, Revision
from zones.rules.vocabulary import Change


class Responsible(NamedTuple):
    """Who wrote a row and who let it through, and why; the words of its source, and where.

    ``copy_sha256`` is the hash of the archived copy in which they were read.
    """

    authors: str
    reviewer: str
    reason: str = ""
    quote: str = ""
    quote_en: str = ""
    read_at: str = ""
    copy_sha256: str = ""
    clause: str = ""
    clause_zh: str = ""
    verified_by: str = ""


def key_text(key: Key) -> str:
    """Return a natural key as it is kept: a list of texts, written as JSON."""
    return json.dumps(list(key), ensure_ascii=False)


def key_of_text(text: str) -> Key:
    """Return the natural key that a text is."""
    return tuple(json.loads(text))


def note_applied(
    edit: Edit,
    revision: Revision | None,
    changes: Mapping[str, Changes],
    responsible: Responsible | Mapping[tuple[str, Key], Responsible],
    *,
    withdraw: bool,
) -> None:
    """Note every row that was written or taken out.

    ``responsible`` says who is for all rows, or for each by its table and key: then for every one.
    """
    moment = now()

    def applied() -> Iterator[AppliedRow]:
        for table, change in changes.items():
            rows: list[tuple[Key, Cells | None, Cells | None, str]] = [
                (key, change.before.get(key), row.cells, row.change)
                for key, row in change.rows.items()
            ]
            if withdraw:
                gone = Change.WITHDRAWN.value
                rows += [(key, cells, None, gone) for key, cells in change.absent.items()]
            for key, before, after, said in rows:
                if isinstance(responsible, Responsible):
                    by = responsible
                else:
                    by = responsible[table, key]
                yield AppliedRow(
                    edit=edit.number,
                    revision=revision,
                    at=moment,
                    table=table,
                    key=key_text(key),
                    before=before,
                    after=after,
                    change=said,
                    authors=by.authors,
                    reviewer=by.reviewer,
                    reason=by.reason,
                    quote=by.quote,
                    quote_en=by.quote_en,
                    read_at=by.read_at,
                    copy_sha256=by.copy_sha256,
                    clause=by.clause,
                    clause_zh=by.clause_zh,
                    verified_by=by.verified_by,
                )

    AppliedRow.objects.bulk_create(applied(), batch_size=BATCH)

"""What a change set did that was published: its rows and its effect."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.core.paginator import Page

from zones.admin.row_links import RowLinks
from zones.admin.set_effect import told_effect
from zones.dataset.applied_rows import key_of_text
from zones.dataset.table_registry import table_named
from zones.desk.cell_words import CellWords
from zones.desk.effect import effect_of_revision, impact_of
from zones.desk.fate_counts import fate_counts
from zones.desk.past_warnings import past_warnings
from zones.desk.quotes import clauses_of
from zones.desk.revision_effect import applied_judgement, cities_that_came
from zones.desk.row_evidence import day_verified
from zones.models import ChangeSet, Revision, SetComment
from zones.selectors.dependents import past_dependents_of

#: What is shown where no effect is.
NO_EFFECT: Mapping[str, Any] = {"effect": None}


def past_effect(revision: Revision, words: CellWords) -> dict[str, Any]:
    """Return what a revision did, as it is shown: to answers in a line, a picture and a list, and
    to what depended on them.

    It is worked out from what was known before it and with it, not from what is known today.
    """
    found, effect = applied_judgement(revision), effect_of_revision(revision)
    return {
        "is_past": True,
        "is_withdrawn": False,
        "counts": fate_counts(found.count),
        "effect": told_effect(found, effect, words, cities_that_came(found)),
        "dependents": past_dependents_of(impact_of(found, effect, words), revision.pk),
    }


def applied_rows(
    change_set: ChangeSet, revision: Revision, page: Page[Any], words: CellWords
) -> list[dict[str, Any]]:
    """Return the rows of a page of a set that was published: what each was and became, with what
    was remarked on it and what was warned of.
    """
    said: dict[tuple[str, str], list[SetComment]] = defaultdict(list)
    of_rows = change_set.comments.filter(row__isnull=False).select_related("row")
    for remark in of_rows.order_by("pk"):
        if remark.row:
            said[remark.row.table, remark.row.key].append(remark)
    warned = past_warnings((revision.pk, one.table, one.key) for one in page)
    shown = []
    links = RowLinks(words, [(table_named(one.table), one.after or one.before) for one in page])
    for one in page:
        table = table_named(one.table)
        before, after = one.before or {}, one.after or {}
        names = [column.name for column in table.columns]
        moved = {name: (before.get(name, ""), after.get(name, "")) for name in names}
        moved = {name: pair for name, pair in moved.items() if pair[0] != pair[1]}
        shown.append(
            {
                "row": one,
                "clauses": clauses_of(one.after, one),
                "verified_on": day_verified(one.before, one.after),
                "name": words.row(table, key_of_text(one.key)),
                "table": table.label,
                "comments": said[one.table, one.key],
                "links": links.of(table, after or before),
                "past_warnings": warned.get((revision.pk, one.table, one.key), []),
                "cells": words.moved(table, moved, one.before, one.after),
            }
        )
    return shown

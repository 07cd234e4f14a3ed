"""A row that was taken out is called otherwise by nobody: it is refused in words."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.zones.desk.acts import known, proposed, published, said, taken_out, written
from tests.zones.desk.grids import judged
from tests.zones.desk.test_every_table import tomorrow
from tests.zones.desk.test_other_keys import names_of
from zones.dataset.alias_table import tables_of_kinds
from zones.dataset.table_registry import registry, table_named
from zones.desk.judgement import judge
from zones.desk.key_proposals import propose_key
from zones.desk.proposals import open_set
from zones.desk.row_drafts import RowDraft
from zones.models.former_keys import keys_of_kind, row_named
from zones.rules.vocabulary import Fate

pytestmark = pytest.mark.django_db

#: Kinds of rows that stand in tables, and so can be taken out.
KINDS = sorted(tables_of_kinds())


def test_tables_that_set_rows_aside_are_among_them() -> None:
    aside = {table.name for table in registry if table.is_set_aside}
    assert aside == {"cities", "requirements"}
    assert aside <= set(tables_of_kinds().values())


@pytest.fixture
def gone(analyst: Any, reviewer: Any) -> dict[str, tuple[str, ...]]:
    """The keys of new rows of every table that were published, and taken out by another set."""
    new = tomorrow()
    del new["aliases"]
    published(analyst, reviewer, *(said(t, own) for t, rows in new.items() for own in rows))
    out = [
        taken_out(name, table_named(name).key_of(own)) for name, rows in new.items() for own in rows
    ]
    published(analyst, reviewer, *out)
    return {name: table_named(name).key_of(rows[0]) for name, rows in new.items()}


def test_another_key_of_a_row_that_was_taken_out_is_refused(
    analyst: Any, gone: dict[str, tuple[str, ...]], client: Client
) -> None:
    """By a form, a grid, the API and the command alike."""
    refused = set()
    for kind in KINDS:
        name, joint = tables_of_kinds()[kind], keys_of_kind(kind).joint
        if gone[name] in known(name):
            continue  # what earlier revisions name for ever stays as it is
        former = joint.join(gone[name]) if keys_of_kind(kind).scope else gone[name][0]
        _row, _former, _now, new = names_of(kind)
        with pytest.raises(ValidationError, match=r"was taken out|there is no"):
            propose_key(analyst, kind, former, new)
        if row_named(kind, former) is None:
            continue
        refused.add(kind)
        now = former.rpartition(joint)[0] + joint + new if keys_of_kind(kind).scope else new
        draft = RowDraft(table_named("aliases"), (kind, former), {"current": now})
        (row,) = judge(proposed(analyst, draft)).rows
        assert row.fate == Fate.REFUSED
        assert [problem.column for problem in row.problems] == ["former"]
        assert former in row.problems[0].why
        (line,) = judged("aliases", [["kind", "former", "current"], [kind, former, now]]).rows
        assert line.fate == Fate.REFUSED
        log_in_staff(client, analyst)
        address = reverse("admin:desk-row-new", args=[open_set(analyst, "A key").pk])
        cells = {"cell_kind": kind, "cell_former": former, "cell_current": now}
        page = client.post(f"{address}?table=aliases", {"do": "save", **cells})
        assert page.status_code == 400
        assert any(box.errors for box in page.context["boxes"]) or page.context["errors"]
    assert refused == {"city", "requirement"}


def test_a_row_that_is_written_again_in_the_same_set_may_be_called_otherwise(
    analyst: Any, reviewer: Any
) -> None:
    city = next(own for own in tomorrow()["cities"])
    city |= {"province": "CN-ZJ", "customs_district": "2900"}
    published(analyst, reviewer, said("cities", city))
    published(analyst, reviewer, taken_out("cities", ("tomorrow",)))
    key = written("aliases", ("city", "tomorrow"), current="the-day-after")
    published(analyst, reviewer, said("cities", city), key)
    assert row_named("city", "the-day-after") is not None
    assert ("the-day-after",) in known("cities")

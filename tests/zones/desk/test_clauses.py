"""Beside a quote stands its clause in both languages, of whatever table the row is."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils.html import strip_tags

from tests.zones.desk.acts import known, published, row_of, taken_out, written
from tests.zones.desk_forms import Desk, refused, set_of
from zones.dataset.table_registry import registry, table_named
from zones.desk.bulk_rows import set_in_rows
from zones.desk.grid import read_table
from zones.desk.grid_files import read_text
from zones.desk.history import of_object
from zones.desk.proposals import repropose
from zones.desk.row_evidence import EVIDENCE, evidence_of
from zones.models import AppliedRow, ProposedRow, RowEdit

pytestmark = pytest.mark.django_db

WITHOUT = [t.name for t in registry if "clause" not in {column.name for column in t.columns}]
CLAUSES = {"clause": "Article 7", "clause_zh": "第七条"}
ZONE = ("comprehensive", "hefei")


def test_a_table_says_beside_its_rows_what_it_has_no_columns_for() -> None:
    assert {*WITHOUT} >= {"zones", "zone_coverage", "batches", "cities", "sources"}
    assert "policies" not in WITHOUT
    assert "requirements" not in WITHOUT
    for table in registry:
        has_none = table.name in WITHOUT
        assert evidence_of(table) == (
            EVIDENCE if has_none else tuple(one for one in EVIDENCE if one not in CLAUSES)
        )


@pytest.mark.parametrize("name", [name for name in WITHOUT if name not in ("aliases",)])
def test_the_form_of_a_row_takes_its_clause_and_the_log_keeps_it(name: str) -> None:
    desk = Desk()
    keys = list(known(name))
    if not keys:
        return
    told = desk.send(name, {"note": "Seen"}, keys[-1], do="keep", quote="原文", **CLAUSES)
    assert told.status_code == 303
    row = set_of(told).rows.get()
    assert (row.clause, row.clause_zh) == ("Article 7", "第七条")
    (edit,) = RowEdit.objects.filter(row=row)
    assert {**CLAUSES, "quote": "原文"}.items() <= (edit.said or {}).items()
    form = desk.client.get(f"/admin/desk/sets/{row.change_set_id}/rows/{row.pk}/").content.decode()
    assert 'name="clause" maxlength="200" value="Article 7"' in form


# The pages of the desk lean on undefined variables.
@pytest.mark.ignore_template_errors
def test_a_clause_is_told_before_and_after_publication(analyst: Any, reviewer: Any) -> None:
    desk = Desk()
    change_set = desk.proposes("zones", {"note": "Seen"}, ZONE, quote="原文", **CLAUSES)
    page = f"/admin/desk/sets/{change_set.pk}/"
    assert "第七条 · Article 7" in strip_tags(desk.client.get(page).content.decode())
    revision = desk.review(change_set)
    applied = AppliedRow.objects.get(revision=revision)
    assert (applied.clause, applied.clause_zh) == ("Article 7", "第七条")
    (told,) = of_object(table_named("zones"), ZONE).rows
    assert (told.clause, told.clause_zh) == ("Article 7", "第七条")
    for address in (page, f"/admin/desk/history/?revision={revision.number}"):
        assert "第七条 · Article 7" in strip_tags(desk.client.get(address).content.decode())
    published(analyst, reviewer, taken_out("zones", ZONE)._replace(quote="撤销", **CLAUSES))
    assert AppliedRow.objects.order_by("-pk")[0].clause_zh == "第七条"


def test_a_clause_that_cannot_be_kept_is_refused_beside_its_box() -> None:
    desk = Desk()
    for name, nasty in (("clause", "x" * 201), ("clause_zh", "a\x0bb")):
        answered = desk.send("zones", {"note": "Seen"}, ZONE, **{name: nasty})
        assert list(refused(answered)) == [name]
        assert answered.context[f"said_{name}"] == nasty


def test_a_policy_has_its_clause_among_its_cells_alone() -> None:
    desk = Desk()
    key = next(iter(known("policies")))
    told = desk.send("policies", {"note": "Seen"}, key, clause="Article 9", quote="原文")
    row = set_of(told).rows.get()
    assert (row.clause, row.quote) == ("", "原文")
    assert 'name="clause"' not in desk.client.get(desk.address("policies", key)).content.decode()


@pytest.mark.parametrize(
    "head", ["clause\tclause_zh", "条款\t中文条款", "Clause\tChinese clause", "clause\tClause_ZH"]
)
def test_a_grid_has_columns_for_clauses(head: str) -> None:
    zones = f"programme\tcity\tbatch\tnote\tquote\t{head}\n"
    zones += "comprehensive\thefei\t2\tSeen\t原文\tArticle 7\t第七条\n"
    reading = read_table(table_named("zones"), read_text(zones))
    assert reading.problems == []
    (draft,) = reading.drafts
    assert (draft.quote, draft.clause, draft.clause_zh) == ("原文", "Article 7", "第七条")
    assert not {"clause", "clause_zh"} & draft.cells.keys()
    key = next(iter(known("policies")))
    policies = "topic\tscope_kind\tscope_code\teffective_from\tclause\n"
    policies += "\t".join(key) + "\tArticle 8\n"
    (draft,) = read_table(table_named("policies"), read_text(policies)).drafts
    assert (draft.cells["clause"], draft.clause) == ("Article 8", "")


def test_a_clause_is_set_in_many_rows_as_a_cell_or_beside_it(analyst: Any) -> None:
    desk = Desk()
    key = next(iter(known("policies")))
    own = desk.proposes("zones", {"note": "Seen"}, ZONE)
    desk.proposes("policies", {"note": "Seen"}, key, set=str(own.pk))
    numbers = [row.pk for row in own.rows.all()]
    set_in_rows(own, analyst, numbers, "clause", " Article 7 ")
    rows = {row.table: row for row in ProposedRow.objects.all()}
    assert rows["zones"].clause == "Article 7"
    assert (rows["policies"].clause, rows["policies"].cells["clause"]) == ("", "Article 7")
    row = row_of(own, ZONE)
    repropose(row, analyst, written("zones", ZONE, note="Once more"), whole=False)
    assert row_of(own, ZONE).clause == "Article 7", "not said, so it stays"

"""What kind of change a row is can be said wherever rows are entered, and fares the same there."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from cbec_portal.languages import CODES
from tests.conftest import log_in_staff
from tests.zones.desk.acts import DOCUMENT, judged, known, proposed, say_why_all, written
from tests.zones.desk.grids import judged as judged_lines
from tests.zones.desk.grids import page_of
from zones.dataset.table_registry import registry, table_named
from zones.desk import proposals
from zones.desk.bulk_rows import columns_of, set_in_rows
from zones.desk.grid import read_table
from zones.desk.grid_files import read_text
from zones.desk.grid_judgement import judged_grid
from zones.desk.grid_matrix import read_matrix
from zones.desk.proposals import open_set, propose
from zones.desk.set_publication import publish_set
from zones.desk.set_steps import submit
from zones.models import AppliedRow, ChangeSet
from zones.models.labels import label
from zones.rules.vocabulary import Change, Fate

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

LIMIT = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")
HEAD = ["topic", "scope_kind", "scope_code", "effective_from"]


def publishes(change_set: ChangeSet, analyst: Any, reviewer: Any) -> Any:
    """The revision by which somebody else publishes a set."""
    proposals.retitle(change_set, analyst, reason="Announced.")
    say_why_all(change_set, analyst)
    submit(change_set, analyst)
    return publish_set(change_set, reviewer)


def noted(kind: str, *, head: str = "change", **cells: str) -> Any:
    """A line that says another note of a policy, or what is given, and what kind that is."""
    own = cells or {"note": "Read anew"}
    return judged_lines("policies", [[*HEAD, *own, head], [*LIMIT, *own.values(), kind]])


@pytest.mark.parametrize("kind", [Change.AMENDED, Change.CORRECTED])
def test_a_line_says_it_by_a_word_of_either_language(kind: Change) -> None:
    said = {kind.value}
    for language in CODES:
        with override(language):
            said.add(label(kind))
    for head in ("change", "Kind of change", "变更类型"):
        for word in said:
            (row,) = noted(word, head=head).rows
            assert row.fate == Fate.CHANGED, row.problems
            assert row.row.draft is not None
            assert row.row.draft.change == kind


@pytest.mark.parametrize("kind", ["amendet", "withdrawn"])
def test_a_word_that_is_no_kind_is_refused_and_the_kinds_are_offered(kind: str) -> None:
    (row,) = noted(kind).rows
    (problem,) = row.problems
    assert problem.column == "change"
    assert kind in problem.why
    assert "amended" in {offer.cell for offer in problem.offers}
    assert "withdrawn" not in {offer.cell for offer in problem.offers}


@pytest.mark.parametrize("kind", ["enacted", "researched"])
def test_a_kind_that_does_not_fit_is_refused_in_words(kind: str) -> None:
    (row,) = noted(kind).rows
    (problem,) = row.problems
    assert (row.fate, problem.column) == (Fate.REFUSED, "change")
    assert "say amended, ended or corrected" in problem.why


@pytest.mark.parametrize(
    ("table", "key", "cells"),
    [
        ("cities", ("hangzhou",), {"name_en": "Hang"}),
        ("sources", (DOCUMENT,), {"title_en": "Called otherwise"}),
        ("topics", (LIMIT[0],), {"question_en": "How much for a single order?"}),
    ],
)
def test_it_is_the_same_of_rows_without_versions(
    analyst: Any, table: str, key: Any, cells: dict[str, str]
) -> None:
    own = table_named(table)
    fates = {}
    for kind in ("amended", "corrected", "enacted", "ended"):
        lines = [[*own.key, *cells, "change"], [*key, *cells.values(), kind]]
        (row,) = judged_lines(table, lines).rows
        fates[kind] = row.fate
        draft = written(table, key, **cells)._replace(change=kind)
        assert judged(proposed(analyst, draft)).fate == row.fate, "a set judges it so"
    assert fates == {
        "amended": Fate.CHANGED,
        "corrected": Fate.CHANGED,
        "enacted": Fate.REFUSED,
        "ended": Fate.REFUSED,
    }


def test_what_stays_as_it_is_becomes_no_change_by_its_kind() -> None:
    cells = known("policies")[LIMIT]
    (row,) = noted("amended", note=cells["note"]).rows
    assert row.fate == Fate.SAME


def test_a_set_keeps_the_kind_of_a_row_of_which_nothing_is_said_anew(analyst: Any) -> None:
    draft = written("policies", LIMIT, note="Read anew")
    own = proposed(analyst, draft._replace(change="amended"))
    propose(own, analyst, [draft._replace(cells={"note": "Read twice"})])
    assert own.rows.get().change == "amended"
    lines = [[*HEAD, "note", "change"], [*LIMIT, "Read twice", "corrected"]]
    grid = read_table(table_named("policies"), read_text("\n".join(map("\t".join, lines))))
    (row,) = judged_grid(grid, own).rows
    assert row.held is not None
    assert row.held.moved == {"change": ("amended", "corrected")}


def test_an_announcement_for_many_districts_is_one_paste(analyst: Any, reviewer: Any) -> None:
    topic = LIMIT[0]
    codes = [key[0] for key in sorted(known("customs_districts"))][:40]
    lines = [["", topic], *([f"customs_district {code}", "4000"] for code in codes)]
    shared = {
        "effective_from": "2019-01-01",
        "source_id": DOCUMENT,
        "verification": "secondary",
        "summary_en": "A trial.",
        "summary_zh": "试点。",
    }
    text = "\n".join("\t".join(line) for line in lines)
    own = open_set(analyst, "Forty")
    page = page_of(own, analyst)
    posted = {f"shared_{name}": value for name, value in shared.items()}
    done = page(do="propose", table="matrix", text=text, **posted)
    assert done.status_code == 303
    publishes(own, analyst, reviewer)
    again = open_set(analyst, "Forty more")
    page = page_of(again, analyst)
    text = text.replace("\t4000", "\t5000")
    looked = page(do="look", table="matrix", text=text, shared_change="enacted", **posted)
    box = next(one for one in looked.context["grid_shared"] if one.name == "change")
    assert box.errors, "what does not fit is told once, beside its box"
    done = page(do="propose", table="matrix", text=text, shared_change="amended", **posted)
    assert done.status_code == 303
    assert set(again.rows.values_list("change", flat=True)) == {"amended"}
    revision = publishes(again, analyst, reviewer)
    applied = AppliedRow.objects.filter(revision=revision)
    assert applied.count() == len(codes)
    assert set(applied.values_list("change", flat=True)) == {"amended"}


def test_a_column_beside_a_matrix_says_it_of_its_line() -> None:
    text = f"\t{LIMIT[0]}\tchange\nnation\t6000\t修订\n"
    shared = {"effective_from": LIMIT[3]}
    (row,) = judged_grid(read_matrix(read_text(text), shared)).rows
    assert row.row.draft is not None
    assert row.row.draft.change == "amended", row.problems


def test_the_page_of_many_places_says_it(analyst: Any) -> None:
    own = open_set(analyst, "Many")
    page = page_of(own, analyst, "admin:desk-places")
    shown = page(
        do="look",
        topic=LIMIT[0],
        cell_value="6000",
        places="CN",
        scope_kind="nation",
        shared_effective_from=LIMIT[3],
        shared_change="amended",
    )
    box = next(one for one in shown.context["grid_shared"] if one.name == "change")
    assert dict(box.options)["amended"] == "amended"
    assert box.value == "amended"
    (told,) = shown.context["shown"]
    assert ("kind of change", "", "amended") in told["cells"]


def test_several_rows_of_a_set_say_it_at_once(analyst: Any) -> None:
    keys = sorted(known("policies"))[:3]
    own = proposed(analyst, *(written("policies", key, note="Seen") for key in keys))
    offered = {name for one in columns_of(own) for name, _words in one.columns}
    assert "change" in offered
    rows = [row.pk for row in own.rows.all()]
    set_in_rows(own, analyst, rows, "change", "修订")
    assert set(own.rows.values_list("change", flat=True)) == {"amended"}
    for word in ("enacted", "nonsense", "withdrawn"):
        with pytest.raises(ValidationError):
            set_in_rows(own, analyst, rows, "change", word)
    set_in_rows(own, analyst, rows, "change", "")
    assert set(own.rows.values_list("change", flat=True)) == {""}


def test_a_program_says_it(analyst: Any) -> None:
    own = open_set(analyst, "By a program")
    client = Client()
    log_in_staff(client, analyst)
    said = dict(zip(HEAD, LIMIT, strict=True)) | {"note": "Read anew"}
    address = reverse("api-change-set-check", args=[own.pk])

    def check(kind: str) -> Any:
        body = json.dumps({"table": "policies", "rows": [said | {"change": kind}]})
        return client.post(address, body, content_type="application/json").json()["rows"][0]

    assert (check("amended")["fate"], check("amended")["change"]) == ("changed", "amended")
    refused = check("enacted")
    assert (refused["fate"], refused["problems"][0]["column"]) == ("refused", "change")


def test_a_reviewer_reads_it_beside_the_row(analyst: Any) -> None:
    own = proposed(analyst, written("policies", LIMIT, note="Seen")._replace(change="amended"))
    client = Client()
    log_in_staff(client, analyst)
    shown = client.get(reverse("admin:desk-set", args=[own.pk])).content.decode()
    assert '<span class="badge">amended</span>' in shown


@pytest.mark.parametrize("table", [table.name for table in registry])
def test_an_export_with_kinds_beside_its_rows_brings_nothing(table: str) -> None:
    own = table_named(table)
    rows = known(table)
    if not rows or table == "aliases":
        return
    key = sorted(rows)[0]
    names = [column.name for column in own.columns]
    cells = [rows[key][name] for name in names]
    grid = judged_lines(table, [[*names, "change"], [*cells, "amended"]])
    assert [row.fate for row in grid.rows] == [Fate.SAME]


@pytest.mark.parametrize("table", [table.name for table in registry])
def test_the_list_of_columns_names_what_stands_beside_the_cells(analyst: Any, table: str) -> None:
    shown = page_of(open_set(analyst, "Columns"), analyst)(do="look", table=table, text="")
    ((_name, _words, columns),) = shown.context["grid_columns"]
    labels = [label for label, *_others in columns]
    own = {column.name for column in table_named(table).columns}
    assert ("quote" in labels) or "quote" in own
    assert ("kind of change" in labels) == (table != "aliases")
    if table != "aliases":
        values = next(values for label, _starred, values in columns if label == "kind of change")
        assert "amended" in values

"""What stands beside the cells of a row is judged with them, however the row comes in."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.zones.desk.acts import known, row_of
from zones.dataset.table_registry import table_named
from zones.desk.city_moves import address_of_move
from zones.desk.grid_names import folded
from zones.desk.judgement import judge_rows
from zones.desk.proposals import open_set
from zones.desk.row_drafts import RowDraft, drafted
from zones.desk.row_evidence import EVIDENCE, evidence_of
from zones.models import ChangeSet
from zones.rules.vocabulary import Fate

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

NASTY = "\u0007\u000b\u200b\u2028\u202e\u2066\ufeff\ufffd"
LIMIT = "import-single-transaction-limit"
TEXTS = ("quote", "quote_en")
#: What stands beside the cells of a policy, and what each cannot be.
WRONG = [
    *((name, f"a{sign}b") for name in TEXTS for sign in NASTY),
    *((name, "a" * 5001) for name in TEXTS),
    *(("read_at", f"https://www.gov.cn/a{sign}b") for sign in NASTY),
    *(("read_at", text) for text in ("pad", "ftp://a.cn", "javascript:alert(1)", "https://")),
    ("read_at", f"https://www.gov.cn/{'a' * 5000}"),
]
IDS = [f"{name}-{text[:40]!a}" for name, text in WRONG]
#: One of each: what all rows share is judged as what one of them says.
FEW = [("quote", "a\u000bb"), ("quote_en", "a\u202eb"), ("read_at", "pad")]
CALLED = {"quote": "quote", "quote_en": "quote in English", "read_at": "read at"}
SHARED = {
    "effective_from": "2027-01-01",
    "source_id": "mof-gacc-sta-2018-49",
    "verification": "secondary",
    "summary_en": "A trial.",
    "summary_zh": "试点。",
    "state": "stated",
}


def row(code: str, **more: str) -> dict[str, str]:
    where = {"topic": LIMIT, "scope_kind": "customs_district", "scope_code": code}
    return {**where, "value": "4000", **SHARED, **more}


def text_of(*rows: dict[str, str]) -> str:
    names = list(dict.fromkeys(name for own in rows for name in own))
    return "\n".join(
        "\t".join(own.get(n, n if i == 0 else "") for n in names)
        for i, own in enumerate([{}, *rows])
    )


@pytest.fixture
def own(analyst: Any) -> ChangeSet:
    return open_set(analyst, "Beside the cells")


@pytest.fixture
def client(analyst: Any) -> Client:
    found = Client()
    log_in_staff(found, analyst)
    return found


def test_all_of_them_are_tried() -> None:
    assert {name for name, _text in WRONG} == set(evidence_of(table_named("policies")))


def rows_of_each(name: str) -> list[dict[str, str]]:
    """A good row, and one of each wrong text, from different days on."""
    texts = ["", *(text for own, text in WRONG if own == name)]
    return [
        row("3100", **{name: text, "effective_from": f"2027-01-{day:02}"})
        for day, text in enumerate(texts, start=1)
    ]


@pytest.mark.parametrize("name", CALLED)
def test_the_api_judges_them_as_cells(client: Client, own: ChangeSet, name: str) -> None:
    def send(address: str, rows: list[dict[str, str]]) -> Any:
        return client.post(
            reverse(f"api-change-set-{address}", args=[own.pk]),
            json.dumps({"table": "policies", "rows": rows}),
            "application/json",
            headers={"If-Match": "*"},
        )

    rows = rows_of_each(name)
    for address, status in (("check", 200), ("rows", 400)):
        answer = send(address, rows)
        assert answer.status_code == status
        good, *wrong = answer.json()["rows"]
        assert (good["fate"], good["problems"]) == ("new", [])
        assert [one["row"] for one in wrong] == list(range(2, len(rows) + 1))
        for one in wrong:
            assert one["fate"] == "refused"
            assert [problem["column"] for problem in one["problems"]] == [name]
    assert not own.rows.exists()
    assert send("rows", rows[:1]).status_code == 201


@pytest.mark.parametrize("name", CALLED)
def test_a_grid_proposes_the_good_rows_and_gives_the_others_back(
    client: Client, own: ChangeSet, name: str
) -> None:
    page = reverse("admin:desk-grid", args=[own.pk])
    rows = rows_of_each(name)
    sent = {"table": "policies", "text": text_of(*rows)}
    looked = client.post(page, {"do": "look", **sent})
    assert looked.status_code == 200
    refused = looked.context["judged"].refused
    assert [one.row.line for one in refused] == list(range(3, len(rows) + 2))
    assert {p.column for one in refused for p in one.problems} == {name}
    mending = client.post(page, {"do": "mend", **sent}).context["shown"]
    head = f"{CALLED[name]} ({name})"
    if folded(CALLED[name]) == folded(name):
        head = CALLED[name]
    assert [[box.head for box in one["boxes"]] for one in mending] == [[head]] * len(refused)
    assert {called for one in mending for called, _why in one["problems"]} == {CALLED[name]}
    done = client.post(page, {"do": "propose", **sent})
    assert done.context["proposed"] == 1
    assert "2027-01-01" in row_of(own).key
    assert len(done.context["judged"].refused) == len(refused)


@pytest.mark.parametrize(("name", "text"), FEW)
def test_places_and_a_matrix_refuse_the_cells_that_share_them(
    client: Client, own: ChangeSet, name: str, text: str
) -> None:
    shared = {f"shared_{column}": cell for column, cell in {**SHARED, name: text}.items()}
    sent = {"topic": LIMIT, "cell_value": "4000", "places": "2900\n3100", **shared}
    sent |= {"do": "propose", "scope_kind": "customs_district"}
    answer = client.post(reverse("admin:desk-places", args=[own.pk]), sent)
    judged = answer.context["judged"]
    assert [one.fate for one in judged.rows] == [Fate.REFUSED] * 2
    assert [p.column for one in judged.rows for p in one.problems] == []
    wrong = [box.name for box in answer.context["grid_shared"] if box.errors]
    assert wrong == [name], "it is told once, beside the box that both share"
    assert answer.context["places"] == "2900\n3100"
    assert not own.rows.exists()
    matrix = f"place\t{LIMIT}\t{name}\n2900\t4000\t\n3100\t4000\t{text}"
    sent = {"do": "propose", "table": "matrix", "text": matrix, "scope_kind": "customs_district"}
    plain = {f"shared_{column}": cell for column, cell in SHARED.items()}
    page = reverse("admin:desk-grid", args=[own.pk])
    done = client.post(page, {**sent, **plain, "only_errors": "1"})
    assert done.context["proposed"] == 1
    (refused,) = done.context["judged"].refused
    assert [problem.column for problem in refused.problems] == [name]
    (shown,) = done.context["shown"]
    assert CALLED[name] in {box.head.partition(" (")[0] for box in shown["boxes"]}


@pytest.mark.parametrize(
    ("name", "text", "do"),
    [*((*one, "save") for one in WRONG), *((*one, "keep") for one in FEW)],
    ids=[*IDS, *(f"{name}-kept" for name, _text in FEW)],
)
def test_a_form_says_it_once_beside_its_box(
    client: Client, own: ChangeSet, name: str, text: str, do: str
) -> None:
    page = f"{reverse('admin:desk-row-new', args=[own.pk])}?table=policies"
    cells = {f"cell_{column}": cell for column, cell in row("2900").items()}
    answer = client.post(page, {"do": do, **cells, name: text})
    assert answer.status_code == 400
    assert {one: len(why) for one, why in answer.context["wrong_beside"].items() if why} == {
        name: 1
    }
    assert len(answer.context["errors"]) == 1, "the banner counts"
    assert not own.rows.exists()


@pytest.mark.parametrize(("name", "text"), FEW)
def test_the_form_of_a_move_says_it_once_beside_its_box(
    client: Client, name: str, text: str
) -> None:
    page = address_of_move("jiaxing", "")
    cells = {"until": "2026-06-30", "province": "CN-AH", "customs_district": "3300"}
    sent = {f"cell_{column}": cell for column, cell in cells.items()} | {"quote": "嘉兴市。"}
    answer = client.post(page, {"do": "save", **sent, name: text})
    assert answer.status_code == 400
    assert {one: len(why) for one, why in answer.context["wrong_beside"].items()} == {name: 1}
    assert not ChangeSet.objects.exists()


@pytest.mark.parametrize("name", EVIDENCE)
def test_rows_of_every_table_are_judged_so(own: ChangeSet, name: str) -> None:
    """Whatever table says it beside its cells, and whatever becomes of them."""
    tried = 0
    for table in (table_named(one) for one in ("provinces", "cities", "sources", "policies")):
        there = known(table.name)
        if name not in evidence_of(table) or not there:
            continue
        tried += 1
        draft = RowDraft(table, next(iter(there)), {}, **{name: "a\u202eb"})  # type: ignore[arg-type]
        (judged,) = judge_rows(drafted(own, [draft])).rows
        assert judged.fate == Fate.REFUSED
        assert [problem.column for problem in judged.problems] == [name]
    assert tried

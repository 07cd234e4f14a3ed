"""A document that is written down twice is told of before it is saved, whatever way it comes in."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from tests.conftest import log_in_staff
from tests.zones.datasets import Row, change_rows, copy_of_fixtures
from tests.zones.desk.acts import known, proposed, say_why_all, taken_out, warned_of, written
from zones.dataset.table import Cells
from zones.dataset.table_registry import table_named
from zones.desk.judgement import judge
from zones.desk.proposals import open_set
from zones.desk.row_drafts import RowDraft
from zones.desk.row_warnings import unacknowledged
from zones.desk.set_steps import submit
from zones.models import ChangeSet
from zones.rules.vocabulary import SetState

pytestmark = pytest.mark.django_db

NUMBER = "海关总署公告2018年第194号"
KNOWN = "gacc-2018-194"
CUSTOMS = "General Administration of Customs"
WRITTEN = [
    NUMBER,
    "海关总署公告２０１８年第１９４号",
    "海关总署公告 2018年 第194号",
    "海关总署公告〔2018年〕第194号",
    "海关总署公告[2018年]第(194)号",
    "海關總署公告2018年第194號",
    "海关总署2018年第194号公告",
    "公告2018年第194号",
    "总署公告〔2018〕194号",
    "2018年第194号",
]


def document(key: str, number: str, issuers: str = CUSTOMS) -> Cells:
    own = known("sources")[KNOWN,]
    return {**own, "id": key, "document_number": number, "issuers": issuers}


def new(key: str, number: str, issuers: str = CUSTOMS) -> RowDraft:
    return RowDraft(table_named("sources"), None, document(key, number, issuers))


@pytest.mark.parametrize("number", WRITTEN)
def test_it_is_the_same_number_however_it_is_written(analyst: Any, number: str) -> None:
    own = proposed(analyst, new("gacc-twice", number))
    ((code, about),) = warned_of(judge(own))
    assert code == "double"
    assert about.startswith(f"{KNOWN} ")


def test_the_number_of_others_is_said_and_of_one_issuer_among_several_as_its_own(
    analyst: Any,
) -> None:
    others = "Ministry of Finance; State Council"
    assert [c for c, _ in warned_of(judge(proposed(analyst, new("a", NUMBER, others))))] == [
        "numbered"
    ]
    # The General Administration is one of them, by another of its spellings.
    jointly = "Ministry of Finance; 海关总署"
    assert [c for c, _ in warned_of(judge(proposed(analyst, new("b", NUMBER, jointly))))] == [
        "double"
    ]


@pytest.mark.parametrize(
    "number", ["财政部公告2018年第194号", "海关总署令第194号", "海关总署公告2019年第194号"]
)
def test_the_number_of_another_year_form_or_issuer_is_another(analyst: Any, number: str) -> None:
    assert warned_of(judge(proposed(analyst, new("gacc-other", number)))) == []


def test_two_of_one_set_are_told_of_each_other(analyst: Any) -> None:
    own = proposed(analyst, new("one", "某字〔2027〕1号"), new("two", "某字[2027]1号"))
    assert {code for code, _about in warned_of(judge(own))} == {"double"}
    assert {about.split()[0] for _code, about in warned_of(judge(own))} == {"one", "two"}


def test_it_waits_for_a_reason(analyst: Any) -> None:
    own = proposed(analyst, new("gacc-twice", NUMBER))
    say_why_all(own, analyst, "Another term of office.")
    assert unacknowledged(own, judge(own)) == []
    assert submit(own, analyst).state == SetState.IN_REVIEW


def test_a_row_that_keeps_its_number_or_has_none_is_not_told_of(analyst: Any) -> None:
    assert warned_of(judge(proposed(analyst, written("sources", (KNOWN,), title_en="Anew")))) == []
    none = proposed(analyst, new("one", ""), new("two", ""), new("three", "〔〕"))
    assert warned_of(judge(none)) == []


def test_what_the_set_takes_out_is_no_double(analyst: Any) -> None:
    other = next(key for key, cells in known("sources").items() if cells["document_number"])
    number = known("sources")[other]["document_number"]
    both = proposed(analyst, new("again", number), taken_out("sources", other))
    assert warned_of(judge(both)) == []


def test_a_document_that_gets_the_number_later_is_told_of(analyst: Any) -> None:
    key = next(key for key, cells in known("sources").items() if not cells["document_number"])
    own = proposed(analyst, written("sources", key, document_number=NUMBER))
    assert [code for code, _about in warned_of(judge(own))] == ["numbered"]


def at_the_desk(analyst: Any) -> Client:
    client = Client()
    log_in_staff(client, analyst)
    return client


def test_the_form_shows_it_and_saves_when_it_is_sent_again(analyst: Any) -> None:
    client, page = at_the_desk(analyst), reverse("admin:desk-propose", args=["sources"])
    cells = {f"cell_{name}": c for name, c in document("gacc-twice", WRITTEN[1]).items()}
    shown = client.post(page, {"do": "save", **cells})
    assert shown.status_code == 400
    assert not ChangeSet.objects.exists()
    told = strip_tags(shown.content.decode())
    assert f"{KNOWN} ({NUMBER}" in told
    assert "Save it as another document" in told
    seen = shown.context["doubles"]
    other = {**cells, "cell_document_number": "海关总署公告2016年第26号"}
    assert client.post(page, {"do": "save", **other, "doubles": seen}).status_code == 400
    saved = client.post(page, {"do": "save", **cells, "doubles": seen})
    assert saved.status_code == 303
    assert ChangeSet.objects.get().rows.count() == 1


def test_the_form_of_a_set_knows_the_other_rows_of_it(analyst: Any) -> None:
    own = proposed(analyst, new("one", "某字〔2027〕1号"))
    page = reverse("admin:desk-row-new", args=[own.pk]) + "?table=sources"
    cells = {f"cell_{name}": c for name, c in document("two", "某字[2027]1号").items()}
    shown = at_the_desk(analyst).post(page, {"do": "save", **cells})
    assert shown.status_code == 400
    assert "one (某字〔2027〕1号" in strip_tags(shown.content.decode())


def as_text(*rows: Cells) -> str:
    names = [column.name for column in table_named("sources").columns]
    lines = ["\t".join(row[name] for name in names) for row in rows]
    return "\n".join(["\t".join(names), *lines])


def test_a_grid_shows_it_and_proposes_when_it_is_sent_again(analyst: Any) -> None:
    own = open_set(analyst, "A grid")
    client, page = at_the_desk(analyst), reverse("admin:desk-grid", args=[own.pk])
    text = as_text(
        document("gacc-twice", WRITTEN[3]),
        document("one", "某字〔2027〕1号"),
        document("two", "某字[2027]1号"),
    )
    posted = {"table": "sources", "text": text}
    shown = client.post(page, {"do": "propose", **posted})
    assert shown.status_code == 200
    assert not own.rows.exists()
    assert shown.content.decode().count("has this number, too") == 3
    sent = client.post(page, {"do": "propose", "doubles": shown.context["doubles"], **posted})
    assert sent.status_code == 303
    assert own.rows.count() == 3


@pytest.mark.parametrize("arguments", [(), ("--dry-run",), ("--propose", "ana", "--title", "T")])
def test_a_load_says_it(analyst: Any, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    folder = copy_of_fixtures(tmp_path)

    def twice(rows: list[Row]) -> list[Row]:
        own = next(row for row in rows if row["id"] == KNOWN)
        again = {**own, "id": "gacc-twice", "document_number": WRITTEN[2]}
        return sorted([*rows, again], key=lambda row: row["id"])

    change_rows(folder / "sources.csv", twice)
    said = io.StringIO()
    call_command("load_dataset", str(folder), *arguments, stdout=said)
    (line,) = [line for line in said.getvalue().splitlines() if "has this number" in line]
    assert line.startswith("sources.csv, line ")
    assert KNOWN in line


def test_numbers_take_no_more_queries_for_more_rows(analyst: Any) -> None:
    from tests.growth import queries
    from zones.desk.row_warnings import warnings_of

    few, many = (
        judge(proposed(analyst, *(new(f"own-{n}", NUMBER) for n in range(number))))
        for number in (2, 20)
    )
    assert queries(lambda: warnings_of(few)) == queries(lambda: warnings_of(many))

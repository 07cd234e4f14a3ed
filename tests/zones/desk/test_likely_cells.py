"""The form of a new row proposes what its number or its name tells, and guesses nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from tests.conftest import log_in_staff
from tests.zones.desk.acts import known, proposed, written
from zones.dataset.table_registry import table_named
from zones.desk.proposals import open_set, propose
from zones.desk.row_drafts import RowDraft
from zones.models import ProposedRow, Source
from zones.models.aliases import Alias
from zones.selectors.snapshot import current_snapshot, forget
from zones.selectors.told_by_numbers import told_by_number

pytestmark = pytest.mark.django_db

CUSTOMS = "General Administration of Customs"
THREE = ("Ministry of Finance", CUSTOMS, "State Taxation Administration")
TOLD = {
    "海关总署公告2026年第200号": ("gacc-2026-200", (CUSTOMS,), "announcement"),
    "海关总署公告２０２６年第２００号": ("gacc-2026-200", (CUSTOMS,), "announcement"),
    "财关税〔2026〕9号": ("mof-gacc-sta-2026-9", THREE, "notice"),
    "国函〔2026〕9号": ("sc-2026-9", ("State Council",), "state-council-reply"),
    "国务院令第820号": (
        "state-council-decree-820",
        ("State Council",),
        "administrative-regulation",
    ),
    "税务总局公告2026年第25号": ("sta-2026-25", THREE[2:], "announcement"),
    "财政部 海关总署 税务总局公告2026年第25号": ("mof-gacc-sta-2026-25", THREE, "announcement"),
    "GACC Announcement 2026 No. 200": ("gacc-2026-200", (CUSTOMS,), "announcement"),
    # Documents of a series were issued by different bodies, or are of different kinds.
    "财税〔2026〕9号": ("mof-sta-2026-9", (), "notice"),
    "海关总署令第300号": ("gacc-decree-300", (CUSTOMS,), ""),
    # One document of its kind tells nothing of the next one's kind.
    "杭政函〔2026〕9号": ("hangzhou-2026-9", ("Hangzhou Municipal People's Government",), ""),
    "财政部等13部门公告2026年第9号": ("mof-2026-9", (), ""),
    # Nobody is named, or nobody whom the portal knows.
    "2026年第200号": ("", (), ""),
    "公告2026年第7号": ("", (), ""),
    "某字〔2026〕3号": ("", (), ""),
    "杭州海关公告2026年第3号": ("", (), ""),
    "Notice": ("", (), ""),
    "": ("", (), ""),
}


@pytest.mark.parametrize("number", TOLD)
def test_a_number_tells_what_the_documents_of_its_series_have_in_common(number: str) -> None:
    told = told_by_number(number, current_snapshot())
    assert (told.key, tuple(told.issuers), str(told.kind)) == TOLD[number]


def test_no_number_that_is_known_tells_another_issuer_or_kind() -> None:
    """Each document that is known is told as it is, or not at all."""
    wrong = []
    for source in Source.objects.exclude(document_number="").prefetch_related("issued_by__issuer"):
        told = told_by_number(source.document_number, current_snapshot())
        names = [one.issuer.name_en for one in source.issued_by.all()]
        if told.kind not in ("", source.kind) or list(told.issuers) not in ([], names):
            wrong.append((source.slug, told, names))
    assert wrong == []


def opened(client: Client, change_set: Any, table: str, **cells: str) -> dict[str, str]:
    page = reverse("admin:desk-row-new", args=[change_set.pk])
    answer = client.get(page, {"table": table, **cells})
    assert answer.status_code == 200
    return {box.column.name: box.cell for box in answer.context["boxes"]}


def looked(client: Client, table: str, **posted: str) -> dict[str, str]:
    answer = client.post(reverse("admin:desk-propose", args=[table]), {"do": "look", **posted})
    return {box.column.name: box.cell for box in answer.context["boxes"]}


@pytest.fixture
def client(analyst: Any) -> Client:
    own = Client()
    log_in_staff(own, analyst)
    return own


def test_the_form_of_a_document_begins_with_what_its_number_tells(
    analyst: Any, client: Client
) -> None:
    own = open_set(analyst, "A set")
    boxes = opened(client, own, "sources", document_number="海关总署公告2026年第200号")
    assert (boxes["id"], boxes["issuers"], boxes["kind"]) == (
        *("gacc-2026-200", CUSTOMS, "announcement"),
    )
    assert boxes["title_en"] == boxes["issued_on"] == ""


def test_what_was_told_follows_a_number_that_is_mended_and_what_was_typed_stays(
    client: Client,
) -> None:
    first = "海关总署公告2026年第200号"
    boxes = looked(client, "sources", cell_document_number=first)
    assert (boxes["id"], boxes["kind"]) == ("gacc-2026-200", "announcement")
    mended = {f"cell_{name}": cell for name, cell in boxes.items()}
    mended |= {"told_document_number": first, "cell_document_number": "国函〔2026〕9号"}
    boxes = looked(client, "sources", **mended)
    assert (boxes["id"], boxes["issuers"]) == ("sc-2026-9", "State Council")
    boxes = looked(client, "sources", **mended | {"cell_id": "my-own"})
    assert (boxes["id"], boxes["kind"]) == ("my-own", "state-council-reply")
    emptied = looked(client, "sources", **mended | {"cell_document_number": ""})
    assert (emptied["id"], emptied["issuers"], emptied["kind"]) == ("", "", "")


def test_what_is_sent_is_not_filled_unseen(client: Client) -> None:
    page = reverse("admin:desk-propose", args=["sources"])
    posted = {"do": "save", "cell_document_number": "海关总署公告2026年第200号"}
    answer = client.post(page, posted)
    boxes = {box.column.name: box for box in answer.context["boxes"]}
    assert boxes["id"].cell == ""
    assert boxes["id"].errors


def test_a_key_that_is_taken_is_not_proposed(analyst: Any, client: Client) -> None:
    number = "海关总署公告2026年第200号"
    like = known("sources")["gacc-2018-194",]
    own = proposed(analyst, written("sources", None, **{**like, "id": "gacc-2026-200"}))
    assert opened(client, own, "sources", document_number=number)["id"] == ""
    other = open_set(analyst, "Another set")
    assert opened(client, other, "sources", document_number=number)["id"] == "gacc-2026-200"
    known_one = opened(client, other, "sources", document_number="海关总署公告2018年第194号")
    assert (known_one["id"], known_one["kind"]) == ("", "announcement")


def test_a_former_key_is_taken(analyst: Any, client: Client) -> None:
    source = Source.objects.get(slug="gacc-2018-194")
    Alias.objects.create(kind="source", former="gacc-2026-200", target=source.pk)
    forget()
    own = open_set(analyst, "A set")
    assert opened(client, own, "sources", document_number="海关总署公告2026年第200号")["id"] == ""


def test_a_city_is_called_by_its_name_and_one_of_a_name_of_several_by_its_province_too(
    analyst: Any, client: Client
) -> None:
    own = open_set(analyst, "A set")
    assert opened(client, own, "cities", name_en="Pu'er City")["slug"] == "puer-city"
    assert opened(client, own, "cities", name_en="Taizhou")["slug"] == ""
    assert opened(client, own, "cities", name_en="Taizhou", province="安徽")["slug"] == (
        "taizhou-anhui"
    )
    assert opened(client, own, "cities", name_en="Taizhou", province="浙江")["slug"] == ""
    assert opened(client, own, "cities", name_en="", province="浙江")["slug"] == ""


def test_the_batches_of_a_programme_are_counted(analyst: Any, client: Client) -> None:
    like = known("batches")["comprehensive", "8"]
    own = proposed(analyst, written("batches", None, **{**like, "number": "9"}))
    assert opened(client, own, "batches", programme="comprehensive")["number"] == "10"
    assert opened(client, own, "batches", programme="service-pilot")["number"] == "8"
    assert opened(client, own, "batches", programme="nothing such")["number"] == ""


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_key_says_what_it_looks_like_before_it_is_refused(
    analyst: Any, client: Client, language: str
) -> None:
    own = open_set(analyst, "A set")
    client.cookies["django_language"] = language
    words = {"en": "with single hyphens between them", "zh-hans": "其间用单个连字符"}[language]
    page = reverse("admin:desk-row-new", args=[own.pk])
    for table, example in (("sources", "gacc-2027-1"), ("cities", "lushan"), ("topics", "parcel-")):
        with override(language):
            boxes = client.get(page, {"table": table}).context["boxes"]
            key = boxes[[box.column.name in ("id", "slug") for box in boxes].index(True)]
            assert words in str(key.help)
            assert example in str(key.help)


def test_a_row_that_is_kept_unfinished_is_told_as_a_new_one(analyst: Any, client: Client) -> None:
    """Until it is published; and what it took itself is not taken from it."""
    own = open_set(analyst, "A set")
    batch, document = propose(
        own,
        analyst,
        [
            RowDraft(table_named("batches"), None, {"programme": "comprehensive"}),
            RowDraft(table_named("sources"), None, {"id": "gacc-2026-200", **NUMBERED}),
        ],
    )
    assert kept_and_looked(client, batch)["number"] == "9"
    mended = {
        "told_document_number": NUMBERED["document_number"],
        "cell_document_number": "国函〔2026〕9号",
    }
    assert kept_and_looked(client, document, **mended)["id"] == "sc-2026-9"
    # What is known is told nothing.
    (known_one,) = propose(own, analyst, [written("sources", ("gacc-2018-194",), title_en="A")])
    page = reverse("admin:desk-row", args=[own.pk, known_one.pk])
    assert FILL_IN not in client.get(page).content.decode()


NUMBERED = {"document_number": "海关总署公告2026年第200号"}
FILL_IN = "Fill in what follows from it"


def kept_and_looked(client: Client, row: ProposedRow, **typed: str) -> dict[str, str]:
    """What its form holds that is opened as it was kept, once it was asked for what follows."""
    page = reverse("admin:desk-row", args=[row.change_set_id, row.pk])
    opened = client.get(page)
    assert FILL_IN in opened.content.decode()
    held = {box.name: box.cell for box in opened.context["boxes"]}
    assert {name for name, cell in held.items() if cell} == {f"cell_{name}" for name in row.cells}
    asked = client.post(page, {"do": "look", "seen": str(row.version), **held, **typed})
    return {box.column.name: box.cell for box in asked.context["boxes"]}

"""A row is kept as far as it is written, whatever it names; a document that it lacks is added."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from tests.zones.desk.acts import known, taken_out, written
from tests.zones.desk.test_every_table import tomorrow
from tests.zones.desk_forms import Desk, kept, set_of, wrong
from zones.dataset.naming import naming_of
from zones.dataset.table_registry import table_named
from zones.desk import proposals, set_steps
from zones.desk.judgement import judge
from zones.models import ChangeSet, ProposedRow
from zones.rules.vocabulary import Fate

pytestmark = pytest.mark.django_db

POLICY = {
    "topic": "import-single-transaction-limit",
    "scope_kind": "city",
    "scope_code": "hangzhou",
    "effective_from": "2027-01-01",
    "value": "6000",
    "source_id": "财关税〔2027〕99号",
    "state": "stated",
    "verification": "unverified",
    "summary_en": "A limit of its own.",
    "summary_zh": "单独的限值。",
}


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk()


@pytest.mark.parametrize("table", ["policies", "zones", "batches", "cities", "requirements"])
def test_a_row_is_kept_whatever_it_names(desk: Desk, table: str) -> None:
    cells = {**tomorrow()[table][0]} if table != "policies" else dict(POLICY)
    own = table_named(table)
    naming = [name for name in cells if naming_of(own, name, cells) and name not in own.key]
    assert naming
    unknown = dict.fromkeys(naming, "nobody knows this")
    answered = desk.send(table, {**cells, **unknown}, do="keep")
    assert answered.status_code == 303, wrong(answered)
    (row,) = ProposedRow.objects.all()
    assert unknown.items() <= row.cells.items()
    shown = desk.client.get(answered["Location"])
    assert shown.status_code == 200
    (judged,) = judge(set_of(answered)).rows
    assert judged.fate == Fate.REFUSED
    with pytest.raises(ValidationError, match="Mend the rows"):
        set_steps.submit(set_of(answered), desk.analyst)
    page = reverse("admin:desk-row", args=[row.change_set_id, row.pk])
    opened = desk.client.get(page)
    assert kept(opened).items() >= unknown.items()
    # What is wrong stands beside its box, as where it is saved.
    posted = {f"cell_{name}": cell for name, cell in kept(opened).items()}
    sent = {"do": "save", "seen": row.version, "quote": row.quote, **posted}
    saved = desk.client.post(page, sent)
    assert saved.status_code == 400
    assert wrong(opened) == wrong(saved)
    # Of a row within another it is not told beside that which of them it would be.
    within = {name for name in naming if naming_of(own, name, cells).within in wrong(opened)}
    assert unknown.keys() - within <= wrong(opened).keys()
    assert opened.content.decode().count('aria-invalid="true"') >= len(unknown) - len(within)
    assert "Keep it unfinished" in opened.content.decode()


def test_a_row_that_came_to_be_wrong_says_so_where_it_is_opened(desk: Desk) -> None:
    """Of a row that was right when it was saved, and of one that is to be taken out."""
    own = desk.proposes("policies", {**POLICY, "source_id": "gacc-2020-75"})
    row = own.rows.get()
    page = reverse("admin:desk-row", args=[own.pk, row.pk])
    assert not any(wrong(desk.client.get(page)).values())
    row.cells["source_id"] = "gone-since"
    row.save()
    assert "source_id" in wrong(desk.client.get(page))
    row.cells["source_id"] = "gacc-2020-75"
    row.read_at = "ftp://example.org/"
    row.save()
    assert "read_at" in wrong(desk.client.get(page))
    taken = proposals.propose(own, desk.analyst, [taken_out("sources", ("gacc-2020-75",))])
    told = desk.client.get(reverse("admin:desk-row", args=[own.pk, taken[0].pk]))
    assert "still named by" in str(wrong(told)[""])
    assert '<a href="/admin/desk/propose/' in told.content.decode()


def test_a_row_that_is_there_already_is_not_kept_over_it(desk: Desk) -> None:
    first = desk.send("policies", POLICY, do="keep")
    own = {"set": str(set_of(first).pk)}
    again = desk.send("policies", {**POLICY, "value": "7000"}, do="keep", **own)
    assert again.status_code == 400
    assert "holds such a row already" in str(wrong(again))
    assert ProposedRow.objects.get().cells["value"] == "6000"


@pytest.mark.parametrize(
    ("typed", "column"),
    [
        ("财关税〔2027〕99号", "document_number"),
        ("A notice on parcels", "title_en"),
        ("关于包裹的通知", "title_zh"),
        ("", ""),
    ],
)
def test_a_document_that_a_row_lacks_is_added_beside_it(
    desk: Desk, typed: str, column: str
) -> None:
    opened = desk.client.get(Desk.address("policies")).content.decode()
    assert 'value="document source_id"' in opened
    answered = desk.send("policies", {**POLICY, "source_id": typed}, do="document source_id")
    assert answered.status_code == 303, wrong(answered)
    own = ChangeSet.objects.get()
    address = answered["Location"]
    form = desk.client.get(address)
    assert form.context["table"].name == "sources"
    assert not column or kept(form)[column] == typed
    said = {key: value for key, value in tomorrow()["sources"][0].items() if value}
    said |= {"issuers": "GACC", "document_number": ""}
    posted = {f"cell_{name}": cell for name, cell in said.items()}
    saved = desk.client.post(address, {"do": "save", **posted})
    assert saved.status_code == 303, wrong(saved)
    again = desk.client.get(saved["Location"])
    assert kept(again)["source_id"] == said["id"]
    assert kept(again)["value"] == "6000"
    row = own.rows.get(table="policies")
    # The row says so itself, whichever way one comes back to it.
    assert saved["Location"] == reverse("admin:desk-row", args=[own.pk, row.pk])
    assert row.cells["source_id"] == said["id"]
    posted = {f"cell_{name}": cell for name, cell in kept(again).items()}
    done = desk.client.post(saved["Location"], {"do": "save", "seen": row.version, **posted})
    assert done.status_code == 303, wrong(done)
    assert {one.fate for one in judge(own).rows} == {Fate.NEW}


def test_a_row_that_was_saved_meanwhile_is_not_written_over_by_its_document(desk: Desk) -> None:
    answered = desk.send("policies", {**POLICY, "source_id": ""}, do="document source_id")
    own = ChangeSet.objects.get()
    known_one = written("policies", **{**POLICY, "source_id": "gacc-2020-75"})
    proposals.repropose(own.rows.get(), desk.analyst, known_one)
    said = {key: value for key, value in tomorrow()["sources"][0].items() if value}
    said |= {"issuers": "GACC", "document_number": ""}
    posted = {f"cell_{name}": cell for name, cell in said.items()}
    saved = desk.client.post(answered["Location"], {"do": "save", **posted})
    assert own.rows.get(table="policies").cells["source_id"] == "gacc-2020-75"
    assert parse_qs(urlsplit(saved["Location"]).query) == {"source_id": [said["id"]]}
    assert kept(desk.client.get(saved["Location"]))["source_id"] == said["id"]


def test_a_document_that_is_there_is_taken_for_the_row_that_waits(desk: Desk) -> None:
    answered = desk.send("policies", {**POLICY, "source_id": ""}, do="document source_id")
    address = answered["Location"]
    number = known("sources")["gacc-2020-75",]["document_number"]
    said = {key: value for key, value in tomorrow()["sources"][0].items() if value}
    posted = {f"cell_{n}": c for n, c in {**said, "document_number": number}.items()}
    posted["cell_issuers"] = "GACC"
    told = desk.client.post(address, {"do": "save", **posted})
    button = '<button type="submit" class="quiet" name="do" value="use gacc-2020-75">'
    assert f"{button}Take this document</button>" in told.content.decode()
    led = desk.client.post(address, {"do": "use gacc-2020-75", **posted})
    assert led.status_code == 303
    again = desk.client.get(led["Location"])
    assert ProposedRow.objects.get().cells["source_id"] == "gacc-2020-75"
    assert again.context["row"].table == "policies"
    assert (kept(again)["source_id"], kept(again)["value"]) == ("gacc-2020-75", "6000")
    assert not ProposedRow.objects.filter(table="sources").exists()
    gone = desk.client.post(address, {"do": "use no-such-document", **posted})
    assert gone.status_code == 400
    alone = desk.client.post(Desk.address("sources"), {"do": "save", **posted})
    assert "Propose a new version of it" in alone.content.decode()
    assert "Take this document" not in alone.content.decode(), "nothing waits for it"
    assert desk.client.post(Desk.address("sources"), {"do": "use gacc-2020-75"}).status_code == 400


def test_enter_saves_and_adds_no_document(desk: Desk) -> None:
    text = desk.client.get(Desk.address("policies")).content.decode()
    form = text[text.index("row-form") :]
    assert form.index('value="save"') < form.index('value="document source_id"')


@pytest.mark.parametrize("about", ["", "no_such_column", "topic"])
def test_no_document_is_added_for_what_names_none(desk: Desk, about: str) -> None:
    answered = desk.send("policies", POLICY, do=f"document {about}")
    assert answered.status_code == 400
    assert not ProposedRow.objects.exists()
    gone: Any = desk.client.get(f"{Desk.address('sources')}?for=99+source_id")
    assert gone.status_code == 200


@pytest.mark.parametrize("name", ["Bureau of Parcels", "包裹管理局"])
def test_an_issuer_that_a_document_lacks_is_added_beside_it(desk: Desk, name: str) -> None:
    """From a policy to its document, from there to the issuer, and back to both."""
    answered = desk.send("policies", {**POLICY, "source_id": ""}, do="document source_id")
    of_document = answered["Location"]
    said = {key: value for key, value in tomorrow()["sources"][0].items() if value}
    said |= {"issuers": f"GACC; {name}", "document_number": ""}
    posted = {f"cell_{column}": cell for column, cell in said.items()}
    assert 'value="document issuers"' not in desk.client.get(of_document).content.decode()
    refused = desk.client.post(of_document, {"do": "save", **posted})
    assert refused.status_code == 400
    assert 'value="document issuers"' in refused.content.decode()
    led = desk.client.post(of_document, {"do": "document issuers", **posted})
    assert led.status_code == 303, wrong(led)
    form = desk.client.get(led["Location"])
    assert form.context["table"].name == "issuers"
    filled = {column: cell for column, cell in kept(form).items() if cell}
    assert filled["name_en" if name.isascii() else "name_zh"] == name
    assert filled["slug"]
    issuer = filled | {"name_en": "Bureau of Parcels", "name_zh": "包裹管理局"}
    issuer |= {"kind": next(iter(known("issuers").values()))["kind"]}
    sent = {f"cell_{column}": cell for column, cell in issuer.items()}
    saved = desk.client.post(led["Location"], {"do": "save", **sent})
    assert saved.status_code == 303, wrong(saved)
    again = desk.client.get(saved["Location"])
    assert kept(again)["id"] == said["id"]
    own = ChangeSet.objects.get()
    row = own.rows.get(table="sources")
    posted = {f"cell_{column}": cell for column, cell in kept(again).items()}
    done = desk.client.post(saved["Location"], {"do": "save", "seen": row.version, **posted})
    assert done.status_code == 303, wrong(done)
    policy = desk.client.get(done["Location"])
    assert kept(policy)["source_id"] == said["id"]
    fates = {one.table.name: one.fate for one in judge(own).rows}
    assert (fates["sources"], fates["issuers"]) == (Fate.NEW, Fate.NEW)


FAULTS: list[dict[str, str]] = [
    {"scope_code": "广洲市"},
    {"scope_code": "广洲市", "effective_from": "2027-13"},
    {"scope_code": "广洲市", "effective_from": "2027-13", "value": "x"},
    {"topic": "no-such-topic", "scope_code": "广洲市", "source_id": "no-such-document"},
]


@pytest.mark.parametrize("faults", FAULTS, ids=lambda faults: "-".join(faults))
def test_the_set_names_each_fault_that_the_form_named(desk: Desk, faults: dict[str, str]) -> None:
    cells = {**POLICY, "source_id": "gacc-2020-75", **faults}
    in_form = wrong(desk.send("policies", cells)).keys() - {""}
    answered = desk.send("policies", cells, do="keep")
    (judged,) = judge(set_of(answered)).rows
    assert {problem.column for problem in judged.problems} == in_form == faults.keys()
    page = desk.client.get(answered["Location"]).content.decode()
    # What a name may have meant is a link to the form, which holds it.
    (row,) = ProposedRow.objects.all()
    form = reverse("admin:desk-row", args=[row.change_set_id, row.pk])
    assert f'<a href="{form}?scope_code=guangzhou">' in page
    opened = desk.client.get(f"{form}?scope_code=guangzhou")
    assert kept(opened)["scope_code"] == "guangzhou"
    assert "scope_code" not in wrong(opened)


def test_a_box_that_names_what_the_set_holds_unfinished_leads_to_it(desk: Desk) -> None:
    """A batch that does not say yet of which programme it is, is named by its number."""
    batch = desk.send("batches", {"programme": "comprehensive pilot zon", "number": "9"}, do="keep")
    own = set_of(batch)
    row = own.rows.get()
    zone = {"programme": "comprehensive", "city": "ningde", "batch": "9"}
    page = f'<a href="{reverse("admin:desk-row", args=[own.pk, row.pk])}">comprehensive pilot zon 9'
    told = desk.send("zones", zone, set=str(own.pk)).content.decode()
    assert page in told
    assert "of this change set is unfinished: mend it first" in told
    assert page not in desk.send("zones", {**zone, "batch": "8"}, set=str(own.pk)).content.decode()
    # That of another programme is none that is meant.
    desk.send("batches", {"programme": "service-pilot", "number": "77"}, do="keep", set=str(own.pk))
    other = desk.send("zones", {**zone, "batch": "77"}, set=str(own.pk)).content.decode()
    assert "of this change set is unfinished" not in other
    elsewhere = desk.send("zones", zone, new_set="Another").content.decode()
    assert page not in elsewhere

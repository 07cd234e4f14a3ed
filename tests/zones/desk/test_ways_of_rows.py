"""What can be proposed of a row, from its page in the admin: each link does what its name says."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from tests.conftest import log_in_staff
from zones.admin.proposed_rows import WAY_WORDS, DatasetAdmin
from zones.admin.read_only import ReadOnly
from zones.dataset.applied_rows import key_of_text
from zones.dataset.table import Table
from zones.dataset.table_registry import registry, table_named
from zones.desk.addresses import address_of_row
from zones.desk.row_evidence import beside_its_document
from zones.models import ChangeSet, Zone
from zones.rules.vocabulary import Proposal

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

MODELS = {
    model._meta.model_name or "": own
    for model, own in admin.site._registry.items()
    if isinstance(own, DatasetAdmin)
}


def pages_of(model: str) -> list[tuple[Any, str]]:
    """Some rows of a model that are known now, each with its page."""
    own = MODELS[model]
    rows = own.model._default_manager.all()
    if hasattr(rows, "current"):
        rows = rows.current()
        rows = rows.not_withdrawn() if hasattr(rows, "not_withdrawn") else rows
    meta = own.model._meta
    name = f"admin:{meta.app_label}_{meta.model_name}_change"
    return [(row, reverse(name, args=[row.pk])) for row in (rows.first(), rows.last())]


@pytest.mark.parametrize("model", MODELS)
def test_the_history_of_a_row_tells_how_it_came(model: str, analyst: Any) -> None:
    client = Client()
    log_in_staff(client, analyst)
    for _row, page in pages_of(model):
        shown = client.get(client.get(page).context["history"]).context["shown"]
        assert shown, page
        assert shown[-1]["row"].before is None


#: Columns of free words, of which each table has one.
WORDS = ("note", "caveat_en", "clause", "name_zh", "title_zh", "label_zh", "question_zh")
WORDS = (*WORDS, "note_en", "source_title_zh", "titles_zh")


def kept(client: Client, address: str, cells: dict[str, str]) -> Any:
    """The only row of the set that is opened by sending a form; the answer where none is."""
    before = set(ChangeSet.objects.values_list("pk", flat=True))
    body = {f"cell_{name}": cell for name, cell in cells.items()}
    answer = client.post(address, {"do": "keep", **body})
    new = ChangeSet.objects.exclude(pk__in=before).first()
    if new is None:
        return answer
    (row,) = new.rows.all()
    return row


@pytest.mark.parametrize("model", [name for name in MODELS if name != "placement"])
def test_each_link_of_a_row_does_what_its_name_says(model: str, analyst: Any) -> None:
    client = Client()
    log_in_staff(client, analyst)
    own = MODELS[model]
    for row, page in pages_of(model):
        ways = {str(words): address for address, words in client.get(page).context["ways"]}
        key = own.key_of(row)
        known = own.table.known([key])[key]
        # A new version is the row with what is typed, and no other cell of it.
        boxes = client.get(ways["New version"]).context["boxes"]
        typed = {box.column.name: box.cell for box in boxes}
        assert {name: known[name] for name in typed} == typed
        column = next(name for name in WORDS if name in typed)
        made = kept(client, ways["New version"], typed | {column: "另外"})
        assert (made.table, key_of_text(made.key)) == (own.table.name, key)
        assert (made.proposal, made.cells) == (Proposal.WRITE, {column: "另外"})
        # What is withdrawn is this row alone, which the page says.
        assert "this row alone" in client.get(ways["Withdraw"]).content.decode()
        gone = kept(client, ways["Withdraw"], {})
        assert (gone.table, key_of_text(gone.key)) == (own.table.name, key)
        assert gone.proposal == Proposal.TAKE_OUT
        # A copy is a new row, with the cells of this one to begin with, but for how this was read.
        boxes = client.get(ways["Copy as basis"]).context["boxes"]
        begun = {box.column.name: box.cell for box in boxes}
        own_reading = beside_its_document(own.table)
        assert {name: known.get(name) for name in begun if name not in own_reading} == {
            name: cell for name, cell in begun.items() if name not in own_reading
        }
        assert not any(begun[name] for name in begun.keys() & own_reading)
        same = kept(client, ways["Copy as basis"], begun)
        assert "such a row already" in same.content.decode()
        # An end says when, and when that was verified, and changes nothing else.
        assert ("End" in ways) == bool(own.table.ends_by)
        if "End" in ways:
            boxes = client.get(ways["End"]).context["boxes"]
            assert {box.column.name for box in boxes} <= set(own.table.ends_by)
            held = {box.column.name: box.cell for box in boxes}
            ended = kept(client, ways["End"], held | {own.table.ends_by[0]: "2026-12-31"})
            day = {name: held[name] for name in ("verified_on",) if held.get(name)}
            assert ended.cells == {own.table.ends_by[0]: "2026-12-31", **day}
            assert key_of_text(ended.key) == key


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_place_that_is_the_only_one_of_its_city_is_withdrawn_by_that_name(
    analyst: Any, language: str
) -> None:
    client = Client()
    log_in_staff(client, analyst)
    for row, page in pages_of("placement"):
        shown = client.get(f"{page}?lang={language}")
        ways = [(str(words), address) for address, words in shown.context["ways"]]
        words = {"en": "Withdraw the city", "zh-hans": "撤回城市"}[language]
        (address,) = (address for said, address in ways if said == words)
        assert not {"Withdraw", "撤回"} & {said for said, _address in ways}
        gone = kept(client, address, {})
        assert (gone.table, key_of_text(gone.key)) == ("cities", (row.city.slug,))
        assert gone.proposal == Proposal.TAKE_OUT


@pytest.mark.parametrize("table", list(registry), ids=lambda table: table.name)
def test_a_copy_attests_no_reading_that_was_of_the_first_row(table: Any, analyst: Any) -> None:
    client = Client()
    log_in_staff(client, analyst)
    rows = list(table.current())
    dropped = [c.name for c in table.columns if c.staff or c.name == "verified_on"]
    if not rows:
        pytest.skip("the dataset has none")
    full = max(rows, key=lambda cells: sum(bool(cells[name]) for name in dropped))
    opened = client.get(address_of_row(table.name, table.key_of(full), "copy"))
    boxes = {box.column.name: box.cell for box in opened.context["boxes"]}
    assert not [name for name in dropped if boxes.get(name)]
    kept = [name for name in boxes if name not in dropped and full[name]]
    assert kept
    assert all(boxes[name] for name in kept)
    assert not opened.context["said_quote"]
    assert not opened.context["copy"]


NO_END = "Rows of this table do not end"


@pytest.mark.parametrize("table", list(registry), ids=lambda table: table.name)
def test_what_has_no_end_is_not_ended(table: Table, analyst: Any) -> None:
    """The address is refused where there would be no box for a day."""
    key = next((table.key_of(cells) for cells in table.current()), None)
    if key is None:
        return
    client = Client()
    log_in_staff(client, analyst)
    page = client.get(address_of_row(table.name, key, "end"))
    assert page.status_code == (200 if table.ends_by else 400)
    assert (NO_END in page.content.decode()) == (not table.ends_by)
    if table.ends_by:
        assert f'name="cell_{table.ends_by[0]}"' in page.content.decode()


READ = {model: own for model, own in admin.site._registry.items() if isinstance(own, ReadOnly)}


@pytest.mark.parametrize("model", list(READ), ids=lambda model: model._meta.model_name)
def test_no_page_leads_to_a_history_of_the_admin(model: Any, analyst: Any) -> None:
    """Nothing here is written by a form of the admin, whose history would be empty."""
    client = Client()
    log_in_staff(client, analyst)
    row = model._default_manager.first()
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    own = reverse(f"{name}_history", args=[row.pk if row else 1])
    desk = reverse("admin:desk-history")
    led = client.get(own)
    assert led.status_code == 302
    assert led["Location"].startswith(desk)
    assert client.get(led["Location"]).status_code == 200
    if row is not None:
        page = client.get(reverse(f"{name}_change", args=[row.pk])).content.decode()
        assert f'"{own}"' not in page
        told = READ[model].history_of(row)
        assert escape(told) in page
        assert not told or client.get(told).context["asks"]


def test_the_page_of_a_zone_leads_to_all_that_can_be_done_with_a_city_that_it_covers(
    analyst: Any, reviewer: Any
) -> None:
    (covered, *_more) = [
        c for c in table_named("zone_coverage").current() if not c["covered_until"]
    ]
    zone = Zone.objects.current().get(
        batch__programme__slug=covered["programme"], city__slug=covered["zone_city"]
    )
    page = reverse("admin:zones_zone_change", args=[zone.pk])
    key = table_named("zone_coverage").key_of(covered)
    ways = [address_of_row("zone_coverage", key, way) for way in WAY_WORDS]
    client, reader = Client(), Client()
    log_in_staff(client, analyst)
    log_in_staff(reader, reviewer)
    shown = client.get(page).content.decode()
    assert all(escape(address) in shown for address in ways)
    assert not any(escape(address) in reader.get(page).content.decode() for address in ways)
    ended = kept(client, ways[1], {"covered_until": "2030-01-01", "note": covered["note"]})
    assert ended.cells == {"covered_until": "2030-01-01"}

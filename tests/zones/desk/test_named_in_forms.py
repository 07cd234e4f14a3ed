"""Whatever names a row in a form of the desk is picked as that row, or as none."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils.translation import override

from tests.zones.desk.acts import known, proposed, row_of, said, written
from tests.zones.desk.test_every_table import tomorrow
from tests.zones.desk_forms import Desk, kept, refused, set_of, wrong
from tests.zones.oracle import read
from zones.admin.row_form import RowForm
from zones.dataset.naming import naming_of, rows_named
from zones.dataset.table import Cells, Table
from zones.dataset.table_registry import registry, table_named
from zones.desk.grid import CellReader
from zones.desk.grid_names import GridWords
from zones.desk.grid_rows import GridRow
from zones.desk.pickers import label_of
from zones.models import Topic
from zones.rules.values import listed

pytestmark = pytest.mark.django_db

#: Columns whose cells are words of their own beside what they may name.
TESTS = {("requirements", "applies_when"), ("requirements", "asks")}


@pytest.fixture
def desk(db: None) -> Desk:
    return Desk()


def read_by_form(table: Table, cells: Cells, **typed: str) -> tuple[Cells, dict[str, list[str]]]:
    """What a form comes to whose other boxes hold cells, and what is said beside its boxes."""
    form = RowForm(table, {**cells, **typed}, "en", "version")
    posted = {f"cell_{name}": cell for name, cell in {**cells, **typed}.items()}
    found = form.read(posted)
    return found, {box.column.name: box.errors for box in form.boxes if box.errors}


def rows_with(table: Table, column: str) -> list[Cells]:
    """Some rows, as known or as they may be, in which the column names something."""
    rows = [*known(table.name).values(), *tomorrow()[table.name]]
    named = [own for own in rows if own[column] and naming_of(table, column, own)]
    return [own for own in named if own[column] != "CN"][:3]


NAMING = [
    (table.name, column.name)
    for table in registry
    for column in table.columns
    if any(
        naming_of(table, column.name, {"kind": kind, "scope_kind": scope})
        for kind, scope in (("city", "city"), ("batch", "province"))
    )
    and column.name != "value"
]


def test_every_column_that_refers_is_known() -> None:
    assert len(NAMING) >= 30
    assert {("zones", "batch"), ("zone_coverage", "zone_city"), ("statistics", "scope")} <= {
        *NAMING
    }
    assert {
        (t.name, column) for t in registry for key in t.foreign_keys for column in key.columns
    } <= {*NAMING}


#: Columns whose rows have no labels beside their keys, or of which there are none yet.
UNKNOWN = {
    ("sources", "issuers"),
    *(("former_placements", one) for one in ("city", "province", "customs_district")),
}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(("name", "column"), NAMING)
def test_the_label_that_a_box_offers_says_what_the_key_does(
    name: str, column: str, language: str
) -> None:
    table = table_named(name)
    tried = 0
    with override(language):
        for cells in rows_with(table, column):
            naming = naming_of(table, column, cells)
            assert naming is not None
            if naming.called or cells[column] == "CN":
                continue
            parts = listed(cells[column]) if naming.many else [cells[column]]
            whole = (cells[naming.within],) if naming.within else ()
            keys = [
                tuple(part.split(naming.joint, 1)) if naming.joint else (*whole, part)
                for part in parts
            ]
            if any(key not in known(naming.table) for key in keys):
                continue  # what nobody knows yet
            typed = ";".join(label_of(naming.table, key) for key in keys)
            if typed == cells[column]:
                continue
            found, wrong = read_by_form(table, cells, **{column: typed})
            assert column not in wrong
            assert listed(found[column]) == listed(cells[column])
            tried += 1
            assert column in read_by_form(table, cells, **{column: "no such row at all"})[1]
    assert tried or (name, column) in UNKNOWN


def spellings_of(batch: Cells) -> list[str]:
    """What people call a batch within its programme."""
    number = batch["number"]
    own = [number, f"batch {number}", f"第{number}批", batch["title_en"], batch["title_zh"]]
    document = batch["document_number"]
    return [*own, document, document.replace("〔", "[").replace("〕", "]")] if document else own


def test_every_batch_is_picked_by_number_name_and_document_in_forms_and_grids() -> None:
    table = table_named("zones")
    zone = next(iter(known("zones").values()))
    batches = read("batches")
    assert len(batches) >= 18
    programmes = {row["slug"]: row for row in read("programmes")}
    cells_of = CellReader(table, GridWords())
    for batch in batches:
        slug, number = batch["programme"], batch["number"]
        for programme in (slug, programmes[slug]["name_en"], programmes[slug]["name_zh"]):
            own = {**zone, "programme": programme, "batch": number}
            found, wrong = read_by_form(table, own)
            assert (found["programme"], found["batch"], wrong) == (slug, number, {})
        for typed in spellings_of(batch):
            titles = [one for one in batches if typed in (one["title_en"], one["title_zh"])]
            if len([one for one in titles if one["programme"] == slug]) > 1:
                continue
            found, wrong = read_by_form(table, {**zone, "programme": slug}, batch=typed)
            assert (found["batch"], wrong) == (number, {}), typed
            row = GridRow(1)
            cells_of.read(row, {"programme": slug, "batch": typed, "city": zone["city"]}, "")
            assert (row.cells["batch"], row.problems) == (number, []), typed
        if batch["document_number"]:
            own = {**zone, "programme": "", "batch": batch["document_number"]}
            found, wrong = read_by_form(table, own)
            assert (found["programme"], found["batch"], wrong) == (slug, number, {})


def test_a_number_of_several_programmes_picks_no_batch(desk: Desk) -> None:
    zone = next(iter(known("zones").values()))
    found, wrong = read_by_form(table_named("zones"), {**zone, "programme": "", "batch": "1"})
    assert (found["programme"], found["batch"], list(wrong)) == ("", "1", ["batch"])
    for typed in ("999", "batch", "国函", "1 2"):
        answered = desk.send("zones", {**zone, "batch": typed})
        assert "batch" in refused(answered)
        assert kept(answered)["batch"] == typed


def test_a_document_of_two_batches_picks_neither(analyst: Any, reviewer: Any) -> None:
    from tests.zones.desk.acts import published

    one, other = (
        key for key, own in known("batches").items() if key[0] == "comprehensive" and key[1] in "12"
    )
    document = known("batches")[one]["document_number"]
    published(analyst, reviewer, written("batches", other, document_number=document))
    zone = next(own for own in known("zones").values() if own["programme"] == "comprehensive")
    found, wrong = read_by_form(table_named("zones"), zone, batch=document)
    assert found["batch"] == document
    assert "comprehensive 1" in str(wrong["batch"])
    assert "comprehensive 2" in str(wrong["batch"])


def test_a_zone_is_picked_by_its_city_within_its_programme() -> None:
    table = table_named("zone_coverage")
    cells = tomorrow()["zone_coverage"][0] | {"programme": "comprehensive"}
    for typed in ("hangzhou", "Hangzhou", "杭州", "杭州市", "330100", "hang zhou"):
        found, wrong = read_by_form(table, cells, zone_city=typed)
        assert (found["zone_city"], wrong) == ("hangzhou", {}), typed
    _found, wrong = read_by_form(table, cells, zone_city="taizhou")
    assert "(comprehensive taizhou-jiangsu)" in str(wrong["zone_city"])
    assert "(comprehensive taizhou-zhejiang)" in str(wrong["zone_city"])


def test_figures_are_of_the_nation_or_a_city_however_these_are_called() -> None:
    table = table_named("statistics")
    cells = next(iter(known("statistics").values()))
    for typed, key in (("全国", "CN"), ("China", "CN"), ("杭州", "hangzhou"), ("CN", "CN")):
        found, wrong = read_by_form(table, cells, scope=typed)
        assert (found["scope"], wrong) == (key, {})


def test_an_issuer_is_kept_as_it_was_called_and_else_called_by_its_name() -> None:
    table, issuers = table_named("sources"), known("issuers")
    cells = next(own for own in known("sources").values() if own["issuers"])
    customs = issuers["gacc",]
    label = label_of("issuers", ("gacc",))
    for typed, issued in (
        (customs["name_zh"], customs["name_zh"]),
        ("GACC", "GACC"),
        (f"{customs['name_en']}；{label}", f"{customs['name_en']};{customs['name_en']}"),
        (label, customs["name_en"]),
    ):
        found, wrong = read_by_form(table, cells, issuers=typed)
        assert (found["issuers"], wrong) == (issued, {})


def test_what_a_set_brings_may_be_named_in_it(desk: Desk, analyst: Any) -> None:
    new = tomorrow()
    own = proposed(
        analyst, *(said(table, new[table][0]) for table in ("issuers", "programmes", "sources"))
    )
    own_set = {"set": str(own.pk)}
    for table in ("batches", "provinces", "customs_districts", "cities", "zones", "zone_coverage"):
        answered = desk.send(table, new[table][0], **own_set)
        assert answered.status_code == 303, (table, wrong(answered))
        assert set_of(answered) == own
    row = row_of(own, ("tomorrow", "1"))
    assert row.table == "batches"


def test_what_a_row_names_is_told_with_its_column() -> None:
    new = tomorrow()
    told = {
        (name, named.column, named.table)
        for name, rows in new.items()
        for cells in rows
        for named in rows_named(table_named(name), cells)
    }
    assert {(name, column) for name, column, _table in told} >= {
        *((name, column) for name, column in NAMING if (name, column) != ("sources", "issuers")),
        *TESTS,
    } - {("zones", "ended_by"), ("zones", "successor"), ("cities", "other_customs_districts")} - {
        ("former_placements", one) for one in ()
    }
    assert ("requirements", "applies_when", "choices") in told
    assert ("policies", "scope_code", "customs_districts") in told


def looked_at(desk: Desk, table: str, **typed: str) -> Any:
    """The form that fits what was typed."""
    posted = {f"cell_{name}": cell for name, cell in typed.items()}
    return desk.client.post(Desk.address(table), {"do": "look", **posted, "lang": "en"})


@pytest.mark.parametrize("act", ["look", "save"])
@pytest.mark.parametrize("slug", ["bonded-import-1210", "code-9610-available"])
@pytest.mark.parametrize("way", ["key", "label_en", "label_zh", "offered", "wide"])
def test_a_form_fits_a_topic_however_it_is_called(
    desk: Desk, act: str, slug: str, way: str
) -> None:
    topic = Topic.objects.get(slug=slug)
    typed = {
        "key": slug,
        "offered": label_of("topics", (slug,)),
        "wide": topic.label_en.upper(),
    }.get(way) or getattr(topic, way)
    posted = {"do": act, "cell_topic": typed, "cell_value": "whatever was typed"}
    answered = desk.client.post(Desk.address("policies"), posted)
    boxes = {box.column.name: box for box in answered.context["boxes"]}
    assert boxes["topic"].cell == typed
    assert boxes["topic"].errors == []
    assert answered.context["codebook"] is not None
    own = topic.answer_type.options(topic, "en")
    assert [one for one in boxes["value"].options if one in own] == own
    assert kept(answered)["value"] == "whatever was typed"
    assert 'value="whatever was typed" selected' in answered.content.decode() or not own


def test_a_choice_that_is_called_by_its_label_is_chosen_once_the_topic_is_known(
    desk: Desk,
) -> None:
    topic = Topic.objects.filter(value_type="choice").first()
    assert topic
    choice = topic.choices.all()[0]
    for typed in (choice.slug, choice.label_en, choice.label_zh):
        answered = looked_at(desk, "policies", topic=topic.label_zh, value=typed)
        assert kept(answered)["value"] == choice.slug


@pytest.mark.parametrize("typed", ["no such topic", "export", "a" * 500, "\x00"])
def test_a_topic_that_is_none_is_said_to_be_beside_its_box(desk: Desk, typed: str) -> None:
    answered = looked_at(desk, "policies", topic=typed, source_id="half of a nam")
    assert answered.status_code == 400
    told = wrong(answered)
    assert len(told["topic"]) == 1
    assert told[""] == ["1 thing is wrong: it is said beside its box."]
    assert set(told) == {"topic", ""}, "what is still being typed is let be"
    assert kept(answered)["topic"] == typed


def test_every_box_that_decides_which_others_fit_has_its_button(desk: Desk) -> None:
    for table in registry:
        opened = desk.client.get(Desk.address(table.name))
        deciding = {box.column.name for box in opened.context["boxes"] if box.decides}
        text = opened.content.decode()
        assert text.count(" data-decides") == len(deciding)
        assert ('value="look"' in text) == bool(deciding), table.name
    boxes = {
        box.column.name: box for box in looked_at(desk, "aliases", kind="city").context["boxes"]
    }
    assert boxes["current"].naming.table == "cities"

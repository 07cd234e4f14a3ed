"""A form puts its rows into the set that whoever types means, and calls a new one after its row."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from django.utils.translation import override

from tests.zones.desk.acts import known, proposed, written
from tests.zones.desk.test_every_table import tomorrow
from tests.zones.desk.test_places_page import SHARED
from tests.zones.desk_forms import TABLES, Desk, set_of
from tests.zones.test_row_forms import a_policy
from zones.dataset.table_registry import table_named
from zones.desk.addresses import address_of_row
from zones.desk.city_moves import address_of_move
from zones.desk.proposals import open_set
from zones.models import ChangeSet

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

LIMIT = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")
A_CITY = {"slug": "testville", "name_en": "Testville", "name_zh": "测试市"}


@pytest.fixture
def desk() -> Desk:
    return Desk()


def sent(desk: Desk, form: str, **beside: str) -> Any:
    """The answer to one of the forms that let one choose a set."""
    match form:
        case "new":
            return desk.send("policies", a_policy(), **beside)
        case "city":
            return desk.send("cities", A_CITY, do="keep", **beside)
        case "move":
            cells = {"until": "2024-05-01", "province": "CN-AH", "customs_district": "3300"}
            typed = {f"cell_{name}": cell for name, cell in cells.items()}
            page = address_of_move("jiaxing")
            quote = {"quote": "嘉兴市划归安徽省。", "read_at": "https://www.gov.cn/a"}
            return desk.client.post(page, {"do": "save", **typed, **quote, **beside})
    cells = {
        "version": {"clause": "9"},
        "end": {"effective_to": "2026-01-31"},
        "withdraw": {},
    }[form]
    return desk.send("policies", cells, LIMIT, form, quote="原文如此。", **beside)


FORMS = ("new", "city", "move", "version", "end", "withdraw")


@pytest.mark.parametrize("form", FORMS)
def test_a_title_that_is_typed_means_a_new_set(desk: Desk, form: str) -> None:
    """Whatever is chosen in the list: the list is never without a choice."""
    other = open_set(desk.analyst, "About something else")
    answered = sent(desk, form, set=str(other.pk), new_set="What was typed")
    assert answered.status_code == 303, answered.context["errors"]
    own = set_of(answered)
    assert own.title == "What was typed"
    assert own != other
    assert not other.rows.exists()


@pytest.mark.parametrize("form", FORMS)
def test_without_a_title_rows_go_where_it_is_chosen(desk: Desk, form: str) -> None:
    other = open_set(desk.analyst, "About something else")
    answered = sent(desk, form, set=str(other.pk), new_set="  ")
    assert answered.status_code == 303, answered.context["errors"]
    assert set_of(answered) == other


def begins(desk: Desk, address: str, came_from: str = "") -> str:
    """The set that is chosen as a form is opened."""
    before = {"HTTP_REFERER": f"http://testserver{came_from}"} if came_from else {}
    return str(desk.client.get(address, **before).context["said_set"])


def test_a_form_begins_with_a_new_set_whatever_one_worked_in_before(desk: Desk) -> None:
    key, other = list(known("policies"))[:2]
    proposed(desk.analyst, written("policies", other, note="Seen"))
    for address in (address_of_row("policies", key, "end"), address_of_move("hangzhou")):
        assert begins(desk, address) == ""


def test_a_form_begins_with_the_set_from_whose_page_one_comes(desk: Desk) -> None:
    key, other = list(known("policies"))[:2]
    own = proposed(desk.analyst, written("policies", other, note="Seen"))
    page = reverse("admin:desk-set", args=[own.pk])
    row = reverse("admin:desk-row", args=[own.pk, own.rows.get().pk])
    for address in (address_of_row("policies", key, "end"), address_of_move("hangzhou")):
        assert begins(desk, address, page) == begins(desk, address, f"{row}?x=1") == str(own.pk)
        for elsewhere in ("/admin/", reverse("admin:desk-sets"), "/no/such/page", "/admin/sets/x/"):
            assert begins(desk, address, elsewhere) == ""
        there = {"HTTP_REFERER": f"https://other.example{page}"}
        assert desk.client.get(address, **there).context["said_set"] == ""
    ChangeSet.objects.filter(pk=own.pk).update(state="withdrawn")
    assert begins(desk, address_of_row("policies", key), page) == ""


def test_a_form_begins_with_the_set_used_last_for_work_of_its_kind(desk: Desk) -> None:
    """In one session, and not once it takes no more, nor once it was sent back."""
    answered = sent(desk, "new", new_set="Limits")
    own = set_of(answered)
    assert begins(desk, address_of_row("policies", LIMIT)) == str(own.pk)
    assert begins(desk, address_of_row("cities", ("hangzhou",))) == ""
    assert begins(desk, address_of_move("hangzhou")) == ""
    moved = set_of(sent(desk, "move", new_set="A move"))
    assert begins(desk, address_of_move("hangzhou")) == str(moved.pk)
    assert begins(desk, address_of_row("policies", LIMIT)) == str(own.pk)
    for state in ("sent-back", "in-review", "withdrawn"):
        ChangeSet.objects.filter(pk=own.pk).update(state=state)
        assert begins(desk, address_of_row("policies", LIMIT)) == ""


@pytest.mark.parametrize("page", ["desk-grid", "desk-places"])
def test_a_form_begins_with_the_set_into_which_a_grid_was_proposed(desk: Desk, page: str) -> None:
    """Whatever a form of the table was of before, and for that table alone."""
    earlier = set_of(sent(desk, "new", new_set="Earlier"))
    own = open_set(desk.analyst, "Limits")
    columns = "topic,scope_kind,scope_code,effective_from,note"
    typed = {
        "desk-grid": {"table": "policies", "text": f"{columns}\n{','.join((*LIMIT, 'Read'))}"},
        "desk-places": {
            "topic": LIMIT[0],
            "cell_value": "6000",
            "places": "2900",
            "scope_kind": "customs_district",
            **SHARED,
        },
    }[page]
    address = reverse(f"admin:{page}", args=[own.pk])
    shown = desk.client.post(address, {"do": "look", **typed})
    assert begins(desk, address_of_row("policies", LIMIT, "end")) == str(earlier.pk)
    ready = {"ready": shown.context["ready"]}
    answered = desk.client.post(address, {"do": "propose", **typed, **ready})
    assert answered.status_code == 303, shown.content.decode()
    assert own.rows.count() == 1
    assert begins(desk, address_of_row("policies", LIMIT, "end")) == str(own.pk)
    assert begins(desk, address_of_row("cities", ("hangzhou",))) == ""


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("form", FORMS)
def test_no_row_slides_into_a_set_that_is_called_after_another(
    desk: Desk, form: str, language: str
) -> None:
    """One that was given a title is of whatever that says, and begins the next form."""
    desk.client.cookies["django_language"] = language
    own = set_of(sent(desk, form))
    other = ("cities", ("ningbo",)) if form == "city" else ("policies", list(known("policies"))[5])
    address = address_of_move("ningbo") if form == "move" else address_of_row(*other)
    assert begins(desk, address) == ""
    page = reverse("admin:desk-set", args=[own.pk])
    assert begins(desk, address, page) == str(own.pk)
    ChangeSet.objects.filter(pk=own.pk).update(title="Limits of 2027")
    assert begins(desk, address) == str(own.pk)


def test_the_set_that_is_chosen_is_not_told_as_another_that_proposes_the_row(
    desk: Desk,
) -> None:
    own = proposed(desk.analyst, written("policies", LIMIT, note="Seen"))
    form = address_of_row("policies", LIMIT)
    assert [one.change_set for one in desk.client.get(form).context["elsewhere"]] == [own]
    page = reverse("admin:desk-set", args=[own.pk])
    came = desk.client.get(form, HTTP_REFERER=f"http://testserver{page}")
    assert came.context["said_set"] == str(own.pk)
    assert came.context["elsewhere"] == []


def test_the_set_is_chosen_before_its_row_is_typed(desk: Desk) -> None:
    for address in (address_of_row("policies", LIMIT), address_of_move("hangzhou")):
        page = desk.client.get(address).content.decode()
        assert page.index('name="set"') < page.index('name="cell_')


def test_a_move_begins_where_the_city_lies_so_that_one_of_both_is_typed(desk: Desk) -> None:
    boxes = {
        b.column.name: b.cell for b in desk.client.get(address_of_move("jiaxing")).context["boxes"]
    }
    city = known("cities")["jiaxing",]
    assert boxes["province"] == city["province"]
    assert boxes["customs_district"] == city["customs_district"]
    assert boxes["until"] == ""
    asked = desk.client.get(address_of_move("jiaxing", province="CN-AH")).context["boxes"]
    assert {b.column.name: b.cell for b in asked}["province"] == "CN-AH"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_set_without_a_title_is_called_after_its_new_row(desk: Desk, language: str) -> None:
    desk.client.cookies["django_language"] = language
    heads = {"en": "A new row: ", "zh-hans": "新的一行："}
    policy = {
        "en": "Single-order limit, imports, nation, 1 Jan 2027",
        "zh-hans": "进口单次交易限值，全国，2027年1月1日",
    }
    city = {"en": "Testville", "zh-hans": "测试市"}
    made = {
        "policy": desk.proposes("policies", a_policy(effective_from="2027-01-01")).title,
        "city": desk.proposes("cities", A_CITY, do="keep").title,
    }
    assert made["city"] == heads[language] + city[language]
    assert made["policy"] == heads[language] + policy[language]
    for reads in heads:
        with override(reads):
            assert ChangeSet.objects.earliest("pk").told_title == heads[reads] + policy[reads]


def test_a_set_that_is_called_after_its_unfinished_row_follows_it(desk: Desk) -> None:
    """What somebody called otherwise stays."""
    for title, after in (("", "A new row: Test City"), ("My own", "My own")):
        name = {"name_en": "Testville", "slug": f"testville-{len(title)}"}
        own = desk.proposes("cities", {**A_CITY, **name}, do="keep", new_set=title)
        assert own.title == (title or "A new row: Testville")
        row = own.rows.get()
        page = reverse("admin:desk-row", args=[own.pk, row.pk])
        said = {**A_CITY, **name, "name_en": "Test City"}
        typed = {f"cell_{column}": cell for column, cell in said.items()}
        answered = desk.client.post(page, {"do": "keep", "seen": row.version, **typed})
        assert answered.status_code == 303
        own.refresh_from_db()
        assert own.title == after


@pytest.mark.parametrize("table", TABLES)
def test_no_set_is_called_after_a_table_alone(desk: Desk, table: str) -> None:
    """However little of the row is typed when it is kept unfinished."""
    row = next(iter([*known(table).values(), *tomorrow()[table]]))
    own = table_named(table)
    for names in (own.key, own.key[:1], ()):
        typed = {name: f"{row[name]}x" if name == own.key[-1] else row[name] for name in names}
        answered = desk.send(table, typed, do="keep")
        if answered.status_code != 303:
            continue
        assert set_of(answered).title.startswith("A new row: "), names
        assert set_of(answered).title != "A new row: "

"""What the desk says is said once, in one word, and by the names that people know."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from tests.conftest import log_in_staff
from tests.zones.desk.acts import known, proposed, said, written
from tests.zones.desk.grids import judged
from zones.dataset.table_registry import table_named
from zones.desk.cell_words import CellWords
from zones.desk.proposals import open_set
from zones.models import City, Topic

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

HEAD = ("topic", "scope_kind", "scope_code", "effective_from")
TOPIC = "import-single-transaction-limit"


def offered(analyst: Any, typed: str, table: str = "places", language: str = "en") -> list[Any]:
    client = Client()
    log_in_staff(client, analyst)
    address = reverse("admin:desk-pick", args=[table])
    found: list[Any] = client.get(address, {"q": typed, "lang": language}).json()["picks"]
    return found


def test_a_reading_that_is_refused_is_no_news_beside_why_it_is() -> None:
    (row,) = judged("policies", [HEAD, (TOPIC, "nation", "CN", "2025/13/40")]).rows
    assert [note.column for note in row.row.notes] == []
    (problem,) = [own for own in row.problems if own.column == "effective_from"]
    assert problem.why.startswith("“2025-13-40” is")


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        *(("value", cell) for cell in ("9.000", "1.500", "10k", "5 USD", "1" + ",000" * 7)),
        *(("effective_to", cell) for cell in ("1/2/2030", "2030.1", "45000", "1/2/30")),
        *(("effective_from", cell) for cell in ("1/2/2030", "2030.1", "45000", "1/2/30")),
        ("verified_on", "1/2/2020"),
        ("change", "changed"),
    ],
)
def test_no_reading_is_told_of_a_cell_that_is_refused(column: str, cell: str) -> None:
    head = [*HEAD, "state", *([] if column in HEAD else [column])]
    line = {**dict(zip(HEAD, (TOPIC, "nation", "CN", "2030"), strict=True)), "state": "stated"}
    (row,) = judged("policies", [head, [*(line | {column: cell}).values()]]).rows
    assert column in {problem.of for problem in row.problems}
    assert [note for note in row.row.notes if note.column == column] == []


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_is_wrong_quotes_alike_in_every_kind_of_cell(language: str) -> None:
    head = (*HEAD, "state", "value", "source_id")
    cells = (TOPIC, "city", "hangz", "2019-13-01", "maybe", "many", "nothing")
    with override(language):
        (row,) = judged("policies", [head, cells]).rows
        told = {own.column: own.why for own in row.problems}
    for column in ("scope_code", "effective_from", "state", "value", "source_id"):
        assert "“" in told[column], column
    assert not any("'" in why for why in told.values())


def test_options_that_a_cell_may_hold_are_offered_as_they_are_told() -> None:
    (row,) = judged("policies", [(*HEAD, "state"), (TOPIC, "nation", "CN", "2019", "maybe")]).rows
    (problem,) = [own for own in row.problems if own.column == "state"]
    assert {own.cell for own in problem.offers} >= {"stated", "none-found"}
    assert all(own.called in problem.why for own in problem.offers)


def test_a_line_that_stands_twice_is_told_by_its_name() -> None:
    line = (TOPIC, "city", "guangzhou", "2019-01-01")
    first, second = judged("policies", [HEAD, line, line]).rows
    (why,) = [own.why for own in second.problems if "already" in own.why]
    name = CellWords("en").row(table_named("policies"), line)
    assert why == f"{name} stands on line 2 already."
    assert f"{name} stands on line 3 as well." in {own.why for own in first.problems}
    assert "guangzhou" not in why


def test_rows_of_requirements_and_of_former_places_are_called_by_names_and_days() -> None:
    words = CellWords("en")
    called = words.row(table_named("requirements"), ("import-9610-seller", "1.2a"))
    assert called.endswith(", 1.2a")
    assert "import-9610-seller" not in called
    assert words.row(table_named("former_placements"), ("yiwu", "2025-05-01")) == "Yiwu, 1 May 2025"


def test_a_box_of_places_says_kinds_and_chinese_names_and_offers_cities_first(analyst: Any) -> None:
    for typed in ("天津", "Tianjin", "hangz", "杭州", "guang zhou"):
        found = offered(analyst, typed)
        assert found[0]["beside"].startswith("city"), typed
    beside = {own["beside"] for own in offered(analyst, "Tianjin")}
    assert any(told.startswith("province, 天津") for told in beside)
    assert any(told.startswith("customs district, 天津") for told in beside)
    assert offered(analyst, "天津", language="zh-hans")[0]["beside"] == "城市"


@pytest.mark.parametrize("typed", ["广洲市", "hangzou"])
def test_what_comes_near_a_name_is_offered_while_one_types(analyst: Any, typed: str) -> None:
    meant = {"广洲市": "guangzhou", "hangzou": "hangzhou"}[typed]
    for table in ("places", "cities"):
        assert offered(analyst, typed, table)[0]["key"] == [meant]


def test_several_columns_are_offered_table_by_table_without_those_that_stay(analyst: Any) -> None:
    assert City.objects.filter(slug="hangzhou").exists()
    own = proposed(
        analyst,
        written("cities", ("hangzhou",), name_en="Hang"),
        written("policies", (TOPIC, "nation", "CN", "2019-01-01"), note="Seen"),
    )
    client = Client()
    log_in_staff(client, analyst)
    page = client.get(reverse("admin:desk-set", args=[own.pk])).content.decode()
    bulk = page.partition('id="bulk-column"')[2].partition("</select>")[0]
    assert '<optgroup label="cities: 1 row">' in bulk
    assert '<optgroup label="policies: 1 row">' in bulk
    assert 'value="adcode"' not in bulk


def test_a_set_is_sent_from_above_its_rows_and_no_box_is_empty(analyst: Any, reviewer: Any) -> None:
    own = proposed(analyst, written("cities", ("hangzhou",), name_en="Hang"))
    client = Client()
    log_in_staff(client, analyst)
    address = reverse("admin:desk-set", args=[own.pk])
    page = client.get(address).content.decode()
    assert page.index('value="submit"') < page.index('id="rows"') < page.index('id="paste"')
    log_in_staff(client, reviewer)
    assert 'id="review"' not in client.get(address).content.decode()


def test_rows_that_a_grid_proposes_are_counted_where_none_is_left(analyst: Any) -> None:
    own = open_set(analyst, "Two notes")
    client = Client()
    log_in_staff(client, analyst)
    rows = "\n".join(
        ("slug,name_en", "hangzhou,Hangzhou Two", "ningbo,Ningbo Two"),
    )
    sent = {"table": "cities", "text": rows}
    address = reverse("admin:desk-grid", args=[own.pk])
    ready = client.post(address, {"do": "look", **sent}).context["ready"]
    done = client.post(address, {"do": "propose", "ready": ready, **sent}, follow=True)
    assert "2 rows are proposed in “" in done.content.decode()


def test_whose_set_came_back_is_not_told_that_there_is_none(analyst: Any, reviewer: Any) -> None:
    from tests.zones.desk.acts import submitted
    from zones.desk.set_steps import send_back

    own = submitted(analyst, written("cities", ("hangzhou",), name_en="Hang"))
    send_back(own, reviewer, "Look again.")
    client = Client()
    log_in_staff(client, analyst)
    page = client.get(reverse("admin:index")).content.decode()
    assert "You have no open change set." not in page
    assert "You have no other open change set." in page


def test_a_head_that_is_none_leads_to_the_list_and_offers_nothing_to_propose(analyst: Any) -> None:
    own = open_set(analyst, "Wrong head")
    client = Client()
    log_in_staff(client, analyst)
    sent = {"do": "look", "table": "cities", "text": "slug,nonsense\nhangzhou,1"}
    page = client.post(reverse("admin:desk-grid", args=[own.pk]), sent).content.decode()
    assert "<table" not in page
    assert 'value="propose"' not in page
    assert page.count("<details open>") == 1


def test_lists_of_the_admin_tell_days_and_topics_as_pages_do(analyst: Any) -> None:
    client = Client()
    log_in_staff(client, analyst)
    batches = client.get(reverse("admin:zones_batch_changelist")).content.decode()
    assert "24 Jul 2018" in batches
    assert "2018-07-24" not in batches
    choices = client.get(reverse("admin:zones_choice_changelist")).content.decode()
    rows = choices.partition('id="result_list"')[2].partition("</table>")[0]
    assert '<td class="field-topic">bonded' not in rows
    assert not any(f">{slug}<" in rows for slug in Topic.objects.values_list("slug", flat=True))


def test_lines_of_an_effect_that_read_alike_are_one_with_their_cities(analyst: Any) -> None:
    known_row = known("policies")[TOPIC, "nation", "CN", "2019-01-01"]
    born = {"scope_kind": "city", "effective_from": "2020-02-03", "value": "6000"}
    cities = ("hangzhou", "ningbo", "suzhou", "guangzhou")
    own = proposed(
        analyst, *(said("policies", {**known_row, **born, "scope_code": city}) for city in cities)
    )
    client = Client()
    log_in_staff(client, analyst)
    shown = client.get(reverse("admin:desk-set", args=[own.pk])).context["effect"].lines
    named = {"Hangzhou", "Ningbo", "Suzhou", "Guangzhou"}
    assert [set(line["cities"]) for line in shown.groups] == [named]
    assert shown.left_out == 0

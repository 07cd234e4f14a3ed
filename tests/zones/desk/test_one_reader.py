"""Forms, grids and second readings read cells alike, and tell at once all that is wrong."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.zones.desk.acts import again
from tests.zones.desk.grids import buttons_of, judged
from tests.zones.desk.test_places_page import SHARED
from zones.desk import proposals
from zones.desk.blind_readings import draw_readings, read_again
from zones.models import ProposedRow

pytestmark = pytest.mark.django_db

LIMIT = "import-single-transaction-limit"
GOOD = {
    "topic": LIMIT,
    "scope_kind": "customs_district",
    "scope_code": "2900",
    "effective_from": "2027/1/1",
    "value": "8,000",
    "summary_en": "A trial.",
    "summary_zh": "试点。",
    "source_id": "mof-gacc-sta-2018-49",
    "verification": "secondary",
    "state": "stated",
}
WRONG = {"effective_from": "2027-13-01", "value": "eight", "verification": "primary"}


@pytest.fixture
def client(analyst: Any) -> Client:
    own = Client()
    log_in_staff(own, analyst)
    return own


def sent(client: Client, cells: dict[str, str]) -> Any:
    address = reverse("admin:desk-propose", args=["policies"])
    boxes = {f"cell_{name}": cell for name, cell in cells.items()}
    return client.post(address, {"do": "save", "new_set": "A try", **boxes}, follow=True)


def test_a_form_reads_what_a_grid_reads_and_says_so(client: Client) -> None:
    answer = sent(client, GOOD)
    assert answer.redirect_chain, answer.context["errors"]
    (row,) = ProposedRow.objects.all()
    assert (row.cells["effective_from"], row.cells["value"]) == ("2027-01-01", "8000")
    text = answer.content.decode()
    assert "read 2027/1/1 as 2027-01-01" in text
    assert "read 8,000 as 8000" in text


def test_what_a_form_cannot_tell_apart_is_refused_with_both(client: Client) -> None:
    answer = sent(client, {**GOOD, "effective_from": "1/2/2027"})
    assert answer.status_code == 400
    assert not ProposedRow.objects.exists()
    text = answer.content.decode()
    assert "2027-01-02" in text
    assert "2027-02-01" in text


def test_a_form_tells_everything_that_is_wrong_at_once(client: Client) -> None:
    answer = sent(client, {**GOOD, **WRONG, "source_id": "nowhere"})
    wrong = {box.column.name for box in answer.context["boxes"] if box.errors}
    assert wrong == {"effective_from", "value", "verification", "source_id"}


def test_a_grid_tells_everything_that_is_wrong_at_once() -> None:
    cells = {**GOOD, **WRONG, "source_id": "nowhere"}
    found = judged("policies", [list(cells), list(cells.values())])
    columns = [problem.column for problem in found.rows[0].problems]
    assert sorted(map(str, columns)) == ["effective_from", "source_id", "value", "verification"]


def test_a_new_row_without_words_is_not_said_to_raise_anything() -> None:
    cells = {**GOOD, "verification": "primary"}
    found = judged("policies", [list(cells), list(cells.values())])
    (problem,) = found.rows[0].problems
    assert problem.why.startswith("a new row that claims the official text needs its words")


def test_a_second_reading_reads_a_number_as_grids_do(reviewer: Any, analyst: Any) -> None:
    (reading,) = draw_readings(reviewer, 100, topic=LIMIT).readings.all()
    done = read_again(reading, analyst, again("stated", "５,000"))
    assert done.agrees
    assert done.said == again("stated", "5000")._asdict()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_place_of_two_kinds_is_taken_exactly_as_it_is_offered(
    client: Client, analyst: Any, language: str
) -> None:
    own = proposals.open_set(analyst, "Places")
    address = f"{reverse('admin:desk-places', args=[own.pk])}?lang={language}"
    given = {"topic": LIMIT, "cell_value": "6000", **SHARED}
    refused = client.post(address, {**given, "do": "look", "places": "jilin"})
    (line,) = refused.context["shown"]
    (told,) = [why for _column, why in line["problems"] if "CN-JL" in why]
    offered = [reading for reading, _act in buttons_of(told)]
    assert len(offered) == 2
    assert all(reading in html.unescape(told) for reading in offered)
    given["places"] = "\n".join(offered)
    looked = client.post(address, {**given, "do": "look"})
    given["ready"] = looked.context["ready"]
    taken = client.post(address, {**given, "do": "propose"})
    assert taken.status_code == 303, taken.context["judged"].rows
    codes = {row.cells["scope_code"] for row in own.rows.all()}
    assert codes == {"CN-JL", "jilin"}


def test_places_are_counted_from_the_first_that_is_typed(client: Client, analyst: Any) -> None:
    own = proposals.open_set(analyst, "Places")
    address = reverse("admin:desk-places", args=[own.pk])
    given = {"do": "look", "topic": LIMIT, "cell_value": "6000", **SHARED}
    answer = client.post(address, {**given, "places": "Hangzhou Customs\nnowhere"})
    assert sorted(one["line"] for one in answer.context["shown"]) == [1, 2]
    (told,) = answer.context["told"]
    assert "read 2027/1/1 as 2027-01-01" in told, "places are made from nothing"
    text = answer.content.decode()
    assert '<select id="shared-verification"' in text
    assert "official text read" in text
    assert answer.context["grid_shared"][0].required

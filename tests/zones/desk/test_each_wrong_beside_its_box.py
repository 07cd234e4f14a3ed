"""What is wrong with a row stands beside the box in which it is mended; what is to be written is
said before anything is wrong.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from tests.conftest import log_in_staff
from tests.zones.desk.acts import known
from tests.zones.test_row_forms import a_policy
from zones.desk.addresses import address_of_new, address_of_row

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

LIMIT = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")


@pytest.fixture
def client(analyst: Any) -> Client:
    own = Client()
    log_in_staff(own, analyst)
    return own


def invalid(page: str) -> set[str]:
    """The controls that are marked as wrong; each is described by what is said of it."""
    found = re.findall(r'<(?:input|select|textarea) id="(\w+)"[^>]*aria-invalid="true"[^>]*>', page)
    for name in found:
        assert page.count(f'id="{name}-error"') == 1, name
        assert f'aria-describedby="{name}-error"' in page
    return set(found)


def test_a_missing_quote_marks_the_certainty_and_the_quote_as_one_thing(client: Client) -> None:
    cells = a_policy(verification="primary")
    posted = {"do": "save", **{f"cell_{name}": cell for name, cell in cells.items()}}
    answer = client.post(address_of_new("policies"), posted)
    assert invalid(answer.content.decode()) == {"cell_verification", "quote"}
    assert answer.context["errors"] == ["1 thing is wrong: it is said beside its box."]
    names = [name for name, _words in answer.context["wrong_boxes"]]
    assert names == ["cell_verification", "quote"]


@pytest.mark.parametrize("table", ["policies", "zones", "zone_coverage"])
def test_an_end_without_a_day_asks_for_it_beside_its_box(client: Client, table: str) -> None:
    key = next(key for key, own in known(table).items() if "" in own.values())
    answer = client.post(address_of_row(table, key, "end"), {"do": "save", "change": "ended"})
    assert answer.status_code == 400
    boxes = {box.column.name: box for box in answer.context["boxes"]}
    first = next(iter(boxes))
    assert len(boxes[first].errors) == 1
    assert answer.context["errors"][0] == "1 thing is wrong: it is said beside its box."


SCOPES = {
    "": "Whom it binds",
    "nation": "CN, for the whole nation",
    "programme": "A programme",
    "province": "CN-ZJ",
    "customs_district": "2900",
    "city": "pinyin",
}


@pytest.mark.parametrize("kind", SCOPES)
def test_what_to_write_as_a_scope_follows_its_kind(client: Client, kind: str) -> None:
    asked = {"do": "look", "cell_scope_kind": kind}
    boxes = client.post(address_of_new("policies"), asked).context["boxes"]
    (box,) = (box for box in boxes if box.column.name == "scope_code")
    assert SCOPES[kind] in box.help
    assert "name" in box.help or kind == "nation"


def test_the_kinds_of_change_are_explained_where_one_is_chosen(client: Client) -> None:
    form = client.get(address_of_row("policies", LIMIT)).content.decode()
    assert "Corrected: the portal was wrong." in form
    end = client.get(address_of_row("policies", LIMIT, "end")).content.decode()
    assert "Ended: the rule itself ends." in end
    client.cookies["django_language"] = "zh-hans"
    assert "更正：本站此前有误" in client.get(address_of_row("policies", LIMIT)).content.decode()


def test_a_version_that_says_that_it_ended_says_when_beside_its_day(client: Client) -> None:
    posted = {"do": "save", "change": "ended", "cell_effective_to": "", "cell_clause": "9"}
    cells = {f"cell_{name}": cell for name, cell in known("policies")[LIMIT].items()}
    answer = client.post(address_of_row("policies", LIMIT), {**cells, **posted})
    boxes = {box.column.name: box for box in answer.context["boxes"]}
    assert boxes["effective_to"].errors == ["It says that it ended, but not when."]
    assert answer.context["errors"] == ["1 thing is wrong: it is said beside its box."]

"""Names that several kinds of places have are settled all at once, by the kind that is chosen."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.zones.desk.grids import buttons_of
from zones.desk.grid_files import read_text
from zones.desk.grid_matrix import read_matrix
from zones.desk.proposals import open_set

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

LIMIT = "import-single-transaction-limit"
#: What both a city and a customs district are called; the last is a name of one kind alone.
NAMES = ("宁波", "杭州", "Jiaxing")


def sent(name: str, *names: str) -> dict[str, str]:
    """A form of one page that names these places."""
    if name == "desk-places":
        return {"topic": LIMIT, "cell_value": "6000", "places": "\n".join(names)}
    lines = ["\t".join(("", LIMIT)), *(f"{place}\t6000" for place in names)]
    return {"table": "matrix", "text": "\n".join(lines)}


@pytest.mark.parametrize("name", ["desk-grid", "desk-places"])
@pytest.mark.parametrize(
    ("language", "words", "kind"),
    [
        ("en", "settles them all", "Read all as “city”, which settles 2 names"),
        ("zh-hans", "即可全部确定", "全部按“城市”读取，可确定2个名称"),
    ],
)
def test_one_button_settles_all_names_of_several_kinds(
    name: str, language: str, words: str, kind: str, analyst: Any
) -> None:
    client, own = Client(), open_set(analyst, "Higher limits")
    log_in_staff(client, analyst)
    client.cookies["django_language"] = language
    page, form = reverse(f"admin:{name}", args=[own.pk]), sent(name, *NAMES)
    form["scope_kind"] = ""
    shown = client.post(page, {"do": "look", **form}).content.decode()
    assert words in html.unescape(shown)
    told = shown[shown.index('id="settling-kinds"') :]
    buttons = {re.sub(r"\s+", " ", said).strip(): do for said, do in buttons_of(told)}
    taken = client.post(page, {"do": buttons[kind], **form})
    rows = taken.context["judged"].rows
    assert [row.row.cells.get("scope_code") for row in rows] == ["ningbo", "hangzhou", "jiaxing"]
    assert taken.context["grid_kind"] == "city"
    assert 'id="settling-kinds"' not in taken.content.decode()


def test_only_a_kind_of_which_one_is_meant_settles_a_name() -> None:
    text = "\t".join(("", LIMIT)) + "".join(f"\n{place}\t6000" for place in (*NAMES, "2900"))
    reading = read_matrix(read_text(text), {})
    assert dict(reading.of_several_kinds) == {"city": 2, "customs_district": 2}
    settled = read_matrix(read_text(text), {}, "customs_district")
    assert not settled.of_several_kinds


@pytest.mark.parametrize("name", ["desk-grid", "desk-places"])
def test_names_of_one_kind_ask_for_no_kind(name: str, analyst: Any) -> None:
    client, own = Client(), open_set(analyst, "Higher limits")
    log_in_staff(client, analyst)
    page = reverse(f"admin:{name}", args=[own.pk])
    looked = client.post(page, {"do": "look", "scope_kind": "", **sent(name, "2900", "Nowhere")})
    assert 'id="settling-kinds"' not in looked.content.decode()

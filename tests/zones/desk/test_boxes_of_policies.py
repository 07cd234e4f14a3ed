"""The form of a row: pairs of boxes, what is to be written, and where what is wrong stands."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.conftest import log_in_staff
from tests.zones.desk.acts import known
from zones.dataset.table_registry import registry, table_named
from zones.desk.addresses import address_of_row
from zones.desk.proposals import open_set
from zones.models import ProposedRow, Topic

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

LIMIT = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")


@pytest.fixture
def desk(analyst: Any) -> Client:
    client = Client()
    log_in_staff(client, analyst)
    return client


ENDED = {"policies": "effective_to", "zones": "ended_on", "requirements": "effective_to"}


@pytest.mark.parametrize("table", ENDED)
def test_to_end_a_row_without_a_day_asks_for_the_day(desk: Client, table: str) -> None:
    rows = known(table)
    key = min(key for key, cells in rows.items() if not cells[ENDED[table]])
    answered = desk.post(address_of_row(table, key, "end"), {"do": "save"})
    assert answered.status_code == 400
    (box,) = [one for one in answered.context["boxes"] if one.column.name == ENDED[table]]
    assert ("first day" if table == "zones" else "last day") in box.errors[0]
    assert not any("nothing to propose" in one for one in answered.context["errors"])
    assert f'<a href="#{box.name}">' in answered.content.decode()


#: How each column is called, asked for and explained whose day is the first without the row, or its
#: last; and the day that stands for an end of 2026.
SENSES = {
    "en": {True: ("first day", "2027-01-01"), False: ("last day", "2026-12-31")},
    "zh-hans": {True: ("第一日", "2027-01-01"), False: ("最后", "2026-12-31")},
}


@pytest.mark.parametrize("language", SENSES)
@pytest.mark.parametrize(
    "table", [table for table in registry if table.ends_by], ids=lambda table: table.name
)
def test_an_end_asks_for_the_day_that_its_column_means(
    desk: Client, table: Any, language: str
) -> None:
    day = table.ends_by[0]
    with translation.override("en"):
        column = next(one for one in table.columns if one.name == day)
        assert str(column.label).startswith(SENSES["en"][table.ends_before][0])
    key = min(key for key, cells in known(table.name).items() if not cells[day])
    address = f"{address_of_row(table.name, key, 'end')}&lang={language}"
    answered = desk.post(address, {"do": "save"})
    (box,) = [one for one in answered.context["boxes"] if one.column.name == day]
    meant, other = SENSES[language][table.ends_before], SENSES[language][not table.ends_before]
    for told in (box.help, box.errors[0]):
        assert all(word in told for word in meant)
        assert not any(word in told for word in other)


def test_each_box_that_is_wrong_is_led_to(desk: Client, analyst: Any) -> None:
    number = open_set(analyst, "A set").pk
    address = f"{reverse('admin:desk-row-new', args=[number])}?table=policies"
    sent = {"do": "save", "cell_topic": LIMIT[0], "cell_effective_from": "2019-13", "read_at": "x"}
    page = desk.post(address, sent).content.decode()
    links = set(re.findall(r'<a href="#([a-z_]+)">', page))
    assert {"cell_effective_from", "cell_source_id", "read_at"} <= links
    assert [name for name in links if f'id="{name}"' not in page] == []


def test_boxes_that_belong_together_stand_in_a_row(desk: Client) -> None:
    answered = desk.get(address_of_row("policies", LIMIT))
    pairs = [[box.column.name for box in one] for one in answered.context["groups"] if len(one) > 1]
    names = {column.name for column in table_named("policies").columns}
    text = {(f"{own[:-3]}_en", own) for own in names if own.endswith("_zh")}
    wanted = {pair for pair in text if set(pair) <= names} | {("effective_from", "effective_to")}
    assert wanted <= {tuple(pair) for pair in pairs}
    assert ["clause", "clause_zh"] in pairs


def test_what_to_write_is_said_by_the_type_of_the_topic(desk: Client) -> None:
    topics = {topic.value_type: topic for topic in Topic.objects.order_by("-unit", "slug")}
    told = {kind: topic.answer_type.to_write(topic) for kind, topic in topics.items()}
    assert len(set(told.values())) == len(told) == 4
    answered = desk.get(address_of_row("policies", LIMIT))
    helped = {box.column.name for box in answered.context["boxes"] if box.help}
    assert {"value", "verified_on", "note"} <= helped
    page = answered.content.decode()
    assert "The exact number as the document states it, in CNY" in page
    assert "The address of the page on which you read these words" in page


def test_what_ends_a_policy_takes_the_place_of_no_source(desk: Client) -> None:
    """The form of an end asks for the day and, beside the row, what ended it."""
    rows = known("policies")
    key = min(key for key, own in rows.items() if not own["effective_to"])
    address = address_of_row("policies", key, "end")
    boxes = {box.column.name: box for box in desk.get(address).context["boxes"]}
    assert [*boxes] == ["effective_to", "verified_on", "note"]
    assert "which document ended it is said below" in str(boxes["note"].help)
    sent = {"do": "save", "cell_effective_to": "2027-12-31", "cell_note": "Ended by another"}
    assert desk.post(address, sent).status_code == 303
    (row,) = ProposedRow.objects.all()
    after = {**rows[key], **row.cells}
    kept = ("source_id", "clause", "clause_zh", "verification", "value")
    assert [name for name in kept if after[name] != rows[key][name]] == []
    assert (after["effective_to"], after["note"]) == ("2027-12-31", "Ended by another")


@pytest.mark.parametrize(("language", "unit"), [("en", "CNY"), ("zh-hans", "元")])
def test_a_number_is_typed_with_its_unit_and_with_no_other(
    desk: Client, language: str, unit: str
) -> None:
    address = f"{address_of_row('policies', LIMIT)}&lang={language}"
    typed = {f"cell_{name}": cell for name, cell in known("policies")[LIMIT].items()}
    answered = desk.post(address, {**typed, "do": "save", "cell_value": "5 500 USD"})
    (box,) = [one for one in answered.context["boxes"] if one.column.name == "value"]
    assert unit in box.errors[0]
    assert box.cell == "5 500 USD"
    sent = {**typed, "do": "save", "cell_value": "5 500 CNY", "quote": "原文如此。"}
    answered = desk.post(address, sent, follow=True)
    assert answered.status_code == 200
    (row,) = ProposedRow.objects.all()
    assert row.cells["value"] == "5500"
    assert "5 500 CNY" in answered.content.decode()  # how it was read is said

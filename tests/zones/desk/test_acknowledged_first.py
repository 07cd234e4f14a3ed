"""Whoever reviews a set reads which warnings were acknowledged, and why, under what it changes."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from tests.conftest import log_in_staff
from tests.zones.desk.acts import known, proposed, say_why, say_why_all, written
from zones.admin.set_page import SHOWN_WARNED
from zones.desk.acknowledgements import acknowledge_kinds
from zones.desk.judged_sets import forget
from zones.desk.judgement import judge
from zones.desk.past_warnings import KINDS
from zones.desk.row_warnings import unacknowledged
from zones.desk.set_steps import submit
from zones.models import ChangeSet

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

TOPIC = "import-single-transaction-limit"


def far(someone: Any, count: int) -> ChangeSet:
    """A set that says values which are far from any known."""
    keys = [key for key in sorted(known("policies")) if key[0] == TOPIC][:count]
    return proposed(
        someone,
        *(written("policies", key, value="777777", verified_on="2026-11-24") for key in keys),
    )


def section(client: Client, own: ChangeSet, language: str = "en") -> str:
    """What the page says under what the set changes."""
    page = client.get(f"{reverse('admin:desk-set', args=[own.pk])}?lang={language}")
    found = re.search(
        r'<section aria-labelledby="effect">.*?</section>', page.content.decode(), re.S
    )
    assert found
    return found[0]


@pytest.mark.parametrize(
    ("language", "told"), [("en", "warnings are acknowledged"), ("zh-hans", "条警示已确认")]
)
def test_the_reviewer_reads_kind_rows_reason_and_who(
    analyst: Any, reviewer: Any, language: str, told: str
) -> None:
    own = far(analyst, 2)
    waiting = unacknowledged(own, judge(own))
    assert {one.code for one in waiting} >= {"unusual"}
    acknowledge_kinds(own, analyst, {one.code: "限值确已提高。<b>" for one in waiting})
    submit(own, analyst)
    client = Client()
    log_in_staff(client, reviewer)
    shown = section(client, own, language)
    assert f"{len(waiting)} {told}" in shown or f"{len(waiting)}{told}" in shown
    kinds = {one.code for one in waiting}
    assert shown.count("限值确已提高。&lt;b&gt;") == len(kinds), "alike ones stand once"
    assert shown.count(analyst.get_username()) == len(kinds)
    with override(language):
        assert all(str(KINDS[code]) in shown for code in kinds)
    for row in own.rows.all():
        assert f"?row={row.pk}#row-{row.pk}" in shown


def test_other_reasons_and_other_people_stand_apart(
    analyst: Any, other_analyst: Any, reviewer: Any
) -> None:
    own = far(analyst, 3)
    waiting = [one for one in unacknowledged(own, judge(own)) if one.code == "unusual"]
    for number, one in enumerate(waiting):
        someone = other_analyst if number else analyst
        say_why(one.judged.row, someone, one.code, one.about, "One." if number < 2 else "Two.")
    say_why_all(own, analyst, "Other.")
    client = Client()
    log_in_staff(client, reviewer)
    shown = section(client, own)
    assert shown.count("<q>One.</q>") == 2
    assert shown.count("<q>Two.</q>") == 1


def test_nothing_is_said_before_anything_is_acknowledged(analyst: Any) -> None:
    client = Client()
    log_in_staff(client, analyst)
    assert "acknowledged" not in section(client, far(analyst, 2))


def test_what_is_no_warning_any_more_is_not_counted(analyst: Any, reviewer: Any) -> None:
    own = far(analyst, 1)
    row = own.rows.get()
    say_why(row, analyst, "unusual", "1", "It was so.")
    client = Client()
    log_in_staff(client, reviewer)
    assert "It was so." not in section(client, own)


def test_rows_of_many_are_counted_and_take_no_more_queries(analyst: Any, reviewer: Any) -> None:
    counts = []
    keys = sorted(known("policies"))
    client = Client()
    log_in_staff(client, reviewer)
    for count in (2, SHOWN_WARNED + 5):
        own = proposed(
            analyst, *(written("policies", key, source_id="mof-2018-157") for key in keys[:count])
        )
        say_why_all(own, analyst)
        address = reverse("admin:desk-set", args=[own.pk])
        client.get(address)
        forget()
        with CaptureQueriesContext(connection) as asked:
            shown = client.get(address).content.decode()
        counts.append(len(asked))
    assert "and 5 rows more" in shown
    assert counts[1] <= counts[0] + 2

"""Each way of a row offers only the kinds of change that fit, and nothing else is taken."""

from __future__ import annotations

from typing import Any

import pytest

from tests.zones.desk.acts import judged, known, proposed, taken_out
from tests.zones.desk_forms import TABLES, Desk
from zones.dataset.table_registry import table_named
from zones.models import AppliedRow
from zones.rules.kinds_of_change import BEGINNINGS, fitting_changes
from zones.rules.vocabulary import Change, Fate

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

LIMIT = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")


def offered(desk: Desk, table: str, key: Any, way: str) -> list[str]:
    opened = desk.client.get(desk.address(table, key, way))
    assert opened.status_code == 200
    return [value for value, _words in opened.context["changes"]]


@pytest.mark.parametrize("table", TABLES)
def test_no_way_offers_a_kind_of_change_that_does_not_fit(table: str) -> None:
    desk = Desk()
    assert set(offered(desk, table, None, "version")) <= set(BEGINNINGS)
    rows = known(table)
    if not rows:
        return
    key = sorted(rows)[0]
    assert offered(desk, table, key, "withdraw") == []
    assert not set(offered(desk, table, key, "version")) & {*BEGINNINGS, Change.WITHDRAWN}
    assert set(offered(desk, table, key, "copy")) <= set(BEGINNINGS)
    if table_named(table).ends_by:
        assert offered(desk, table, key, "end") == [Change.ENDED, Change.CORRECTED]


@pytest.mark.parametrize("table", ["policies", "cities", "sources"])
@pytest.mark.parametrize("change", ["enacted", "amended", "corrected"])
def test_a_row_that_is_taken_out_is_no_other_kind_of_change(
    analyst: Any, table: str, change: str
) -> None:
    draft = taken_out(table, sorted(known(table))[0])._replace(change=change)
    row = judged(proposed(analyst, draft))
    assert row.fate == Fate.REFUSED
    assert any(problem.column == "change" for problem in row.problems)


def test_a_withdrawal_says_so_by_itself() -> None:
    desk = Desk()
    revision = desk.publishes("policies", {}, LIMIT, "withdraw", change="enacted")
    assert AppliedRow.objects.get(revision=revision).change == Change.WITHDRAWN
    # What is written anew after that may say that the withdrawal was wrong.
    assert fitting_changes(stands=False, was_withdrawn=True) == (*BEGINNINGS, Change.CORRECTED)
    cells = {"topic": LIMIT[0], "scope_kind": "nation", "scope_code": "CN"}
    shown = desk.send("policies", {**cells, "effective_from": "2019-01-01"})
    assert shown.status_code == 400
    assert Change.CORRECTED in dict(shown.context["changes"])
    other = desk.send("policies", {**cells, "effective_from": "2031-01-01"})
    assert Change.CORRECTED not in dict(other.context["changes"])


def test_a_kind_that_is_sent_all_the_same_is_refused_beside_its_box() -> None:
    shown = Desk().send("cities", {"name_en": "Hang"}, ("hangzhou",), change="enacted")
    assert shown.status_code == 400
    assert shown.context["wrong_beside"]["change"]

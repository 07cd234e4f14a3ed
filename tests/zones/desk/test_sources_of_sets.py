"""A document counts as the set itself says of it when policies of the set rest on it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.zones.desk.acts import known, proposed, said, warned_of, written
from zones.dataset.table import Cells, Key
from zones.desk.judgement import judge
from zones.desk.row_drafts import RowDraft

pytestmark = pytest.mark.django_db

LIMIT: Key = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")
OF_SOURCES = {"repealed", "early"}


def told(analyst: Any, *drafts: RowDraft) -> list[tuple[str, str]]:
    return [one for one in warned_of(judge(proposed(analyst, *drafts))) if one[0] in OF_SOURCES]


def policy(source: str, **days: str) -> RowDraft:
    return said("policies", {**known("policies")[LIMIT], "source_id": source, **days})


def in_force() -> tuple[str, Cells]:
    return next(
        (key[0], own)
        for key, own in known("sources").items()
        if own["status"] == "in-force" and not own["repealed_on"] and own["effective_on"]
    )


def source(is_new: bool, **cells: str) -> tuple[str, RowDraft]:
    """A document that the set writes: one that is new, or other cells of one that is known."""
    slug, own = in_force()
    if not is_new:
        return slug, written("sources", (slug,), **cells)
    own = {**own, "id": "gacc-2027-1", "document_number": "", **cells}
    return own["id"], RowDraft(written("sources").table, None, own)


CELLS: dict[str, tuple[Cells, Cells, list[str]]] = {
    "repealed": ({"status": "repealed"}, {}, ["repealed"]),
    "repealed on a day before the policy": (
        {"repealed_on": "2030-01-01"},
        {"effective_from": "2030-05-01"},
        ["repealed"],
    ),
    "repealed while the policy holds": (
        {"repealed_on": "2030-01-01"},
        {"effective_from": "2027-05-01"},
        ["repealed"],
    ),
    "repealed once the policy has ended": (
        {"repealed_on": "2030-01-01"},
        {"effective_from": "2027-05-01", "effective_to": "2029-12-31"},
        [],
    ),
    "in force later": ({"effective_on": "2031"}, {"effective_from": "2030-12-31"}, ["early"]),
    "in force by then": ({"effective_on": "2031"}, {"effective_from": "2031-01-01"}, []),
    "neither": ({"title_en": "Told anew"}, {"effective_from": "2027-05-01"}, []),
}


@pytest.mark.parametrize("is_new", [True, False])
@pytest.mark.parametrize("kind", CELLS)
def test_rows_are_judged_by_what_the_set_says_of_their_document(
    analyst: Any, kind: str, is_new: bool
) -> None:
    of_source, of_policy, codes = CELLS[kind]
    slug, draft = source(is_new, **of_source)
    found = told(analyst, draft, policy(slug, **{"effective_from": "2027-01-01"} | of_policy))
    assert [code for code, _about in found] == codes


def test_a_document_that_the_set_puts_right_is_warned_of_no_more(analyst: Any) -> None:
    gone = next(key[0] for key, own in known("sources").items() if own["status"] == "repealed")
    row = policy(gone, effective_from="2027-01-01")
    assert told(analyst, row)
    again = written("sources", (gone,), status="in-force", repealed_on="", effective_on="")
    assert told(analyst, row, again) == []


def test_what_is_said_of_it_comes_back_with_another_day(analyst: Any) -> None:
    slug, draft = source(True, repealed_on="2030-01-01")
    ((_, before),) = told(analyst, draft, policy(slug, effective_from="2027-01-01"))
    slug, draft = source(True, repealed_on="2031-01-01")
    ((_, after),) = told(analyst, draft, policy(slug, effective_from="2027-01-01"))
    assert before != after

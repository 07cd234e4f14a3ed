"""Whoever proposes, judges or looks into a row is told of other open sets that propose it too."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.growth import queries
from tests.zones.desk.acts import proposed, published, submitted, taken_out, written
from zones.desk.addresses import address_of_row
from zones.desk.other_proposals import newest_proposals, other_proposals
from zones.desk.set_steps import withdraw
from zones.models import ChangeSet

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

LIMIT = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")


def told(someone: Any, address: str, language: str = "en") -> list[str]:
    """What a page tells of other sets, without its markup; each leads to the set."""
    client = Client()
    log_in_staff(client, someone)
    text = client.get(address, {"lang": language} if "?" not in address else None).content.decode()
    found = re.findall(r'(?s)<p class="caveat">(.*?)</p>', text)
    return [" ".join(re.sub(r"<[^>]*>", " ", one).split()) for one in found if "/desk/sets/" in one]


def page_of(own: ChangeSet) -> str:
    return reverse("admin:desk-set", args=[own.pk])


def limit(**cells: str) -> Any:
    return written("policies", LIMIT, **cells)


def test_opposite_answers_of_two_open_sets_are_told_in_both(
    analyst: Any, other_analyst: Any, reviewer: Any
) -> None:
    mine = proposed(analyst, limit(value="6000"), title="Mine")
    theirs = submitted(other_analyst, limit(value="7000"), title="Theirs")
    (one,) = told(reviewer, page_of(mine))
    assert "by ben" in one
    assert f"{theirs.pk}: Theirs in review" in one
    assert "7000" in one
    (other,) = told(reviewer, page_of(theirs))
    assert "by ana" in other
    assert "6000" in other
    (chinese,) = told(reviewer, page_of(theirs), "zh-hans")
    assert "ana的另一个" in chinese


@pytest.mark.parametrize(
    ("here", "there", "words"),
    [
        (limit(value="6000"), limit(value="6000"), "It says the same."),
        (limit(value="6000"), limit(note="Else."), None),
        (limit(value="6000"), taken_out("policies", LIMIT), "It takes the row out."),
        (taken_out("policies", LIMIT), limit(note="Else."), "Else."),
        (taken_out("policies", LIMIT), taken_out("policies", LIMIT), "It says the same."),
    ],
)
def test_only_what_touches_the_same_cells_is_told(
    analyst: Any, other_analyst: Any, here: Any, there: Any, words: str | None
) -> None:
    mine = proposed(analyst, here)
    proposed(other_analyst, there)
    found = told(analyst, page_of(mine))
    assert [words in one for one in found] == ([] if words is None else [True])


def test_what_others_propose_is_asked_each_time(
    analyst: Any, other_analyst: Any, reviewer: Any
) -> None:
    """What was judged of a set is kept; what other sets say is not."""
    mine = proposed(analyst, limit(value="6000"))
    assert told(analyst, page_of(mine)) == []
    theirs = proposed(other_analyst, limit(value="7000"))
    assert len(told(analyst, page_of(mine))) == 1
    withdraw(theirs, other_analyst)
    assert told(analyst, page_of(mine)) == []
    published(other_analyst, reviewer, written("cities", ("ningbo",), note="Seen."))
    assert told(analyst, page_of(mine)) == []


def test_the_form_and_the_queue_tell_of_it_as_well(analyst: Any, other_analyst: Any) -> None:
    form = address_of_row("policies", LIMIT)
    assert told(analyst, form) == []
    theirs = proposed(other_analyst, limit(value="7000"), title="Theirs")
    (one,) = told(analyst, form)
    assert "7000" in one
    assert "by ben" in one
    own = proposed(analyst, limit(value="6000"))
    within = reverse("admin:desk-row", args=[own.pk, own.rows.get().pk])
    assert len(told(analyst, within)) == 1
    queue = f"{reverse('admin:desk-queue')}?kind=not-researched"
    client = Client()
    log_in_staff(client, analyst)
    entries = client.get(queue).context["entries"]
    assert all(entry["elsewhere"] == [] for entry in entries)
    part = entries[0]["entry"].parts[0]
    gap = {**part.cells, "effective_from": "2020-01-01", "state": "none-found"}
    proposed(other_analyst, written("policies", None, **gap), title="A gap")
    found = client.get(queue).context["entries"][0]["elsewhere"]
    assert [(one.change_set.title, one.change_set.author_name) for one in found] == [
        ("A gap", "ben")
    ]
    assert theirs.pk not in {one.change_set.pk for one in found}


def test_all_rows_are_asked_about_in_one_query(analyst: Any, other_analyst: Any) -> None:
    keys = [("hangzhou",), ("ningbo",), ("suzhou",)]
    for key in keys:
        proposed(other_analyst, written("cities", key, note="Else."))
    mine = proposed(analyst, *(written("cities", key, note="Mine.") for key in keys))
    named = [("cities", key) for key in keys]
    assert queries(lambda: other_proposals(named, mine)) == 1
    assert {key for _table, key in other_proposals(named, mine)} == set(keys)
    assert queries(lambda: newest_proposals()) == 1
    assert len(newest_proposals()) == 6

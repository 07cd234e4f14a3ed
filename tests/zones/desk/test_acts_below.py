"""What is done with a set of many rows is at hand below them too, and rows take few lines."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.zones.desk.acts import known, proposed, row_of, submitted, written
from tests.zones.desk.test_offers import page_of
from zones.admin.set_page import FEW
from zones.desk.row_drafts import RowDraft
from zones.models import ChangeSet
from zones.rules.vocabulary import SetState

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


def drafts(number: int) -> list[RowDraft]:
    return [written("cities", key, name_en=f"Anew {key[0]}") for key in sorted(known("cities"))][
        :number
    ]


def below(shown: str) -> list[str]:
    """The acts of the page's set behind its last row."""
    return re.findall(
        r'<button[^>]*form="review" name="do" value="(submit|publish|send_back)"',
        shown.rpartition("</article>")[2],
    )


@pytest.mark.parametrize(("number", "told"), [(FEW, False), (FEW + 1, True)])
def test_acts_stand_below_many_rows_as_above(
    analyst: Any, reviewer: Any, number: int, told: bool
) -> None:
    own = proposed(analyst, *drafts(number))
    assert below(page_of(own, analyst)) == (["submit"] if told else [])
    assert below(page_of(own, reviewer)) == []
    sent = submitted(analyst, *drafts(number))
    assert below(page_of(sent, reviewer)) == (["publish", "send_back"] if told else [])
    assert below(page_of(sent, analyst)) == []


@pytest.mark.parametrize("box", ["text", "text_below"])
def test_why_rows_go_back_is_typed_above_or_below_them(
    analyst: Any, reviewer: Any, box: str
) -> None:
    own = submitted(analyst, *drafts(FEW + 1))
    client = Client()
    log_in_staff(client, reviewer)
    page = reverse("admin:desk-set", args=[own.pk])
    # What is typed is not lost by an act on the whole set, and Enter in its box sends back.
    kept = client.post(page, {"do": "publish", "seen": own.version, "mark": "", box: "Not so."})
    assert kept.status_code == 400
    assert 'value="Not so."' in kept.content.decode()
    first = row_of(own, next(iter(sorted(known("cities")))))
    posted = {"do": "typed", "seen": own.version, "rows": first.pk, box: "Not so."}
    assert client.post(page, posted).status_code == 303
    back = ChangeSet.objects.latest("pk")
    assert (back.state, back.rows.count()) == (SetState.SENT_BACK, 1)
    assert back.comments.filter(text="Not so.").exists()


def test_what_a_row_names_is_looked_up_behind_one_line(analyst: Any) -> None:
    key = next(key for key in sorted(known("policies")) if key[1] == "city")
    own = proposed(analyst, written("policies", key, clause="Art. 9"))
    links = r"(?s)<details[^>]*>\s*<summary>Look it up</summary>.*?</details>"
    (folded,) = re.findall(links, page_of(own, analyst))
    assert folded.count("<li>") >= 3

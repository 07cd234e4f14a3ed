"""What boxes and columns are called begins alike, whichever table it comes from; what says nothing
is not shown.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.zones.desk.acts import known_row, proposed, row_of, said, written
from zones.models import ChangeSet

LIMIT = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


def opened(someone: Any, address: str) -> str:
    """The page that somebody sees at an address."""
    client = Client()
    log_in_staff(client, someone)
    return client.get(address).content.decode()


def page_of(change_set: ChangeSet, someone: Any) -> str:
    return opened(someone, reverse("admin:desk-set", args=[change_set.pk]))


def test_labels_of_boxes_begin_with_a_capital(analyst: Any) -> None:
    form = opened(analyst, reverse("admin:desk-propose", args=["policies"]))
    labels = re.findall(r"<label for=[^>]*>(?:<span>)?([^<]+)", form)
    assert len(labels) > 15
    assert [label for label in labels if label[0].islower()] == []


def test_columns_of_a_set_begin_with_a_capital(analyst: Any) -> None:
    own = proposed(analyst, written("policies", LIMIT, summary_en="Anew", clause="Art. 9"))
    heads = re.findall(r'<th scope="row">([^<]+)', page_of(own, analyst))
    assert {"English summary", "English clause"} <= {*heads}


def test_a_new_row_has_no_column_of_what_holds_now(analyst: Any) -> None:
    cells = {**known_row("policies", LIMIT), "effective_from": "2027-01-01"}
    new = proposed(analyst, written("policies", **cells))
    assert 'data-label="Now"' not in page_of(new, analyst)
    other = proposed(analyst, written("policies", LIMIT, summary_en="Anew"))
    assert row_of(other).before
    assert 'data-label="Now"' in page_of(other, analyst)


def heading(someone: Any, name: str, *args: Any, **asked: str) -> str:
    page = opened(someone, reverse(f"admin:{name}", args=args, query=asked))
    (found,) = re.findall(r"<h1>(.*?)</h1>", page)
    return found


def test_the_heading_of_a_form_says_what_is_written(analyst: Any) -> None:
    key = json.dumps(LIMIT)
    own = proposed(analyst, said("sources", {"id": "letter", "title_en": "A letter"}))
    row = row_of(own)
    assert heading(analyst, "desk-propose", "sources") == "New: source"
    assert heading(analyst, "desk-propose", "sources", lang="zh-hans") == "新增：依据文件"
    assert heading(analyst, "desk-row", own.pk, row.pk) == "Edit: A letter"
    copied = heading(analyst, "desk-propose", "policies", key=key, **{"as": "copy"})
    assert copied == "New, copied from: Single-order limit, imports, nation, 1 Jan 2019"

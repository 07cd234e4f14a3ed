"""A page of the desk in Chinese shows what a word of a list is called, and never its code."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from cbec_portal.languages import CHINESE
from tests.conftest import log_in_staff
from tests.test_chinese_pages import read
from tests.zones.desk.acts import known, proposed, published
from tests.zones.desk.acts import said as said_of
from tests.zones.desk.test_grid_page import HEAD, ROW
from zones.dataset.table_registry import registry
from zones.desk import proposals
from zones.rules.vocabulary import ScopeKind

pytestmark = pytest.mark.django_db

LIMIT = "import-single-transaction-limit"


def codes() -> dict[str, str]:
    """Every code of a list of the dataset that is called otherwise in Chinese."""
    with override(CHINESE):
        told = {
            option: column.read_out(option)
            for table in registry
            for column in table.columns
            for option in column.options
        }
    return {code: words for code, words in told.items() if code != words}


def shown_codes(answer: Any) -> list[str]:
    """The codes that a page says to whoever reads it, with what they would be called."""
    text = "\n".join(read(answer).texts)
    return [
        f"{code} ({words}): {found[0]}"
        for code, words in codes().items()
        if (found := re.search(rf".*(?<![\w.-]){re.escape(code)}(?![\w.-]).*", text))
    ]


@pytest.fixture
def page(analyst: Any) -> Any:
    client = Client()
    log_in_staff(client, analyst)

    def asked(address: str, **posted: str) -> Any:
        told = f"{address}{'&' if '?' in address else '?'}lang={CHINESE}"
        answer = client.post(told, posted) if posted else client.get(told)
        assert answer.status_code == 200, answer.headers
        assert f'lang="{CHINESE}"' in answer.content.decode()
        return answer

    return asked


def test_the_lists_have_names() -> None:
    own = codes()
    assert own["primary"] == "已核对官方原文"
    assert own["customs_district"] == "关区"
    assert len(own) > 30


@pytest.mark.parametrize("table", [table.name for table in registry])
def test_forms_call_options_by_their_names(table: str, page: Any) -> None:
    assert shown_codes(page(reverse("admin:desk-propose", args=[table]))) == []


def test_sets_warnings_and_history_call_options_by_their_names(
    page: Any, analyst: Any, reviewer: Any
) -> None:
    wide = next(
        key for key in known("policies") if key[0] == LIMIT and key[1] == ScopeKind.NATION.value
    )
    cells = known("policies")[wide]
    local = {**cells, "scope_kind": "customs_district", "scope_code": "2900", "value": "6000"}
    local |= {"effective_from": "2027-01-01", "start_qualifier": "about"}
    own = proposed(analyst, said_of("policies", local))
    seen = page(reverse("admin:desk-set", args=[own.pk]))
    assert shown_codes(seen) == []
    text = seen.content.decode()
    assert {"关区", "约"} <= set(re.findall(r"关区|约", text))
    assert "nation CN" not in text
    revision = published(analyst, reviewer, said_of("policies", local | {"scope_code": "3100"}))
    assert shown_codes(page(reverse("admin:desk-set", args=[revision.change_set.pk]))) == []
    history = reverse("admin:desk-history")
    assert shown_codes(page(f"{history}?revision={revision.number}")) == []


def test_grids_tell_columns_and_options_by_their_names(page: Any, analyst: Any) -> None:
    own = proposals.open_set(analyst, "一个网格")
    row = ROW.format("2900", "2027/1/1", "4,000").replace("secondary", "reported")
    answer = page(reverse("admin:desk-grid", args=[own.pk]), do="look", text=f"{HEAD}\n{row}")
    main = re.sub(r"(?s)<textarea.*?</textarea>", "", answer.content.decode())
    assert "可靠程度：reported读作转引。" in main
    assert "生效日期：2027/1/1读作2027-01-01。" in main
    assert "verification" not in "".join(read(answer).texts).replace(HEAD, "")

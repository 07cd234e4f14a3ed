"""A page in English says nothing in Chinese but the numbers of documents; of staff neither.

Of public pages: test_languages_of_texts.py, which reads them for what they mark.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from cbec_portal.languages import ENGLISH
from tests.addresses import public_addresses
from tests.conftest import log_in_staff
from tests.test_chinese_pages import Words, english, in_chinese
from tests.test_signs_of_full_width import Lines
from tests.zones import oracle
from tests.zones.desk.acts import person, proposed, written
from zones.admin.desk_urls import PAGES
from zones.admin.read_only import ReadOnly

# Django's own admin templates lean on undefined variables.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

HAN = re.compile(r"[\u3400-\u9fff]")
#: The box that searches shows that it reads Chinese.
SHOWN = "hangzhou 1210 · 深圳退货 · 5000 · 国函〔2015〕44号"
KEY = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")


class EnglishWords(Words):
    """Collects what an English page says in its own language."""

    language = ENGLISH


@cache
def as_given() -> list[str]:
    """What the dataset itself gives in Chinese in English: numbers, and names within texts."""
    tables = ("batches", "issuers", "policies", "sources")
    texts = {
        text
        for table in tables
        for row in oracle.read(table)
        for column, text in row.items()
        if HAN.search(text) and not column.endswith("_zh")
    }
    return [SHOWN, *sorted(texts, key=len, reverse=True)]


def english_words(answer: Any) -> list[str]:
    """What a page in English says in its own language."""
    words = EnglishWords()
    words.feed(answer.content.decode())
    return words.found


def chinese(texts: list[str]) -> set[str]:
    """What a page in English says in Chinese without saying that it is."""
    return {text.strip()[:100] for text in filter(HAN.search, texts) if is_chinese(text)}


@cache
def is_chinese(text: str) -> bool:
    """Whether a text says more in Chinese than is given so; many pages say the same."""
    for given in as_given():
        text = text.replace(given, "")
    return HAN.search(text) is not None


def is_page(answer: Any) -> bool:
    return answer.status_code == 200 and "html" in answer.headers["Content-Type"]


@pytest.fixture
def desk(db: None) -> Client:
    """Whoever may see all of the admin and the desk, where a row is proposed."""
    client = Client()
    log_in_staff(client, person("sue", is_superuser=True))
    return client


@pytest.fixture
def pages(desk: Client) -> list[str]:
    """Every list of the admin and a page of every row in it, and the pages of the desk."""
    own = proposed(person("ana", "analyst"), written("policies", KEY, clause="item 9"))
    parts = {"number": own.pk, "row": own.rows.get().pk, "city": "hangzhou", "table": "policies"}
    found = [reverse("admin:index")]
    for name, (route, _page) in PAGES.items():
        named = re.findall(r"<\w+:(\w+)>", route)
        if set(named) <= parts.keys() and name not in ("desk-pick", "desk-export"):
            found.append(reverse(f"admin:{name}", args=[parts[part] for part in named]))
    for model, own_admin in admin.site._registry.items():
        start = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        found.append(reverse(f"{start}_changelist"))
        first = model._default_manager.order_by("-pk").first()
        if first is not None and isinstance(own_admin, ReadOnly):
            found.append(reverse(f"{start}_change", args=[first.pk]))
    return found


def test_pages_of_staff_say_nothing_in_chinese(desk: Client, pages: list[str]) -> None:
    wrong = {}
    for page in pages:
        answer = desk.get(page, {"lang": ENGLISH})
        assert is_page(answer), page
        if found := chinese(english_words(answer)):
            wrong[page] = sorted(found)[:5]
    assert len(pages) > 60
    assert wrong == {}


def test_the_dashboard_history_and_revisions_say_nothing_in_english(desk: Client) -> None:
    """What a load says by itself is told in the reader's language."""
    names = ["admin:index", "admin:desk-history", "admin:zones_revision_changelist"]
    for page in [
        *map(reverse, names),
        "/changes/?by=publication",
        "/admin/zones/revision/1/change/",
    ]:
        answer = in_chinese(desk, page)
        words = Words()
        words.feed(answer.content.decode())
        assert english(words.found, f"dataset sue testserver known_at {page}") == set(), page
        assert not any("Dataset" in text for text in words.found)


def test_forms_of_other_packages_say_nothing_in_english(desk: Client) -> None:
    from django_otp.plugins.otp_static.models import StaticDevice
    from django_otp.plugins.otp_totp.models import TOTPDevice

    device = TOTPDevice.objects.create(user=person("zed"), name="zed")
    code = StaticDevice.objects.order_by("pk")[0]
    for page in (
        reverse("admin:otp_totp_totpdevice_change", args=[device.pk]),
        reverse("admin:otp_static_staticdevice_change", args=[code.pk]),
        reverse("admin:otp_static_staticdevice_changelist"),
    ):
        words = Words()
        words.feed(in_chinese(desk, page).content.decode())
        assert english(words.found, "recovery sue zed ana True False Unix") == set(), page


def test_a_load_is_told_with_a_row_as_one() -> None:
    from zones.dataset.load_summaries import told

    assert told("Dataset: 1 cities, 2 customs districts") == (
        "Dataset: 1 city, 2 customs districts",
        ENGLISH,
    )
    for written_by_hand in ("Dataset: the new list", "Dataset: 3 wishes", "更正", "Dataset: "):
        assert told(written_by_hand)[0] == written_by_hand


class EnglishLines(Lines):
    """Collects what an English page says by lines."""

    language = ENGLISH


def test_no_blank_stands_before_a_sign_that_ends_what_is_said(client: Client) -> None:
    found = {}
    for address in public_addresses():
        path = address.partition("?")[0]
        if path.startswith("/api/") or not path.endswith("/"):
            continue
        told = EnglishLines()
        asked = f"{address}{'&' if '?' in address else '?'}lang={ENGLISH}"
        told.feed(client.get(asked).getvalue().decode())
        wrong = {
            line[max(0, one.start() - 30) : one.end()]
            for line in told.lines
            for one in re.finditer(r" [.,;:)](?=\s|$)", line)
        }
        if wrong:
            found[address] = wrong
    assert found == {}

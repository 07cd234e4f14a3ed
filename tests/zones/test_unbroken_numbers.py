"""The number of a document is one piece of text wherever it stands."""

from __future__ import annotations

import csv
import re

import pytest
from django.conf import settings
from django.test import Client

from zones.pages.number_tags import unbroken

PIECE = re.compile(r'<span class="unbroken">([^<]+)</span>')


def _numbers() -> list[str]:
    path = settings.BASE_DIR / "fixtures/sources.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return sorted({row["document_number"] for row in csv.DictReader(file)} - {""})


def test_every_number_of_a_document_is_one_piece() -> None:
    numbers = _numbers()
    assert len(numbers) > 100
    parts = {number: PIECE.findall(unbroken(number)) for number in numbers}
    assert {n: p for n, p in parts.items() if p != [n]} == {}


@pytest.mark.parametrize("number", ["国函〔2015〕44号", "No. 194 of 2018", "主席令第七号"])
def test_it_is_one_piece_within_a_text_too(number: str) -> None:
    assert PIECE.findall(unbroken(f"By {number}, and <b> & more.")) == [number]
    assert "&lt;b&gt; &amp; more" in unbroken(f"By {number}, and <b> & more.")


def test_other_years_and_figures_are_left_alone() -> None:
    assert "span" not in unbroken("In 2018 there were 5,000 CNY, 2018年有5,000元, No way.")


@pytest.mark.parametrize(("language", "written"), [("en", "5,000 CNY"), ("zh-hans", "5,000元")])
@pytest.mark.parametrize("address", ["/topics/{}/", "/cities/hangzhou/{}/"])
@pytest.mark.django_db
def test_a_figure_has_its_unit_as_the_language_writes_it(
    client: Client, address: str, language: str, written: str
) -> None:
    asked = address.format("import-single-transaction-limit")
    text = client.get(f"{asked}?as_of=2019-01-01&lang={language}").content.decode()
    assert written in text
    assert "5,000 元" not in text

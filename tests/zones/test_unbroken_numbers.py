"""The number of a document is one piece of text wherever it stands."""

from __future__ import annotations

import csv
import re

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.zones.desk.acts import proposed, written
from zones.desk.proposals import retitle
from zones.pages.number_tags import unbroken, unbroken_markup

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


def test_markup_is_left_alone_and_texts_in_it_hold_numbers_together() -> None:
    number = "国函〔2015〕44号"
    piece = f'<span class="unbroken">{number}</span>'
    shown = f'<p title="{number}">By {number}<b>{number}</b></p>'
    assert unbroken_markup(shown) == f'<p title="{number}">By {piece}<b>{piece}</b></p>'
    for whole in ("option", "textarea", "script"):
        held = f"<{whole}>{number}</{whole}>"
        assert unbroken_markup(f"{held}{number}") == f"{held}{piece}"
    assert unbroken_markup("<p>No. 5 <") == '<p><span class="unbroken">No. 5</span> <'


@pytest.mark.django_db
def test_no_page_of_the_desk_breaks_a_number(client: Client) -> None:
    sue = User.objects.create_superuser("sue")
    log_in_staff(client, sue)
    own = proposed(sue, written("sources", ("mof-gacc-sta-2018-49",), note="Seen"))
    retitle(own, sue, "按财关税〔2018〕49号修改", "见国函〔2015〕44号")
    addresses = [
        reverse("admin:index"),
        reverse("admin:desk-sets"),
        reverse("admin:desk-set", args=[own.pk]),
        reverse("admin:desk-queue"),
        reverse("admin:desk-copies", args=["mof-gacc-sta-2018-49"]),
        f"{reverse('admin:desk-propose', args=['sources'])}?key=%5B%22mof-gacc-sta-2018-49%22%5D",
    ]
    seen = 0
    for address in addresses:
        shown = client.get(address).content.decode().partition("<main")[2].partition("</main>")[0]
        texts = re.sub("<(option|textarea).*?</\\1>", "", shown, flags=re.S)
        texts = re.sub('<span class="unbroken">[^<]*</span>', "", texts)
        texts = re.sub("<[^>]*>", "", texts)
        assert not re.findall(r"\w*〔\d{4}〕\d+号", texts), address
        seen += shown.count('class="unbroken"')
    assert seen > 5

"""What is asked and offered in forms of the desk reads as sentences, and days are typed alike."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import override

from tests.conftest import log_in_staff
from tests.zones.desk.acts import known
from zones.admin.offered_rows import words_with_buttons
from zones.admin.row_links import links_of_documents
from zones.desk.cell_words import CellWords
from zones.desk.pickers import NotPickedError, picked

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

SAID = {
    ("en", "import-single-transaction-limi"): "Did you mean?",
    ("zh-hans", "import-single-transaction-limi"): "？",
    ("en", "Taizhou"): "names several. Take one as it is written here.",
}


@pytest.mark.parametrize(("language", "typed"), SAID)
def test_buttons_stand_behind_the_sentence_that_offers_them(language: str, typed: str) -> None:
    with override(language):
        with pytest.raises(NotPickedError) as refused:
            picked("cities" if typed == "Taizhou" else "topics", typed)
        told = words_with_buttons(refused.value, "cell_topic")
    words, *buttons = re.split(r"(?=<button)", told)
    assert len(buttons) == len(refused.value.candidates) > 0
    assert all(re.fullmatch(r"<button.*?</button>\s*", one) for one in buttons)
    assert SAID[language, typed] in strip_tags(words)
    assert words.rstrip()[-1] in "?？.。"


def test_no_form_of_the_desk_brings_the_browsers_own_days() -> None:
    folder = Path(settings.BASE_DIR) / "zones/templates/zones/desk"
    assert [one.name for one in folder.rglob("*.html") if 'type="date"' in one.read_text()] == []


def test_an_entry_rests_until_a_day_that_is_typed(analyst: Any) -> None:
    client = Client()
    log_in_staff(client, analyst)
    page = client.get(reverse("admin:desk-queue")).content.decode()
    boxes = re.findall(r'<input id="until-\d+"[^>]*>', page)
    assert boxes
    assert all('placeholder="2026-12-31"' in box and "type=" not in box for box in boxes)


def test_documents_carry_their_number_and_day() -> None:
    key = "mof-gacc-sta-2018-49"
    own = known("sources")[key,]
    for language, day in (("en", "29 Nov 2018"), ("zh-hans", "2018年11月29日")):
        with override(language):
            link = links_of_documents(CellWords(language), [key])[key]
        assert own["document_number"] in link.beside
        assert day in link.beside

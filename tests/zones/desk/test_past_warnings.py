"""Why a row was right although it was warned of is read as long as what became of the row."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from tests.conftest import log_in_staff
from tests.zones.desk.acts import known, proposed, say_why_all, written
from zones.desk import row_warnings, source_warnings
from zones.desk.addresses import address_of_history
from zones.desk.judgement import judge
from zones.desk.past_warnings import KINDS
from zones.desk.row_warnings import unacknowledged
from zones.desk.set_publication import publish_set
from zones.desk.set_steps import submit

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

LIMIT = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_reason_stays_beside_the_row_wherever_it_is_told(
    analyst: Any, reviewer: Any, language: str
) -> None:
    other = next(key for key in known("policies") if key != LIMIT)
    own = proposed(
        analyst,
        written("policies", LIMIT, value="777777", verified_on="2026-11-24"),
        written("policies", other, note="Seen"),
    )
    codes = {one.code for one in unacknowledged(own, judge(own))}
    assert codes
    say_why_all(own, analyst, "限值确已提高。<b>")
    revision = publish_set(submit(own, analyst), reviewer)
    client = Client()
    log_in_staff(client, reviewer)
    history = reverse("admin:desk-history")
    for address, asked in (
        (reverse("admin:desk-set", args=[own.pk]), {}),
        (history, {"revision": revision.number}),
        (address_of_history("policies", LIMIT), {}),
        (history, {"person": "ana"}),
    ):
        mark = "&" if "?" in address else "?"
        page = client.get(f"{address}{mark}lang={language}", asked or None).content.decode()
        if asked:
            page = client.get(address, {**asked, "lang": language}).content.decode()
        assert page.count("限值确已提高。&lt;b&gt;") == len(codes), address
        with override(language):
            for code in codes:
                assert f"⚠ {KINDS[code]}" in page
    # Of another row nothing was said.
    page = client.get(address_of_history("policies", other)).content.decode()
    assert "限值确已提高" not in page


def test_every_kind_of_warning_has_words_in_both_languages() -> None:
    written_out = "".join(
        Path(str(module.__file__)).read_text(encoding="utf-8")
        for module in (row_warnings, source_warnings)
    )
    told = set(
        re.findall(
            r'(?:yield |_said\(judged, |code = |[A-Z] = |else |\(\s+)"([a-z-]+)"', written_out
        )
    )
    assert set(KINDS) - told == set()
    yielded = re.findall(r'yield (?:"([a-z-]+)"|.*\sif alike else "([a-z-]+)")', written_out)
    assert {one for pair in yielded for one in pair if one} <= set(KINDS)
    for words in KINDS.values():
        with override("zh-hans"):
            assert re.search("[一-鿿]", str(words)), words

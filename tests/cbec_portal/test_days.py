"""Days are told in the reader's form, and no more precisely than they are known."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from cbec_portal.day_words import day_as_time as time
from cbec_portal.day_words import day_in_words as day


@pytest.mark.parametrize(
    ("written", "english", "chinese"),
    [
        (date(2019, 12, 31), "31 Dec 2019", "2019年12月31日"),
        ("2019-12-31", "31 Dec 2019", "2019年12月31日"),
        ("2025-04", "Apr 2025", "2025年4月"),
        ("2025", "2025", "2025年"),
        (None, "", ""),
    ],
)
def test_a_day_in_both_languages(written: date | str | None, english: str, chinese: str) -> None:
    with translation.override("en"):
        assert day(written) == english
    with translation.override("zh-hans"):
        assert day(written) == chinese


def test_a_day_keeps_its_machine_form() -> None:
    assert time("2025-04") == '<time datetime="2025-04">Apr 2025</time>'
    assert time(None) == ""

"""The days of zones, of what they cover and of their batches are told as days, never as codes."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils.translation import override

from zones.models import Batch, Coverage, Zone
from zones.pages.zone_words import coverage_span, days_of_batch, zone_span

pytestmark = pytest.mark.django_db

TOLD: tuple[tuple[Any, Any], ...] = (
    (Zone, zone_span),
    (Coverage, coverage_span),
    (Batch, days_of_batch),
)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_days_are_elements_in_the_words_of_the_language(language: str) -> None:
    with override(language):
        for model, tell in TOLD:
            for row in model.objects.all()[:40]:
                told = tell(row)
                assert not re.search(r">\d{4}-\d\d|\d{4}-\d\d(?!-?\d*\")", told), told
                days = [
                    getattr(row, name, None)
                    for name in ("designated_on", "ended_on", "covered_from", "covered_until")
                ] + [getattr(row, name, None) for name in ("approved_on", "announced_on")]
                assert told.count("<time ") == sum(bool(day) for day in days)

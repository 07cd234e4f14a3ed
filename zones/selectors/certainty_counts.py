"""How sure the answers of a day are: how many rest on an official text, a report, or neither."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from django.db.models import Count

from zones.models import InForce
from zones.rules.vocabulary import Certainty
from zones.selectors.inquiry import Inquiry


class CertaintyCounts(NamedTuple):
    """Counts of answers by certainty: by key of the focus area, and by id of the city."""

    by_area: Mapping[str, Counter[Certainty]]
    by_city: Mapping[int, Counter[Certainty]]


def certainty_counts(inquiry: Inquiry) -> CertaintyCounts:
    """Return how sure the answers of a day are, of all pilot cities; in one query."""
    rows = InForce.objects.current().on(inquiry.day).order_by()
    by_area: dict[str, Counter[Certainty]] = {}
    by_city: dict[int, Counter[Certainty]] = {}
    grouped = rows.values_list(
        "policy__topic__focus_area__slug", "city", "policy__verification"
    ).annotate(number=Count("pk"))
    for area, city, verification, number in grouped:
        for own in (by_area.setdefault(area, Counter()), by_city.setdefault(city, Counter())):
            own[Certainty(verification)] += number
    return CertaintyCounts(by_area, by_city)

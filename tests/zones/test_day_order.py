"""Two days in the wrong order are told with what each of them is, in every table."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from checklists.models import Requirement
from zones.models import Coverage, Policy, Source, Zone

EARLY, LATE = "2019-04-08", "2019-04-09"
#: Every table with two days in an order: the field of the earlier, and of the later.
IN_ORDER = [
    (Policy, "effective_from", "effective_to"),
    (Requirement, "effective_from", "effective_to"),
    (Zone, "designated_on", "ended_on"),
    (Coverage, "covered_from", "covered_until"),
    (Source, "issued_on", "repealed_on"),
    (Source, "effective_on", "repealed_on"),
]


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(("model", "first", "last"), IN_ORDER)
def test_days_in_the_wrong_order_are_told_by_what_they_are_called(
    model: Any, first: str, last: str, language: str
) -> None:
    row = model(**{first: LATE, last: EARLY})
    with override(language):
        with pytest.raises(ValidationError) as refused:
            row.clean()
        (told,) = refused.value.message_dict[last]
        names = [str(row._meta.get_field(name).verbose_name) for name in (last, first)]
    assert told.index(f"“{names[0]}”") < told.index(EARLY)
    assert told.index(EARLY) < told.index(f"“{names[1]}”") < told.index(LATE)

"""What once ended in a traceback, or slipped through, is refused in words."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from zones.dataset.bases import PACKAGE, Base, base_of
from zones.dataset.problems import Problems
from zones.rules.values import WrongValueError, number
from zones.services.publishing import _check_four_eyes


@pytest.mark.parametrize("text", ["9" * 16, "9" * 100, "9" * 4000, "1" + "0" * 99, "0.00001"])
def test_a_number_that_fits_no_column_is_refused_however_long(text: str) -> None:
    with pytest.raises(WrongValueError, match="fifteen digits"):
        number(text)


@pytest.mark.parametrize("text", ["0" * 120 + "7", "7." + "0" * 120])
def test_idle_zeros_are_no_digits_however_many(text: str) -> None:
    assert number(text) == Decimal(7)


@pytest.mark.parametrize("publisher", ["Anna", "anna", " ANNA "])
def test_a_name_in_another_case_is_the_same_person(publisher: str) -> None:
    with pytest.raises(ValidationError, match="someone else publishes it"):
        _check_four_eyes("Anna", publisher)


@pytest.mark.parametrize("package", ["[" * 100_000, '{"revision": "x", "edit": 1}', "[]", "{"])
def test_a_description_that_cannot_be_read_is_a_problem(tmp_path: Path, package: str) -> None:
    (tmp_path / PACKAGE).write_text(package)
    problems = Problems()
    assert base_of(tmp_path, Base(1, 1), problems) is None
    assert [problem.file for problem in problems.found] == [PACKAGE]

"""What once ended in a traceback, or slipped through, is refused in words."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from tests.zones.datasets import Row, change_rows
from tests.zones.desk_forms import Desk, known, refused
from tests.zones.oracle import POLICIES
from zones.dataset.description import PACKAGE, description_of
from zones.dataset.load import load_dataset
from zones.dataset.problems import Problems, Refused
from zones.models import SourceIssuer
from zones.rules.values import WrongValueError, number
from zones.services.publication import _check_four_eyes


@pytest.mark.parametrize("text", ["9" * 16, "9" * 100, "9" * 4000, "1" + "0" * 99, "0.00001"])
def test_a_number_that_fits_no_column_is_refused_however_long(text: str) -> None:
    with pytest.raises(WrongValueError, match="fifteen digits"):
        number(text)


@pytest.mark.parametrize("text", ["0" * 120 + "7", "7." + "0" * 120])
def test_idle_zeros_are_no_digits_however_many(text: str) -> None:
    assert number(text) == Decimal(7)


@pytest.mark.parametrize("publisher", ["Anna", "anna", " ANNA "])
def test_a_name_in_another_case_is_the_same_person(publisher: str) -> None:
    with pytest.raises(ValidationError, match="somebody else publishes it"):
        _check_four_eyes("Anna", publisher)


@pytest.mark.parametrize("package", ["[" * 100_000, '{"revision": "x", "edit": 1}', "[]", "{"])
def test_a_description_that_cannot_be_read_is_a_problem(tmp_path: Path, package: str) -> None:
    (tmp_path / PACKAGE).write_text(package)
    problems = Problems()
    assert description_of(tmp_path, problems) is None
    assert {problem.file for problem in problems.found} == {PACKAGE}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "days",
    [
        {"issued_on": "2020-01-01", "effective_on": "", "repealed_on": "2019"},
        {"issued_on": "", "effective_on": "2021-01-01", "repealed_on": "2020-05-05"},
        {"issued_on": "2020-02", "effective_on": "", "repealed_on": "2020-01"},
    ],
)
def test_a_document_is_not_repealed_before_it_was_there(part: Path, days: Row) -> None:
    def change(rows: list[Row]) -> list[Row]:
        return [rows[0] | days, *rows[1:]]

    change_rows(part / "sources.csv", change)
    with pytest.raises(Refused) as refused:
        load_dataset(part)
    assert "“repealed on”" in str(refused.value)
    assert "is before" in str(refused.value)
    assert "sources.csv" in str(refused.value)


@pytest.mark.django_db
@pytest.mark.parametrize("decimals", [5, 25, 400])
def test_a_figure_of_impossible_decimals_is_a_form_error(decimals: int) -> None:
    (figure, *_) = known("statistics")
    told = refused(Desk().send("statistics", {"value": f"7.{'1' * decimals}"}, figure))
    assert list(told) == ["value"]


@pytest.mark.django_db
def test_a_spelling_that_a_document_uses_is_kept(part: Path) -> None:
    used = SourceIssuer.objects.filter(issuer__slug="gacc").first()
    assert used is not None
    issuer = used.issuer
    lost = {"name_en": "Another", "name_zh": "另一", "abbreviation": "", "aliases": "Another"}
    told = refused(Desk().send("issuers", lost, (issuer.slug,)))
    assert "keep that among the spellings" in str(told["aliases"])

    def change(rows: list[Row]) -> list[Row]:
        return [row | lost if row["slug"] == issuer.slug else row for row in rows]

    change_rows(part / "issuers.csv", change)
    with pytest.raises(Refused, match="keep that among the spellings"):
        load_dataset(part)


@pytest.mark.django_db
@pytest.mark.parametrize("beside", ["what is known", "another row of the file"])
@pytest.mark.parametrize("column", [0, 1])
def test_two_rules_of_a_scope_from_one_day_on_are_refused_by_line_however_written(
    part: Path, beside: str, column: int
) -> None:
    """Row 2 begins on 1 July: written 2020-07 it is another row that begins on the same day."""

    def change(rows: list[Row]) -> list[Row]:
        first = rows[column] | {"effective_from": rows[column]["effective_from"][:7]}
        return [*rows, first] if beside == "another row of the file" else [first, *rows[2:]]

    change_rows(part / "policies.csv", change)
    with pytest.raises(Refused) as refused:
        load_dataset(part)
    (problem,) = refused.value.problems
    day = ("2020-07-01", "2021-07-01")[column]
    assert (problem.file, problem.column) == ("policies.csv", "effective_from")
    assert problem.line == (len(POLICIES) + 2 if beside == "another row of the file" else 2)
    assert f"another policy of this scope starts on {day}" in problem.why


@pytest.mark.django_db
def test_a_rule_may_be_written_with_another_precision_where_the_former_row_goes(
    folder: Path,
) -> None:
    def change(rows: list[Row]) -> list[Row]:
        return [rows[0] | {"effective_from": "2020-07"}, *rows[1:]]

    change_rows(folder / "policies.csv", change)
    report = load_dataset(folder, replace=True)
    assert report.revision is not None
    assert report.withdrawn == 1

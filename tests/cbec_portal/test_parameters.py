from __future__ import annotations

from datetime import date

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from cbec_portal.api.parameters import Parameters
from cbec_portal.asked_days import latest_day, parse_day
from cbec_portal.china_time import today_in_china
from cbec_portal.refusals import ParameterError

KNOWN = ("as_of", "city", "limit")


def asked(query: str) -> Parameters:
    return Parameters(QueryDict(query), KNOWN)


def test_an_unknown_parameter_is_refused_with_a_suggestion_and_the_valid_ones() -> None:
    with pytest.raises(ParameterError) as refusal:
        asked("as_off=2020-01-01&zzz=1")
    (first, words), (second, _) = refusal.value.errors
    assert (first, second) == ("as_off", "zzz")
    assert "Did you mean “as_of”? Valid: as_of, city, limit." in words


@pytest.mark.parametrize("query", ["city=a%00", "city=" + "a" * 2001, "%00=a"])
def test_unreadable_values_are_refused(query: str) -> None:
    with pytest.raises(ParameterError) as refusal:
        asked(query)
    assert "\0" not in str(refusal.value)


def test_one_value() -> None:
    assert asked("city=+hangzhou+").one("city") == "hangzhou"
    assert asked("city=").one("city") is None
    assert asked("").one("city", "beijing") == "beijing"
    with pytest.raises(ParameterError, match="only once"):
        asked("city=a&city=b").one("city")


def test_many_values() -> None:
    assert asked("city=b,a&city=,b,&city=c").many("city") == ["b", "a", "c"]
    assert asked("city=b,a&city=c").repeated("city") == ["b,a", "c"]
    assert asked("").many("city") == []


def test_values_from_a_list_of_options() -> None:
    assert asked("city=b").choice("city", ["a", "b"]) == "b"
    assert asked("").choice("city", ["a", "b"], "a") == "a"
    assert asked("city=b,a").choices("city", ["a", "b"]) == ["b", "a"]
    with pytest.raises(ParameterError) as refusal:
        asked("city=x,a,y").choices("city", ["a", "b"])
    assert [detail[:3] for _, detail in refusal.value.errors] == ["“x”", "“y”"]


def test_a_day_defaults_to_today_in_china() -> None:
    assert asked("").day() == today_in_china()
    assert asked("as_of=").day() == today_in_china()
    assert asked("").day(default=None) is None
    assert asked("").day(default=date(2019, 1, 1)) == date(2019, 1, 1)
    assert asked("as_of=2018-06-30").day() == date(2018, 6, 30)


@pytest.mark.parametrize(
    "text",
    [
        *("2019-02-29", "2019-1-1", "20190101", "2019-W01-1", "01/02/2019", "today"),
        *("２０１９-13-01", "1999-12-31", "2019-01-01T00:00", "9999-12-31"),
    ],
)
def test_what_is_no_day_the_portal_can_answer_about_is_refused(text: str) -> None:
    with pytest.raises(ParameterError):
        parse_day("as_of", text)


def test_days_and_whole_numbers_are_read_in_digits_of_any_width() -> None:
    assert parse_day("as_of", "２０１９－０１－０１") == date(2019, 1, 1)
    assert asked("as_of=２０１９-０１-０１").day() == date(2019, 1, 1)
    assert asked("limit=１２").whole_number("limit", 1, 50) == 12
    with pytest.raises(ParameterError, match="not a whole number from 1 to 50"):
        asked("limit=５１").whole_number("limit", 1, 50)


@given(st.dates())
def test_days_are_read_from_2000_to_five_years_ahead(day: date) -> None:
    if date(2000, 1, 1) <= day <= latest_day():
        assert parse_day("as_of", day.isoformat()) == day
    else:
        with pytest.raises(ParameterError, match="is not between"):
            parse_day("as_of", day.isoformat())


def test_five_years_after_a_leap_day_is_the_28th() -> None:
    assert latest_day(date(2028, 2, 29)) == date(2033, 2, 28)
    assert latest_day(date(2028, 3, 1)) == date(2033, 3, 1)


@pytest.mark.parametrize("text", ["0", "11", "-1", "1.0", "1e1", "²", "१", "9" * 5000])
def test_a_whole_number_out_of_bounds_is_refused(text: str) -> None:
    with pytest.raises(ParameterError):
        asked(f"limit={text}").whole_number("limit", 1, 10)


def test_a_whole_number() -> None:
    assert asked("limit=10").whole_number("limit", 1, 10) == 10
    assert asked("").whole_number("limit", 1, 10, 5) == 5


@given(st.text())
def test_any_query_is_read_or_refused(text: str) -> None:
    query = QueryDict(mutable=True)
    query.setlist("city", [text])
    if "\0" in text:
        with pytest.raises(ParameterError):
            Parameters(query, KNOWN)
    else:
        assert all(Parameters(query, KNOWN).many("city"))

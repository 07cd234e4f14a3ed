"""A cell of one reading is read so; one that can be read in two ways is refused with both."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as some

from cbec_portal.asked_days import parse_calendar_day
from cbec_portal.day_words import day_in_words
from cbec_portal.languages import CODES
from cbec_portal.quotation import quoted
from cbec_portal.widths import half_width
from zones.models.fields import day_of
from zones.models.spellings import (
    OtherUnitError,
    TwoReadingsError,
    UnreadError,
    code_text,
    date_text,
    truth_text,
    ungrouped_text,
    without_unit,
)
from zones.rules.partial_dates import partial_date

DAYS = some.dates(date(1980, 1, 1), date(2060, 12, 31))
WIDE = str.maketrans({chr(c): chr(c + 0xFEE0) for c in range(0x21, 0x7F)})

FORMS = (
    "{d.year}/{d.month}/{d.day}",
    "{d.year}/{d.month:02}/{d.day:02}",
    "{d.year}-{d.month}-{d.day}",
    "{d.year}.{d.month}.{d.day}",
    "{d.year}年{d.month}月{d.day}日",
    "{d.year}年{d.month:02}月{d.day:02}号",
    "{d.year}{d.month:02}{d.day:02}",
    "{d.year}/{d.month}/{d.day} 0:00",
    "{d.year}-{d.month:02}-{d.day:02}T00:00:00",
    "{d.year}-{d.month:02}-{d.day:02} 00:00:00",
)


@given(DAYS, some.sampled_from(FORMS), some.booleans())
def test_a_day_is_read_in_every_form_that_has_its_year_first(
    day: date, form: str, is_wide: bool
) -> None:
    written = form.format(d=day)
    assert date_text(written.translate(WIDE) if is_wide else written) == day.isoformat()


@given(DAYS, some.sampled_from("/-."))
def test_a_day_with_its_year_last_is_read_only_if_no_other_day_is_meant(
    day: date, joint: str
) -> None:
    written = f"{day.month}{joint}{day.day}{joint}{day.year}"
    if day.day > 12 or day.day == day.month:
        assert date_text(written) == day.isoformat()
    else:
        other = date(day.year, day.day, day.month).isoformat()
        with pytest.raises(TwoReadingsError) as refused:
            date_text(written)
        assert day.isoformat() in str(refused.value)
        assert other in str(refused.value)


@given(DAYS)
def test_a_month_is_read_in_every_form(day: date) -> None:
    month = f"{day:%Y-%m}"
    forms = ("{d.year}/{d.month}", "{d.year}-{d.month}", "{d.year}年{d.month}月", "{d:%Y.%m}")
    assert {date_text(form.format(d=day)) for form in forms} == {month}
    assert date_text(f"{day.year}年") == str(day.year)


@pytest.mark.parametrize(
    ("written", "readings"),
    [
        ("1/2/2019", ("2019-01-02", "2019-02-01")),
        ("2019.1", ("2019-01", "2019-10")),
        ("Jan-19", ("2019-01", "day 19")),
        ("January 19", ("2019-01", "day 19")),
        ("43466", ("2019-01-01", "2023-01-02")),
        ("19/1/2", ("2019-01-31",)),
        ("1-2-19", ("2019-01-31",)),
    ],
)
def test_a_date_of_two_readings_is_refused_with_both(
    written: str, readings: tuple[str, ...]
) -> None:
    with pytest.raises(TwoReadingsError) as refused:
        date_text(written)
    assert all(reading in str(refused.value) for reading in readings)


@given(DAYS)
def test_the_number_of_a_day_is_refused_with_the_days_it_may_be(day: date) -> None:
    number = (day - date(1899, 12, 30)).days
    with pytest.raises(TwoReadingsError) as refused:
        date_text(str(number))
    assert day.isoformat() in str(refused.value)
    assert (day + timedelta(days=1462)).isoformat() in str(refused.value)


@pytest.mark.parametrize(
    "written",
    ["", "soon", "31/31/2019", "30 Junu 2026", "30 Ju 2026", "2019-1-1-1", "²019/1/1", "1"],
)
def test_what_is_no_date_is_left_to_its_column(written: str) -> None:
    assert date_text(written) == written


NAMED_DAYS = (
    *("30 Jun 2026", "30 June 2026", "Jun 30, 2026", "June 30 2026", "30-Jun-2026", "30 JUN 2026"),
    *("June 30th, 2026", "２０２６年６月３０日", "2026/6/30"),
)


@pytest.mark.parametrize("written", NAMED_DAYS)
def test_days_are_read_as_pages_print_them_in_grids_fields_and_questions(written: str) -> None:
    assert date_text(written) == "2026-06-30"
    if "/" not in written:
        assert parse_calendar_day("as_of", written) == date(2026, 6, 30)
    assert day_of(written) == date(2026, 6, 30)


@given(DAYS, some.sampled_from(CODES))
def test_what_pages_print_is_read_back(day: date, language: str) -> None:
    with override(language):
        assert date_text(day_in_words(day)) == day.isoformat()
        assert date_text(day_in_words(f"{day:%Y-%m}")) == f"{day:%Y-%m}"


@pytest.mark.parametrize(
    "written", ["2026/2/30", "2026-02-30", "30 Feb 2026", "2026年2月30日", "20260230", "2026.2.30"]
)
def test_a_day_that_no_calendar_has_is_refused_as_such(written: str) -> None:
    with pytest.raises(ValidationError, match="is not a day of the calendar"):
        day_of(written)
    with pytest.raises(ValueError, match="“2026-02-30” is not a day of the calendar"):
        partial_date(date_text(written))


@given(some.text(max_size=30))
def test_any_text_is_read_refused_or_left(written: str) -> None:
    for read in (date_text, truth_text, ungrouped_text):
        try:
            assert isinstance(read(written), str)
        except TwoReadingsError as refused:
            assert repr(written)[:20] in str(refused)  # noqa: PT017


@pytest.mark.parametrize(
    ("written", "read"),
    [
        *((own, "true") for own in ("TRUE", "true", "True", "是", "yes", "ＴＲＵＥ", "Yes")),
        *((own, "false") for own in ("FALSE", "false", "否", "no", "ｆａｌｓｅ")),
        *((own, own) for own in ("1", "0", "Y", "", "maybe", "不是")),
    ],
)
def test_yes_and_no_are_read_in_both_languages(written: str, read: str) -> None:
    assert truth_text(written) == read


@given(some.integers(1000, 10**12), some.sampled_from([",", " ", "\u00a0", "'"]), some.booleans())
def test_a_number_is_read_with_its_separators_of_thousands(
    number: int, sign: str, is_wide: bool
) -> None:
    written = f"{number:,}".replace(",", sign)
    assert ungrouped_text(written.translate(WIDE) if is_wide else written) == str(number)
    assert ungrouped_text(f"{number:,}.50") == f"{number}.50"


@pytest.mark.parametrize("written", ["5,00", "1,5", "12,3456", "5,000,00", "1.000.000,5", "13%"])
def test_a_number_of_doubtful_separators_is_left_to_its_column(written: str) -> None:
    assert ungrouped_text(written) == written


@given(
    some.sets(some.from_regex("0{0,3}[1-9][0-9]{0,2}", fullmatch=True), max_size=8),
    some.from_regex("[1-9][0-9]{0,2}", fullmatch=True),
)
def test_lost_zeros_are_put_back_only_where_one_code_alone_has_them(
    codes: set[str], written: str
) -> None:
    def by_bare(bare: str) -> list[str]:
        return [code for code in codes if code.lstrip("0") == bare]

    possible = by_bare(written)
    if len(possible) > 1:
        with pytest.raises(TwoReadingsError) as refused:
            code_text(written, codes, by_bare)
        assert all(code in str(refused.value) for code in possible)
    else:
        assert code_text(written, codes, by_bare) == (possible or [written])[0]
    for code in codes:
        if code.startswith("0"):
            assert code_text(code, codes, by_bare) == code


@pytest.mark.parametrize("written", ["4.000", "12.500", "-1.230", "４.０００"])
def test_a_point_that_may_separate_thousands_is_refused_with_both_readings(written: str) -> None:
    plain = half_width(written)
    with pytest.raises(TwoReadingsError) as refused:
        ungrouped_text(written)
    assert plain.replace(".", "") in str(refused.value)
    assert str(Decimal(plain).normalize()) in str(refused.value)


@pytest.mark.parametrize("written", ["26.375", "0.500", "4.00", "4000.000", "4.0000", "4000"])
def test_a_number_as_the_dataset_writes_it_has_one_reading(written: str) -> None:
    assert ungrouped_text(written) == written


HOURS, DAYS_UNIT, CNY = ("hours", "小时"), ("days", "日"), ("CNY", "元")
A_YEAR, PERCENT, LINES = (
    ("CNY per person per year", "元／人／年"),
    ("percent", "%"),
    ("tariff lines", "个税号"),
)


@pytest.mark.parametrize(
    ("written", "units", "read"),
    [
        *(
            ("4 hours", HOURS, "4"),
            ("4hour", HOURS, "4"),
            ("4 h", HOURS, "4"),
            ("４小时", HOURS, "4"),
        ),
        *(("12小时", HOURS, "12"), ("12个小时", HOURS, "12"), ("30天", DAYS_UNIT, "30")),
        *(("26,000元", A_YEAR, "26,000"), ("26000 元/人/年", A_YEAR, "26000")),
        *(("26,000 CNY per person per year", A_YEAR, "26,000"), ("2.6万元", A_YEAR, "26000")),
        *(("5 000 CNY", CNY, "5 000"), ("CNY 5,000", CNY, "5,000"), ("￥5000", CNY, "5000")),
        *(("RMB5000", CNY, "5000"), ("5000 人民币", CNY, "5000"), ("5万", CNY, "50000")),
        *(("30%", PERCENT, "30"), ("30％", PERCENT, "30"), ("30 percent", PERCENT, "30")),
        *(("1476个税号", LINES, "1476"), ("1,476 tariff lines", LINES, "1,476")),
        *(("5,000", CNY, "5,000"), ("-4", HOURS, "-4"), ("about 4 hours", HOURS, "about 4 hours")),
        *(("2019-01-01", HOURS, "2019-01-01"), ("none", HOURS, "none"), ("", HOURS, "")),
    ],
)
def test_a_number_is_read_in_the_unit_of_its_topic(
    written: str, units: tuple[str, str], read: str
) -> None:
    assert without_unit(written, units) == read


@pytest.mark.parametrize("unit", ["元", "人民币", " CNY", ""])
@pytest.mark.parametrize(
    ("many", "times"),
    [
        *(("十", 10), ("百", 100), ("千", 1000), ("万", 10**4), ("亿", 10**8)),
        *(("十万", 10**5), ("百万", 10**6), ("千万", 10**7), ("百亿", 10**10), ("万亿", 10**12)),
    ],
)
def test_chinese_words_for_many_before_a_unit_multiply(many: str, times: int, unit: str) -> None:
    assert without_unit(f"5{many}{unit}", CNY) == str(5 * times)
    assert without_unit(f"0.5 {many}{unit}", CNY) == str(times // 2)


def test_a_word_for_many_that_belongs_to_the_unit_multiplies_nothing() -> None:
    assert without_unit("5千克", ("kg", "千克")) == "5"
    assert without_unit("5千千克", ("kg", "千克")) == "5000"


@pytest.mark.parametrize("units", [CNY, HOURS, ("", "")])
@pytest.mark.parametrize(
    ("written", "right"),
    [
        *(("5k", "5000"), ("5K元", "5000"), ("CNY 2.5 k", "2500"), ("5 thousand", "5000")),
        *(("5w", "50000"), ("1.2 million CNY", "1200000"), ("5 mn", "5000000")),
    ],
)
def test_thousands_in_short_are_to_be_written_out(
    written: str, right: str, units: tuple[str, str]
) -> None:
    for language, words in (("en", "written out"), ("zh-hans", "写成完整数字")):
        with override(language), pytest.raises(UnreadError) as refused:
            without_unit(written, units)
        assert words in str(refused.value)
        assert right in str(refused.value)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    ("written", "units"),
    [
        *(
            ("4 days", HOURS),
            ("12小时", DAYS_UNIT),
            ("5 working days", DAYS_UNIT),
            ("5个工作日", DAYS_UNIT),
        ),
        *(("5,000 USD", CNY), ("5000美元", CNY), ("$5000", CNY), ("5万美元", CNY), ("30%", CNY)),
        *(("5000元", PERCENT), ("7 kg", CNY), ("12 hours", ("", ""))),
    ],
)
def test_a_number_in_another_unit_is_refused_with_what_would_be_right(
    language: str, written: str, units: tuple[str, str]
) -> None:
    with override(language), pytest.raises(OtherUnitError) as refused:
        without_unit(written, units)
    right = units[language != "en"] or "12"
    assert right in str(refused.value)
    assert quoted(written) in str(refused.value)


def test_every_unit_of_the_dataset_is_read_in_either_language() -> None:
    with (Path(__file__).parents[2] / "fixtures/topics.csv").open(encoding="utf-8") as file:
        units = {(row["unit"], row["unit_zh"]) for row in csv.DictReader(file) if row["unit"]}
    assert len(units) > 5
    for both in units:
        for own in both:
            assert without_unit(f"1,500 {own}", both) == "1,500"
            assert without_unit(f"1500{own}", both) == "1500"

"""A last day cut short lasts to its end, everywhere, and years out of reach are refused."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.zones import oracle
from tests.zones.datasets import Row, change_rows
from zones.dataset.load import load_dataset
from zones.dataset.problems import Refused
from zones.models import Policy, Source, Statistic
from zones.models.fields import LastDay
from zones.rules.intervals import FOREVER, Interval, interval_of_days
from zones.rules.partial_dates import PartialDate, last_day_text

TOPIC, CITY = "import-single-transaction-limit", "hangzhou"


@pytest.mark.parametrize(
    ("written", "last"),
    [
        ("2019", date(2019, 12, 31)),
        ("2019-12", date(2019, 12, 31)),
        ("2019-04", date(2019, 4, 30)),
        ("2019-02", date(2019, 2, 28)),
        ("2020-02", date(2020, 2, 29)),
        ("2100-02", date(2100, 2, 28)),
        ("2000-02", date(2000, 2, 29)),
        ("2019-12-05", date(2019, 12, 5)),
    ],
)
def test_a_last_day_cut_short_lasts_to_its_end(written: str, last: date) -> None:
    assert PartialDate(written).last_day == last
    assert oracle.last_day(written) == last.isoformat()
    assert interval_of_days(None, PartialDate(written).last_day).stop == last + timedelta(days=1)


@given(st.integers(1949, 2199), st.integers(1, 12))
def test_the_last_day_of_a_month_is_before_the_first_of_the_next(year: int, month: int) -> None:
    found = PartialDate(f"{year}-{month:02}")
    assert found.first_day.replace(day=monthrange(year, month)[1]) == found.last_day
    assert oracle.last_day(found) == found.last_day.isoformat()


@pytest.mark.django_db
def test_databases_reckon_as_python_does() -> None:
    written = [f"{year}" for year in range(1949, 2200)]
    written += [f"{year}-{month:02}" for year in range(1949, 2200) for month in range(1, 13)]
    written += ["2019-12-05", "2024-02-29"]
    quoted = ", ".join(f"('{text}')" for text in written)
    template = LastDay.template % {"expressions": "written"}
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH dates (written) AS (VALUES {quoted}) SELECT written, {template} FROM dates"
        )
        assert dict(cursor.fetchall()) == {text: last_day_text(text) for text in written}


@pytest.mark.django_db
def test_the_year_of_a_figure_is_bounded_as_days_are() -> None:
    figure: Any = Statistic.objects.first()
    for year in (1949, 2199):
        figure.year = year
        figure.clean_fields()
    for year in (1948, 2200):
        figure.year = year
        with pytest.raises(ValidationError, match="1949|2199"):
            figure.clean_fields()


@pytest.mark.parametrize(
    "wrong", ["9999-12-31", "9999", "9999-12", "2200-01-01", "1948-12-31", "0001-01-01", "0000"]
)
def test_odd_years_are_refused_with_words(wrong: str) -> None:
    with pytest.raises(ValueError, match="is not a date between 1949 and 2199"):
        PartialDate(wrong)


def test_a_span_without_end_ends_nowhere() -> None:
    assert interval_of_days(date(2019, 1, 1), date.max) == Interval(date(2019, 1, 1), FOREVER)


def date_columns() -> list[tuple[type[models.Model], str]]:
    """Every column of the rules that holds a date as somebody typed it."""
    from django.apps import apps

    return [
        (model, field.name)
        for app in ("zones", "checklists")
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.concrete_fields
        if type(field).__name__ == "PartialDateField" or field.name == "verified_on"
    ]


@pytest.mark.parametrize(("model", "name"), date_columns())
def test_every_date_column_refuses_odd_years(model: type[models.Model], name: str) -> None:
    field: Any = model._meta.get_field(name)
    assert field.clean("2019-12-31", None)
    for wrong in ("9999-12-31", "0001-01-01"):
        with pytest.raises(ValidationError) as refused:
            field.clean(wrong, None)
        assert "between 1949 and 2199" in refused.value.messages[0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("policies", "effective_from"),
        ("policies", "effective_to"),
        ("policies", "verified_on"),
        ("zones", "designated_on"),
        ("zones", "ended_on"),
        ("zone_coverage", "covered_from"),
        ("zone_coverage", "covered_until"),
        ("sources", "issued_on"),
        ("sources", "effective_on"),
        ("sources", "repealed_on"),
        ("batches", "approved_on"),
        ("batches", "announced_on"),
        ("topics", "begins_on"),
        ("programmes", "started_on"),
        ("requirements", "effective_from"),
        ("requirements", "effective_to"),
    ],
)
def test_the_loader_refuses_odd_years(part: Path, table: str, column: str) -> None:
    change_rows(part / f"{table}.csv", lambda rows: [{**rows[0], column: "9999-12-31"}, *rows[1:]])
    with pytest.raises(Refused) as refused:
        load_dataset(part, dry_run=True)
    told = " ".join(map(str, refused.value.problems))
    assert "between 1949 and 2199" in told
    assert column in told


def cut_short(folder: Path, end: str) -> None:
    """End what a nation's policy says in 2019, written cut short."""

    def change(rows: list[Row]) -> list[Row]:
        return [
            {**row, "effective_to": end}
            if (row["topic"], row["effective_from"]) == (TOPIC, "2019-01-01")
            else row
            for row in rows
        ]

    change_rows(folder / "policies.csv", change)


def asked(client: Client, day: str) -> Any:
    question = f"/api/v1/compare/?cities={CITY}&topic={TOPIC}&as_of={day}"
    return client.get(question).json()["rows"][0]["cells"][0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("end", "last", "shown"),
    [("2019-12", "2019-12-31", "Dec 2019"), ("2019", "2019-12-31", "2019")],
)
def test_an_answer_holds_through_the_last_day_and_is_shown_as_written(
    part: Path, client: Client, end: str, last: str, shown: str
) -> None:
    cut_short(part, end)
    load_dataset(part)
    call_command("rebuild_in_force", "--check", verbosity=0)
    for day in ("2019-06-30", "2019-12-01", last):
        cell = asked(client, day)
        assert (cell["value"], cell["until"], cell["effective_to"]) == (5000, last, end)
    assert asked(client, "2020-01-01")["value"] != 5000
    page = client.get(f"/cities/{CITY}/{TOPIC}/?as_of=2019-12-15").content.decode()
    assert f'<time datetime="{end}">{shown}</time>' in page
    assert "31 Dec 2019" not in page
    assert "1 Dec 2019" not in page
    compared = client.get(f"/compare/?cities={CITY}&topic={TOPIC}&as_of=2019-12-15")
    assert f'until <time datetime="{end}">{shown}</time>' in compared.content.decode()
    listed = client.get(f"/api/v1/policies/?topic={TOPIC}&as_of=2019-12-31&city={CITY}").json()
    assert listed["count"] == 0
    policy = Policy.objects.current().get(topic__slug=TOPIC, effective_from="2019-01-01")
    assert policy.effective_to_day == last
    for asked_for, found in (("gte=2019-12-31", 1), ("gt=2019-12-31", 0), ("lte=2019-12-30", 0)):
        narrowed = f"topic={TOPIC}&effective_from__gte=2019-01-01&effective_to__{asked_for}"
        assert client.get(f"/api/v1/policies/?{narrowed}").json()["count"] == found
    ended = client.get(f"/api/v1/changes/?topic={TOPIC}&kind=ended,amended").json()["results"]
    assert [row["day"] for row in ended if row["written"] == end] in ([], ["2020-01-01"])


@pytest.mark.django_db
def test_a_policy_may_end_in_the_month_it_began(part: Path) -> None:
    def change(rows: list[Row]) -> list[Row]:
        return [{**row, "effective_to": row["effective_from"][:7]} for row in rows]

    change_rows(part / "policies.csv", change)
    load_dataset(part)
    assert Policy.objects.current().exclude(effective_to=None).count() == 1288
    call_command("rebuild_in_force", "--check", verbosity=0)


@pytest.mark.django_db
def test_an_end_before_the_month_of_the_start_is_refused() -> None:
    policy = Policy.objects.current().first()
    assert policy is not None
    policy.pk, policy.recorded_in, policy.version = None, None, 99
    policy.effective_from, policy.effective_to = PartialDate("2019-12-15"), PartialDate("2019-11")
    with pytest.raises(IntegrityError), transaction.atomic():
        policy.save()
    policy.effective_to = PartialDate("2019-12")
    policy.full_clean(exclude=["identity"])
    policy.save()


@pytest.mark.django_db
def test_a_repeal_cut_short_is_found_by_its_last_day(client: Client) -> None:
    source = Source.objects.exclude(repealed_on=None).first()
    assert source is not None
    Source.objects.filter(pk=source.pk).update(repealed_on="2019-12")
    for asked_for, found in (
        ("repealed_on__gte=2019-12-31&repealed_on__lte=2019-12-31", True),
        ("repealed_on__lt=2019-12-31&repealed_on__gte=2019-12-01", False),
    ):
        listed = client.get(f"/api/v1/sources/?{asked_for}&limit=500").json()["results"]
        assert (source.slug in [row["id"] for row in listed]) is found


@pytest.mark.django_db
def test_what_binds_a_city_from_a_month_on_is_shown_from_that_month(client: Client) -> None:
    zone = next(row for row in oracle.ZONES if row["designated_on"] == "2025-04")
    for address in (
        f"/cities/{zone['city']}/?as_of=2026-01-01",
        f"/compare/?cities={zone['city']}&as_of=2026-01-01",
        f"/cities/{zone['city']}/changes/",
    ):
        page = client.get(address).content.decode()
        assert '<time datetime="2025-04">Apr 2025</time>' in page
        assert "1 Apr 2025" not in page, address

"""Whatever spelling of a cell one door takes, all take: files, models, the form of the desk."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.test import Client

from tests.zones.desk_forms import Desk, known, wrong
from zones.dataset.columns import _manner
from zones.models import ChangeSet, Topic
from zones.models.fields import (
    DayField,
    DegreesField,
    NumberField,
    OptionField,
    PartialDateField,
    PlainMixin,
    SmallNumberField,
    YesNoField,
)
from zones.rules.partial_dates import partial_date
from zones.rules.values import WrongValueError, number

NOTHING = object()
NARROW = str.maketrans({chr(n + 0xFEE0): chr(n) for n in range(0x21, 0x7F)})
WIDE = str.maketrans({chr(n): chr(n + 0xFEE0) for n in range(0x21, 0x7F)})


def spellings(*texts: str) -> list[str]:
    """Texts as people and spreadsheets may write them."""
    found = [*texts]
    for text in texts:
        found += [text.translate(WIDE), f" {text} ", f"\u3000{text}", text.upper(), text.title()]
    return found


DAYS = spellings("2020-01-01", "2020-01", "2020", "2020-1-1", "01/31/2020", "2020/01/01", "1948")
NUMBERS = spellings(
    "7", "2", "2019", "+7", "007", "7.0", "7.5", "-7", "1_000", "1,000", "1e3", "٧", "½"
)
WORDS = {
    PartialDateField: DAYS,
    DayField: DAYS,
    DegreesField: [*NUMBERS, *spellings("30.5", "112.5")],
    NumberField: NUMBERS,
    SmallNumberField: NUMBERS,
    YesNoField: spellings("true", "false", "1", "0", "t", "yes", "on ", "ja"),
    PlainMixin: spellings("a-key", "CN-ZJ", "2900", "330100", "https://example.org/", "1210;9610"),
}


def typed_columns() -> list[Any]:
    """Every column of a table of the dataset that is typed and not a reference."""
    return [
        field
        for app, names in (("zones", None), ("checklists", KEPT_WITH_TEMPLATES))
        for model in apps.get_app_config(app).get_models()
        if names is None or model.__name__ in names
        for field in model._meta.concrete_fields
        if isinstance(field, (*WORDS, OptionField)) and field.editable
    ]


KEPT_WITH_TEMPLATES = {"Template", "Requirement", "IntakeQuestion", "IntakeChoice"}
COLUMNS = typed_columns()


def words_for(field: Any) -> list[str]:
    if isinstance(field, OptionField):
        return spellings(*(str(value) for value, _label in field.flatchoices if value), "perhaps")
    return next(words for kind, words in WORDS.items() if isinstance(field, kind))


def in_file(field: Any, text: str) -> Any:
    try:
        return _manner(field)[0](text)
    except ValueError:
        return NOTHING


def in_model(field: Any, text: Any) -> Any:
    try:
        return field.clean(text, None)
    except ValidationError:
        return NOTHING


@pytest.mark.parametrize("field", COLUMNS, ids=str)
def test_files_and_models_read_a_cell_alike(field: Any) -> None:
    taken = 0
    for text in words_for(field):
        found = in_file(field, text)
        assert in_model(field, text) == found, (text, found)
        taken += found is not NOTHING
    assert taken or isinstance(field, PlainMixin)


def test_every_typed_column_is_read_by_the_rule() -> None:
    """Columns that files give are of a field that has it."""
    plain = {
        f"{model.__name__}.{field.name}"
        for model in apps.get_app_config("zones").get_models()
        for field in model._meta.concrete_fields
        if type(field) in {models.BooleanField, models.DateField, models.DecimalField}
        or (type(field) is models.CharField and field.choices)
    }
    # What no file gives: spans of days, whether a row was sent back, how long an entry rests.
    spans = {f"InForce.{name}" for name in ("from_day", "until_day", "since", "through")}
    # Nor days that the portal knows itself, and whether two readings agree.
    own = {"ReaderReport.day", "ReadingDraw.day", "SecondReading.agrees", "SavedFilter.is_shared"}
    assert plain == spans | own | {"ProposedRow.sent_back", "ResearchMark.rests_until"}
    assert len(COLUMNS) > 100


@pytest.mark.django_db
def test_the_form_of_the_desk_takes_what_a_file_may_say() -> None:
    desk = Desk()
    (figure, *_) = known("statistics")
    odd = {"value": "７.5", "verification": " ｐｒｉｍａｒｙ"}
    desk.publishes("statistics", odd, figure)
    said = known("statistics")[figure]
    assert (said["value"], said["verification"]) == ("7.5", "primary")
    yes_or_no = Topic.objects.filter(value_type="boolean").values_list("slug", flat=True)
    (policy, *_) = [
        key for key, row in known("policies").items() if row["value"] and key[0] in yes_or_no
    ]
    opposite = {"true": "ＦＡＬＳＥ", "false": "ＴＲＵＥ"}[known("policies")[policy]["value"]]
    desk.publishes("policies", {"verified_on": "２０２０-０１-０２", "value": opposite}, policy)
    said = known("policies")[policy]
    assert said["verified_on"] == "2020-01-02"
    assert said["value"] == opposite.translate(NARROW).lower()
    change_sets = ChangeSet.objects.count()
    told = wrong(desk.send("policies", {"value": "perhaps"}, policy))
    assert "value" in told
    assert ChangeSet.objects.count() == change_sets


@pytest.mark.parametrize("text", ["5²", "①", "２０２５-０１-０①", "½"])
def test_digits_that_are_raised_or_circled_are_no_digits(text: str) -> None:
    for read in (number, partial_date):
        with pytest.raises(WrongValueError):
            read(text)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "asked",
    [
        "/cities/?as_of=2018-06-30",
        "/compare/?cities=hangzhou@2018-12-31,hangzhou&as_of=2019-01-01&known_at=1",
        "/changes/?from=2019-01-01&to=2020-01-01&page=1",
        "/api/v1/cities/?as_of=2018-06-30&limit=2&offset=1&known_at=1",
        "/api/v1/compare/?cities=hangzhou@2018-12-31,hangzhou&known_at=1",
        "/api/v1/policies/?effective_from__gte=2016-01-01&limit=1",
        "/api/v1/statistics/?year=2019",
        "/api/v1/changes/?since=0&limit=1",
    ],
)
def test_days_and_numbers_of_a_question_are_read_as_those_of_cells(
    client: Client, asked: str
) -> None:
    path, _, question = asked.partition("?")
    wide = re.sub("[0-9]+", lambda digits: digits[0].translate(WIDE), question)
    typed, answer = client.get(f"{path}?{wide}"), client.get(asked)
    assert (typed.status_code, answer.status_code) == (200, 200)
    if path.startswith("/api/"):
        told = typed.json(), answer.json()
        for one in told:
            one.pop("next", None)
            one.pop("previous", None)
        assert told[0] == told[1]

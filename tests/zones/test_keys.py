"""Keys, and what decides answers, never change once something published rests on a row."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.html import escape

from checklists.models import IntakeQuestion, Requirement
from tests.checklists.cast import started
from tests.zones.bodies import OF_MEMBERS, let_some_be_used
from tests.zones.datasets import change_rows
from tests.zones.desk_forms import Desk, refused
from zones.dataset.load import load_dataset
from zones.dataset.problems import Refused
from zones.dataset.table import model_of
from zones.dataset.table_registry import registry
from zones.models import Choice, City, FocusArea, Policy, Revision, Topic
from zones.models.keys import Keyed, keys_of, used_among

pytestmark = pytest.mark.django_db

KEYED = [m for m in apps.get_models() if issubclass(m, Keyed) and keys_of(m)]
FIELDS = [(model, name) for model in KEYED for name in keys_of(model).fields]
#: What the design calls keys, and what decides answers.
EXPECTED = {
    "Province": {"iso_3166_2", "gb2260", "region"},
    "CustomsDistrict": {"code"},
    "City": {"slug", "adcode"},
    "Programme": {"slug", "position", "kind"},
    "Batch": {"programme", "number"},
    "FocusArea": {"slug", "position"},
    "Topic": {
        *("slug", "focus_area", "position"),
        *("value_type", "unit", "unit_zh", "begins_on", "additive"),
        *("descriptive", "descriptive_since"),
    },
    "Choice": {"topic", "slug", "position"},
    "Issuer": {"slug"},
    "Source": {"slug"},
    "Indicator": {"slug", "unit", "unit_zh", "flow", "series"},
    "Statistic": {"indicator", "year", "city", "release"},
    "Template": {"slug"},
    "Requirement": {"template", "number"},
    "IntakeQuestion": {"slug"},
    "IntakeChoice": {"question", "slug"},
    **{own.model.__name__: {own.key} for own in OF_MEMBERS},
}
IDS = [f"{model.__name__}.{name}" for model, name in FIELDS]


def used(model: Any, name: str = "pk") -> Any:
    """A row on which something rests, if possible with something in a field."""
    if model in {Requirement, IntakeQuestion}:
        started()
    let_some_be_used(model)
    keys = used_among(list(model.objects.all()))
    rows = list(model.objects.filter(pk__in=keys))
    wanted = [row for row in rows if getattr(row, name) not in (None, "")]
    if name.startswith("descriptive"):
        wanted = [row for row in rows if row.descriptive]
    return wanted[0] if wanted else rows[0]


def another(row: models.Model, name: str) -> Any:
    """Another value that a field of a row could hold."""
    field, value = row._meta.get_field(name), getattr(row, name)
    if name == "descriptive_since":
        return Revision.objects.first()
    if isinstance(field, models.ForeignKey):
        return field.related_model._default_manager.exclude(pk=value.pk).first()
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | Decimal):
        return value + 500
    if field.choices:
        return next(key for key, _ in field.choices if key != value)
    if name == "begins_on":
        return "2001" if value is None else None
    return {"iso_3166_2": "CN-XX", "gb2260": "999999", "adcode": "999999", "code": "9999"}.get(
        name, "other-1" if name != "number" else "9.99"
    )


def test_every_key_is_declared() -> None:
    assert {model.__name__: set(keys_of(model).fields) for model in KEYED} == EXPECTED


@pytest.mark.parametrize(("model", "name"), FIELDS, ids=IDS)
def test_the_model_says_so_beside_the_field_and_the_database_refuses(model: Any, name: str) -> None:
    row = used(model, name)
    value = another(row, name)
    setattr(row, name, value)
    with pytest.raises(ValidationError) as refused:
        row.clean()
    assert list(refused.value.message_dict) == [name]
    told = refused.value.message_dict[name][0]
    assert ("“Another key”" if name == keys_of(model).renamable else "never changes") in told
    for write in (row.save, lambda: model.objects.filter(pk=row.pk).update(**{name: value})):
        with pytest.raises(IntegrityError, match="these never change"), transaction.atomic():
            write()


@pytest.mark.parametrize("model", KEYED, ids=lambda one: one.__name__)
def test_a_used_row_is_not_deleted(model: Any) -> None:
    row = used(model)
    if keys_of(model).public:
        row.delete()
        return
    with pytest.raises(models.ProtectedError):
        row.delete()
    with pytest.raises((IntegrityError, models.ProtectedError)), transaction.atomic():
        model.objects.filter(pk=row.pk)._raw_delete("default")


TABLES = {model_of(table): table for table in registry}


@pytest.mark.parametrize("model", [m for m in KEYED if m in TABLES], ids=lambda one: one.__name__)
def test_the_form_of_the_desk_shows_keys_of_used_rows_and_says_why(model: Any) -> None:
    row, table, desk = used(model), TABLES[model], Desk()
    key = admin.site.get_model_admin(model).key_of(row)
    shown = desk.boxes(table.name, key)
    own = keys_of(model)
    stay = {
        name: box
        for name, box in shown.items()
        for field in [box.column.path.split("__")[0]]
        if field in own.fields
        and (getattr(row, field) or field not in {*own.fillable, *own.turning})
    }
    assert set(table.key) <= stay.keys()
    for name, box in shown.items():
        assert bool(box.stays) == (name in stay)
        field = box.column.path.split("__")[0]
        told = "“Another key”" if own.renamable and field == own.renamable else "never changes"
        assert name not in stay or told in box.help
    page = desk.client.get(desk.address(table.name, key)).content.decode()
    assert ("“Another key”" if own.renamable else "so it never changes") in page
    for name, box in stay.items():
        assert box.options or f'name="cell_{name}" value="{escape(box.cell)}"' in page
    # A new row, which begins as a copy of it, has keys of its own.
    assert not any(box.stays for box in desk.boxes(table.name, key, "copy").values())


@pytest.mark.parametrize("model", [m for m in KEYED if m in TABLES], ids=lambda one: one.__name__)
def test_whoever_sends_another_key_all_the_same_is_told_beside_its_box(model: Any) -> None:
    row, table, desk = used(model), TABLES[model], Desk()
    key = admin.site.get_model_admin(model).key_of(row)
    texts = {
        name: box.column.path
        for name, box in desk.boxes(table.name, key).items()
        if box.stays and not box.naming and getattr(row, box.column.path.split("__")[0])
    }
    for name, path in texts.items():
        value = another(row, path.split("__")[0])
        if isinstance(value, models.Model):
            continue
        cell = str(value).lower() if isinstance(value, bool) else str(value or "")
        answered = desk.send(table.name, {name: cell}, key)
        assert answered.status_code == 400, (name, cell)
        assert name in refused(answered), (name, cell)


def fresh_topic() -> Topic:
    area = FocusArea.objects.first()
    return Topic.objects.create(
        focus_area=area,
        slug="of-tomorrow",
        position=900,
        question_en="?",
        question_zh="?",
        value_type="boolean",
        direction="both",
        why_it_matters_en="-",
        why_it_matters_zh="-",
        review_months=12,
    )


def test_what_nothing_published_rests_on_may_change_a_draft_is_nothing() -> None:
    topic = fresh_topic()
    topic.value_type = "choice"
    topic.save()
    for position, slug in enumerate(("a", "b"), start=1):
        Choice.objects.create(
            topic=topic,
            slug=slug,
            label_en=slug,
            label_zh=slug,
            position=position,
            meaning_en="-",
            meaning_zh="-",
        )
    draft = Policy.objects.current().filter(value_type="choice").first()
    draft.pk, draft.recorded_in, draft.topic, draft.identity = None, None, topic, "of-tomorrow"
    draft.choice = topic.choices.get(slug="b")
    draft._state.adding = True
    draft.save()
    for name, value in (("slug", "of-today"), ("additive", True), ("begins_on", "2020")):
        setattr(topic, name, value)
        topic.clean()
        topic.save()
    topic.choices.first().delete()
    assert not topic.is_used()


def test_an_empty_adcode_is_filled_in_once() -> None:
    city = City.objects.filter(adcode="").first()
    if city is None:
        city = City.objects.create(
            **{
                field.name: getattr(City.objects.first(), field.name)
                for field in City._meta.fields
                if field.name not in {"id", "slug", "adcode"}
            },
            slug="of-tomorrow",
        )
        first = City.objects.first().placements.first()
        first.pk, first.city, first._state.adding = None, city, True
        first.save()
        assert city.is_used()
    city.adcode = "999998"
    city.clean()
    city.save()
    city.adcode = "999997"
    with pytest.raises(ValidationError, match="never changes"):
        city.clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        city.save()


CELLS = [
    ("provinces", "gb2260", "990000"),
    ("cities", "adcode", "999999"),
    ("programmes", "position", "77"),
    ("topics", "value_type", "text"),
    ("topics", "begins_on", "2001"),
    ("topics", "additive", ""),
]


@pytest.mark.parametrize(("table", "column", "value"), CELLS, ids=lambda one: str(one))
def test_the_loader_says_so(part: Path, table: str, column: str, value: str) -> None:
    def change(rows: list[dict[str, str]]) -> list[dict[str, str]]:
        row = next(row for row in rows if row[column])
        row[column] = value or ("false" if row[column] == "true" else "true")
        if column == "value_type":
            row |= {"unit": "", "unit_zh": ""}
        return rows

    change_rows(part / f"{table}.csv", change)
    with pytest.raises(Refused, match="never change"):
        load_dataset(part)

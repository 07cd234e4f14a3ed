"""An edition counts every change of what is public, however it is made, and none of a draft."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models

from checklists import models as duties
from tests.zones.bodies import let_there_be_some
from zones.models import (
    PUBLIC,
    VERSIONED,
    Acknowledgement,
    Alias,
    AppliedRow,
    ChangeSet,
    City,
    Edit,
    Edition,
    FocusArea,
    LinkCheck,
    Policy,
    PostedForm,
    ProposedRow,
    ReaderReport,
    ReadingDraw,
    ResearchMark,
    RowEdit,
    SavedFilter,
    SecondReading,
    SetComment,
    SourceCopy,
    Zone,
)
from zones.models.places import Placement
from zones.selectors.snapshot import current_snapshot

pytestmark = pytest.mark.django_db

PUBLIC_DUTIES = (
    *(duties.Template, duties.GateValue, duties.Requirement),
    *(duties.IntakeQuestion, duties.IntakeChoice),
)
#: Former keys are only ever added.
WRITTEN = [*(model for model in PUBLIC if model is not Alias), *PUBLIC_DUTIES]


def edition() -> tuple[int, str]:
    return Edition.objects.values_list("number", "timeline").get(pk=1)


def first_text(model: type[models.Model]) -> models.Field[Any, Any]:
    """A column that may be written with what it holds already, which no guard minds."""
    return next(f for f in model._meta.concrete_fields if not f.primary_key and not f.generated)


def test_every_table_of_the_rules_is_public_or_versioned() -> None:
    # What is proposed at the desk is nobody's business until a revision publishes it.
    desk = {Acknowledgement, AppliedRow, ChangeSet, ProposedRow, ResearchMark, RowEdit, SetComment}
    # Nor is what only the desk looks at.
    desk |= {
        LinkCheck,
        ReaderReport,
        PostedForm,
        ReadingDraw,
        SavedFilter,
        SecondReading,
        SourceCopy,
    }
    told = {*PUBLIC, *VERSIONED, Edition, Edit, *desk}
    assert set(apps.get_app_config("zones").get_models()) == told


def test_a_former_key_counts() -> None:
    before = edition()
    Alias.objects.create(
        kind="city", former="hang-chow", target=City.objects.get(slug="hangzhou").pk
    )
    assert edition()[0] > before[0]


@pytest.mark.parametrize("model", WRITTEN, ids=lambda model: model.__name__)
@pytest.mark.parametrize("how", ["save", "update", "bulk_update", "raw delete", "sql"])
def test_a_write_of_public_rows_counts(model: type[models.Model], how: str) -> None:
    let_there_be_some(model)
    rows: Any = model._default_manager
    row, name = rows.first(), first_text(model).name
    before = edition()
    match how:
        case "save":
            row.save()
        case "update":
            rows.filter(pk=row.pk).update(**{name: models.F(name)})
        case "bulk_update":
            rows.bulk_update([row], [name])
        case "raw delete":
            rows.filter(pk=0)._raw_delete("default")
        case "sql":
            with connection.cursor() as cursor:
                cursor.execute(f"DELETE FROM {model._meta.db_table} WHERE 1 = 0")
    now = edition()
    assert now[0] > before[0]
    assert now[1] != before[1]


def test_rows_created_in_bulk_and_rows_between_tables_count() -> None:
    before = edition()
    FocusArea.objects.bulk_create([FocusArea(slug="new", name_en="New", name_zh="新", position=99)])
    created = edition()
    assert created > before
    kept = current_snapshot()
    city = next(iter(kept.cities.values()))
    other = next(iter(kept.related["customs_district"].values()))
    city.other_customs_districts.set([other])
    assert edition()[0] > created[0]


def test_drafts_and_checklists_do_not_count() -> None:
    policy: Any = Policy.objects.current().exclude(effective_to=None).first()
    zone: Any = Zone.objects.current().first()
    placement: Any = Placement.objects.first()
    another = City.objects.exclude(pk=zone.city_id)[0]
    before = edition()
    for row in (policy, zone, placement):
        row.pk = row.recorded_in = None
        if not isinstance(row, Placement):
            row.version += 1
        row.save()
        type(row).objects.filter(pk=row.pk).update(city=row.city)
    zone.coverages.create(city=another, covered_from="2020")
    zone.coverages.all().delete()
    for row in (policy, zone, placement):
        row.delete()
    for model in apps.get_app_config("checklists").get_models():
        if model not in PUBLIC_DUTIES:
            model._default_manager.filter(pk=None).delete()
            model._default_manager.filter(pk__isnull=True)._raw_delete("default")  # type: ignore[attr-defined]
    assert edition() == before


def test_the_row_of_the_edition_is_written_before_the_rows_it_counts() -> None:
    area: Any = FocusArea.objects.first()
    statements: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        statements.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        area.save(update_fields=["name_en"])
    written = [sql.split('"')[1] for sql in statements if sql.startswith("UPDATE")]
    assert written == ["zones_edition", "zones_focusarea"]

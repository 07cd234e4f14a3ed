"""Every field of every model, and every model, has a name in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from zones.dataset.table_registry import registry
from zones.models.renamed_fields import NameFields

OURS = ("zones", "checklists")
MODELS = [model for app in OURS for model in apps.get_app_config(app).get_models()]
#: What is called the same in either language.
ABBREVIATIONS = {"ID", "ISO 3166-2", "GB/T 2260", "SHA-256"}
CHINESE = re.compile("[\u4e00-\u9fff]")


def fields(model: type[models.Model]) -> Iterator[Any]:
    yield from (*model._meta.fields, *model._meta.many_to_many)


def is_chinese(text: str) -> bool:
    return bool(CHINESE.search(text)) or text in ABBREVIATIONS


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_model_and_its_fields_have_names_in_both_languages(model: type[models.Model]) -> None:
    said = [model._meta.verbose_name, model._meta.verbose_name_plural]
    said += [field.verbose_name for field in fields(model)]
    with override("en"):
        english = [str(name) for name in said]
    assert [name for name in english if not name.strip() or CHINESE.search(name)] == []
    with override("zh-hans"):
        assert [str(name) for name in said if not is_chinese(str(name))] == []


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_the_name_of_a_field_is_no_column_and_its_own(model: type[models.Model]) -> None:
    with override("en"):
        names = [str(field.verbose_name) for field in fields(model)]
    assert [name for name in names if re.search(r"_| (en|zh)$|\b(url|slug)\b", name)] == []
    for language in ("en", "zh-hans"):
        with override(language):
            names = [str(field.verbose_name) for field in fields(model)]
        assert sorted({name for name in names if names.count(name) > 1}) == []


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_the_help_of_a_field_is_in_both_languages(model: type[models.Model]) -> None:
    helps = [field.help_text for field in fields(model) if str(field.help_text)]
    with override("zh-hans"):
        assert [str(told) for told in helps if not is_chinese(str(told))] == []


def test_a_field_that_is_not_plain_says_what_it_means() -> None:
    means = {
        field.name
        for model in MODELS
        for field in fields(model)
        if isinstance(field, models.Field) and str(field.help_text)
    }
    assert means >= {"scope_kind", "verification", "change", "clause", "caveat_en", "caveat_zh"}
    assert means >= {"evidence_url", "identity", "note", "state", "slug"}


def test_a_date_that_may_be_cut_short_says_how_it_is_written() -> None:
    dates = [f for m in MODELS for f in fields(m) if type(f).__name__ == "PartialDateField"]
    assert len(dates) >= 15
    assert [str(field) for field in dates if not str(field.help_text)] == []


def naming() -> list[Any]:
    """The migrations that call something else, and do nothing besides."""
    nodes = MigrationLoader(None).graph.nodes.values()
    return [m for m in nodes if any(isinstance(o, NameFields) for o in m.operations)]


@pytest.mark.django_db
@pytest.mark.parametrize("migration", naming(), ids=str)
def test_to_name_fields_takes_no_statement(migration: Any) -> None:
    state = MigrationLoader(None).project_state(migration.dependencies)
    before = state.clone()
    with CaptureQueriesContext(connection) as asked:
        after = migration.mutate_state(state)
        for operation in migration.operations:
            operation.database_forwards(migration.app_label, None, before, after)
            operation.database_backwards(migration.app_label, None, after, before)
    assert asked.captured_queries == []
    assert [o for o in migration.operations if not isinstance(o, NameFields)] == []
    assert before.models != after.models


def test_what_the_admin_shows_of_other_packages_has_names_in_chinese() -> None:
    others = [model for model in admin.site._registry if model._meta.app_label not in OURS]
    assert {model._meta.app_label for model in others} >= {"auth", "axes", "knox", "otp_totp"}
    with override("zh-hans"):
        said = {str(field.verbose_name) for model in others for field in model._meta.fields}
        said |= {str(model._meta.verbose_name) for model in others}
        said |= {str(model._meta.verbose_name_plural) for model in others}
        said |= {str(model._meta.app_config.verbose_name) for model in others}
        assert sorted(name for name in said if not is_chinese(name)) == []


TABLES = [*registry, *registry.history]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_columns_of_a_table_have_labels_of_their_own_in_both_languages(table: Any) -> None:
    for language in ("en", "zh-hans"):
        with override(language):
            labels = [str(column.label) for column in table.columns]
            helps = [str(column.help) for column in table.columns if str(column.help)]
        assert [label for label in labels if not label.strip()] == []
        assert sorted({label for label in labels if labels.count(label) > 1}) == []
        chinese = language != "en"
        assert [told for told in labels + helps if chinese and not is_chinese(told)] == []
        assert [told for told in labels + helps if not chinese and CHINESE.search(told)] == []


def test_a_column_is_called_what_its_field_is_or_what_refers_to_the_row_it_names() -> None:
    columns = {f"{table.name}.{c.name}": str(c.label) for table in TABLES for c in table.columns}
    assert columns["cities.slug"] == "key"
    assert columns["policies.source_id"] == columns["batches.source_id"] == "source"
    assert columns["zones.batch"] == "batch"
    assert columns["zones.ended_by"] == "document that ended it"
    assert columns["zone_coverage.city"] == "covered city"
    assert columns["zone_coverage.zone_city"] == "city of the zone"
    assert columns["former_placements.until"] == "first day elsewhere"
    assert columns["statistics.revision"] == "kind of figure"

"""Lists of the admin tell what was withdrawn from what is current, in every table that keeps it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from checklists.models import Requirement
from tests.conftest import log_in_staff
from tests.zones.desk.acts import known, published, say_why_all, taken_out
from tests.zones.desk.test_cities_taken_back import founded
from zones.admin.proposed_rows import DatasetAdmin
from zones.admin.standing import conditions_of
from zones.desk import set_steps
from zones.desk.reversal import propose_undo
from zones.desk.set_publication import publish_set
from zones.models import City, Placement, Policy, Zone

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

KEPT = [City, Placement, Policy, Requirement, Zone]


def gone_city(analyst: Any, reviewer: Any) -> int:
    """The revision by which a city went with all that was said of it."""
    undo = propose_undo(founded(analyst, reviewer), analyst)
    say_why_all(undo, analyst)
    return publish_set(set_steps.submit(undo, analyst), reviewer).number


def gone_requirement(analyst: Any, reviewer: Any) -> int:
    """The revision by which a duty went."""
    key = next(iter(known("requirements")))
    return published(analyst, reviewer, taken_out("requirements", key)).number


def test_every_table_whose_rows_stay_once_they_are_withdrawn_has_standings() -> None:
    admins = [own for own in admin.site._registry.values() if isinstance(own, DatasetAdmin)]
    assert {own.model for own in admins if conditions_of(own.table)} == set(KEPT)


@pytest.mark.parametrize("model", KEPT)
def test_what_is_withdrawn_is_not_current_and_marked(
    model: Any, analyst: Any, reviewer: Any
) -> None:
    client = Client()
    log_in_staff(client, analyst)
    meta = model._meta
    address = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
    before = set(client.get(address).context["cl"].queryset.values_list("pk", flat=True))
    own = gone_requirement if model is Requirement else gone_city
    number = own(analyst, reviewer)
    after = client.get(address).context["cl"]
    gone = list(client.get(address, {"standing": "withdrawn"}).context["cl"].queryset)
    assert gone
    assert {row.pk for row in after.queryset}.isdisjoint(row.pk for row in gone)
    assert after.result_count == len(before) - (model is Requirement)
    for language, marked in (("en", "withdrawn"), ("zh-hans", "已撤回")):
        shown = client.get(
            address, {"standing": "withdrawn"}, headers={"Accept-Language": language}
        )
        assert shown.content.decode().count(f'<td class="field-standing">{marked}</td>') == len(
            gone
        )
    page = client.get(
        reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[gone[0].pk])
    )
    told = page.content.decode()
    assert f"Withdrawn in revision {number}" in told
    assert "no new version and no end" in told
    assert "First revision without it" not in told


def test_as_many_are_current_as_are_exported(analyst: Any, reviewer: Any) -> None:
    gone_city(analyst, reviewer)
    client = Client()
    log_in_staff(client, analyst)
    shown = client.get(reverse("admin:zones_policy_changelist")).context["cl"]
    assert shown.result_count == len(known("policies"))

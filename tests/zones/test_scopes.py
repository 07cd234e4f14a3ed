"""A kind of scope is declared in one place, from wide to narrow."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.test import Client

from zones.models import Placement, Policy
from zones.models.bindings import scope_of
from zones.models.scopes import BODIES, NATION_CODE, PLACES, Body
from zones.rules.vocabulary import SCOPE_NAMES, ScopeKind

pytestmark = pytest.mark.django_db


def test_every_kind_but_the_nation_has_a_body_in_the_order_of_resolution() -> None:
    assert list(BODIES) == [kind.value for kind in ScopeKind if kind != ScopeKind.NATION]
    assert list(SCOPE_NAMES) == list(ScopeKind)


@pytest.mark.parametrize("own", BODIES.values(), ids=BODIES)
def test_a_body_is_entered_filtered_by_and_answered_by_its_key(own: Body) -> None:
    assert admin.site.is_registered(own.model)
    policies = Policy.objects.current().not_withdrawn().filter(scope_kind=own.kind)
    policy = policies.order_by("pk")[0]
    key = getattr(getattr(policy, own.column), own.key)
    assert policy.scope_code == key == scope_of(policy).code
    answer = Client().get("/api/v1/policies/", {own.column: key, "limit": 1000}).json()
    told = {(row["scope"]["kind"], row["scope"]["code"]) for row in answer["results"]}
    assert told == {(own.kind.value, key)}


def test_a_placement_names_every_body_in_which_a_city_lies() -> None:
    placement = Placement.objects.all()[0]
    assert all(getattr(getattr(placement, own.column), own.key) for own in PLACES)


def test_a_policy_of_another_kind_names_no_body() -> None:
    policy = Policy.objects.current().filter(scope_kind="nation")[0]
    assert (policy.body, policy.scope_code) == (None, NATION_CODE)
    assert policy.wrong_body() == {}
    policy.scope_kind = "province"
    assert list(policy.wrong_body()) == ["province"]

"""A kind of scope is declared in one place, from wide to narrow."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.test import Client
from django.utils.translation import override

from cbec_portal.china_time import today_in_china
from cbec_portal.languages import CHINESE, ENGLISH
from tests.zones.bodies import let_some_be_used, let_there_be_some
from zones.admin.effect_words import _scopes_words
from zones.api.filters import CityFilters, PolicyFilters
from zones.api.viewsets.list_viewsets import CityViewSet
from zones.dataset.naming import naming_of, scope_tables
from zones.dataset.table_registry import registry
from zones.models import Placement, Policy
from zones.models.bindings import PLACED, BindingFacts, CityLocation, scope_of
from zones.models.scopes import BODIES, NATION_CODE, PLACES, Body
from zones.pages.city_list_page import CityListPage
from zones.redirects import OF_PARAMETERS
from zones.rules.vocabulary import SCOPE_NAMES, Certainty, ScopeKind
from zones.selectors.affected_cities import affected_cities
from zones.selectors.inquiry import Inquiry
from zones.selectors.snapshot import current_snapshot

pytestmark = pytest.mark.django_db


def test_every_kind_but_the_nation_has_a_body_in_the_order_of_resolution() -> None:
    assert list(BODIES) == [kind.value for kind in ScopeKind if kind != ScopeKind.NATION]
    assert list(SCOPE_NAMES) == list(ScopeKind)


@pytest.mark.parametrize("own", BODIES.values(), ids=BODIES)
def test_a_body_is_entered_filtered_by_and_answered_by_its_key(own: Body) -> None:
    assert admin.site.is_registered(own.model)
    let_some_be_used(own.model)
    policies = Policy.objects.current().not_withdrawn().filter(scope_kind=own.kind)
    if (policy := policies.order_by("pk").first()) is None:
        pytest.skip(f"no policy binds a {own.kind}")
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


@pytest.mark.parametrize("own", BODIES.values(), ids=BODIES)
def test_what_a_policy_binds_is_named_by_the_table_of_its_body(own: Body) -> None:
    tables = {table.name: table for table in registry}
    name = scope_tables()[own.kind.value]
    assert tables[name].model is own.model  # type: ignore[attr-defined]
    policies = tables["policies"]
    named = naming_of(policies, "scope_code", {"scope_kind": own.kind.value})
    assert named is not None
    assert named.table == name
    assert name in policies.may_name


@pytest.mark.parametrize("own", BODIES.values(), ids=BODIES)
def test_the_bodies_of_cities_narrow_lists_of_them(own: Body) -> None:
    """A city is no body of others."""
    assert own.column in PolicyFilters.base_filters
    assert OF_PARAMETERS[own.column] == own.model._meta.model_name
    if own.kind != ScopeKind.CITY:
        assert own.column in CityListPage.facet_names
        assert own.column in {*CityFilters.base_filters, *CityViewSet.question_parameters}


@pytest.mark.parametrize("language", [ENGLISH, CHINESE])
@pytest.mark.parametrize("kind", list(ScopeKind))
def test_every_kind_is_counted_in_words_but_those_told_otherwise(
    kind: ScopeKind, language: str
) -> None:
    with override(language):
        said = [_scopes_words(kind, count) for count in (1, 2)]
    told_otherwise = kind in (ScopeKind.NATION, ScopeKind.CITY)
    assert [("1" in said[0]), ("2" in said[1])] == [not told_otherwise] * 2


def test_facts_say_of_every_place_in_which_a_city_lies() -> None:
    places = [own for own in BODIES.values() if own.is_place]
    assert set(CityLocation._fields) == {own.column for own in places}
    assert set(PLACED) == {"city__slug", *(own.path for own in PLACES)}


@pytest.mark.parametrize("kind", list(ScopeKind))
def test_a_policy_that_is_not_known_would_touch_the_cities_that_its_scope_binds(
    kind: ScopeKind,
) -> None:
    if kind in BODIES:
        let_there_be_some(BODIES[kind].model)
    day, kept = today_in_china(), current_snapshot()
    inquiry = Inquiry(kept, kept.newest, day, "en", Certainty.UNVERIFIED)
    bound = {
        (city, scope.code)
        for city, scopes in BindingFacts.known().bindings().items()
        for scope, spans in scopes.items()
        if scope.kind == kind and any(span.start <= day < span.stop for span in spans)
    }
    if not bound:
        pytest.skip(f"nothing of the kind {kind} binds a city")
    code = min(code for _city, code in bound)
    key = ("no-such-topic", kind.value, code, "2027-01-01")
    told = affected_cities(inquiry, "policies", [key])
    assert told == {key: len([one for one in bound if one[1] == code])}

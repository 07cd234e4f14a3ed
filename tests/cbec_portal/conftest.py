from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.test import Client
from django.utils import translation

from tests.cbec_portal.sample_urls import GroupViewSet


@pytest.fixture(autouse=True)
def _sample_api(settings: Any) -> Iterator[None]:
    settings.ROOT_URLCONF = "tests.cbec_portal.sample_urls"
    GroupViewSet.editions[:] = [1]
    cache.clear()
    with translation.override("en"):
        yield


@pytest.fixture
def ask(client: Client) -> Callable[..., Any]:
    """Ask the sample API: `ask("users/?q=ann", accept="text/csv")`."""

    def get(address: str, **headers: str) -> Any:
        return client.get(f"/api/v1/{address}", headers=headers)

    return get


@pytest.fixture
def people(db: None) -> dict[str, User]:
    """Ann and Bob are customs officers, Ann and Cyd are brokers; Bob is staff."""
    Group.objects.all().delete()  # those that come with the portal
    customs = Group.objects.create(name="customs officers")
    brokers = Group.objects.create(name="brokers")
    ann = User.objects.create(username="ann", first_name="Zoe")
    bob = User.objects.create(username="bob", first_name="Zoe", is_staff=True)
    cyd = User.objects.create(username="cyd", first_name="Cyd")
    ann.groups.add(customs, brokers)
    bob.groups.add(customs)
    cyd.groups.add(brokers)
    return {"ann": ann, "bob": bob, "cyd": cyd}

"""A test with real commits leaves nothing to the next one."""

from __future__ import annotations

import pytest
from django.db import connection

from zones.models import City, Issuer, Revision


@pytest.mark.parametrize("time", [1, 2])
@pytest.mark.django_db(transaction=True)
def test_what_was_committed_is_gone_afterwards(time: int) -> None:
    assert not connection.in_atomic_block
    assert (City.objects.count(), Revision.objects.count()) == (186, 1)
    assert not Issuer.objects.filter(name_en="Renamed").exists()
    Issuer.objects.update(name_en="Renamed")
    Issuer.objects.create(slug="new", name_en="New", name_zh="新", kind="other")
    assert Issuer.objects.filter(name_en="Renamed").exists()


@pytest.mark.django_db
def test_nothing_is_left_to_a_test_that_rolls_back() -> None:
    assert not Issuer.objects.filter(name_en="Renamed").exists()
    assert Revision.objects.count() == 1

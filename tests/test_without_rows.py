"""Nothing that is asked of a database that lacks rows fails: it is new, or knows no figures."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.test import Client

from checklists.models import Template
from tests.public_answers import PAGES
from tests.router import every_address
from zones.models import Indicator, Statistic
from zones.selectors.snapshot import forget

pytestmark = pytest.mark.django_db

#: Asked with something, as a form asks.
ASKED = (
    *("/search/?q=hangzhou", "/changes/?city=hangzhou", "/changes/?by=publication"),
    *("/topics/spread/?topic=x", "/compare/?cities=hangzhou", "/places/?name=Suihua"),
    *("/api/v1/compare/?cities=hangzhou", "/api/v1/cities/?policy=x:y", "/api/v1/changes/?since=0"),
)


def fixed() -> list[str]:
    """Every address of the portal in which nothing is left open, the admin and acts left out."""
    return [
        one.path
        for one in every_address()
        if not one.parts and not one.path.startswith(("/admin", "/i18n", "/account"))
    ]


def failed(client: Client) -> list[tuple[str, int]]:
    """What is no answer."""
    forget()
    client.raise_request_exception = False
    answered = {path: client.get(path).status_code for path in (*fixed(), *ASKED)}
    assert set(PAGES) <= set(answered)
    return [(path, status) for path, status in answered.items() if status >= 500]


def test_a_new_database_answers_everything(
    client: Client, elsewhere: Callable[[], AbstractContextManager[None]]
) -> None:
    with elsewhere():
        assert failed(client) == []
    forget()


def test_a_database_without_figures_answers_everything(client: Client) -> None:
    Statistic.objects.all()._raw_delete("default")
    assert failed(client) == []
    Indicator.objects.all()._raw_delete("default")
    assert failed(client) == []
    page = client.get("/statistics/").content.decode()
    assert "no figure recorded" in page
    assert "()" not in page


def test_a_template_without_rows_beside_it_is_shown(client: Client) -> None:
    Statistic.objects.all()._raw_delete("default")
    template = Template.objects.all()[0]
    assert client.get(f"/templates/{template.slug}/").status_code == 200

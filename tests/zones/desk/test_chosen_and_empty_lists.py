"""Lists of the desk mark what is chosen, and say what is to be done where they are empty."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import override

from tests.conftest import log_in_staff
from zones.admin.read_only import ReadOnly
from zones.dataset.table_registry import registry
from zones.models import ChangeSet, LinkCheck, Placement
from zones.rules.vocabulary import SetState

# Django's own admin templates lean on undefined variables.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

LANGUAGES = pytest.mark.parametrize("language", ["en", "zh-hans"])


@pytest.fixture
def desk(superuser: Any) -> Client:
    client = Client()
    log_in_staff(client, superuser)
    return client


def chosen(html: str) -> list[str]:
    """The addresses that are marked as chosen, without those of languages and pages."""
    return re.findall(r'<a href="(\?[^"]*)"[^>]* aria-current="true"', html.split("<main", 1)[-1])


@pytest.mark.parametrize("state", ["", *SetState])
@pytest.mark.parametrize("mine", ["", "1"])
def test_the_chosen_change_sets_are_marked_and_each_choice_keeps_the_other(
    desk: Client, state: str, mine: str
) -> None:
    asked = "&amp;".join(f"{name}={own}" for name, own in (("state", state), ("mine", mine)) if own)
    query = f"?{asked}".replace("&amp;", "&")
    page = desk.get(f"{reverse('admin:desk-sets')}{query}").content.decode()
    chips = page[page.index('class="chips"') :]
    marked = re.findall(r'<a href="([^"]*)" aria-current="true"', chips)
    assert len(marked) == 2
    assert all(set(own.strip("?").split("&amp;")) == set(asked.split("&amp;")) for own in marked)


def test_a_chosen_filter_of_an_admin_list_is_marked(desk: Client) -> None:
    page = desk.get("/admin/zones/linkcheck/?fares=dead").content.decode()
    assert "?fares=dead" in chosen(page)


@LANGUAGES
def test_an_empty_admin_list_says_so_and_one_of_the_desk_what_to_do(
    desk: Client, language: str
) -> None:
    seen = 0
    for model, own in admin.site._registry.items():
        if not isinstance(own, ReadOnly):
            continue
        meta = model._meta
        address = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
        page = desk.get(address, headers={"accept-language": language}).content.decode()
        assert ('class="nothing"' in page) != own.get_queryset(
            desk.get(address).wsgi_request
        ).exists()
        seen += 'class="nothing"' in page
        if own.none_yet:
            with override(language):
                told = str(own.none_yet)
            assert language == "en" or re.search("[\u4e00-\u9fff]", told)
            if 'class="nothing"' in page:
                assert escape(told) in page
    assert seen
    assert not LinkCheck.objects.exists()
    page = desk.get("/admin/zones/linkcheck/", headers={"accept-language": language})
    assert "manage.py check_links" in page.content.decode()


@LANGUAGES
def test_a_search_that_finds_nothing_leads_to_the_whole_list(desk: Client, language: str) -> None:
    page = desk.get("/admin/zones/city/?q=nowhere", headers={"accept-language": language})
    html = page.content.decode()
    assert 'class="nothing"' in html
    assert '<a href="?">' in html


@LANGUAGES
def test_lists_of_change_sets_say_what_to_do_while_there_is_none(
    desk: Client, language: str
) -> None:
    assert not ChangeSet.objects.exists()
    page = desk.get(reverse("admin:desk-sets"), headers={"accept-language": language})
    told = {"en": "whoever proposes rows opens one first", "zh-hans": "提议行的人须先新建一个"}
    assert told[language] in page.content.decode()


def test_a_table_is_called_what_it_holds() -> None:
    """The model has the placements of today as well, the table of the dataset former ones alone."""
    (former,) = [table for table in registry if table.name == "former_placements"]
    labels = [table.label for table in registry]
    assert len(set(labels)) == len(labels)
    assert former.label == "former placements of cities"
    assert str(Placement._meta.verbose_name_plural) == "placements of cities, now and before"
    assert Placement.objects.filter(since=None).exists()

"""Staff read names: where a row has one, its key stands beside it, never instead."""

from __future__ import annotations

import html
import re

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from cbec_portal.languages import CODES
from tests.conftest import log_in_staff
from tests.zones.desk.acts import person
from zones.models import Batch, Policy, Topic, Zone

pytestmark = pytest.mark.django_db

#: Columns that say the key or the identity itself, in lists and on pages of rows.
OF_KEYS = re.compile(
    r'<(td|th|div) class="[^"]*\bfield-(slug|identity|former|target)\b[^"]*".*?</\1>', re.DOTALL
)
TITLE_TO_MAIN = re.compile(r"<(script|style|select|option|title)\b.*?</\1>", re.DOTALL)


def texts(page: str) -> list[str]:
    """The pieces of text that people read, but for columns of keys."""
    plain = OF_KEYS.sub("", TITLE_TO_MAIN.sub("", page))
    return [html.unescape(text).strip() for text in re.split(r"<[^>]*>", plain)]


@pytest.mark.parametrize("language", CODES)
def test_no_list_and_no_page_of_a_row_names_another_by_its_key(language: str) -> None:
    """The lists of all tables of the dataset, a row of each, and what its path at the top says."""
    client = Client()
    log_in_staff(client, person("sue", is_superuser=True))
    keys = {*Topic.objects.values_list("slug", flat=True)}
    keys |= {f"{own.programme.slug} {own.number}" for own in Batch.objects.all()}
    keys |= {*Zone.objects.values_list("identity", flat=True)}
    keys |= {*Policy.objects.values_list("identity", flat=True)}
    wrong, seen = [], 0
    for model in admin.site._registry:
        own = model._meta
        if own.app_label != "zones":
            continue
        pages = [reverse(f"admin:zones_{own.model_name}_changelist")]
        if row := model._default_manager.order_by("pk").last():
            pages.append(reverse(f"admin:zones_{own.model_name}_change", args=[row.pk]))
        for address in pages:
            page = client.get(f"{address}?lang={language}").content.decode()
            seen += len(page) > 1000
            wrong += [
                (address, text)
                for text in texts(page)
                if text in keys or text.partition(" (")[0].partition("（")[0] in keys
            ]
    assert seen >= 40
    assert not wrong, "\n".join(map(str, wrong[:40]))

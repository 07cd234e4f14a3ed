"""Titles that forms make read in the language of whoever reads them; what people type stays."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from tests.conftest import log_in_staff
from tests.zones.desk.acts import known, known_row, person, say_why_all
from tests.zones.desk_forms import Desk
from zones.dataset.load_summaries import told
from zones.desk.set_publication import publish_set
from zones.desk.set_steps import submit
from zones.models import ChangeSet
from zones.models.made_texts import retold

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

LIMIT = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")
LANGUAGES = ("en", "zh-hans")


@pytest.fixture
def client() -> Client:
    own = Client()
    log_in_staff(own, person("ana", "analyst"))
    return own


def made(client: Client, address: str, typed: dict[str, str], language: str) -> ChangeSet:
    """The set that a form opens for somebody who reads a language."""
    mark = "&" if "?" in address else "?"
    answer = client.post(f"{address}{mark}lang={language}", {"do": "save", **typed})
    assert answer.status_code == 303, answer.context["errors"]
    return ChangeSet.objects.latest("pk")


def changed(table: str, key: tuple[str, ...], **cells: str) -> dict[str, str]:
    return {f"cell_{name}": cell for name, cell in {**known_row(table, key), **cells}.items()}


def new_version(client: Client, language: str) -> ChangeSet:
    return made(
        client, Desk.address("policies", LIMIT), changed("policies", LIMIT, clause="9"), language
    )


def of_a_city(client: Client, language: str) -> ChangeSet:
    key = ("hangzhou",)
    return made(client, Desk.address("cities", key), changed("cities", key, note="Seen"), language)


def of_a_document(client: Client, language: str) -> ChangeSet:
    key = ("mof-gacc-sta-2018-49",)
    typed = changed("sources", key, note="Seen")
    return made(client, Desk.address("sources", key), typed, language)


def of_a_zone(client: Client, language: str) -> ChangeSet:
    key = next(key for key in known("zones") if key[1] == "hangzhou")
    return made(client, Desk.address("zones", key), changed("zones", key, note="Seen"), language)


def end(client: Client, language: str) -> ChangeSet:
    typed = {"cell_effective_to": "2026-01-31", "change": "ended", "quote": "原文如此。"}
    return made(client, Desk.address("policies", LIMIT, "end"), typed, language)


def move(client: Client, language: str) -> ChangeSet:
    cells = {"until": "2026-01-01", "province": "CN-SH", "customs_district": "2200"}
    typed = {f"cell_{name}": cell for name, cell in cells.items()}
    return made(client, reverse("admin:desk-move", args=["jiaxing"]), typed, language)


MAKERS = (new_version, of_a_city, of_a_document, of_a_zone, end, move)


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.__name__)
def test_a_title_reads_as_if_it_was_made_in_the_readers_language(
    client: Client, maker: Any
) -> None:
    titles = {language: maker(client, language).title for language in LANGUAGES}
    assert titles["en"] != titles["zh-hans"]
    for reads in LANGUAGES:
        with override(reads):
            assert {retold(own) for own in titles.values()} == {titles[reads]}


def test_a_set_called_after_its_table_is_so_in_both(client: Client) -> None:
    for written, reads, word in (("规定", "en", "policies"), ("policies", "zh-hans", "规定")):
        with override(reads):
            assert retold(written) == word


def test_lists_pages_and_the_revision_tell_it(client: Client) -> None:
    own = new_version(client, "zh-hans")
    with override("en"):
        english = retold(own.title)
    assert english.startswith("New version: Single-order limit")
    pages = ["admin:index", "admin:desk-sets"]
    addresses = [*map(reverse, pages), reverse("admin:desk-set", args=[own.pk])]
    for address in addresses:
        assert english in client.get(address, {"lang": "en"}).content.decode(), address
    say_why_all(own, own.author)
    revision = publish_set(submit(own, own.author), person("rui", "reviewer"))
    for address in (reverse("admin:desk-history"), reverse("admin:index")):
        assert english in client.get(address, {"lang": "en"}).content.decode(), address
    with override("en"):
        assert told(revision.summary)[0] == english


@pytest.mark.parametrize(
    "typed",
    ["Move: all of it", "End: the pilot, 2019", "新版本：其他", "Withdraw: ", "Policies of 2019"],
)
def test_what_a_person_typed_stays_as_typed(typed: str) -> None:
    for language in LANGUAGES:
        with override(language):
            assert retold(typed) == typed

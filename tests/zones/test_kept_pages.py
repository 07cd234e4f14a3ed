"""A public page is sent again as it was while nothing changed, small, and to no wrong reader."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from typing import Any

import brotli
import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cbec_portal import kept_pages
from cbec_portal.caches import Kept
from cbec_portal.kept_pages import SentPage
from checklists import models as duties
from tests.addresses import public_addresses
from tests.threads import at_once
from tests.zones.later import correct_something
from zones.models import PUBLIC, VERSIONED, Edition
from zones.pages import home_page
from zones.selectors.snapshot import forget

pytestmark = pytest.mark.django_db

EVERY = public_addresses()
PAGES = [address for address in EVERY if not address.startswith("/api/")]
#: Forms, whose token is for one reader.
FORMS = [address for address in PAGES if address.partition("?")[0].endswith("/report/")]
KEPT = [*(address for address in PAGES if address not in FORMS), "/sitemap.xml"]
#: What is sent compressed: no workbook, and no table that is too short.
SHRINKING = [
    *(one for one in KEPT if "/table." not in one and "/cite." not in one),
    "/sources/table.csv",
]
COMPARED = "/compare/?cities=hangzhou,zhengzhou"
#: What whoever asks takes, in which coding it is sent then, and what makes it whole again.
TAKEN: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzip.decompress),
    "gzip, deflate, br, zstd": ("br", brotli.decompress),
    "br;q=0, gzip;q=0.5": ("gzip", gzip.decompress),
    "gzip; q=0.0, br": ("br", brotli.decompress),
}


@pytest.fixture(autouse=True)
def _keep(settings: Any) -> Iterator[None]:
    settings.KEPT_PAGE_BYTES = 8_000_000
    kept_pages.forget()
    yield
    kept_pages.forget()
    forget()


def ask(address: str, reader: Client | None = None, **headers: str) -> HttpResponse:
    """Ask for an address; the heads are named as keywords: ``accept_encoding``."""
    given = {name.replace("_", "-"): text for name, text in headers.items()}
    answer: Any = (reader or Client()).get(address, headers=given)
    return answer  # type: ignore[no-any-return]  # a client's answer is Any


def test_there_are_pages_of_every_kind() -> None:
    assert len(KEPT) > 25
    assert FORMS


@pytest.mark.parametrize("address", KEPT)
def test_a_page_is_sent_again_as_it_was(address: str) -> None:
    first = ask(address)
    assert (first.status_code, first["Cache-Control"]) == (200, "no-cache"), address
    assert {"Accept-Language", "Cookie", "Accept-Encoding"} <= {*first["Vary"].split(", ")}
    with CaptureQueriesContext(connection) as asked:
        again = ask(address)
    assert len(asked) == 1, asked.captured_queries
    assert again.content == first.content
    assert {**again.headers} == {**first.headers}
    with CaptureQueriesContext(connection) as asked:
        known = ask(address, if_none_match=first["ETag"])
    assert (known.status_code, known.content, len(asked)) == (304, b"", 1)


@pytest.mark.parametrize("address", KEPT)
def test_what_a_page_shows_is_counted_by_its_edition(address: str) -> None:
    """A table that is not could change and leave a page as it was."""
    counted = {
        model._meta.db_table
        for model in (
            *PUBLIC,
            *VERSIONED,
            Edition,
            *(duties.Template, duties.GateValue, duties.Requirement),
            duties.RequirementVersion,  # which publications alone write
            *(duties.IntakeQuestion, duties.IntakeChoice),
        )
    }
    forget()
    with CaptureQueriesContext(connection) as asked:
        ask(address)
    there = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    read = there.intersection(
        table
        for one in asked.captured_queries
        for table in re.findall(r"\b(?:zones|checklists|auth|django)_\w+", one["sql"])
    )
    assert read
    assert read <= counted


@pytest.mark.parametrize("address", ["/", COMPARED, "/cities/hangzhou/", "/templates/"])
def test_a_page_follows_the_data_the_language_and_the_reader(address: str) -> None:
    first = ask(address)
    chinese = ask(address, accept_language="zh-CN")
    assert 'lang="zh-hans"' in chinese.content.decode()
    assert chinese["ETag"] != first["ETag"]
    reader = Client()
    reader.force_login(User.objects.create_user("mei-reads"))
    own = ask(address, reader)
    assert "mei-reads" in own.content.decode()
    assert "ETag" not in own
    assert own["Cache-Control"] == "private, no-cache"
    assert ask(address).content == first.content
    correct_something()
    assert ask(address)["ETag"] != first["ETag"]
    assert ask(address, if_none_match=first["ETag"]).status_code == 200


@pytest.mark.parametrize("address", FORMS)
def test_a_form_is_made_for_each_and_sent_as_it_is(address: str) -> None:
    tokens = set()
    for _ in range(2):
        form = ask(address, accept_encoding="gzip")
        assert "Content-Encoding" not in form
        assert "ETag" not in form
        assert form["Cache-Control"] == "private, no-cache"
        tokens.add(re.search(r'csrfmiddlewaretoken" value="(\w+)"', form.content.decode())[1])  # type: ignore[index]
    assert len(tokens) == 2


def test_what_was_refused_or_leads_elsewhere_is_not_kept() -> None:
    refused = (f"{COMPARED}&as_of=soon", "/places/Suihua:CN-HL:nowhere/", "/compare/?cities=hang")
    asked = [*((address, 400) for address in refused), ("/compare/?cities=杭州", 302)]
    for address, status in asked:
        for _ in range(2):
            answer = ask(address)
            assert answer.status_code == status
            assert "ETag" not in answer
    assert len(kept_pages._pages) == 0


@pytest.mark.parametrize("address", [*SHRINKING, "/api/v1/compare/?cities=hangzhou,zhengzhou"])
def test_an_answer_is_compressed_for_those_who_take_it_so(address: str) -> None:
    plain = ask(address)
    sizes = {}
    for taken, (coding, whole) in TAKEN.items():
        for _ in range(2):
            small = ask(address, accept_encoding=taken)
            assert small["Content-Encoding"] == coding
            assert whole(small.content) == plain.content
            assert small["Content-Length"] == str(len(small.content))
            assert small["ETag"] == plain["ETag"]
            assert len(small.content) < len(plain.content) / 2
        sizes[coding] = len(small.content)
    assert sizes["br"] < sizes["gzip"] or len(plain.content) < 5000
    for refused in ("identity", "gzip;q=0", "gzip; q=0.0, br;q=0", "brotli", ""):
        assert "Content-Encoding" not in ask(address, accept_encoding=refused)


@pytest.mark.parametrize("address", ["/api/v1/cities/?format=xlsx", "/sources/table.xlsx"])
def test_a_workbook_is_sent_as_it_is(address: str) -> None:
    book = ask(address, accept_encoding="gzip")
    assert book.status_code == 200
    assert "Content-Encoding" not in book


@pytest.mark.django_db(transaction=True)
def test_of_those_who_ask_at_once_one_has_it_made(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    get = home_page.HomePage.get

    def counted(page: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        made.append(1)
        return get(page, *args, **kwargs)

    monkeypatch.setattr(home_page.HomePage, "get", counted)
    sent = {getattr(answer, "content", answer) for answer in at_once([lambda: ask("/")] * 8)}
    assert (len(sent), len(made)) == (1, 1)


def test_all_pages_together_are_bounded() -> None:
    kept: Kept[int, SentPage] = Kept(1000, lambda page: len(page.content))
    for number in range(10):
        kept.put(number, SentPage(bytes(300), ()))
    assert len(kept) == 3
    kept.put(10, SentPage(bytes(1001), ()))
    assert kept.get(10) is None
    assert len(kept) == 3

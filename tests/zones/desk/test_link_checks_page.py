"""What asking official addresses found is read in the admin, filtered and led to by the queue."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from cbec_portal.china_time import now
from tests.conftest import log_in_staff
from zones.desk.link_schedule import DUE_AFTER, next_asked, note
from zones.desk.link_visits import Visit
from zones.models import LinkCheck, Source
from zones.models.link_checks import APART
from zones.rules.vocabulary import LinkState

# Django's own admin templates lean on undefined variables.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

LIST = "/admin/zones/linkcheck/"
FAILS, ANSWERS = Visit(LinkState.FAILS, 404), Visit(LinkState.ANSWERS, 200)


@pytest.fixture
def desk(analyst: Any) -> Client:
    client = Client()
    log_in_staff(client, analyst)
    return client


@pytest.fixture
def sources(db: None) -> list[Source]:
    """Four documents: a dead address, one that failed once, one that answers, one long ago."""
    found = list(Source.objects.exclude(official_url="").order_by("official_url", "slug"))
    own = list({source.official_url: source for source in found}.values())[:4]
    moment = now()
    dead, failing, answers, long_ago = (source.official_url for source in own)
    note(dead, FAILS, moment - timedelta(days=2))
    note(dead, FAILS, moment)
    note(failing, Visit(LinkState.FAILS, None, "it is too slow"), moment)
    note(answers, ANSWERS, moment)
    note(long_ago, ANSWERS, moment - timedelta(days=8))
    return own


def addresses(client: Client, asked: str = "") -> set[str]:
    page = client.get(f"{LIST}{asked}")
    assert page.status_code == 200
    return {check.address for check in page.context["cl"].result_list}


def test_each_address_is_told_with_its_document_and_when_it_is_asked_again(
    desk: Client, sources: list[Source]
) -> None:
    page = desk.get(LIST).content.decode()
    for source in sources:
        assert escape(source.official_url) in page
        assert f"/sources/{source.slug}/" in page
    assert ">404<" in page
    assert LIST in desk.get("/admin/").content.decode()
    for check in LinkCheck.objects.all():
        again = APART if check.failing_since else DUE_AFTER
        assert next_asked(check) == check.checked_at + again
        assert desk.get(f"{LIST}{check.pk}/change/").status_code == 200
    chinese = desk.get(f"{LIST}?lang=zh-hans").content.decode()
    assert "下次访问时间" in chinese
    assert "失效或到期" in chinese


def test_addresses_are_filtered_by_how_they_fare(desk: Client, sources: list[Source]) -> None:
    dead, failing, answers, long_ago = (source.official_url for source in sources)
    assert addresses(desk) == {dead, failing, answers, long_ago}
    assert addresses(desk, "?fares=dead") == {dead}
    assert addresses(desk, "?fares=failing") == {failing}
    assert addresses(desk, "?fares=due") == {long_ago}
    assert addresses(desk, "?state__exact=answers") == {answers, long_ago}
    assert addresses(desk, "?status=404") == {dead}
    assert addresses(desk, f"?q={sources[0].slug}") >= {dead}
    assert addresses(desk, "?q=no-such-document") == set()
    assert addresses(desk, f"?q={'x' * 5000}") == set()


def test_nobody_writes_what_the_command_found(desk: Client, sources: list[Source]) -> None:
    pk = LinkCheck.objects.values_list("pk", flat=True)[0]
    before = list(LinkCheck.objects.values())
    for address in ("add/", f"{pk}/delete/", f"{pk}/change/"):
        assert desk.post(f"{LIST}{address}", {"state": "answers"}).status_code == 403
    assert list(LinkCheck.objects.values()) == before


# The pages of the desk lean on undefined variables.
def test_the_queue_leads_from_a_dead_link_to_what_was_found(
    desk: Client, sources: list[Source]
) -> None:
    page = desk.get(f"{reverse('admin:desk-queue')}?kind=dead-link").content.decode()
    assert f'href="{LIST}?q={sources[0].slug}"' in page
    assert f'href="{LIST}"' in page
    assert addresses(desk, f"?q={sources[0].slug}") >= {sources[0].official_url}


def test_more_addresses_take_no_more_queries(desk: Client, sources: list[Source]) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as made:
            addresses(desk, "?fares=failing")
        return len(made)

    queries()
    few = queries()
    for source in Source.objects.exclude(official_url="")[:40]:
        if not LinkCheck.objects.filter(address=source.official_url).exists():
            note(source.official_url, FAILS, now())
    assert queries() == few

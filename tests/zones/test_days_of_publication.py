"""What is new law and what is older law newly found is told by China's day of the revision."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from tests.zones.datasets import Row, change_rows
from zones.dataset.load import load_dataset
from zones.models import Policy, Revision, Zone

pytestmark = pytest.mark.django_db

#: Half past three at night in China, while it is still the day before in UTC.
AT_NIGHT = datetime(2026, 11, 26, 19, 33, tzinfo=UTC)
TODAY, TOMORROW = "2026-11-27", "2026-11-28"


@pytest.fixture(autouse=True)
def _published_at_night(monkeypatch: pytest.MonkeyPatch, part: Path) -> None:
    monkeypatch.setattr(timezone, "now", lambda: AT_NIGHT)
    change_rows(part / "policies.csv", lambda rows: [{**rows[0], "clause": "I"}, *rows[1:]])
    revision = load_dataset(part).revision
    assert revision == Revision.objects.first()
    assert revision is not None
    assert revision.published_at == AT_NIGHT


@pytest.mark.parametrize(("start", "expected"), [(TODAY, "researched"), (TOMORROW, "enacted")])
def test_a_policy_of_that_very_day_is_no_new_law(part: Path, start: str, expected: str) -> None:
    def more(rows: list[Row]) -> list[Row]:
        return [*rows, {**rows[-1], "effective_from": start, "effective_to": ""}]

    change_rows(part / "policies.csv", more)
    load_dataset(part)
    fresh = Policy.objects.exclude(recorded_in__lt=Revision.objects.first())
    assert fresh.get(effective_from=start).change == expected


@pytest.mark.parametrize(("start", "expected"), [(TODAY, "researched"), (TOMORROW, "enacted")])
def test_a_zone_of_that_very_day_is_no_new_law(part: Path, start: str, expected: str) -> None:
    inside = Zone.objects.filter(batch__programme__slug="service-pilot")
    taken = set(inside.values_list("city__slug", flat=True))

    def more(rows: list[Row]) -> list[Row]:
        city = next(row["city"] for row in rows if row["city"] not in taken)
        return [*rows, {**rows[0], "city": city, "designated_on": start}]

    change_rows(part / "zones.csv", more)
    load_dataset(part)
    assert Zone.objects.get(designated_on=start).change == expected


def test_pages_and_feeds_date_a_revision_by_chinas_day(client: Client) -> None:
    page = client.get("/changes/?by=publication").content.decode()
    assert f'datetime="{TODAY}"' in page
    assert 'datetime="2026-11-26"' not in page
    assert "27 Nov 2026" in client.get("/").content.decode()
    feed = client.get("/changes/feed/?by=publication").content.decode()
    assert "2026-11-27T03:33:00+08:00" in feed
    listed = client.get("/api/v1/revisions/").json()["results"][0]
    assert listed["published_at"] == "2026-11-27T03:33:00+08:00"


@pytest.mark.parametrize("question", ["compare/?cities=hangzhou", "profiles/"])
def test_a_question_without_a_day_is_about_chinas_today(client: Client, question: str) -> None:
    assert client.get(f"/api/v1/{question}").json()["as_of"] == TODAY

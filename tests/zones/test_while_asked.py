"""Label and rows of an answer are of one revision, whoever publishes while it is made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from cbec_portal.caches import Kept
from tests.addresses import public_addresses
from tests.threads import at_once
from tests.zones.later import MOVED, zone_draft
from tests.zones.test_for_ever import body, without_what_is_now
from tests.zones.test_publishing import next_version, publish_as_two
from zones.models import City, CustomsDistrict, Placement, Policy, Province, Zone
from zones.rules.vocabulary import Change
from zones.selectors import snapshot as keeping
from zones.selectors.snapshot import Snapshot, current_snapshot
from zones.services.publication import Publication

ADDRESSES = public_addresses()


def test_the_walk_finds_lists_questions_and_pages() -> None:
    paths = {address.split("?")[0] for address in ADDRESSES}
    assert {"/api/v1/policies/", "/api/v1/changes/", "/compare/", "/cities/xiongan/"} <= paths
    assert len(paths) > 50


class Paused(Kept[Any, Any]):
    """The snapshots of a request that had read its edition, and nothing else, when all changed.

    What it asks for first is that edition, with rows read later; then it sees what is new.
    """

    def __init__(self, edition: Snapshot) -> None:
        super().__init__(1)
        self.edition = edition
        self.begun = False

    def made(self, key: Any, make: Callable[[], Any]) -> Any:
        """Give the edition that was read before the pause, once."""
        if self.begun:
            return super().made(key, make)
        self.begun = True
        return self.edition


@pytest.mark.django_db(transaction=True)
def test_what_is_published_while_an_answer_is_made_is_not_in_it(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer is that of the edition it was begun with, whatever comes before its rows.

    Another thread publishes, with a commit of its own, between reading the edition and the rows.
    """
    keeping.forget()
    expected = {address: without_what_is_now(body(client, address)) for address in ADDRESSES}
    before = current_snapshot()
    (published,) = at_once([publish_between])
    assert published == before.newest + 1
    read_later = keeping._read(before.edition, before.timeline, before.newest)
    mixed, begun = [], 0
    for address in ADDRESSES:
        paused = Paused(read_later)
        monkeypatch.setattr(keeping, "_kept", paused)
        if without_what_is_now(body(client, address)) != expected[address]:
            mixed.append(address)
        begun += paused.begun
    assert mixed == []
    # Of what has no versions a single row is read without asking for an edition.
    assert begun > len(ADDRESSES) - 15
    monkeypatch.setattr(keeping, "_kept", Kept(1))
    answers = (without_what_is_now(body(client, a)) != told for a, told in expected.items())
    assert sum(answers) > len(ADDRESSES) / 3, "what was published would not have been seen"


def publish_between() -> int:
    """Publish what changes nearly every answer, and only by a revision; give its number."""
    stated = Policy.objects.current().not_withdrawn().filter(state="stated").order_by("identity")
    wrong = stated.filter(value_type="boolean", scope_kind="nation").first()
    topic = stated.filter(topic__slug="bonded-import-1210").first()
    city = City.objects.get(slug=MOVED)
    was = Placement.objects.current().get(city=city)
    there = Placement.objects.create(
        city=city,
        province=Province.objects.get(iso_3166_2="CN-BJ"),
        customs_district=CustomsDistrict.objects.get(name_en__startswith="Beijing"),
    )
    zone = Zone.objects.current().get(identity=f"comprehensive.{MOVED}")
    publication = Publication(
        policies=[
            next_version(wrong, value_boolean=not wrong.value_boolean),
            next_version(topic, change=Change.WITHDRAWN),
        ],
        placements=[there],
        replaced_placements=[was],
        zones=[zone_draft(zone, change=Change.CORRECTED, ended_on="2024-01-01")],
    )
    return publish_as_two(publication).number

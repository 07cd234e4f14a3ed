"""Label and rows of an answer are of one revision, whoever publishes while it is made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from cbec_portal.caches import Kept
from tests.threads import at_once
from tests.zones.later import MOVED, zone_draft
from tests.zones.test_for_ever import body, without_what_is_now
from tests.zones.test_publishing import next_version, publish_as_two
from zones.models import Change, City, CustomsDistrict, Placement, Policy, Province, Zone
from zones.queries import catalogue as keeping
from zones.queries.catalogue import Catalogue, catalogue
from zones.services.publishing import Publication

#: What a question needs before it answers, where that is anything.
NEEDED = {
    "api-compare": "cities=hangzhou,xiongan",
    "compare": "cities=hangzhou,xiongan",
    "api-preview": "city=hangzhou",
}


def public_addresses() -> Iterator[tuple[str, str]]:
    """Every public list and question, of the API and of pages, found by walking the router."""

    def walk(resolver: URLResolver, before: str) -> Iterator[tuple[str, URLPattern]]:
        for pattern in resolver.url_patterns:
            path = before + str(pattern.pattern).lstrip("^")
            if isinstance(pattern, URLResolver):
                yield from walk(pattern, path)
            else:
                yield path, pattern

    for path, pattern in walk(get_resolver(), "/"):
        module = getattr(pattern.callback, "__module__", "")
        public = module.startswith(("zones.view", "checklists.viewsets.templates"))
        if public and "<" not in path and "(" not in path:
            yield path.rstrip("$"), pattern.name or ""
    yield from ((f"/cities/{MOVED}/", ""), ("/topics/bonded-import-1210/", ""))
    yield from ((f"/cities/{MOVED}/bonded-import-1210/", ""), (f"/cities/{MOVED}/changes/", ""))
    yield from (("/api/v1/templates/import-1210-seller/preview/", "api-preview"),)


ADDRESSES = sorted(set(public_addresses()))


def test_the_walk_finds_the_lists_and_questions() -> None:
    paths = {path for path, _ in ADDRESSES}
    assert {"/api/v1/policies/", "/api/v1/zones/", "/api/v1/changes/", "/compare/"} <= paths
    assert len(paths) > 30


class Paused(Kept[Any, Any]):
    """The catalogues of a request that had read its edition, and nothing else, when all changed.

    What it asks for first is that edition, with rows read later; then it sees what is new.
    """

    def __init__(self, edition: Catalogue) -> None:
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
    asked = {question(path, name): path for path, name in ADDRESSES}
    keeping.forget()
    expected = {address: without_what_is_now(body(client, address)) for address in asked}
    before = catalogue()
    (published,) = at_once([publish_between])
    assert published == before.newest + 1
    read_later = keeping._read(before.edition, before.timeline, before.newest)
    mixed = []
    for address, path in asked.items():
        paused = Paused(read_later)
        monkeypatch.setattr(keeping, "_kept", paused)
        if without_what_is_now(body(client, address)) != expected[address]:
            mixed.append(address)
        assert paused.begun or path in NOT_OF_AN_EDITION, path
    assert mixed == []
    monkeypatch.setattr(keeping, "_kept", Kept(1))
    answers = (without_what_is_now(body(client, a)) != told for a, told in expected.items())
    assert sum(answers) > len(asked) / 2, "what was published would not have been seen"


#: Lists of what has no versions: they read no revision, and nothing published changes them.
NOT_OF_AN_EDITION = frozenset({"/api/v1/templates/"})


def question(path: str, name: str) -> str:
    """What is asked at an address, so that whatever is published would be seen in it."""
    asked = f"{path}?{NEEDED.get(name, '')}"
    if path.startswith("/api/") and not {"preview", "compare", "profiles"} & set(path.split("/")):
        asked += "&limit=400"
    return asked


def publish_between() -> int:
    """Publish what changes nearly every answer, and only by a revision; give its number."""
    stated = Policy.objects.current().standing().filter(state="stated").order_by("identity")
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

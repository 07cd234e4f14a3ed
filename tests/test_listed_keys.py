"""What a list gives a key, every filter of that kind takes, though nothing rests on it yet."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from django.test import Client

from cbec_portal.api.filters import known_to
from checklists.models import Template
from tests.addresses import OF_A_FILE
from tests.router import every_address
from tests.zones.later import add_rows, like
from zones.api.parameters import CHANGE_PARAMETERS
from zones.models import (
    Batch,
    Choice,
    CustomsDistrict,
    FocusArea,
    Indicator,
    Issuer,
    Programme,
    Province,
    Source,
    Topic,
)

pytestmark = pytest.mark.django_db

#: The list that gives the keys of a parameter, and where they stand in its rows.
LISTED = {
    "province": ("provinces", "iso_3166_2"),
    "customs_district": ("customs-districts", "code"),
    "programme": ("programmes", "slug"),
    "batch": ("batches", "key"),
    "focus_area": ("focus-areas", "slug"),
    "closed": ("focus-areas", "slug"),
    "topic": ("topics", "slug"),
    "source": ("sources", "id"),
    "city": ("cities", "slug"),
    "cities": ("cities", "slug"),
    "template": ("templates", "slug"),
}
#: Parameters that take one key.
SINGLE = {
    ("city", "/changes/"),
    ("city", "/atlas/"),
    ("city", "/distances/"),
    ("city", "/changes/feed/"),
    ("city", "/changes/calendar.ics"),
    ("city", "/api/v1/changes/"),
    ("topic", "/cities/"),
    *((name, "/checklists/start/") for name in ("template", "province", "customs_district")),
    ("province", "/places/"),
    ("customs_district", "/places/"),
}
#: What else must be asked for.
BESIDE = {"/compare/": {"cities": "hangzhou"}, "/api/v1/compare/": {"cities": "hangzhou"}}
FEEDS = {"/changes/feed/", "/changes/calendar.ics"}


def addresses() -> Iterator[tuple[str, set[str]]]:
    """Every public page and list, with the parameters that it knows."""
    for one in every_address():
        # A table is answered by its page.
        if one.parts or OF_A_FILE.search(one.own_name):
            continue
        view = one.view
        if view is None:
            known = set(CHANGE_PARAMETERS) if one.path in FEEDS else set()
        elif getattr(view, "filterset_class", None) or getattr(view, "question_parameters", 0):
            known = known_to(view)
        else:
            known = set(getattr(view, "known_parameters", ()))
        yield one.path, known & set(LISTED)


def add_what_nothing_rests_on() -> set[str]:
    """Rows of every kind that a list shows, and the keys of some that nothing refers to."""
    add_rows()
    like(FocusArea.objects.first(), slug="bare-area", position=99, name_en="Bare", name_zh="空")
    topic = like(Topic.objects.filter(value_type="choice").first(), slug="bare-topic", position=99)
    like(Choice.objects.first(), topic=topic, slug="bare-choice", position=1)
    like(Province.objects.first(), iso_3166_2="CN-YY", gb2260="980000", name_en="Y", name_zh="歪")
    like(CustomsDistrict.objects.first(), code="9801", name_en="Bare", name_zh="空关")
    like(Programme.objects.first(), slug="bare-programme", position=98, name_en="Bare programme")
    like(Batch.objects.first(), number=98)
    like(Issuer.objects.first(), slug="bare-issuer", name_en="Bare ministry")
    like(Source.objects.first(), slug="bare-source", title_en="Bare document")
    like(Indicator.objects.first(), slug="bare-indicator", position=98, name_en="Bare figure")
    like(Template.objects.first(), slug="bare-template", position=98, name_en="Bare list")
    return {
        "bare-area",
        "bare-topic",
        "CN-YY",
        "9801",
        "bare-programme",
        "bare-source",
        "bare-template",
    }


def test_every_key_that_a_list_gives_is_taken_by_every_filter_of_its_kind(
    client: Client, admin_client: Client
) -> None:
    bare = add_what_nothing_rests_on()
    rows = {
        name: client.get(f"/api/v1/{name}/?limit=1000").json()["results"]
        for name, _key in LISTED.values()
    }
    keys = {
        parameter: [
            f"{row['programme']}.{row['number']}" if key == "key" else row[key]
            for row in rows[name]
        ]
        for parameter, (name, key) in LISTED.items()
    }
    assert bare <= {key for own in keys.values() for key in own}
    every = sorted(addresses())
    asked = {
        f"{path}?{urlencode({**BESIDE.get(path, {}), parameter: value}, doseq=True)}"
        for path, known in every
        for parameter in known
        for value in (
            [key for key in keys[parameter] if "tomorrow" in key or key in bare]
            if (parameter, path) in SINGLE or parameter == "cities"
            else [keys[parameter]]
        )
    }
    every_choice = {
        f"{topic['slug']}:{choice['choice']}"
        for topic in rows["topics"]
        for choice in topic["choices"]
    }
    assert "bare-topic:bare-choice" in every_choice
    conditions = urlencode({"policy": sorted(every_choice)[:80]}, doseq=True)
    asked |= {f"/cities/?{conditions}", f"/api/v1/cities/?{conditions}"}
    asked |= {"/cities/?policy=bare-topic:bare-choice", "/topics/bare-topic/?answer=bare-choice"}
    asked |= {
        "/api/v1/sources/?issuer=bare-issuer",
        "/api/v1/statistics/?indicator=bare-indicator",
        "/templates/bare-template/",
        "/templates/bare-template/preview/?city=hangzhou",
        "/api/v1/templates/bare-template/preview/?city=hangzhou",
    }
    refused = {
        address: (answered.status_code, answered.content[:300])
        for address in sorted(asked)
        for answered in [admin_client.get(address)]
        if answered.status_code not in {200, 301, 302}
    }
    assert refused == {}
    assert len(asked) > 60

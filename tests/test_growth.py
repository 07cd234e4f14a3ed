"""No public page, list or question asks more of the database for more rows in its tables."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from checklists.models import Requirement, Template
from tests.addresses import ROWS, public_addresses
from tests.growth import grown, queries, read
from tests.zones.later import add_programme, like
from tests.zones.test_publishing import publish_as_two
from zones.models import (
    City,
    Coverage,
    CustomsDistrict,
    FocusArea,
    Indicator,
    Issuer,
    Placement,
    Policy,
    Province,
    Source,
    SourceIssuer,
    Statistic,
    Topic,
    Zone,
)
from zones.rules.vocabulary import Change
from zones.selectors.snapshot import forget
from zones.services.publication import Publication

pytestmark = pytest.mark.django_db

MANY = 4
#: Questions beside the plain ones, that read more.
MORE = [
    "/cities/?policy=bonded-import-1210:listed&topic=code-9610-available&q=zhou",
    "/api/v1/cities/?policy=bonded-import-1210:listed&batch=5&province=CN-ZJ",
    "/api/v1/zones/?province=CN-ZJ&limit=1000",
    "/api/v1/sources/?q=notice&limit=1000",
    "/changes/?by=publication",
    "/changes/?city=hangzhou",
    "/compare/?cities=hangzhou,xiongan,Suihua:CN-HL:1900",
    "/search/?q=City",
    "/search/?q=Grown",
    "/search/?q=hangzhou+1210",
]


def test_queries_do_not_grow_with_rows(client: Client) -> None:
    """Asked first of an edition: the same number of queries with more rows of each kind.

    A single new row of each kind is there before, so that no list is empty then and full later.
    """
    statistic = Statistic.objects.first()
    assert statistic is not None
    addresses = [
        address.replace("/statistics/1/", f"/statistics/{statistic.pk}/")
        for address in (*public_addresses(), *MORE)
    ]
    grow(1)
    before = counted(client, addresses)
    grow(MANY)
    assert grown(before, counted(client, addresses)) == {}


def counted(client: Client, addresses: list[str]) -> dict[str, int]:
    """How many queries each address takes, asked one after the other of a new edition."""
    forget()
    return {address: queries(read(client, address)) for address in addresses}


def grow(many: int) -> None:
    """Publish so many rows more of every kind, most of them of what the addresses ask for."""
    there = Topic.objects.filter(slug__startswith="grown").count()
    whole = Publication()
    for number in range(there, there + many):
        one = more_of_everything(number)
        whole.policies += one.policies
        whole.zones += one.zones
        whole.placements += one.placements
    publish_as_two(whole)


def more_of_everything(number: int) -> Publication:
    """One row of each kind more, and what a revision publishes of them."""
    key = f"grown-{number}"
    area = like(FocusArea.objects.first(), slug=key, position=700 + number)
    topic = like(
        Topic.objects.filter(value_type="boolean").first(),
        focus_area=area,
        slug=key,
        question_en=f"Grown {number}?",
        begins_on=None,
    )
    source = Source.objects.get(slug=ROWS["sources"])
    fresh_source = like(source, slug=f"{key}-2026", document_number=f"Grown {number}")
    like(SourceIssuer.objects.filter(source=source).first(), source=fresh_source)
    issuer = like(Issuer.objects.first(), slug=key, name_en=f"Ministry {number}")
    SourceIssuer.objects.create(source=source, issuer=issuer, position=700 + number)
    province = like(
        Province.objects.get(iso_3166_2="CN-ZJ"),
        iso_3166_2=f"CN-{chr(65 + number)}{chr(65 + number)}",
        gb2260=f"9{number}0000",
        name_en=f"Province {number}",
    )
    district = like(CustomsDistrict.objects.first(), code=f"700{number}", name_en=f"D {number}")
    requirement = Requirement.objects.filter(template__slug=ROWS["templates"]).last()
    like(requirement, number=f"{number + 1}.9", position=700 + number)
    like(Template.objects.get(slug=ROWS["templates"]), slug=key, position=700 + number)
    city = like(
        City.objects.first(), slug=key, adcode="", name_en=f"City {key}", name_zh=f"{key}市"
    )
    place = Placement(city=city, province=province, customs_district=district)
    place.save()
    figures(number)
    return Publication(
        policies=policies(key, topic, city, source),
        zones=zones(key, city),
        placements=[place],
    )


def figures(number: int) -> None:
    """One of a city, and one of another indicator."""
    figure = Statistic.objects.exclude(city=None).first()
    like(figure, year=1960 + number, city=City.objects.get(slug="hangzhou"))
    indicator = like(Indicator.objects.first(), slug=f"grown-{number}", position=700 + number)
    like(figure, indicator=indicator, year=1960 + number)


def policies(key: str, topic: Topic, city: City, source: Source) -> list[Policy]:
    """One for the nation on the new topic, and on those asked for one of the new city."""
    born: dict[str, Any] = {"version": 1, "change": Change.RESEARCHED, "source": source}
    current = Policy.objects.current().not_withdrawn().filter(state="stated")
    nation = current.filter(value_type="boolean", scope_kind="nation").first()
    found = [like(nation, topic=topic, identity=f"{key}.nation.CN.{nation.effective_from}", **born)]
    for slug in (ROWS["topics"], "import-single-transaction-limit"):
        one = current.filter(topic__slug=slug).order_by("identity").first()
        body = {"programme": None, "province": None, "customs_district": None, "city": city}
        identity = f"{slug}.city.{key}.{one.effective_from}"
        found.append(like(one, scope_kind="city", identity=identity, **body, **born))
    return found


def zones(key: str, city: City) -> list[Zone]:
    """One of the new city in a batch asked for, which covers the city asked for, and of a pilot."""
    current = Zone.objects.current().not_withdrawn()
    model = current.filter(batch__programme__slug="comprehensive", batch__number=5).first()
    born: dict[str, Any] = {"version": 1, "change": Change.RESEARCHED, "city": city}
    own = like(model, identity=f"comprehensive.{key}", ended_on=None, **born)
    Coverage.objects.create(
        zone=own,
        city=City.objects.get(slug=ROWS["cities"]),
        covered_from="2022",
        covered_until="2023",
        verification="primary",
    )
    batch, _ = add_programme(key, position=100 + len(City.objects.filter(slug__startswith="grown")))
    other = like(model, batch=batch, identity=f"{key}.{key}", ended_on=None, **born)
    return [own, other]

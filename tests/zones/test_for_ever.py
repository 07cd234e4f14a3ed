"""What was answered once of a revision is answered for ever, and of one revision at a time."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from tests.addresses import public_addresses
from tests.zones.later import (
    MOVED,
    add_rows,
    correct_cities,
    correct_something,
    correct_what_has_no_revisions,
    move_on,
    orders,
)
from tests.zones.oracle import read
from tests.zones.test_publishing import publish_as_two
from zones.models import City, CustomsDistrict, Placement, Province
from zones.services.publication import Publication

pytestmark = pytest.mark.django_db

CITIES = [row["slug"] for row in read("cities")]
TOPICS = [row["slug"] for row in read("topics")]
LISTS = {
    "policies": ["identity", "-effective_from", "effective_to", "-value", "value"],
    "zones": ["identity", "-designated_on", "batch", "-city"],
    "cities": ["slug", "-name_en", "adcode", "-level"],
}
#: What is told as it is now: what a topic may be answered with, which are words of it.
OF_NOW = re.compile("csrf|<dt>(Kind of answer|Not open|Tomorrow)</dt>")
#: What answers no question: a form that offers what there is now, and a list of addresses.
NO_ANSWERS = {"/places/", "/sitemap.xml"}


def questions(known_at: int) -> Iterator[str]:
    """Some 150 addresses of every kind that take ``known_at``, of the API and of pages."""
    chance = random.Random(known_at)

    def day() -> date:
        return date(2014, 1, 1) + timedelta(days=chance.randrange(4600))

    def cities(number: int) -> str:
        return ",".join([MOVED, *chance.sample([c for c in CITIES if c != MOVED], number)])

    known = f"known_at={known_at}"
    filters = [
        *("cities/?province=CN-HE", "cities/?province=CN-BJ", "cities/?region=North China"),
        *("cities/?customs_district=0100", "cities/?customs_district=0400"),
        *("zones/?province=CN-BJ", "zones/?province=CN-HE", "zones/?customs_district=0100"),
        *("zones/?region=North China", "zones/?programme=comprehensive", "zones/?batch=5"),
        *("policies/?scope_kind=province", "policies/?state=stated", "policies/?change=researched"),
        f"zones/?city={MOVED}",
        *("cities/?level=new area", "cities/?level=prefecture,prefecture-level city"),
    ]
    yield from (f"/api/v1/{path}&{known}&limit=100" for path in filters)
    for name, keys in LISTS.items():
        for order in keys:
            yield f"/api/v1/{name}/?ordering={order}&{known}&limit=100"
        for more in ("", f"&as_of={day()}", "&format=csv&limit=200", "&format=xlsx&limit=20"):
            yield f"/api/v1/{name}/?{known}{more}"
    yield f"/api/v1/compare/?cities={cities(1)}&{known}&format=xlsx&topic={TOPICS[0]}"
    yield f"/api/v1/cities/?format=csv&{known}&fields=slug,province,customs_district"
    for number in range(6):
        shape = ("", "&format=csv", "&lang=zh-hans", "")[number % 4]
        yield f"/api/v1/compare/?cities={cities(3)}&as_of={day()}&{known}{shape}"
        yield f"/api/v1/profiles/?as_of={day()}&{known}"
        yield f"/api/v1/profiles/?as_of={day()}&{known}&topics=all{shape}"
        rule = chance.choice(["bonded-import-1210:listed", "code-9610-available:true"])
        yield f"/api/v1/cities/?policy={rule}&as_of={day()}&{known}&limit=100"
        yield f"/api/v1/cities/?programme=comprehensive&as_of={day()}&{known}&limit=100"
        yield f"/api/v1/changes/?city={MOVED}&{known}&to={day()}&limit=200"
        yield f"/api/v1/policies/?topic={chance.choice(TOPICS)}&{known}"
        yield f"/compare/?cities={cities(2)}&as_of={day()}&{known}"
        yield f"/topics/{chance.choice(TOPICS)}/?as_of={day()}&{known}"
    for more in ("", "by=publication&", "what=zone&", "scope_kind=province&", "format=csv&"):
        yield f"/api/v1/changes/?{more}{known}&limit=300"
        yield f"/api/v1/changes/?{more}{known}&city={MOVED}&limit=200"
    for city in (MOVED, "hangzhou"):
        yield f"/cities/{city}/?{known}&as_of={day()}"
        yield f"/cities/{city}/changes/?{known}"
        yield f"/cities/{city}/{TOPICS[0]}/?{known}&as_of={day()}"
    places = ["Suihua:CN-HL", "Lhoka:CN-XZ:8800", "Suihua:CN-HL:1900"]
    for place in places:
        yield f"/api/v1/compare/?cities=harbin,{place}&as_of={day()}&{known}"
        yield f"/places/{place}/?{known}&as_of={day()}"
    yield f"/compare/?cities={places[0]},harbin&{known}"
    for words in ("xiong", "xiongan limit", "limit", "hang", "雄安"):
        for kind in ("city", "policy", "zone", "topic", "answer"):
            yield f"/api/v1/search/?q={words}&kind={kind}&{known}&as_of={day()}&limit=100"
    yield f"/search/?q=xiong&kind=city&{known}&as_of={day()}"
    yield f"/compare/?{known}"
    yield f"/api/v1/zones/comprehensive.{MOVED}/?{known}"
    yield f"/zones/?{known}"
    yield f"/zones/?{known}&province=CN-BJ"
    yield f"/cities/?{known}&as_of={day()}"
    yield f"/cities/?{known}&ordering=level&province=CN-HE"
    yield f"/cities/?{known}&level=prefecture-level city"
    yield f"/profiles/?{known}&as_of={day()}"
    yield from (f"/topics/spread/?{known}", f"/topics/spread/?{known}&as_of={day()}")
    yield from (f"/?{known}", f"/?{known}&as_of={day()}", f"/batches/?{known}")
    yield from (f"/atlas/?{known}&as_of={day()}", f"/distances/?{known}&as_of={day()}&city={MOVED}")
    yield f"/research/?{known}&as_of={day()}"
    yield f"/compare/as-if/?{known}&as_of={day()}&cities={cities(1)}"
    yield f"/changes/?{known}"
    yield f"/changes/?{known}&city={MOVED}"
    yield f"/changes/feed/?{known}&city={MOVED}"
    yield f"/changes/calendar.ics?{known}&from=2015-01-01"
    for template in ("import-1210-seller", "zone-readiness"):
        preview = f"templates/{template}/preview/?city={MOVED}&as_of={day()}&{known}"
        yield from (f"/api/v1/{preview}", f"/api/v1/{preview}&format=csv&lang=zh-hans")
        yield from (f"/{preview}", f"/templates/{template}/?{known}")
        yield f"/api/v1/templates/{template}/?{known}"
    yield from (f"/templates/?{known}", f"/api/v1/templates/?{known}")


def of_every_address(client: Client, known_at: int) -> Iterator[str]:
    """Every public address that takes ``known_at``; all others refuse it by saying so."""
    for address in public_addresses():
        if address in NO_ANSWERS:
            continue
        asked = f"{address}{'&' if '?' in address else '?'}known_at={known_at}"
        if address.startswith("/api/v1/topics/"):
            asked += "&omit=choices"
        response = client.get(asked)
        if response.status_code == 400:
            told = response.content.decode()
            assert "known_at" in told or "have no revisions" in told, asked
        elif response.status_code == 200:
            yield asked


def body(client: Client, address: str) -> object:
    """What is answered; of a workbook its parts, as the file itself tells when it was written."""
    response = client.get(address)
    assert response.status_code == 200, (address, response.content[:300])
    if "xlsx" in address:
        with ZipFile(io.BytesIO(response.content)) as parts:
            return {n: parts.read(n) for n in parts.namelist() if "docProps" not in n}
    return response.content.decode()


def without_what_is_now(told: object) -> object:
    """A page says, too, that an older revision is shown, once there is a newer one."""
    if not isinstance(told, str) or "<main" not in told:
        return told
    lines = told[told.index("<main") :].splitlines()
    return [line.strip() for line in lines if line.strip() and not OF_NOW.search(line)]


def test_answers_of_a_revision_stay_the_same_bytes(client: Client, tmp_path: Path) -> None:
    assert correct_something().number == 2
    asked = [*questions(1), *questions(2), *of_every_address(client, 1)]
    assert len(asked) >= 300
    correct_something()  # so that both are older ones from the start
    before = {address: without_what_is_now(body(client, address)) for address in asked}
    move_on()
    correct_cities(tmp_path / "dumped")
    add_rows()
    correct_what_has_no_revisions()
    for row in orders():
        with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
            row.update(position=777)
    changed = [a for a in asked if without_what_is_now(body(client, a)) != before[a]]
    assert changed == []


def test_a_moved_city_lies_where_the_revision_and_the_day_put_it(client: Client) -> None:
    city = City.objects.get(slug=MOVED)
    beijing = Province.objects.get(iso_3166_2="CN-BJ")
    district = CustomsDistrict.objects.get(name_en__startswith="Beijing")
    moved = Placement.objects.create(
        city=city, province=beijing, customs_district=district, since="2020-05-01"
    )
    publish_as_two(Publication(placements=[moved]))
    City.objects.filter(pk=city.pk).update(province=beijing, customs_district=district)

    def place(**asked: Any) -> str:
        rows = client.get("/api/v1/cities/", {"limit": 1000, **asked}).json()["results"]
        assert [row["slug"] for row in rows].count(MOVED) == 1
        of_column = client.get("/api/v1/compare/", {"cities": MOVED, **asked}).json()
        (told,) = {r["province"] for r in rows if r["slug"] == MOVED}
        assert of_column["columns"][0]["city"]["province"] == told
        filtered = client.get("/api/v1/cities/", {"limit": 1000, "province": told, **asked}).json()[
            "results"
        ]
        assert MOVED in [row["slug"] for row in filtered]
        assert [row["slug"] for row in filtered] == [
            row["slug"] for row in rows if row["province"] == told
        ]
        return str(told)

    assert place() == "CN-BJ"
    assert place(as_of="2020-04-30") == "CN-HE"
    assert place(as_of="2020-05-01") == "CN-BJ"
    assert place(known_at=1) == "CN-HE"
    told = client.get(f"/api/v1/changes/?city={MOVED}&limit=1000&scope_kind=province").json()
    for row in told["results"]:
        assert row["scope"]["code"] == ("CN-BJ" if row["day"] >= "2020-05-01" else "CN-HE")
    assert client.get(f"/api/v1/cities/{MOVED}/").json()["province"] == "CN-BJ"

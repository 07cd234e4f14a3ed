"""The atlas, held against a plain reading of the fixtures."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests.zones import oracle
from tests.zones.later import MOVED, move_on
from zones.models import City, Topic
from zones.pages.atlas_pictures import CITY_HEIGHT, TOPIC_WIDTH, paths_of
from zones.rules.vocabulary import AtlasOrder, Certainty
from zones.selectors.atlas import Atlas, atlas, atlas_years, shade_of
from zones.selectors.city_distances import city_distances
from zones.selectors.inquiry import Inquiry
from zones.selectors.known_rows import topics_known
from zones.selectors.snapshot import current_snapshot, forget

pytestmark = pytest.mark.django_db

DAYS = ["2013-01-01", "2016-06-30", "2019-12-31", "2026-11-23"]
LAST = "2026-11-23"


def inquiry_on(day: str) -> Inquiry:
    snapshot = current_snapshot()
    return Inquiry(snapshot, snapshot.newest, date.fromisoformat(day), "en", Certainty.UNVERIFIED)


def atlas_on(day: str, order: AtlasOrder = AtlasOrder.SIZE, near: City | None = None) -> Atlas:
    inquiry = inquiry_on(day)
    return atlas(topics_known(inquiry).values(), inquiry, order, near=near)


def counted(day: str, topic: str) -> dict[str, Any]:
    """What every city answers to a topic, so that equal answers are equal."""
    found = {}
    for city in oracle.CITIES:
        state, value, keys = oracle.answer(city, topic, day)
        known = state in oracle.KNOWN
        found[city] = state, str(oracle.reading(topic, state, value, keys)) if known else ""
    return found


@pytest.mark.parametrize("day", DAYS)
def test_every_cell_is_the_answer_of_every_city_of_its_row(day: str) -> None:
    found = atlas_on(day)
    assert [topic.slug for topic in found.topics] == sorted(
        oracle.varying(day), key=[topic.slug for topic in found.topics].index
    )
    rows = [row for part in found.parts for row in part.rows]
    listed = [city.slug for row in rows for city in row.cities]
    assert sorted(listed) == sorted(oracle.CITIES)
    told = {city.slug: row for row in rows for city in row.cities}
    cells = {topic.slug: counted(day, topic.slug) for topic in found.topics}
    for place, topic in enumerate(found.topics):
        own = cells[topic.slug]
        alike = Counter(own.values())
        known = [answer for answer in alike if answer[0] in oracle.KNOWN]
        most = max((alike[answer] for answer in known), default=0)
        usual = set()
        for city, answer in own.items():
            cell = told[city].cells[place]
            assert cell.answer.state == answer[0], (city, topic.slug)
            assert cell.cities == alike[answer], (city, topic.slug)
            if cell.shade == 0:
                assert alike[answer] == most
                usual.add(answer)
            else:
                dark = shade_of(alike[answer], len(oracle.CITIES))
                assert cell.shade == (dark if answer in known else None), (city, topic.slug)
        assert len(usual) == bool(known)
    whole = {city: tuple(own[city] for own in cells.values()) for city in oracle.CITIES}
    assert len(rows) == max(len(set(whole.values())), 1)
    for row in rows:
        assert len({whole[city.slug] for city in row.cities}) == 1


def test_rows_stand_as_they_are_ordered() -> None:
    sizes = [len(row.cities) for row in atlas_on(LAST).parts[0].rows]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > 10
    provinces = atlas_on(LAST, AtlasOrder.PROVINCE).parts
    codes = [{c.province.gb2260 for row in part.rows for c in row.cities} for part in provinces]
    assert all(len(own) == 1 for own in codes)
    assert [next(iter(own)) for own in codes] == sorted({code for own in codes for code in own})
    batches = [part.body for part in atlas_on(LAST, AtlasOrder.BATCH).parts]
    numbers = [int(str(body).split(".")[1]) for body in batches if body]
    assert numbers == sorted(set(numbers))
    assert len(numbers) > 5
    assert None not in batches[:-1]


def test_the_nearest_to_a_city_stand_first() -> None:
    inquiry = inquiry_on(LAST)
    near = City.objects.get(slug="shenzhen")
    rows = atlas_on(LAST, AtlasOrder.DISTANCE, near).parts[0].rows
    assert "shenzhen" in [city.slug for city in rows[0].cities]
    found = city_distances(inquiry)
    others = [next(c for c in row.cities if c.pk != near.pk) for row in rows[1:]]
    at_most = [found.between(near, city).at_most for city in others]
    assert at_most == sorted(at_most)


def test_a_city_that_is_named_counts_whatever_the_order_of_the_form(client: Client) -> None:
    def rows(**asked: str) -> list[str]:
        page = client.get("/atlas/", {"as_of": LAST, "lang": "en", **asked}).content.decode()
        return re.findall(r'<tr id="([\w-]+)">', page)

    near = rows(order="distance", city="Shenzhen")
    assert rows(order="size", city="Shenzhen") == near != rows(order="size")
    parts = atlas_on(LAST, AtlasOrder.PROVINCE, City.objects.get(slug="shenzhen")).parts
    found = city_distances(inquiry_on(LAST))
    shenzhen = City.objects.get(slug="shenzhen")
    for part in parts:
        nearest = [
            min(found.between(shenzhen, c).at_most for c in row.cities if c.pk != shenzhen.pk)
            for row in part.rows
            if row.cities != [shenzhen]
        ]
        assert nearest == sorted(nearest)
    for order in AtlasOrder:
        assert client.get("/atlas/", {"order": order.value, "city": "atlantis"}).status_code == 400


def test_every_year_shows_the_same_as_the_atlas_of_its_day() -> None:
    inquiry = inquiry_on(LAST)
    days = [date.fromisoformat(day) for day in DAYS]
    local, cities, years = atlas_years(topics_known(inquiry).values(), days, inquiry)
    for year in years:
        own = atlas_on(year.day.isoformat())
        assert year.local == len(own.topics)
        told = {
            city.slug: row.cells for part in own.parts for row in part.rows for city in row.cities
        }
        places = {topic.pk: place for place, topic in enumerate(own.topics)}
        for topic, column in zip(local, year.shades, strict=True):
            if topic.pk in places:
                for city, shade in zip(cities, column, strict=True):
                    assert shade == told[city.slug][places[topic.pk]].shade
            else:
                assert set(column) <= {0, None}


def test_a_picture_covers_every_cell_once() -> None:
    shades = [[0, 0, 4, None], [None, None, None, 0]]
    drawn = paths_of(shades)
    covered = Counter()
    for name, path in drawn.items():
        for left, top, height in re.findall(r"M(\d+) (\d+)h\d+v(\d+)h-\d+z", path):
            for line in range(int(top), int(top) + int(height), CITY_HEIGHT):
                covered[int(left) // TOPIC_WIDTH, line // CITY_HEIGHT, name] += 1
    assert covered == {
        (column, place, "unknown" if shade is None else f"shade-{shade}"): 1
        for column, own in enumerate(shades)
        for place, shade in enumerate(own)
    }


def test_a_cell_leads_to_its_answer_and_says_it(client: Client) -> None:
    page = client.get("/atlas/", {"as_of": LAST, "city": "Hangzhou"}).content.decode()
    row = re.search(r'<tr id="hangzhou">.*?</tr>', page, re.S)
    assert row
    links = re.findall(r'<td class="[\w-]+"><a href="(.*?)" title="(.*?)"', row[0])
    assert len(links) == len(oracle.varying(LAST))
    for link, words in links:
        path = link.replace("&amp;", "&")
        assert words in client.get(path).content.decode(), path


def test_words_and_signs_are_of_the_same_answers(client: Client) -> None:
    for language, yes in (("en", "Yes"), ("zh-hans", "是")):
        asked = {"as_of": LAST, "lang": language}
        signs = client.get("/atlas/", asked).content.decode()
        words = client.get("/atlas/", {**asked, "shown": "words"}).content.decode()
        told = re.findall(r'<td class="[\w-]+"><a href=".*?" title="(.*?)"', signs)
        assert told == re.findall(r'<td class="[\w-]+"><a href=".*?">(.*?)</a>', words)
        assert yes in told
        ticked = re.findall(r'title="(.*?)" aria-label="\1">✓<', signs)
        assert set(ticked) == {yes}


@pytest.mark.parametrize("shown", ["signs", "words", "years"])
@pytest.mark.parametrize("order", list(AtlasOrder))
def test_an_older_revision_answers_as_before(client: Client, shown: str, order: AtlasOrder) -> None:
    asked = {"as_of": "2022-12-31", "known_at": 1, "shown": shown, "order": order.value}
    before = client.get("/atlas/", asked).content
    move_on()
    forget()
    after = client.get("/atlas/", asked).content
    own = rb"<(?:table|figure).*?</(?:table|figure)>"
    assert re.findall(own, before, re.S) == re.findall(own, after, re.S)
    assert re.findall(own, before, re.S)
    assert MOVED in after.decode() or order is AtlasOrder.SIZE or shown == "years"


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        ({"city": "atlantis"}, "atlantis"),
        ({"order": "beauty"}, "beauty"),
        ({"shown": "x"}, "x"),
        ({"as_of": "1800"}, "1800"),
    ],
)
def test_what_is_wrong_with_a_question_is_told(
    client: Client, asked: dict[str, str], wrong: str
) -> None:
    answer = client.get("/atlas/", asked)
    assert answer.status_code == 400
    text = answer.content.decode()
    assert wrong in text
    assert "<h1>Atlas of local rules</h1>" in text


def test_years_cost_a_query_each_and_no_more_with_more_cities(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    client.get("/atlas/")
    with django_assert_max_num_queries(20):
        assert client.get("/atlas/", {"shown": "years"}).status_code == 200
    with django_assert_max_num_queries(1):
        client.get("/atlas/", {"shown": "years"})


def test_the_atlas_reads_as_many_policies_as_there_are_answers() -> None:
    """Not one for every cell: most cities have the answer of others."""
    for day in DAYS:
        rows = [row for part in atlas_on(day, AtlasOrder.PROVINCE).parts for row in part.rows]
        cells = [(place, cell) for row in rows for place, cell in enumerate(row.cells)]
        read = {(place, cell.policy) for place, cell in cells if cell.policy}
        assert len(read) == len({(place, cell.answer) for place, cell in cells if cell.policy})


def test_the_home_page_shows_the_atlas_of_today_and_of_no_other_day(client: Client) -> None:
    """Any other would be drawn anew for whoever asks."""
    shown = client.get("/").context["atlas"]["drawn"]
    kept = current_snapshot()
    inquiry = Inquiry.of_now(kept)
    local, _cities, (day,) = atlas_years(kept.topics.values(), [inquiry.day], inquiry)
    assert shown.paths == paths_of(day.shades)
    assert shown.topics == len(local)
    today = client.get("/atlas/").context
    assert shown.topics == len(today["topics"])
    assert len(shown.cities) == len(oracle.CITIES)
    assert (shown.width, shown.height) == (
        len(shown.cities) * CITY_HEIGHT,
        shown.topics * TOPIC_WIDTH,
    )
    for question in ("as_of=2019-01-01", "known_at=1"):
        assert client.get(f"/?{question}").context["atlas"] is None


def test_a_topic_that_no_revision_knows_is_on_no_picture_of_the_home_page(client: Client) -> None:
    topics = client.get("/").context["atlas"]["drawn"].topics
    unknown = Topic.objects.get(slug="bonded-import-1210")
    unknown.pk, unknown.slug, unknown.position = None, "known-to-nobody", 9999
    unknown.save()
    forget()
    assert client.get("/").context["atlas"]["drawn"].topics == topics

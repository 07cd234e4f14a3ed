"""A city moves by one act of its page; where it lay before and lies now has acts of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.zones.desk.acts import known, proposed, published, said, say_why_all, taken_out
from zones.desk.city_moves import address_of_move, places_of
from zones.desk.effect import effect_of
from zones.desk.first_load import brought
from zones.desk.judgement import judge
from zones.desk.set_publication import publish_set
from zones.desk.set_steps import submit
from zones.models import ChangeSet, City, Placement
from zones.services.in_force_rows import rebuild

# The pages of the desk lean on undefined variables.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

#: A topic that Zhejiang answers from 2014-12-31 to 2020-05-19, and Anhui never did.
TOPIC = "individual-seller-settlement-route"
HERE, THERE = ("CN-ZJ", "2900"), ("CN-AH", "3300")


@pytest.fixture
def client(analyst: Any) -> Client:
    own = Client()
    log_in_staff(own, analyst)
    return own


Send = Callable[..., Any]


@pytest.fixture
def send(client: Client) -> Send:
    """Send the form of a move of Jiaxing, and return what is answered."""

    def own(way: str = "", since: str | None = None, into: int = 0, **posted: str) -> Any:
        asked = {} if since is None else {"since": since}
        page = address_of_move("jiaxing", way, **asked)
        assert client.get(page).status_code == 200
        cells = {f"cell_{name}": cell for name, cell in posted.items()}
        quote = {"quote": "嘉兴市划归安徽省。", "read_at": "https://www.gov.cn/a"}
        chosen = {"set": str(into)} if into else {}
        return client.post(page, {"do": "save", **cells, **quote, **chosen})

    return own


@pytest.fixture
def publish(analyst: Any, reviewer: Any) -> Callable[[], ChangeSet]:
    """Publish the newest set, and return it."""

    def own() -> ChangeSet:
        newest: ChangeSet = ChangeSet.objects.order_by("-pk")[0]
        say_why_all(newest, analyst)
        publish_set(submit(newest, analyst), reviewer)
        assert rebuild(check=True) == []
        return newest

    return own


def lies(city: str = "jiaxing") -> list[tuple[str, str, str, str]]:
    return [(own.since, own.until, *own.bodies) for own in places_of(city)]


def to_anhui(day: str = "2024-05-01") -> dict[str, str]:
    return {"until": day, "province": "CN-AH", "customs_district": "3300"}


def answer(day: str, city: str = "jiaxing") -> str | None:
    """What is answered there on a day, as the API says it: by whose rule, and what."""
    asked = f"/api/v1/compare/?cities={city}@{day}&topic={TOPIC}"
    (row,) = Client().get(asked).json()["rows"]
    (cell,) = row["cells"]
    return cell["scope"]["code"] if cell["scope"] else None


def test_a_move_is_one_set_with_its_effect_and_answers_on_the_days_around_it(
    send: Send, publish: Callable[[], ChangeSet]
) -> None:
    assert lies() == [("", "", *HERE)]
    day = "2016-05-01"
    before, after = answer("2016-04-30"), answer("2016-05-01")
    assert before == after == "CN-ZJ"
    sent = send(**to_anhui(day))
    assert sent.status_code == 303
    own = ChangeSet.objects.get()
    assert sorted(own.rows.values_list("table", flat=True)) == ["cities", "former_placements"]
    assert {row.quote for row in own.rows.all()} == {"嘉兴市划归安徽省。"}
    changes = [one for one in effect_of(judge(own)).changes if one.topic == TOPIC]
    assert {(one.city, one.first, one.last) for one in changes} == {
        ("jiaxing", "2016-05-01", "2020-05-19")
    }
    assert lies() == [("", "", *HERE)], "nothing public was touched"
    publish()
    assert lies() == [("", day, *HERE), (day, "", *THERE)]
    assert answer("2016-04-30") == "CN-ZJ"
    assert answer("2016-05-01") != "CN-ZJ"
    assert answer("2016-05-01", "ningbo") == "CN-ZJ"
    placed = Placement.objects.current().filter(city__slug="jiaxing")
    assert {(str(p.since or ""), p.province.iso_3166_2) for p in placed} == {
        ("", "CN-ZJ"),
        (day, "CN-AH"),
    }
    assert City.objects.get(slug="jiaxing").province.iso_3166_2 == "CN-AH"


def test_a_second_move_in_a_set_shows_the_first_and_leads_to_its_rows(send: Send) -> None:
    send(**to_anhui("2016-05-01"))
    own = ChangeSet.objects.get()
    before = list(own.rows.values())
    again = send(until="2018-01-01", province="CN-JS", customs_district="2300", into=own.pk)
    assert again.status_code == 400
    page = again.content.decode()
    assert "change that, or publish it first" in page
    for row in own.rows.all():
        assert f'href="{reverse("admin:desk-row", args=[own.pk, row.pk])}"' in page
    assert "Anhui" in page
    assert 'value="2300"' in page, "what was typed is kept"
    assert list(own.rows.values()) == before


def test_a_move_before_a_known_one_and_one_after_it_leave_it_as_it_is(
    send: Send, publish: Callable[[], ChangeSet]
) -> None:
    send(**to_anhui("2020-01-01"))
    publish()
    send(until="2015-01-01", province="CN-JS", customs_district="2300")
    publish()
    assert lies() == [
        ("", "2015-01-01", *HERE),
        ("2015-01-01", "2020-01-01", "CN-JS", "2300"),
        ("2020-01-01", "", *THERE),
    ]
    send(until="2024-01-01", province="CN-SH", customs_district="2200")
    publish()
    assert lies()[-2:] == [
        ("2020-01-01", "2024-01-01", *THERE),
        ("2024-01-01", "", "CN-SH", "2200"),
    ]


def test_the_day_of_a_move_is_corrected_within_the_moves_around_it(
    send: Send, publish: Callable[[], ChangeSet]
) -> None:
    send(**to_anhui("2015-01-01"))
    publish()
    send(until="2020-01-01", province="CN-JS", customs_district="2300")
    publish()
    for wrong in ("2015-01-01", "2014-06", "2020-01-02", "soon", "2020-01-01", ""):
        since = "2015-01-01" if wrong != "2020-01-02" else ""
        assert send("end", since, until=wrong).status_code == 400, wrong
    assert send("end", "2015-01-01", until="2019").status_code == 303
    publish()
    assert [own[:2] for own in lies()] == [
        ("", "2015-01-01"),
        ("2015-01-01", "2019"),
        ("2019", ""),
    ]


def test_a_move_that_never_was_is_taken_back(send: Send, publish: Callable[[], ChangeSet]) -> None:
    send(**to_anhui("2015-01-01"))
    publish()
    send(until="2020-01-01", province="CN-JS", customs_district="2300")
    publish()
    first, _second, last = lies()
    assert send("withdraw", "2015-01-01").status_code == 303
    publish()
    assert lies() == [("", "2020-01-01", *HERE), last]
    assert send("withdraw", "2020-01-01").status_code == 303
    publish()
    assert lies() == [("", "", *HERE)]
    assert City.objects.get(slug="jiaxing").province.iso_3166_2 == "CN-ZJ"
    assert first[2:] == HERE


def test_where_it_lay_first_is_taken_back(send: Send, publish: Callable[[], ChangeSet]) -> None:
    send(**to_anhui())
    publish()
    send("withdraw", "")
    publish()
    assert lies() == [("", "", *THERE)]


@pytest.mark.parametrize(
    "cells",
    [
        to_anhui(""),
        to_anhui("soon"),
        {**to_anhui(), "province": "CN-XX"},
        {**to_anhui(), "customs_district": ""},
        {"until": "2024", "province": HERE[0], "customs_district": HERE[1]},
    ],
)
def test_what_is_no_move_is_refused_beside_its_box(send: Send, cells: dict[str, str]) -> None:
    refused = send(**cells)
    assert refused.status_code == 400
    assert [box for box in refused.context["boxes"] if box.errors]
    assert not ChangeSet.objects.exists()


def test_names_and_days_are_read_as_forms_read_them(send: Send) -> None:
    typed = {"until": "2024/5/1", "province": "安徽省", "customs_district": "合肥海关"}
    assert send(**typed).status_code == 303
    rows = {row.table: row.cells for row in ChangeSet.objects.get().rows.all()}
    assert rows["cities"] == {"province": "CN-AH", "customs_district": "3300"}
    assert rows["former_placements"]["until"] == "2024-05-01"


def test_a_set_says_once_where_a_city_lies(client: Client, send: Send) -> None:
    send(**to_anhui())
    own = ChangeSet.objects.get()
    cells = {f"cell_{name}": cell for name, cell in to_anhui("2025-01-01").items()}
    page = address_of_move("jiaxing")
    again = client.post(page, {"do": "save", **cells, "set": str(own.pk)})
    assert again.status_code == 400
    assert own.rows.count() == 2


@pytest.mark.parametrize("asked", ["?as=end&since=2019", "?as=withdraw&since=", "?as=end&since="])
def test_a_place_that_is_not_known_is_no_page(client: Client, asked: str) -> None:
    assert client.get(address_of_move("jiaxing") + asked).status_code == 404
    assert client.get(address_of_move("nowhere")).status_code == 404


def test_the_pages_of_a_city_and_of_each_placement_lead_there(
    client: Client, send: Send, publish: Callable[[], ChangeSet]
) -> None:
    city = City.objects.get(slug="jiaxing")
    shown = client.get(reverse("admin:zones_city_change", args=[city.pk]))
    assert address_of_move("jiaxing") in {address for address, _words in shown.context["ways"]}
    placed = Placement.objects.current().filter(city=city)
    (page,) = [reverse("admin:zones_placement_change", args=[p.pk]) for p in placed]
    words = [str(words) for _address, words in client.get(page).context["ways"]]
    assert words == ["New version", "End", "Withdraw the city", "Copy as basis"]
    words[2] = "Withdraw"
    send(**to_anhui())
    publish()
    for placement in Placement.objects.current().filter(city=city):
        page = reverse("admin:zones_placement_change", args=[placement.pk])
        ways = client.get(page).context["ways"]
        assert [str(words) for _address, words in ways] == words
        for address, _words in ways:
            assert client.get(address).status_code == 200, address
        (copy,) = [address for address, own in ways if str(own) == "Copy as basis"]
        held = {box.column.name: box.cell for box in client.get(copy).context["boxes"]}
        assert held["province"] == placement.province.iso_3166_2


def test_a_placement_that_is_replaced_is_known_no_more(
    client: Client, send: Send, publish: Callable[[], ChangeSet]
) -> None:
    send(**to_anhui())
    publish()
    send("withdraw", "2024-05-01")
    publish()
    gone = Placement.objects.filter(city__slug="jiaxing", replaced_in__isnull=False)
    assert gone.exists()
    for placement in gone:
        page = reverse("admin:zones_placement_change", args=[placement.pk])
        assert client.get(page).context["ways"] == []


def test_a_city_that_was_taken_back_moves_nowhere(
    client: Client, analyst: Any, reviewer: Any
) -> None:
    before = {one.table.name: one.rows for one in brought()}
    own = {**known("cities")["jiaxing",], "slug": "tomorrow", "adcode": ""}
    published(analyst, reviewer, said("cities", own))
    published(analyst, reviewer, taken_out("cities", ("tomorrow",)))
    city = City.objects.get(slug="tomorrow")
    page = address_of_move("tomorrow")
    assert client.get(page).status_code == 404
    assert client.post(page, {"do": "save"}).status_code == 404
    for address in (
        reverse("admin:zones_city_change", args=[city.pk]),
        reverse("admin:zones_placement_change", args=[city.placements.get().pk]),
    ):
        assert client.get(address).context["ways"] == []
    assert {one.table.name: one.rows for one in brought()} == before


def former(day: str, place: tuple[str, str]) -> Any:
    where = dict(zip(("province", "customs_district"), place, strict=True))
    return said("former_placements", {"city": "jiaxing", "until": day, **where})


WHERE_IT_LIES = "The city lies there on that day already."


def test_no_city_moves_to_where_it_lies(send: Send, analyst: Any) -> None:
    """By a form of the move, by a row of the table, and beside other rows."""
    day = "2016-05-01"
    refused = send(until=day, province=HERE[0], customs_district=HERE[1])
    assert refused.status_code == 400
    assert WHERE_IT_LIES in refused.content.decode()
    (row,) = judge(proposed(analyst, former(day, HERE))).rows
    assert [(one.column, one.why) for one in row.problems] == [("province", WHERE_IT_LIES)]
    away, twice = judge(proposed(analyst, former(day, THERE), former("2018-01-01", THERE))).rows
    assert [one.why for one in away.problems] == [WHERE_IT_LIES]
    assert not twice.problems
    assert not judge(proposed(analyst, former(day, THERE))).rows[0].problems
    assert lies() == [("", "", *HERE)]

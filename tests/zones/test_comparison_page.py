"""The page of a comparison: its slider and steps agree, and one column has nothing to compare."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db

TWO = "/compare/?cities=hangzhou,zhengzhou"
SUIHUA = "Suihua:CN-HL:1900"


def opened(client: Client, address: str) -> str:
    answer: Any = client.get(address, headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def attributes(page: str, element: str) -> dict[str, str]:
    found = re.search(rf'<input [^>]*id="{element}"[^>]*>', page, re.S)
    return dict(re.findall(r'([\w-]+)="([^"]*)"', found[0])) if found else {}


def stops_of(page: str) -> tuple[list[date], int]:
    """The days at which the slider stops, and where it stands."""
    slider = attributes(page, "days")
    day, stops = date(1970, 1, 1), []
    for apart in slider["data-days-apart"].split():
        day += timedelta(days=int(apart))
        stops.append(day)
    assert slider["max"] == str((stops[-1] - stops[0]).days)
    here = stops[0] + timedelta(days=int(slider["value"]))
    return stops, stops.index(here)


def steps_of(page: str) -> dict[str, dict[str, list[str]]]:
    found = re.findall(r'href="\?([^"]*)" data-step="(\w+)"', page)
    return {way: parse_qs(question) for question, way in found}


@pytest.mark.parametrize(
    "asked",
    [
        f"{TWO}&as_of=2019-06-15",
        f"{TWO}&as_of=2019-01-01",
        f"{TWO}&as_of=2000-01-01",
        f"{TWO}&as_of=2019-06-15&focus_area=payment",
        f"{TWO}&as_of=2019-06-15&topic=import-single-transaction-limit",
        f"/compare/?cities=hangzhou@2018-12-31,{SUIHUA}&as_of=2019-06-15",
        f"/compare/?cities=hangzhou@2019-06-15,{SUIHUA}&as_of=2019-06-15&only=differences",
        TWO,
    ],
)
def test_the_slider_stands_on_the_day_and_stops_where_the_links_beside_it_lead(
    client: Client, asked: str
) -> None:
    page = opened(client, asked)
    stops, here = stops_of(page)
    steps = steps_of(page)
    assert stops[here].isoformat() == attributes(page, "as_of")["value"]
    assert ("earlier" in steps) == (here > 0)
    assert ("later" in steps) == (here < len(stops) - 1)
    asks = parse_qs(attributes(page, "days")["data-asks"])
    for way, stop in (("earlier", here - 1), ("later", here + 1)):
        if way in steps:
            assert steps[way] == asks | {"as_of": [stops[stop].isoformat()]}
            assert client.get("/compare/", steps[way]).status_code == 200


@pytest.mark.parametrize("only", ["", "&topic=import-single-transaction-limit"])
def test_each_stop_is_a_day_on_which_an_answer_shown_changes(client: Client, only: str) -> None:
    asked = f"{TWO}&as_of=2019-01-01{only}"
    stops, _here = stops_of(opened(client, asked))
    assert len(stops) > 2
    for day in stops[:: max(len(stops) // 8, 1)]:
        cells = []
        for on in (day - timedelta(days=1), day):
            rows = client.get(f"/api/v1{asked.replace('2019-01-01', str(on))}").json()["rows"]
            cells.append([[cell["policy"] for cell in row["cells"]] for row in rows])
        assert cells[0] != cells[1], day


def test_columns_with_days_of_their_own_have_no_day_to_move(client: Client) -> None:
    page = opened(client, "/compare/?cities=hangzhou@2018-12-31,hangzhou@2019-01-01")
    assert 'id="days"' not in page
    assert steps_of(page) == {}


@pytest.mark.parametrize("city", ["hangzhou", SUIHUA])
def test_one_column_has_nothing_to_be_the_same_as(client: Client, city: str) -> None:
    page = opened(client, f"/compare/?cities={city}&as_of=2019-12-31")
    main = re.sub(r"<[^>]*>", " ", page[page.index("<main") : page.index("</main>")])
    assert "Nothing to compare with yet" in main
    assert not re.search("(?<!National) baseline(?! below)", main)
    assert not re.search(r"\d+ the same|of \d+ the same|\d+ differ|= same|Only the \d", main)
    assert 'class="outcome outcome-' not in page
    assert page.count('<th scope="row" role="rowheader">') == 91
    two = opened(client, f"/compare/?cities={city},zhengzhou&as_of=2019-12-31")
    assert re.search(r"\d+ the same", two)
    assert "Nothing to compare with yet" not in two


def test_one_column_shows_every_topic_though_differences_were_asked_for(client: Client) -> None:
    page = opened(client, "/compare/?cities=hangzhou&as_of=2019-12-31&only=differences")
    assert "Nothing to compare with yet" in page
    assert page.count('<th scope="row" role="rowheader">') == 91


def test_every_cell_leads_to_the_form_that_reports_a_problem_with_it(client: Client) -> None:
    asked = "cities=hangzhou,Suihua:CN-HL:1900&as_of=2018-06-30&known_at=1"
    page = unescape(client.get(f"/compare/?{asked}").content.decode())
    cells = re.findall(r'<td role="cell" class="cell[^>]*>(.*?)</td>', page, re.S)
    heads = re.findall(r'<td role="cell" class="cell[^>]*>', page)
    # Neighbours that say the same, or are the same gap, are one cell.
    assert sum(int((re.findall(r'colspan="(\d+)"', own) or [1])[0]) for own in heads) == 2 * 91
    links = [re.findall(r'href="(/(?:cities|places)/[^"]*)"', cell) for cell in cells]
    reports = [next((one for one in own if "/report/?" in one), "") for own in links]
    assert any(reports)
    for cell, own, report in zip(cells, links, reports, strict=True):
        # Where nothing is stated, the answer in full has the way to the form.
        assert bool(report) == ("<details" in cell)
        assert own
    stated = next(report for report in reports if report)
    form = client.get(stated)
    assert form.status_code == 200
    assert "as_of=2018-06-30" in stated
    unstated = next(own[0] for own, report in zip(links, reports, strict=True) if not report)
    assert "/report/?" in client.get(unstated).content.decode()


def test_the_city_that_stands_apart_is_named_and_its_cell_marked(client: Client) -> None:
    address = "/compare/?cities=hangzhou,zhengzhou,shenzhen,ningbo&only=differences"
    page = client.get(address).content.decode()
    row = page[page.index("market-procurement") - 2000 : page.index("market-procurement") + 9000]
    assert "only Shenzhen" in row
    assert page.count('class="cell apart"') >= 4
    two = client.get("/compare/?cities=hangzhou,shenzhen&only=differences").content.decode()
    assert 'class="cell apart"' not in two
    own = client.get(
        "/compare/?cities=hangzhou,hangzhou@2018-01-01,hangzhou@2016-01-01&only=differences"
    ).content.decode()
    assert "only Hangzhou (1 Jan 2016)" in own or "only Hangzhou (1 Jan 2018)" in own


@pytest.mark.parametrize(
    ("place", "first", "last"),
    [
        ("/cities/shenzhen/", "2019-01-01", "2021-12-31"),
        ("/cities/hangzhou/", "2012-01-01", "2026-11-23"),
        ("/cities/haikou/", "2018-01-01", "2020-06-30"),
        (f"/places/{SUIHUA}/", "2016-01-01", "2022-01-01"),
    ],
)
def test_the_story_of_a_place_and_its_two_days_side_by_side_have_one_count(
    client: Client, place: str, first: str, last: str
) -> None:
    story = opened(client, f"{place}changes/?from={first}&to={last}")
    link, told = re.findall(
        r'href="(/compare/[^"]*)">[^<]*side by side: (\d+) topics? differs?', story
    )[0]
    before = date.fromisoformat(first) - timedelta(days=1)
    assert f"@{before}," in link, "what changed on the first day is among what differs"
    beside = opened(client, link)
    chosen = re.findall(r'aria-current="true">Differences <span class="count">(\d+)<', beside)
    assert chosen == [told]
    answer = client.get(f"/api/v1{link}").json()
    outcomes = [row["outcome"] for row in answer["rows"]]
    assert int(told) == answer["summary"]["differs"] == len(outcomes) > 0
    differing = {row["topic"]["question"] for row in answer["rows"]}
    # Whatever differs changed at some time between, on whichever page of the story.
    pages, page = story, 1
    while 'rel="next"' in story:
        page += 1
        story = opened(client, f"{place}changes/?from={first}&to={last}&page={page}")
        pages += story
    assert all(question in pages for question in differing)
    changed = int(re.findall(r">in (\d+) topics?<", story)[0])
    # What changed and does not differ is told as well.
    others = re.findall(r"Of the other topics that changed, ([^.]*)\.", story)
    assert len(differing) + sum(map(int, re.findall(r"\d+", " ".join(others)))) == changed


ROWS = r'<tr role="row"[^>]*>\s*<th scope="row"(.*?)</tr>'


@pytest.mark.parametrize(
    ("cities", "day"),
    [
        ("shenzhen@2018-12-31,shenzhen@2021-12-31", "2021-12-31"),
        ("hangzhou,zhengzhou,shenzhen", "2019-12-31"),
        (f"hangzhou@2015-01-01,{SUIHUA},haikou", "2023-06-01"),
    ],
)
def test_a_page_counts_and_shows_what_the_rules_of_comparing_say(
    client: Client, cities: str, day: str
) -> None:
    known = {"stated", "not-applicable", "no-such-rule-yet"}
    answer = client.get(f"/api/v1/compare/?cities={cities}&as_of={day}").json()
    page = opened(client, f"/compare/?cities={cities}&as_of={day}")
    shown = {}
    for row in re.findall(ROWS, page, re.S):
        question = re.findall(r"</summary><p>(.*?)</p>", row)[0]
        shown[question] = row
    gaps = differing = 0
    for row in answer["rows"]:
        told = shown.pop(row["topic"]["question"])
        cells = row["cells"]
        states = {cell["state"] for cell in cells}
        assert f"outcome-{row['outcome']}" in told
        if row["outcome"] == "differs":
            assert len(states & known) > 1 or len({cell["display"] for cell in cells}) > 1
            begun = {c["display"] for c in cells if c["state"] in known - {"no-such-rule-yet"}}
            begins = "no-such-rule-yet" in states and len(begun) == 1
            assert ("begins or ends in one of them" in told) == begins
        spans = [int(n) for n in re.findall(r'colspan="(\d+)"', told)]
        assert len(re.findall(r"<td ", told)) + sum(spans) - len(spans) == len(cells)
        differing += row["outcome"] == "differs"
        gaps += row["outcome"] == "differs" or not states <= known
    assert shown == {}
    counts = dict(re.findall(r'>([A-Z][\w ]*) <span class="count">(\d+)<', page))
    assert counts["Differences"] == str(differing)
    assert counts["Differences and gaps"] == str(gaps)
    assert counts["Everything"] == str(len(answer["rows"]))
    for name, only in (
        ("Differences", "differences"),
        ("Differences and gaps", "differences,gaps"),
    ):
        narrowed = opened(client, f"/compare/?cities={cities}&as_of={day}&only={only}")
        assert len(re.findall(ROWS, narrowed, re.S)) == int(counts[name])


def test_what_neighbours_have_in_common_is_said_once_and_leads_to_each(client: Client) -> None:
    page = opened(client, "/compare/?cities=hangzhou,zhengzhou,shijiazhuang&as_of=2019-12-31")
    spanning = re.findall(
        r'<td role="cell" class="cell[^"]*" colspan="(\d)" data-of="([^"]*)">(.*?)</td>', page, re.S
    )
    assert len(spanning) > 20
    for columns, names, cell in spanning:
        assert len(names.split(", ")) == int(columns)
        each = re.findall(r'<a class="in-full" href="(/cities/[^"]*)">([^<]*)</a>', cell)
        assert [name for _link, name in each] == names.split(", ")
        assert len({link for link, _name in each}) == int(columns)
        assert cell.count("/report/?") == int(columns)
    caveats = re.findall(r'<th scope="row"[^>]*>(?:(?!</th>).)*class="caveat"', page, re.S)
    assert caveats, "a caveat of all columns stands beside the topic"


EIGHT = "hangzhou,zhengzhou,shijiazhuang,haikou,wuhan,xian,beijing,tianjin"


@pytest.mark.parametrize(
    ("cities", "day"),
    [("hangzhou,zhengzhou", "2026-11-23"), (EIGHT, "2026-11-23"), (EIGHT, "2019-12-31")],
)
def test_neighbours_that_answer_alike_share_a_cell_whichever_rules_say_so(
    client: Client, cities: str, day: str
) -> None:
    answer = client.get(f"/api/v1/compare/?cities={cities}&as_of={day}&lang=en").json()
    page = opened(client, f"/compare/?cities={cities}&as_of={day}")
    shown = {
        re.findall(r"</summary><p>(.*?)</p>", row)[0]: row for row in re.findall(ROWS, page, re.S)
    }
    by_many_rules = unanswered_together = 0
    for row in answer["rows"]:
        told, cells = shown[row["topic"]["question"]], row["cells"]
        own = re.findall(r'<td role="cell"(?: class="([^"]*)")([^>]*)>(.*?)</td>', told, re.S)
        widths = [int((re.findall(r'colspan="(\d+)"', one[1]) or [1])[0]) for one in own]
        place = 0
        for width, (_looks, _attributes, content) in zip(widths, own, strict=True):
            here = cells[place : place + width]
            place += width
            for key in ("display", "verification", "caveat", "later_differs"):
                assert len({str(cell[key]) for cell in here}) == 1
            # Each rule that says so is there, with the document it stands in.
            rules = {cell["policy"] for cell in here}
            by_many_rules += len(rules) > 1
            for cell in here:
                assert not cell["policy"] or cell["scope"]["name"] in content
                assert not cell["clause"] or cell["clause"] in re.sub("<[^>]*>", "", content)
            after = cells[place : place + 1]
            if after and after[0]["policy"] and here[-1]["policy"] and "apart" not in told:
                keys = ("display", "verification", "caveat", "later_differs")
                assert any(after[0][key] != here[-1][key] for key in keys), row["topic"]["slug"]
            gaps = [cell for cell in (*after, here[-1]) if not cell["policy"] and not cell["ended"]]
            if len(gaps) == 2:
                assert gaps[0]["state"] != gaps[1]["state"], row["topic"]["slug"]
            unanswered_together += width > 1 and not here[0]["policy"]
    assert by_many_rules
    assert unanswered_together


LATER = "A wider policy beside this one is later and says otherwise."


@pytest.mark.parametrize("cities", ["hangzhou,zhengzhou", EIGHT])
def test_a_doubt_that_holds_for_all_columns_stands_once_a_row(client: Client, cities: str) -> None:
    """Be it recorded with a policy, or that a wider one says otherwise."""
    answer = client.get(f"/api/v1/compare/?cities={cities}&lang=en").json()
    page = opened(client, f"/compare/?cities={cities}")
    shown = {
        re.findall(r"</summary><p>(.*?)</p>", row)[0]: row for row in re.findall(ROWS, page, re.S)
    }
    of_all = 0
    for row in answer["rows"]:
        told = shown[row["topic"]["question"]]
        doubts = [
            {cell["caveat"], LATER if cell["later_differs"] else None} for cell in row["cells"]
        ]
        for doubt in set.intersection(*doubts) - {None, ""}:
            of_all += doubt == LATER
            assert told.count(doubt) == 1, row["topic"]["slug"]
            assert doubt in told[: told.index("</th>")]
    assert of_all


@pytest.mark.parametrize("cities", ["hangzhou,zhengzhou", "hangzhou,ningbo,zhengzhou"])
def test_two_topics_that_belong_together_fold_where_both_are_alike(
    client: Client, cities: str
) -> None:
    page = opened(client, f"/compare/?cities={cities}")
    folded = re.findall(r'<tbody class="alike".*?</tbody>', page, re.S)
    assert any('class="pair"' in one for one in folded)
    for one in folded:
        assert len(set(re.findall(r"outcome-([\w-]+)", one))) == 1
    for own in re.split(r'<tr class="pair"', page)[1:]:
        assert own.count('class="paired"', 0, own.index("</tbody>")) >= 2


def test_days_of_their_own_are_told_above_all_and_in_the_title(client: Client) -> None:
    page = opened(client, "/compare/?cities=hangzhou@2018-12-31,hangzhou@2019-01-01")
    title = re.findall(r"<title>(.*?)</title>", page, re.S)[0]
    assert "Hangzhou (31 Dec 2018), Hangzhou (1 Jan 2019)" in title
    assert "Columns have days of their own: Hangzhou 31 Dec 2018, Hangzhou 1 Jan 2019." in page
    assert "Columns have days of their own" not in opened(client, TWO)


def test_the_words_in_which_two_texts_differ_are_marked() -> None:
    from zones.pages.lens import prepare_rows

    def noted(display: str, state: str = "stated") -> dict[str, Any]:
        return {"cell": {"display": display, "state": state, "ended": None}}

    row: dict[str, Any] = {
        "outcome": "differs",
        "topic": {"value_type": "text"},
        "noted": [noted("within 15 days"), noted("within 10 days"), noted("?", "not-researched")],
    }
    prepare_rows([{"rows": [row]}], ["a", "b", "c"])
    assert "<ins>15</ins>" in row["noted"][0]["marked"]
    assert row["noted"][1]["marked"] == "within <ins>10</ins> days"
    assert "marked" not in row["noted"][2]


def test_a_topic_that_is_of_none_of_the_areas_asked_for_leaves_nothing_to_show(
    client: Client,
) -> None:
    asked = "cities=hangzhou,zhengzhou&topic=import-single-transaction-limit&focus_area=logistics"
    assert "No row fits what you want to see only." in opened(client, f"/compare/?{asked}")
    told = client.get(f"/api/v1/compare/?{asked}").json()
    assert told["rows"] == []
    assert told["summary"]["local"]["not_researched"] == [0, 0]


def test_on_paper_a_comparison_is_headed_by_its_cities(client: Client) -> None:
    page = opened(client, "/compare/?cities=hangzhou,ningbo@2019-12-31&lang=en")
    named = '<p class="print-only"><strong>Hangzhou, Ningbo (31 Dec 2019)</strong></p>'
    assert re.search(rf"Compare cities</h1>\s*{re.escape(named)}", page)

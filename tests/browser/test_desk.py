"""The analysts' desk as an analyst and a reviewer use it, in as few clicks as are promised."""

from __future__ import annotations

import json
import os
import re
import signal
from collections.abc import Callable, Collection, Iterator
from datetime import date, timedelta
from itertools import groupby
from typing import Any
from urllib.request import Request, urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.people import Person, hire
from tests.browser.test_pages import RULES
from tests.serving import Served, served
from tests.templates import Templates
from tests.zones import oracle

TOPIC, DAY, SOURCE = "import-single-transaction-limit", "2026-06-01", "mof-gacc-sta-2018-49"
#: The day from which the trial holds: that of the national rule, which it is narrower than.
SINCE = "2019-01-01"
HEAD = (
    *("topic", "scope_kind", "scope_code", "effective_from", "value", "summary_en", "summary_zh"),
    *("source_id", "verification", "state"),
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, templates: Templates) -> Iterator[Served]:
    """A portal of its own, since what is published here is public."""
    with served(tmp_path_factory.mktemp("var"), templates.static()) as running:
        hire(running, ana="analyst", rui="reviewer")
        yield running


@pytest.fixture
def someone(browser: Browser, desk: Served) -> Iterator[Callable[[str], Person]]:
    """A browser for each who is asked for, logged in."""
    contexts = []

    def opened(name: str) -> Person:
        contexts.append(browser.new_context())
        own = Person(contexts[-1].new_page(), desk, name)
        own.log_in()
        return own

    yield opened
    for context in contexts:
        context.close()


def asked(desk: Served, address: str) -> Any:
    """What each worker answers, one after the other while the others stand still; all alike."""
    answers = set()
    for alone in desk.workers():
        others = [pid for pid in desk.workers() if pid != alone]
        assert others, "there are several"
        for pid in others:
            os.kill(pid, signal.SIGSTOP)
        try:
            request = Request(desk.url(address), headers={"Connection": "close"})
            with urlopen(request, timeout=30) as answer:
                answers.add(answer.read())
        finally:
            for pid in others:
                os.kill(pid, signal.SIGCONT)
    (told,) = answers
    return told


def compared(desk: Served, cities: list[str]) -> dict[str, Any]:
    """The values of the topic in some cities on the day: of the API, as the page shows them."""
    (row,) = json.loads(asked(desk, f"/api/v1/compare/?{question(cities)}&topic={TOPIC}"))["rows"]
    found = {city: cell["value"] for city, cell in zip(cities, row["cells"], strict=True)}
    for some in (cities[:6], cities[6:]):
        page = asked(desk, f"/compare/?{question(some)}").decode()
        (shown,) = (own for own in page.split("<tr")[1:] if f"/{TOPIC}/?" in own)
        # Neighbours that answer the same share a cell.
        values = []
        cell = r'<td([^>]*)>(?:<section[^>]*>)?<a class="value"[^>]*>([^<]*)</a>'
        for own, value in re.findall(cell, shown):
            spanned = re.search(r'colspan="(\d+)"', own)
            values += [value] * (int(spanned[1]) if spanned else 1)
        assert values == [f"{found[city]:,.0f} CNY" for city in some]
    return found


def question(cities: list[str]) -> str:
    """What is asked of some cities on the day."""
    return f"cities={','.join(cities)}&as_of={DAY}&lang=en"


def feed(desk: Served) -> str:
    """The feed of changes since the first revision."""
    return str(asked(desk, "/changes/feed/?lang=en&since=1").decode())


def districts() -> dict[str, list[str]]:
    """The cities of each customs district, by its code, as the fixtures place them today."""
    found: dict[str, list[str]] = {}
    for city in oracle.read("cities"):
        found.setdefault(city["customs_district"], []).append(city["slug"])
    return found


def turned(codes: Collection[str]) -> tuple[int, int]:
    """How many cities get another answer by the trial, and in how many spans, as days tell."""
    starts = {oracle.first_day(own["effective_from"]) for own in oracle.BY_TOPIC[TOPIC]} | {SINCE}
    ends = {oracle.last_day(own["effective_to"]) for own in oracle.BY_TOPIC[TOPIC]} - {""}
    edges = sorted(starts | {_after(day) for day in ends})
    cities, spans = 0, 0
    for city, own in oracle.CITIES.items():
        turns = []
        for day in edges:
            _state, _value, keys = oracle.answer(city, TOPIC, day)
            is_narrower = bool(keys) and f".city.{city}." in keys[0]
            binds = own["customs_district"] in codes and day >= SINCE and not is_narrower
            turns.append(keys[0] if binds and keys else None)
        runs = [turn for turn, _same in groupby(turns) if turn]
        cities, spans = cities + bool(runs), spans + len(runs)
    return cities, spans


def _after(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def told_of(codes: Collection[str]) -> str:
    """What the trial in these districts is said to change."""
    cities, spans = turned(codes)
    return f"{len(codes)} districts, {cities} cities, 1 topic, {spans} spans"


def test_a_reader_reports_a_cell_and_an_analyst_settles_it(
    browser: Browser, desk: Served, someone: Callable[[str], Person]
) -> None:
    reader = browser.new_context()
    page = reader.new_page()
    page.goto(desk.url(f"/compare/?cities=hangzhou,zhengzhou&as_of=2020-01-01&topic={TOPIC}"))
    page.locator("td.cell").first.locator("summary").click()
    page.get_by_role("link", name="5,000 CNY").first.click()
    page.get_by_role("link", name="Report a problem with this answer").click()
    page.get_by_label("What is wrong?").fill("The limit rose to 6,000.")
    page.get_by_label("Where can it be read?").fill("https://www.gov.cn/limits")
    page.get_by_label("How can we ask you?").fill("reader@example.org")
    page.get_by_role("button", name="Send the report").click()
    expect(page.get_by_text("Your report has the number")).to_be_visible()
    assert "sessionid" not in {one["name"] for one in reader.cookies()}
    reader.close()
    ana = someone("ana")
    ana.page.goto(desk.url("/admin/desk/queue/?kind=reported&lang=en"))
    entry = ana.page.locator("article.move").filter(has_text="The limit rose to 6,000.")
    for told in ("Hangzhou", "https://www.gov.cn/limits", "reader@example.org"):
        expect(entry).to_contain_text(told)
    settling = entry.locator("details").filter(has_text="What became of it")
    settling.locator("summary").click()
    settling.get_by_label("What became of it").select_option(index=2)
    settling.get_by_label("Reason").fill("The notice of 2018 still holds.")
    settling.get_by_role("button", name="Settle it").click()
    expect(ana.page.get_by_text("The limit rose to 6,000.")).to_have_count(0)
    expect(ana.page.get_by_text("reader@example.org")).to_have_count(0)


def test_twelve_districts_from_a_spreadsheet_to_the_public(
    desk: Served, someone: Callable[[str], Person]
) -> None:
    own = dict(sorted(districts().items())[:12])
    codes = list(own)
    rows = [
        [
            *(TOPIC, "customs_district", code, SINCE, "4000", "A trial.", "试点。"),
            *(SOURCE, "secondary", "stated"),
        ]
        for code in codes
    ]
    rows[2][3] = "2019/1/1"
    rows[4][4] = "four thousand"
    rows[7][7] = "no-such-document"
    block = "\n".join("\t".join(row) for row in (HEAD, *rows))
    sample = [cities[0] for cities in own.values()]
    before = compared(desk, sample)
    assert set(before.values()) == {5000}
    assert "A trial." not in feed(desk)

    analyst = someone("ana")
    page = analyst.page
    analyst.click(page.get_by_role("link", name="Open a change set"))
    page.get_by_label("Title").fill("A limit for twelve districts")
    page.get_by_label("Reason").fill("Announced in January.")
    analyst.button("Open a change set")
    page.get_by_label("Pasted rows, their head first").fill(block)
    analyst.button("Read it")
    expect(page.locator("main")).to_contain_text("read 2019/1/1 as 2019-01-01")
    expect(page.locator("main tbody tr")).to_have_count(12)
    expect(page.get_by_text("refused row", exact=True)).to_have_count(2)
    analyst.button("Propose 10 rows")
    expect(page.locator("main tbody tr")).to_have_count(2)
    box = page.get_by_label("Pasted rows, their head first")
    left = box.input_value()
    assert len(left.splitlines()) == 3, "the head and the two lines to be mended"
    box.fill(left.replace("four thousand", "4000").replace("no-such-document", SOURCE))
    analyst.button("Read it and propose")
    expect(page.get_by_role("heading", level=1)).to_have_text("A limit for twelve districts")
    for reason in page.locator("[name^=reason-]").all():
        reason.fill("The announcement says so.")
    analyst.button("Send to review")
    expect(page.locator(".badge").first).to_have_text("in review")
    assert analyst.clicks <= 25
    assert analyst.loads <= 6

    reviewer = someone("rui")
    page = reviewer.page
    reviewer.click(page.get_by_role("link", name="A limit for twelve districts"))
    expect(page.locator(".effect-words")).to_have_text(told_of(codes))
    reviewer.click(page.get_by_role("checkbox").nth(3))
    page.get_by_label("Why it goes back").first.fill("Read the announcement of this one again.")
    reviewer.button("Send back")
    kept = [code for code in codes if code != codes[3]]
    expect(page.locator(".effect-words")).to_have_text(told_of(kept))
    assert compared(desk, sample) == before, "nothing is public yet"
    assert "A trial." not in feed(desk)
    reviewer.button("Publish")
    expect(page.locator(".badge").first).to_have_text("published as a revision")
    assert reviewer.clicks <= 5

    back = own[codes[3]][0]
    after = {city: 5000 if city == back else 4000 for city in sample}
    assert compared(desk, sample) == after
    assert feed(desk).count("A trial.") == 11

    analyst.page.goto(desk.url("/admin/"))
    waiting = analyst.page.locator("section", has_text="Waiting for me")
    expect(waiting.get_by_role("link", name="A limit for twelve districts")).to_be_visible()

    page = analyst.page
    page.goto(reviewer.page.url)
    page.get_by_role("button", name="Propose to undo it").click()
    expect(page.locator(".effect-words")).to_have_text(told_of(kept))
    for reason in page.locator("[name^=reason-]").all():
        reason.fill("The trial was called off.")
    page.get_by_role("button", name="Send to review").first.click()
    expect(page.locator(".badge").first).to_have_text("in review")
    expect(page.get_by_role("button", name="Publish", exact=True)).to_have_count(0)
    assert compared(desk, sample) == after, "it waits for the reviewer"
    reviewer.page.goto(page.url)
    expect(reviewer.page.locator(".effect-words")).to_have_text(told_of(kept))
    reviewer.page.get_by_role("button", name="Publish", exact=True).first.click()
    expect(reviewer.page.locator(".badge").first).to_have_text("published as a revision")
    assert compared(desk, sample) == before
    assert feed(desk).count("A trial.") > 11, "that it was taken back is told as well"


#: The boxes on a page that look as the browser has them.
NATIVE = """[...document.querySelectorAll("main :is(input, select, textarea)")]
  .filter((box) => box.offsetParent && !["checkbox", "radio", "range", "file"].includes(box.type))
  .filter((box) => getComputedStyle(box).fontFamily !== getComputedStyle(document.body).fontFamily)
  .map((box) => box.id || box.name)"""


def test_pages_of_the_desk_have_no_barrier(desk: Served, someone: Callable[[str], Person]) -> None:
    page = someone("ana").page
    addresses = [
        *("/admin/", "/admin/desk/sets/", "/admin/desk/propose/policies/"),
        *("/admin/desk/queue/", "/admin/desk/history/", "/admin/desk/history/?revision=1"),
    ]
    page.goto(desk.url("/admin/desk/sets/"))
    page.get_by_label("Title").fill("For the eyes of axe")
    page.get_by_role("button", name="Open a change set").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("For the eyes of axe")
    cells = [TOPIC, "city", "hangzhou", "2027-01-01", "9000", "A trial.", "试点。", SOURCE]
    row = "\t".join([*cells, "secondary", "stated"])
    own = page.url
    box = page.get_by_label("Pasted rows, their head first")
    box.fill("\n".join(("\t".join(HEAD), row.replace("hangzhou", "nowhere"))))
    page.get_by_role("button", name="Read it").click()
    page.get_by_role("button", name="Show only rows to mend").click()
    expect(page.locator(".grid-rows .field input").first).to_be_visible()
    assert page.evaluate(NATIVE) == [], "boxes to mend have the portal's look"
    page.goto(own)
    box.fill("\n".join(("\t".join(HEAD), row)))
    page.get_by_role("button", name="Read it").click()
    page.get_by_role("button", name="Propose 1 row").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("For the eyes of axe")
    expect(page.get_by_text("new row", exact=True).first).to_be_visible()
    addresses.append(page.url.removeprefix(desk.url("")))
    for address in addresses:
        for language in ("en", "zh-hans"):
            joint = "&" if "?" in address else "?"
            page.goto(desk.url(f"{address}{joint}lang={language}"))
            found = Axe().run(page, options=RULES)
            assert found.violations_count == 0, f"{address}: {found.generate_report()}"
            assert page.evaluate(NATIVE) == [], f"{address}: boxes have the portal's look"
            width = "document.documentElement.scrollWidth - window.innerWidth"
            for size in (375, 1280):
                page.set_viewport_size({"width": size, "height": 800})
                assert page.evaluate(width) <= 0, f"{address} at {size}"


def test_typed_names_are_offered_and_picked_on_the_server(
    desk: Served, someone: Callable[[str], Person]
) -> None:
    page = someone("ana").page
    page.goto(desk.url("/admin/desk/propose/zones/?lang=en"))
    box = page.locator("#cell_city")
    box.press_sequentially("hangzhou", delay=20)
    expect(page.locator("#cell_city-offers [role=option]").first).to_have_attribute(
        "data-value", re.compile("杭州")
    )
    box.fill("taizhou")
    box.press("Enter")
    # Neither is picked: both stand told apart, and the next asks the server, which tells so too.
    for place in ("#cell_city-offers", "#cell_city-error"):
        expect(page.locator(place)).to_contain_text("泰州")
        expect(page.locator(place)).to_contain_text("台州")
        expect(page.locator("#cell_city")).to_have_value("taizhou")
        box.press("Enter")


def test_the_box_of_a_missing_reason_opens_where_sending_is_refused(
    desk: Served, someone: Callable[[str], Person]
) -> None:
    page = someone("ana").page
    page.goto(desk.url("/admin/desk/sets/?lang=en"))
    page.locator("input[name=title]").fill("No reason yet")
    page.locator("button[value=open]").click()
    cells = [TOPIC, "city", "hangzhou", "2027-01-01", "9000", "A trial.", "试点。", SOURCE]
    row = "\t".join([*cells, "secondary", "stated"])
    page.get_by_label("Pasted rows, their head first").fill("\n".join(("\t".join(HEAD), row)))
    page.get_by_role("button", name="Read it").click()
    page.get_by_role("button", name="Propose 1 row").click()
    expect(page.locator("#set-reason-box")).to_be_hidden()
    page.locator("button[value=submit]").click()
    expect(page.locator("#set-reason-error")).to_be_visible()
    expect(page.locator("#set-reason-box")).to_have_attribute("aria-invalid", "true")


#: Django's own pages of the admin: a list with filters, a row, what became of it, a row with parts.
TABLES = (
    "/admin/zones/policy/",
    "/admin/zones/policy/1/change/",
    "/admin/zones/policy/1/history/",
    "/admin/zones/topic/1/change/",
    "/admin/zones/zone/?standing=all&q=hangzhou",
    "/admin/password_change/",
)


def test_tables_of_the_admin_have_the_portals_look_in_both_languages_light_and_dark(
    someone: Callable[[str], Person],
) -> None:
    page = someone("ana").page
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    papers = set()
    for address in TABLES:
        for scheme, language in (("light", "en"), ("dark", "zh-hans")):
            page.emulate_media(color_scheme=scheme)
            sign = "&" if "?" in address else "?"
            page.goto(someone_at(page, f"{address}{sign}lang={language}"))
            expect(page.locator("header.page-header")).to_be_visible()
            assert page.get_attribute("html", "lang") == language.replace("hans", "Hans").lower()
            papers.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
            found = Axe().run(page, options={"runOnly": ["color-contrast"]}).response["violations"]
            assert [one["nodes"][0]["html"] for one in found] == [], (address, scheme)
    assert len(papers) == 2
    assert not [text for text in said if "Content Security Policy" in text]


def someone_at(page: Page, address: str) -> str:
    """An address of the portal whose page is shown."""
    return f"{page.url.split('/admin/')[0]}{address}"


def test_a_form_of_a_row_has_one_loud_button(
    desk: Served, someone: Callable[[str], Person]
) -> None:
    """All but that which saves are quiet: one of a document stands beside each box of one."""
    page = someone("ana").page
    page.goto(desk.url(f"/admin/desk/propose/policies/?topic={TOPIC}"))
    page.get_by_role("button", name="Save in the set").click()
    expect(page.get_by_role("button", name="Keep it unfinished")).to_be_visible()
    loud = page.locator(".row-form button").evaluate_all(
        """all => all.filter(one => one.checkVisibility()
                  && getComputedStyle(one).backgroundColor !== "rgba(0, 0, 0, 0)")
                .map(one => one.textContent.trim())"""
    )
    assert loud == ["Save in the set"]
    assert page.get_by_role("button", name="Add a document").count() == 1


#: Lists of many filters, and of one.
FILTERED = ("policy/?q=taiyuan", "zone/", "topic/", "source/", "province/")


@pytest.mark.parametrize("width", [1280, 1024])
def test_the_filters_of_a_list_stand_above_it_and_can_all_be_seen(
    someone: Callable[[str], Person], width: int
) -> None:
    """Within the margins of the list; nothing is scrolled sideways, and none breaks in two."""
    page = someone("ana").page
    page.set_viewport_size({"width": width, "height": 900})
    for address in FILTERED:
        page.goto(someone_at(page, f"/admin/zones/{address}"))
        box, rows = (
            page.locator(one).bounding_box() for one in ("#changelist-filter", "#result_list")
        )
        assert box is not None, address
        assert rows is not None, address
        assert box["y"] + box["height"] <= rows["y"], address
        around = page.locator("#changelist").bounding_box()
        assert around is not None, address
        assert (box["x"], box["width"]) == pytest.approx((around["x"], around["width"]), abs=1)
        wide, seen = page.locator("#changelist-filter").evaluate(
            "own => [own.scrollWidth, own.clientWidth]"
        )
        assert wide <= seen, address
        for filtered in page.locator("#changelist-filter details").all():
            own = filtered.bounding_box()
            assert own is not None, address
            assert own["y"] + own["height"] <= box["y"] + box["height"] + 1, address
            rects = filtered.evaluate("own => own.getClientRects().length")
            assert rects == 1, (address, filtered.text_content())

"""On a phone what one came for stands in the first screen: the form above it is one line."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_pages import PAGES

#: The first row, entry or picture of every page that lists something.
LISTS = {
    "cities": ".rules tbody tr",
    "cities, narrowed": ".rules tbody tr",
    "zones": ".of-province .rules tbody tr",
    "zones by province": ".of-province",
    "changes of a city": ".story > li",
    "changes": ".story > li",
    "changes published": ".story > li",
    "compare": ".lens",
    "compare of eight": ".lens",
    "batches": "h2 ~ .abreast section",
    "spread": ".rules tbody tr",
    "duties": ".hits li",
    "template": ".hits li",
    "preview": ".banner.stop",
    "topics": ".hits li",
    "profiles": "section[id]",
    "research": ".rules tbody tr",
    "research of a city": ".rules tbody tr",
    "atlas": ".atlas thead",
    "atlas in words": ".atlas thead",
    "atlas of years": ".atlas-year",
    "atlas, smaller": ".atlas thead",
    "atlas, larger": ".atlas thead",
    "distances from a city": ".distances tbody tr",
    "what would change": ".rules tbody tr",
    "documents": ".rules tbody tr",
    "search": ".hits li",
}
#: Pages whose form is folded though they list nothing, as nothing fits.
OF_NOTHING = {"no cities", "no changes", "distances", "distances refused"}
#: Pages of one topic or place, whose form of day and certainty is folded alike.
OF_ONE = {"topic", "city", "place"}
FIRST = 700


def arrive(page: Page, name: str, language: str = "en") -> None:
    page.goto(f"{PAGES[name]}{'&' if '?' in PAGES[name] else '?'}lang={language}")


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_list_begins_in_the_first_screen_of_a_phone(page: Page, name: str, language: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    arrive(page, name, language)
    first = page.locator("main").locator(LISTS[name]).locator("visible=true").first.bounding_box()
    assert first
    assert first["y"] < FIRST


@pytest.mark.parametrize("name", PAGES)
def test_a_form_that_narrows_is_one_line_on_a_phone_and_open_where_there_is_room(
    browser: Browser, base_url: str, name: str
) -> None:
    """With no script as with them; but a form stands open that was refused or asks to begin."""
    window = browser.new_context(base_url=base_url, java_script_enabled=False)
    page = window.new_page()
    arrive(page, name)
    form = page.locator("main .narrowing")
    assert form.count() == 0 or name in {*LISTS, *OF_NOTHING, *OF_ONE}
    assert form.count() == 1 or name not in OF_ONE
    if form.count():
        button, line = form.locator("button[type=submit]").first, form.locator("summary").first
        expect(button).to_be_visible()
        expect(line).to_be_hidden()
        page.set_viewport_size({"width": 390, "height": 844})
        expect(line).to_be_visible()
        if not name.startswith("distances") or name == "distances from a city":
            expect(button).to_be_hidden()
            line.click()
        expect(button).to_be_visible()
    window.close()


@pytest.mark.parametrize(
    ("address", "line"),
    [
        ("/cities/", "Narrow"),
        ("/cities/?province=CN-ZJ,CN-JS&policy=bonded-import-1210:listed&q=", "Narrow: 3"),
        ("/cities/?as_of=2018-06-30&ordering=name&q=zhou", "Narrow: 2"),
        ("/zones/?programme=service-pilot", "Narrow: 1"),
        ("/changes/?from=2018-01-01&to=2018-12-31&kind=amended", "Narrow: 3"),
        ("/atlas/?focus_area=customs-clearance&order=province", "Narrow: 1"),
        ("/sources/?q=2018&kind=&status=in-force", "Narrow: 2"),
        ("/topics/bonded-import-1210/?lanes=all&counted=ever&answer=", "Narrow"),
        ("/topics/bonded-import-1210/?as_of=2018-06-30&answer=not-eligible", "Narrow: 2"),
        ("/cities/hangzhou/?certainty=", "Narrow"),
        ("/cities/hangzhou/?as_of=2018-06-30&certainty=primary&lanes=all", "Narrow: 2"),
        ("/places/Suihua:CN-HL:1900/?certainty=secondary", "Narrow: 1"),
    ],
)
def test_the_line_says_how_many_choices_are_made(page: Page, address: str, line: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{address}{'&' if '?' in address else '?'}lang=en")
    expect(page.locator(".narrowing > summary")).to_have_text(line)


def test_a_choice_on_a_phone_is_followed_at_once_and_its_form_stays_open(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/cities/?as_of=2026-11-23&lang=en")
    page.locator(".narrowing > summary").click()
    page.locator("#programme-comprehensive").check()
    expect(page.locator("[data-announce]")).to_have_text("182 cities")
    expect(page.locator("#programme-comprehensive")).to_be_visible()


@pytest.mark.parametrize("path", ["/cities/", "/zones/", "/changes/"])
@pytest.mark.parametrize("scripts", [True, False])
def test_facets_are_open_where_there_is_room_and_folded_on_a_phone(
    browser: Browser, base_url: str, path: str, scripts: bool
) -> None:
    window = browser.new_context(base_url=base_url, java_script_enabled=scripts)
    page = window.new_page()
    page.goto(f"{path}?lang=en")
    facets = page.locator(".facets > details").all()
    assert facets
    for facet in facets:
        options, further = facet.locator(".tick"), facet.locator(".further > summary")
        many = options.count()
        expect(facet.locator("legend")).to_be_visible()
        expect(facet.locator("summary").first).to_be_hidden()
        expect(facet.locator(".count:visible")).to_have_count(min(many, 12))
        expect(further).to_have_count(1 if many > 12 else 0)
        if many > 12:
            further.click()
            expect(facet.locator(".count:visible")).to_have_count(many)
            further.click()
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator(".narrowing > summary").click()
    for facet in facets:
        line, options = facet.locator("summary").first, facet.locator(".tick")
        expect(line).to_be_visible()
        expect(facet.locator("legend")).to_have_css("clip-path", "inset(50%)")
        if options.count() > 12:
            expect(facet.locator(".tick:visible")).to_have_count(0)
            line.click()
            expect(facet.locator(".tick:visible")).to_have_count(options.count())
    window.close()


@pytest.mark.parametrize(
    "address",
    [
        *("/cities/", "/sources/", "/statistics/", "/topics/spread/", "/research/"),
        "/distances/?city=hangzhou",
    ],
)
def test_the_heads_that_order_a_list_stay_on_a_phone(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(address)
    heads = page.locator(".sorts")
    assert heads.count() > 2
    for head in heads.all():
        expect(head).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390

"""Every kind of page, in both languages and both colour schemes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.views import LogoutView, PasswordChangeView
from django.urls import URLResolver, get_resolver, resolve
from django.views.generic.base import TemplateResponseMixin
from playwright.sync_api import Browser, Page, expect

from checklists.pages.private_pages import PrivatePage

PAGES = {
    "home": "/",
    "places": "/places/",
    "place": "/places/Suihua:CN-HL:1900/",
    "report": "/cities/hangzhou/import-single-transaction-limit/report/?as_of=2019-01-01",
    "cities": "/cities/",
    "cities, narrowed": "/cities/?policy=bonded-import-1210:listed&province=CN-ZJ&as_of=2018-06-30",
    "no cities": "/cities/?q=atlantis",
    "zones": "/zones/?programme=service-pilot",
    "city": "/cities/haikou/",
    "changes of a city": "/cities/zhengzhou/changes/?from=2018-01-01&to=2020-12-31",
    "answer": "/cities/hangzhou/import-single-transaction-limit/?as_of=2019-01-01",
    "compare": "/compare/?cities=hangzhou,zhengzhou,shijiazhuang&as_of=2019-12-31",
    "compare of eight": "/compare/?as_of=2019-12-31"
    "&cities=hangzhou,zhengzhou,shijiazhuang,haikou,wuhan,xian,beijing,tianjin",
    "compare, empty": "/compare/",
    "changes": "/changes/?city=hangzhou&from=2018-01-01",
    "changes published": "/changes/?by=publication",
    "no changes": "/changes/?kind=withdrawn&by=publication",
    "batches": "/batches/",
    "statistics": "/statistics/",
    "spread": "/topics/spread/",
    "parts": "/about/parts/",
    "duties": "/templates/",
    "template": "/templates/import-1210-seller/",
    "preview": "/templates/import-1210-seller/preview/?city=shijiazhuang&as_of=2019-06-30",
    "log in": "/account/log-in/",
    "topics": "/topics/",
    "topic": "/topics/bonded-import-1210/?as_of=2018-06-30",
    "profiles": "/profiles/?as_of=2025-01-15",
    "research": "/research/?as_of=2025-01-15",
    "research of a city": "/research/?city=hangzhou&as_of=2025-01-15",
    "atlas": "/atlas/",
    "atlas in words": "/atlas/?shown=words&order=province&focus_area=customs-clearance",
    "atlas of years": "/atlas/?shown=years",
    "atlas, smaller": "/atlas/?zoom=75&focus_area=customs-clearance",
    "atlas, larger": "/atlas/?zoom=200&order=batch&focus_area=customs-clearance",
    "distances": "/distances/",
    "distances from a city": "/distances/?city=hangzhou&cities=hangzhou,hefei,bortala,beijing",
    "distances refused": "/distances/?city=hangzho&cities=hefei,hangzho",
    "what would change": "/compare/as-if/?cities=shenzhen,ningbo&as_of=2018-06-30",
    "zones by province": "/zones/",
    "documents": "/sources/",
    "document": "/sources/sc-2025-40/",
    "search": "/search/?q=hangzhou",
    "about": "/about/",
    "not found": "/cities/nowhere/",
    "bad request": "/compare/?cities=hangzhou,zhengzho&as_of=tomorrow&nonsense=1",
}
#: Pages of a kind of which PAGES has others, or that stand in frames; Axe reads them too.
FURTHER = {
    "topic of numbers": "/topics/import-single-transaction-limit/",
    "changes of a place": "/places/Suihua:CN-HL:1900/changes/",
    "answer of a place": "/places/Suihua:CN-HL:1900/import-single-transaction-limit/",
    "report of a place": "/places/Suihua:CN-HL:1900/import-single-transaction-limit/report/",
    "embedded comparison": "/embed/compare/?cities=hangzhou,zhengzhou&as_of=2019-12-31",
    "embedded topic": "/embed/topics/bonded-import-1210/?as_of=2018-06-30",
    "forgotten password": "/account/reset/",
    "mail was sent": "/account/reset/sent/",
    "old link of a mail": "/account/reset/MQ/none-of-ours/",
}
EVERY = {**PAGES, **FURTHER}
#: What a page is made into, or asks of its reader first, by a parameter of its view.
FILES = {"form", "as_card", "cited_as", "picture", "content_type"}
#: Views that ask who somebody is.
OF_SOMEBODY = (PrivatePage, LoginRequiredMixin, LogoutView, PasswordChangeView)
TWENTY = [
    *("hangzhou", "zhengzhou", "shijiazhuang", "haikou", "wuhan", "xian", "beijing", "tianjin"),
    *("ningbo", "hefei", "dalian", "suzhou", "shanghai", "guangzhou", "shenzhen", "chongqing"),
    *("chengdu", "qingdao", "nanjing", "xiamen"),
]
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    # Axe would read style sheets by inline styles, which the policy of content refuses; only a rule
    # that is experimental, and not among these, asks for that.
    "preload": False,
}
#: Whatever is pressed and smaller than 24 pixels: its box, or the label that belongs to it.
TOO_SMALL = r"""() => {
    const inSentence = link => {
        const parent = link.closest("p, li, dd, td, th, dt, figcaption, label, summary, div");
        const texts = document.createTreeWalker(parent, NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) {
            const around = texts.currentNode.parentElement;
            if (!/[\p{L}\p{N}]/u.test(texts.currentNode.data)) continue;
            if (!around.checkVisibility()) continue;
            if (!around.closest("a, button, .visually-hidden")) return true;
        }
        return false;
    };
    return [...document.querySelectorAll("a[href], button, summary, select, textarea, input")]
        .filter(own => own.type !== "hidden" && own.checkVisibility({visibilityProperty: true}))
        .filter(own => !own.closest(".visually-hidden, .skip, svg, .lane"))
        .filter(own => ![own, ...own.labels ?? []].some(part => {
            const box = part.getBoundingClientRect();
            return box.height >= 23.5 && box.width >= 23.5;
        }))
        .filter(own => own.tagName !== "A" || getComputedStyle(own).display !== "inline"
            || !inSentence(own))
        .map(own => own.outerHTML.slice(0, 120));
}"""


def public_pages(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    """Yield the name of every page that strangers see, of those that are no files."""
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            if str(one.pattern) != "admin/":
                yield from public_pages(one, f"{one.namespace}:" if one.namespace else namespace)
            continue
        view = getattr(one.callback, "view_class", None)
        if (
            view
            and issubclass(view, TemplateResponseMixin)
            and not issubclass(
                view, (PrivatePage, LoginRequiredMixin, LogoutView, PasswordChangeView)
            )
            and not FILES & set(getattr(one.callback, "view_initkwargs", ()))
        ):
            yield f"{namespace}{one.name}"


def test_every_page_that_strangers_see_is_read_by_axe() -> None:
    tried = {resolve(urlsplit(address).path).view_name for address in EVERY.values()}
    assert sorted(set(public_pages(get_resolver())) - tried) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_page_of_the_api(
    page: Page, scheme: Literal["light", "dark"]
) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto("/api/v1/docs/")
    page.locator(".opblock").nth(20).wait_for()
    for place in (1, 3):
        page.locator(".opblock-summary-control").nth(place).click()
        page.locator(".opblock.is-open .responses-table").first.wait_for()
    found = Axe().run(page, options=RULES).response["violations"]
    told = [f"{v['id']}: {v['nodes'][0]['html'][:160]} ({len(v['nodes'])})" for v in found]
    assert told == []


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(
    page: Page, name: str, language: str, scheme: Literal["light", "dark"]
) -> None:
    page.emulate_media(color_scheme=scheme)
    joined = "&" if "?" in EVERY[name] else "?"
    page.goto(f"{EVERY[name]}{joined}lang={language}")
    # Axe takes for hidden what stands open by the style sheet alone.
    page.locator("details.folds").evaluate_all("all => all.forEach(own => { own.open = true; })")
    found = Axe().run(page, options=RULES).response["violations"]
    told = [f"{v['id']}: {v['nodes'][0]['html'][:160]} ({len(v['nodes'])})" for v in found]
    assert told == []


@pytest.mark.parametrize("columns", [2, 4, 6, 8, 9, 12, 20])
@pytest.mark.parametrize("width", [390, 1280, 1920])
def test_axe_finds_nothing_in_a_comparison_of_however_many(
    page: Page, columns: int, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"/compare/?as_of=2019-12-31&cities={','.join(TWENTY[:columns])}")
    found = Axe().run(page, options=RULES).response["violations"]
    told = [f"{v['id']}: {v['nodes'][0]['html'][:160]} ({len(v['nodes'])})" for v in found]
    assert told == []


@pytest.mark.parametrize("name", PAGES)
def test_no_page_is_wider_than_a_small_phone(page: Page, name: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(PAGES[name])
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_a_finger_aims_at_is_24_pixels_high_and_wide(
    browser: Browser, base_url: str, name: str, language: str
) -> None:
    """But links within a sentence, and stretches of lanes, as wide as their time is long."""
    window = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, base_url=base_url
    )
    page = window.new_page()
    page.goto(f"{PAGES[name]}{'&' if '?' in PAGES[name] else '?'}lang={language}")
    assert page.evaluate(TOO_SMALL) == []
    window.close()


@pytest.mark.parametrize("name", ["spread", "topic", "document", "atlas in words"])
def test_no_line_of_cities_begins_with_a_comma(page: Page, name: str) -> None:
    """What separates the names of cities with boxes stands where no line breaks before it."""
    page.goto(PAGES[name])
    alone = page.locator(".ticking").evaluate_all(
        "all => all.map(own => (own.nextSibling?.data ?? '').trim())"
        ".filter(text => /^[,，、]/.test(text))"
    )
    assert alone == []


@pytest.mark.parametrize("name", PAGES)
def test_what_only_scripts_work_is_not_shown_where_none_runs(page: Page, name: str) -> None:
    """Be they switched off, refused by a filter, or lost on the way."""
    page.route("**/*.js", lambda asked: asked.abort())
    page.goto(PAGES[name])
    shown = page.locator("[data-needs-script]").evaluate_all(
        "all => all.filter(own => own.checkVisibility()).map(own => own.outerHTML.slice(0, 80))"
    )
    assert shown == []


@pytest.mark.parametrize("name", PAGES)
def test_a_head_over_all_columns_is_as_wide_as_its_table(page: Page, name: str) -> None:
    page.goto(PAGES[name])
    narrow = page.evaluate(
        """() => [...document.querySelectorAll("main tbody th[colspan]")]
            .filter(head => head.parentElement.cells.length === 1 && head.checkVisibility())
            .filter(head => head.offsetWidth < head.closest("table").offsetWidth - 8)
            .map(head => head.innerText.slice(0, 80))"""
    )
    assert narrow == []


def test_the_language_changes_and_stays(page: Page) -> None:
    page.goto("/cities/hangzhou/")
    page.get_by_role("link", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    page.goto("/topics/import-single-transaction-limit/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("限值")
    expect(page.get_by_role("navigation").first).to_contain_text("城市")
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("value limit")


def test_a_list_follows_its_facets_and_its_address_says_so(page: Page) -> None:
    page.goto("/cities/?as_of=2026-11-23")
    page.locator("#programme-comprehensive").check()
    expect(page.locator("#announced")).to_have_text("182 cities")
    assert "programme=comprehensive" in page.url
    assert "q=" not in page.url
    expect(page.locator("#programme-comprehensive")).to_be_focused()
    page.locator("#q").fill("zhou")
    expect(page.locator("[data-announce]")).to_have_text("34 cities")
    page.locator("#tile-CN-ZJ > summary").click()
    page.get_by_role("link", name="Show only Zhejiang").click()
    expect(page.locator(".chips")).to_contain_text("Zhejiang")
    page.go_back()
    expect(page.locator("[data-announce]")).to_have_text("34 cities")


def test_changes_narrow_in_place_and_link_to_their_feed(page: Page) -> None:
    page.goto("/changes/?from=2018-01-01&to=2018-12-31")
    before = page.locator("[data-announce]").inner_text()
    page.locator("#kind-amended").check()
    expect(page.locator("[data-announce]")).not_to_have_text(before)
    assert "kind=amended" in page.url
    expect(page.locator(".kind").first).to_contain_text("amended")
    feed = page.get_by_role("link", name="Atom").get_attribute("href")
    assert feed is not None
    assert "kind=amended" in feed
    page.get_by_role("link", name="Show what the portal published instead").click()
    first = page.get_by_role("heading", level=2, name="Revision 1 published")
    expect(first).to_be_visible()


def test_the_map_of_a_topic_shows_the_answer_chosen(page: Page) -> None:
    page.goto("/topics/bonded-import-1210/?as_of=2018-06-30")
    page.get_by_label("Answer on the map").select_option(index=0)
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile("answer="))
    chosen = page.get_by_label("Answer on the map").input_value()
    assert f"answer={chosen}" in page.url


def test_a_refused_question_is_shown_where_it_was_asked(page: Page) -> None:
    page.goto("/compare/")
    page.get_by_label("City", exact=True).fill("hangzhou")
    page.get_by_label("and", exact=True).fill("zhengzho")
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("thead .city")).to_have_text(["Hangzhou"])
    expect(page.get_by_label("Add a city")).to_have_value("zhengzho")
    expect(page.get_by_label("Add a city")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#announced")).to_contain_text("There is no city “zhengzho”.")
    page.get_by_role("link", name="Zhengzhou (Henan)", exact=True).first.click()
    expect(page.locator("thead .city")).to_have_text(["Hangzhou", "Zhengzhou"])
    expect(page.locator("[aria-invalid]")).to_have_count(0)


def test_a_missing_page_leads_on_by_keyboard(page: Page) -> None:
    page.goto("/cities/hangzou/")
    link = page.get_by_role("link", name="Hangzhou", exact=True)
    link.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Hangzhou")


def test_a_list_narrows_without_javascript(browser: Browser, base_url: str) -> None:
    context = browser.new_context(base_url=base_url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/cities/?as_of=2026-11-23")
    page.locator("#programme-comprehensive").check()
    page.get_by_role("button", name="Show").click()
    expect(page.locator("[data-announce]")).to_have_text("182 cities")
    context.close()


def test_search_finds_by_pinyin_chinese_and_number(page: Page) -> None:
    for words in ("hangzhou", "杭州", "hang zhou"):
        page.goto("/")
        page.get_by_role("combobox").fill(words)
        page.keyboard.press("Enter")
        expect(
            page.locator(".hits").get_by_role("link", name="Hangzhou", exact=True).first
        ).to_be_visible()
    page.goto("/search/?q=国函[2015]44")
    expect(page.locator(".hits li").first).to_contain_text("国函〔2015〕44号")


def test_markup_in_a_search_is_only_text(page: Page) -> None:
    page.goto("/search/?q=<script>alert(1)</script>")
    expect(page.locator("#find")).to_have_value("<script>alert(1)</script>")


#: How many bytes a first visit brings at most: of a page that is short, and of the two longest.
HEAVIEST = {"home": 42_000, "research": 75_000, "compare of eight": 78_000}


@pytest.mark.parametrize("name", HEAVIEST)
def test_a_page_is_light_on_a_first_visit(browser: Browser, base_url: str, name: str) -> None:
    context = browser.new_context(base_url=base_url)
    page = context.new_page()
    sizes: list[int] = []
    page.on(
        "requestfinished",
        lambda asked: sizes.append(asked.sizes()["responseBodySize"]),
    )
    page.goto(PAGES[name], wait_until="networkidle")
    assert 0 < sum(sizes) < HEAVIEST[name]
    assert len(sizes) < 12
    context.close()

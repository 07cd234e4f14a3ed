"""Typing, composing and choosing in forms that ask by themselves, and the slider of days."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.browser.test_checklists import log_in, people, start
from tests.browser.typing import SLOW, open_page, press_slowly, type_slowly

__all__ = ["people"]

#: Every live form that anybody sees, with a field for words in it.
FORMS = {
    "cities": ("/cities/?lang=en&as_of=2026-11-23", "#q"),
    "zones": ("/zones/?lang=en", "#q"),
    "changes": ("/changes/?lang=en&from=2018-01-01", "#city"),
    "distances": ("/distances/?lang=en&as_of=2026-11-23", "#city"),
    "research": ("/research/?lang=en&as_of=2026-11-23&focus_area=payment", "#city"),
    "preview": ("/templates/import-1210-seller/preview/?lang=en&as_of=2019-06-30", "#city"),
}
DAYS = {
    "cities": ("/cities/?lang=en&as_of=2026-11-23", "#as_of"),
    "zones": ("/zones/?lang=en&as_of=2026-11-23", "#as_of"),
    "changes from": ("/changes/?lang=en&from=2026-01-01", "#from"),
    "changes to": ("/changes/?lang=en&to=2026-01-01", "#to"),
    "distances": ("/distances/?lang=en&city=hangzhou&as_of=2026-11-23", "#as_of"),
    "research": ("/research/?lang=en&city=hangzhou&as_of=2026-11-23", "#as_of"),
    "preview": ("/templates/import-1210-seller/preview/?lang=en&city=hangzhou", "#as_of"),
}


@pytest.fixture
def asked(page: Page) -> list[str]:
    """The questions that the page has asked since it was opened."""
    questions: list[str] = []

    def note(request: Request) -> None:
        if request.resource_type in {"fetch", "xhr", "document"}:
            questions.append(request.url)

    page.on("request", note)
    return questions


def open_anew(page: Page, address: str, asked: list[str]) -> None:
    open_page(page, address)
    asked.clear()


def values(asked: list[str], name: str) -> list[list[str]]:
    """What each question asked of a parameter."""
    return [parse_qs(urlsplit(url).query).get(name, []) for url in asked]


def compose(page: Page, pinyin: str, chinese: str) -> None:
    """Type through an input method: the letters one by one, then what was chosen for them."""
    tool = page.context.new_cdp_session(page)
    for length in range(1, len(pinyin) + 1):
        text = pinyin[:length]
        tool.send(
            "Input.imeSetComposition",
            {"text": text, "selectionStart": length, "selectionEnd": length},
        )
        page.wait_for_timeout(SLOW)
    page.wait_for_timeout(1500)
    tool.send("Input.insertText", {"text": chinese})


@pytest.mark.parametrize("form", FORMS)
def test_chinese_is_composed_whole_before_anything_is_asked(
    page: Page, asked: list[str], form: str
) -> None:
    address, field = FORMS[form]
    open_anew(page, address, asked)
    page.locator(field).focus()
    compose(page, "hang'zhou", "杭州")
    expect(page.locator(field)).to_have_value("杭州")
    page.keyboard.press("Enter")
    name = field.lstrip("#")
    expect(page).to_have_url(re.compile(f"{name}=%E6%9D%AD%E5%B7%9E"))
    assert all(value == ["杭州"] for value in values(asked, name))
    expect(page.locator(field)).to_be_focused()
    expect(page.locator("main")).to_contain_text("Hangzhou")


@pytest.mark.parametrize("form", FORMS)
def test_a_name_is_typed_slowly_and_taken_whole(page: Page, asked: list[str], form: str) -> None:
    address, field = FORMS[form]
    open_anew(page, address, asked)
    page.locator(field).focus()
    type_slowly(page, "hangzhou")
    page.keyboard.press("Tab")
    expect(page).to_have_url(re.compile("hangzhou"))
    assert all(value == ["hangzhou"] for value in values(asked, field.lstrip("#")))
    expect(page.locator(field)).to_have_value(re.compile("hangzhou", re.IGNORECASE))


@pytest.mark.parametrize("form", ["changes", "preview"])
def test_a_name_of_the_list_is_taken_once_typing_rests(
    page: Page, asked: list[str], form: str
) -> None:
    address, field = FORMS[form]
    open_anew(page, address, asked)
    page.locator(field).focus()
    type_slowly(page, "Hangzhou")
    expect(page).to_have_url(re.compile("city=Hangzhou"))
    expect(page.locator(field)).to_be_focused()


@pytest.mark.parametrize("day", DAYS)
def test_a_day_is_typed_slowly_and_counts_when_it_is_whole(
    page: Page, asked: list[str], day: str
) -> None:
    address, field = DAYS[day]
    open_anew(page, address, asked)
    page.locator(field).focus()
    type_slowly(page, "03152019")
    page.keyboard.press("Tab")
    name = field.lstrip("#")
    expect(page).to_have_url(re.compile(f"{name}=2019-03-15"))
    assert values(asked, name) == [["2019-03-15"]]
    expect(page.locator(field)).to_have_value("2019-03-15")


@pytest.mark.parametrize("day", DAYS)
def test_half_a_day_is_not_asked_for(page: Page, asked: list[str], day: str) -> None:
    address, field = DAYS[day]
    open_anew(page, address, asked)
    page.locator(field).focus()
    page.keyboard.press("Delete")
    page.wait_for_timeout(1500)
    page.locator("main a").first.focus()
    page.wait_for_timeout(500)
    assert asked == []


@pytest.mark.parametrize(
    ("address", "field", "text"),
    [("/changes/?lang=en&from=2018-01-01", "#city", "n"), (FORMS["preview"][0], "#city", "hangzo")],
)
def test_a_refusal_stands_beside_the_field_and_nothing_is_lost(
    page: Page, asked: list[str], address: str, field: str, text: str
) -> None:
    open_anew(page, address, asked)
    before = page.url
    result = page.locator("[data-announce]").all_inner_texts()
    page.locator(field).focus()
    type_slowly(page, text)
    page.wait_for_timeout(1000)
    assert asked == []
    page.keyboard.press("Enter")
    expect(page.locator(field)).to_have_attribute("aria-invalid", "true")
    told = page.locator(f"#{page.locator(field).get_attribute('aria-describedby')}")
    expect(told).to_be_visible()
    expect(told).to_contain_text(text)
    expect(page.locator("#announced")).to_contain_text(text)
    expect(page.locator(field)).to_have_value(text)
    expect(page.locator(field)).to_be_focused()
    assert page.locator("[data-announce]").all_inner_texts() == result
    assert page.url == before
    page.locator(field).press("Control+a")
    type_slowly(page, "Hangzhou")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("city=Hangzhou"))
    expect(page.locator(field)).not_to_have_attribute("aria-invalid", "true")


def test_a_late_answer_does_not_undo_a_newer_one(page: Page) -> None:
    page.goto("/cities/?lang=en&as_of=2026-11-23")
    held: list[Route] = []
    page.route(re.compile("province=CN-ZJ(?!&province)"), lambda route: held.append(route))
    page.locator("#facet-province-further > summary").click()
    with page.expect_request(re.compile("province=CN-ZJ")):
        page.locator("#province-CN-ZJ").check()
    page.locator("#province-CN-GD").check()
    expect(page).to_have_url(re.compile("CN-GD"))
    newer = page.locator("[data-announce]").inner_text()
    for route in held:
        route.continue_()
    page.wait_for_timeout(500)
    assert page.locator("[data-announce]").inner_text() == newer
    assert page.locator("#province-CN-GD").is_checked()


def test_what_is_typed_while_an_answer_is_on_its_way_stays(page: Page) -> None:
    open_page(page, "/cities/?lang=en&as_of=2026-11-23")
    held: list[Route] = []
    page.route(re.compile("level="), lambda route: held.append(route), times=1)
    page.locator("#facet-level").evaluate("facet => { facet.open = true; }")
    with page.expect_request(re.compile("level=")):
        page.locator("#level-municipality").check()
    page.locator("#q").focus()
    type_slowly(page, "sh")
    held[0].continue_()
    type_slowly(page, "ang")
    expect(page).to_have_url(re.compile("q=shang"))
    expect(page.locator("#q")).to_have_value("shang")
    expect(page.locator("#q")).to_be_focused()
    expect(page.locator("[data-announce]")).to_have_text("1 city")


def test_the_words_of_a_checklist_are_typed_and_composed(
    page: Page, people: None, asked: list[str]
) -> None:
    log_in(page, "alice")
    open_anew(page, start(page), asked)
    page.locator("#q").focus()
    type_slowly(page, "recall")
    expect(page).to_have_url(re.compile("q=recall"))
    assert values(asked, "q") == [["recall"]]
    expect(page.locator("#q")).to_be_focused()
    page.locator("#q").press("Control+a")
    asked.clear()
    compose(page, "shi'pin", "食品")
    expect(page).to_have_url(re.compile("q=%E9%A3%9F%E5%93%81"))
    assert values(asked, "q") == [["食品"]]


SLIDER = "/compare/?lang=en&cities=hangzhou,zhengzhou&as_of=2019-12-31"


@pytest.mark.parametrize(
    ("keys", "moved"),
    [(["ArrowRight"] * 4, 4), (["ArrowLeft"] * 3, -3), (["ArrowUp", "ArrowDown", "ArrowUp"], 1)],
)
def test_the_slider_moves_by_many_keys_and_keeps_the_focus(
    page: Page, asked: list[str], keys: list[str], moved: int
) -> None:
    open_anew(page, SLIDER, asked)
    slider = page.get_by_role("slider")
    days = slider.evaluate("daysOf")
    stood = days.index(slider.evaluate("dayOf"))
    slider.focus()
    press_slowly(page, keys)
    expect(page).not_to_have_url(re.compile("as_of=2019-12-31"))
    assert len(asked) == 1
    expect(slider).to_be_focused()
    expect(page.get_by_label("As of")).to_have_value(days[stood + moved])
    assert slider.evaluate("dayOf") == days[stood + moved]
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("As of")).to_have_value(days[stood + moved + 1])
    expect(slider).to_be_focused()
    assert slider.evaluate("dayOf") == days[stood + moved + 1]
    assert f"as_of={days[stood + moved + 1]}" in page.url
    page.go_back()
    expect(page.get_by_label("As of")).to_have_value(days[stood + moved])
    assert slider.evaluate("dayOf") == days[stood + moved]
    expect(slider).to_have_attribute("aria-valuetext", page.locator("#day-shown").inner_text())


def test_the_slider_knows_its_ends_and_pages(page: Page) -> None:
    page.goto(SLIDER)
    slider = page.get_by_role("slider")
    slider.focus()
    for key in ("Home", "End", "PageDown", "PageUp"):
        before = slider.input_value()
        page.keyboard.press(key)
        page.wait_for_timeout(700)
        expect(slider).to_be_focused()
        assert slider.input_value() != before
    page.keyboard.press("Home")
    expect(slider).to_have_value("0")
    expect(page.get_by_role("link", name="earlier change")).to_have_count(0)

"""A box of the desk offers rows while one types; what it names is decided when it is saved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Dialog, Page, expect

from tests.serving import Served

FORM = "/admin/desk/propose/zones/?lang=en"
LOG_IN = """
from django.contrib.auth.models import User
from django.test import Client
from tests.conftest import log_in_staff
client = Client()
log_in_staff(client, User.objects.get_or_create(
    username="carol", defaults={{"is_staff": True, "is_superuser": True}})[0])
open({file!r}, "w").write(client.cookies["{cookie}"].value)
"""


@pytest.fixture(scope="module")
def session(portal: Served, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The session of an analyst who has given her second factor."""
    file: Path = tmp_path_factory.mktemp("session") / "key"
    told = LOG_IN.format(file=str(file), cookie=settings.SESSION_COOKIE_NAME)
    portal.manage("shell", "-v0", "-c", told)
    return file.read_text()


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def desk(
    request: pytest.FixtureRequest, browser: Browser, base_url: str, session: str
) -> Iterator[Page]:
    """The desk in her browser, with and without scripts."""
    context = browser.new_context(base_url=base_url, java_script_enabled=request.param)
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": base_url}])
    page = context.new_page()
    page.goto(FORM)
    yield page
    context.close()


@pytest.mark.parametrize("desk", [False], indirect=True, ids=["no script"])
@pytest.mark.parametrize("typed", ["taizhou", "hangzho"])
def test_enter_picks_nothing_that_was_not_named(desk: Page, typed: str) -> None:
    box = desk.locator("#cell_city")
    box.fill(typed)
    box.press("Enter")
    told = desk.locator("#cell_city-error")
    expect(told).to_contain_text("(taizhou-jiangsu)" if typed == "taizhou" else "(hangzhou)")
    expect(box).to_have_value(typed)


@pytest.mark.parametrize("desk", [True], indirect=True, ids=["script"])
@pytest.mark.parametrize(
    ("typed", "picked", "told"),
    [
        ("kashi", "kashgar", ""),
        ("杭州", "hangzhou", ""),
        ("taizhou", "", "2 rows fit."),
        ("hangzho", "", "3 rows fit."),
        ("nowhere at all", "", "0 rows fit."),
    ],
)
def test_enter_picks_what_is_named_and_sends_nothing_yet(
    desk: Page, typed: str, picked: str, told: str
) -> None:
    sent: list[str] = []
    desk.on("request", lambda asked: sent.append(asked.url) if asked.method == "POST" else None)
    box = desk.locator("#cell_city")
    box.fill(typed)
    box.press("Enter")
    shown = desk.locator("#cell_city-offers [role=option]")
    if picked:
        expect(box).to_have_value(re.compile(rf" .* \({picked}\)$"))
        expect(shown).to_have_count(0)
        expect(desk.locator("#announced")).to_have_text(box.input_value())
    else:
        expect(desk.locator("#announced")).to_have_text(told)
        expect(box).to_have_value(typed)
        # That none fits stands in the list, where one looks.
        expect(shown).to_have_count(int(told[0]) or 1)
    expect(box).to_be_focused()
    assert not sent
    # What is settled, or names nothing, is sent by the next.
    box.press("Enter")
    expect(desk.locator("main [role=alert]").first).to_be_visible()
    assert len(sent) == 1


@pytest.mark.parametrize("desk", [True], indirect=True, ids=["script"])
def test_enter_picks_the_only_row_that_is_offered_and_sends_nothing_yet(desk: Page) -> None:
    sent: list[str] = []
    desk.on("request", lambda asked: sent.append(asked.url) if asked.method == "POST" else None)
    box = desk.locator("#cell_programme")
    box.press_sequentially("comprehensive pilot zones")
    expect(desk.locator("#cell_programme-offers [role=option]")).to_have_count(1)
    box.press("Enter")
    expect(box).to_have_value(re.compile(r" \(comprehensive\)$"))
    assert not sent


@pytest.mark.parametrize("desk", [False], indirect=True, ids=["no script"])
def test_a_name_in_any_spelling_is_saved_as_its_row(desk: Page) -> None:
    box = desk.locator("#cell_city")
    box.fill("kashi")
    box.press("Enter")
    expect(desk.locator(".wrong").first).to_be_visible()
    expect(desk.locator("#cell_city-error")).to_have_count(0)


@pytest.mark.parametrize("desk", [True], indirect=True, ids=["script"])
@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("taizhou", ["(taizhou-jiangsu)", "(taizhou-zhejiang)"]),
        ("杭州", ["(hangzhou)"]),
        ("kashi", ["(kashgar)"]),
    ],
)
def test_rows_are_offered_while_one_types(desk: Page, typed: str, offered: list[str]) -> None:
    box = desk.locator("#cell_city")
    expect(box).to_have_attribute("role", "combobox")
    box.press_sequentially(typed)
    options = desk.locator("#cell_city-offers [role=option]")
    expect(options).to_have_count(len(offered))
    values = [option.get_attribute("data-value") or "" for option in options.all()]
    assert [value[value.rindex("(") :] for value in values] == offered
    assert [option.inner_text().strip() for option in options.all()] == values
    told = {1: "1 row fits.", 2: "2 rows fit."}[len(offered)]
    expect(desk.locator("#announced")).to_have_text(told)


@pytest.mark.parametrize("desk", [True], indirect=True, ids=["script"])
def test_what_is_chosen_by_keys_or_mouse_is_put_into_the_box_and_nothing_is_sent(
    desk: Page,
) -> None:
    sent: list[str] = []
    desk.on("request", lambda asked: sent.append(asked.url) if asked.method == "POST" else None)
    box = desk.locator("#cell_city")
    box.press_sequentially("taizhou")
    expect(desk.locator("#cell_city-offers [role=option]")).to_have_count(2)
    box.press("ArrowDown")
    box.press("ArrowDown")
    chosen = box.get_attribute("aria-activedescendant")
    expect(desk.locator(f"#{chosen}")).to_contain_text("Zhejiang (taizhou-zhejiang)")
    box.press("Enter")
    expect(box).to_have_value("Taizhou 台州市, Zhejiang (taizhou-zhejiang)")
    expect(box).to_have_attribute("aria-expanded", "false")
    box.fill("")
    box.press_sequentially("hangzhou")
    first = desk.locator("#cell_city-offers [role=option]").first
    expect(first).to_contain_text("(hangzhou)")
    first.click()
    expect(box).to_have_value("Hangzhou 杭州市, Zhejiang (hangzhou)")
    box.press("ArrowDown")
    box.press("Escape")
    expect(desk.locator("#cell_city-offers [role=option]")).to_have_count(0)
    assert not sent


def test_one_press_puts_into_a_box_what_it_may_mean_and_keeps_the_rest(desk: Page) -> None:
    desk.locator("#cell_zone_name_en").fill("A name")
    box = desk.locator("#cell_city")
    box.fill("hangzho")
    desk.locator("main button[value=save]:visible").click()
    told = desk.locator("#cell_city-error")
    told.get_by_role("button", name="(hangzhou)").click()
    expect(box).to_have_value("Hangzhou 杭州市, Zhejiang (hangzhou)")
    expect(told).to_have_count(0)
    expect(desk.locator("#cell_zone_name_en")).to_have_value("A name")


POLICY = "/admin/desk/propose/policies/?lang=en"


@pytest.mark.parametrize("desk", [True], indirect=True, ids=["script"])
def test_boxes_follow_the_topic_and_the_kind_of_scope(desk: Page) -> None:
    desk.goto(POLICY)
    expect(desk.locator("select#cell_value")).to_have_count(0)
    desk.locator("#cell_topic").fill("bonded-import-1210")
    desk.locator("#cell_topic").press("Tab")
    expect(desk.locator("select#cell_value option")).to_have_count(6)
    desk.locator("#cell_scope_kind").select_option("city")
    expect(desk.locator("#cell_scope_code-offers")).to_have_count(1)
    expect(desk.locator("#cell_topic")).to_have_value("bonded-import-1210")


@pytest.mark.parametrize("desk", [True], indirect=True, ids=["script"])
def test_who_leaves_the_topic_for_a_button_gets_what_that_does(desk: Page) -> None:
    desk.goto(POLICY)
    desk.locator("#cell_topic").fill("bonded-import-1210")
    desk.get_by_role("button", name="Save in the set").click()
    expect(desk.locator(".wrong").first).to_be_visible()


#: Answers to what a page asks by itself take their time.
SLOWLY = """
  const soon = window.fetch;
  window.fetch = async (address, given) => {
    if (given?.method === "POST") await new Promise((after) => setTimeout(after, %s));
    return soon(address, given);
  };
"""


def slowly(desk: Page, by: int) -> None:
    """Open the form of a policy, whose answers take so many milliseconds more."""
    desk.add_init_script(SLOWLY % by)
    desk.goto(POLICY)


@pytest.mark.parametrize("desk", [True], indirect=True, ids=["script"])
@pytest.mark.parametrize("delay", [80, 150])
def test_what_is_typed_while_the_boxes_follow_stays(desk: Page, delay: int) -> None:
    slowly(desk, 300)
    desk.locator("#cell_topic").click()
    for typed in (
        *("bonded-import-1210", "Tab", "city", "Tab"),
        *("yiwu", "Tab", "2026-08-01", "Tab", "2027-08-01"),
    ):
        if typed == "Tab":
            desk.keyboard.press("Tab")
        else:
            desk.keyboard.type(typed, delay=delay)
    expect(desk.locator("select#cell_value option")).to_have_count(6)
    for name, held in (
        ("topic", "bonded-import-1210"),
        ("scope_kind", "city"),
        ("scope_code", "yiwu"),
        ("effective_from", "2026-08-01"),
        ("effective_to", "2027-08-01"),
    ):
        expect(desk.locator(f"#cell_{name}")).to_have_value(held)
    expect(desk.locator("#cell_effective_to")).to_be_focused()


@pytest.mark.parametrize("desk", [True], indirect=True, ids=["script"])
def test_a_box_in_use_is_replaced_once_it_is_left(desk: Page) -> None:
    slowly(desk, 400)
    desk.locator("#cell_topic").fill("bonded-import-1210")
    value = desk.locator("#cell_value")
    value.press_sequentially("Confirmed", delay=120)
    expect(desk.locator("textarea#cell_value")).to_have_value("Confirmed")
    expect(value).to_be_focused()
    desk.locator("#cell_clause").press_sequentially("Article 5", delay=80)
    expect(desk.locator("select#cell_value")).to_have_value("confirmed")
    expect(desk.locator("#cell_clause")).to_have_value("Article 5")
    expect(desk.locator("#cell_clause")).to_be_focused()


@pytest.mark.parametrize("desk", [True], indirect=True, ids=["script"])
def test_saving_does_not_wait_for_the_boxes_to_follow(desk: Page) -> None:
    slowly(desk, 500)
    desk.locator("#cell_topic").fill("bonded-import-1210")
    with desk.expect_request(lambda asked: asked.method == "POST"):
        desk.locator("#cell_clause").focus()
    desk.get_by_role("button", name="Save in the set").click()
    expect(desk.locator(".wrong").first).to_be_visible()


@pytest.mark.parametrize("desk", [True], indirect=True, ids=["script"])
def test_a_refusal_keeps_what_is_typed_while_it_is_under_way(desk: Page, tmp_path: Path) -> None:
    slowly(desk, 500)
    copy = tmp_path / "copy.pdf"
    copy.write_bytes(b"%PDF-1.4 a copy")
    desk.locator("#copy_file").set_input_files(copy)
    desk.locator("#quote").fill("The first words")
    desk.locator("#quote").evaluate(
        "box => box.form.requestSubmit(document.querySelector('[value=save]'))"
    )
    desk.locator("#quote").press_sequentially(" and those after them", delay=60)
    expect(desk.locator(".wrong").first).to_be_visible()
    expect(desk.locator("#quote")).to_have_value("The first words and those after them")
    assert desk.locator("#copy_file").evaluate("box => box.files.length") == 1


def opened_places(page: Page) -> list[str]:
    """The page of many places of a new set, once a topic is chosen by keys; and what it sends."""
    sent: list[str] = []
    page.goto("/admin/desk/sets/?lang=en")
    page.locator("main input[name=title]").fill("Places")
    page.locator("button[value=open]").click()
    page.wait_for_url("**/sets/*/")
    page.goto(f"{page.url}places/?lang=en")
    page.on("request", lambda asked: sent.append(asked.url) if asked.method == "POST" else None)
    topic = page.locator("#topic")
    topic.press_sequentially("import-single")
    expect(page.locator("#topic-offers [role=option]").first).to_be_visible()
    topic.press("ArrowDown")
    topic.press("Enter")
    return sent


@pytest.mark.parametrize("desk", [True], indirect=True, ids=["script"])
@pytest.mark.parametrize("pace", [60, 150])
def test_letters_stay_in_the_box_they_are_typed_in_once_a_topic_is_chosen(
    desk: Page, pace: int
) -> None:
    sent = opened_places(desk)
    box = desk.locator("#add-place")
    box.click()
    box.press_sequentially("suzhou", delay=pace)
    desk.wait_for_timeout(600)
    expect(box).to_have_value("suzhou")
    expect(box).to_be_focused()
    assert desk.evaluate("document.getElementById('cell_value').value") == ""
    assert len(sent) == 1, "the boxes of the topic are asked for once"


@pytest.mark.parametrize("desk", [True], indirect=True, ids=["script"])
def test_who_goes_on_by_tab_once_a_topic_is_chosen_keeps_the_focus(desk: Page) -> None:
    opened_places(desk)
    expect(desk.locator("#add-place")).to_be_visible()
    for _step in range(4):
        desk.keyboard.press("Tab")
        before = desk.evaluate("document.activeElement.outerHTML.slice(0, 60)")
        desk.wait_for_timeout(400)
        assert desk.evaluate("document.activeElement.outerHTML.slice(0, 60)") == before
        assert desk.evaluate("document.activeElement.matches('main *')")


@pytest.mark.parametrize("desk", [True], indirect=True, ids=["script"])
def test_the_page_stands_at_the_message_of_every_act_that_moves_a_set_on(desk: Page) -> None:
    desk.set_viewport_size({"width": 900, "height": 400})
    desk.goto("/admin/desk/sets/?lang=en")
    desk.locator("main input[name=title]").fill("Moved on")
    desk.locator("button[value=open]").click()
    desk.wait_for_url("**/sets/*/")
    for act in ("retitle", "withdraw", "reopen"):
        if act == "retitle":
            desk.locator("#set-title summary").click()
            desk.locator("#set-reason-box").fill("A slip.")
        desk.evaluate("scrollTo(0, document.body.scrollHeight)")
        desk.locator(f"main button[value={act}]:visible").click()
        if act == "withdraw":
            desk.locator("main button[name=sure]").click()
        told = desk.locator("main .banner[data-told]")
        expect(told).to_be_focused()
        expect(told).to_be_in_viewport()
        expect(desk.locator("#announced")).to_have_text(told.inner_text())


def a_row_of_a_set(page: Page) -> str:
    """The form of a new row of a new set."""
    page.goto("/admin/desk/sets/?lang=en")
    page.locator("main input[name=title]").fill("Unsaved")
    page.locator("button[value=open]").click()
    page.wait_for_url("**/sets/*/")
    return page.url


@pytest.mark.parametrize("desk", [True], indirect=True, ids=["script"])
def test_what_is_not_saved_is_asked_about_and_taken_over_by_another_table(desk: Page) -> None:
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    desk.on("dialog", stay)
    desk.goto(f"{a_row_of_a_set(desk)}rows/new/?table=policies&lang=en")
    note = desk.locator("#cell_note")
    note.press_sequentially("Read twice")
    desk.locator("#cell_summary_en").press_sequentially("Of policies alone")
    for table in ("batches", "policies"):
        desk.locator("#table").select_option(table)
        desk.get_by_role("button", name="Show its form").click()
        desk.wait_for_url(f"**table={table}*")
        expect(note).to_have_value("Read twice")
    expect(desk.locator("#cell_summary_en")).to_have_value("Of policies alone")
    assert not asked
    form = desk.url
    back = desk.get_by_role("link", name="Back without saving")
    back.click(no_wait_after=True)
    desk.wait_for_timeout(500)
    assert (asked, desk.url) == (["beforeunload"], form)
    # What is refused is not saved either; saving itself asks nothing.
    desk.locator("button[value=save]:visible").click()
    expect(desk.locator("main [role=alert]")).to_be_visible()
    back.click(no_wait_after=True)
    desk.wait_for_timeout(500)
    assert (asked, desk.url) == (["beforeunload"] * 2, form)
    desk.locator("#cell_topic").fill("import-single-transaction-limit")
    desk.locator("#cell_effective_from").fill("2027-01-01")
    desk.locator("button[value=keep]").click()
    desk.wait_for_url("**row=*")
    assert len(asked) == 2


@pytest.mark.parametrize("desk", [True], indirect=True, ids=["script"])
def test_a_chosen_place_is_added_without_what_was_typed_for_it(desk: Page) -> None:
    topic = "?topic=import-single-transaction-limit&lang=en"
    desk.goto(f"{a_row_of_a_set(desk)}places/{topic}")
    box, places = desk.locator("#add-place"), desk.locator("#places")
    options = desk.locator("#add-place-offers [role=option]")
    added = []
    for typed, key in (("hangz", "hangzhou"), ("zhengz", "zhengzhou")):
        box.press_sequentially(typed)
        expect(options.first).to_be_visible()
        chosen = options.filter(has_text=f"({key})").first
        expect(chosen).to_be_visible()
        while chosen.get_attribute("aria-selected") != "true":
            box.press("ArrowDown")
        box.press("Enter")
        added.append(key)
        expect(places).to_have_value("\n".join(added))
        expect(box).to_have_value("")
    # What is typed and not chosen is added as it was typed; leaving the box adds nothing more.
    box.press_sequentially("ningbo")
    box.press("Enter")
    desk.locator("#scope_kind").focus()
    expect(places).to_have_value("\n".join([*added, "ningbo"]))


@pytest.mark.parametrize("desk", [True], indirect=True, ids=["script"])
def test_words_in_any_form_of_a_set_are_asked_about_until_they_are_sent(desk: Page) -> None:
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    desk.on("dialog", stay)
    page = f"{a_row_of_a_set(desk)}?lang=en"
    away = desk.get_by_role("link", name="Dashboard")
    for box in ("#grid-text", "#comment", "#set-reason-box"):
        desk.goto(page)
        if box == "#set-reason-box":
            desk.locator("#set-title summary").click()
        desk.locator(box).press_sequentially("Read twice")
        away.click(no_wait_after=True)
        desk.wait_for_timeout(500)
        assert (asked, desk.url) == (["beforeunload"], page)
        asked.clear()
        desk.locator(box).fill("")
    # What is sent asks nothing, and what another form holds stays and still does.
    desk.goto(page)
    desk.locator("#grid-text").press_sequentially("Typed before")
    desk.locator("#comment").press_sequentially("Said")
    desk.locator("button[value=comment]").last.click()
    expect(desk.locator("ul.log")).to_contain_text("Said")
    expect(desk.locator("#grid-text")).to_have_value("Typed before")
    away.click(no_wait_after=True)
    desk.wait_for_timeout(500)
    assert (asked, desk.url) == (["beforeunload"], page)
    asked.clear()
    # Rows that were read are not proposed yet: leaving them asks; reading them did not.
    desk.locator("#grid-text").fill("topic\tplace\nimport-single-transaction-limit\tCN")
    desk.locator("form[action$='/grid/'] button[value=look]:visible").click()
    desk.wait_for_url("**/grid/")
    assert not asked
    grid = desk.url
    away.click(no_wait_after=True)
    desk.wait_for_timeout(500)
    assert (asked, desk.url) == (["beforeunload"], grid)


def test_what_a_form_did_is_told_on_the_page_that_it_leads_to(desk: Page) -> None:
    desk.goto("/admin/desk/propose/issuers/?lang=en")
    desk.locator("#cell_slug").fill("a-trial-office")
    desk.locator("#cell_name_en").fill("A trial office")
    desk.locator("#cell_name_zh").fill("试点办公室")
    desk.locator("#cell_kind").select_option(index=1)
    desk.locator("#new_set").fill("Told")
    desk.locator("main button[value=save]:visible").click()
    desk.wait_for_url("**/sets/*/?row=*#row-*")
    expect(desk.locator("main .banner[data-told]").first).to_have_text(
        "1 row is proposed in “Told”."
    )

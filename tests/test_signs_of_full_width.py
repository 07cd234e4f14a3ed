"""Chinese is written with signs of full width, and no blank follows them: in every text that is
translated, and on every page of staff. Those test_languages_of_texts.py reads, public pages and
checklists test_chinese_pages.py.
"""

from __future__ import annotations

import ast
import re
from typing import Any

import pytest
from django.template import Context, Template
from django.urls import reverse
from django.utils.translation import gettext, ngettext, override

from cbec_portal.accounts.names_of_others import SAID_ANEW
from cbec_portal.languages import CHINESE, ENGLISH
from cbec_portal.punctuation import bracketed, by_commas, by_semicolons, enumerated
from tests.cbec_portal.test_translations import FOLDER
from tests.staff_pages import staffed
from tests.test_chinese_pages import Words
from zones.models import Topic

#: A sign of half width beside Chinese, or a blank behind one of full width.
BEFORE, BEHIND = "[\u4e00-\u9fff”》）]", "[\u4e00-\u9fff“《（]"
HALF_WIDTH = re.compile(rf"{BEFORE} ?[,;:()](?!/)|[,;:()] ?{BEHIND}")
BLANK = re.compile(rf"[，。：；、？！）] +[{BEHIND[1:]}|{BEFORE} +[，。：；、？！）]")
#: What stands in a line of text.
INLINE = {
    *("a", "abbr", "b", "bdi", "cite", "code", "data", "del", "em", "i", "ins", "kbd", "mark"),
    *("q", "s", "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr"),
}
#: Pages of Django and others whose code joins names by signs of half width.
OF_OTHERS = re.compile(r"/admin/(?:auth|axes|knox|otp_\w+|password_change)/|/delete/")


#: A blank between Chinese and a figure, or what is put into a text: that is a figure or a name.
PUT_IN = r"(?:%(?:\(\w+\))?[sd]|{\w*})"
APART = re.compile(rf"[\u4e00-\u9fff] (?:{PUT_IN}|\d)|(?:{PUT_IN}|\d) [\u4e00-\u9fff]")


def wrong_in(text: str) -> list[str]:
    """Where a text has a sign or a blank that Chinese has not, with what stands around it."""
    found = (*HALF_WIDTH.finditer(text), *BLANK.finditer(text), *APART.finditer(text))
    return [text[max(0, one.start() - 8) : one.end() + 8] for one in found]


class Lines(Words):
    """Collects what a page says by lines, with a sign for what is said in another language."""

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        # A picture's name in brackets is how the admin hides what a column is for.
        self._part(tag)
        super().handle_starttag(tag, [] if tag == "img" else attrs)
        self._part(tag)

    def handle_endtag(self, tag: str) -> None:
        super().handle_endtag(tag)
        self._part(tag)

    def handle_data(self, data: str) -> None:
        self.found.append(re.sub(r"\s+", " ", data) if self._listens else "·")

    def _part(self, tag: str) -> None:
        if tag not in INLINE:
            self.found.append("\n")

    @property
    def lines(self) -> list[str]:
        """Return what it says, a block a line; links beside each other keep their distance."""
        return [re.sub(" +", " ", one).strip() for one in "".join(self.found).split("\n")]


def half_width_of(content: str) -> set[str]:
    """The signs of half width, and blanks behind those of full width, on a page in Chinese."""
    lines = Lines()
    lines.feed(content)
    found = [one for text in lines.lines for one in HALF_WIDTH.findall(text)]
    return {*found, *(one for text in lines.found for one in BLANK.findall(text.strip()))}


@pytest.mark.parametrize(
    "text",
    [
        *("杭州, 宁波", "取值 (CNY)", "条款:第九项", "变更历史： 杭州", "一。 二"),
        *("变更集 %s", "%(n)d 行", "至多 20 行"),
    ],
)
def test_such_a_sign_is_found(text: str) -> None:
    assert wrong_in(text)


@pytest.mark.parametrize(
    "text",
    ["杭州、宁波", "取值（CNY）", "ana, rui", "网址：http://a", "5,000元"],
)
def test_what_is_written_so_is_not(text: str) -> None:
    assert wrong_in(text) == []


def test_every_chinese_text_has_signs_of_full_width() -> None:
    written = (FOLDER / "django.po").read_text(encoding="utf-8")
    texts = [
        "".join(ast.literal_eval(part) for part in found.splitlines())
        for found in re.findall(r'^msgstr(?:\[\d\])? ((?:".*"\n?)+)', written, re.M)
    ]
    assert len(texts) > 2000
    assert {text: wrong_in(text) for text in texts if wrong_in(text)} == {}


def test_what_others_say_with_signs_of_half_width_is_said_anew() -> None:
    with override(CHINESE):
        for text in SAID_ANEW:
            assert wrong_in(gettext(text)) == wrong_in(ngettext(text, text, 2)) == []


def test_names_are_joined_as_the_language_does() -> None:
    assert bracketed("杭州市", "城市", CHINESE) == "杭州市（城市）"
    assert bracketed("Hangzhou", "city", ENGLISH) == "Hangzhou (city)"
    for join, chinese, english in (
        (enumerated, "甲、乙", "甲, 乙"),
        (by_commas, "甲，乙", "甲, 乙"),
        (by_semicolons, "甲；乙", "甲; 乙"),
    ):
        assert (join(["甲", "乙"], CHINESE), join(["甲", "乙"], ENGLISH)) == (chinese, english)
        with override(CHINESE):
            assert join(["甲", "乙"]) == chinese
    template = Template("{% load signs %}{{ names|enumerated }}")
    with override(CHINESE):
        assert template.render(Context({"names": ["甲", "乙"]})) == "甲、乙"


@pytest.mark.ignore_template_errors
@pytest.mark.django_db
def test_no_page_of_staff_counts_in_units_of_the_other_language() -> None:
    """A unit stands beside the box of the answer, in the form and where one reads again."""
    client, _pages = staffed()
    rows = Topic.objects.exclude(unit="").exclude(unit="CNY").exclude(unit="USD")
    assert rows.count() > 5
    for topic in rows:
        assert topic.unit_zh
        asked = {"table": "policies", "cell_topic": topic.slug, "topic": topic.slug}
        address = reverse("admin:desk-propose", args=["policies"])
        for language, unit in ((CHINESE, topic.unit_zh), (ENGLISH, topic.unit)):
            answer = client.get(address, asked | {"lang": language}).content.decode()
            assert bracketed("", unit, language) in answer, topic.slug

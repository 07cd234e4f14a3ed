"""The heads of tables of cities and zones order them, and say how they are ordered."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db

HEAD = re.compile(
    r'<th scope="col"(?: aria-sort="(\w+)")?>\s*<a class="sorts" href="\?([^"]*)">([^<]+)</a>'
)
LISTS = {
    "/cities/": {"City", "Province", "Level"},
    "/zones/": {"City", "Programme and batch", "Start"},
}


def _heads(text: str) -> dict[str, tuple[str, str]]:
    return {name: (now, html.unescape(link)) for now, link, name in HEAD.findall(text)}


@pytest.mark.parametrize("path", sorted(LISTS))
@pytest.mark.parametrize("asked", ["province=CN-ZJ&as_of=2026-11-20", "as_of=2018-06-30"])
def test_every_head_orders_and_says_so(client: Client, path: str, asked: str) -> None:
    heads = _heads(client.get(f"{path}?{asked}&lang=en").content.decode())
    assert set(heads) == LISTS[path]
    assert [bool(now) for now, _link in heads.values()].count(True) == 1
    for name, (_now, link) in heads.items():
        # The rest of the question stays.
        assert asked.partition("&")[0] in link
        after = client.get(f"{path}?{link}&lang=en")
        assert after.status_code == 200
        told = {other: now for other, (now, _) in _heads(after.content.decode()).items() if now}
        assert set(told) == {name}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_head_pressed_again_turns_the_order_round(client: Client, language: str) -> None:
    def days(question: str) -> list[str]:
        shown: Any = client.get(f"/zones/?{question}&lang={language}").context["rows"]
        return [str(row["zone"].designated_day) for row in shown if row["zone"].designated_day]

    heads = HEAD.findall(client.get(f"/zones/?lang={language}").content.decode())
    earliest = html.unescape(heads[2][1])
    text = client.get(f"/zones/?{earliest}&lang={language}").content.decode()
    latest = html.unescape(HEAD.findall(text)[2][1])
    assert days(earliest) == sorted(days(earliest))
    assert days(latest) == sorted(days(latest), reverse=True)
    assert days(earliest) != days(latest)

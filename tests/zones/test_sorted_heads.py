"""The heads of long tables order them, and say how they are ordered."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db

HEAD = re.compile(
    r'<th scope="col"(?: class="narrow")?(?: aria-sort="(\w+)")?>'
    r'\s*<a class="sorts" href="\?([^"]*)">([^<]+)</a>'
)
LISTS = {
    "/cities/": {"City", "Province", "Level"},
    "/zones/": {"City", "Programme and batch", "Start"},
    "/topics/spread/": {"Rule", "First", "20 Nov 2026", "National since"},
    "/sources/": {"Title", "Issued", "Policies"},
}
#: What each list is asked besides, which stays.
ASKED = {
    "/sources/": ["kind=notice", "q=customs"],
    "/topics/spread/": ["as_of=2026-11-20&focus_area=payment", "as_of=2026-11-20&counted=ever"],
}
OF_PLACES = ["province=CN-ZJ&as_of=2026-11-20", "as_of=2018-06-30"]


def _heads(text: str) -> dict[str, tuple[str, str]]:
    return {name: (now, html.unescape(link)) for now, link, name in HEAD.findall(text)}


@pytest.mark.parametrize(
    ("path", "asked"), [(path, one) for path in sorted(LISTS) for one in ASKED.get(path, OF_PLACES)]
)
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


def test_documents_are_ordered_as_their_heads_say_on_every_page(client: Client) -> None:
    def listed(ordering: str, page: int = 1) -> list[Any]:
        asked = f"/sources/?ordering={ordering}&page={page}&lang=en"
        return [source for source, _title in client.get(asked).context["sources"]]

    titles = [source.title_en for page in (1, 2) for source in listed("title", page)]
    assert titles == sorted(titles)
    rests = [source.rests for page in (1, 2) for source in listed("-policies", page)]
    assert rests == sorted(rests, reverse=True)
    issued = [str(source.issued_on) for source in listed("issued_on")]
    assert issued == sorted(issued)
    text = client.get("/sources/?page=2&lang=en").content.decode()
    assert all("page=" not in link for _now, link in _heads(text).values())
    # The data by the API keep the order where it has it.
    asked = "/sources/?ordering=issued_on&lang=en"
    assert "ordering=issued_on" in client.get(asked).content.decode().split("JSON")[0][-200:]

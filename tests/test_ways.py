"""The two ways that the architecture tells, of a question and of a tick, are those of the code."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests.checklists.asking import ROOT, Api

pytestmark = pytest.mark.django_db

FOLDER = str(settings.BASE_DIR)


def told(heading: str) -> list[str]:
    """The calls that a chapter lists, in order."""
    text = (Path(FOLDER) / "docs" / "architecture.md").read_text(encoding="utf-8")
    chapter = text.split(f"## {heading}\n")[1].split("\n## ")[0]
    (listed,) = re.findall(r"```\n(.*?)```", chapter, re.S)
    calls = [re.split(" {2,}", line.strip())[0] for line in listed.splitlines()]
    return [name for line in calls for name in line.split(", ")]


def called(act: Callable[[], Any]) -> list[str]:
    """The functions of the portal that an act calls, in order, by their names within a module."""
    found = []

    def note(frame: FrameType, event: str, _argument: object) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(FOLDER):
            found.append(code.co_qualname)

    sys.setprofile(note)
    try:
        act()
    finally:
        sys.setprofile(None)
    return found


def missing(names: list[str], calls: list[str]) -> list[str]:
    """The names that were not called, or not after the one before."""
    lost, at = [], 0
    for name in names:
        after = [
            place
            for place, own in enumerate(calls[at:], start=at)
            if own == name or own.endswith(f".{name}")
        ]
        if after:
            at = after[0]
        else:
            lost.append(name)
    return lost


def test_the_way_of_a_question_is_told_as_it_goes() -> None:
    names = told("The way of a question")
    assert len(names) > 10
    address = "/api/v1/compare/?cities=hangzhou,zhengzhou@2018-12-31&certainty=primary"
    assert missing(names, called(lambda: Client().get(address))) == []


def test_the_way_of_a_tick_is_told_as_it_goes() -> None:
    names = told("The way of a tick")
    assert len(names) > 10
    alice = Api("alice")
    begun = {"template": "import-1210-seller", "places": ["hangzhou"]}
    root = f"{ROOT}{alice('post', ROOT, begun, status=201)['key']}/"
    items = alice("get", f"{root}items/?limit=1000")["results"]
    address = f"{root}items/{next(row for row in items if row['recurrence'] == 'once')['id']}/"
    alice("get", address)
    seen = alice.etag
    tick = called(lambda: alice("patch", address, {"status": "done"}, match=seen))
    assert missing(names, tick) == []


def test_a_call_that_is_not_made_is_seen() -> None:
    assert missing(["a", "B.c", "gone"], ["a", "B.c"]) == ["gone"]
    assert missing(["c", "a"], ["a", "B.c"]) == ["a"]

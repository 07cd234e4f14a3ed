"""What is wrong with the description beside the tables is told, and what would be right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError

from cbec_portal import database_state
from tests.zones.datasets import change_rows
from zones.dataset.load import load_dataset
from zones.dataset.problems import Refused
from zones.models import Edition

pytestmark = pytest.mark.django_db

CITIES = {"path": "cities.csv"}
ODD: list[tuple[Any, str]] = [
    ([], "it holds a list, where an object belongs"),
    (7, "it holds a number, where an object belongs"),
    (None, "it holds null, where an object belongs"),
    ({}, 'resources is missing; it lists the tables, as in [{"path": "cities.csv"}]'),
    ({"resources": None}, "resources is null; it lists the tables"),
    ({"resources": {"path": "cities.csv"}}, "resources is an object; it lists the tables"),
    ({"resources": []}, "resources is empty; it lists the tables"),
    ({"resources": ["cities.csv"]}, "resources[0] is a text, where an object with a path belongs"),
    ({"resources": [{}]}, "resources[0].path is missing; it names the file of a table"),
    ({"resources": [{"path": ["cities.csv"]}]}, "resources[0].path is a list, where a text"),
    ({"resources": [CITIES, CITIES]}, "resources[1].path 'cities.csv' is described twice"),
    ({"resources": [{"path": "cites.csv"}]}, "'cites.csv' is not a table of the dataset, which"),
    *(
        ({"resources": [{"path": path}]}, f"resources[0].path {path!r} leads out of the folder")
        for path in ("../cities.csv", "/etc/passwd", "a/cities.csv", "..", "", "https://a.cn/c.csv")
    ),
    ({"resources": [CITIES | {"schema": []}]}, "resources[0].schema is a list, where an object"),
    ({"resources": [CITIES | {"encoding": "gbk"}]}, "encoding is 'gbk'; it would be utf-8"),
    ({"resources": [CITIES | {"format": "xlsx"}]}, "format is 'xlsx'; it would be csv"),
    ({"resources": [CITIES | {"profile": "x"}]}, "resources[0].profile is 'x'; it would be data-"),
    ({"profile": "nonsense"}, "profile is 'nonsense'; it would be data-package or tabular-"),
    ({"profile": 7}, "profile is a number, where a text belongs"),
    ({"name": None}, "name is null, where a text belongs"),
    ({"licenses": "CC-BY-4.0"}, "licenses is a text, where a list belongs"),
    ({"revision": "1"}, "revision is a text, where a whole number belongs"),
    ({"revision": True}, "revision is true or false, where a whole number belongs"),
    ({"edit": 1.5}, "edit is a number, where a whole number belongs"),
    ({"edit": -1}, "edit is -1, which numbers no edit"),
    ({"revision": 2**63}, "which numbers no revision"),
    ({"edit": None}, "gives revision alone; revision and edit belong together"),
    ({"revision": None}, "gives edit alone; revision and edit belong together"),
    ({"published_at": "yesterday"}, "published_at is no moment, such as 2026-01-31T08:00:00"),
    ({"published_at": "2026-01-31"}, "published_at is no moment, such as 2026-01-31T08:00:00"),
    ({"edit_mark": "me"}, "edit_mark is no mark of an edit, which has 16 digits"),
]


def described(folder: Path, odd: Any) -> None:
    """Give a folder an odd description: a whole one, or some odd words in the right one."""
    path = folder / "datapackage.json"
    known = json.loads(path.read_text(encoding="utf-8"))
    whole = not isinstance(odd, dict) or not odd
    path.write_text(json.dumps(odd if whole else known | odd), encoding="utf-8")


@pytest.mark.parametrize(("odd", "why"), ODD, ids=[why[:40] for _, why in ODD])
def test_an_odd_description_is_refused_by_name(folder: Path, odd: Any, why: str) -> None:
    described(folder, odd)
    change_rows(folder / "cities.csv", lambda rows: [row | {"note": "x"} for row in rows])
    before = Edition.objects.get().number
    with pytest.raises(Refused) as refused:
        load_dataset(folder)
    assert {problem.file for problem in refused.value.problems} == {"datapackage.json"}
    assert why in str(refused.value)
    assert Edition.objects.get().number == before


@pytest.mark.parametrize("text", ["nonsense", "", "[" * 5000, '{"resources": [}'])
def test_what_is_no_json_is_refused(folder: Path, text: str) -> None:
    (folder / "datapackage.json").write_text(text, encoding="utf-8")
    with pytest.raises(Refused, match="is not the description of a dataset: it is no JSON"):
        load_dataset(folder)


@pytest.mark.parametrize("odd", [[], {"resources": [{"path": "../cities.csv"}]}, {"revision": "1"}])
def test_an_odd_description_fills_no_database(folder: Path, odd: Any) -> None:
    described(folder, odd)
    with pytest.raises(CommandError, match=r"datapackage.json cannot be read or understood \("):
        database_state.refuse_unwhole(folder)


def test_what_others_write_into_a_description_is_taken(folder: Path) -> None:
    """As their tools do: a byte order mark, a profile, words of their own, no word of a base."""
    path = folder / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    for name in ("revision", "edit"):
        del package[name]
    package |= {"profile": "tabular-data-package", "x-made-with": "a tool", "version": "1.0"}
    path.write_text(json.dumps(package), encoding="utf-8-sig")
    assert load_dataset(folder).corrected == 0

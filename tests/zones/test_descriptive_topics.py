"""A topic that only names things is shown and never counted; older revisions go on as they did."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from tests.commands import ran
from tests.templates import Elsewhere
from tests.zones.datasets import change_rows, read_rows
from tests.zones.oracle import DESCRIPTIVE
from zones.dataset.dump import dump_dataset
from zones.dataset.load import load_dataset
from zones.dataset.problems import Refused
from zones.models import Revision, Topic

pytestmark = pytest.mark.django_db

NAMED = "local-cbec-instrument"
TURNING = "city-unified-service-platform"
ADDED = {
    "topics": ("label_en", "label_zh", "descriptive"),
    "policies": ("clause_zh",),
    "policy_versions": ("clause_zh",),
    "requirements": ("clause_zh",),
    "programmes": ("description_zh",),
    "revisions": ("descriptive_topics",),
}


def describe(folder: Path, topic: str, value: str = "true") -> None:
    change_rows(
        folder / "topics.csv",
        lambda rows: [
            row | {"descriptive": value} if row["slug"] == topic else row for row in rows
        ],
    )


def strip(folder: Path) -> None:
    """Write the files as they were before the columns were added."""
    for name, columns in ADDED.items():
        path = folder / f"{name}.csv"
        if not path.exists():
            continue
        rows = read_rows(path)
        kept = [column for column in rows[0] if column not in columns]
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, kept, extrasaction="ignore", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    (folder / "datapackage.json").unlink()


def compared(client: Client, topic: str, **asked: Any) -> Any:
    told = {"cities": "hangzhou,zhengzhou,xian", "topic": topic} | asked
    answer = client.get("/api/v1/compare/", told).json()
    return {**answer, "outcomes": [row["outcome"] for row in answer["rows"]]}


def test_it_is_shown_and_never_counted(client: Client) -> None:
    answer = compared(client, NAMED)
    assert answer["outcomes"] == ["described"]
    assert any(cell["state"] == "stated" for cell in answer["rows"][0]["cells"])
    summary = answer["summary"]
    assert (summary["topics"], summary["described"]) == (1, 1)
    assert not any(summary[one] for one in ("same", "differs", "incomplete", "unknown"))
    assert compared(client, NAMED, only="differences")["rows"] == []
    for asked in ({}, {"topics": "all"}):
        profiles = client.get("/api/v1/profiles/", asked).json()
        assert set(profiles["topics_left_out"]) >= DESCRIPTIVE


def test_pages_say_so_in_both_languages(client: Client) -> None:
    asked = {"cities": "hangzhou,zhengzhou", "topic": f"{NAMED},{TURNING}"}
    for language, words in (
        ("en", "1 more only names things"),
        ("zh-hans", "仅列示名称，不作对比"),
    ):
        page = client.get("/compare/", {**asked, "lang": language}).content.decode()
        assert 'class="outcome outcome-described"' in page
        assert words in page
        left_out = client.get("/profiles/", {"lang": language}).content.decode()
        assert ("only names things" if language == "en" else "仅列示名称") in left_out


def test_a_topic_that_turns_descriptive_is_so_from_a_revision_on(
    client: Client, folder: Path, tmp_path: Path, elsewhere: Elsewhere
) -> None:
    before = compared(client, TURNING)
    assert before["outcomes"] != ["described"]
    describe(folder, TURNING)
    report = load_dataset(folder)
    assert report.revision is not None
    assert report.revision.number == 2
    assert compared(client, TURNING)["outcomes"] == ["described"]
    assert compared(client, TURNING, known_at=1) == before
    assert load_dataset(folder).revision is None

    dump_dataset(tmp_path / "dump", history=True)
    with elsewhere():
        ran("load_dataset", str(tmp_path / "dump"))
        ran("dump_dataset", "--history", str(tmp_path / "second"))
        turning = Topic.objects.get(slug=TURNING)
        assert (turning.is_descriptive(1), turning.is_descriptive(2)) == (False, True)
    for path in (tmp_path / "dump").iterdir():
        assert path.read_bytes() == (tmp_path / "second" / path.name).read_bytes(), path.name


def test_it_never_turns_back(folder: Path) -> None:
    describe(folder, NAMED, "false")
    with pytest.raises(Refused, match="never change"):
        load_dataset(folder)


def test_nobody_turns_it_without_a_revision() -> None:
    topic = Topic.objects.get(slug=TURNING)
    topic.descriptive = True
    with pytest.raises(ValidationError):
        topic.clean()
    newest = Revision.objects.first()
    rows = Topic.objects.filter(slug=TURNING)
    for change in ({"descriptive": True}, {"descriptive": True, "descriptive_since": None}):
        with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
            rows.update(**change)
    rows.update(descriptive=True, descriptive_since=newest)
    for change in ({"descriptive_since": None}, {"descriptive": False, "descriptive_since": None}):
        with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
            rows.update(**change)


def test_files_from_before_the_columns_leave_them_as_they_are(folder: Path) -> None:
    strip(folder)
    assert load_dataset(folder).revision is None
    labels = Topic.objects.values_list("label_en", "label_zh")
    assert all(english and chinese for english, chinese in labels)


@pytest.mark.parametrize("history", [False, True])
def test_files_from_before_the_columns_fill_a_database(
    history: bool, tmp_path: Path, elsewhere: Elsewhere
) -> None:
    dump_dataset(tmp_path / "dump", history=history)
    strip(tmp_path / "dump")
    with elsewhere():
        ran("load_dataset", str(tmp_path / "dump"))
        ran("dump_dataset", str(tmp_path / "again"))
    (row,) = [r for r in read_rows(tmp_path / "again" / "topics.csv") if r["slug"] == NAMED]
    assert (row["label_en"], row["descriptive"]) == ("", "false")
    assert all(not row["clause_zh"] for row in read_rows(tmp_path / "again" / "policies.csv"))


def test_clauses_are_told_in_the_language_asked_for(client: Client) -> None:
    asked = {"topic": "import-single-transaction-limit", "scope_kind": "nation"}
    said = {
        language: [
            row["clause"]
            for row in client.get("/api/v1/policies/", asked | {"lang": language}).json()["results"]
        ]
        for language in ("en", "zh-hans")
    }
    told = read_rows(Path("fixtures/policies.csv"))
    own = [row for row in told if row["topic"] == asked["topic"] and row["scope_kind"] == "nation"]
    assert said == {
        "en": [row["clause"] for row in own],
        "zh-hans": [row["clause_zh"] for row in own],
    }
    assert said["en"] != said["zh-hans"]

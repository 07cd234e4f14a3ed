"""A topic of every type of answer, entered at the desk and read wherever answers are."""

from __future__ import annotations

import csv
import io
import json
import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from cbec_portal.languages import CODES
from tests.zones.desk.acts import known, proposed, said, say_why_all
from tests.zones.desk.grids import page_of
from tests.zones.values_to_try import TRIED
from zones.dataset.dump import dump_dataset
from zones.dataset.load import load_dataset
from zones.desk import proposals, set_steps
from zones.desk.set_publication import publish_set
from zones.models import ChangeSet, Policy, Revision, Topic
from zones.models.value_types import TYPES, AnswerType, plain_value

pytestmark = pytest.mark.django_db

TOPIC, DAY = "since-tomorrow", "2026-02-01"
CITIES = ("hangzhou", "zhengzhou")
COLUMNS = (
    *("topic", "scope_kind", "scope_code", "effective_from", "value", "value_zh"),
    *("summary_en", "summary_zh", "source_id", "verification", "state"),
)
MEANING = {"meaning_en": "It is so", "meaning_zh": "如此", "denies": "false"}


def published(change_set: ChangeSet, analyst: Any, reviewer: Any) -> Revision:
    say_why_all(change_set, analyst)
    set_steps.submit(change_set, analyst)
    return publish_set(change_set, reviewer)


def choice(key: str, place: str) -> dict[str, str]:
    names = {"choice": key, "label_en": key.title(), "label_zh": f"选项{place}"}
    return {"topic": TOPIC, "position": place, **names, **MEANING}


def asked_of(own: AnswerType) -> list[Any]:
    """The rows of a topic of a type, and of what it is answered by."""
    like = next(cells for cells in known("topics").values() if cells["descriptive"] == "false")
    names = {"label_en": "Tomorrow", "label_zh": "明日", "slug": TOPIC, "position": "999"}
    told = {"question_en": "And tomorrow?", "question_zh": "明日如何？", "begins_on": ""}
    none = {"unit": "", "unit_zh": "", "choices": "", "value_type": own.word.value}
    cells = {**like, **names, **told, **none, **TRIED[own.word].topic}
    choices = [
        said("choices", choice(key, str(place)))
        for place, key in enumerate(filter(None, cells["choices"].split(";")))
    ]
    return [said("topics", cells), *choices]


@pytest.fixture(params=TYPES, ids=lambda own: own.word)
def own(request: pytest.FixtureRequest, analyst: Any, reviewer: Any) -> AnswerType:
    """A type of which a topic was entered, and then pasted what two cities have."""
    tried: AnswerType = request.param
    published(proposed(analyst, *asked_of(tried)), analyst, reviewer)
    values = TRIED[tried.word]
    of_cities = zip(CITIES, [*values.spelled][:2], values.chinese, strict=True)
    summaries = ("As the document says.", "如文件所述。")
    source = ("mof-gacc-sta-2018-49", "secondary", "stated")
    rows = [
        (TOPIC, "city", city, "2026-01-01", typed, chinese, *summaries, *source)
        for city, typed, chinese in of_cities
    ]
    pasted = proposals.open_set(analyst, "A grid")
    text = "\n".join("\t".join(row) for row in (COLUMNS, *rows))
    answer = page_of(pasted, analyst)(do="propose", table="policies", text=text)
    assert answer.status_code == 303, answer.context["judged"].rows
    published(pasted, analyst, reviewer)
    return tried


def texts_of(own: AnswerType) -> list[str]:
    """The two cells as the dataset writes them."""
    return [*TRIED[own.word].spelled.values()][:2]


def policies() -> list[Policy]:
    rows = Policy.objects.current().filter(topic__slug=TOPIC).select_related("topic", "city")
    return sorted(rows, key=lambda policy: policy.scope_code)


def answered(address: str, language: str = "en", **asked: str) -> str:
    got: Any = Client().get(address, asked, headers={"Accept-Language": language})
    assert got.status_code == 200, got.content.decode()[:2000]
    body: bytes = got.getvalue()
    return body.decode("utf-8-sig")


def printed(address: str, language: str, **asked: str) -> str:
    """The text of a page; words that differ between answers are marked there."""
    return unescape(re.sub("<[^>]+>", "", answered(address, language, **asked)))


def test_what_is_pasted_is_what_is_known(own: AnswerType) -> None:
    assert [plain_value(policy) for policy in policies()] == [*map(own.plain_of, texts_of(own))]
    assert Topic.objects.get(slug=TOPIC).answer_type is own


def test_pages_print_it_in_both_languages(own: AnswerType) -> None:
    for language in CODES:
        displayed = [own.display(policy, policy.topic, language) for policy in policies()]
        assert len({*displayed}) == 2
        compared = {"cities": ",".join(CITIES), "topic": TOPIC, "as_of": DAY}
        for page, asked in (("/compare/", compared), (f"/topics/{TOPIC}/", {"as_of": DAY})):
            text = printed(page, language, **asked)
            assert [shown for shown in displayed if shown not in text] == []
        for city, shown in zip(CITIES, displayed, strict=True):
            assert shown in printed(f"/cities/{city}/", language, as_of=DAY)


def test_json_and_csv_tell_it(own: AnswerType) -> None:
    asked = {"cities": ",".join(CITIES), "topic": TOPIC, "as_of": DAY}
    (row,) = json.loads(answered("/api/v1/compare/", **asked))["rows"]
    assert row["outcome"] == "differs"
    told = [own.json(policy, "en") for policy in policies()]
    assert [cell["value"] for cell in row["cells"]] == told
    listed = json.loads(answered("/api/v1/policies/", topic=TOPIC, ordering="identity"))["results"]
    assert sorted(map(str, told)) == sorted(str(row["value"]) for row in listed)
    written = answered("/api/v1/policies/", topic=TOPIC, format="csv")
    assert {row["value"] for row in csv.DictReader(io.StringIO(written))} == {*texts_of(own)}


def test_lists_are_narrowed_by_it(own: AnswerType) -> None:
    for city, text in zip(CITIES, texts_of(own), strict=True):
        asked = {"policy": f"{TOPIC}:{text}", "as_of": DAY}
        found = json.loads(answered("/api/v1/cities/", **asked))["results"]
        assert [row["slug"] for row in found] == [city]
    if name := own.range_name:
        first, second = texts_of(own)
        for ordering, most, cities in (
            (name, {}, ["hangzhou", "zhengzhou"]),
            (f"-{name}", {}, ["zhengzhou", "hangzhou"]),
            (name, {f"{name}__gt": first}, ["zhengzhou"]),
            (name, {f"{name}__lt": second}, ["hangzhou"]),
        ):
            asked = {"topic": TOPIC, "ordering": ordering, **most}
            rows = json.loads(answered("/api/v1/policies/", **asked))["results"]
            assert [row["scope"]["code"] for row in rows] == cities


def test_files_give_it_back(own: AnswerType, tmp_path: Any) -> None:
    dump_dataset(tmp_path)
    report = load_dataset(tmp_path)
    assert (report.added, report.corrected) == (0, 0)
    package = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))
    (topics,) = (part for part in package["resources"] if part["name"] == "topics")
    (kinds,) = (part for part in topics["schema"]["fields"] if part["name"] == "value_type")
    assert own.word in kinds["constraints"]["enum"]

"""What is kept for a language is made in it, whichever language is active at that moment."""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterator
from inspect import signature
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from cbec_portal import day_words
from cbec_portal.api import row_serializers
from zones.api.representations.cells import policy_json
from zones.api.serializers.policy_serializers import TopicSerializer
from zones.desk import retold_names
from zones.models import Policy
from zones.pages import cell_tags, gap_tags, span_words, ticked_cities
from zones.rules.vocabulary import Certainty, Outcome, State
from zones.selectors import rendered_values
from zones.selectors.published_statistics import figures
from zones.selectors.snapshot import current_snapshot, forget

pytestmark = pytest.mark.django_db

ROOMS = ("cbec_portal", "zones", "checklists")
LANGUAGES = ("en", "zh-hans")
PAIRS = [("en", "zh-hans"), ("zh-hans", "en")]


def _labels_of(fields: dict[str, Any], language: str) -> list[tuple[str, str, str]]:
    """What fields are called where they are told, which is in the language they are kept for."""
    with override(language):
        return [(name, str(own.label), str(own.help_text)) for name, own in fields.items()]


#: Everything kept by a decorator under a language, with calls for one.
KEPT: dict[str, Any] = {
    "words": lambda language: [rendered_values.words(m, language) for m in ("Yes", "No", "China")],
    "state_words": lambda language: [
        rendered_values.state_words(state, language) for state in State
    ],
    "_wording": lambda language: [
        day_words._wording(text, language) for text in ("2019-12-31", "2019-12")
    ],
    "time_in": lambda language: [day_words.time_in(language, "2019-12")],
    "words_of": lambda language: [cell_tags.words_of(language)],
    "_start": lambda language: [
        cell_tags._start(qualifier, language) for qualifier in cell_tags.STARTS
    ],
    "_days_told": lambda language: [
        cell_tags._days_told("2019-12", last, is_open, language)
        for last, is_open in ((None, False), (None, True), ("2020-03-31", False))
    ],
    "_written": lambda language: [
        span_words._written(what, other, count, unit, language)
        for what, other in span_words.WORDS
        for count, unit in ((0, "days"), (1, "days"), (3, "weeks"), (13, "months"), (2, "years"))
    ],
    "sign_of": lambda language: [cell_tags.sign_of(sure, language) for sure in Certainty],
    "_fields": lambda language: _labels_of(
        row_serializers._fields(TopicSerializer, language), language
    ),
    "_share_words": lambda language: [gap_tags._share_words(language)],
    "ticked_box": lambda language: [ticked_cities.ticked_box("xian", "Xi'an", True, language)],
    "_column_words": lambda language: [retold_names._column_words(language)],
    "_cell_words": lambda language: [retold_names._cell_words(language)],
    "outcome_in": lambda language: [cell_tags.outcome_in(one.value, language) for one in Outcome],
}

ADDRESSES = [
    "/api/v1/compare/?cities=hangzhou,zhengzhou,shijiazhuang&lang={}",
    "/api/v1/cities/?lang={}&limit=20",
    "/api/v1/policies/?lang={}&limit=50",
    "/api/v1/changes/?city=hangzhou&lang={}&limit=50",
    "/api/v1/templates/import-1210-seller/preview/?city=hangzhou&lang={}",
    "/compare/?cities=hangzhou,zhengzhou&lang={}",
    "/cities/hangzhou/?lang={}",
    "/profiles/?lang={}",
    "/research/?lang={}",
    "/topics/bonded-import-1210/?lang={}",
    "/topics/spread/?lang={}",
    "/statistics/?lang={}",
    "/search/?q=hangzhou&lang={}",
    "/changes/?lang={}",
]


def decorated() -> Iterator[tuple[str, Any]]:
    """Every function of ours whose results a decorator keeps."""
    for module in list(sys.modules.values()):
        if module.__name__.split(".")[0] in ROOMS:
            for found in vars(module).values():
                if isinstance(found, functools._lru_cache_wrapper) and (
                    found.__module__ == module.__name__
                ):
                    yield found.__name__, found


@pytest.mark.parametrize(("language", "active"), PAIRS)
def test_what_decorators_keep(language: str, active: str) -> None:
    found = dict(decorated())
    told_in_one = {n for n, kept in found.items() if "language" in signature(kept).parameters}
    assert told_in_one == set(KEPT), "a kept function has no example here"
    for name, call in KEPT.items():
        found[name].cache_clear()
        with override(active):
            rendered = call(language)
        found[name].cache_clear()
        with override(language):
            assert rendered == call(language), name


@pytest.mark.parametrize(("language", "active"), PAIRS)
def test_what_the_snapshot_keeps(language: str, active: str) -> None:
    policies = list(Policy.objects.values_list("pk", flat=True))

    def kept_under(other: str) -> list[Any]:
        rendered_values.words.cache_clear()
        forget()
        with override(other):
            kept = current_snapshot()
            rendered = kept.rendered(policies, language)
            return [
                {pk: dict(rendered[pk]) for pk in policies},
                {pk: policy_json(rendered[pk]) for pk in policies},
                [dict(kept.topic(topic, language)) for topic in kept.topics.values()],
                [dict(kept.empty(state, language)) for state in State],
                [repr(one) for one in figures(kept, language)],
            ]

    for right, found in zip(kept_under(language), kept_under(active), strict=True):
        assert found == right


@pytest.mark.parametrize("first", LANGUAGES)
def test_no_answer_depends_on_the_language_of_the_one_before(first: str, client: Client) -> None:
    def asked(language: str) -> dict[str, str]:
        found = {a: client.get(a.format(language)) for a in ADDRESSES}
        assert {answer.status_code for answer in found.values()} == {200}
        return {address: answer.content.decode() for address, answer in found.items()}

    def nothing_kept() -> None:
        forget()
        for _, kept in decorated():
            kept.cache_clear()

    second = next(language for language in LANGUAGES if language != first)
    nothing_kept()
    alone = asked(second)
    nothing_kept()
    asked(first)
    assert asked(second) == alone

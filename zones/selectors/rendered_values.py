"""How answers say things: the shapes of documents, scopes, topics and columns in a language."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_noop, override

from cbec_portal.languages import either, in_language
from zones.models import Policy, Topic
from zones.models.labels import label
from zones.models.labels import words as words
from zones.models.value_types import TypedValue, type_of
from zones.rules.vocabulary import Certainty, State


def value_of(policy: Policy, language: str) -> bool | int | float | str | None:
    """Return a policy's value, typed: true or false, a number, or a text."""
    own = type_of(policy)
    return own.json(policy, language) if own else None


def display_of(policy: Policy, topic: Topic, language: str) -> str:
    """Return a policy's value as it is read."""
    if policy.state != State.STATED:
        return state_words(policy.state, language)
    return value_display(policy, topic, language)


def value_display(row: TypedValue, topic: Topic, language: str) -> str:
    """Return a typed value as it is read; an empty text where there is none."""
    own = type_of(row)
    return own.display(row, topic, language) if own else ""


# The usual bound of 128 holds all: six states in two languages, which no edition changes.
@lru_cache
def state_words(state: str, language: str) -> str:
    """Return a state in words."""
    with override(language):
        return label(State(state))


def verification_words(verification: str | None, language: str) -> str:
    """Return how sure a record is, in words."""
    with override(language):
        return label(Certainty(verification)) if verification else ""


def scope_shape(policy: Policy, language: str) -> dict[str, str]:
    """Return whom a policy binds: the scope's kind, code and name."""
    body = policy.body
    name = in_language(body, "name", language) if body else words(gettext_noop("China"), language)
    return {"kind": policy.scope_kind, "code": policy.scope_code, "name": name}


def source_shape(source: Any, language: str) -> dict[str, Any]:
    """Return a document as it is cited."""
    return {
        "id": source.slug,
        "document_number": source.document_number,
        "title": in_language(source, "title", language),
        "official_url": source.official_url,
        "status": source.status,
    }


def city_shape(city: Any, language: str) -> dict[str, Any]:
    """Return a city, or a place without pilot status, as a column names it."""
    return {
        "slug": city.slug,
        "name": in_language(city, "name", language),
        "name_en": city.name_en,
        "name_zh": city.name_zh,
        "province": city.province.iso_3166_2,
        "customs_district": city.customs_district.code,
    }


def topic_label(topic: Topic, language: str) -> str:
    """Return the short head of a topic; its question where it has none."""
    return in_language(topic, "label", language) or in_language(topic, "question", language)


def clause_in(row: Any, language: str) -> str:
    """Return the clause that a policy or a duty rests on."""
    return either(row.clause, row.clause_zh, language)


def topic_shape(topic: Topic, language: str) -> dict[str, Any]:
    """Return a topic as it stands in a comparison."""
    return {
        "slug": topic.slug,
        "label": topic_label(topic, language),
        "question": in_language(topic, "question", language),
        "focus_area": topic.focus_area.slug,
        "value_type": topic.value_type,
        "unit": topic.unit_in(language) or None,
    }

"""A plain reading of the fixtures, day by day, sharing no code with the portal."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"


def read(name: str) -> list[dict[str, str]]:
    """The rows of a table, for whoever asks to change."""
    return [dict(row) for row in _rows(name)]


@cache
def _rows(name: str) -> list[dict[str, str]]:
    with (FIXTURES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def first_day(text: str) -> str:
    """A date cut short counts from its first day."""
    return {4: f"{text}-01-01", 7: f"{text}-01"}.get(len(text), text)


@cache
def last_day(text: str) -> str:
    """A last day cut short lasts to the end of its month or year: sorts after all its days."""
    if len(text) == 4:
        return f"{text}-12-31"
    if len(text) == 7:
        year, month = int(text[:4]), int(text[5:])
        after = date(year + month // 12, month % 12 + 1, 1)
        return date.fromordinal(after.toordinal() - 1).isoformat()
    return text


CITIES = {row["slug"]: row for row in read("cities")}
TOPICS = {row["slug"]: row for row in read("topics")}
DESCRIPTIVE = {slug for slug, row in TOPICS.items() if row["descriptive"] == "true"}
POLICIES = read("policies")
ZONES = read("zones")
COVERAGE = read("zone_coverage")
ORDER = [
    "nation",
    "service-pilot",
    "comprehensive",
    "retail-import",
    "province",
    "customs_district",
    "city",
]


def by(column: str, rows: list[dict[str, str]]) -> dict[str, list[dict[str, str]]]:
    """Rows by what stands in a column."""
    found = defaultdict(list)
    for row in rows:
        found[row[column]].append(row)
    return found


BY_TOPIC, ZONES_OF, COVERAGE_OF = by("topic", POLICIES), by("city", ZONES), by("city", COVERAGE)


@cache
def programmes_of(city: str, day: str) -> frozenset[str]:
    """Programmes in one of whose zones the city is, or which cover it, on a day."""
    inside = set()
    for zone in ZONES_OF[city]:
        started, ended = first_day(zone["designated_on"]), first_day(zone["ended_on"])
        if started and started <= day and not (ended and ended <= day):
            inside.add(zone["programme"])
    for row in COVERAGE_OF[city]:
        start, until = first_day(row["covered_from"]), first_day(row["covered_until"])
        if start <= day and not (until and until <= day):
            inside.add(row["programme"])
    return frozenset(inside)


def rank_of(policy: dict[str, str], city: str, programmes: frozenset[str]) -> int | None:
    """How narrow the policy's scope is, if it binds the city."""
    kind, code = policy["scope_kind"], policy["scope_code"]
    bound = {
        "nation": True,
        "programme": code in programmes,
        "province": code == CITIES[city]["province"],
        "customs_district": code == CITIES[city]["customs_district"],
        "city": code == city,
    }[kind]
    return ORDER.index(code if kind == "programme" else kind) if bound else None


@cache
def answer(city: str, topic: str, day: str) -> tuple[str, Any, list[str]]:
    """State, value and the keys of the deciding policy and those beside it."""
    programmes = programmes_of(city, day)
    by_rank: dict[int, dict[str, str]] = {}
    for policy in BY_TOPIC[topic]:
        start, end = first_day(policy["effective_from"]), last_day(policy["effective_to"])
        if start > day or (end and end < day):
            continue
        rank = rank_of(policy, city, programmes)
        if rank is not None and start > first_day(by_rank.get(rank, {}).get("effective_from", "")):
            by_rank[rank] = policy
    if not by_rank:
        begins = first_day(TOPICS[topic]["begins_on"])
        return ("no-such-rule-yet" if begins and day < begins else "not-researched"), None, []
    holding = [by_rank[rank] for rank in sorted(by_rank, reverse=True)]
    keys = [key_of(policy) for policy in holding]
    return holding[0]["state"], typed(holding[0]["value"], topic), keys


def key_of(policy: dict[str, str]) -> str:
    """What names a policy."""
    return ".".join(policy[c] for c in ("topic", "scope_kind", "scope_code", "effective_from"))


KNOWN = {"stated", "no-such-rule-yet", "not-applicable"}


def outcome(topic: str, cells: list[tuple[str, Any, list[str]]]) -> str:
    """What a row of a comparison comes to."""
    if topic in DESCRIPTIVE:
        return "described"
    known = {reading(topic, *cell) for cell in cells if cell[0] in KNOWN}
    if len(known) != 1:
        return "differs" if known else "unknown"
    return "same" if all(cell[0] in KNOWN for cell in cells) else "incomplete"


@cache
def varying(day: str, certainty: str = "unverified") -> frozenset[str]:
    """Topics that two of all cities are known to answer differently on a day."""
    found = set()
    for topic in TOPICS.keys() - DESCRIPTIVE:
        cells = [as_sure_as(answer(city, topic, day), certainty) for city in CITIES]
        if len({reading(topic, *cell) for cell in cells if cell[0] in KNOWN}) > 1:
            found.add(topic)
    return frozenset(found)


@cache
def layers(day: str, certainty: str = "unverified") -> dict[str, str]:
    """What topics are on a day, by what all cities answer."""
    found = {}
    for topic in TOPICS:
        cells = [as_sure_as(answer(city, topic, day), certainty) for city in CITIES]
        if topic in DESCRIPTIVE:
            found[topic] = "descriptive"
        elif topic in varying(day, certainty):
            found[topic] = "local"
        elif any(cell[0] not in KNOWN for cell in cells):
            found[topic] = "partly-known"
        else:
            found[topic] = "national"
    return found


LAYERS = ("local", "partly-known", "national", "descriptive")


def as_sure_as(cell: tuple[str, Any, list[str]], certainty: str) -> tuple[str, Any, list[str]]:
    """A cell, or *not verified* where its policy is less sure than wanted."""
    grades = ["primary", "secondary", "unverified"]
    if cell[2] and grades.index(SURE[cell[2][0]]) > grades.index(certainty):
        return "not-verified", None, []
    return cell


SURE = {key_of(policy): policy["verification"] for policy in POLICIES}
VALUES = {key_of(policy): policy["value"] for policy in POLICIES}


def typed(value: str, topic: str) -> Any:
    """A value by its topic's type."""
    match TOPICS[topic]["value_type"]:
        case "boolean":
            return value == "true"
        case "number":
            return float(value)
    return value


def profiles(day: date, *, every_topic: bool) -> tuple[list[set[str]], list[str]]:
    """Groups of cities with the same answers, largest first, and the topics left out."""
    said = {
        city: {topic: answer(city, topic, day.isoformat()) for topic in TOPICS} for city in CITIES
    }
    counted = [
        topic
        for topic in TOPICS
        if topic not in DESCRIPTIVE
        and (every_topic or all(own[topic][0] in KNOWN for own in said.values()))
    ]
    groups: dict[Any, set[str]] = {}
    for city, own in said.items():
        key = tuple(reading(topic, *own[topic]) for topic in counted)
        groups.setdefault(key, set()).add(city)
    ranked = sorted(groups.values(), key=len, reverse=True)
    return ranked, [topic for topic in in_order(day.isoformat()) if topic not in counted]


def in_order(day: str) -> list[str]:
    """Topics as they are shown: layer by layer."""
    own = layers(day)
    return paired(sorted(TOPICS, key=lambda topic: LAYERS.index(own[topic])))


def paired(topics: list[str]) -> list[str]:
    """Topics in their order, a record of operation behind the topic that it is the record of."""
    behind = {topic for topic in topics if topic.removesuffix("-in-operation") in topics}
    behind -= {topic for topic in topics if not topic.endswith("-in-operation")}
    return [
        shown
        for topic in topics
        if topic not in behind
        for shown in (topic, f"{topic}-in-operation")
        if shown == topic or shown in behind
    ]


def reading(topic: str, state: str, value: Any, keys: list[str]) -> Any:
    """What is compared: the value, for an additive topic with those read together with it."""
    if TOPICS[topic]["additive"] == "false" or state != "stated":
        return state, value
    return state, value, tuple(VALUES[key] for key in keys)

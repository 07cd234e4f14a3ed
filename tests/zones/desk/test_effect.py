"""What a set is said to change is what it changes, as an independent reading tells."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from string import ascii_uppercase
from types import MappingProxyType
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.db.models import TextField
from django.db.models.functions import Cast
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.rounds import rounds
from tests.zones.desk.acts import (
    known,
    person,
    proposed,
    said,
    say_why_all,
    taken_out,
    written,
)
from tests.zones.desk.small_world import small_world
from tests.zones.oracle import first_day, last_day
from zones.dataset.load import load_dataset
from zones.dataset.policy_table import Policies
from zones.dataset.table import Cells, Key
from zones.dataset.table_registry import table_named
from zones.desk.effect import Effect, effect_of
from zones.desk.judgement import Judgement, judge
from zones.desk.proposals import drop
from zones.desk.reversal import propose_undo
from zones.desk.row_drafts import RowDraft
from zones.desk.set_publication import publish_set
from zones.desk.set_steps import submit
from zones.models import ChangeSet, InForce, Policy, Revision
from zones.models.revisions import FROZEN
from zones.rules.vocabulary import Fate
from zones.services.in_force_rows import rebuild
from zones.services.version_chains import broken_chains

pytestmark = pytest.mark.django_db

Tables = Mapping[str, Mapping[Key, Cells]]
#: What names a row that can get another key, by the kind of that row; a choice by two columns.
NAMING: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "cities": {
        "city": ("slug",),
        "province": ("province",),
        "customsdistrict": ("customs_district",),
    },
    "former_placements": {
        "city": ("city",),
        "province": ("province",),
        "customsdistrict": ("customs_district",),
    },
    "programmes": {"programme": ("slug",)},
    "zones": {"city": ("city",), "programme": ("programme",)},
    "zone_coverage": {"city": ("zone_city", "city"), "programme": ("programme",)},
    "policies": {"topic": ("topic",), "source": ("source_id",)},
}
#: The tables of the rows that get another key.
RENAMABLE = {
    "topic": "topics",
    "choice": "choices",
    "city": "cities",
    "source": "sources",
    "programme": "programmes",
    "province": "provinces",
    "customsdistrict": "customs_districts",
}
READ = ("cities", "former_placements", "programmes", "zones", "zone_coverage", "policies")
WIDE = ["nation", "programme", "province", "customs_district", "city"]


#: By the kind of a row and the key that it has, the one by which it is to be called.
Renamed = Mapping[tuple[str, str], str]


def called_otherwise(tables: Tables, renamed: Renamed) -> Tables:
    """Tables in which some rows have other keys, wherever they are named."""
    return {
        name: {
            tuple(own[part] for part in table_named(name).key): own
            for own in (_called_otherwise(name, cells, renamed) for cells in rows.values())
        }
        for name, rows in tables.items()
    }


def _called_otherwise(name: str, cells: Cells, renamed: Renamed) -> Cells:
    named = {
        column: renamed[kind, cells[column]]
        for kind, columns in NAMING[name].items()
        for column in columns
        if (kind, cells[column]) in renamed
    }
    if name == "policies":
        scope = cells["scope_kind"].replace("_", ""), cells["scope_code"]
        named["scope_code"] = renamed.get(scope, cells["scope_code"])
        # Of a choice the key is that which its topic gets, and its own.
        topic = f"{named.get('topic', cells['topic'])}:"
        chosen = renamed.get(("choice", f"{topic}{cells['value']}"), f"{topic}{cells['value']}")
        named["value"] = chosen.removeprefix(topic)
    return {**cells, **named}


class Reading:
    """A plain reading of the tables as they are, that shares no code with the portal."""

    def __init__(self, tables: Tables | None = None) -> None:
        self.tables = tables or {name: known(name) for name in READ}
        self.places: dict[str, list[tuple[str, Cells]]] = {}
        for (city,), own in self.tables["cities"].items():
            former = sorted(
                (first_day(cells["until"]), cells)
                for key, cells in self.tables["former_placements"].items()
                if key[0] == city
            )
            self.places[city] = [*former, ("9999-99", own)]
        self.order = {
            key[0]: int(own["position"]) for key, own in self.tables["programmes"].items()
        }
        #: By city and programme, the days from and without which the city is in the programme.
        self.spans: dict[str, dict[str, list[tuple[str, str]]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for (programme, city), own in self.tables["zones"].items():
            start, end = first_day(own["designated_on"]), first_day(own["ended_on"]) or "9999-99"
            if not start:
                continue
            self.spans[city][programme].append((start, end))
            for key, covered in self.tables["zone_coverage"].items():
                if key[:2] == (programme, city):
                    since = max(first_day(covered["covered_from"]), start)
                    until = min(first_day(covered["covered_until"]) or "9999-99", end)
                    self.spans[key[2]][programme].append((since, until))
        self._bindings: dict[tuple[str, str], dict[tuple[str, str], tuple[int, int]]] = {}
        self.policies: dict[str, list[Cells]] = defaultdict(list)
        for cells in self.tables["policies"].values():
            self.policies[cells["topic"]].append(cells)

    def by_other_keys(self, renamed: Renamed) -> Reading:
        """The same reading, some rows of which have other keys."""
        return Reading(called_otherwise(self.tables, renamed)) if renamed else self

    def binding(self, city: str, day: str) -> dict[tuple[str, str], tuple[int, int]]:
        """The scopes that bind a city on a day, with how narrow they are."""
        known = self._bindings.get((city, day))
        if known is not None:
            return known
        place = next(own for until, own in self.places[city] if day < until)
        found = {("nation", "CN"): (0, 0)}
        for programme, spans in self.spans[city].items():
            if any(first <= day < end for first, end in spans):
                found["programme", programme] = (1, self.order[programme])
        found["province", place["province"]] = (2, 0)
        found["customs_district", place["customs_district"]] = (3, 0)
        found["city", city] = (4, 0)
        self._bindings[city, day] = found
        return found

    def answer(self, city: str, topic: str, day: str) -> Cells | None:
        """The policy that answers."""
        best: dict[tuple[int, int], Cells] = {}
        binding = self.binding(city, day)
        for policy in self.policies[topic]:
            rank = binding.get((policy["scope_kind"], policy["scope_code"]))
            start, end = first_day(policy["effective_from"]), last_day(policy["effective_to"])
            if rank is None or start > day or (end and end < day):
                continue
            other = best.get(rank)
            if other is None or first_day(other["effective_from"]) < start:
                best[rank] = policy
        holding = [best[rank] for rank in sorted(best, reverse=True)]
        saying = [own for own in holding if own["state"] != "none-found"]
        return (saying or holding or [None])[0]

    def days(self, city: str, topic: str) -> set[str]:
        """The days on which the answer of a city may become another."""
        found: set[str] = set()
        for own in self.policies[topic]:
            found.add(first_day(own["effective_from"]))
            if own["effective_to"]:
                found.add(_after(last_day(own["effective_to"])))
        for spans in self.spans[city].values():
            found |= {day for span in spans for day in span}
        found |= {until for until, _ in self.places.get(city, ())}
        return found - {"9999-99"}


def _after(day: str) -> str:
    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def day_by_day(effect: Effect) -> dict[tuple[str, str], list[tuple[str, str, Any, Any]]]:
    """The changes of each city and topic."""
    found: dict[tuple[str, str], list[tuple[str, str, Any, Any]]] = defaultdict(list)
    for own in effect.changes:
        found[own.city, own.topic].append((own.first, own.last or "9999-99", own.before, own.after))
    return found


def assert_told(
    effect: Effect, before: Reading, after: Reading, topics: set[str], some: set[str]
) -> None:
    """Hold an effect against readings of what was known before and after, on every edge.

    No topic is told of but these, and of some of them every cell is read.
    """
    told = day_by_day(effect)
    assert {topic for _, topic in told} <= topics
    for topic in some:
        for city in sorted(before.places.keys() | after.places.keys()):
            days = sorted(before.days(city, topic) | after.days(city, topic))
            spans = told.get((city, topic), [])
            for day in days:
                was = before.answer(city, topic, day) if city in before.places else None
                will = after.answer(city, topic, day) if city in after.places else None
                own = [span for span in spans if span[0] <= day <= span[1]]
                assert len(own) <= 1, (city, topic, day, own)
                if own:
                    assert (own[0][2], own[0][3]) == (was, will), (city, topic, day)
                else:
                    assert was == will, (city, topic, day, was, will)
            for (_, last, *one), (first, _, *other) in pairwise(spans):
                assert last < first
                assert one != other or _after(last) != first, "spans that are alike are one"


#: Days as the database writes them: to make dates of them takes longer than all else.
DAYS = (Cast("from_day", TextField()), Cast("until_day", TextField()))


def in_force(renamed: Renamed = MappingProxyType({})) -> set[tuple[Any, ...]]:
    """The rows in force known now, some of what they name under other keys."""
    rows = InForce.objects.current().order_by()
    return {
        (renamed.get(("city", city), city), renamed.get(("topic", topic), topic), *rest)
        for city, topic, *rest in rows.values_list("city__slug", "topic__slug", "policy", *DAYS)
    }


def former_keys(found: Judgement) -> Renamed:
    """The keys that rows have now, by those that a set gives them."""
    named = (own for own in found.rows if own.table.name == "aliases" and own.fate == Fate.CHANGED)
    moved = ((own.key[0], *own.moved["current"]) for own in named)
    return {(kind, anew): key for kind, key, anew in moved}


def as_known(revision: int) -> str:
    """All that a revision answers, as one short text."""
    rows = InForce.objects.known_at(revision).order_by("pk")
    text = "\n".join(map(str, rows.values_list("city", "topic", "policy", *DAYS)))
    return hashlib.sha256(text.encode()).hexdigest()


def published_rows() -> dict[Any, Any]:
    """Everything of published records of every table that never changes, and of their parts."""
    rows: dict[Any, Any] = {}
    for model in apps.get_models():
        whole = WHOLES.get(model.__name__, "")
        if not whole and FROZEN not in getattr(model, "guards", ()):
            continue
        names = [f.attname for f in model._meta.concrete_fields if f.attname != "replaced_in_id"]
        own = model._default_manager.filter(**{f"{whole}recorded_in__isnull": False}).order_by()
        rows |= {(model.__name__, row[0]): row for row in own.values_list("pk", *names)}
    return rows


def assert_unaltered(before: Mapping[Any, Any]) -> dict[Any, Any]:
    """Hold published records against what they were, and return all that are by now."""
    now = published_rows()
    assert {pk: now.get(pk) for pk in before} == before
    return now


#: What parts of published records are parts of.
WHOLES = {"Coverage": "zone__", "DistrictInPart": "placement__"}

#: Keys that rows may get: one that another has or had is refused.
_WORDS = [f"of-tomorrow-{number}" for number in range(50)]
_KEYS = {
    "province": [f"CN-Z{letter}" for letter in ascii_uppercase],
    "customsdistrict": [f"99{number}" for number in range(10, 60)],
}


class Drawn:
    """Drafts of a set, drawn at random from what is known."""

    def __init__(self, data: st.DataObject, tables: Tables) -> None:
        self.draw = data.draw
        self.tables = tables
        self.districts = sorted(key[0] for key in known("customs_districts"))
        self.provinces = sorted(key[0] for key in known("provinces"))
        self.topics = {
            key[0]: own
            for key, own in known("topics").items()
            if own["value_type"] in ("boolean", "number")
        }

    def one(self, of: Iterable[Any]) -> Any:
        """One of these."""
        return self.draw(st.sampled_from(list(of)))

    def day(self) -> str:
        """A day, written whole or cut short."""
        texts = ["2014", "2016-05", "2019-01-01", "2020-07-15", "2024-02", "2026", "2029-12-31"]
        return str(self.one(texts))

    def value(self, topic: str) -> str:
        """An answer to a topic."""
        of_type = self.topics[topic]["value_type"]
        return str(self.one(["true", "false"] if of_type == "boolean" else ["1", "5000", "7.5"]))

    def some_policy(self) -> tuple[Key, Cells]:
        """A policy that is known, of a topic answered by yes or no, or a number."""
        return self.one(
            (key, own) for key, own in self.tables["policies"].items() if key[0] in self.topics
        )

    def draft(self) -> list[RowDraft]:
        """What somebody might propose."""
        return list(
            getattr(
                self,
                self.one(
                    [
                        *("new_policy", "corrected", "ended", "withdrawn", "new_start"),
                        *("zone_end", "zone_start", "covered", "uncovered", "moved", "new_city"),
                        *("rescoped", "reopened", "found_nothing", "zone_out", "city_out"),
                        *("renamed", "renamed", "renamed"),
                    ]
                ),
            )()
        )

    def new_policy(self) -> list[RowDraft]:
        """A policy for a scope."""
        key, own = self.some_policy()
        kind = self.one(WIDE)
        code = {
            "nation": ["CN"],
            "programme": [k[0] for k in self.tables["programmes"]],
            "province": self.provinces,
            "customs_district": self.districts,
            "city": [k[0] for k in self.tables["cities"]],
        }[kind]
        cells = {
            **own,
            "scope_kind": kind,
            "scope_code": self.one(code),
            "effective_from": self.day(),
            "effective_to": self.one(["", "2026-06-30", "2030"]),
            "state": "stated",
            "value": self.value(key[0]),
            "value_zh": "",
            "start_qualifier": "",
        }
        if self.draw(st.booleans()):
            cells |= {"state": "none-found", "value": ""}
        return [said("policies", cells)]

    def corrected(self) -> list[RowDraft]:
        """Another answer."""
        key, own = self.some_policy()
        if own["state"] != "stated":
            return []
        return [written("policies", key, value=self.value(key[0]), note="Corrected")]

    def found_nothing(self) -> list[RowDraft]:
        """An answer of which nothing is found after all."""
        key, own = self.some_policy()
        cells = {"state": "none-found", "value": ""} if own["state"] == "stated" else {}
        return [written("policies", key, **cells)] if cells else []

    def rescoped(self) -> list[RowDraft]:
        """A policy of a province or district that is of another."""
        bodies = {"province": self.provinces, "customs_district": self.districts}
        own = [key for key in self.tables["policies"] if key[0] in self.topics and key[1] in bodies]
        if not own:
            return []
        key = self.one(own)
        return [written("policies", key, scope_code=self.one(bodies[key[1]]))]

    def reopened(self) -> list[RowDraft]:
        """An end that is none."""
        ended = [
            key
            for key, own in self.tables["policies"].items()
            if key[0] in self.topics and own["effective_to"]
        ]
        return [written("policies", self.one(ended), effective_to="")] if ended else []

    def renamed(self) -> list[RowDraft]:
        """Another key of something that answers are told by."""
        kind, table = self.one(RENAMABLE.items())
        rows = known(table)
        used = {policy["source_id"] for policy in self.tables["policies"].values()}
        own = self.one(key for key in rows if kind != "source" or key[0] in used)
        anew = (*own[:-1], self.one(_KEYS.get(kind, _WORDS)))
        return [written("aliases", (kind, ":".join(own)), current=":".join(anew))]

    def zone_out(self) -> list[RowDraft]:
        """A zone that never was."""
        return [taken_out("zones", self.one(self.tables["zones"]))]

    def city_out(self) -> list[RowDraft]:
        """A city that never was one of the pilots."""
        return [taken_out("cities", self.one(self.tables["cities"]))]

    def ended(self) -> list[RowDraft]:
        """An end."""
        key, _ = self.some_policy()
        return [written("policies", key, effective_to=self.day())]

    def withdrawn(self) -> list[RowDraft]:
        """A policy that never was."""
        return [taken_out("policies", self.some_policy()[0])]

    def new_start(self) -> list[RowDraft]:
        """Another start."""
        key, _ = self.some_policy()
        return [written("policies", key, effective_from=self.day(), start_qualifier="")]

    def zone_end(self) -> list[RowDraft]:
        """The end of a zone."""
        return [written("zones", self.one(self.tables["zones"]), ended_on=self.day())]

    def zone_start(self) -> list[RowDraft]:
        """Another start of a zone."""
        return [written("zones", self.one(self.tables["zones"]), designated_on=self.day())]

    def covered(self) -> list[RowDraft]:
        """A city that a zone covers."""
        zone = self.one(self.tables["zones"])
        cells = {
            "programme": zone[0],
            "zone_city": zone[1],
            "city": self.one(self.tables["cities"])[0],
            "covered_from": self.day(),
            "covered_until": self.one(["", "2027"]),
            "verification": "secondary",
            "evidence_url": "",
            "note": "",
        }
        return [said("zone_coverage", cells)]

    def uncovered(self) -> list[RowDraft]:
        """A city that a zone covers no more, or until a day."""
        key = self.one(self.tables["zone_coverage"])
        if self.draw(st.booleans()):
            return [taken_out("zone_coverage", key)]
        return [written("zone_coverage", key, covered_until=self.day())]

    def moved(self) -> list[RowDraft]:
        """A city that moves, or was always elsewhere."""
        key = self.one(self.tables["cities"])
        own = self.tables["cities"][key]
        where = {
            "province": self.one(self.provinces),
            "customs_district": self.one(self.districts),
        }
        former = {
            "city": key[0],
            "until": self.day(),
            "province": own["province"],
            "customs_district": own["customs_district"],
        }
        move = [said("former_placements", former)] if self.draw(st.booleans()) else []
        return [*move, written("cities", key, **where)]

    def new_city(self) -> list[RowDraft]:
        """A city that nobody knew of."""
        own = next(iter(self.tables["cities"].values()))
        slug = f"city-{len(self.tables['cities'])}"
        where = {
            "province": self.one(self.provinces),
            "customs_district": self.one(self.districts),
        }
        names = {"name_en": slug, "name_zh": f"{slug}市", "adcode": ""}
        return [said("cities", {**own, "slug": slug, **names, **where})]


def a_set(data: st.DataObject, someone: Any, tables: Tables) -> ChangeSet:
    """A set of random drafts that can be published, beside what is known."""
    drawn = Drawn(data, tables)
    drafts: dict[tuple[str, Key], RowDraft] = {}
    for _ in range(data.draw(st.integers(1, 5))):
        for draft in drawn.draft():
            key = draft.key or draft.table.key_of(draft.cells)
            drafts.setdefault((draft.table.name, key), draft)
    own = proposed(someone, *drafts.values())
    refused = judge(own)
    while refused.hinders:
        for row in refused.rows:
            if row.fate == Fate.REFUSED:
                drop(row.row, someone)
        refused = judge(own)
    return own


def assert_in_force(after: Reading, topics: Iterable[str]) -> None:
    """Hold the rows in force of topics against a reading of what is known, on every edge."""
    current = Policy.objects.current().select_related("topic", *Policy.body_columns)
    keys = {own.pk: own.key_parts for own in current}
    rows: dict[tuple[str, str], list[tuple[str, str, Key]]] = defaultdict(list)
    for city, topic, policy, first, last in in_force():
        rows[city, topic].append((first, last or "9999-99", keys[policy]))
    for topic in topics:
        for city in after.places:
            for day in sorted(after.days(city, topic)):
                held = [key for first, last, key in rows[city, topic] if first <= day <= last]
                own = after.answer(city, topic, day)
                assert held == ([Policies().key_of(own)] if own else []), (city, topic, day)


def a_story(data: st.DataObject) -> int:
    """Publish some random sets, undos among them, and hold each against readings of its own; return
    how many.
    """
    analyst, reviewer = person("ana", "analyst"), person("rui", "reviewer")
    older, before = {1: as_known(1)}, Reading()
    frozen = published_rows()
    assert {name for name, _ in frozen} >= {"Policy", "Zone", "Placement"}
    for place in range(data.draw(st.integers(1, 3))):
        own = a_set(data, analyst, before.tables)
        if place and data.draw(st.booleans()):
            undone = data.draw(st.sampled_from([*Revision.objects.exclude(number=1)] or [None]))
            own = propose_undo(undone, analyst) if undone else own
        found = judge(own)
        if not found.brings or found.hinders:
            continue
        effect = effect_of(found)
        say_why_all(own, analyst)
        former = former_keys(found)
        was, topics = in_force(), {key[0] for key in known("topics")}
        revision = publish_set(submit(own, analyst), reviewer)
        older[revision.number] = as_known(revision.number)
        after = Reading()
        moved = {topic for _, topic, *_ in was ^ in_force(former)}
        # What is told of a set is told by the keys that rows have until it is published.
        assert_told(effect, before, after.by_other_keys(former), moved, topics)
        assert_in_force(after, {key[0] for key in known("topics")})
        assert rebuild(check=True) == []
        assert broken_chains() == []
        frozen = assert_unaltered(frozen)
        before = after
    assert {number: as_known(number) for number in older} == older
    return len(older) - 1


def test_what_a_set_is_said_to_change_is_what_it_changes(elsewhere: Any, tmp_path: Path) -> None:
    """Other sets each time. The world is small, so that every cell of it is read each time."""
    stories: list[int] = []

    @settings(
        max_examples=rounds(40, on_sqlite=25),
        deadline=None,
        database=None,
        print_blob=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(data=st.data())
    def tried(data: st.DataObject) -> None:
        with transaction.atomic():
            stories.append(a_story(data))
            transaction.set_rollback(True)

    with elsewhere():
        load_dataset(small_world(tmp_path / "dataset"))
        tried()
    assert sum(map(bool, stories)) > len(stories) / 3, "of most that were tried nothing was held"


@settings(
    max_examples=2,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_so_it_is_beside_the_whole_dataset(data: st.DataObject, db: None) -> None:
    with transaction.atomic():
        analyst, reviewer = person("ana", "analyst"), person("rui", "reviewer")
        before = Reading()
        own = a_set(data, analyst, before.tables)
        found = judge(own)
        effect = effect_of(found)
        if found.brings and not found.hinders:
            say_why_all(own, analyst)
            former, was = former_keys(found), in_force()
            publish_set(submit(own, analyst), reviewer)
            topics = {topic for _, topic, *_ in was ^ in_force(former)}
            after = Reading().by_other_keys(former)
            assert_told(effect, before, after, topics, set(sorted(topics)[:3]))
            assert rebuild(check=True) == []
        transaction.set_rollback(True)


def test_an_effect_groups_what_changes_alike(analyst: Any) -> None:
    key = next(
        key
        for key, own in known("policies").items()
        if own["scope_kind"] == "nation" and own["value"] == "true" and not own["effective_to"]
    )
    effect = effect_of(judge(proposed(analyst, written("policies", key, value="false"))))
    assert effect.topics == [key[0]]
    assert sum(len(group.cities) for group in effect.groups) == len(effect.changes)
    for group in effect.groups:
        assert (group.before or {})["value"] == "true"
        assert (group.after or {})["value"] == "false"
    assert {city for group in effect.groups for city in group.cities} == set(effect.cities)
    assert effect.answers == list(effect.changes)
    assert sum(effect.matrix[key[0]].values()) == len(effect.changes)


def test_words_alone_change_no_answer(analyst: Any) -> None:
    key = next(k for k, own in known("policies").items() if own["scope_kind"] == "nation")
    effect = effect_of(judge(proposed(analyst, written("policies", key, summary_en="Anew"))))
    assert effect.changes
    assert effect.answers == []


def test_what_is_refused_leaves_the_effect_of_the_rest_visible(analyst: Any) -> None:
    key = next(k for k, own in known("policies").items() if own["value"] == "true")
    wrong = written("cities", ("hangzhou",), province="CN-NO")
    good = written("policies", key, value="false")
    alone, beside = (effect_of(judge(proposed(analyst, *own))) for own in ((good,), (good, wrong)))
    assert beside.changes == alone.changes

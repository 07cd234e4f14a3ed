"""Gaps of the research queue: topics of which nobody has looked what they say in some cities."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from operator import attrgetter

from django.db.models import Count

from zones.models import City, Policy
from zones.models.scopes import NATION_CODE
from zones.rules.vocabulary import ScopeKind, ToResearch
from zones.selectors.inquiry import Inquiry
from zones.selectors.known_rows import topics_known
from zones.selectors.matching_cities import memberships
from zones.selectors.placements import cities_on
from zones.selectors.queue_entry import QueueEntry, QueuePart
from zones.selectors.rendered_values import topic_label
from zones.selectors.research_state import research_state

#: The kinds of places that a cell may be of, as a city lies in them: by the path to the key.
_LIES_IN = {
    ScopeKind.PROVINCE: "province.iso_3166_2",
    ScopeKind.CUSTOMS_DISTRICT: "customs_district.code",
}


def gap_entries(inquiry: Inquiry) -> Iterator[QueueEntry]:
    """Yield topics of which nobody has looked what they say in some cities, with their cells."""
    topics = list(topics_known(inquiry).values())
    cities = list(cities_on(inquiry).values())
    state = research_state(topics, inquiry, cities)
    usual = _usual_scopes()
    for topic in topics:
        gaps = state.gaps(topic) if topic.pk in state.states else []
        if gaps:
            bodies = _bodies_of(usual.get(topic.pk, ScopeKind.CITY), gaps, cities)
            parts = [
                QueuePart(
                    "topics",
                    (topic.slug,),
                    topic.slug,
                    frozenset(city.pk for city in own),
                    cells={"topic": topic.slug, "scope_kind": kind, "scope_code": code},
                    subject=f"{topic.slug} {kind} {code}",
                    title=topic_label(topic, inquiry.language),
                )
                for (kind, code), own in bodies.items()
            ]
            yield QueueEntry(
                ToResearch.NOT_RESEARCHED,
                topic.slug,
                topic_label(topic, inquiry.language),
                "topics",
                (topic.slug,),
                topic.slug,
                len(gaps),
                cells={"topic": topic.slug},
                parts=tuple(parts),
                places=frozenset(city.pk for city in gaps),
            )


def _usual_scopes() -> dict[int, ScopeKind]:
    """By which kind of places each topic is answered where it is local: the most usual one."""
    local = [kind.value for kind in (*_LIES_IN, ScopeKind.CITY)]
    policies = Policy.objects.current().not_withdrawn().filter(scope_kind__in=local).order_by()
    told = policies.values_list("topic", "scope_kind").annotate(number=Count("pk"))
    found: dict[int, ScopeKind] = {}
    for topic, kind, _number in sorted(told, key=lambda own: (own[2], own[1])):
        found[topic] = ScopeKind(kind)
    return found


def _bodies_of(
    kind: ScopeKind, gaps: Iterable[City], cities: Iterable[City]
) -> dict[tuple[str, str], list[City]]:
    """The places that lack an answer: those of a kind in which every city does, and other cities
    by themselves.
    """
    if kind not in _LIES_IN:
        return {(ScopeKind.CITY.value, city.slug): [city] for city in gaps}
    read = attrgetter(_LIES_IN[kind])
    there = Counter(map(read, cities))
    lacking: dict[str, list[City]] = defaultdict(list)
    for city in gaps:
        lacking[read(city)].append(city)
    found: dict[tuple[str, str], list[City]] = {}
    for code, own in lacking.items():
        if len(own) == there[code]:
            found[kind.value, code] = own
        else:
            found |= {(ScopeKind.CITY.value, city.slug): [city] for city in own}
    return found


def bound_cities(inquiry: Inquiry) -> Mapping[tuple[str, str], frozenset[int]]:
    """Return the cities that each body binds today, by kind of scope and key of the body."""
    found: dict[tuple[str, str], set[int]] = defaultdict(set)
    for city in cities_on(inquiry).values():
        for kind, path in {**_LIES_IN, ScopeKind.CITY: "slug"}.items():
            found[kind.value, attrgetter(path)(city)].add(city.pk)
        found[ScopeKind.NATION.value, NATION_CODE].add(city.pk)
    for member in memberships(inquiry):
        found[ScopeKind.PROGRAMME.value, member.programme].add(member.city)
    return {body: frozenset(own) for body, own in found.items()}

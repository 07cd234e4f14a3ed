"""What every answer needs and no answer changes: kept in the process for one edition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

from zones.models import City, Edition, Policy, Revision, Topic
from zones.models.policies import SCOPE_COLUMNS
from zones.models.topics import number_text
from zones.rules.comparison import Certainty
from zones.rules.resolution import State

#: Policies kept in the process at most, so that its memory stays bounded.
MOST_POLICIES = 6000


@dataclass
class Catalogue:
    """Topics, cities and policies of one edition, by id and by natural key."""

    edition: int
    newest: int
    topics: dict[int, Topic] = field(default_factory=dict)
    cities: dict[int, City] = field(default_factory=dict)
    policies: dict[int, Policy] = field(default_factory=dict)
    shapes: dict[tuple[int, str], dict[str, Any]] = field(default_factory=dict)

    @property
    def cities_by_slug(self) -> dict[str, City]:
        """Cities by natural key."""
        return {city.slug: city for city in self.cities.values()}

    @property
    def topics_by_slug(self) -> dict[str, Topic]:
        """Topics by natural key, in order."""
        return {topic.slug: topic for topic in self.topics.values()}

    def fetch(self, wanted: Iterable[int]) -> Mapping[int, Policy]:
        """Policies by id; those not seen in this edition come in one query."""
        ids = set(wanted)
        missing = ids - self.policies.keys()
        if missing:
            if len(self.policies) + len(missing) > MOST_POLICIES:
                self.policies.clear()
                self.shapes.clear()
                missing = ids
            related = ("source", "value_choice", *SCOPE_COLUMNS.values())
            found = Policy.objects.filter(pk__in=missing).select_related(*related)
            self.policies |= {policy.pk: policy for policy in found}
        return self.policies

    def shape(self, policy: Policy, language: str) -> dict[str, Any]:
        """What an answer says of a policy, whatever the city and day."""
        key = (policy.pk, language)
        if key not in self.shapes:
            self.shapes[key] = policy_shape(policy, self.topics[policy.topic_id], language)
        return self.shapes[key]


_kept: dict[str, Catalogue] = {}


def catalogue() -> Catalogue:
    """The catalogue of the present edition: one query, or a few where it is new."""
    row = (
        Edition.objects.filter(pk=1)
        .extra(select={"newest": "SELECT MAX(number) FROM zones_revision"})
        .values_list("number", "newest")
        .first()
    )
    edition, newest = row or (0, None)
    kept = _kept.get("now")
    if kept is None or (kept.edition, kept.newest) != (edition, newest or 0):
        kept = _kept["now"] = Catalogue(
            edition,
            newest or 0,
            {t.pk: t for t in Topic.objects.select_related("focus_area")},
            {c.pk: c for c in City.objects.select_related("province", "customs_district")},
        )
    return kept


def forget() -> None:
    """Read everything anew: for when a database went back in time, as tests and restores do."""
    _kept.clear()


def revision_numbers() -> list[int]:
    """All revisions, oldest first."""
    return list(Revision.objects.order_by("number").values_list("number", flat=True))


def in_language(row: Any, name: str, language: str) -> str:
    """A bilingual text in the reader's language; the other where it has none."""
    first, second = ("zh", "en") if language.startswith("zh") else ("en", "zh")
    return getattr(row, f"{name}_{first}", "") or getattr(row, f"{name}_{second}", "")


def value_of(policy: Policy, language: str) -> bool | int | float | str | None:
    """A policy's value, typed: true or false, a number, or a text."""
    if policy.value_boolean is not None:
        return policy.value_boolean
    if policy.value_number is not None:
        return plain_number(policy.value_number)
    if policy.value_choice is not None:
        return policy.value_choice.slug
    return in_language(policy, "value_text", language) or None


def plain_number(value: Decimal) -> int | float:
    """A decimal as a JSON number."""
    return int(value) if value == value.to_integral_value() else float(value)


def display_of(policy: Policy, topic: Topic, language: str) -> str:
    """A policy's value as it is read."""
    if policy.state != State.STATED:
        return state_words(policy.state)
    if policy.value_boolean is not None:
        return gettext("Yes") if policy.value_boolean else gettext("No")
    if policy.value_number is not None:
        unit = (topic.unit_zh or topic.unit) if language.startswith("zh") else topic.unit
        return f"{_grouped(policy.value_number)} {unit}".strip()
    if policy.value_choice is not None:
        return in_language(policy.value_choice, "label", language)
    return in_language(policy, "value_text", language)


def state_words(state: str) -> str:
    """A state in words."""
    return {
        State.STATED: gettext("stated"),
        State.NONE_FOUND: gettext("none found"),
        State.NOT_APPLICABLE: gettext("not applicable"),
        State.NO_SUCH_RULE_YET: gettext("no such rule yet"),
        State.NOT_RESEARCHED: gettext("not researched"),
        State.NOT_VERIFIED: gettext("not verified"),
    }[State(state)]


def comparable(policy: Policy) -> tuple[str, object]:
    """Equal for policies that give the same answer."""
    value: object = policy.value_text_en
    if policy.value_boolean is not None:
        value = policy.value_boolean
    elif policy.value_number is not None:
        value = policy.value_number
    elif policy.value_choice is not None:
        value = policy.value_choice.slug
    return policy.state, value


def certainty_of(policy: Policy) -> Certainty:
    """How sure a policy is."""
    return Certainty(policy.verification)


def scope_shape(policy: Policy, language: str) -> dict[str, str]:
    """Whom a policy binds."""
    body = next((b for c in SCOPE_COLUMNS.values() if (b := getattr(policy, c))), None)
    name = in_language(body, "name", language) if body else gettext("China")
    return {"kind": policy.scope_kind, "code": policy.scope_code, "name": name}


def source_shape(source: Any, language: str) -> dict[str, Any]:
    """A document as it is cited."""
    return {
        "id": source.slug,
        "document_number": source.document_number,
        "title": in_language(source, "title", language),
        "official_url": source.official_url,
        "status": source.status,
    }


def policy_shape(policy: Policy, topic: Topic, language: str) -> dict[str, Any]:
    """The parts of a cell that depend on the policy alone."""
    return {
        "state": policy.state,
        "value": value_of(policy, language),
        "display": display_of(policy, topic, language),
        "summary": in_language(policy, "summary", language),
        "caveat": in_language(policy, "caveat", language),
        "scope": scope_shape(policy, language),
        "effective_from": policy.effective_from,
        "effective_to": policy.effective_to,
        "start_qualifier": policy.start_qualifier,
        "policy": policy.identity,
        "source": source_shape(policy.source, language),
        "clause": policy.clause,
        "verification": policy.verification,
        "verified_on": policy.verified_on,
    }


def _grouped(value: Decimal) -> str:
    whole, _, part = number_text(value).partition(".")
    return f"{int(whole):,}" + (f".{part}" if part else "")

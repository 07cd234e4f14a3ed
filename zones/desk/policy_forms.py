"""Which policy a public page means, and where that is proposed anew as it is known by now."""

from __future__ import annotations

from datetime import date

from zones.dataset.policy_table import Policies
from zones.desk.addresses import address_of_new, address_of_policy, address_of_row
from zones.models import Policy
from zones.models.scopes import PLACES
from zones.rules.vocabulary import ScopeKind
from zones.selectors.answer_matrix import answer_matrix
from zones.selectors.city_comparison import grid
from zones.selectors.hypothetical_places import HypotheticalPlace
from zones.selectors.inquiry import Column, Inquiry
from zones.selectors.placements import cities_on
from zones.selectors.snapshot import Snapshot, current_snapshot


def form_of_policy(identity: str) -> str | None:
    """Return where the policy of an identity is proposed anew; one that was withdrawn since as a
    new one. Nothing where none was ever known.
    """
    if not identity.isprintable():
        return None
    related = ("topic", *Policy.body_columns)
    versions = Policy.objects.filter(identity=identity, recorded_in__isnull=False)
    own = versions.select_related(*related).order_by("-version").first()
    if own is None:
        return None
    key = own.topic.slug, own.scope_kind, own.scope_code, str(own.effective_from)
    if Policy.objects.current().not_withdrawn().filter(pk=own.pk).exists():
        return address_of_row(Policies.name, key)
    return address_of_new(Policies.name, **dict(zip(Policies.key, key, strict=True)))


def form_of_answer(city: str, topic: str, day: str) -> str | None:
    """Return where the policy is proposed anew that answers a topic in a city, or a place without
    pilot status, on a day; where none does, a new one, of the city. Nothing where there is no such
    place, topic or day.
    """
    snapshot = current_snapshot()
    asked = snapshot.topics_by_slug.get(topic)
    place = snapshot.cities_by_slug.get(city) or _without_status(city, snapshot)
    if asked is None or place is None:
        return None
    try:
        inquiry = Inquiry.of_now(snapshot, day=date.fromisoformat(day))
    except ValueError:
        return None
    if isinstance(place, HypotheticalPlace):
        (cell,) = grid([Column(place, inquiry.day)], [asked], inquiry)[asked.pk]
        policy = cell.found.policy if cell.found else None
    else:
        there = cities_on(inquiry).get(place.pk)
        matrix = answer_matrix([there] if there else [], [asked], inquiry)
        policy = next(iter(matrix.policies[asked.pk]), None)
    if policy:
        return address_of_policy(Policy.objects.values_list("identity", flat=True).get(pk=policy))
    if isinstance(place, HypotheticalPlace):
        return address_of_new(Policies.name, topic=topic)
    scope = {"scope_kind": ScopeKind.CITY.value, "scope_code": city}
    return address_of_new(Policies.name, topic=topic, **scope)


def _without_status(text: str, snapshot: Snapshot) -> HypotheticalPlace | None:
    """The place without pilot status of a key such as ``Suihua:CN-HL:1900``; nothing of others."""
    name, *codes = text.split(":")
    if len(codes) != len(PLACES):
        return None
    province, district = (
        {getattr(row, own.key): row for row in snapshot.related[own.column].values()}.get(code)
        for own, code in zip(PLACES, codes, strict=True)
    )
    return HypotheticalPlace(name, province, district) if province and district else None

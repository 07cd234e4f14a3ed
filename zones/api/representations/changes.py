"""Changes as JSON and in the API's schema: what each changed, from what to what, says who."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext, override
from rest_framework import serializers

from cbec_portal.china_time import in_china
from cbec_portal.day_words import days_in_words
from cbec_portal.languages import in_language
from cbec_portal.punctuation import blank, bracketed, by_semicolons, enumerated
from zones.api.representations.cells import CitedSerializer, ScopeSerializer
from zones.models import Coverage, Revision, StartQualifier, Zone
from zones.models.labels import CERTAINTIES, CHANGES
from zones.rules.event_names import event_name
from zones.rules.partial_dates import PartialDate
from zones.rules.vocabulary import Change, ScopeKind
from zones.selectors.change_events import Event
from zones.selectors.inquiry import Inquiry
from zones.selectors.rendered_values import source_shape


def changes_shape(events: Sequence[Event], inquiry: Inquiry) -> list[dict[str, Any]]:
    """Return changes as JSON; a few queries, however many there are."""
    policies = inquiry.snapshot.rendered(
        {pk for e in events if e.what == "policy" for pk in (e.row, e.before) if pk},
        inquiry.language,
    )
    of_zones = Zone.objects.select_related("batch__source", "ended_by", "successor")
    zones = _rows(events, "zone", of_zones.prefetch_related("coverages"))
    coverages = _rows(
        events, "coverage", Coverage.objects.select_related("zone__batch__source", "zone__city")
    )
    numbers = {event.revision for event in events}
    revisions = {row.number: row for row in Revision.objects.filter(number__in=numbers) if numbers}
    found = []
    for event in events:
        head = {
            "day": event.day,
            "kind": event.kind.value,
            "what": event.what,
            "revision": event.revision,
            "published_at": in_china(revisions[event.revision].published_at),
        }
        if event.what == "policy":
            row = head | _policy(event, policies, inquiry)
        elif event.what == "zone":
            row = head | _zone(event, zones, inquiry)
        else:
            row = head | _coverage(event, coverages[event.row or 0], inquiry)
        # Not columns of the answer: what feeds call the event, and what pages say of it.
        found.append(row | {"name": _name(event, row), "moved": _moved(event, policies)})
    return found


#: What may be corrected of a policy while its answer stays.
BESIDE_THE_ANSWER = (
    *("summary", "caveat", "effective_from", "effective_to", "start_qualifier"),
    *("source", "clause", "verification", "verified_on"),
)


def _moved(event: Event, policies: Any) -> list[str]:
    """What differs between two versions of a policy that answer the same."""
    if event.what != "policy" or not (event.row and event.before):
        return []
    own, before = policies[event.row], policies[event.before]
    if own.display != before.display:
        return []
    return [name for name in BESIDE_THE_ANSWER if own[name] != before[name]]


def _name(event: Event, row: Mapping[str, Any]) -> str:
    """What the event is called in feeds."""
    ends = event.row is None if event.what == "policy" else event.kind is Change.ENDED
    return event_name(
        event.what,
        row.get("key") or row["identity"],
        day=event.day,
        first_day=PartialDate(row["written"]).first_day if row["written"] and not ends else None,
        ends=ends,
        revision=event.revision,
    )


def _policy(event: Event, policies: Any, inquiry: Inquiry) -> dict[str, Any]:
    own = policies[event.row or event.before]
    topic = inquiry.snapshot.topics[event.topic or 0]
    ended = event.row is None or event.kind is Change.WITHDRAWN
    before = policies[event.before] if event.before else None
    return {
        "written": own["effective_to"] if event.row is None else own["effective_from"],
        "start_qualifier": own["start_qualifier"],
        "identity": own.identity,
        "topic": topic.slug,
        "question": in_language(topic, "question", inquiry.language),
        "focus_area": topic.focus_area.slug,
        "programme": None,
        "scope": own["scope"],
        "before": before.display if before else None,
        "after": None if ended else own.display,
        "summary": own["summary"],
        "caveat": own["caveat"],
        "source": own["source"],
        "clause": own["clause"],
        "verification": own["verification"],
    }


def _zone(event: Event, zones: Mapping[int, Zone], inquiry: Inquiry) -> dict[str, Any]:
    """A zone's start or end; by publication, what each version says of both."""
    zone = zones[event.row or 0]
    ended = event.kind is Change.ENDED
    written = zone.ended_on if ended else zone.designated_on
    source = zone.ended_by if ended and zone.ended_by else zone.batch.source
    found = _of_city(event, zone, zone.city_id, written, source, inquiry)
    if event.day is None:
        old = zones[event.before] if event.before else None
        withdrawn = event.kind is Change.WITHDRAWN
        found["before"] = _version(old, None if withdrawn else zone, inquiry) if old else None
        found["after"] = None if withdrawn else _version(zone, old, inquiry)
    return found | {
        "identity": zone.identity,
        "caveat": in_language(zone, "caveat", inquiry.language),
        "verification": zone.verification,
    }


def _version(zone: Zone, other: Zone | None, inquiry: Inquiry) -> str:
    """What a version of a zone says: its batch, from when, until when, what follows it; and of the
    further cities that it covers those of which the ``other`` version says something else.
    """
    with override(inquiry.language):
        named = _batch_words(zone, inquiry)
        days = days_in_words(zone.designated_on, zone.ended_on)
        told = gettext(": ").join([named, days])
        if zone.successor:
            told += f" → {in_language(zone.successor, 'name', inquiry.language)}"
        known = _covered(other) if other else frozenset()
        covered = [
            bracketed(
                in_language(inquiry.snapshot.cities[city], "name", inquiry.language),
                days_in_words(first, last),
            )
            for city, first, last in sorted(_covered(zone) - known)
        ]
        if covered:
            told = by_semicolons([told, gettext("covers %s") % enumerated(covered)])
    return told


def _batch_words(zone: Zone, inquiry: Inquiry) -> str:
    """The batch of a zone: that of its programme, by number."""
    programme = inquiry.snapshot.related["programme"][zone.batch.programme_id]
    name = in_language(programme, "name", inquiry.language)
    return f"{name}{blank(inquiry.language)}{zone.batch.number}"


def _covered(zone: Zone) -> frozenset[tuple[int, str, str]]:
    """The further cities that a version of a zone covers, each from when until when."""
    return frozenset(
        (cover.city_id, str(cover.covered_from), str(cover.covered_until or ""))
        for cover in zone.coverages.all()
    )


def _coverage(event: Event, cover: Coverage, inquiry: Inquiry) -> dict[str, Any]:
    written = cover.covered_until if event.kind is Change.ENDED else cover.covered_from
    source, city = cover.zone.batch.source, inquiry.snapshot.cities[cover.city_id]
    return _of_city(event, cover.zone, cover.city_id, written, source, inquiry) | {
        "identity": cover.zone.identity,
        "key": f"{cover.zone.identity}:{city.slug}:{cover.covered_from}",
        "zone_city": cover.zone.city.slug,
        "covered_from": cover.covered_from,
        "caveat": "",
        "verification": cover.verification,
    }


def _of_city(
    event: Event, zone: Zone, city_id: int, written: Any, source: Any, inquiry: Inquiry
) -> dict[str, Any]:
    city, programme = (
        inquiry.snapshot.cities[city_id],
        inquiry.snapshot.related["programme"][event.programme or 0],
    )
    name = in_language(city, "name", inquiry.language)
    named = _batch_words(zone, inquiry)
    ends = event.kind in (Change.ENDED, Change.WITHDRAWN)
    return {
        "written": written,
        "start_qualifier": "",
        "topic": None,
        "question": None,
        "focus_area": None,
        "programme": programme.slug,
        "scope": {"kind": ScopeKind.CITY.value, "code": city.slug, "name": name},
        "before": named if ends else None,
        "after": None if ends else named,
        "summary": in_language(zone, "name", inquiry.language),
        "source": source_shape(source, inquiry.language),
        "clause": "",
    }


def _rows(events: Iterable[Event], what: str, queryset: Any) -> dict[int, Any]:
    keys = {pk for e in events if e.what == what for pk in (e.row, e.before) if pk}
    # They are found by id, so no database sorts them.
    return queryset.order_by().in_bulk(keys) if keys else {}


class ChangeSerializer(serializers.Serializer[Any]):
    """A change of the law, or of what is known of it."""

    day = serializers.DateField(allow_null=True, help_text="The day of law; none by publication.")
    written = serializers.CharField(allow_null=True, help_text="The date as the source gives it.")
    start_qualifier = serializers.ChoiceField(choices=StartQualifier.choices)
    kind = serializers.ChoiceField(choices=CHANGES)
    what = serializers.ChoiceField(choices=["policy", "zone", "coverage"])
    identity = serializers.CharField()
    revision = serializers.IntegerField()
    published_at = serializers.DateTimeField()
    topic = serializers.CharField(allow_null=True)
    question = serializers.CharField(allow_null=True)
    focus_area = serializers.CharField(allow_null=True)
    programme = serializers.CharField(allow_null=True)
    scope = ScopeSerializer()
    before = serializers.CharField(allow_null=True, help_text="What was answered before.")
    after = serializers.CharField(allow_null=True, help_text="What is answered from then on.")
    summary = serializers.CharField()
    caveat = serializers.CharField()
    source = CitedSerializer()  # type: ignore[assignment]  # it hides an attribute of Field
    clause = serializers.CharField()
    verification = serializers.ChoiceField(choices=CERTAINTIES)

    def to_representation(self, instance: dict[str, Any]) -> Any:
        """Return the change with its columns in order."""
        return {str(name): instance[str(name)] for name in self.fields}

"""What people found wrong, in the research queue: reports by readers, and readings that diverge."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count

from cbec_portal.day_words import day_in_words
from cbec_portal.punctuation import by_commas
from zones.models import InForce, Policy, ReaderReport, SecondReading
from zones.rules.vocabulary import ScopeKind, SetState, ToResearch
from zones.selectors.inquiry import Inquiry
from zones.selectors.place_names import city_name
from zones.selectors.queue_entry import QueueEntry
from zones.selectors.rendered_values import topic_label

#: So many reports are listed; later ones follow once some are settled.
MOST_REPORTS = 500


def report_entries(inquiry: Inquiry) -> Iterator[QueueEntry]:
    """Yield problems that readers reported and nobody has settled, oldest first."""
    topics, cities = inquiry.snapshot.topics_by_slug, inquiry.snapshot.cities_by_slug
    for report in ReaderReport.objects.filter(outcome="").order_by("pk")[:MOST_REPORTS]:
        topic, city = topics.get(report.topic), cities.get(report.place)
        place = city_name(city, inquiry.snapshot, inquiry.language) if city else report.place
        where = {"scope_kind": ScopeKind.CITY.value, "scope_code": report.place} if city else {}
        yield QueueEntry(
            ToResearch.REPORTED,
            str(report.pk),
            topic_label(topic, inquiry.language) if topic else report.topic,
            "topics",
            (report.topic, place, report.day.isoformat()),
            report.topic,
            1,
            beside=by_commas([place, day_in_words(report.day)], inquiry.language),
            detail=report.text,
            cells={"topic": report.topic, **where},
            more=tuple(filter(None, (report.answered, report.source_url, report.contact))),
            places=frozenset([city.pk] if city else ()),
        )


def divergence_entries(inquiry: Inquiry) -> Iterator[QueueEntry]:
    """Yield policies of which two readings diverge and nobody has settled which holds."""
    rows = SecondReading.objects.filter(agrees=False, settlement="").select_related(
        "policy__topic", "correction", *(f"policy__{name}" for name in Policy.body_columns)
    )
    readings = list(rows.order_by("pk")[:MOST_REPORTS])
    answering = InForce.objects.current().on(inquiry.day).order_by()
    named = answering.filter(policy__identity__in={own.policy.identity for own in readings})
    cities = dict(named.values_list("policy__identity").annotate(number=Count("city")))
    for reading in readings:
        policy, correction = reading.policy, reading.correction
        if correction is not None and correction.state in (SetState.WITHDRAWN, SetState.PUBLISHED):
            correction = None  # it has ended, and corrected nothing
        yield QueueEntry(
            ToResearch.DIVERGED,
            str(reading.pk),
            topic_label(policy.topic, inquiry.language),
            "policies",
            policy.key_parts,
            policy.topic.slug,
            cities.get(policy.identity, 0),
            detail=str(correction or ""),
            change_set=correction.pk if correction else None,
        )

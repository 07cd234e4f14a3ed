"""What is said of a hit, and where it is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, assert_never

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, ngettext, pgettext, pgettext_lazy

from cbec_portal.day_words import day_in_words
from cbec_portal.punctuation import enumerated
from zones.pages.document_words import document_state
from zones.pages.faceted_pages import short_name
from zones.rules.vocabulary import HitKind
from zones.selectors.search_hits import Hit
from zones.selectors.snapshot import Snapshot

#: Kinds of hits: what one is called, and what several are.
KINDS: Mapping[HitKind, tuple[Any, Any]] = {
    HitKind.ANSWER: (pgettext_lazy("hit", "Answer"), pgettext_lazy("hit", "Answers")),
    HitKind.CITY: (pgettext_lazy("hit", "City"), gettext_lazy("Cities")),
    HitKind.PROVINCE: (pgettext_lazy("hit", "Province"), gettext_lazy("Provinces")),
    HitKind.CUSTOMS_DISTRICT: (
        pgettext_lazy("hit", "Customs district"),
        gettext_lazy("Customs districts"),
    ),
    HitKind.FOCUS_AREA: (pgettext_lazy("hit", "Focus area"), pgettext_lazy("hit", "Focus areas")),
    HitKind.PROGRAMME: (pgettext_lazy("hit", "Programme"), pgettext_lazy("hit", "Programmes")),
    HitKind.BATCH: (pgettext_lazy("hit", "Batch"), gettext_lazy("Batches")),
    HitKind.ZONE: (pgettext_lazy("hit", "Zone"), gettext_lazy("Zones")),
    HitKind.TOPIC: (pgettext_lazy("hit", "Topic"), gettext_lazy("Topics")),
    HitKind.POLICY: (pgettext_lazy("hit", "Policy"), pgettext_lazy("hit", "Policies")),
    HitKind.SOURCE: (pgettext_lazy("hit", "Document"), pgettext_lazy("hit", "Documents")),
}


def kind_words(hit: Hit) -> str:
    """Return what kind of thing a hit is."""
    return str(KINDS[hit.kind][0])


def address_of(hit: Hit) -> str:
    """Return where something found is shown."""
    match hit.kind:
        case HitKind.ANSWER:
            return reverse("zones:answer", args=[hit.city, hit.topic])
        case HitKind.PROVINCE | HitKind.CUSTOMS_DISTRICT:
            return f"{reverse('zones:city-list')}?{hit.kind}={hit.key}"
        case HitKind.FOCUS_AREA:
            return f"{reverse('zones:topic-list')}#{hit.key}"
        case HitKind.PROGRAMME:
            return f"{reverse('zones:zone-list')}?programme={hit.key}"
        case HitKind.BATCH:
            return f"{reverse('zones:batch-list')}#{hit.key}"
        case HitKind.TOPIC | HitKind.POLICY:
            return reverse("zones:topic", args=[hit.topic])
        case HitKind.SOURCE:
            return reverse("zones:source", args=[hit.key])
        case HitKind.CITY | HitKind.ZONE:
            return reverse("zones:city", args=[hit.city])
    assert_never(hit.kind)


def said_of(hit: Hit, snapshot: Snapshot) -> str:
    """Return what holds of a hit on the day asked about, in the reader's words."""
    return _SAID[hit.kind](hit, snapshot)


def period_of(hit: Hit) -> str:
    """Return from when until when a policy holds, as it is written."""
    if hit.until:
        return f"{day_in_words(hit.since)} – {day_in_words(hit.until)}"
    return gettext("since %(day)s") % {"day": day_in_words(hit.since)} if hit.since else ""


def _answer(hit: Hit) -> str:
    return str(hit.cell["display"]) if hit.cell else ""


def _topic(hit: Hit) -> str:
    if len(hit.told) == 1 and hit.cities:
        return gettext("%(answer)s in all cities") % {"answer": hit.told[0].display}
    told = (
        gettext("%(answer)s in %(cities)d of %(all)d cities")
        % {"answer": one.display, "cities": one.cities, "all": hit.cities}
        for one in hit.told
    )
    return pgettext("between answers", "; ").join(told)


def _city(hit: Hit, snapshot: Snapshot) -> str:
    names = (short_name(slug, snapshot) for slug in hit.within)
    return enumerated(names) or gettext("in no programme on this day")


def _cities(hit: Hit) -> str:
    count = hit.cities or 0
    return ngettext("%(count)d pilot city", "%(count)d pilot cities", count) % {"count": count}


def _area(hit: Hit) -> str:
    count = hit.topics or 0
    return ngettext("%(count)d topic", "%(count)d topics", count) % {"count": count}


def _programme(hit: Hit) -> str:
    count = hit.cities or 0
    return ngettext("%(count)d zone in force", "%(count)d zones in force", count) % {"count": count}


def _span(hit: Hit) -> str:
    if hit.until:
        span = {"since": day_in_words(hit.since), "until": day_in_words(hit.until)}
        return gettext("from %(since)s, ended on %(until)s") % span
    if hit.since:
        return gettext("since %(day)s") % {"day": day_in_words(hit.since)}
    return gettext("date unknown")


def _source(hit: Hit) -> str:
    said = (day_in_words(hit.since), document_state(hit.status))
    return " · ".join(filter(None, said))


def _alone(tell: Callable[[Hit], str]) -> Callable[[Hit, Snapshot], str]:
    """Of a hit that needs nothing else to be told."""
    return lambda hit, _snapshot: tell(hit)


_SAID: Mapping[HitKind, Callable[[Hit, Snapshot], str]] = {
    HitKind.ANSWER: _alone(_answer),
    HitKind.CITY: _city,
    HitKind.PROVINCE: _alone(_cities),
    HitKind.CUSTOMS_DISTRICT: _alone(_cities),
    HitKind.FOCUS_AREA: _alone(_area),
    HitKind.PROGRAMME: _alone(_programme),
    HitKind.BATCH: _alone(_span),
    HitKind.ZONE: _alone(_span),
    HitKind.TOPIC: _alone(_topic),
    HitKind.POLICY: _alone(_answer),
    HitKind.SOURCE: _alone(_source),
}

"""What is said of a hit, and where it is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, ngettext, pgettext, pgettext_lazy

from cbec_portal.day_words import day_in_words
from zones.models.sources import SourceStatus
from zones.pages.faceted_pages import SHORT_NAMES
from zones.selectors.search_hits import Hit

#: Kinds of hits: what one is called, and what several are.
KINDS: Mapping[str, tuple[Any, Any]] = {
    "answer": (pgettext_lazy("hit", "Answer"), pgettext_lazy("hit", "Answers")),
    "city": (pgettext_lazy("hit", "City"), gettext_lazy("Cities")),
    "province": (pgettext_lazy("hit", "Province"), gettext_lazy("Provinces")),
    "customs_district": (
        pgettext_lazy("hit", "Customs district"),
        gettext_lazy("Customs districts"),
    ),
    "focus_area": (pgettext_lazy("hit", "Focus area"), pgettext_lazy("hit", "Focus areas")),
    "programme": (pgettext_lazy("hit", "Programme"), pgettext_lazy("hit", "Programmes")),
    "batch": (pgettext_lazy("hit", "Batch"), gettext_lazy("Batches")),
    "zone": (pgettext_lazy("hit", "Zone"), gettext_lazy("Zones")),
    "topic": (pgettext_lazy("hit", "Topic"), gettext_lazy("Topics")),
    "policy": (pgettext_lazy("hit", "Policy"), pgettext_lazy("hit", "Policies")),
    "source": (pgettext_lazy("hit", "Document"), pgettext_lazy("hit", "Documents")),
}


def kind_words(hit: Hit) -> str:
    """Return what kind of thing a hit is."""
    return str(KINDS[hit.kind][0])


def address_of(hit: Hit) -> str:
    """Return where something found is shown."""
    match hit.kind:
        case "answer":
            return reverse("zones:answer", args=[hit.city, hit.topic])
        case "province" | "customs_district":
            return f"{reverse('zones:city-list')}?{hit.kind}={hit.key}"
        case "focus_area":
            return f"{reverse('zones:topic-list')}#{hit.key}"
        case "programme":
            return f"{reverse('zones:zone-list')}?programme={hit.key}"
        case "batch":
            return f"{reverse('zones:batch-list')}#{hit.key}"
        case "topic" | "policy":
            return reverse("zones:topic", args=[hit.topic])
        case "source":
            return reverse("zones:source", args=[hit.key])
    return reverse("zones:city", args=[hit.city])


def said_of(hit: Hit) -> str:
    """Return what holds of a hit on the day asked about, in the reader's words."""
    return _SAID[hit.kind](hit)


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


def _city(hit: Hit) -> str:
    names = (str(SHORT_NAMES.get(slug, slug)) for slug in hit.within)
    return gettext(", ").join(names) or gettext("in no programme on this day")


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
    said = (day_in_words(hit.since), str(SourceStatus(hit.status).label))
    return " · ".join(filter(None, said))


_SAID: Mapping[str, Callable[[Hit], str]] = {
    "answer": _answer,
    "city": _city,
    "province": _cities,
    "customs_district": _cities,
    "focus_area": _area,
    "programme": _programme,
    "batch": _span,
    "zone": _span,
    "topic": _topic,
    "policy": _answer,
    "source": _source,
}

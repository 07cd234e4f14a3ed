"""What is said of a hit, and where it is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any, assert_never
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, ngettext, pgettext, pgettext_lazy

from cbec_portal.day_words import day_in_words
from cbec_portal.punctuation import blank, enumerated
from zones.pages.cell_tags import STARTS
from zones.pages.document_words import document_state
from zones.pages.faceted_pages import short_name
from zones.rules.vocabulary import HitKind
from zones.selectors.search_hits import Hit
from zones.selectors.snapshot import Snapshot

#: Kinds of hits: what one is called, and what several are.
KINDS: Mapping[HitKind, tuple[Any, Any]] = {
    HitKind.COMPARISON: (pgettext_lazy("hit", "Comparison"), pgettext_lazy("hit", "Comparisons")),
    HitKind.ANSWER: (pgettext_lazy("hit", "Answer"), pgettext_lazy("hit", "Answers")),
    HitKind.REGIONAL_ANSWER: (
        pgettext_lazy("hit", "Answers of cities"),
        pgettext_lazy("hit", "Answers of cities"),
    ),
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
        case HitKind.COMPARISON:
            if hit.days and not hit.cities:
                # A topic everywhere on two days: what changed of it after the first.
                first, last = hit.days
                between = [("topic", hit.topic), ("from", first + timedelta(1)), ("to", last)]
                return f"{reverse('zones:changes')}?{urlencode(between)}"
            asked = [("cities", hit.key.partition("/")[0])]
            asked += [("topic", hit.topic)] if hit.topic else []
            return f"{reverse('zones:compare')}?{urlencode(asked, safe=',@')}"
        case HitKind.REGIONAL_ANSWER:
            asked = [hit.body, ("topic", hit.topic)]
            return f"{reverse('zones:city-list')}?{urlencode(asked)}"
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
    begun = day_in_words(hit.since) if hit.since else ""
    if hit.start:
        begun = f"{STARTS[hit.start]}{blank()}{begun}"
    if hit.until:
        return f"{begun} – {day_in_words(hit.until)}"
    return begun if hit.start or not begun else gettext("since %(day)s") % {"day": begun}


def _answer(hit: Hit) -> str:
    return str(hit.cell["display"]) if hit.cell else ""


def _comparison(hit: Hit) -> str:
    if hit.days and not hit.cities:
        first, last = map(day_in_words, hit.days)
        return gettext("what changed from %(first)s to %(last)s") % {"first": first, "last": last}
    if not hit.answers:
        said = pgettext("hit", "side by side")
        return gettext(": ").join(filter(None, [said, enumerated(map(day_in_words, hit.days))]))
    days = list(hit.days) * (hit.cities or 0)
    heads = [name for name, _ in hit.answers]
    if days:
        dated = map(day_in_words, days)
        # Of one city only the days tell the answers apart.
        heads = (
            list(dated) if hit.cities == 1 else list(map(" ".join, zip(heads, dated, strict=True)))
        )
    told = (
        gettext(": ").join((head, own)) for head, (_, own) in zip(heads, hit.answers, strict=True)
    )
    return pgettext("between answers", "; ").join(told)


def _regional(hit: Hit) -> str:
    """What the body itself has recorded, and how its cities answer."""
    own = [str(hit.cell["display"])] if hit.cell else []
    if not hit.cities:
        return pgettext("between answers", "; ").join([*own, gettext("no pilot city")])
    return pgettext("between answers", "; ").join([*own, *_counted(hit)])


def _topic(hit: Hit) -> str:
    if len(hit.told) == 1 and hit.cities:
        return gettext("%(answer)s in all cities") % {"answer": hit.told[0].display}
    return pgettext("between answers", "; ").join(_counted(hit))


def _counted(hit: Hit) -> Iterator[str]:
    for one in hit.told:
        told = gettext("%(answer)s in %(cities)d of %(all)d cities")
        yield told % {"answer": one.display, "cities": one.cities, "all": hit.cities}


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
    HitKind.COMPARISON: _alone(_comparison),
    HitKind.ANSWER: _alone(_answer),
    HitKind.REGIONAL_ANSWER: _alone(_regional),
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

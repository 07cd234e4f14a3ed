"""Everything that the search finds, with the words by which it does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from cbec_portal.languages import CHINESE, ENGLISH, in_language
from zones.models import Batch, Policy, Province, Zone
from zones.models.scopes import BODIES
from zones.models.value_types import type_of
from zones.rules.batch_ordinals import batch_ordinals
from zones.rules.names import joined, name_keys, short_forms
from zones.rules.search_words import alternatives, in_index
from zones.rules.vocabulary import HitKind
from zones.selectors.inquiry import Inquiry
from zones.selectors.known_rows import programmes_known, topics_known
from zones.selectors.pinyin import syllables
from zones.selectors.place_names import names_of
from zones.selectors.placements import cities_known
from zones.selectors.rendered_values import topic_label
from zones.selectors.snapshot import Snapshot

#: A text in English and in Chinese.
Both = tuple[str, str]
NOTHING: Both = ("", "")

#: A sound of so many syllables at most is found without blanks between them.
LONGEST_SOUND = 5


_HERE = re.compile(
    r"^(Cross-border (trade )?e-commerce |跨境(贸易)?(电子商务|电商))", re.IGNORECASE
)


_OF_CITIES = re.compile(r"(城市| cities( \(.*\))?)$")


class Entry(NamedTuple):
    """Something that can be found, by one of its ``names`` as a whole or by words of its texts.

    ``row`` is the id of what it stands for.
    """

    kind: HitKind
    key: str
    label: Both
    beside: Both
    names: frozenset[str]
    row: int
    #: Its words in the columns of the index.
    words: tuple[str, ...]
    #: The key of the topic or the city that it is about, if it is about one.
    about: str = ""


def entries(inquiry: Inquiry) -> Iterator[Entry]:
    """Yield everything that can be found of what a revision knows: three queries."""
    snapshot = inquiry.snapshot
    yield from _places(inquiry)
    topics = topics_known(inquiry)
    for area in {topic.focus_area.slug: topic.focus_area for topic in topics.values()}.values():
        yield _entry(
            HitKind.FOCUS_AREA,
            area.slug,
            _named(area),
            row=area.pk,
            names=name_keys([area.name_en, area.name_zh, area.slug]),
            texts=(area.description_en, area.description_zh),
        )
    for programme in programmes_known(inquiry).values():
        short = [_as_said_here(name) for name in _named(programme)]
        names = name_keys([programme.slug, *(form for name in short for form in _shorter(name))])
        texts = (programme.description_en, programme.description_zh)
        yield _entry(
            HitKind.PROGRAMME,
            programme.slug,
            _named(programme),
            row=programme.pk,
            names=names,
            texts=texts,
        )
    yield from _batches(inquiry)
    yield from _zones(inquiry)
    policies = _policies(inquiry)
    # What was amended since counts for less: who asks for 30 days means what is 30 days now.
    latest = _latest(policies)
    values: dict[int, dict[str, None]] = {}
    former: dict[int, dict[str, None]] = {}
    for policy in policies:
        if (own := type_of(policy)) and own.has_unit:
            held = values if policy.pk in latest else former
            held.setdefault(policy.topic_id, {}).update(dict.fromkeys(own.searched(policy)))
    for topic in topics.values():
        yield _entry(
            HitKind.TOPIC,
            topic.slug,
            (topic_label(topic, ENGLISH), topic_label(topic, CHINESE)),
            _named(topic.focus_area),
            row=topic.pk,
            names=name_keys([topic.slug, topic.label_en, topic.label_zh]),
            more=(
                topic.question_en,
                topic.question_zh,
                *values.get(topic.pk, ()),
                *(topic.unit_in(language) for language in (ENGLISH, CHINESE)),
            ),
            texts=(
                *(topic.why_it_matters_en, topic.why_it_matters_zh, topic.counts_as_en),
                *former.get(topic.pk, ()),
            ),
        )
    for policy in policies:
        if policy.topic_id in topics:
            yield _policy(policy, snapshot)
    for source in snapshot.related["source"].values():
        number = source.document_number
        labels = (source.title_en or source.title_zh, source.title_zh or source.title_en)
        yield _entry(
            HitKind.SOURCE,
            source.slug,
            labels,
            (number, number),
            row=source.pk,
            names=frozenset(filter(None, map(joined, (number, *labels, source.slug)))),
            number=number,
        )


def _places(inquiry: Inquiry) -> Iterator[Entry]:
    snapshot = inquiry.snapshot
    provinces: dict[int, set[Province]] = {}
    for city in cities_known(inquiry):
        provinces.setdefault(city.customs_district_id, set()).add(city.province)
        sound = min(short_forms(city.name_zh), key=len)
        yield _entry(
            HitKind.CITY,
            city.slug,
            _named(city),
            row=city.pk,
            sound=sound,
            code=city.adcode,
        )
    for province in snapshot.related["province"].values():
        # What kind of place it is names none: else zhou finds every 自治州.
        sound = min(short_forms(province.name_zh), key=len)
        yield _entry(
            HitKind.PROVINCE, province.iso_3166_2, _named(province), row=province.pk, sound=sound
        )
    for district in snapshot.related["customs_district"].values():
        code = district.code
        called = (f"{district.name_en} District", district.name_zh.replace("海关", "关区"), code)
        of_provinces = {
            joined(f"{short}{customs}")
            for province in provinces.get(district.pk, ())
            for name, customs in ((province.name_en, " Customs"), (province.name_zh, "海关"))
            for short in short_forms(name)
        }
        yield _entry(
            HitKind.CUSTOMS_DISTRICT,
            code,
            _named(district),
            (code, code),
            row=district.pk,
            names=names_of(district) | name_keys(called) | of_provinces,
            sound=min(short_forms(district.name_zh), key=len),
            code=code,
        )


def _batches(inquiry: Inquiry) -> Iterator[Entry]:
    known = programmes_known(inquiry)
    for batch in Batch.objects.filter(programme__in=known).select_related("programme"):
        key, number = f"{batch.programme.slug}.{batch.number}", batch.document_number
        labels = (
            f"{batch.programme.name_en}, batch {batch.number}",
            f"{batch.programme.name_zh}第{batch.number}批",
        )
        yield _entry(
            HitKind.BATCH,
            key,
            labels,
            (number, number),
            row=batch.pk,
            names=frozenset(map(joined, (key, number, batch.title_en, batch.title_zh, *labels))),
            more=(batch.title_en, batch.title_zh, *batch_ordinals(batch.number)),
            number=number,
        )


def _zones(inquiry: Inquiry) -> Iterator[Entry]:
    zones = Zone.objects.known_at(inquiry.known_at).not_withdrawn().select_related("batch")
    for zone in zones:
        if zone.name_en or zone.name_zh:
            number = zone.batch.document_number
            city = inquiry.snapshot.cities[zone.city_id]
            sound = min(short_forms(city.name_zh), key=len)
            yield _entry(
                HitKind.ZONE,
                zone.identity,
                _named(zone),
                (number, number),
                row=zone.pk,
                sound=sound,
                more=_named(city),
                texts=(number,),
                about=city.slug,
            )


def _policies(inquiry: Inquiry) -> list[Policy]:
    known = Policy.objects.known_at(inquiry.known_at).not_withdrawn().order_by("pk")
    return [inquiry.snapshot.with_related(policy) for policy in known]


def _latest(policies: Iterable[Policy]) -> set[int]:
    """The policies that no later one of the same topic and body has followed."""
    ordered = sorted(policies, key=lambda one: (one.effective_from_day or date.min, one.pk))
    return {*{(one.topic_id, one.scope_kind, one.body_ids): one.pk for one in ordered}.values()}


def _policy(policy: Policy, snapshot: Snapshot) -> Entry:
    topic = snapshot.topics[policy.topic_id]
    scope = BODIES.get(policy.scope_kind)
    body = getattr(policy, scope.column) if scope else None
    bound = _named(body) if body else ("China", "全国")
    own = type_of(policy)
    value = own.searched(policy) if own else ()
    label = (topic_label(topic, ENGLISH), topic_label(topic, CHINESE))
    shared = " ".join(map(_words_of_label, (*label, *bound)))
    summaries = in_index(f"{policy.summary_en} {policy.summary_zh}", stems=True)
    return Entry(
        HitKind.POLICY,
        policy.identity,
        label,
        bound,
        frozenset(),
        policy.pk,
        _columns(more=" ".join(value), text=f"{summaries} {shared}"),
        topic.slug,
    )


def _entry(
    kind: HitKind,
    key: str,
    label: Both,
    beside: Both = NOTHING,
    *,
    row: int,
    names: frozenset[str] = frozenset(),
    sound: str = "",
    more: Iterable[str] = (),
    number: str = "",
    code: str = "",
    texts: Iterable[str] = (),
    about: str = "",
) -> Entry:
    words = _columns(
        *label,
        sound=sound or label[1],
        more=" ".join((key, *more)),
        number=number,
        code=code,
        text=in_index(" ".join(texts), stems=True),
    )
    return Entry(kind, key, label, beside, names, row, words, about)


def _columns(
    english: str = "",
    chinese: str = "",
    *,
    sound: str = "",
    more: str = "",
    number: str = "",
    code: str = "",
    text: str = "",
) -> tuple[str, ...]:
    """The words of an entry in the order of ``COLUMNS`` of the index."""
    return (
        in_index(english),
        in_index(chinese),
        in_index(english, stems=True),
        _sounds(sound),
        in_index(more, stems=True),
        in_index(number),
        code,
        text,
    )


@lru_cache(4096)
def _words_of_label(label: str) -> str:
    """The words of what many policies are labelled with."""
    return in_index(label, stems=True)


def _sounds(chinese: str) -> str:
    """How Chinese sounds from each of its syllables on, without blanks: *hangzhou zhou*."""
    if chinese.isascii():
        return ""
    own = syllables(chinese, " ").split()
    return " ".join("".join(own[at : at + LONGEST_SOUND]) for at in range(len(own)))


def _shorter(name: str) -> Iterator[str]:
    """A name and what means the same, each also without what is behind it in brackets and without
    saying that it is of cities.
    """
    for form in alternatives(name):
        yield form
        yield _OF_CITIES.sub("", form)


def _as_said_here(name: str) -> str:
    """A name without what everything here is about: *comprehensive pilot zones*."""
    return _HERE.sub("", name)


def _named(row: Any) -> Both:
    """The names of a row in English and in Chinese."""
    return in_language(row, "name", ENGLISH), in_language(row, "name", CHINESE)

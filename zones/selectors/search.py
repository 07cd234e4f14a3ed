"""One search over places, zones, topics, policies and documents, and the answers where they meet.

What has the name comes first, then the answers of a place that is named beside a topic, what
begins with the words, what holds them all, and only then what comes near. Within each the order
is that of SQLite's full-text search.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from cbec_portal.languages import either
from zones.models import City
from zones.rules.names import joined, key_forms, name_keys
from zones.rules.search_words import alternatives, pieces, telling, words_asked
from zones.rules.vocabulary import HitKind
from zones.selectors.inquiry import Inquiry
from zones.selectors.likeness import likest
from zones.selectors.numbered_documents import batches_numbered, sources_numbered
from zones.selectors.place_names import (
    cities_named,
    city_names,
    keys_named,
    provinces_named,
)
from zones.selectors.search_entries import Entry
from zones.selectors.search_index import (
    BEGINNINGS,
    NAMES,
    TEXTS,
    SearchIndex,
    all_of,
    any_of,
    index_of,
    phrase,
)
from zones.selectors.snapshot import Snapshot

#: So many cities are read out of one question; the words of the name of one; how alike a word is
#: to what was meant by it.
MOST_CITIES, WORDS_OF_A_NAME, ALIKE = 4, 4, 0.74
LONGEST_PLACE = 60
#: The kinds of hits in the order in which those of one name come.
_IN_ORDER = tuple(HitKind)


class FoundAnswer(NamedTuple):
    """A city and a topic that are both in the question, whose answer is sought."""

    city: Entry
    topic: Entry

    @property
    def kind(self) -> HitKind:
        """Return what kind of hit it is."""
        return HitKind.ANSWER

    @property
    def key(self) -> str:
        """Return the keys of the city and of the topic."""
        return f"{self.city.key}/{self.topic.key}"


Found = Entry | FoundAnswer


class SearchResult(NamedTuple):
    """All that was found, the best first.

    ``instead`` is what was sought where the words were found nowhere as they were typed. ``partly``
    says that nothing holds all of them.
    """

    found: list[Found]
    instead: str = ""
    partly: bool = False


def search(text: str, inquiry: Inquiry) -> SearchResult:
    """Return what a revision knows that has the name, holds the words or comes near them."""
    index, words = index_of(inquiry), words_asked(text)
    if not words:
        return SearchResult([])
    if found := _all(text, words, index, inquiry.snapshot):
        return SearchResult(found)
    if near := _near(text, index, inquiry.snapshot):
        return SearchResult(list(near), instead=either(*near[0].label, inquiry.language))
    corrected = _corrected(words, index)
    if corrected != words:
        again = " ".join(corrected)
        if found := _all(again, corrected, index, inquiry.snapshot):
            return SearchResult(found, instead=again)
    return SearchResult(_some(corrected, index), partly=True)


def keys_found(words: str, snapshot: Snapshot, kind: str) -> list[str]:
    """Return the natural keys of everything of a kind that has this name or holds every word in
    what it is called, the best first.
    """
    said = words_asked(words)
    if not said:
        return []
    index = _newest(snapshot)
    named = index.of_keys(kind, keys_with_name(words, snapshot, kind))
    columns = NAMES.replace("}", " code}")
    holding = all_of((_written(word, prefix=True) for word in said), columns)
    expressions = (_beginning(said), _sounding(said), holding)
    found = [*named, *(entry for one in expressions for entry in index.found(one, (kind,)))]
    return list(dict.fromkeys(entry.key for entry in found))


def documents_numbered(words: str, snapshot: Snapshot) -> list[str]:
    """Return the keys of the documents whose number this is or is part of, however written."""
    said = words_asked(words)
    if not said:
        return []
    index = _newest(snapshot)
    whole = [
        entry for entry in index.by_name.get(joined(words), ()) if entry.kind == HitKind.SOURCE
    ]
    meant = index.of_keys(HitKind.SOURCE, sources_numbered(words, snapshot))
    numbered = all_of((_written(word, prefix=True) for word in said), "number")
    found = [*whole, *meant, *index.found(numbered, (HitKind.SOURCE,))]
    return list(dict.fromkeys(entry.key for entry in found))


def keys_with_name(text: str, snapshot: Snapshot, kind: str) -> list[str]:
    """Return the natural keys of whatever of a kind has this name; cities also by province,
    documents by number, however written.
    """
    if kind == HitKind.CITY:
        return cities_named(text, snapshot)
    if kind == HitKind.PROVINCE:
        return provinces_named(text, snapshot)
    names = snapshot.remembered(f"names of {kind}", lambda: _names(kind, _newest(snapshot)))
    own = keys_named(text, names)
    if kind == HitKind.SOURCE and text not in own:
        return list(dict.fromkeys([*own, *sources_numbered(text, snapshot)]))
    return own


def _names(kind: str, index: SearchIndex) -> dict[str, list[str]]:
    own = (
        (name, [entry.key for entry in named if entry.kind == kind])
        for name, named in index.by_name.items()
    )
    return {name: keys for name, keys in own if keys}


def _newest(snapshot: Snapshot) -> SearchIndex:
    return index_of(Inquiry.of_now(snapshot))


def _all(text: str, words: list[str], index: SearchIndex, snapshot: Snapshot) -> list[Found]:
    """What has the name or holds every word, the best first."""
    named = _named(text, index, snapshot)
    cities, rest = ([], words) if named else _places_in(words, snapshot)
    told = index.of_keys(HitKind.CITY, [city.slug for city in cities])
    rest = telling(rest) if cities else rest
    sought = [city.name_en for city in cities] + rest if cities else words
    found: list[Found] = [*named]
    if cities and not rest:
        found += told
    holding = list(_holding(telling(sought) or sought, index))
    if cities and rest:
        found += [entry for entry in _in_names(sought, index) if entry.kind == HitKind.ZONE]
        topics = list(_topics(rest, index))
        found += [FoundAnswer(city, topic) for topic in topics for city in told]
    found += index.found(_beginning(words))
    found += index.found(_sounding(words))
    found += holding
    return list({(one.kind, one.key): one for one in found}.values())


def _named(text: str, index: SearchIndex, snapshot: Snapshot) -> list[Entry]:
    """What has this name as it is written, then what has it without its ending."""
    own = [
        entry
        for kind in (HitKind.CITY, HitKind.PROVINCE)
        for entry in index.of_keys(kind, keys_with_name(text[:LONGEST_PLACE], snapshot, kind))
    ]
    forms = key_forms(text)
    full = [entry for form in forms[:1] for entry in index.by_name.get(form, ())]
    full += index.of_keys(HitKind.SOURCE, sources_numbered(text, snapshot))
    full += index.of_keys(HitKind.BATCH, map(".".join, batches_numbered(text, snapshot)))
    short = [entry for form in forms[1:] for entry in index.by_name.get(form, ())]
    found = dict.fromkeys([*full, *own, *short])
    return sorted(
        found,
        key=lambda entry: (
            entry not in full and forms[0] not in name_keys(entry.label),
            _IN_ORDER.index(entry.kind),
        ),
    )


def _places_in(words: list[str], snapshot: Snapshot) -> tuple[list[City], list[str]]:
    """The cities that are named in a question, and the words that are left of it."""
    names, found, left = city_names(snapshot), dict[str, None](), list[str]()
    at = 0
    while at < len(words):
        for many in range(min(WORDS_OF_A_NAME, len(words) - at), 0, -1):
            if keys := names.get("".join(words[at : at + many])):
                found |= dict.fromkeys(keys)
                at += many
                break
        else:
            within, rest = _name_within(words[at], names)
            found |= dict.fromkeys(within)
            left += rest
            at += 1
    return [snapshot.cities_by_slug[slug] for slug in list(found)[:MOST_CITIES]], left


def _name_within(word: str, names: dict[str, list[str]]) -> tuple[list[str], list[str]]:
    """The cities of the longest name in a run of Chinese, and what is left of the run."""
    if word.isascii():
        return [], [word]
    parts = (word[a:b] for a in range(len(word)) for b in range(len(word), a + 1, -1))
    named = max((part for part in parts if part in names), key=len, default="")
    if not named:
        return [], [word]
    before, _, after = word.partition(named)
    return names[named], [part for part in (before, after.lstrip("的")) if part]


def _written(word: str, *, prefix: bool = False) -> str:
    """A word as it is written, or as it begins."""
    return phrase(word, prefix=prefix and word.isascii())


def _meant(word: str, *, prefix: bool = False) -> str:
    """A word, its forms, or what means the same."""
    own = [phrase(one) for one in alternatives(word)]
    return any_of([*own, phrase(word, prefix=True)] if prefix and word.isascii() else own)


def _beginning(words: list[str]) -> str:
    """What a name begins with, as far as it was typed."""
    said = phrase(" ".join(words), prefix=True)
    return f"{BEGINNINGS} : ^{said}"


def _sounding(words: list[str]) -> str:
    """What a name sounds like where it begins."""
    return f"sound : ^{phrase(''.join(words), prefix=True)}"


def _holding(words: list[str], index: SearchIndex) -> Iterator[Entry]:
    """What holds every word, before what holds how they begin, before what holds their pieces."""
    codes = [f"code : {phrase(word)}" for word in words if word.isdigit()]
    yield from index.found(any_of(codes) if codes and len(words) == 1 else "")
    yield from index.found(all_of(map(_meant, words), TEXTS))
    yield from index.found(all_of((_meant(word, prefix=True) for word in words), TEXTS))
    if any(len(word) > 2 and not word.isascii() for word in words):
        yield from index.found(all_of(_in_pieces(words), TEXTS))


def _in_names(words: list[str], index: SearchIndex) -> list[Entry]:
    return index.found(all_of(map(_meant, words), NAMES))


def _topics(words: list[str], index: SearchIndex) -> Iterable[Entry]:
    """The topics of this name, or that are called by all words, or by their pieces."""
    every = (
        [entry for entry in index.by_name.get("".join(words), ()) if entry.kind == HitKind.TOPIC],
        index.found(all_of(map(_meant, words), NAMES), (HitKind.TOPIC,)),
        index.found(all_of((_meant(word, prefix=True) for word in words), NAMES), (HitKind.TOPIC,)),
        index.found(all_of(map(_meant, words), TEXTS), (HitKind.TOPIC,)),
        index.found(all_of(_in_pieces(words), NAMES), (HitKind.TOPIC,)),
    )
    found = [entry for own in every[:2] for entry in own]
    return dict.fromkeys(found or next(filter(None, every[2:]), []))


def _in_pieces(words: Iterable[str]) -> Iterator[str]:
    for word in words:
        if word.isascii():
            yield _meant(word)
        else:
            yield from (phrase(piece) for piece in pieces(word))


def _some(words: list[str], index: SearchIndex) -> list[Found]:
    """What holds some of the words, if they are told apart from each other at all."""
    every = list(_in_pieces(telling(words) or words))
    return [*index.found(f"{TEXTS} : {any_of(every)}")] if len(every) > 1 else []


def _near(text: str, index: SearchIndex, snapshot: Snapshot) -> list[Entry]:
    """Places and other things whose Chinese name differs from what was typed by one character."""
    whole = joined(text[:LONGEST_PLACE])
    if whole.isascii() or len(whole) < 2:
        return []
    names = {**dict.fromkeys(city_names(snapshot), ()), **index.by_name}
    chinese = [name for name in names if not name.isascii() and len(name) == len(whole) > 1]
    near = [name for likeness, name in likest(whole, chinese) if likeness.slips <= 1]
    cities = city_names(snapshot)
    found = [
        entry
        for name in near
        for entry in (
            *index.of_keys(HitKind.CITY, cities.get(name, ())),
            *index.by_name.get(name, ()),
        )
    ]
    return list(dict.fromkeys(found))


def _corrected(words: list[str], index: SearchIndex) -> list[str]:
    """The words, those of the index in the place of those that are in nothing."""
    return [word if _is_known(word, index) else _likest(word, index) for word in words]


def _is_known(word: str, index: SearchIndex) -> bool:
    return not (word.isascii() and word.isalpha() and len(word) > 2) or bool(
        index.found(f"{TEXTS} : {_meant(word, prefix=True)}")
    )


def _likest(word: str, index: SearchIndex) -> str:
    """The word of the index that is most like one; that itself where none is."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA, JaroWinkler

    near = process.extract(
        word, index.words, scorer=OSA.normalized_similarity, score_cutoff=ALIKE, limit=20
    )
    best = max(
        near,
        key=lambda hit: (round(hit[1], 3), JaroWinkler.similarity(word, hit[0])),
        default=(word, 0, 0),
    )
    return str(best[0])

"""One search over places, zones, topics, policies and documents, and the answers where they meet.

What has the name comes first, then the answers of a place that is named beside a topic, what
begins with the words, what holds them all, and only then what comes near. Within each the order
is that of SQLite's full-text search.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import zip_longest
from typing import NamedTuple

from cbec_portal.china_time import today_in_china
from cbec_portal.languages import either
from zones.rules.names import joined, key_forms, name_keys
from zones.rules.search_days import day_said, days_compared
from zones.rules.search_words import LONGEST as LONGEST_QUESTION
from zones.rules.search_words import (
    alternatives,
    forms,
    is_nearly,
    one_by_one,
    pieces,
    splits_of,
    telling,
    words_asked,
)
from zones.rules.vocabulary import HitKind
from zones.selectors.inquiry import Inquiry
from zones.selectors.likeness import likest
from zones.selectors.numbered_documents import (
    SAYS_DOCUMENT,
    batches_numbered,
    is_number_not_held,
    sources_numbered,
)
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
    WRITTEN,
    SearchIndex,
    all_of,
    any_of,
    index_of,
    phrase,
)
from zones.selectors.search_places import SaidBody, SaidPlaces, places_said
from zones.selectors.snapshot import Snapshot

#: So many cities are read out of one question, as many as a page compares; how alike a word is to
#: what was meant by it.
MOST_CITIES, ALIKE = 8, 0.74
LONGEST_PLACE = 60
#: A shorter word is no name of a place that was mistyped.
SHORTEST_MISTYPED = 5
#: The kinds of hits in the order in which those of one name come.
_IN_ORDER = tuple(HitKind)


#: In so many ways at most a run of Chinese is parted.
MOST_SPLITS = 6
NO_TOPIC: tuple[None] = (None,)
#: Where fewer topics hold all that is asked for, so many of each of its parts come after them.
FEW_TOPICS, MOST_OF_A_PART = 3, 3
#: So many of the first hits are set side by side on two days.
MOST_ON_DAYS = 3
NOT_DOCUMENTS = frozenset(HitKind) - {HitKind.SOURCE}


class FoundComparison(NamedTuple):
    """Cities that are named side by side, perhaps with a topic on which to compare them; cities, or
    a topic everywhere, on two days, where the question sets these side by side.
    """

    cities: tuple[Entry, ...]
    topic: Entry | None
    days: tuple[date, ...] = ()

    @property
    def kind(self) -> HitKind:
        """Return what kind of hit it is."""
        return HitKind.COMPARISON

    @property
    def key(self) -> str:
        """Return the keys of the cities, each with its day if it has its own, and of the topic if
        there is one.
        """
        own = [f"@{day}" for day in self.days] or [""]
        cities = ",".join(f"{city.key}{day}" for city in self.cities for day in own)
        if not self.cities:
            cities = ",".join(map(str, self.days))
        return f"{cities}/{self.topic.key}" if self.topic else cities


class FoundRegional(NamedTuple):
    """A province, customs district or region and a topic, whose answers there are sought."""

    body: SaidBody
    topic: Entry

    @property
    def kind(self) -> HitKind:
        """Return what kind of hit it is."""
        return HitKind.REGIONAL_ANSWER

    @property
    def key(self) -> str:
        """Return the keys of both."""
        return f"{self.body.key}/{self.topic.key}"


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


Found = Entry | FoundAnswer | FoundComparison | FoundRegional


class SearchResult(NamedTuple):
    """All that was found, the best first.

    ``instead`` is what was sought where the words were found nowhere as they were typed. ``partly``
    says that nothing holds all of them. ``day`` is the one that the words name. ``not_held`` is the
    number of a document that was typed where no document of that number is known.
    """

    found: list[Found]
    instead: str = ""
    partly: bool = False
    day: date | None = None
    not_held: str = ""


def search(text: str, inquiry: Inquiry) -> SearchResult:
    """Return what a revision knows that has the name, holds the words or comes near them, on the
    day that the words name, if they name one.
    """
    index, snapshot = index_of(inquiry), inquiry.snapshot
    if not (words := words_asked(text)):
        return SearchResult([])
    if named := _named(text, index, snapshot):
        return SearchResult(_all(text, words, index, snapshot, named))
    if is_number_not_held(text, snapshot):
        return _sought(text, inquiry, [])._replace(not_held=text.strip())
    today = today_in_china()
    days = days_compared(text[:LONGEST_QUESTION], today)
    if days and telling(words_asked(days.rest)):
        found = _sought(days.rest, inquiry, _named(days.rest, index, snapshot))
        compared = [] if found.partly else list(_on_days(found.found, days.days))
        if compared:
            return found._replace(found=[*compared, *found.found])
    said = day_said(text[:LONGEST_QUESTION], today)
    if said and telling(words_asked(said.rest)):
        found = _sought(said.rest, inquiry, _named(said.rest, index, snapshot))
        whole = _all(text, words, index, snapshot, [])
        if found.found and not (found.partly and whole):
            every = {(one.kind, one.key): one for one in (*found.found, *whole)}
            return found._replace(found=list(every.values()), day=said.day)
    return _sought(text, inquiry, [])


def _on_days(found: list[Found], days: tuple[date, date]) -> Iterator[Found]:
    """What was found first on the two days, where it is something that answers on a day."""
    for one in found[:MOST_ON_DAYS]:
        if isinstance(one, FoundComparison):
            yield FoundComparison(one.cities, one.topic, days)
        elif isinstance(one, FoundAnswer):
            yield FoundComparison((one.city,), one.topic, days)
        elif isinstance(one, Entry) and one.kind == HitKind.CITY:
            yield FoundComparison((one,), None, days)
        elif isinstance(one, Entry) and one.kind == HitKind.TOPIC:
            yield FoundComparison((), one, days)
        else:
            return


def _sought(text: str, inquiry: Inquiry, named: list[Entry]) -> SearchResult:
    """What is found of a question that names no day, of which some things have the name."""
    index, words = index_of(inquiry), words_asked(text)
    found = _all(text, words, index, inquiry.snapshot, named)
    if found and not named:
        # What only sounds so somewhere within does not go before a place that was mistyped.
        corrected = [_place_meant(word, index, inquiry.snapshot) for word in words]
        if corrected != words:
            again = " ".join(corrected)
            named = _named(again, index, inquiry.snapshot)
            own = _all(again, corrected, index, inquiry.snapshot, named)
            every = {(one.kind, one.key): one for one in (*own, *found)}
            return SearchResult(list(every.values()), instead=again)
    if found:
        return SearchResult(found)
    if near := _near(text, index, inquiry.snapshot):
        return SearchResult(list(near), instead=either(*near[0].label, inquiry.language))
    corrected = _corrected(words, index, inquiry.snapshot)
    # A place that was mistyped may sound like something that is written nowhere.
    for meant in (corrected, [_place_meant(word, index, inquiry.snapshot) for word in words]):
        if meant != words:
            again = " ".join(meant)
            named = _named(again, index, inquiry.snapshot)
            if found := _all(again, meant, index, inquiry.snapshot, named):
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


def _all(
    text: str, words: list[str], index: SearchIndex, snapshot: Snapshot, named: list[Entry]
) -> list[Found]:
    """What has the name or holds every word, the best first."""
    nowhere = SaidPlaces([], [], 0, words)
    places = nowhere if named else places_said(words, index, snapshot)
    cities = places.cities[:MOST_CITIES]
    told = index.of_keys(HitKind.CITY, [city.slug for city in cities])
    is_placed = bool(cities or places.bodies)
    rest = telling(places.left) if is_placed else words
    sought = [city.name_en for city in cities] + [body.label[0] for body in places.bodies] + rest
    found: list[Found] = [*named]
    topics = list(_topics(rest, index)) if is_placed and rest else []
    if places.names > 1:
        found += [FoundComparison(tuple(told), topic) for topic in topics or NO_TOPIC]
    if is_placed and not rest:
        found += told
    if cities and rest:
        found += [entry for entry in _in_names(sought, index) if entry.kind == HitKind.ZONE]
    if is_placed and len(topics) < FEW_TOPICS:
        topics += [one for one in _topics_of_parts(rest, index) if one not in topics]
    found += [FoundAnswer(city, topic) for topic in topics for city in told]
    found += [FoundRegional(body, topic) for topic in topics for body in places.bodies]
    beginning = index.found(_beginning(words))
    # What is called so but for one word goes before what only begins so and goes on.
    if any(is_nearly(entry.label, words) for entry in beginning) or not beginning:
        found += beginning
    else:
        nearly = index.found(_in_a_row(words), (HitKind.TOPIC,))
        found += [entry for entry in nearly if is_nearly(entry.label, words)] + beginning
    found += index.found(_sounding(words))
    holding = list(_holding(telling(sought if is_placed else words) or words, index))
    if SAYS_DOCUMENT.search(text):
        holding.sort(key=lambda entry: entry.kind == HitKind.BATCH)
    found += holding
    return _topics_first(list({(one.kind, one.key): one for one in found}.values()))


def _topics_first(found: list[Found]) -> list[Found]:
    """What was found, a topic before its own policies where it was found as well."""
    topics = {one.key: one for one in found if one.kind == HitKind.TOPIC}
    ordered: dict[tuple[HitKind, str], Found] = {}
    for one in found:
        if isinstance(one, Entry) and one.kind == HitKind.POLICY and one.about in topics:
            topic = topics[one.about]
            ordered.setdefault((topic.kind, topic.key), topic)
        ordered.setdefault((one.kind, one.key), one)
    return list(ordered.values())


def _named(text: str, index: SearchIndex, snapshot: Snapshot) -> list[Entry]:
    """What has this name as it is written, then what has it without its ending."""
    own = [
        entry
        for kind in (HitKind.CITY, HitKind.PROVINCE)
        for entry in index.of_keys(kind, keys_with_name(text[:LONGEST_PLACE], snapshot, kind))
    ]
    forms = key_forms(text)
    full = [entry for form in forms[:1] for entry in index.by_name.get(form, ())]
    numbered = index.of_keys(HitKind.SOURCE, sources_numbered(text, snapshot))
    full += numbered
    full += index.of_keys(HitKind.BATCH, map(".".join, batches_numbered(text, snapshot)))
    short = [entry for form in forms[1:] for entry in index.by_name.get(form, ())]
    found = dict.fromkeys([*full, *own, *short])
    # A document that is asked for by its number goes before the batches that it approved.
    return sorted(
        found,
        key=lambda entry: (
            entry not in numbered,
            entry not in full and forms[0] not in name_keys(entry.label),
            _IN_ORDER.index(entry.kind),
        ),
    )


def _written(word: str, *, prefix: bool = False) -> str:
    """A word as it is written, or as it begins."""
    return phrase(word, prefix=prefix and word.isascii())


def _literal(word: str) -> str:
    """A word or its forms, and nothing else that means the same."""
    return any_of(map(phrase, forms(word))) if word.isascii() else _meant(word)


def _meant(word: str, *, prefix: bool = False) -> str:
    """A word, its forms, or what means the same."""
    own = [phrase(one) for one in alternatives(word)]
    return any_of([*own, phrase(word, prefix=True)] if prefix and word.isascii() else own)


def _beginning(words: list[str]) -> str:
    """What a name begins with, as far as it was typed."""
    said = phrase(" ".join(words), prefix=True)
    return f"{BEGINNINGS} : ^{said}"


def _in_a_row(words: list[str]) -> str:
    """What has the words one after the other in its name."""
    return f"{BEGINNINGS} : {phrase(' '.join(words))}"


def _sounding(words: list[str]) -> str:
    """What a name sounds like where it begins."""
    return f"sound : ^{phrase(''.join(words), prefix=True)}"


def _holding(words: list[str], index: SearchIndex) -> Iterator[Entry]:
    """What holds every word, before what holds how they begin, before what holds their pieces."""
    codes = [f"code : {phrase(word)}" for word in words if word.isdigit()]
    yield from index.found(any_of(codes) if codes and len(words) == 1 else "")
    ways = (
        all_of(map(_literal, one_by_one(words))),
        all_of(map(_meant, words)),
        all_of(_meant(word, prefix=True) for word in words),
    )
    for way in dict.fromkeys(ways):
        yield from index.found(f"{TEXTS} : ({way})")
    if any(len(word) > 2 and not word.isascii() for word in words):
        yield from index.found(_in_parts(words, index, TEXTS))
        yield from index.found(all_of(_in_pieces(words), TEXTS))


def _in_names(words: list[str], index: SearchIndex) -> list[Entry]:
    return index.found(all_of(map(_meant, words), NAMES))


def _topics(words: list[str], index: SearchIndex) -> Iterable[Entry]:
    """The topics of this name, or that are called by all words, or by their pieces."""
    own = [entry for entry in index.by_name.get("".join(words), ()) if entry.kind == HitKind.TOPIC]
    literal, meant = all_of(map(_literal, one_by_one(words))), all_of(map(_meant, words))
    for said in dict.fromkeys((literal, meant)):
        own += index.found(f"{NAMES} : ({said})", (HitKind.TOPIC,))
    if own:
        return dict.fromkeys(sorted(own, key=lambda entry: not is_nearly(entry.label, words)))
    otherwise: tuple[Callable[[], str], ...] = (
        lambda: all_of((_meant(word, prefix=True) for word in words), NAMES),
        lambda: all_of(map(_meant, words), TEXTS),
        lambda: _in_parts(words, index, NAMES),
        lambda: all_of(_in_pieces(words), NAMES),
    )
    ways = (index.found(way(), (HitKind.TOPIC,)) for way in otherwise)
    return next(filter(None, ways), [])


def _topics_of_parts(words: list[str], index: SearchIndex) -> list[Entry]:
    """The first topics of each word, in turn, where each is of some: *1210 returns* asks for two
    things. None where it asks for one.
    """
    parts = [list(_topics([word], index))[:MOST_OF_A_PART] for word in words]
    if len(parts) < 2 or not all(parts):
        return []
    turns = zip_longest(*parts)
    return list(dict.fromkeys(one for turn in turns for one in turn if one is not None))


def _in_parts(words: Iterable[str], index: SearchIndex, columns: str) -> str:
    """An expression for what holds the words that runs of Chinese are likely made of."""
    said = list[str]()
    for word in words:
        splits = [] if word.isascii() else list(splits_of(word))[:MOST_SPLITS]
        ways = (all_of(map(_meant, split)) for split in splits if len(split) > 1)
        own = next((way for way in ways if index.has(f"{columns} : ({way})")), "")
        said.append(f"({own})" if own else _meant(word))
    return all_of(said, columns)


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


def _corrected(words: list[str], index: SearchIndex, snapshot: Snapshot) -> list[str]:
    """The words, those of the index in the place of those that are in nothing; places before all
    else.
    """
    return [
        word
        if _is_known(word, index)
        else next((meant for meant in [_place_meant(word, index, snapshot)] if meant != word), "")
        or _likest(word, index)
        for word in words
    ]


def _is_known(word: str, index: SearchIndex, columns: str = TEXTS) -> bool:
    return not _may_be_mistyped(word) or index.has(f"{columns} : {_meant(word, prefix=True)}")


def _may_be_mistyped(word: str) -> bool:
    return word.isascii() and word.isalpha() and len(word) > 2


def _place_meant(word: str, index: SearchIndex, snapshot: Snapshot) -> str:
    """The place that a word names but for one slip; the word itself where it is written anywhere,
    or is how something begins to sound.
    """
    if not _may_be_mistyped(word) or len(word) < SHORTEST_MISTYPED:
        return word
    # Nobody types how a document's title sounds from its beginning on.
    if _is_known(word, index, WRITTEN) or index.found(_sounding([word]), NOT_DOCUMENTS):
        return word
    names = city_names(snapshot)
    near = (name for likeness, name in likest(word, names) if likeness.slips <= 1)
    return next(near, word)


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

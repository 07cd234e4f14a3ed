"""The index of a search, and what a word counts for in names and in texts: SQLite's own, in memory,
whatever database the portal has.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from threading import Lock

from zones.rules.names import joined
from zones.rules.search_words import pieces
from zones.rules.vocabulary import FOUND_ROWS, HitKind
from zones.selectors.inquiry import Inquiry
from zones.selectors.search_entries import Entry, entries

#: The columns of the index with what a word in each counts for.
COLUMNS = {
    "name_en": 10.0,
    "name_zh": 10.0,
    "stems": 10.0,
    "sound": 2.0,
    "more": 5.0,
    "number": 6.0,
    "code": 1.0,
    "text": 1.0,
}
NAMES = "{name_en name_zh stems sound more number}"
BEGINNINGS = "{name_en name_zh}"
#: A code of an area is found as a whole: 5000 is a limit, not how the code of Chongqing begins.
TEXTS = "{name_en name_zh stems sound more number text}"
#: What is written somewhere, and not only sounds so.
WRITTEN = "{name_en name_zh stems more number text}"
_IN_ORDER = {kind: place for place, kind in enumerate(HitKind)}
#: How many revisions have an index at once.
MOST_INDEXES = 2


def index_of(inquiry: Inquiry) -> SearchIndex:
    """Return the index of what a revision knows: made once, while others wait for it."""
    found: SearchIndex = inquiry.snapshot.lately("search indexes", MOST_INDEXES).made(
        inquiry.known_at, lambda: SearchIndex(entries(inquiry))
    )
    return found


class SearchIndex:
    """Entries by their words, which threads may share."""

    def __init__(self, found: Iterable[Entry]) -> None:
        # Ties in its order are broken by kind and natural key, so the ids of rows decide nothing.
        self.entries = sorted(found, key=lambda entry: (_IN_ORDER[entry.kind], entry.key))
        self.weights = [FOUND_ROWS[entry.kind].weight for entry in self.entries]
        self._turn = Lock()
        self._database = sqlite3.connect(":memory:", check_same_thread=False)
        self._database.execute(
            f"CREATE VIRTUAL TABLE entries USING fts5({', '.join(COLUMNS)}, content='', "
            "tokenize='unicode61 remove_diacritics 0')"
        )
        marks = ", ".join("?" * (len(COLUMNS) + 1))
        self._database.executemany(
            f"INSERT INTO entries (rowid, {', '.join(COLUMNS)}) VALUES ({marks})",  # noqa: S608
            ((at, *entry.words) for at, entry in enumerate(self.entries)),
        )
        self._database.execute("CREATE VIRTUAL TABLE words USING fts5vocab(entries, 'row')")
        self._database.commit()

    def found(self, expression: str, kinds: Collection[str] = ()) -> list[Entry]:
        """Return what an expression of FTS5 finds, the best first by bm25."""
        if not expression:
            return []
        weights = ", ".join(map(str, COLUMNS.values()))
        with self._turn:
            rows = self._database.execute(
                f"SELECT rowid, bm25(entries, {weights}) FROM entries WHERE entries MATCH ?",  # noqa: S608
                (expression,),
            ).fetchall()
        ranked = sorted((rank * self.weights[at], at) for at, rank in rows)
        own = (self.entries[at] for _, at in ranked)
        return [entry for entry in own if not kinds or entry.kind in kinds]

    def has(self, expression: str) -> bool:
        """Return whether an expression of FTS5 finds anything."""
        with self._turn:
            found = self._database.execute(
                "SELECT rowid FROM entries WHERE entries MATCH ? LIMIT 1", (expression,)
            ).fetchone()
        return found is not None

    @cached_property
    def words(self) -> list[str]:
        """Return every word of letters in the index that somebody may have mistyped."""
        with self._turn:
            rows = self._database.execute("SELECT term FROM words").fetchall()
        return [word for (word,) in rows if word.isascii() and word.isalpha() and len(word) > 3]

    @cached_property
    def by_name(self) -> Mapping[str, list[Entry]]:
        """Return entries by each name that is theirs alone or with others."""
        names: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            whole = {joined(text) for text in entry.label} if entry.kind in NAMED else set()
            for name in entry.names | whole - {""}:
                names[name].append(entry)
        return names

    def of_keys(self, kind: str, keys: Iterable[str]) -> list[Entry]:
        """Return the entries of some keys; what the revision does not know has none."""
        found = (self.by_key.get((kind, key)) for key in keys)
        return [entry for entry in found if entry]

    @cached_property
    def by_key(self) -> Mapping[tuple[str, str], Entry]:
        """Return entries by kind and key."""
        return {(entry.kind, entry.key): entry for entry in self.entries}


#: Kinds of which the label is a name; policies are labelled by their topic.
NAMED = frozenset(FOUND_ROWS) - {HitKind.POLICY}


def phrase(word: str, *, prefix: bool = False) -> str:
    """Return a word of a question, or several, as FTS5 reads them: letters and digits alone."""
    parts = [part for one in word.split() for part in ([one] if one.isascii() else pieces(one))]
    # One character of Chinese is how a pair begins, or the last of a text.
    begins = prefix or (len(word) == 1 and not word.isascii())
    return f'"{" ".join(parts)}"{" *" if begins else ""}'


def any_of(expressions: Iterable[str]) -> str:
    """Return an expression for what has one of some."""
    return f"({' OR '.join(expressions)})"


def all_of(expressions: Iterable[str], columns: str = "") -> str:
    """Return an expression for what has all of some, perhaps within columns."""
    said = " AND ".join(expressions)
    return f"{columns} : ({said})" if said and columns else said

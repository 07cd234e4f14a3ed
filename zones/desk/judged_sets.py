"""What would become of a change set, kept in small for the pages that show parts of it.

A set is judged as a whole, whatever of it is shown: one row may be refused for another. What comes
of it holds until the set, or anything public, is another. So it is worked out once and kept: the
totals, and rows by rows the rest, as compressed bytes of which only those are read that are shown.
"""

from __future__ import annotations

import io
import pickle
import re
import zlib
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from functools import cache
from threading import Lock
from typing import Any, NamedTuple, overload

from django.apps import apps
from django.db import connection

from cbec_portal.caches import Kept
from cbec_portal.china_time import today_in_china
from zones.dataset.table import Table
from zones.dataset.table_registry import table_named
from zones.desk.cell_words import CellWords
from zones.desk.effect import Effect, effect_of, impact_of, mark_of
from zones.desk.judgement import Judgement, RowJudgement, judge
from zones.desk.row_warnings import RowWarning, warnings_of
from zones.models import (
    AppliedRow,
    ChangeSet,
    Coverage,
    DistrictInPart,
    Edit,
    Edition,
    InForce,
    ProposedRow,
    Revision,
    SourceCopy,
)
from zones.models.revisions import Recorded
from zones.rules.vocabulary import Fate
from zones.selectors.dependents import Impact
from zones.services.editions import counts

#: So many rows are read at once.
BATCH = 50
#: So many bytes are kept in a process: some ten sets of ten thousand rows.
MOST_BYTES = 16 * 1024 * 1024
#: What the number and the fate of a row take.
BYTES_OF_ROW = 16
#: What counts no edition by itself, and is written with what does or with the set alone.
LASTING = (
    AppliedRow,
    ChangeSet,
    Coverage,
    DistrictInPart,
    Edit,
    Edition,
    InForce,
    ProposedRow,
    Revision,
    SourceCopy,
)
_READ = re.compile(r'\b(?:FROM|JOIN)\s+"?(\w+)', re.IGNORECASE)


class WarningMark(NamedTuple):
    """A warning by the number of its row, its code, and what it is about."""

    row: int
    code: str
    about: str


class _Reader(NamedTuple):
    """What rows that are kept refer to and is not kept with them."""

    change_set: ChangeSet
    words: CellWords


_reader: ContextVar[_Reader] = ContextVar("reader")


class JudgedSet(Sequence[tuple[int, Fate]]):
    """A set as it was judged: of each row its number and its fate, in the order of the page."""

    def __init__(
        self,
        found: Judgement,
        warnings: Iterable[RowWarning],
        effect: Effect,
        impact: Impact,
        told: Any,
    ) -> None:
        self._numbers = array("q", (judged.row.pk for judged in found.rows))
        self._fates = [judged.fate for judged in found.rows]
        self._count = Counter(self._fates)
        self.problems = found.problems
        self.hinders, self.brings = found.hinders, found.brings
        self.mark = mark_of(found, effect)
        own: dict[int, list[RowWarning]] = {}
        marks = []
        for one in warnings:
            own.setdefault(one.judged.row.pk, []).append(one)
            marks.append(tuple(WarningMark(one.judged.row.pk, one.code, one.about)))
        self._marks = _packed(marks)
        rows = [(judged, own.get(judged.row.pk, [])) for judged in found.rows]
        self._batches = [_packed(rows[at : at + BATCH]) for at in range(0, len(rows), BATCH)]
        self._impact = _packed(impact)
        self._told = _packed(told)

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, place: int) -> tuple[int, Fate]: ...
    @overload
    def __getitem__(self, place: slice) -> list[tuple[int, Fate]]: ...
    def __getitem__(self, place: int | slice) -> Any:
        if isinstance(place, slice):
            return list(zip(self._numbers[place], self._fates[place], strict=True))
        return self._numbers[place], self._fates[place]

    @property
    def size(self) -> int:
        """Return about how many bytes it takes."""
        packed = (self._marks, self._impact, self._told, *self._batches)
        return sum(map(len, packed)) + BYTES_OF_ROW * len(self)

    def count(self, fate: Any) -> int:
        """Return how many rows would fare so."""
        return self._count[fate]

    def warnings(self) -> list[WarningMark]:
        """Return what is to be looked at twice, row by row."""
        return [WarningMark(*one) for one in _unpacked(self._marks)]

    @property
    def impact(self) -> Impact:
        """Return what the set turns, for those who know what depends on it."""
        impact: Impact = _unpacked(self._impact)
        return impact

    @property
    def told(self) -> Any:
        """Return what was told of the whole set when it was judged."""
        return _unpacked(self._told)

    def rows(
        self, numbers: Iterable[int], change_set: ChangeSet, words: CellWords
    ) -> Iterator[tuple[RowJudgement, list[RowWarning]]]:
        """Yield rows by their numbers, each with what is to be looked at twice."""
        places = {number: place for place, number in enumerate(self._numbers)}
        read: dict[int, Any] = {}
        token = _reader.set(_Reader(change_set, words))
        try:
            found = []
            for number in numbers:
                batch, place = divmod(places[number], BATCH)
                if batch not in read:
                    read[batch] = _unpacked(self._batches[batch])
                found.append(read[batch][place])
        finally:
            _reader.reset(token)
        return iter(found)


class _Packer(pickle.Pickler):
    """Leaves out what is known to whoever reads, and would bring half the database with it."""

    def reducer_override(self, own: Any) -> Any:
        match own:
            case Table():
                return table_named, (own.name,)
            case CellWords():
                return _words_of_reader, ()
            case ChangeSet():
                return _set_of_reader, ()
        return NotImplemented


def _words_of_reader() -> CellWords:
    return _reader.get().words


def _set_of_reader() -> ChangeSet:
    return _reader.get().change_set


def _packed(things: Any) -> bytes:
    written = io.BytesIO()
    _Packer(written, pickle.HIGHEST_PROTOCOL).dump(things)
    return zlib.compress(written.getbuffer(), 1)


def _unpacked(packed: bytes) -> Any:
    # They were written by this process, and never left it.
    return pickle.loads(zlib.decompress(packed))  # noqa: S301


#: What tells the effect of a set, in words, when it is judged.
Tell = Callable[[Judgement, Effect, CellWords], Any]

_kept: Kept[tuple[Any, ...], JudgedSet] = Kept(MOST_BYTES, lambda own: own.size)
#: Judging takes far more memory than what comes of it: sets are judged one after another.
_turn = Lock()


def judged_set(change_set: ChangeSet, words: CellWords, tell: Tell) -> JudgedSet:
    """Return a set as it is judged; what was judged before is given again while nothing that it was
    judged by is another.

    Args:
        change_set: the set, which is read anew where it is another by now.
        words: reads its cells.
        tell: tells the effect of the whole, which is kept with the set.
    """
    key = _key(change_set, words, tell)
    if (kept := _kept.get(key)) is not None:
        return kept
    with _turn:
        if (kept := _kept.get(key)) is not None:
            return kept
        read: set[str] = set()
        with connection.execute_wrapper(_noting(read)):
            found = judge(change_set)
            warnings, effect = warnings_of(found, words), effect_of(found)
            judged = JudgedSet(
                found,
                warnings,
                effect,
                impact_of(found, effect, words),
                tell(found, effect, words),
            )
        now = ChangeSet.objects.get(pk=change_set.pk)
        if _key(now, words, tell) == key and all(map(_lasts, read)):
            _kept.put(key, judged)
        return judged


def _lasts(table: str) -> bool:
    """Whether a table is what it was as long as the edition and the set are.

    That of a checklist is not, by which a row may be kept from being taken out.
    """
    return counts(table) or table in _lasting_tables()


@cache
def _lasting_tables() -> frozenset[str]:
    models = [own for own in apps.get_models() if issubclass(own, (Recorded, *LASTING))]
    return frozenset(own._meta.db_table for own in models)


def _key(change_set: ChangeSet, words: CellWords, tell: Tell) -> tuple[Any, ...]:
    state = Edition.objects.filter(pk=1).values_list("timeline", "number").first()
    own = change_set.pk, change_set.version, change_set.changed_at
    return own, state, words.language, today_in_china(), tell


def _noting(read: set[str]) -> Callable[..., Any]:
    """Note the tables that statements read."""

    def noted(execute: Any, sql: Any, params: Any, many: bool, context: Mapping[str, Any]) -> Any:
        read.update(_READ.findall(str(sql)))
        return execute(sql, params, many, context)

    return noted


def forget() -> None:
    """Judge every set anew: for when a database went back in time, as tests do."""
    _kept.clear()

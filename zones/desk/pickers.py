"""Rows picked by what somebody typed: one that it names, and never one that it only begins like.

The desk takes typed text for every reference and resolves it here, with or without a script. What
names two rows picks neither; the label of a row, as lists offer it, always picks that row.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cbec_portal.languages import active_language
from cbec_portal.punctuation import by_semicolons
from cbec_portal.refusals import shown
from zones.dataset.table import Key
from zones.dataset.table_registry import table_named
from zones.desk.new_rows import NewRows
from zones.desk.pick_entries import PickEntries, PickEntry, entries_of
from zones.models.scopes import NATION_CODE
from zones.rules.names import is_below_a_city, joined, key_forms, plain
from zones.selectors.likeness import LONGEST as LONGEST_NAME
from zones.selectors.likeness import Likeness, is_fragment, likest
from zones.selectors.numbered_documents import (
    batches_numbered,
    numbered_otherwise,
    sources_numbered,
)
from zones.selectors.place_names import cities_called
from zones.selectors.snapshot import Snapshot

#: How well a row fits what was typed: named by it, called what begins so, called what holds it,
#: saying it elsewhere alone, such as in the question of a topic.
NAMED, BEGINS, HOLDS, SAYS = range(4)

#: A longer text names nothing.
LONGEST = 400
#: Of what is not found, so many that come near are told.
MOST_TOLD = 5
#: What the nation is called.
_NATION = {joined(word) for word in (NATION_CODE, "China", "nation", "全国", "中国", "国家")}
#: What leads to the candidates that a refusal names.
_COLONS = " :："
_KEY_IN_BRACKETS = re.compile(r"(?P<called>.*)[(（](?P<key>[^()（）]*)[)）]\s*", re.DOTALL)


class Pick(NamedTuple):
    """A row that can be picked: its key, what a list calls it, how well it fits, and whether all
    that was typed begins words of what it is called: where it alone fits, it is meant.
    """

    key: Key
    label: str
    rank: int
    is_called_so: bool = False


class NotPickedError(ValueError):
    """What was ``typed`` picks no row; ``candidates`` are those that it may mean."""

    def __init__(self, text: str, typed: str, candidates: Sequence[Pick]) -> None:
        super().__init__(text % _words(typed, candidates))
        self.text, self.typed, self.candidates = text, typed, candidates

    def told_by(self, buttons: Iterable[SafeString]) -> SafeString:
        """Return the refusal as markup with buttons for the candidates behind it, which are as long
        as lines: no sign of a sentence stands between them.
        """
        before, _where, after = escape(self.text).partition("%(candidates)s")
        words = f"{before.rstrip(_COLONS)}{after}" % {"typed": escape(shown(self.typed))}
        # Each part is escaped.
        return mark_safe(" ".join([words, *buttons]))  # noqa: S308


class AmbiguousPickError(NotPickedError):
    """What was typed names several rows."""


class UnknownPickError(NotPickedError):
    """What was typed names no row."""


def candidates(
    table: str,
    typed: str,
    *,
    within: str | None = None,
    brought: NewRows | None = None,
    limit: int = 20,
) -> list[Pick]:
    """Return the rows of a table that a text may mean, the best first.

    Args:
        table: the name of a table of the dataset.
        typed: what somebody typed: a key, a name in either language, a number, or part of one.
        within: the key of the row in which they lie: of choices and policies the topic, of batches
            and zones the programme. Else policies are sought in that with which the text begins.
        brought: rows of the set in which it is typed.
        limit: how many at most.

    Raises:
        KeyError: there is no such table.
    """
    own = brought or NewRows()
    both = _both_entries(table, typed, within, own)
    named = _named_by(table, typed, within, both, own)
    apart = numbered_otherwise(table, typed, both.snapshot)
    return _ranked(typed, both, named, limit, apart)


def picked(
    table: str,
    typed: str,
    *,
    within: str | None = None,
    brought: NewRows | None = None,
    alone: bool = False,
) -> Pick:
    """Return the one row of a table that a text names.

    Args:
        table: the name of a table of the dataset.
        typed: what somebody typed.
        within: as for `candidates`.
        brought: as for `candidates`.
        alone: whether it is typed outside any set, to which what is not known could be added, and
            by somebody who is to be offered only rows that hold what they typed.

    Raises:
        AmbiguousPickError: it names several.
        UnknownPickError: it names none, whatever begins so.
        KeyError: there is no such table.
    """
    own = brought or NewRows()
    both = _both_entries(table, typed, within, own)
    told = _picks_named(table, typed, within, both, own)
    if len(told) == 1:
        return told[0]
    if told:
        text = _("“%(typed)s” names several: %(candidates)s. Take one as it is written here.")
        raise AmbiguousPickError(text, typed, told)
    near = _near([(table, both)], typed, guesses=not alone)
    raise _unknown(table, typed, near, alone=alone)


def picks_named(
    table: str, typed: str, *, within: str | None = None, brought: NewRows | None = None
) -> list[Pick]:
    """Return the rows of a table that a text names; where it names none, nothing comes near it."""
    own = brought or NewRows()
    return _picks_named(table, typed, within, _both_entries(table, typed, within, own), own)


def _picks_named(
    table: str, typed: str, within: str | None, both: _Both, brought: NewRows
) -> list[Pick]:
    named = _named_by(table, typed, within, both, brought)
    if not named and (known := brought.known_key(table, (*([within] if within else []), typed))):
        named = [own for own in both.known.of_key(known) if own.key == known]
    return [_pick(entry, NAMED) for entry in named]


def not_found(
    table: str,
    typed: str,
    *,
    within: str | None = None,
    brought: NewRows | None = None,
    looks: bool = True,
) -> UnknownPickError:
    """Return the refusal of a text that names no row of a table, with those it may have meant.

    Args:
        table: the name of a table of the dataset.
        typed: what somebody typed.
        within: as for `candidates`.
        brought: as for `candidates`.
        looks: whether rows are looked for that come near.
    """
    own = brought or NewRows()
    looked = [(table, _both_entries(table, typed, within, own))] if looks else []
    return _unknown(table, typed, _near(looked, typed))


class Near(NamedTuple):
    """The rows that a text may have meant that names none, the likest first, each with its table;
    or how many it fits, where it is a fragment of too many to be offered.
    """

    picks: Sequence[tuple[str, Pick]] = ()
    fitting: int = 0


def near(tables: Iterable[str], typed: str, *, brought: NewRows | None = None) -> Near:
    """Return the rows of some tables that a text may have meant that names none."""
    own = brought or NewRows()
    return _near([(one, _both_entries(one, typed, None, own)) for one in tables], typed)


def too_many_words(typed: str, fitting: int) -> str:
    """Return in words that a text is a fragment of too many names."""
    words = ngettext(
        "“%(typed)s” fits %(count)d row: type more of its name.",
        "“%(typed)s” fits %(count)d rows: type more of the name.",
        fitting,
    )
    return words % {"typed": shown(typed), "count": fitting}


def _unknown(table: str, typed: str, found: Near, *, alone: bool = False) -> UnknownPickError:
    told = [pick for _table, pick in found.picks]
    text = _not_found_text(table, told, alone=alone)
    if found.fitting:
        # What is typed stands in both sentences.
        text += " " + too_many_words("%(typed)s", found.fitting)
    return UnknownPickError(text, typed, told)


def _not_found_text(table: str, told: Sequence[Pick], *, alone: bool = False) -> str:
    """That nothing is called so. A document may have to be added to the set first, if there is one,
    as most often it has.
    """
    if table == "sources" and not alone:
        text = _("No document is known here as “%(typed)s”: add it to the set first.")
        if told:
            text = _(
                "No document is known here as “%(typed)s”: add it to the set first, or did you "
                "mean: %(candidates)s?"
            )
    elif told:
        text = _("Nothing here is called “%(typed)s”. Did you mean: %(candidates)s?")
    else:
        text = _("Nothing here is called “%(typed)s”.")
    return text


def _near(tables: Sequence[tuple[str, _Both]], typed: str, *, guesses: bool = True) -> Near:
    """The rows that a text may have meant that names none: where guesses are welcome those that
    are called so but for one slip, then those that hold it, then such as are called nearly so.
    """
    if not tables or not joined(typed[:LONGEST]):
        return Near()
    apart = {table: numbered_otherwise(table, typed, both.snapshot) for table, both in tables}
    held = [
        (table, entry, rank)
        for table, both in tables
        for entry, rank in _fitting(typed, both, [], apart[table])
    ]
    held.sort(key=lambda one: one[2])
    alike = _alike(tables, typed) if guesses else []
    alike = [one for one in alike if one[2].key not in apart[one[1]]]
    close = [(table, entry) for likeness, table, entry in alike if likeness.is_close]
    if len(held) > MOST_TOLD and is_fragment(typed) and not close:
        return Near(fitting=len(held))
    others = [(table, entry) for _likeness, table, entry in alike] if not held else []
    found: dict[tuple[str, Key], PickEntry] = {}
    for table, entry in (*close, *((table, entry) for table, entry, _rank in held), *others):
        found.setdefault((table, entry.key), entry)
    ranks = {(table, entry.key): rank for table, entry, rank in held}
    best = [*found.items()][:MOST_TOLD]
    return Near([(own[0], _pick(entry, ranks.get(own, HOLDS))) for own, entry in best])


def _alike(
    tables: Sequence[tuple[str, _Both]], typed: str
) -> list[tuple[Likeness, str, PickEntry]]:
    """The rows whose names are like what was typed, the likest first."""
    named: dict[str, list[tuple[str, PickEntry]]] = {}
    for table, both in tables:
        for rows in both[:2]:
            for name, entries in rows.by_short_name.items():
                named.setdefault(name, []).extend((table, one) for one in entries)
    alike = [one for form in key_forms(typed[:LONGEST_NAME]) for one in likest(form, named)]
    found: dict[tuple[str, Key], tuple[Likeness, str, PickEntry]] = {}
    for likeness, name in sorted(alike):
        for table, entry in named[name]:
            found.setdefault((table, entry.key), (likeness, table, entry))
    return [*found.values()]


def nation_named(typed: str) -> str:
    """Return the code of the nation where a text names it; else nothing."""
    return NATION_CODE if joined(typed[:LONGEST]) in _NATION else ""


def label_of(table: str, key: Key, brought: NewRows | None = None) -> str:
    """Return what a list calls a row, known or brought; its key where there is no such row."""
    found = entry_of(table, key, brought)
    return found.label(active_language()) if found else " ".join(key)


def entry_of(table: str, key: Key, brought: NewRows | None = None) -> PickEntry | None:
    """Return a row as it can be picked, known or brought; nothing where there is no such row."""
    own = brought or NewRows()
    within = key[0] if table_named(table).lies_in else None
    known = entries_of(table_named(table), own.snapshot, within)
    same = [one for rows in (known, own.entries(table, within)) for one in rows.of_key(key)]
    return next((entry for entry in same if entry.key == key), None)


def _words(typed: str, told: Iterable[Pick]) -> dict[str, str]:
    return {"typed": shown(typed), "candidates": by_semicolons(pick.label for pick in told)}


def _pick(entry: PickEntry, rank: int) -> Pick:
    return Pick(entry.key, entry.label(active_language()), rank)


class _Both(NamedTuple):
    """The rows of a table that can be picked: those that are known, and those that a set brings."""

    known: PickEntries
    new: PickEntries
    snapshot: Snapshot


def _both_entries(table: str, typed: str, within: str | None, brought: NewRows) -> _Both:
    snapshot = brought.snapshot
    if within is None and table == "policies":
        within = _topic_named_first(typed, snapshot)
    known = entries_of(table_named(table), snapshot, within)
    return _Both(known, brought.entries(table, within), snapshot)


def _topic_named_first(typed: str, snapshot: Snapshot) -> str | None:
    """The key of the topic with the longest name that a text begins with."""
    asked = joined(typed[:LONGEST])
    topics = entries_of(table_named("topics"), snapshot, None).by_name
    longest = max((name for name in topics if asked.startswith(name)), key=len, default="")
    return topics[longest][0].key[0] if longest else None


def _named_by(
    table: str, typed: str, within: str | None, both: _Both, brought: NewRows
) -> list[PickEntry]:
    """The rows that a text names, known ones and new ones of a set: what names both, picks neither,
    unless it is the label or the key of one.
    """
    known = _known_by(table, typed, both.known, both.snapshot)
    if not both.new.rows or len(typed) > LONGEST or not joined(typed):
        return known
    for rows in both[:2]:
        if found := _labelled(typed, rows):
            return found
    if any(plain(entry.key_text) == plain(typed) for entry in known):
        return known
    new = brought.named(table, typed, within)
    return [*new, *(entry for entry in known if entry.key not in {own.key for own in new})]


def _known_by(table: str, typed: str, entries: PickEntries, snapshot: Snapshot) -> list[PickEntry]:
    """The known rows that a text names: by the label, else by key or name, else by the label
    without the key, else by how that sounds.
    """
    asked = joined(typed) if len(typed) <= LONGEST else ""
    if not asked:
        return []
    if found := _labelled(typed, entries):
        return found
    named = entries.by_name.get(asked, [])
    if found := _with_those_numbered(table, typed, entries, named, snapshot):
        return found
    # A county is no city, though its name be one's.
    if table in ("cities", "zones") and not is_below_a_city(typed):
        keys = cities_called(typed, snapshot)
        if found := [entry for entry in entries.rows if entry.key[-1] in keys]:
            return found
    return entries.by_shown.get(asked) or entries.by_sound.get(asked, [])


def _with_those_numbered(
    table: str, typed: str, entries: PickEntries, named: list[PickEntry], snapshot: Snapshot
) -> list[PickEntry]:
    """The rows of a name, and those that a text means by the number of a document: what is the
    number of one as it stands may be that of another whose issuer is left out.
    """
    keys: set[Key] = set()
    if table == "sources":
        keys = {(key,) for key in sources_numbered(typed, snapshot)}
    elif table == "batches":
        keys = {*batches_numbered(typed, snapshot)}
    is_key = any(plain(entry.key_text) == plain(typed) for entry in named)
    if is_key or not keys:
        return named
    return [entry for entry in entries.rows if entry.key in keys or entry in named]


def _labelled(typed: str, entries: PickEntries) -> list[PickEntry]:
    """The rows of which a text is the label, or a name with the key in brackets."""
    found = _KEY_IN_BRACKETS.fullmatch(typed)
    if found is None:
        return []
    of_key = entries.of_key((found["key"],))
    return [entry for entry in of_key if entry.is_called(found["called"])]


def _ranked(
    typed: str, both: _Both, named: list[PickEntry], most: int, apart: Collection[Key]
) -> list[Pick]:
    """The rows that a text may mean, the best first, each kind in the order of the table; those
    that the set brings first.
    """
    asked = _Asked(typed)
    return [
        _pick(entry, rank)._replace(is_called_so=asked.is_called_so(entry, rank))
        for entry, rank in _fitting(typed, both, named, apart)[:most]
    ]


def _fitting(
    typed: str, both: _Both, named: list[PickEntry], apart: Collection[Key]
) -> list[tuple[PickEntry, int]]:
    """Those rows, each with how well it fits; not those whose keys are ``apart``, which are called
    otherwise for all that they hold.
    """
    if len(typed) > LONGEST:
        return []
    asked = _Asked(typed)
    keys = {entry.key for entry in named}
    found: dict[int, list[PickEntry]] = {NAMED: [], BEGINS: [], HOLDS: [], SAYS: []}
    for entry in (*both.new.rows, *both.known.rows):
        rank = NAMED if entry.key in keys else asked.rank(entry)
        if rank in (HOLDS, SAYS) and entry.key in apart:
            continue
        if rank is not None:
            found[rank].append(entry)
    for own in found.values():
        own.sort(key=asked.distance)
    return [(entry, rank) for rank, own in found.items() for entry in own]


class _Asked:
    """What is sought, as names are held against it: as it is written, by its words, and by how
    Chinese sounds, each of them from a syllable on.
    """

    def __init__(self, typed: str) -> None:
        self._whole = joined(typed)
        self._begins = re.compile(f"^{_heard(self._whole)}", re.MULTILINE)
        self._words = [(word, re.compile(rf"\b{_heard(word)}")) for word in plain(typed).split()]
        numbers = [word for word, _heard_word in self._words if word.isdecimal()]
        self._numbers = [re.compile(rf"(?<!\d){number}") for number in numbers]
        self._whole_numbers = [re.compile(rf"(?<!\d){number}(?!\d)") for number in numbers]
        self._is_heard = self._whole.isascii() and self._whole.isalnum()
        self._is_spoken = self._is_heard and self._whole.isalpha()
        self._inside = re.compile(rf"\b{_heard(self._whole)}")

    def rank(self, entry: PickEntry) -> int | None:
        """Return how well a row fits that is not named; nothing where it does not at all."""
        forms = (*entry.names, *entry.sounds)
        whole = self._whole
        if whole and (
            any(form.startswith(whole) for form in forms)
            or joined(entry.key[-1]).startswith(whole)
            or (self._is_heard and self._begins.search(entry.spoken))
        ):
            return BEGINS
        if any(whole in form for form in entry.names) or self._all_in(entry.words, entry.spoken):
            return HOLDS
        # Letters within a syllable are not heard: there is no hen in sheng.
        if self._inside.search(entry.spoken) if self._is_spoken else self._holds(entry.sounds):
            return HOLDS
        return SAYS if self._all_in(entry.text, entry.spoken_text) else None

    def is_called_so(self, entry: PickEntry, rank: int) -> bool:
        """Return whether a row that fits so well is called what is sought, as far as that goes:
        letters within a word are none, so that hangzhou is no part of Changzhou.
        """
        if not self._whole or rank != HOLDS or not self._whole.isascii():
            return bool(self._whole) and rank <= HOLDS
        return all(re.search(rf"\b{re.escape(word)}", entry.words) for word, _heard in self._words)

    def _holds(self, forms: Iterable[str]) -> bool:
        return any(self._whole in form for form in forms)

    def distance(self, entry: PickEntry) -> int:
        """Return how far a row is from what is sought, among those that fit equally well: first
        those that are called so within their programme, or begin so, then those with its numbers
        as a whole: batch 8 stands before batch 6 by 国函〔2022〕8号, and batch 1 before batch 10.
        """
        if self._whole in entry.within:
            return 0
        if any(name.startswith(self._whole) for name in entry.within):
            return 1
        has_numbers = all(number.search(entry.words) for number in self._whole_numbers)
        return 2 if has_numbers else 3

    def _all_in(self, text: str, spoken: str) -> bool:
        """Whether each word stands in a text, or is heard in it; there is no 5 in 2015."""
        return all(number.search(text) for number in self._numbers) and all(
            word in text or (self._is_heard and heard.search(spoken)) for word, heard in self._words
        )


def _heard(word: str) -> str:
    """Letters as they are found in words with a blank between syllables."""
    return " ?".join(map(re.escape, word))

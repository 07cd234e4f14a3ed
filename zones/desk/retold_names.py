"""What rows and tables are called in titles that the program made, told in another language.

A title keeps the names as whoever's act made it read them. A text that is no such name, or not any
more, stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import chain

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from cbec_portal.day_words import day_in_words, printed_date
from cbec_portal.languages import CODES, active_language, in_language, is_chinese, other_language
from cbec_portal.punctuation import by_commas
from zones.dataset.table_registry import registry
from zones.desk.cell_words import CellWords
from zones.desk.pick_entries import entries_of
from zones.models.scopes import BODIES, NATION_CODE
from zones.rules.vocabulary import ScopeKind
from zones.selectors.snapshot import Snapshot, current_snapshot

#: A name has so many parts at most: those of a policy.
MOST_PARTS = 8


def table_retold(text: str) -> str:
    """Return what a table is called, in the active language."""
    return _labels(active_language()).get(text, text)


@cache
def _labels(language: str) -> dict[str, str]:
    """What tables are called in the other language, each with its name in this one."""
    tables = list(registry)
    others = _in(other_language(language), lambda: "\n".join(str(own.label) for own in tables))
    return dict(zip(others.split("\n"), (str(own.label) for own in tables), strict=True))


def column_retold(text: str) -> str:
    """Return what a column is called, in the active language."""
    return _column_words(active_language()).get(text, text)


def cell_retold(text: str) -> str:
    """Return what a cell says, in the active language: a word of a list, the name of a row or a
    day; numbers and texts say the same in both.
    """
    return _cell_words(active_language()).get(text) or row_retold(text)


@cache
def _column_words(language: str) -> dict[str, str]:
    """What columns are called in the other language, each with its name in this one."""
    return _both_ways(
        language, lambda: [str(own.label) for table in registry for own in table.columns]
    )


@cache
def _cell_words(language: str) -> dict[str, str]:
    """The words of lists in the other language, each with that in this one."""

    def words() -> list[str]:
        lists = [own.words.values() for table in registry for own in table.columns]
        more = (_("Yes"), _("No"), pgettext("cell", "empty"))
        return [*map(str, chain.from_iterable(lists)), *more]

    return _both_ways(language, words)


def _both_ways(language: str, words: Callable[[], list[str]]) -> dict[str, str]:
    """Words in the other language, each with itself in this one; the first of those alike."""
    found: dict[str, str] = {}
    with override(_code(other_language(language))):
        others = words()
    with override(_code(language)):
        for was, will in zip(others, words(), strict=True):
            found.setdefault(was, will)
    return found


def row_retold(text: str) -> str:
    """Return what a row is called, in the active language: its name, or the parts of its key as
    people read them.
    """
    language = active_language()
    names = _names(current_snapshot(), language)
    if text in names:
        return names[text]
    joint = by_commas(("", ""), other_language(language))
    told = _parts_retold(text.split(joint)[:MOST_PARTS], joint, names)
    return by_commas(told) if told else text


def _parts_retold(parts: list[str], joint: str, names: dict[str, str]) -> list[str]:
    """The parts of a name, some of which hold commas themselves; nothing where one is unknown."""
    for count in range(len(parts), 0, -1):
        own = joint.join(parts[:count])
        told = names.get(own) or _day_retold(own)
        if told and count == len(parts):
            return [told]
        if told and (rest := _parts_retold(parts[count:], joint, names)):
            return [told, *rest]
    return []


def _day_retold(text: str) -> str:
    told = day_in_words(printed_date(text))
    return told if told != text else ""


def _names(snapshot: Snapshot, language: str) -> dict[str, str]:
    """The names of rows in the other language, each with that in this one, read once an edition."""
    made: dict[str, str] = snapshot.remembered(
        f"names retold {language}", lambda: _named(snapshot, language)
    )
    return made


def _named(snapshot: Snapshot, language: str) -> dict[str, str]:
    """What each row that can be picked, each body and each topic is called in both languages."""
    found: dict[str, str] = {}
    words = {own: CellWords(own) for own in (other_language(language), language)}

    def note(told: Callable[[CellWords], str]) -> None:
        was, will = (_in(own, lambda w=words[own]: told(w)) for own in words)  # type: ignore[misc]
        found.setdefault(was, will)

    for table in registry:
        if len(table.key) == 1:
            for entry in entries_of(table, snapshot, None).rows:
                note(lambda own, t=table, e=entry: own.label(t.name, e.key))  # type: ignore[misc]
    for slug in snapshot.topics_by_slug:
        note(lambda own, s=slug: own.topic(s))  # type: ignore[misc]
    note(lambda own: own.scope(ScopeKind.NATION.value, NATION_CODE))
    for kind, body in BODIES.items():
        for row in body.model._default_manager.order_by():
            code = getattr(row, body.key)
            note(lambda own, k=str(kind), c=code: own.scope(k, c))  # type: ignore[misc]
            note(lambda own, r=row: in_language(r, "name", own.language))  # type: ignore[misc]
    for slug in snapshot.cities_by_slug:
        note(lambda own, s=slug: own.city(s))  # type: ignore[misc]
    return found


def _in(language: str, told: Callable[[], str]) -> str:
    with override(_code(language)):
        return told()


def _code(language: str) -> str:
    return next(own for own in CODES if is_chinese(own) == is_chinese(language))

"""Reading a matrix of answers: topics down or across, against the places that they bind.

Every filled cell becomes a policy. What all of them share (from when on, by which source) is given
beside the matrix, or in columns of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import override

from cbec_portal.languages import CODES
from cbec_portal.punctuation import blank, by_semicolons
from cbec_portal.quotation import quoted
from cbec_portal.widths import half_width
from zones.dataset.naming import scope_tables
from zones.dataset.policy_table import Policies
from zones.dataset.problems import Offer, Problem, offers_of, words_of
from zones.dataset.table import Note
from zones.dataset.table_registry import table_named
from zones.desk.grid import CellReader, draft_rows
from zones.desk.grid_files import GridLine, Sheet
from zones.desk.grid_heads import column_names
from zones.desk.grid_names import GridWords, folded
from zones.desk.grid_rows import GridReading, GridRow
from zones.models.labels import label
from zones.models.scopes import NATION_CODE
from zones.models.spellings import TwoReadingsError
from zones.rules.vocabulary import RECORDED_STATES, ScopeKind, State

#: For so many heads it is looked for topics that come near, where none is named.
MOST_NEAR = 10

#: Columns that a matrix itself gives.
_OF_THE_MATRIX = ("topic", "scope_kind", "scope_code", "value", "state")


class _Scope(NamedTuple):
    """Whom a policy binds."""

    kind: str
    code: str


class _WrongHead(NamedTuple):
    """A name above or beside cells that names nothing, or several things."""

    why: str
    #: What may be meant.
    offers: tuple[Offer, ...] = ()
    #: The kinds of places of which one is meant each, where several kinds have it.
    kinds: tuple[str, ...] = ()


class _Heads(NamedTuple):
    """What the first line and the first column of a matrix name, by their places."""

    topics: Mapping[int, str | _WrongHead]
    scopes: Mapping[int, _Scope | _WrongHead]
    is_topics_across: bool
    #: Columns beside the matrix, which hold what a line shares.
    beside: Mapping[int, str]


def read_matrix(
    sheet: Sheet,
    shared: Mapping[str, str],
    kind: str = "",
    words: GridWords | None = None,
    *,
    is_list: bool = False,
) -> GridReading:
    """Return the policies of the filled cells of a matrix.

    Args:
        sheet: its first line and its first column name topics and places, one of them each.
        shared: the cells that all policies have, by column.
        kind: the kind of places, where their names do not tell: Beijing is a province and a city.
        words: what cells may name.
        is_list: whether the places are a list, in which a line may be read as several.
    """
    words = words or GridWords()
    table = table_named(Policies.name)
    reading = GridReading(table, sheet, told=list(sheet.notes))
    heads = _heads(reading, words, kind, is_list=is_list)
    if heads is None or reading.problems:
        return reading
    if is_list:
        named = {line.number: line.cells[0] for line in sheet.lines[1:] if line.cells}
        scopes = {at: _parted(words, kind, one, named[at]) for at, one in heads.scopes.items()}
        heads = heads._replace(scopes=scopes)
    reading.of_several_kinds = _of_several_kinds(heads.scopes.values())
    cells = CellReader(table, words)
    states = _states()
    wrong = {(one.line, one.column): one.why for one in sheet.wrong}
    for line in sheet.lines[1:]:
        own = {
            name: line.cells[at]
            for at, name in heads.beside.items()
            if at < len(line.cells) and line.cells[at]
        }
        for at, cell in enumerate(line.cells):
            if at == 0 or at in heads.beside or not cell:
                continue
            row = _row(reading, line, at, heads, words)
            reading.rows.append(row)
            if (why := wrong.get((line.number, at))) is not None:
                row.problems.append(Problem(sheet.name, line.number, row.column, why))
            given = {**shared, **own, **row.cells, **_answer(cell, states)}
            cells.read_beside(row, given, sheet.name)
            cells.read(row, given, sheet.name)
    draft_rows(reading, [(row, "") for row in reading.rows])
    return reading


def _row(reading: GridReading, line: GridLine, at: int, heads: _Heads, words: GridWords) -> GridRow:
    """A filled cell as a row that says of what topic and scope it is, as far as that is told, and
    how the name of the scope was read where it is not its own.
    """
    head = reading.sheet.lines[0]
    across = head.cells[at] if at < len(head.cells) else ""
    of_column = "topic" if heads.is_topics_across else "scope_code"
    row = GridRow(line.number, across or None, head_names=of_column)
    places = (at, line.number) if heads.is_topics_across else (line.number, at)
    nothing = _WrongHead(_("The head says nothing above this cell."))
    kinds = ("column", "line") if heads.is_topics_across else ("line", "column")
    named = (heads.topics.get(places[0], nothing), heads.scopes.get(places[1], nothing))
    for head_at, found in zip(zip(kinds, places, strict=True), named, strict=True):
        match found:
            case _WrongHead():
                row.wrong_heads[head_at] = found.why
                wrong = Problem(reading.sheet.name, line.number, across or None, found.why)
                row.problems.append(replace(wrong, offers=found.offers))
            case _Scope():
                row.cells |= {"scope_kind": found.kind, "scope_code": found.code}
                written = line.cells[0] if heads.is_topics_across else across
                if not _is_own_name(words, found, written):
                    row.notes.append(Note(line.number, "scope_code", written, found.code))
            case _:
                row.cells["topic"] = found
    return row


def _answer(cell: str, states: Mapping[str, str]) -> dict[str, str]:
    """The cells of an answer: a value, or what is known in place of one."""
    state = states.get(folded(cell))
    return {"value": "", "state": state} if state else {"value": cell, "state": State.STATED.value}


def _states() -> dict[str, str]:
    found: dict[str, str] = {}
    for state in RECORDED_STATES:
        if state != State.STATED:
            found[folded(state.value)] = state.value
            for language in CODES:
                with override(language):
                    found[folded(label(state))] = state.value
    return found


def _heads(reading: GridReading, words: GridWords, kind: str, *, is_list: bool) -> _Heads | None:
    """Tell what stands across and what down, by which of them names topics."""
    head, *lines = reading.sheet.lines
    columns = column_names(reading.table)
    beside: dict[int, str] = {}
    across: dict[int, str] = {}
    for at, cell in enumerate(head.cells):
        names = columns.get(folded(cell), ())
        if at and len(names) == 1 and names[0] not in _OF_THE_MATRIX:
            beside[at] = names[0]
        elif at and cell:
            across[at] = cell
    down = {line.number: line.cells[0] for line in lines if line.cells}
    topics_across = sum(_is_topic(words, cell) for cell in across.values())
    topics_down = sum(_is_topic(words, cell) for cell in down.values())
    if not topics_across and not topics_down:
        reading.refuse(head.number, None, _topicless(words, [*across.values(), *down.values()]))
        return None
    is_across = topics_across >= topics_down
    own, others = (across, down) if is_across else (down, across)
    topics = {at: _topic(words, cell) for at, cell in own.items()}
    scopes = {at: _scope(words, kind, cell) for at, cell in others.items()}
    return _Heads(
        _once(topics, own, is_list=is_list),
        _once(scopes, others, is_list=is_list),
        is_across,
        beside,
    )


def _topicless(words: GridWords, heads: Sequence[str]) -> str:
    """Say that no topic is named where one must be, and which topics come near what is."""
    told = _(
        "Neither the first line nor the first column names a topic: one of them names topics, by "
        "key or as they are called, and the other the places."
    )
    named = (words.near(["topics"], head)[0] for head in heads[:MOST_NEAR])
    return _with_near(told, [offer for found in named for _table, offer in found])


def _is_topic(words: GridWords, cell: str) -> bool:
    rows = words.rows("topics")
    try:
        return rows.key(cell) in rows.keys
    except TwoReadingsError:
        return True


def _topic(words: GridWords, cell: str) -> str | _WrongHead:
    rows = words.rows("topics")
    try:
        key = rows.key(cell)
    except TwoReadingsError as refused:
        return _WrongHead(words_of(refused), offers_of(refused))
    if key in rows.keys:
        return key
    told = _("%s is no topic: write its key, or what it is called in English or Chinese.")
    found, too_many = words.near(["topics"], cell)
    return _unknown(cell, told, [offer for _table, offer in found], too_many)


def _scope(words: GridWords, kind: str, cell: str) -> _Scope | _WrongHead:
    """The one that a policy binds, of a kind that is said, or of whichever kind has that name.

    A key goes before names. What is the name of a city and short for that of a customs district is
    both, in either language: Chinese names of cities say that they are of one, English ones do not.
    """
    if words.nation(cell) and kind in ("", ScopeKind.NATION):
        return _Scope(ScopeKind.NATION.value, NATION_CODE)
    own_kind, rest = _kind_said(cell)
    if own_kind and kind in ("", own_kind) and rest:
        key = rest.partition("(")[0].strip()  # it is offered as a key with its name behind
        of = scope_tables().get(own_kind, "")
        found_so = _scope(words, own_kind, key if of and key in words.rows(of).keys else rest)
        if isinstance(found_so, _Scope):
            return found_so
    tables = {own: words.rows(of) for own, of in scope_tables().items() if kind in ("", own)}
    try:
        is_key = any(cell in rows.keys for rows in tables.values())
        found = [
            _Scope(own, key)
            for own, rows in tables.items()
            for key in (rows.called(cell) if is_key else rows.bears(cell))
        ]
        if not found:
            read = {own: rows.key(cell) for own, rows in tables.items()}
            found = [_Scope(own, key) for own, key in read.items() if key in tables[own].keys]
        if len(found) > 1:
            told = [f"{label(ScopeKind(own))} {tables[own].told(code)}" for own, code in found]
            words_of_several = _(
                "“%(typed)s” names several: %(candidates)s. Take one as it is written here."
            )
            named = {"typed": cell[:80], "candidates": by_semicolons(told)}
            of_kinds = Counter(own for own, _code in found)
            alone = tuple(own for own, count in of_kinds.items() if count == 1)
            return _WrongHead(
                words_of_several % named,
                tuple(Offer(one, one) for one in told),
                alone if len(of_kinds) > 1 else (),
            )
    except TwoReadingsError as refused:
        return _WrongHead(words_of(refused), offers_of(refused))
    if found:
        return found[0]
    why = _(
        "%s is no city, customs district, province or programme: write its key, or its name in "
        "English or Chinese."
    )
    kinds = {rows.table.name: label(ScopeKind(own)) for own, rows in tables.items()}
    found_near, too_many = words.near(kinds, cell)
    near = [offer._replace(cell=f"{kinds[of]} {offer.cell}") for of, offer in found_near]
    return _unknown(cell, why, near, too_many)


def _parted(
    words: GridWords, kind: str, found: _Scope | _WrongHead, cell: str
) -> _Scope | _WrongHead:
    """What a line of a list names; of one that names nothing, but whose parts between blanks each
    are a place, it is offered to read them as several. Names hold blanks, so that is never guessed.
    """
    parts = cell.split()
    if isinstance(found, _Scope) or found.kinds or len(parts) < 2:
        return found
    for part in parts:
        own = _scope(words, kind, part)
        if isinstance(own, _WrongHead) and not own.kinds:
            return found
    told = by_semicolons(parts)
    why = _("Each of its parts is a place by itself: %(places)s.") % {"places": told}
    offered = Offer(told, "\n".join(parts))
    return found._replace(why=f"{found.why}{blank()}{why}", offers=(*found.offers, offered))


def _of_several_kinds(scopes: Iterable[_Scope | _WrongHead]) -> dict[str, int]:
    """The kinds of places that settle names which several kinds have, and how many each settles,
    that which settles most first.
    """
    named = [one.kinds for one in scopes if isinstance(one, _WrongHead)]
    return dict(Counter(kind for kinds in named for kind in kinds).most_common())


def _is_own_name(words: GridWords, scope: _Scope, cell: str) -> bool:
    """Whether a scope is named by its key or its name in full, perhaps with its kind before it."""
    if scope.kind == ScopeKind.NATION:
        return True
    rows = words.rows(scope_tables()[scope.kind])
    own_kind, rest = _kind_said(cell)
    offered = rest.partition("(")[0].strip() if own_kind == scope.kind else ""
    return scope.code in (offered, *rows.called(cell), *rows.called(rest))


def _kind_said(cell: str) -> tuple[str, str]:
    """The kind of place with which a name begins, and the rest of it: as both are offered."""
    written = half_width(cell).strip()
    for told, kind in _kinds():
        begins, rest = written[: len(told)], written[len(told) :]
        if begins.casefold() == told and rest[:1].isspace():
            return kind, rest.strip()
    return "", ""


def _kinds() -> list[tuple[str, str]]:
    """What kinds of places are called in either language, the longest name first."""
    found = {kind.value: kind.value for kind in ScopeKind}
    for language in CODES:
        with override(language):
            found |= {label(kind).casefold(): kind.value for kind in ScopeKind}
    return sorted(found.items(), key=lambda one: -len(one[0]))


def _unknown(cell: str, words: str, nearest: Sequence[Offer], too_many: str) -> _WrongHead:
    """Say of a head what it must be, and which rows come near, or that it fits too many."""
    if not cell:
        return _WrongHead(_("The first cell of the line is empty."))
    told = _with_near(words % quoted(cell[:80]), nearest)
    return _WrongHead(f"{told}{blank()}{too_many}" if too_many else told, tuple(nearest))


def _with_near(told: str, nearest: Iterable[Offer]) -> str:
    """What is wrong, and what comes near, each once."""
    if near := by_semicolons(dict.fromkeys(offer.called for offer in nearest)):
        return _("%(told)s Near it: %(near)s.") % {"told": told, "near": near}
    return told


Named = TypeVar("Named", str | _WrongHead, _Scope | _WrongHead)


def _once(
    heads: Mapping[int, Named], typed: Mapping[int, str], *, is_list: bool
) -> dict[int, Named | _WrongHead]:
    """What is named twice is refused where it is named the second time, as it is typed there; and
    where it is named first, unless in a list, in which both would say the same.
    """
    seen: dict[object, int] = {}
    found: dict[int, Named | _WrongHead] = {}
    for at, head in heads.items():
        found[at] = head
        if isinstance(head, _WrongHead):
            continue
        if (first := seen.setdefault(head, at)) != at:
            told = _("%s is named a second time: leave it out here.") % quoted(typed[at][:80])
            found[at] = _WrongHead(told)
            if not is_list:
                words = _("%s is named once more further on: leave out one of them.")
                found[first] = _WrongHead(words % quoted(typed[first][:80]))
    return found

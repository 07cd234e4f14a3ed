"""Which words of a text became others: two texts side by side, and what differs between them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from cbec_portal.chinese_characters import CHINESE_CHARACTERS
from zones.rules.excerpts import beginning, ending, shortened

#: A word with what stands around it in numbers and days, a space, or one other sign. Chinese is
#: compared sign by sign.
_SIGN = rf"[^\W{CHINESE_CHARACTERS}]"
_TOKEN = re.compile(rf"{_SIGN}+(?:[-.,/%]{_SIGN}+)*|\s+|.", re.DOTALL)
#: Of longer texts only what they begin and end with alike is told from what differs.
LONGEST = 1500
#: So many signs of what stays are told around what differs, and so many of what differs.
AROUND = 20
TOLD = 240


class Piece(NamedTuple):
    """A part of two texts: what it is in the former, and in the latter."""

    before: str
    after: str

    @property
    def stays(self) -> bool:
        """Return whether it is the same in both."""
        return self.before == self.after


def pieces_of(before: str, after: str) -> list[Piece]:
    """Return two texts part by part: what stays, and what becomes another.

    >>> [tuple(one) for one in pieces_of("within 15 days", "within 10 working days")]
    [('within ', 'within '), ('15', '10 working'), (' days', ' days')]
    >>> [tuple(one) for one in pieces_of("单次限值2000元", "单次限值5000元")]
    [('单次限值', '单次限值'), ('2000', '5000'), ('元', '元')]
    """
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    return [Piece("".join(old[a:b]), "".join(new[c:d])) for a, b, c, d in _joined(old, new)]


def _joined(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """The places of parts in both, where what differs left and right of a space is one part."""
    if max(len(old), len(new)) > LONGEST:
        yield from _ends_apart(old, new)
        return
    moved: tuple[int, int, int, int] | None = None
    matched = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for number, (kind, *place) in enumerate(matched, start=1):
        a, b, c, d = place
        is_space = kind == "equal" and "".join(old[a:b]).isspace()
        if kind == "equal" and not (is_space and moved and number < len(matched)):
            if moved:
                yield moved
            moved = None
            yield a, b, c, d
        else:
            moved = (moved[0], b, moved[2], d) if moved else (a, b, c, d)
    if moved:
        yield moved


def _alike(old: Sequence[str], new: Sequence[str]) -> int:
    """How many parts two begin with alike."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((at for at, (one, other) in pairs if one != other), min(len(old), len(new)))


def _ends_apart(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    most = min(len(old), len(new))
    head = _alike(old, new)
    tail = next((n for n in range(most - head) if old[-1 - n] != new[-1 - n]), most - head)
    if head:
        yield 0, head, 0, head
    if head + tail < max(len(old), len(new)):
        yield head, len(old) - tail, head, len(new) - tail
    if tail:
        yield len(old) - tail, len(old), len(new) - tail, len(new)


def excerpts_of(before: str, after: str) -> tuple[str, str]:
    """Return of two texts what differs, with a few words of what stays around it: never two that
    are alike where the texts are not.

    >>> excerpts_of("You sell through a platform that is named in 2019", "You sell through it")
    ('You sell through a platform that is named in 2019', 'You sell through it')
    >>> excerpts_of("限" * 90 + "2000", "限" * 90 + "5000")[1]
    '…限限限限限限限限限限限限限限限限限限限限5000'
    """
    old = new = ""
    parts = pieces_of(before, after)
    for number, one in enumerate(parts):
        if one.stays:
            kept = _kept(one.before, opens=number == 0, closes=number == len(parts) - 1)
            old, new = old + kept, new + kept
        else:
            alike = _alike(*one)  # such as of long addresses
            within = alike - len(beginning(one.before, alike))
            alike -= within if within <= AROUND else 0
            was, will = (_kept(own[:alike], opens=False, closes=True) + own[alike:] for own in one)
            old, new = old + was, new + will
            if max(len(old), len(new)) > TOLD:
                break
    return _cut(old), _cut(new)


def _kept(text: str, *, opens: bool, closes: bool) -> str:
    """What is told of a part that stays: its ends, where what differs stands beside them."""
    head = "" if opens else beginning(text, AROUND)
    tail = "" if closes else ending(text, AROUND)
    return text if len(text) <= 2 * AROUND else f"{head}…{tail}"


def _cut(text: str) -> str:
    return shortened(text, TOLD)

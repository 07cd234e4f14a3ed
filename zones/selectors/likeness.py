"""How like names are to what was typed: the one order in which is offered what may be meant."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from zones.rules.names import joined
from zones.selectors.pinyin import syllables

#: A longer text is no name.
LONGEST = 60
#: A name may differ from what was typed in one of so many signs; in one at least.
SIGNS_A_SLIP = 3
#: Of Chinese names and of those of letters, so many signs are but a fragment of one.
_FRAGMENT_OF_CHARACTERS, _FRAGMENT_OF_LETTERS = 1, 4


class Likeness(NamedTuple):
    """How far a name is from what was typed: the least is the likest.

    Those that sound the same come first, then those with the fewest slips, and of these what sounds
    most alike. Of Chinese names one of as many characters goes before others: they are mistaken for
    others, letters are left out as well.
    """

    sounds_otherwise: bool
    slips: int
    is_of_other_length: bool
    slips_of_sound: int
    unlike: float

    @property
    def is_close(self) -> bool:
        """Return whether it is what was typed but for one slip, or but for how that is written."""
        return not self.sounds_otherwise or self.slips <= 1


def likest(typed: str, names: Iterable[str]) -> list[tuple[Likeness, str]]:
    """Return the names that a text may have meant, the likest first.

    Args:
        typed: the text.
        names: the names in the form in which names are compared (`joined`).
    """
    asked = joined(typed[:LONGEST])
    if not asked:
        return []
    # It takes 4 MB, and only for what was mistyped.
    from rapidfuzz.distance import OSA, JaroWinkler

    is_of_letters, most = asked.isascii(), max(1, len(asked) // SIGNS_A_SLIP)
    own_sound = syllables(asked)
    found = []
    for name in names:
        if name.isascii() != is_of_letters or abs(len(name) - len(asked)) > most:
            continue
        slips = OSA.distance(asked, name, score_cutoff=most)
        sound = name if is_of_letters else syllables(name)
        if slips > most and sound != own_sound:
            continue
        if slips >= min(len(asked), len(name)) and sound != own_sound:
            continue  # it has no sign in common
        likeness = Likeness(
            is_of_letters or sound != own_sound,
            slips,
            not is_of_letters and len(name) != len(asked),
            0 if is_of_letters else OSA.distance(own_sound, sound),
            -JaroWinkler.similarity(own_sound, sound),
        )
        found.append((likeness, name))
    return sorted(found)


def is_fragment(typed: str) -> bool:
    """Return whether a text is so short that it may be part of very many names."""
    asked = joined(typed[:LONGEST])
    most = _FRAGMENT_OF_LETTERS if asked.isascii() else _FRAGMENT_OF_CHARACTERS
    return len(asked) <= most

"""A page whose question is wrong in part: what to leave out of it, and what to say of that."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from cbec_portal.api.parameters import NAMELESS, split_values
from cbec_portal.refusals import ParameterError, Refusal, shown

#: Tells what a text that would be right is called, and what stands beside it.
Naming = Callable[[str, str], tuple[str, str]]
#: Leads to where it is said in which province and customs district the place lies whose name was
#: refused.
Describing = Callable[[Refusal], str]


class Instead(NamedTuple):
    """Something that may have been meant: a question, what it is called, what tells it apart."""

    question: str
    label: str
    beside: str


class RefusalText(NamedTuple):
    """What a reader is told of one refused parameter; ``ways`` lead, each with its words, to where
    a place without pilot status is asked about, or where it is said in which province and customs
    district it lies.
    """

    name: str
    words: SafeString
    instead: list[Instead]
    ways: list[tuple[str, str]]


@dataclass
class RefusedQuestion:
    """What was wrong with the question that a page was asked.

    Attributes:
        asked: the question as it came.
        refusals: what was wrong, each thing once.
        beside: the parameters of which the page has told beside their fields already.
    """

    asked: QueryDict
    refusals: list[Refusal] = field(default_factory=list)
    named: Naming = lambda _name, text: (text, "")
    describing: Describing = lambda refusal: describing_place(refusal.unknown)
    beside: set[str] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.refusals)

    def add(self, wrong: ParameterError) -> None:
        """Take note of what was wrong."""
        self.refusals += [one for one in wrong.refusals if one not in self.refusals]

    def typed(self, name: str) -> str | None:
        """Return the text that was refused under a name; none where nothing was."""
        own = [one for one in self.refusals if one.parameter == name]
        if not own:
            return None
        return own[0].value or ", ".join(self.asked.getlist(name))

    def of(self, name: str) -> list[RefusalText]:
        """Return what to tell beside the field of a parameter; it is not told elsewhere then."""
        self.beside.add(name)
        return [self._text(one) for one in self.refusals if one.parameter == name]

    def others(self) -> list[RefusalText]:
        """Return what to tell that no field has told."""
        return [self._text(one) for one in self.refusals if one.parameter not in self.beside]

    def _text(self, refusal: Refusal) -> RefusalText:
        instead = [
            Instead(self._mended(refusal, text), *self.named(refusal.parameter, text))
            for text in refusal.instead
        ]
        words = marked_up(refusal.words or refusal.detail)
        return RefusalText(refusal.parameter, words, instead, self._ways(refusal))

    def _ways(self, refusal: Refusal) -> list[tuple[str, str]]:
        """Where else a place is asked about, with the words for that."""
        if refusal.place:
            return self._ways_of_place(refusal.place)
        if refusal.unknown:
            words = gettext("If it has no pilot status, say where it lies.")
            return [(self.describing(refusal), words)]
        return []

    def _ways_of_place(self, key: str) -> list[tuple[str, str]]:
        left = without(self.asked, self.refusals)
        times = [(name, left[name]) for name in ("as_of", "known_at") if name in left]
        rules = f"{reverse('zones:place', args=[key])}?{urlencode(times)}".rstrip("?")
        beside = urlencode([("cities", key), *times], safe="@,:")
        return [
            (rules, gettext("The rules that bind it")),
            (f"{reverse('zones:compare')}?{beside}", gettext("Compare it with cities")),
        ]

    def _mended(self, refusal: Refusal, text: str) -> str:
        """The question with this text for the refused one, and without whatever else is wrong."""
        others = [one for one in self.refusals if one != refusal]
        left = without(self.asked, others)
        pairs = [
            (name, text if _is_refused(refusal, name, value) else value)
            for name, values in left.lists()
            for value in _apart(name, values, refusal)
        ]
        return urlencode(pairs, safe="@,:")


def describing_place(name: str, comparison: Iterable[tuple[str, str]] = ()) -> str:
    """Return where it is asked in which province and customs district a place lies.

    What cannot stand in the name of a place is left out: so does a key of one lead on.

    Args:
        comparison: the question of a comparison to which the place then comes back, with the
            column in which it stands there.
    """
    asked = [("name", name.partition(":")[0].strip()), *comparison]
    return f"{reverse('zones:places')}?{urlencode(asked, safe='@,:')}"


def marked_up(words: str) -> SafeString:
    """Return words with what they quote marked as such, so that long texts break."""
    return mark_safe(re.sub("“(.*?)”", r"“<code>\1</code>”", escape(words)))  # noqa: S308  # escaped


def without(query: QueryDict, refusals: Iterable[Refusal]) -> QueryDict:
    """Return a question without what was refused; of several values only the refused ones go."""
    left = query.copy()
    for refusal in refusals:
        name = _as_asked(left, refusal.parameter)
        values = left.getlist(name)
        kept = [v for v in _apart(name, values, refusal) if not _is_refused(refusal, name, v)]
        if refusal.value and kept != values:
            left.setlist(name, kept)
        else:
            left.pop(name, None)
        if not left.getlist(name):
            left.pop(name, None)
    return left


def _as_asked(query: QueryDict, parameter: str) -> str:
    """The name as the question has it; a refusal tells it short, or that there is none."""
    told = {(shown(name) if name.strip() else NAMELESS): name for name in query}
    return told.get(parameter, parameter)


def _apart(name: str, values: list[str], refusal: Refusal) -> list[str]:
    """The values of a parameter one by one, where a refused one stands among others by commas."""
    if name != refusal.parameter or refusal.value in values:
        return values
    return split_values(values)


def _is_refused(refusal: Refusal, name: str, value: str) -> bool:
    if name != refusal.parameter or not refusal.value:
        return False
    return value.strip() == refusal.value or value.strip() in split_values([refusal.value])

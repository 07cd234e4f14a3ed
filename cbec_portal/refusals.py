"""Why a question cannot be answered as it was asked.

Whatever understands questions may refuse one, so this knows neither requests nor the API, which
answers with problem details.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

LONGEST_NAME_SHOWN = 60

#: Each parameter with what is wrong with it.
Errors = list[tuple[str, str]]


class Refusal(NamedTuple):
    """What is wrong with one parameter.

    Args:
        detail: what is wrong, in words for programs and those who write them.
        value: the text that is refused; blank where the parameter as a whole is.
        words: what is wrong in the reader's language, for pages; blank where ``detail`` says it.
        instead: texts that would be right.
        unknown: a name that is told to be no city's, and so may be that of another place.
        place: the key of a place without pilot status, which is asked about elsewhere.
    """

    parameter: str
    detail: str
    value: str = ""
    words: str = ""
    instead: Sequence[str] = ()
    unknown: str = ""
    place: str = ""


class ParameterError(Exception):
    """One or more parameters of a question cannot be understood.

    `refusals` says what is wrong with each, and `errors` pairs each parameter with that in words
    for the person who asked.
    """

    def __init__(
        self,
        parameter: str,
        detail: str,
        *,
        value: str = "",
        words: str = "",
        instead: Sequence[str] = (),
        unknown: str = "",
        place: str = "",
    ) -> None:
        super().__init__(parameter, detail)
        self.refusals = [Refusal(parameter, detail, value, words, instead, unknown, place)]

    def __str__(self) -> str:
        return " ".join(f"{parameter}: {detail}" for parameter, detail in self.errors)

    @property
    def errors(self) -> Errors:
        """Return each parameter with what is wrong with it."""
        return [(refusal.parameter, refusal.detail) for refusal in self.refusals]

    @classmethod
    def several(cls, refusals: Iterable[Refusal | tuple[str, str]]) -> ParameterError:
        """Return one error of everything that is wrong."""
        every = [Refusal(*refusal) for refusal in refusals]
        error = cls(every[0].parameter, every[0].detail)
        error.refusals = every
        return error


def shown(text: str) -> str:
    """Return what a person typed, short and printable enough to say back."""
    printable = "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text
    )
    return (
        printable if len(printable) <= LONGEST_NAME_SHOWN else f"{printable[:LONGEST_NAME_SHOWN]}…"
    )

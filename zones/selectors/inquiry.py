"""What nearly every read is asked with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple, Self

from cbec_portal.china_time import today_in_china
from cbec_portal.languages import active_language
from zones.models import City
from zones.rules.vocabulary import Certainty
from zones.selectors.hypothetical_places import HypotheticalPlace
from zones.selectors.snapshot import Snapshot


@dataclass(frozen=True)
class Inquiry:
    """Which snapshot is asked, as which revision knew it, about which day, in which language.

    ``known_at`` is the number of the revision, 0 before there is any. Answers less sure than
    ``certainty`` count as not verified.
    """

    snapshot: Snapshot
    known_at: int
    day: date
    language: str
    certainty: Certainty = Certainty.UNVERIFIED

    @classmethod
    def of_now(cls, snapshot: Snapshot, *, day: date | None = None) -> Self:
        """Return the inquiry about what is known now, of today in China or of another day, in the
        language of whoever asks.
        """
        language = active_language()
        return cls(snapshot, snapshot.newest, day or today_in_china(), language)

    def on(self, day: date) -> Self:
        """Return the same inquiry of another day."""
        return self if day == self.day else replace(self, day=day)

    @property
    def of_any_certainty(self) -> Self:
        """Return the same inquiry, of answers however sure."""
        return replace(self, certainty=Certainty.UNVERIFIED)


class Column(NamedTuple):
    """A city, or a place without pilot status, on a day."""

    city: City | HypotheticalPlace
    day: date

    @property
    def key(self) -> str:
        """Return the column's key: ``hangzhou@2019-12-31``, or a place described so."""
        return f"{self.city.slug}@{self.day.isoformat()}"

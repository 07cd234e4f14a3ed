"""Documents of one number: as a rule one document, written down twice.

A number alone names none: what the issuer calls itself may be left out of it, and decrees of each
term are numbered anew. So it is told, and whoever writes the row says why it is another document.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from django.utils.translation import gettext as _

from cbec_portal.languages import active_language, either
from zones.dataset.problems import Problems
from zones.dataset.source_tables import Sources, issuers_after
from zones.dataset.table import Cells, Changes, Key, Load, TableRow
from zones.rules.document_numbers import may_be_one, read_number
from zones.rules.names import joined
from zones.rules.values import listed


class SameNumber(NamedTuple):
    """A row that gives a document the number of another; ``other`` are the cells of that.

    ``is_known`` says that the other is there already, ``is_alike`` that it has an issuer in common.
    """

    row: TableRow
    other: Cells
    is_known: bool
    is_alike: bool

    @property
    def about(self) -> str:
        """Return what it is about; it is told anew once that is another."""
        return f"{self.other['id']} {joined(self.other['document_number'])}"

    @property
    def words(self) -> str:
        """Return what is told of it, in the language that is active."""
        title = either(self.other["title_en"], self.other["title_zh"], active_language())
        told = {"key": self.other["id"], "title": title, "number": self.other["document_number"]}
        if self.is_alike:
            words = _(
                "%(key)s (%(number)s, %(title)s) has this number, too, and an issuer in common: "
                "as a rule it is this document."
            )
        else:
            words = _("%(key)s (%(number)s, %(title)s) of other issuers has this number, too.")
        return words % told


def same_numbers(changes: Mapping[str, Changes], *, withdraw: bool) -> list[SameNumber]:
    """Return the rows that give a document a number that another has, however it is written.

    Of two that are written together each is told of; a row whose number and issuers stay as they
    are is not.

    Args:
        changes: what each table brings.
        withdraw: whether what the tables lack is taken out.
    """
    own = changes.get(Sources.name, Changes())
    touched = {key: row for key, row in own.rows.items() if _says(row.cells, own.before.get(key))}
    if not touched:
        return []
    issuers = _issuers(changes, withdraw=withdraw)
    gone = own.absent if withdraw else {}
    standing = {key: cells for key, cells in own.before.items() if key not in gone}
    standing |= {key: row.cells for key, row in own.rows.items()}
    numbered: dict[str | int, list[Key]] = defaultdict(list)
    for key, cells in standing.items():
        if number := cells["document_number"]:
            numbered[_place(number)].append(key)
    found = []
    for key, row in touched.items():
        number = row.cells["document_number"]
        for other in numbered[_place(number)]:
            if other != key and may_be_one(number, standing[other]["document_number"]):
                alike = issuers.meet(row.cells, standing[other])
                found.append(SameNumber(row, standing[other], other in own.before, alike))
    return found


def _place(number: str) -> str | int:
    """Where numbers lie together that may be one: under their number, or as they are written."""
    read = read_number(number)
    return read[0].number if read else joined(number)


def _says(cells: Cells, before: Cells | None) -> bool:
    """Whether a row has a number, and says it or its issuers otherwise than before."""
    names = ("document_number", "issuers")
    anew = before is None or any(cells[name] != before[name] for name in names)
    return anew and bool(joined(cells["document_number"]))


class _Issuers(NamedTuple):
    by_spelling: Mapping[str, str]

    def meet(self, one: Cells, other: Cells) -> bool:
        """Whether two documents have an issuer in common."""
        return not self._of(one).isdisjoint(self._of(other))

    def _of(self, cells: Cells) -> set[str]:
        """The issuers of a document by their keys; by what it calls them, where that is nobody."""
        return {self.by_spelling.get(one, one) for one in listed(cells["issuers"])}


def _issuers(changes: Mapping[str, Changes], *, withdraw: bool) -> _Issuers:
    load = Load(Problems(), dict(changes), withdraw=withdraw)
    known = issuers_after(load)
    return _Issuers({spelling: one.slug for one in known for spelling in one.spellings})

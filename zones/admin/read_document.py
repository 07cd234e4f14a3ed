"""The document that was read for a row, and its archived copy, as forms name them beside the cells.

Most rows name their document in a cell. Others have no column for one, such as where a city lies,
and a row seldom ends by the document on which it rests: there a form asks for the document, and the
archived copy that stands beside the row for staff says which one it was.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cbec_portal.languages import in_language
from zones.admin.copy_pages import ENDINGS
from zones.admin.desk_page import DeskPage
from zones.admin.offered_rows import words_with_buttons
from zones.dataset.source_tables import Sources
from zones.dataset.table import Cells, Table
from zones.desk.copy_archive import keep_copy
from zones.desk.pickers import NotPickedError, picked
from zones.models import Source, SourceCopy

#: The box that names the document.
DOCUMENT = "document"


class ReadsDocument(DeskPage):
    """A form of rows beside which stands the archived copy of the document that was read."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        #: What is wrong with what stands beside the cells, by the names of the boxes.
        self.wrong_beside: dict[str, list[str]] = {}
        #: The archived copy that the form names or brings.
        self.kept: SourceCopy | None = None
        #: Whether the form names one that is none of its document, which is let go of.
        self.has_stray_copy = False

    @property
    def asks_document(self) -> bool:
        """Return whether the form has a box for the document, which no cell of the row names."""
        return True

    @property
    def copy_before(self) -> SourceCopy | None:
        """Return the copy that stands beside the row before anything is sent."""
        return None

    @property
    def shown_copy(self) -> SourceCopy | None:
        """Return the copy that the form names, else that of the row."""
        if self.request.method != "POST":
            return self.copy_before
        if self.kept or self.has_stray_copy:
            return self.kept
        return SourceCopy.objects.filter(sha256=self.posted("copy")).first()

    def copy_boxes(self) -> dict[str, Any]:
        """Return for the template the boxes of the document and of its copy."""
        typed, before = self.request.method == "POST", self.copy_before
        named = before.source.slug if before and self.asks_document else ""
        return {
            "copy": self.shown_copy,
            "keeps_copies": True,
            "endings": ENDINGS,
            "asks_document": self.asks_document,
            "said_document": self.posted(DOCUMENT) if typed else named,
            "help_of_document": self.help_of_document(),
        }

    def help_of_document(self) -> str:
        """Return where the document is named, and what becomes of its name."""
        return _(
            "The document that says so, by number, title or key. The table has no column for it: "
            "an archived copy of it stands beside the row, for analysts and reviewers."
        )

    def read_copy(self, own: Source | None, *, is_unread: bool = False) -> SourceCopy | None:
        """Return the archived copy that the rows name: the file just handed in, else one that is
        kept. What is handed in is kept whatever is wrong with the rows, so that it is not handed in
        again.

        Args:
            own: the document that the row itself names.
            is_unread: whether that cannot be read, which is refused anyway.
        """
        typed = self._document_typed()
        if DOCUMENT in self.wrong_beside:
            return None
        source, upload = typed or own, self.request.FILES.get("copy_file")
        if upload is None:
            return self._kept_of(typed) if typed else self._named_copy(own, is_unread=is_unread)
        try:
            if source is None:
                raise ValidationError(
                    _("Name its document first; a new document gets copies once it is public.")
                )
            return keep_copy(source, upload, self.request.user, self.posted("read_at"))
        except ValidationError as refused:
            self.wrong_beside["copy"] = refused.messages
            return None

    def _document_typed(self) -> Source | None:
        """The document that is named in the box for it; what names none is told beside that."""
        typed = self.posted(DOCUMENT) if self.asks_document else ""
        if not typed:
            return None
        try:
            (slug,) = picked(Sources.name, typed).key
        except NotPickedError as wrong:
            self.wrong_beside[DOCUMENT] = [words_with_buttons(wrong, DOCUMENT)]
            return None
        return Source.objects.get(slug=slug)

    def _kept_of(self, source: Source) -> SourceCopy | None:
        """The copy of a document that the form names already, else the newest that is kept."""
        copies = SourceCopy.objects.filter(source=source).order_by("-pk")
        found = copies.filter(sha256=self.posted("copy")).first() or copies.first()
        if found is None:
            words = _("No copy of this document is archived yet: choose the file that was read.")
            self.wrong_beside["copy"] = [words]
        return found

    def _named_copy(self, source: Source | None, *, is_unread: bool) -> SourceCopy | None:
        """The copy that the form names; one that is none of the document is refused, unless the
        document cannot be read, which is refused anyway.
        """
        named = self.posted("copy")
        if not named:
            return None
        found = SourceCopy.objects.filter(source=source, sha256=named).first() if source else None
        if found is None and not is_unread and not self.asks_document:
            self.has_stray_copy = True
            words = _(
                "The archived copy that the form named is none of this document, and is left out: "
                "choose the file, or save the row without one."
            )
            self.wrong_beside["copy"] = [words]
        return found


def source_column(table: Table) -> str | None:
    """Return the column of a table that names a document; of documents themselves, their key."""
    if table.name == Sources.name:
        return table.key[0]
    named = (key.columns[0] for key in table.foreign_keys if key.table == Sources.name)
    return next(named, None)


def is_of_another(copy: SourceCopy, table: Table, cells: Cells | None) -> bool:
    """Return whether a copy is of another document than the row names beside which it stands."""
    return copy.source.slug != (cells or {}).get(source_column(table) or "", "")


def copy_words(copy: SourceCopy, table: Table, cells: Cells | None, language: str) -> str:
    """Return what a copy beside a row is called: by its file, behind its document where the row
    names another or none.
    """
    if not is_of_another(copy, table, cells):
        return str(copy)
    title = in_language(copy.source, "title", language)
    number = copy.source.document_number
    return _(": ").join((" ".join(filter(None, (number, title))), str(copy)))

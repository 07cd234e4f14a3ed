"""Change sets: what analysts propose, by whom, and what became of it.

Nothing here is public. A set is a list of proposed rows in the words of the dataset (table, natural
key, columns), so it serves every table that a dataset can hold.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from zones.models.certainty import one_of
from zones.models.fields import LineField, LinesField, OptionField, WebAddressField
from zones.models.guards import Declaration, Frozen, FrozenWith
from zones.models.labels import CHANGES, PROPOSALS, SET_STATES
from zones.models.made_texts import retold
from zones.models.revisions import Revision
from zones.rules.vocabulary import Change, Proposal, SetState


def by_person(related_name: str, verbose_name: Any) -> Any:
    """Return the column of who did something: a person who did is kept from deletion.

    It is empty where the row was restored from another portal's dump, which keeps names alone.
    """
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name=related_name,
        verbose_name=verbose_name,
    )


#: SQL about a change set that has ended: published, it says for ever what its revision did.
ENDED = "{row}.state = 'published'"


class ChangeSet(models.Model):
    """A list of proposed rows that is reviewed as a whole and published as one revision.

    ``version`` rises with every change of the set or of one of its rows, so that nobody reviews or
    publishes another state than the one he has seen. ``undoes`` is the revision that it takes back.
    """

    guards: ClassVar[tuple[Declaration, ...]] = (
        Frozen("a published change set stays as it was published", where=ENDED),
    )

    title = LineField(_("title"), max_length=200)
    reason = LinesField(
        _("reason"), blank=True, help_text=_("Why: readers see it in the revision.")
    )
    state = OptionField(
        _("state"),
        max_length=10,
        choices=SET_STATES,
        default=SetState.DRAFT.value,
        editable=False,
        help_text=_(
            "Rows change in a draft or what was sent back; what is in review can be published."
        ),
    )
    version = models.PositiveIntegerField(
        pgettext_lazy("field", "version"),
        default=1,
        editable=False,
        help_text=_("It rises with every change of the set or of one of its rows."),
    )
    author = by_person("change_sets", pgettext_lazy("field", "author"))
    author_name = LineField(pgettext_lazy("field", "author's name"), max_length=150, editable=False)
    opened_at = models.DateTimeField(pgettext_lazy("field", "opened at"), editable=False)
    changed_at = models.DateTimeField(pgettext_lazy("field", "changed at"), editable=False)
    publisher = by_person("published_sets", pgettext_lazy("field", "published by"))
    publisher_name = LineField(
        pgettext_lazy("field", "publisher's name"), max_length=150, blank=True, editable=False
    )
    revision = models.OneToOneField(
        Revision,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="change_set",
        verbose_name=pgettext_lazy("field", "revision"),
    )
    undoes = models.ForeignKey(
        Revision,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="undone_by",
        verbose_name=pgettext_lazy("field", "takes back revision"),
    )

    class Meta:
        verbose_name = _("change set")
        verbose_name_plural = _("change sets")
        ordering = ["-pk"]
        permissions = [
            ("propose", "Can propose rows in change sets"),
            ("review", "Can review and publish change sets"),
        ]
        constraints = [
            one_of("state", SetState),
            models.CheckConstraint(
                condition=Q(state=SetState.PUBLISHED) ^ Q(revision__isnull=True),
                name="zones_changeset_published_has_its_revision",
            ),
        ]
        indexes = [models.Index(fields=["state", "-changed_at"], name="zones_changeset_by_state")]

    def __str__(self) -> str:
        return gettext(": ").join((str(self.pk), self.told_title))

    @property
    def told_title(self) -> str:
        """Return what it is called, in the reader's language where the program called it so."""
        return retold(self.title)

    @property
    def is_open(self) -> bool:
        """Return whether its rows may still change."""
        return self.state in (SetState.DRAFT, SetState.SENT_BACK)


class ProposedRow(models.Model):
    """Cells of one row that a set would write, or a row that it would take out.

    ``key`` is the natural key as a JSON list; of a new row it follows from its cells. ``before`` is
    the whole row as it was when each cell was proposed, or nothing for a new one: a conflict is
    settled by proposing against what is there by then. ``change`` is what the new version says of
    itself, where that is not to be worked out from the cells.
    """

    guards: ClassVar[tuple[Declaration, ...]] = (
        FrozenWith(
            "a published change set keeps its rows", "change_set_id", "zones_changeset", ENDED
        ),
    )

    change_set = models.ForeignKey(
        ChangeSet,
        models.PROTECT,
        related_name="rows",
        verbose_name=pgettext_lazy("field", "change set"),
    )
    table = LineField(_("table"), max_length=40)
    key = models.TextField(_("key"), help_text=_("The natural key of the row as a JSON list."))
    proposal = OptionField(
        _("proposal"), max_length=10, choices=PROPOSALS, default=Proposal.WRITE.value
    )
    cells = models.JSONField(
        pgettext_lazy("field", "cells proposed"), default=dict, encoder=DjangoJSONEncoder
    )
    before = models.JSONField(
        pgettext_lazy("field", "cells before"),
        null=True,
        blank=True,
        encoder=DjangoJSONEncoder,
        help_text=_("The whole row as it was when its cells were proposed; nothing for a new one."),
    )
    change = OptionField(
        _("change"),
        max_length=10,
        choices=CHANGES,
        blank=True,
        help_text=_(
            "Whether the law moved or the portal was wrong; worked out from the cells if empty."
        ),
    )
    base_revision = models.PositiveIntegerField(
        pgettext_lazy("field", "based on revision"), default=0
    )
    version = models.PositiveIntegerField(pgettext_lazy("field", "version"), default=1)
    sent_back = models.BooleanField(_("sent back"), default=False)
    quote = LinesField(
        _("quote"), blank=True, help_text=_("The words of the source that say so, in its language.")
    )
    quote_en = LinesField(_("quote in English"), blank=True)
    #: Where the table of the row has no columns for it.
    clause = LineField(pgettext_lazy("field", "clause"), max_length=200, blank=True)
    clause_zh = LineField(pgettext_lazy("field", "Chinese clause"), max_length=200, blank=True)
    read_at = WebAddressField(_("read at"), blank=True)
    #: Who says so: the last who wrote the quote, the day of verification or how sure it is.
    verified_by = LineField(pgettext_lazy("field", "verified by"), max_length=150, blank=True)
    copy = models.ForeignKey(
        "zones.SourceCopy",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("field", "archived copy"),
    )

    #: Whether it says anew what verifies it: who does is noted once it is put into its set.
    is_verified_anew = False
    #: Columns whose cells can be read in several ways, as whoever hands them in is told; of a row
    #: that is kept they stand as they were written.
    unread: frozenset[str] = frozenset()
    #: Whether it is judged and never kept: its key is wanting, or that of another row.
    is_apart = False

    class Meta:
        verbose_name = _("proposed row")
        verbose_name_plural = _("proposed rows")
        ordering = ["pk"]
        constraints = [
            one_of("proposal", Proposal),
            one_of("change", ("", *Change)),
            models.UniqueConstraint(
                fields=["change_set", "table", "key"], name="zones_proposedrow_once_a_set"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.key}"


class RowEdit(models.Model):
    """Who wrote a proposed row, or changed it, and what it said then. Kept though the row goes."""

    guards: ClassVar[tuple[Declaration, ...]] = (
        Frozen("who wrote what is noted for ever", free=("row_id", "person_id")),
    )

    change_set = models.ForeignKey(
        ChangeSet,
        models.PROTECT,
        related_name="edits",
        verbose_name=pgettext_lazy("field", "change set"),
    )
    row = models.ForeignKey(
        ProposedRow,
        models.SET_NULL,
        null=True,
        related_name="edits",
        verbose_name=pgettext_lazy("field", "proposed row"),
    )
    table = LineField(pgettext_lazy("field", "table"), max_length=40)
    key = models.TextField(pgettext_lazy("field", "key"))
    person = by_person("row_edits", pgettext_lazy("field", "person"))
    name = LineField(pgettext_lazy("field", "person's name"), max_length=150)
    at = models.DateTimeField(pgettext_lazy("field", "time"))
    #: The proposal after the edit; nothing where the row was taken out of the set.
    said = models.JSONField(
        pgettext_lazy("field", "proposal after it"),
        null=True,
        encoder=DjangoJSONEncoder,
        help_text=_("Nothing where the row was taken out of the set."),
    )

    class Meta:
        verbose_name = pgettext_lazy("table", "edit of a proposed row")
        verbose_name_plural = pgettext_lazy("table", "edits of proposed rows")
        ordering = ["pk"]
        indexes = [models.Index(fields=["name", "change_set"], name="zones_rowedit_by_name")]

    def __str__(self) -> str:
        return f"{self.table} {self.key}, {self.name}"


class SetComment(models.Model):
    """A remark on a set or on one of its rows, or a step of the set itself."""

    guards: ClassVar[tuple[Declaration, ...]] = (
        Frozen("a remark stays as it was made", free=("row_id", "person_id")),
    )

    change_set = models.ForeignKey(
        ChangeSet,
        models.PROTECT,
        related_name="comments",
        verbose_name=pgettext_lazy("field", "change set"),
    )
    row = models.ForeignKey(
        ProposedRow,
        models.SET_NULL,
        null=True,
        related_name="comments",
        verbose_name=pgettext_lazy("field", "proposed row"),
    )
    person = by_person("set_comments", pgettext_lazy("field", "person"))
    name = LineField(pgettext_lazy("field", "person's name"), max_length=150)
    at = models.DateTimeField(pgettext_lazy("field", "time"))
    step = OptionField(
        pgettext_lazy("field", "step"),
        max_length=10,
        choices=SET_STATES,
        blank=True,
        help_text=_("The state that the set came to by it."),
    )
    text = LinesField(_("comment"), blank=True)

    class Meta:
        verbose_name = pgettext_lazy("table", "comment on a change set")
        verbose_name_plural = pgettext_lazy("table", "comments on change sets")
        ordering = ["pk"]
        constraints = [one_of("step", ("", *SetState))]

    def __str__(self) -> str:
        return gettext(": ").join((self.name, self.text or self.step))


class Acknowledgement(models.Model):
    """A warning about a proposed row that somebody has seen and says why it is right all the same.

    ``warning`` is the code of the warning and ``about`` what it says: it counts no longer once that
    is another.
    """

    row = models.ForeignKey(
        ProposedRow,
        models.CASCADE,
        related_name="acknowledgements",
        verbose_name=pgettext_lazy("field", "proposed row"),
    )
    warning = LineField(pgettext_lazy("field", "warning"), max_length=40)
    about = models.TextField(
        pgettext_lazy("field", "what it says"),
        help_text=_("The warning counts again once it says something else."),
    )
    reason = LinesField(_("reason"))
    person = by_person("acknowledgements", pgettext_lazy("field", "person"))
    name = LineField(pgettext_lazy("field", "person's name"), max_length=150)
    at = models.DateTimeField(pgettext_lazy("field", "time"))

    class Meta:
        verbose_name = pgettext_lazy("table", "acknowledged warning")
        verbose_name_plural = pgettext_lazy("table", "acknowledged warnings")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["row", "warning", "about"], name="zones_acknowledgement_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.warning}: {self.reason}"


class AppliedRow(models.Model):
    """What became of one row when a set or a load was applied: its cells before and after.

    ``before`` or ``after`` is empty where the row was not there. What the first load of all brings
    is not noted, there was nothing before it: the desk tells it by what follows (``first_load``).
    """

    guards: ClassVar[tuple[Declaration, ...]] = (
        Frozen("what was applied when and by whom is noted for ever"),
    )

    #: The edit, so that those of one publication stand together where it made no revision.
    edit = models.PositiveIntegerField(pgettext_lazy("field", "edit"))
    revision = models.ForeignKey(
        Revision,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="applied_rows",
        verbose_name=pgettext_lazy("field", "revision"),
    )
    at = models.DateTimeField(pgettext_lazy("field", "time"))
    table = LineField(pgettext_lazy("field", "table"), max_length=40)
    key = models.TextField(pgettext_lazy("field", "key"))
    before = models.JSONField(
        pgettext_lazy("field", "cells before"), null=True, encoder=DjangoJSONEncoder
    )
    after = models.JSONField(
        pgettext_lazy("field", "cells after"), null=True, encoder=DjangoJSONEncoder
    )
    change = OptionField(
        pgettext_lazy("field", "kind of change"), max_length=10, choices=CHANGES, blank=True
    )
    authors = LineField(pgettext_lazy("field", "authors"), max_length=400)
    reviewer = LineField(pgettext_lazy("field", "reviewed by"), max_length=150)
    reason = LinesField(pgettext_lazy("field", "reason"), blank=True)
    quote = LinesField(pgettext_lazy("field", "quote"), blank=True)
    quote_en = LinesField(pgettext_lazy("field", "quote in English"), blank=True)
    clause = LineField(pgettext_lazy("field", "clause"), max_length=200, blank=True)
    clause_zh = LineField(pgettext_lazy("field", "Chinese clause"), max_length=200, blank=True)
    read_at = WebAddressField(pgettext_lazy("field", "read at"), blank=True)
    verified_by = LineField(pgettext_lazy("field", "verified by"), max_length=150, blank=True)
    #: The archived copy that was read, if one was kept; its hash stays though the file goes.
    copy_sha256 = models.CharField(
        pgettext_lazy("field", "SHA-256 of the archived copy"), max_length=64, blank=True
    )

    class Meta:
        verbose_name = _("applied row")
        verbose_name_plural = _("applied rows")
        ordering = ["-pk"]
        constraints = [
            one_of("change", ("", *Change)),
            models.CheckConstraint(
                condition=Q(before__isnull=False) | Q(after__isnull=False),
                name="zones_appliedrow_says_something",
            ),
        ]
        indexes = [
            models.Index(fields=["table", "key", "-id"], name="zones_appliedrow_of_a_row"),
            models.Index(fields=["reviewer", "-id"], name="zones_appliedrow_by_reviewer"),
            models.Index(fields=["revision", "-id"], name="zones_appliedrow_of_revision"),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.key} in revision {self.revision_id}"

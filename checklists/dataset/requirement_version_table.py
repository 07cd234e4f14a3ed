"""Every version of every requirement: what a restore replays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Min

from checklists.dataset.requirement_table import Requirements
from checklists.models import Requirement, RequirementVersion
from checklists.models.requirement_versions import SAID
from zones.dataset.columns import kept_in
from zones.dataset.history_tables import DRAFT, HistoryTable, numbered_drafts
from zones.dataset.model_table import Lookup
from zones.dataset.problems import words_of
from zones.dataset.table import Cells, Changes, Load
from zones.models import Revision
from zones.models.value_types import REFERRING

#: What a version refers to.
REFERRED = (
    *("requirement__template", "focus_area", "source", "tested_topic", "tested_programme"),
    *("asked_choice__question", *REFERRING),
)


class RequirementVersions(HistoryTable):
    """Requirements, revision by revision. ``replaced_in`` is the first that no longer holds one."""

    name = "requirement_versions"
    title = "Every version of every compliance requirement"
    instead_of = ""
    is_optional = True
    key = ("template", "number", "recorded_in", "draft")
    columns = (
        kept_in(RequirementVersion, "recorded_in"),
        kept_in(RequirementVersion, "replaced_in"),
        DRAFT,
        *Requirements.columns,
    )
    foreign_keys = Requirements.foreign_keys
    tests = Requirements.tests

    def current(self) -> list[Cells]:
        """Return the versions by revision and requirement."""
        return self.in_order(self._versions())

    def _versions(self) -> Iterator[Cells]:
        drafts, table = numbered_drafts(RequirementVersion, "requirement"), Requirements()
        for version in RequirementVersion.objects.select_related(*REFERRED).order_by():
            yield {
                "recorded_in": str(version.recorded_in_id or ""),
                "replaced_in": str(version.replaced_in_id or ""),
                DRAFT.name: DRAFT.cell_of(drafts.get(version.pk)),
                **table.cells(version.as_requirement()),
            }

    def write(self, changes: Changes, load: Load) -> None:
        """Save drafts and note them for publication."""
        fields_of = Requirements().fields_reader(load)
        requirements = Lookup(Requirement, "template__slug", "number")
        for row in self.rows_in_order(changes):
            read = fields_of(row)
            for column, why in read.wrong:
                self.refuse(load, row, column, why)
            try:
                own = requirements[row.cells["template"], row.cells["number"]]
            except ValueError as wrong:
                self.refuse(load, row, "number", words_of(wrong))
            else:
                said = {name: value for name, value in read.fields.items() if name in SAID}
                draft = RequirementVersion(requirement=own, **said)
                draft.save()
                load.publication.records.append(draft)

    def note_replaced(self, number: str, load: Load) -> None:
        """Note the versions that a revision no longer holds."""
        changes: Any = load.changes.get(self.name, Changes())
        gone = {
            (row.cells["template"], row.cells["number"])
            for row in changes.added.values()
            if row.cells["replaced_in"] == number
        }
        if gone:
            current = RequirementVersion.objects.current().select_related("requirement__template")
            load.publication.replaced += [
                own
                for own in current
                if (own.requirement.template.slug, own.requirement.number) in gone
            ]

    def complete(self) -> None:
        """Let requirements of a history from before they had versions have said what they say since
        the first revision.
        """
        first = Revision.objects.aggregate(first=Min("number"))["first"]
        left = Requirement.objects.filter(versions=None) if first else ()
        versions = [RequirementVersion.of(row) for row in left]
        for version in versions:
            version.recorded_in_id = first
        RequirementVersion.objects.bulk_create(versions)

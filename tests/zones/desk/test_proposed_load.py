"""The command line publishes as "dataset", or makes a change set of what a folder brings."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command

from tests.zones.datasets import Row, change_rows
from zones.dataset.dump import dump_dataset
from zones.dataset.load import load_dataset
from zones.desk.judgement import judge
from zones.models import ChangeSet, Policy, Revision
from zones.rules.vocabulary import Fate, SetState

pytestmark = pytest.mark.django_db


def ran(*arguments: Any) -> str:
    out = StringIO()
    call_command("load_dataset", *map(str, arguments), stdout=out)
    return out.getvalue()


@pytest.fixture
def ana() -> User:
    user = User.objects.create_user("ana", is_staff=True)
    user.groups.add(Group.objects.get(name="analyst"))
    return user


def edited(folder: Path) -> Path:
    """A folder in which a policy is another, one is new and one is gone."""

    def change(rows: list[Row]) -> list[Row]:
        new = rows[2] | {"effective_from": "2031-01-01", "effective_to": ""}
        return [rows[0] | {"summary_en": "Proposed"}, rows[1], *rows[3:], new]

    change_rows(folder / "policies.csv", change)
    return folder


def test_a_folder_becomes_a_change_set_of_its_differences(folder: Path, ana: User) -> None:
    revisions = Revision.objects.count()
    said = ran(edited(folder), "--replace", "--propose", "ana", "--title", "By file")
    change_set = ChangeSet.objects.get()
    assert f"Change set {change_set.pk} proposes 3 rows" in said
    assert (change_set.title, change_set.author, change_set.state) == (
        "By file",
        ana,
        SetState.DRAFT,
    )
    found = judge(change_set)
    assert [found.count(fate) for fate in (Fate.NEW, Fate.CHANGED, Fate.TAKEN_OUT)] == [1, 1, 1]
    changed = next(row for row in found.rows if row.fate == Fate.CHANGED)
    assert {column: after for column, (_before, after) in changed.moved.items()} == {
        "summary_en": "Proposed"
    }
    assert Revision.objects.count() == revisions
    assert not Policy.objects.filter(summary_en="Proposed").exists()


def test_rows_that_the_set_refuses_are_told_as_its_page_tells_them(folder: Path, ana: User) -> None:
    """A load is trusted to have read its documents; what is proposed must quote them."""

    def change(rows: list[Row]) -> list[Row]:
        basis = next(row for row in rows if row["verification"] == "primary")
        return [*rows, basis | {"effective_from": "2031-01-01", "effective_to": ""}]

    change_rows(folder / "policies.csv", change)
    said = ran(folder, "--propose", "ana", "--title", "By file")
    (row,) = judge(ChangeSet.objects.get()).rows
    assert "proposes 1 row (1 refused row); none is public" in said
    assert row.problems
    for problem in row.problems:
        assert f"policies.csv {' '.join(row.key)}: {problem.column}: {problem.why}" in said
    assert "1 added" not in said


def test_what_a_folder_would_bring_is_what_its_set_brings(folder: Path, ana: User) -> None:
    edited(folder)
    dry = load_dataset(folder, dry_run=True)
    ran(folder, "--propose", "ana", "--title", "By file")
    found = judge(ChangeSet.objects.get())
    assert (found.count(Fate.NEW), found.count(Fate.CHANGED)) == (dry.added, dry.corrected)


def test_a_folder_that_brings_nothing_makes_no_set(tmp_path: Path, ana: User) -> None:
    dump_dataset(tmp_path)
    assert "no change set" in ran(tmp_path, "--propose", "ana", "--title", "By file")
    assert not ChangeSet.objects.exists()


def test_a_stale_folder_proposes_what_was_edited_in_it_alone(
    folder: Path, tmp_path: Path, ana: User
) -> None:
    dump_dataset(tmp_path / "stale")
    change_rows(
        folder / "policies.csv", lambda rows: [rows[0] | {"summary_en": "Theirs"}, *rows[1:]]
    )
    load_dataset(folder)
    change_rows(
        tmp_path / "stale" / "policies.csv",
        lambda rows: [rows[0], rows[1] | {"summary_en": "Mine"}, *rows[2:]],
    )
    ran(tmp_path / "stale", "--propose", "ana", "--title", "By file")
    assert [row.cells for row in ChangeSet.objects.get().rows.all()] == [{"summary_en": "Mine"}]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--propose", "nobody", "--title", "x"), "no account"),
        (("--propose", "bob", "--title", "x"), "Analysts propose"),
        (("--propose", "ana"), "needs a --title"),
        (("--propose", "ana", "--title", " "), "needs a --title"),
        (("--propose", "ana", "--title", "x", "--dry-run"), "no dry run"),
        (("--propose", "ana", "--title", "x" * 201), "200"),
    ],
)
def test_what_cannot_be_proposed_is_refused_in_words(
    folder: Path, ana: User, arguments: tuple[str, ...], told: str
) -> None:
    User.objects.create_user("bob", is_staff=True)
    with pytest.raises(CommandError, match=told):
        ran(edited(folder), *arguments)
    assert not ChangeSet.objects.exists()


def test_wrong_rows_and_much_loss_are_refused_before_anything_is_proposed(
    folder: Path, ana: User
) -> None:
    change_rows(folder / "zones.csv", lambda rows: rows[:9])
    with pytest.raises(CommandError, match="--allow-withdrawals"):
        ran(folder, "--replace", "--propose", "ana", "--title", "x")
    change_rows(folder / "policies.csv", lambda rows: [rows[0] | {"state": "odd"}, *rows[1:]])
    with pytest.raises(CommandError, match=r"line 2, column state"):
        ran(folder, "--propose", "ana", "--title", "x")
    assert not ChangeSet.objects.exists()


def test_every_version_ever_is_not_proposed(tmp_path: Path, ana: User) -> None:
    dump_dataset(tmp_path, history=True)
    with pytest.raises(CommandError, match="every version"):
        ran(tmp_path, "--propose", "ana", "--title", "x")


def test_nobody_publishes_in_the_name_of_another_from_the_command_line(folder: Path) -> None:
    for option in ("--author", "--publisher"):
        with pytest.raises(CommandError, match="unrecognized"):
            ran(folder, option, "ana")
    ran(edited(folder))
    revision = Revision.objects.first()
    assert (revision.author, revision.publisher) == ("dataset", "dataset")

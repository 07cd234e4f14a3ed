"""What a dump was made from is told apart from what is counted alike after a restore."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest
from django.db import transaction

from tests.rounds import rounds
from tests.zones.datasets import change_rows
from tests.zones.test_publishing import next_version, publish_as_two
from zones.dataset.description import Origin
from zones.dataset.dump import dump_dataset
from zones.dataset.load import load_dataset
from zones.dataset.place_tables import Cities
from zones.dataset.problems import Refused
from zones.models import City, Edit, Policy
from zones.services.publication import Publication

pytestmark = pytest.mark.django_db

Elsewhere = Callable[[], AbstractContextManager[None]]

CITIES = ("beijing", "hangzhou", "hefei")
TOPICS = ("import-single-transaction-limit", "import-annual-transaction-limit")
STARTS = "2019-01-01"
#: Kind and key of what is said, and what is said there.
Said = dict[tuple[str, str], str]
CITY, POLICY = "cities", "policies"


def edit(slug: str, note: str) -> None:
    """Save a city, and note what was, as a load does."""
    city = City.objects.get(slug=slug)
    before = Cities().cells(city)
    city.note = note
    city.save()
    Edit.note(former=[[CITY, [slug], before]])


def correct(topic: str, clause: str) -> None:
    """Publish another version of a policy."""
    policy = Policy.objects.current().get(topic__slug=topic, effective_from=STARTS)
    publish_as_two(Publication([next_version(policy, clause=clause)]))


def said_now() -> Said:
    cities = City.objects.filter(slug__in=CITIES).values_list("slug", "note")
    policies = Policy.objects.current().filter(topic__slug__in=TOPICS, effective_from=STARTS)
    told = policies.values_list("topic__slug", "clause")
    return {(CITY, k): v for k, v in cities} | {(POLICY, k): v for k, v in told}


def part_of(dump: Path, folder: Path, changes: Mapping[tuple[str, str], str]) -> Path:
    """The cities and policies of a dump, some of them changed."""
    folder.mkdir()
    for name in ("cities.csv", "policies.csv", "datapackage.json"):
        shutil.copy(dump / name, folder)
    for (kind, key), value in changes.items():

        def change(rows: list[Any], kind: str = kind, key: str = key, value: str = value) -> Any:
            if kind == CITY:
                return [row | {"note": value} if row["slug"] == key else row for row in rows]
            hit = {"topic": key, "effective_from": STARTS}.items()
            return [row | {"clause": value} if hit <= row.items() else row for row in rows]

        change_rows(folder / f"{kind}.csv", change)
    return folder


def restored(elsewhere: Elsewhere, folder: Path, stack: ExitStack) -> None:
    """Dump the database with its history, and go on in another that is restored from that."""
    dump_dataset(folder, history=True)
    stack.close()
    stack.enter_context(elsewhere())
    load_dataset(folder)
    stack.enter_context(transaction.atomic())


def test_a_dump_of_before_a_restore_undoes_nobodys_work(
    tmp_path: Path, elsewhere: Elsewhere
) -> None:
    edit("beijing", "Before all.")
    dump_dataset(tmp_path / "stale")
    edit("hangzhou", "A colleague's.")
    correct(TOPICS[0], "A colleague's")
    with ExitStack() as stack:
        restored(elsewhere, tmp_path / "history", stack)
        for number in range(5):
            edit("hefei", f"Edits are counted once more: {number}.")
        stale = part_of(tmp_path / "stale", tmp_path / "mine", {(POLICY, TOPICS[1]): "Mine"})
        before = said_now()
        with pytest.raises(Refused) as refused:
            load_dataset(stale)
        assert [problem.file for problem in refused.value.problems] == ["cities.csv"]
        told = str(refused.value)
        assert told.startswith("cities.csv, line ")
        assert "hangzhou, hefei: not what is known here" in told
        assert "before it was set back. Leave this file out, or dump the data anew" in told
        assert "take revision, edit, published_at, edit_mark out of datapackage.json" in told
        assert said_now() == before
        # Policies say by themselves what they were, whatever became of the numbers of edits.
        (stale / "cities.csv").unlink()
        assert (load_dataset(stale).corrected, said_now()) == (
            1,
            before | {(POLICY, TOPICS[1]): "Mine"},
        )


def test_a_dump_of_the_moment_of_a_restore_is_merged_after_it(
    tmp_path: Path, elsewhere: Elsewhere
) -> None:
    edit("beijing", "Before all.")
    dump_dataset(tmp_path / "stale")
    with ExitStack() as stack:
        restored(elsewhere, tmp_path / "history", stack)
        edit("hefei", "A colleague's.")
        mine = {(CITY, "hangzhou"): "Mine.", (POLICY, TOPICS[0]): "Mine"}
        after = said_now() | mine
        report = load_dataset(part_of(tmp_path / "stale", tmp_path / "mine", mine))
        assert (report.corrected, report.kept) == (2, 1)
        assert said_now() == after


def test_a_file_of_another_portal_decides_only_where_that_is_said(tmp_path: Path) -> None:
    correct(TOPICS[0], "Here")
    dump_dataset(tmp_path / "dump")
    theirs = part_of(tmp_path / "dump", tmp_path / "theirs", {(POLICY, TOPICS[0]): "There"})
    path = theirs / "datapackage.json"
    package = json.loads(path.read_text())
    assert package["revision"] == 2
    foreign = package | {"published_at": "2020-01-01T00:00:00+00:00", "edit_mark": "0" * 16}
    for other in (foreign, foreign | {"revision": 12}, foreign | {"edit": 2**31 - 1}):
        path.write_text(json.dumps(other))
        with pytest.raises(Refused, match="were made from another database"):
            load_dataset(theirs)
        assert said_now()[POLICY, TOPICS[0]] == "Here"
    # Of a city the placement is published, so an edit that was here is not enough for it.
    path.write_text(json.dumps(package | {"published_at": foreign["published_at"]}))
    change_rows(theirs / "cities.csv", lambda rows: [row | {"level": "new area"} for row in rows])
    with pytest.raises(Refused, match=r"cities.csv.* were made from another database"):
        load_dataset(theirs)
    shutil.copy(tmp_path / "dump" / "cities.csv", theirs)
    path.write_text(json.dumps({k: v for k, v in foreign.items() if k not in Origin._fields}))
    assert load_dataset(theirs).corrected == 1
    assert said_now()[POLICY, TOPICS[0]] == "There"


def test_a_history_once_more_changes_nothing_and_counts_no_edit(tmp_path: Path) -> None:
    edit("beijing", "Before.")
    dump_dataset(tmp_path, history=True)
    for after in ("Before.", "A colleague's."):
        edit("beijing", after)
        before = (Edit.newest(), said_now())
        assert load_dataset(tmp_path).corrected == 0
        assert (Edit.newest(), said_now()) == before


class Stale(NamedTuple):
    """A dump, and what the portal was when it was made."""

    folder: Path
    said: Said
    revision: str
    edit: str


@dataclass
class Portal:
    """What is known of a portal without asking it: what it says, and which moments it was at."""

    said: Said
    revisions: tuple[str, ...] = ("first",)
    #: Those that it still has: a restore brings none but that of its moment.
    edits: tuple[str, ...] = ("first",)


@dataclass
class Story:
    """A portal on which people work at random, and which is set back now and then."""

    random: Random
    room: Path
    elsewhere: Elsewhere
    stack: ExitStack
    portal: Portal
    dumps: list[Stale] = field(default_factory=list)
    names: count[int] = field(default_factory=lambda: count(1))
    backup: tuple[str, Portal] | None = None
    told: list[str] = field(default_factory=list)

    def name(self) -> str:
        return f"n{next(self.names)}"

    def edit(self) -> None:
        key, note = self.random.choice(CITIES), self.random.choice("abc")
        edit(key, note)
        self.portal.said[CITY, key] = note
        self.portal.edits += (self.name(),)

    def correct(self) -> None:
        key, clause = self.random.choice(TOPICS), self.random.choice("abc")
        correct(key, clause)
        self.portal.said[POLICY, key] = clause
        self.portal.revisions += (self.name(),)

    def dump(self) -> None:
        folder = self.room / self.name()
        dump_dataset(folder)
        now = self.portal
        self.dumps.append(Stale(folder, dict(now.said), now.revisions[-1], now.edits[-1]))

    def restore(self) -> None:
        restored(self.elsewhere, self.room / self.name(), self.stack)
        self.portal.edits = self.portal.edits[-1:]
        self.backup = None

    def back_up(self) -> None:
        """Keep the whole database, as its own means do: a savepoint is the same in a test."""
        self.backup = transaction.savepoint(), replace(self.portal, said=dict(self.portal.said))

    def set_back(self) -> None:
        if self.backup is None:
            return self.back_up()
        savepoint, then = self.backup
        transaction.savepoint_rollback(savepoint)
        self.portal, self.backup = then, None
        return None

    def load(self) -> None:
        """Load a stale dump with some changes, and hold what becomes of it against the rule."""
        if not self.dumps:
            return self.dump()
        stale = self.random.choice(self.dumps)
        rows = self.random.sample(sorted(stale.said), self.random.choice((0, 1, 1, 2)))
        changes = {row: self.random.choice("abc") for row in rows}
        folder = part_of(stale.folder, self.room / self.name(), changes)
        expected = self.merged(stale, stale.said | changes)
        try:
            load_dataset(folder)
        except Refused:
            assert expected is None, self.told
            self.told.append("refused")
        else:
            assert expected is not None, self.told
            if any(expected[k] != self.portal.said[k] for k in expected):
                self.portal.edits += (self.name(),)
            if any(expected[k] != self.portal.said[k] for k in expected if k[0] == POLICY):
                self.portal.revisions += (self.name(),)
            self.portal.said = expected
            self.told.append("loaded")
        return None

    def merged(self, stale: Stale, files: Said) -> Said | None:
        """What the portal says after a load of these files; nothing where they are refused."""
        here = stale.revision in self.portal.revisions
        # What is known of a city is told in part by placements, which are published.
        known = {POLICY: here, CITY: here and stale.edit in self.portal.edits}
        after = dict(self.portal.said)
        for row, said in files.items():
            was, now = stale.said[row], self.portal.said[row]
            if said == now or (known[row[0]] and said == was):
                continue
            if not known[row[0]] or was != now:
                return None
            after[row] = said
        return after


@pytest.mark.parametrize("seed", range(rounds(4, on_sqlite=1)))
def test_no_stale_dump_undoes_what_others_did_whatever_was_set_back(
    seed: int, tmp_path: Path, elsewhere: Elsewhere
) -> None:
    with ExitStack() as stack:
        story = Story(Random(seed), tmp_path, elsewhere, stack, Portal(said_now()))
        acts = [story.edit, story.correct, story.dump, story.set_back, *([story.load] * 2)]
        for place in range(36):
            act = story.restore if place in (12, 27) else story.random.choice(acts)
            story.told.append(act.__name__)
            act()
            assert said_now() == story.portal.said, story.told
        assert {"loaded", "refused"} & {*story.told}

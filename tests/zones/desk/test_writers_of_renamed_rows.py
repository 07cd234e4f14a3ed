"""Whoever wrote a row has a part in what is written under its key, called whatever it is since."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from tests.zones.desk.acts import known, person, published, row_of, said, say_why_all, written
from tests.zones.desk.renamed_rows import KINDS, names_of
from zones.dataset.alias_table import Aliases, kinds_of_tables
from zones.dataset.applied_rows import key_of_text
from zones.dataset.table import Key, Table
from zones.dataset.table_registry import registry, table_named
from zones.desk.current_keys import CurrentKeys
from zones.desk.key_proposals import propose_key
from zones.desk.permissions import is_own
from zones.desk.proposals import open_set, propose, repropose
from zones.desk.row_drafts import RowDraft
from zones.desk.rows_together import together
from zones.desk.set_publication import publish_set
from zones.desk.set_steps import send_back, step, submit
from zones.models import ChangeSet
from zones.models.former_keys import keys_of_kind, row_named
from zones.models.keys import renamable_models
from zones.models.scopes import BODIES
from zones.rules.vocabulary import SetState
from zones.services.key_changes import rename

pytestmark = pytest.mark.django_db

#: Other keys of kinds whose keys are not words; each is given after the one before it.
OTHERS = {
    "iso_3166_2": ("CN-XX", "CN-XY"),
    "code": ("9998", "9997"),
    "number": ("98", "97"),
}
LIMIT = ("import-single-transaction-limit", "nation")
DAYS = ("2026-12-10", "2026-12-11")


def called_otherwise(kind: str, key: str, times: int) -> None:
    """Give what a kind and a key name other keys, one after the other."""
    row: Any = row_named(kind, key)
    words = (f"new-{key}", f"newer-{key}")
    for other in OTHERS.get(keys_of_kind(kind).renamable, words)[:times]:
        rename(row, other)


def named_in(table: str, key: Key) -> list[tuple[str, str]]:
    """What can be called otherwise of the parts of a key that name other rows."""
    own = kinds_of_tables().get(table)
    kinds = [kind for kind in renamable_models() if kind != own and not keys_of_kind(kind).scope]
    return [(kind, part) for part in key for kind in kinds if row_named(kind, part) is not None]


def of_key(table: Table, key: Key) -> RowDraft:
    """A new row of a key, of which nothing else matters."""
    return said(table.name, dict(zip(table.key, key, strict=True)))


def part_of(own: ChangeSet, key: Key, other: Any) -> ChangeSet:
    """The part of a set in which the row of a key goes on, as it is sent back."""
    own.refresh_from_db()
    step(own, other, SetState.IN_REVIEW)
    rows = [row for row in own.rows.all() if key_of_text(row.key) == key]
    part = send_back(own, person("rex", "reviewer"), "No", rows)
    # Rows of one city's places go back together: here they are the whole set.
    assert part.pk != own.pk or len(together(own, rows)) == own.rows.count() > 1
    return part


def keys_that_name(case: str) -> tuple[Table, Key]:
    """A table and a key of it that names other rows: of a policy, one of a kind of body."""
    name, _blank, body = case.partition(" ")
    table = table_named(name)
    keys = (key for key in known(name) or NEW_KEYS if not body or key[1] == body)
    return table, next(key for key in keys if named_in(name, key[:-1] if body else key))


#: A key of a table that has no rows yet.
NEW_KEYS = [("hangzhou", "2015")]
NAMING = (
    *("former_placements", "batches", "zones", "zone_coverage", "choices", "statistics"),
    "requirements",
)
CASES = [*(f"policies {body}" for body in BODIES), *NAMING]


def test_every_table_whose_keys_name_rows_is_tried_here() -> None:
    tried = {case.partition(" ")[0] for case in CASES}
    for table in registry:
        if table.name not in (Aliases.name, *tried) and len(table.key) > 1:
            key = next(iter(known(table.name)), ())
            assert not named_in(table.name, key), table.name


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("case", CASES)
def test_who_wrote_a_row_has_a_part_in_what_is_written_under_its_key(
    case: str, times: int, both: Any, analyst: Any
) -> None:
    table, key = keys_that_name(case)
    first, aside = ((*key[:-1], day) for day in DAYS)
    own = open_set(analyst, "A try")
    propose(own, both, [of_key(table, first)])
    for kind, part in named_in(table.name, first):
        called_otherwise(kind, part, times)
    now = CurrentKeys().of_key(table, first, is_new=True)
    assert now != first
    aside_now = CurrentKeys().of_key(table, aside, is_new=True)
    repropose(row_of(own), analyst, of_key(table, aside_now))
    propose(own, analyst, [of_key(table, now)])
    assert {key_of_text(row.key) for row in own.rows.all()} == {now, aside_now}
    assert is_own(both, part_of(own, now, analyst))


def test_nobody_publishes_their_words_after_what_they_are_about_was_called_otherwise(
    both: Any, analyst: Any, other_analyst: Any, reviewer: Any
) -> None:
    limit = next(key for key in known("policies") if key[0] == "import-single-transaction-limit")
    cells = known("policies")[limit] | {"scope_kind": "city", "value": "6000"}

    def draft(city: str, day: str) -> RowDraft:
        return said("policies", {**cells, "scope_code": city, "effective_from": day})

    own = open_set(analyst, "A try")
    propose(own, both, [draft("hangzhou", DAYS[0])])
    for former, key in (("hangzhou", "hang-zhou"), ("hang-zhou", "hangzhou-shi")):
        other = propose_key(other_analyst, "city", former, key, "It is so")
        publish_set(submit(other, other_analyst), reviewer)
    repropose(row_of(own), analyst, draft("hangzhou-shi", DAYS[1]))
    propose(own, analyst, [draft("hangzhou-shi", DAYS[0])])
    say_why_all(own, analyst)
    submit(own, analyst)
    sent = [row for row in own.rows.all() if key_of_text(row.key)[-1] == DAYS[0]]
    part = send_back(own, reviewer, "No", sent)
    repropose(sent[0], analyst, draft("hangzhou-shi", DAYS[0])._replace(quote="另引。"))
    say_why_all(part, analyst)
    submit(part, analyst)
    with pytest.raises(PermissionDenied, match="You wrote part of this"):
        publish_set(part, both)


@pytest.mark.parametrize("kind", KINDS)
def test_who_proposed_a_key_has_a_part_in_it_whatever_the_row_is_called_since(
    kind: str, both: Any, analyst: Any
) -> None:
    row, former, now, new = names_of(kind)
    own = open_set(analyst, "A try")
    aliases = table_named(Aliases.name)
    other = f"{now.removesuffix(new)}{OTHERS.get(keys_of_kind(kind).renamable, ('', 'later'))[1]}"
    propose(own, both, [RowDraft(aliases, (kind, former), {"current": other})])
    rename(row, new)
    propose(own, analyst, [RowDraft(aliases, (kind, now), {"current": other})])
    assert is_own(both, part_of(own, (kind, now), analyst))


def test_who_wrote_a_policy_has_a_part_in_it_under_the_start_it_got_since(
    both: Any, analyst: Any, other_analyst: Any, reviewer: Any
) -> None:
    key = next(key for key in known("policies") if key[:2] == LIMIT[:2])
    own = open_set(analyst, "A try")
    propose(own, both, [written("policies", key, note="So.")])
    called_otherwise("topic", key[0], 1)
    today = (f"new-{key[0]}", *key[1:])
    published(other_analyst, reviewer, written("policies", today, effective_from="2018-12-01"))
    moved = (*today[:-1], "2018-12-01")
    propose(own, analyst, [written("policies", moved, note="So too.")])
    propose(own, analyst, [written("cities", ("ningbo",), name_en="Ning")])
    rows = [row for row in own.rows.all() if row.table == "policies"]
    own.refresh_from_db()
    step(own, analyst, SetState.IN_REVIEW)
    part = send_back(own, person("rex", "reviewer"), "No", rows[-1:])
    assert is_own(both, part)

"""What becomes of a set is kept in small while nothing is another: pages say of it what they would
say of it anew, and what is not shown costs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from random import Random
from typing import Any

import pytest
from django.db.models.signals import post_init
from django.test import Client
from django.urls import reverse

from tests.conftest import log_in_staff
from tests.growth import queries
from tests.zones.desk.acts import (
    known,
    proposed,
    published,
    row_of,
    say_why,
    taken_out,
    written,
)
from zones.admin.reviewed_rows import A_PAGE
from zones.dataset.table_registry import registry
from zones.desk import judged_sets
from zones.desk.effect import effect_of, mark_of
from zones.desk.judgement import judge
from zones.desk.proposals import propose
from zones.models import ChangeSet, ProposedRow

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

SAID = ("", "x", "2024-05-05", "true", "12", "文字")
ASKED: tuple[dict[str, str], ...] = ({}, {"errors": "1"}, {"open": "1"}, {"lang": "zh-hans"})


def client_of(person: Any) -> Client:
    client = Client()
    log_in_staff(client, person)
    return client


def look(client: Client, own: ChangeSet, **asked: str) -> str:
    answer = client.get(reverse("admin:desk-set", args=[own.pk]), asked)
    assert answer.status_code == 200
    drawn = r'name="(csrfmiddlewaretoken|form_mark)" value="\w+"'
    return re.sub(drawn, "", answer.content.decode())


def anything(number: int) -> list[Any]:
    """Rows of every table: written otherwise, wrongly, and taken out."""
    drawn = Random(number)
    drafts = []
    for table in registry:
        rows = known(table.name)
        for key in drawn.sample(sorted(rows), min(len(rows), drawn.randint(0, 4))):
            free = [column.name for column in table.columns if column.name not in table.key]
            if not free or drawn.random() < 0.2:
                drafts.append(taken_out(table.name, key))
                continue
            columns = drawn.sample(free, min(len(free), 2))
            like = rows[drawn.choice(sorted(rows))]
            cells = {name: drawn.choice((*SAID, like[name])) for name in columns}
            drafts.append(written(table.name, key, **cells))
    return drafts


def many(someone: Any, number: int) -> ChangeSet:
    """A set that says otherwise what so many policies say."""
    keys = sorted(known("policies"))[:number]
    return proposed(someone, *(written("policies", key, summary_en="Anew.") for key in keys))


@contextmanager
def rows_made() -> Iterator[list[Any]]:
    """The proposed rows that are read from the database meanwhile."""
    made: list[Any] = []

    def note(instance: Any, **_: Any) -> None:
        made.append(instance.pk)

    post_init.connect(note, sender=ProposedRow)
    try:
        yield made
    finally:
        post_init.disconnect(note, sender=ProposedRow)


@pytest.mark.parametrize("number", range(3))
def test_what_is_kept_reads_as_it_would_anew(number: int, analyst: Any) -> None:
    own, client = proposed(analyst, *anything(number)), client_of(analyst)
    for asked in ASKED:
        first = look(client, own, **asked)
        assert look(client, own, **asked) == first
        judged_sets.forget()
        assert look(client, own, **asked) == first


def test_a_page_of_a_large_set_needs_what_one_of_a_small_needs(analyst: Any) -> None:
    client = client_of(analyst)
    told = []
    for number in (A_PAGE, 5 * A_PAGE):
        own = many(analyst, number)
        look(client, own)
        with rows_made() as made:
            told.append((queries(partial(look, client, own)), len(made)))
    assert told[0] == told[1]
    assert told[0][1] == 0


def test_a_set_is_judged_anew_once_it_or_anything_public_is_another(
    analyst: Any, reviewer: Any
) -> None:
    key, *_others = sorted(known("topics"))
    own, client = proposed(analyst, written("topics", key, label_en="Mine")), client_of(analyst)
    assert look(client, own) == look(client, own)
    published(analyst, reviewer, written("topics", key, label_en="Theirs"))
    assert "Theirs" in look(client, own)
    other = sorted(known("topics"))[1]
    propose(own, analyst, [written("topics", other, label_en="Mine again")])
    assert "Mine again" in look(client, own)


def test_what_was_said_of_warnings_is_read_anew(analyst: Any) -> None:
    limit = next(key for key in known("policies") if key[0] == "import-single-transaction-limit")
    own, client = (
        proposed(analyst, written("policies", limit, value="777777", verified_on="2026-11-24")),
        client_of(analyst),
    )
    assert 'name="reason-unusual"' in look(client, own)
    say_why(row_of(own), analyst, "unusual", "777777", "It is meant so.")
    assert 'name="reason-unusual"' not in look(client, own)


def test_what_hangs_on_checklists_is_not_kept(analyst: Any) -> None:
    client = client_of(analyst)
    kept = proposed(analyst, written("topics", min(known("topics")), label_en="Mine"))
    look(client, kept)
    assert len(judged_sets._kept) == 1
    # A finding of a team may name choices: whether those can go is asked each time.
    look(client, proposed(analyst, *(taken_out("choices", key) for key in known("choices"))))
    assert len(judged_sets._kept) == 1


def test_what_is_kept_is_bounded_by_its_size(analyst: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    client, sets = client_of(analyst), [many(analyst, 60) for _ in range(4)]
    look(client, sets[0])
    (one,) = judged_sets._kept._things.values()
    assert one.size < 60 * 2000
    monkeypatch.setattr(judged_sets._kept._things, "_Cache__maxsize", 2 * one.size + one.size // 2)
    for own in sets:
        look(client, own)
    assert len(judged_sets._kept) == 2


def test_the_mark_of_a_set_is_that_of_all_it_does(analyst: Any) -> None:
    found = judge(proposed(analyst, *anything(7)))
    effect = effect_of(found)
    rows = [
        (one.table.name, one.applied_key, one.fate, one.before, one.after) for one in found.rows
    ]
    whole = repr((rows, list(effect.groups))).encode("utf-8", "surrogatepass")
    assert mark_of(found, effect) == sha256(whole).hexdigest()[:32]

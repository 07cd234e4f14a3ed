"""Another key of a row is proposed, reviewed and told of like anything else that is public."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import override

from tests.conftest import log_in_staff
from tests.zones.desk.acts import (
    judged,
    known,
    problems_of,
    proposed,
    row_of,
    said,
    say_why_all,
    taken_out,
    written,
)
from tests.zones.desk.renamed_rows import (
    KINDS,
    RENAMED,
    TABLES,
    names_of,
    proposed_on_published,
    proposed_together,
    rename_all,
)
from tests.zones.desk.test_every_table import tomorrow
from zones.admin.box_help import help_of
from zones.dataset.alias_table import tables_of_kinds
from zones.dataset.applied_rows import key_text
from zones.dataset.table_registry import table_named
from zones.desk.addresses import address_of_history, address_of_row
from zones.desk.cell_words import CellWords
from zones.desk.history import of_object, of_revision
from zones.desk.judgement import judge
from zones.desk.key_proposals import propose_key, title_of_key
from zones.desk.proposals import propose
from zones.desk.reversal import propose_undo
from zones.desk.set_publication import publish_set
from zones.desk.set_steps import submit
from zones.models import Alias, ChangeSet, City, Edition, Revision
from zones.models.former_keys import keys_of_kind, row_named
from zones.rules.vocabulary import Fate
from zones.services.key_changes import rename

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


def publish(own: ChangeSet, analyst: Any, reviewer: Any) -> Revision:
    own.refresh_from_db()
    say_why_all(own, analyst)
    submit(own, analyst)
    return publish_set(own, reviewer)


@pytest.mark.parametrize("kind", KINDS)
def test_another_key_is_proposed_published_by_another_told_and_taken_back(
    kind: str, analyst: Any, reviewer: Any
) -> None:
    row, former, now, new = names_of(kind)
    edition, revisions = Edition.objects.get().number, Revision.objects.count()
    call_command("rename", kind, former, new, propose="ana", reason="It is so", verbosity=0)
    own = ChangeSet.objects.get()
    assert (own.author, own.reason) == (analyst, "It is so")
    assert row_named(kind, former) == row
    assert (Edition.objects.get().number, Revision.objects.count()) == (edition, revisions)
    assert not Alias.objects.exists()
    (only,) = judge(own).rows
    assert (only.fate, only.moved) == (Fate.CHANGED, {"current": (former, now)})
    revision = publish(own, analyst, reviewer)
    assert row_named(kind, now) == row
    assert (revision.author, revision.publisher) == ("ana", "rui")
    (applied,) = of_revision(revision.number).rows
    assert (applied.moved, applied.authors) == ({"current": (former, now)}, "ana")
    if kind in tables_of_kinds():
        table = table_named(tables_of_kinds()[kind])
        key = tuple(now.split(keys_of_kind(kind).joint)) if keys_of_kind(kind).scope else (now,)
        assert of_object(table, key).rows == [applied]
    undo = publish(propose_undo(revision, analyst), analyst, reviewer)
    assert row_named(kind, former) == row
    (back,) = of_revision(undo.number).rows
    assert back.moved == {"current": (now, former)}
    assert Alias.objects.filter(kind=kind).count() == 2, "each of both leads on"


def test_who_proposed_a_key_does_not_publish_it(both: Any) -> None:
    own = propose_key(both, "city", "hangzhou", "hang-zhou")
    submit(own, both)
    with pytest.raises(Exception, match="somebody else publishes"):
        publish_set(own, both)
    assert row_named("city", "hangzhou")


@pytest.mark.parametrize(
    ("kind", "former", "key", "why"),
    [
        ("city", "atlantis", "x", "there is no city “atlantis”"),
        ("city", "hangzhou", "ningbo", "ningbo is the key of Ningbo: choose one that nothing has"),
        ("city", "hangzhou", "first", "was, the key of another"),
        ("city", "hangzhou", "hangzhou", "nothing to propose"),
        ("city", "hangzhou", "Hang Zhou!", "letters"),
        ("batch", "comprehensive.5", "six", "number"),
        ("choice", "bonded-import-1210:listed", "", "lies within"),
    ],
)
def test_what_cannot_be_a_key_is_refused_when_it_is_proposed(
    analyst: Any, kind: str, former: str, key: str, why: str
) -> None:
    ningbo = City.objects.get(slug="ningbo")
    rename(ningbo, "first")
    rename(ningbo, "ningbo")
    with pytest.raises(CommandError, match=why):
        call_command("rename", kind, former, key, propose="ana")
    assert not ChangeSet.objects.exists()


def test_the_command_asks_who_proposes_it(analyst: Any, reviewer: Any) -> None:
    with pytest.raises(CommandError, match="--propose"):
        call_command("rename", "city", "hangzhou", "hang-zhou")
    for name, why in (("nobody", "no account"), ("rui", "Analysts")):
        with pytest.raises(CommandError, match=why):
            call_command("rename", "city", "hangzhou", "hang-zhou", propose=name)
    assert not ChangeSet.objects.exists()


def test_two_rows_do_not_get_one_key_nor_one_row_two(analyst: Any) -> None:
    to = [
        written("aliases", ("city", "hangzhou"), current="tomorrow"),
        written("aliases", ("city", "ningbo"), current="tomorrow"),
    ]
    (why,) = problems_of(judge(proposed(analyst, *to)).rows)
    assert why == ("current", "tomorrow is there already.")
    rename(City.objects.get(slug="hangzhou"), "hang-zhou")
    to = [
        written("aliases", ("city", "hangzhou"), current="tomorrow"),
        written("aliases", ("city", "hang-zhou"), current="day-after"),
    ]
    (why,) = problems_of(judge(proposed(analyst, *to)).rows)
    assert "another key already" in why[1]
    new = {**known("cities")[("ningbo",)], "slug": "tomorrow", "adcode": "", "name_zh": "明天市"}
    own = proposed(analyst, said("cities", new), to[0])
    assert ("current", "tomorrow is there already.") in problems_of(judge(own).rows)


def test_two_sets_that_give_one_row_other_keys_conflict(analyst: Any, reviewer: Any) -> None:
    first = propose_key(analyst, "city", "hangzhou", "hang-zhou")
    second = propose_key(analyst, "city", "hangzhou", "hz")
    publish(first, analyst, reviewer)
    assert judged(second).fate == Fate.CONFLICT


def correcting(kind: str) -> tuple[str, tuple[str, ...], str]:
    """The table and key of a row of a kind, and a column of it that holds free words."""
    table = table_named(tables_of_kinds()[kind])
    row = names_of(kind)[0]
    key = table.key_of(table.cells(row))  # type: ignore[attr-defined]
    names = [column.name for column in table.columns]
    return (
        table.name,
        key,
        next(n for n in ("name_zh", "title_zh", "label_zh", "question_zh", "note") if n in names),
    )


@pytest.mark.parametrize("kind", sorted(tables_of_kinds()))
def test_open_sets_that_change_or_take_out_the_row_follow_it(
    kind: str, analyst: Any, reviewer: Any
) -> None:
    table, key, column = correcting(kind)
    own = proposed(analyst, written(table, key, **{column: "另一名称"}))
    gone = proposed(analyst, taken_out(table, key))
    _row, former, _now, new = names_of(kind)
    revision = publish(propose_key(analyst, kind, former, new), analyst, reviewer)
    (one,) = judge(own).rows
    assert (one.fate, one.key[-1]) == (Fate.CHANGED, new), one.problems or one.conflicts
    assert [*one.moved] == [column]
    (out,) = judge(gone).rows
    assert out.key[-1] == new
    assert out.before
    assert not out.conflicts
    client = Client()
    log_in_staff(client, analyst)
    text = client.get(reverse("admin:desk-set", args=[own.pk])).content.decode()
    assert f"lives on as {new} since revision {revision.number}, by ana" in text
    row = reverse("admin:desk-row", args=[own.pk, row_of(own).pk])
    assert client.get(row).status_code == 200
    # What is proposed anew of it is the same row of the set.
    propose(own, analyst, [written(table, (*key[:-1], new), **{column: "再一名称"})])
    (kept,) = own.rows.all()
    assert kept.key == key_text((*key[:-1], new))
    publish(own, analyst, reviewer)
    assert known(table)[(*key[:-1], new)][column] == "再一名称"


#: What is given another key, of the rows of `tomorrow` that a table may name.
@pytest.mark.parametrize("name", [name for name in TABLES if name != "aliases"])
def test_open_sets_whose_cells_name_renamed_rows_follow_them(
    name: str, analyst: Any, reviewer: Any
) -> None:
    new = tomorrow()
    names = proposed_together(name)
    own = proposed_on_published(name, analyst, reviewer)
    assert rename_all() or TABLES.index(name) == 0
    found = judge(own)
    assert {one.fate for one in found.rows} == {Fate.NEW}, problems_of(found.rows)
    assert len(names) > 1 or not {*named_still(found.rows)}
    revision = publish(own, analyst, reviewer)
    assert len(of_revision(revision.number, size=99).rows) == sum(len(new[one]) for one in names)
    keys = [one.key for one in of_revision(revision.number, size=99).rows if one.table == name]
    assert all(key in known(name) for key in keys)


def named_still(rows: Any) -> Any:
    """Cells of rows that still name what was renamed."""
    former = {key.rpartition(":")[2] for _kind, key, _now in RENAMED} - {
        "tomorrow",
        "later.1",
        "yes",
    }
    for one in rows:
        for column, cell in (one.after or {}).items():
            own = column in one.table.key[-1:] and one.before is None
            if not own and former & {*str(cell).replace("=", ";").split(";")}:
                yield one.table.name, column, cell


def test_a_new_row_never_bears_the_former_key_of_another(analyst: Any) -> None:
    rename(City.objects.get(slug="hangzhou"), "hang-zhou")
    new = {**known("cities")[("ningbo",)], "slug": "hangzhou", "adcode": "", "name_zh": "明天市"}
    ((column, why),) = problems_of(judge(proposed(analyst, said("cities", new))).rows)
    assert column == "slug"
    assert why.startswith("hangzhou was the key of hang-zhou")


def test_the_page_of_a_row_leads_to_the_form_of_its_key(analyst: Any) -> None:
    client = Client()
    log_in_staff(client, analyst)
    for kind in sorted(tables_of_kinds()):
        row, former, now, _new = names_of(kind)
        page = reverse(f"admin:{row._meta.app_label}_{kind}_change", args=[row.pk])
        form = address_of_row("aliases", (kind, former))
        assert escape(form) in client.get(page).content.decode(), kind
        assert client.get(form).status_code == 200
        body = {"do": "save", "cell_kind": kind, "cell_former": former, "cell_current": now}
        answer = client.post(form, body)
        assert answer.status_code == 303, (kind, answer.content.decode()[-3000:])
        own = ChangeSet.objects.latest("pk")
        assert judged(own).moved == {"current": (former, now)}
        assert client.get(reverse("admin:desk-set", args=[own.pk])).status_code == 200


def test_the_history_of_a_row_tells_of_its_key(analyst: Any, reviewer: Any) -> None:
    publish(propose_key(analyst, "city", "hangzhou", "hang-zhou"), analyst, reviewer)
    client = Client()
    log_in_staff(client, analyst)
    text = client.get(address_of_history("cities", ("hang-zhou",))).content.decode()
    assert "hangzhou" in text
    assert "ana" in text
    assert "Key of today" in text


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("kind", sorted(tables_of_kinds()))
def test_the_form_of_another_key_names_the_row_and_titles_its_set_as_the_command_does(
    kind: str, language: str, analyst: Any
) -> None:
    _row, former, now, new = names_of(kind)
    client = Client()
    log_in_staff(client, analyst)
    form = f"{address_of_row('aliases', (kind, former))}&lang={language}"
    page = client.get(form)
    heading = page.context["heading"]
    with override(language):
        called = CellWords(language).renamed_row(kind, former)
        told = title_of_key(kind, former, new)
        hint = help_of(table_named("aliases"), "current")
    assert called in heading
    assert not re.search(rf"\b{kind} {re.escape(former)}", heading), "the kind is no word of pages"
    assert hint in html.unescape(page.content.decode())
    made = client.post(
        form,
        {
            "do": "save",
            "cell_kind": kind,
            "cell_former": former,
            "cell_current": now,
            "new_set": "",
        },
    )
    assert made.status_code == 303, made.content.decode()[:300]
    own = ChangeSet.objects.get()
    assert own.title == told[:200]
    assert called in own.title


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_that_is_taken_out_gets_no_other_key(kind: str, analyst: Any) -> None:
    """A former key leads on for ever: it would lead to nothing."""
    _row, former, now, _new = names_of(kind)
    keys, table = keys_of_kind(kind), tables_of_kinds().get(kind)
    key = tuple(former.split(keys.joint, 1)) if keys.scope else (former,)
    # What is told in a cell of another row goes with that.
    gone = taken_out(table, key) if table else taken_out("intake_questions", key[:1])
    drafts = [written("aliases", (kind, former), current=now), gone]
    for order in (drafts, drafts[::-1]):
        rows = judge(proposed(analyst, *order)).rows
        own = next(row for row in rows if row.table.name == "aliases")
        assert own.fate == Fate.REFUSED
        why = f"{former} is taken out at the same time, so a former key would lead to nothing."
        assert ("current", why) in problems_of([own])
        for row in rows:
            row.row.delete()


def test_no_key_makes_topics_a_pair_that_were_none(analyst: Any) -> None:
    for former, now in (
        ("import-single-transaction-limit", "bonded-import-offline-pickup-in-operation"),
        ("bonded-import-1210-in-operation", "import-single-transaction-limit-in-operation"),
    ):
        own = proposed(analyst, written("aliases", ("topic", former), current=now))
        (row,) = judge(own).rows
        assert row.fate == Fate.REFUSED
        assert "would pair topics" in problems_of([row])[0][1]
        row.row.delete()

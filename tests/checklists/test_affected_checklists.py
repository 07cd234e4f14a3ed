"""A reviewer is told how many duties and open checklists a set turns, and of whom nothing."""

from __future__ import annotations

import html
import re
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import transaction

from cbec_portal.languages import active_language
from checklists.models import Checklist, Item, ItemBasis, Requirement
from checklists.selectors.affected_checklists import affected_checklists
from checklists.selectors.law_changes import moved
from tests.checklists.cast import started
from tests.zones.desk.acts import taken_out
from tests.zones.desk_forms import Desk
from zones.dataset.table_registry import table_named
from zones.desk.acknowledgements import acknowledge
from zones.desk.cell_words import CellWords
from zones.desk.effect import effect_of
from zones.desk.effect import impact_of as by_set
from zones.desk.judgement import judge
from zones.desk.proposals import open_set, propose
from zones.desk.row_drafts import RowDraft
from zones.desk.row_warnings import warnings_of
from zones.desk.set_publication import publish_set
from zones.desk.set_steps import submit
from zones.models import ChangeSet, InForce, Policy, Topic
from zones.selectors.dependents import Impact
from zones.selectors.snapshot import current_snapshot

pytestmark = pytest.mark.django_db

POLICIES = table_named("policies")
#: What the template of these duties is called.
NAME = "Bonded retail import (1210): overseas seller and its domestic agent"


def member(name: str, group: str) -> User:
    own = User.objects.create_user(name, is_staff=True)
    own.groups.add(Group.objects.get(name=group))
    return own


def set_that_turns(topic: str, city: str, person: Any) -> ChangeSet:
    """A set in which a yes or no topic gets another answer in a city from the day of checklists."""
    rows = InForce.objects.current().filter(topic__slug=topic, city__slug=city)
    known = rows.order_by("-from_day").select_related("policy").first()
    wanted = "true" if known and known.policy.value_boolean is False else "false"
    change_set = open_set(person, f"{topic} in {city}")
    cells = {
        "topic": topic,
        "scope_kind": "city",
        "scope_code": city,
        "effective_from": "2026-11-20",
        "value": wanted,
        "summary_en": "It is another now.",
        "summary_zh": "现已不同。",
        "source_id": Policy.objects.first().source.slug,
        "verification": "secondary",
        "state": "stated",
    }
    propose(change_set, person, [RowDraft(POLICIES, None, cells)])
    return change_set


def turns(change_set: ChangeSet) -> Impact:
    found = judge(change_set)
    return by_set(found, effect_of(found), CellWords(active_language()))


def numbers(change_set: ChangeSet) -> dict[str, int]:
    return {
        one.words.split(" ", 1)[1]: one.number for one in affected_checklists(turns(change_set))
    }


@pytest.fixture
def tested() -> str:
    """A yes or no topic on which items of a checklist in Hangzhou stand."""
    with transaction.atomic():
        items = started("hangzhou").items.filter(
            requirement__tested_topic__value_type="boolean",
            requirement__asked_choice=None,
        )
        found = items.values_list("requirement__tested_topic__slug", flat=True).first()
        transaction.set_rollback(True)
    assert found
    return str(found)


def test_what_is_told_is_what_moves_once_it_is_published(tested: str) -> None:
    analyst, reviewer = member("ana", "analyst"), member("rui", "reviewer")
    day = date(2026, 11, 23)
    there, elsewhere = started("hangzhou", as_of=day), started("shenzhen", as_of=day)
    earlier = started("hangzhou", as_of=date(2025, 1, 1))
    for quiet in (there, elsewhere, earlier):
        assert [one for one in moved(quiet, current_snapshot()) if not one.is_gate] == []
    change_set = set_that_turns(tested, "hangzhou", analyst)
    told = affected_checklists(turns(change_set))
    found = judge(change_set)
    warned = [(one.judged.row, one.code, one.about) for one in warnings_of(found)]
    acknowledge(change_set, analyst, warned, "It was read.")
    submit(change_set, analyst)
    publish_set(change_set, reviewer)
    own = {one.item.pk for one in moved(there, current_snapshot()) if one.item}
    assert moved(elsewhere, current_snapshot()) == []
    # A checklist of a past day stands on the law of that day, which this leaves alone.
    assert [one for one in moved(earlier, current_snapshot()) if one.item] == []
    by_words = {one.words: one.number for one in told}
    stands = next(
        n for words, n in by_words.items() if "open checklist" in words and "item" in words
    )
    assert stands == len(own) > 0
    assert by_words["1 open checklist is touched"] == 1
    duties = Requirement.objects.filter(tested_topic__slug=tested).count()
    assert by_words[next(words for words in by_words if "test these topics" in words)] == duties


def test_nobody_learns_whose_checklists_turn(tested: str) -> None:
    started("hangzhou", owner="alice")
    change_set = set_that_turns(tested, "hangzhou", member("ana", "analyst"))
    told = " ".join(one.words for one in affected_checklists(turns(change_set)))
    assert "alice" not in told
    assert "hangzhou" not in told.casefold()


def test_a_closed_checklist_is_not_counted(tested: str) -> None:
    checklist = started("hangzhou")
    change_set = set_that_turns(tested, "hangzhou", member("ana", "analyst"))
    open_ones = [one for one in affected_checklists(turns(change_set)) if "touched" in one.words]
    assert [one.number for one in open_ones] == [1]
    type(checklist).objects.filter(pk=checklist.pk).update(closed_at="2026-11-24T00:00:00Z")
    assert [n.number for n in affected_checklists(turns(change_set)) if "touched" in n.words] == [0]


def test_it_takes_as_many_queries_for_any_number_of_checklists(
    tested: str, django_assert_num_queries: Any
) -> None:
    found = turns(set_that_turns(tested, "hangzhou", member("ana", "analyst")))
    for count in (0, 3):
        for _ in range(count):
            started("hangzhou")
        with django_assert_num_queries(4):
            affected_checklists(found)
    assert ItemBasis.objects.exists()
    assert Topic.objects.filter(slug=tested).exists()


REQUIREMENTS = table_named("requirements")


def duty(number: str) -> dict[str, str]:
    """The cells of a duty of the template by which checklists are started."""
    rows = (dict(cells) for cells in REQUIREMENTS.current())
    return next(r for r in rows if (r["template"], r["number"]) == ("import-1210-seller", number))


def set_of_duties(person: Any, *drafts: RowDraft) -> ChangeSet:
    change_set = open_set(person, "Duties")
    propose(change_set, person, list(drafts))
    return change_set


def held() -> Item:
    """An item of an open checklist, made of a duty that tests nothing."""
    items = started("hangzhou").items.live()
    found = items.filter(requirement__tested_topic=None, requirement__asked_choice=None).first()
    assert found is not None
    return found


def test_a_duty_that_is_worded_otherwise_is_told_with_its_words_and_what_is_made_of_it() -> None:
    number = held().number
    closed = started("ningbo")
    Checklist.objects.filter(pk=closed.pk).update(closed_at="2026-11-24T00:00:00Z")
    key = ("import-1210-seller", number)
    title = duty(number)["title_en"]
    own = set_of_duties(
        member("ana", "analyst"), RowDraft(REQUIREMENTS, key, {"title_en": "Said anew"})
    )
    words = [one.words for one in affected_checklists(turns(own))]
    assert words == [
        f"{NAME}, {number} changes, and 1 item of an open checklist rests on it: "
        f"English title: “{title}” → “Said anew”",
        "1 open checklist is touched",
    ]


def test_of_long_words_that_is_told_which_differs() -> None:
    number = held().number
    whole = duty(number)["guidance_en"]
    assert len(whole) > 60
    key = ("import-1210-seller", number)
    for anew in (f"{whole} And file it.", whole.replace(whole[-9:], "elsewhere"), "Anew"):
        draft = RowDraft(REQUIREMENTS, key, {"guidance_en": anew})
        own = set_of_duties(member(anew[-9:], "analyst"), draft)
        (told, *_more) = [one.words for one in affected_checklists(turns(own))]
        before, after = re.findall("“(.*?)”", told)
        assert before != after
        assert all(part in anew for part in after.split("…"))
        assert all(part in whole for part in before.split("…"))


def test_a_new_duty_and_one_that_applies_otherwise_are_weighed_by_every_open_checklist() -> None:
    number = held().number
    started("ningbo")
    started("ningbo", template="zone-readiness")
    analyst = member("ana", "analyst")
    new = RowDraft(REQUIREMENTS, None, {**duty(number), "number": "9.9"}, quote="原文如此。")
    words = [one.words for one in affected_checklists(turns(set_of_duties(analyst, new)))]
    assert words == [
        f"{NAME}, 9.9 is a new compliance requirement: 2 open checklists of its template "
        "take it up where it applies",
        "2 open checklists are touched",
    ]
    ended = RowDraft(REQUIREMENTS, ("import-1210-seller", number), {"effective_to": "2026-12-31"})
    own = [one.words for one in affected_checklists(turns(set_of_duties(analyst, ended)))]
    assert own[-1] == "2 open checklists are touched"


def test_it_is_told_on_the_page_of_the_set() -> None:
    number = held().number
    desk = Desk()
    key = ("import-1210-seller", number)
    cells = {"title_en": f"{duty(number)['title_en']} again"}
    own = set_of_duties(member("ana", "analyst"), RowDraft(REQUIREMENTS, key, cells))
    page = desk.client.get(f"/admin/desk/sets/{own.pk}/").content.decode()
    assert f"{NAME}, {number} changes" in page
    assert "<ins> again</ins>" in page
    assert "1 open checklist is touched" in page


def test_duties_take_two_queries_however_many(django_assert_num_queries: Any) -> None:
    held()
    analyst = member("ana", "analyst")
    keys = [REQUIREMENTS.key_of(cells) for cells in REQUIREMENTS.current()]
    for count in (1, 30):
        drafts = [RowDraft(REQUIREMENTS, key, {"clause": "X"}) for key in keys[:count]]
        found = turns(set_of_duties(analyst, *drafts))
        started("hangzhou")
        with django_assert_num_queries(2):
            told = affected_checklists(found)
        assert len(told) <= 22
    assert "and 10 compliance requirements more" in [one.words for one in told]


@pytest.mark.parametrize(
    ("language", "test", "words"),
    [
        ("en", "test these topics", "changes: English title: “{}” → “Said anew”"),
        (
            "zh-hans",
            "以这些事项为条件",
            '有变：英文标题：“<span lang="en">{}</span>”→“<span lang="en">Said anew</span>”',
        ),
    ],
)
def test_what_was_published_keeps_telling_the_duties_it_turned(
    tested: str, language: str, test: str, words: str
) -> None:
    desk, analyst, reviewer = Desk(), member("ana", "analyst"), member("rui", "reviewer")
    number = held().number
    title = duty(number)["title_en"]
    own = set_that_turns(tested, "hangzhou", analyst)
    key = ("import-1210-seller", number)
    propose(own, analyst, [RowDraft(REQUIREMENTS, key, {"title_en": "Said anew"})])
    count = Requirement.objects.filter(tested_topic__slug=tested).count()
    found = judge(own)
    warned = [(one.judged.row, one.code, one.about) for one in warnings_of(found)]
    acknowledge(own, analyst, warned, "It was read.")
    submit(own, analyst)
    revision = publish_set(own, reviewer)
    later = Requirement.objects.filter(tested_topic__slug=tested).first()
    assert later is not None
    gone = set_of_duties(analyst, taken_out("requirements", (later.template.slug, later.number)))
    warned = [(one.judged.row, one.code, one.about) for one in warnings_of(judge(gone))]
    acknowledge(gone, analyst, warned, "It was read.")
    submit(gone, analyst)
    publish_set(gone, reviewer)
    desk.client.cookies["django_language"] = language
    addresses = (
        f"/admin/desk/sets/{own.pk}/",
        f"/admin/desk/history/?revision={revision.number}",
    )
    for address in addresses:
        page = html.unescape(desk.client.get(address).content.decode())
        section = page[page.index('aria-labelledby="effect"') :]
        told = section[: section.index("</section>")]
        (line,) = [one for one in re.findall("<li>([^<]*)</li>", told) if test in one]
        assert str(count) in line, "one of them was withdrawn since"
        assert words.format(title) in told

"""One answer in many places: a topic, a value, and a list of places become rows of a set."""

from __future__ import annotations

import html
import re
from collections import Counter
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from tests.conftest import log_in_staff
from tests.zones.desk.acts import known
from tests.zones.desk.grids import buttons_of
from tests.zones.desk.test_every_table import tomorrow
from zones.dataset.applied_rows import key_of_text
from zones.dataset.naming import scope_tables
from zones.desk.judgement import judge
from zones.desk.proposals import open_set
from zones.models import ChangeSet, Topic
from zones.rules.vocabulary import Fate, ScopeKind

pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

LIMIT = "import-single-transaction-limit"
SHARED = {
    "shared_effective_from": "2027/1/1",
    "shared_source_id": "mof-gacc-sta-2018-49",
    "shared_verification": "primary",
    "shared_summary_en": "A trial.",
    "shared_summary_zh": "试点。",
    "shared_quote": "第一条：限值。",
}
#: Twelve districts as people list them: by names of both languages, by key, with what separates.
PLACES = "Hangzhou Customs\n呼和浩特海关，0700; 5100\nNingbo Customs、2900,"


class Form:
    """The page of a set of an analyst."""

    def __init__(self, someone: Any) -> None:
        self.change_set = open_set(someone, "Higher limits")
        self.client = Client()
        log_in_staff(self.client, someone)
        self.address = reverse("admin:desk-places", args=[self.change_set.pk])

    def send(self, do: str = "propose", **said: str) -> Any:
        kind = {"scope_kind": "customs_district"}
        sent = {"topic": LIMIT, "cell_value": "6000", "places": PLACES, **kind, **SHARED, **said}
        if do == "propose" and "ready" not in sent:
            # What becomes of each is shown first, and the button that proposes comes with it.
            looked = self.client.post(self.address, {"do": "look", **sent})
            if not looked.context.get("ready"):
                return looked
            sent |= {"ready": looked.context["ready"]}
        return self.client.post(self.address, {"do": do, **sent})

    def proposed(self) -> set[tuple[str, ...]]:
        rows = ChangeSet.objects.get(pk=self.change_set.pk).rows.all()
        return {key_of_text(row.key) for row in rows}


@pytest.fixture
def form(analyst: Any) -> Form:
    return Form(analyst)


def test_the_places_become_rows_and_one_that_is_named_twice_is_told(form: Form) -> None:
    answered = form.send()
    assert answered.context["proposed"] == 4
    assert answered.context["places"] == "0700\n2900", "both stand above by their names"
    codes = {key[2] for key in form.proposed()}
    assert codes == {"2900", "0700", "5100", "3100"}
    assert {(key[0], key[1], key[3]) for key in form.proposed()} == {
        (LIMIT, "customs_district", "2027-01-01")
    }
    found = judge(form.change_set)
    assert {one.fate for one in found.rows} == {Fate.NEW}
    assert {one.row.quote for one in found.rows} == {"第一条：限值。"}


def test_what_names_nothing_stays_to_be_mended(form: Form) -> None:
    answered = form.send(places="2900\nNowhere Customs\n9999")
    assert answered.status_code in (200, 400)
    assert {key[2] for key in form.proposed()} == {"2900"}
    assert answered.context["places"].split("\n") == ["Nowhere Customs", "9999"]
    assert answered.context["said_topic"] == LIMIT
    shown = answered.content.decode()
    assert "试点。" in shown
    assert form.send(places="5100").status_code == 303


MISTAKES = {
    "no topic": {"topic": ""},
    "an unknown topic": {"topic": "nothing of the kind"},
    "no places": {"places": " ,;\n"},
    "no answer": {"cell_value": ""},
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_what_is_missing_is_told_and_all_else_kept(form: Form, mistake: str) -> None:
    answered = form.send(**MISTAKES[mistake])
    assert answered.status_code == 400
    assert answered.context["errors"]
    assert form.proposed() == set()
    if mistake == "no answer":
        assert answered.context["places"] == PLACES
        assert "第一条：限值。" in answered.content.decode()


def test_a_wrong_value_refuses_every_place(form: Form) -> None:
    answered = form.send(cell_value="six")
    assert {row.fate for row in answered.context["judged"].rows} == {Fate.REFUSED}
    assert form.proposed() == set()


def test_each_topic_gets_the_box_of_its_type(form: Form) -> None:
    for kind in sorted(set(Topic.objects.values_list("value_type", flat=True))):
        topic = Topic.objects.filter(value_type=kind).order_by("slug").first()
        assert topic is not None
        answered = form.client.post(form.address, {"do": "look", "topic": topic.slug})
        assert answered.status_code == 200
        box = answered.context["value"]
        values = {value for value, _words in box.options}
        if topic.value_type == "choice":
            assert {choice.slug for choice in topic.choices.all()} <= values
        if topic.value_type in ("choice", "boolean"):
            assert "none found" in values
        else:
            assert not values


def test_none_found_is_an_answer_too(form: Form) -> None:
    topic = Topic.objects.filter(value_type="boolean")[0]
    quoted = {"shared_verification": "secondary", "shared_quote": ""}
    answered = form.send(topic=topic.slug, cell_value="none found", places="2900", **quoted)
    assert answered.status_code == 303, answered.context["judged"].rows
    (one,) = judge(form.change_set).rows
    assert one.after is not None
    assert (one.after["state"], one.after["value"]) == ("none-found", "")


def test_cities_and_provinces_go_the_same_way(form: Form) -> None:
    assert form.send(scope_kind="city", places="杭州、宁波").status_code == 303
    assert form.send(scope_kind="province", places="Zhejiang；江苏省").status_code == 303
    assert {key[1:3] for key in form.proposed()} == {
        ("city", "hangzhou"),
        ("city", "ningbo"),
        ("province", "CN-ZJ"),
        ("province", "CN-JS"),
    }
    assert known("cities")["hangzhou",]


def test_a_fault_of_what_all_share_is_told_once_beside_its_box(form: Form) -> None:
    wrong = {"shared_effective_from": "2027-13-01", "shared_verification": "", "cell_value": "six"}
    wrong |= {"shared_source_id": "海关总署公告2099年第1号"}
    answered = form.send(**wrong, places="宁波\n杭州\nNowhere Customs")
    boxes = {box.name: list(box.errors) for box in answered.context["grid_shared"] if box.errors}
    assert set(boxes) == {"effective_from", "source_id", "verification"}
    assert all(len(told) == 1 for told in boxes.values())
    assert len(answered.context["value"].errors) == 1
    by_row = [one["problems"] for one in answered.context["shown"]]
    assert sorted(map(len, by_row)) == [0, 0, 1], "what is wrong with a place stays there"
    read = html.unescape(strip_tags(answered.content.decode()))
    told = [why for own in boxes.values() for why in own] + answered.context["value"].errors
    assert [read.count(html.unescape(strip_tags(why))) for why in told] == [1] * len(told)
    assert read.count("4 things are wrong with what all rows share") == 1


def test_a_fault_of_one_place_stays_at_the_place(form: Form) -> None:
    assert form.send(places="2900").status_code == 303
    answered = form.send(places="2900\nNingbo Customs\nNowhere", shared_effective_from="2027-01")
    assert not [box for box in answered.context["grid_shared"] if box.errors]
    wrong = [one["problems"] for one in answered.context["shown"] if one["problems"]]
    assert len(wrong) == 2
    heads = {told[0][0] for told in wrong}
    assert heads == {"Places", "in force from"}


@pytest.mark.parametrize("kind", [kind for kind in ScopeKind if kind in scope_tables()])
def test_names_are_looked_up_among_the_kind_that_is_chosen(form: Form, kind: ScopeKind) -> None:
    rows = known(scope_tables()[kind])
    told = Counter(cells.get("name_zh", "") for cells in rows.values())
    names = [name for name, count in told.items() if name and count == 1][:60]
    answered = form.send("look", scope_kind=kind, places="\n".join(names))
    assert [one.row.wrong_heads for one in answered.context["judged"].rows] == [{}] * len(names)


def test_a_short_name_is_of_the_kind_that_is_chosen(form: Form) -> None:
    for kind, code in (("city", "ningbo"), ("customs_district", "3100")):
        (row,) = form.send("look", scope_kind=kind, places="宁波").context["judged"].rows
        assert row.row.cells["scope_code"] == code
    (row,) = form.send("look", scope_kind="", places="宁波").context["judged"].rows
    assert "customs district 3100 (Ningbo Customs)" in row.problems[0].why


@pytest.mark.parametrize("typed", ["海关总署公告2031年第7号", "", "mof-gacc-sta-2018-49"])
def test_a_document_that_is_not_here_is_added_and_all_goes_on_as_typed(
    form: Form, typed: str
) -> None:
    page = form.send(do="look").content.decode()
    assert page.count('value="document shared_') == 0
    assert page.count('value="document source_id"') == 1
    first = page.index('form="places-form" name="do" value="look" hidden')
    assert first < page.index('value="document source_id"')
    led = form.send(do="document source_id", shared_source_id=typed)
    assert led.status_code == 303
    assert form.proposed() == set()
    opened = form.client.get(led["Location"])
    text = html.unescape(opened.content.decode())
    assert "What you typed is kept" in text
    back = opened.context["back"]
    assert typed == "" or (f'value="{typed}"' in text) == typed.startswith("海")
    returned = form.client.get(back)
    assert returned.context["places"] == PLACES.strip(), "without saving as well"
    said = {name: cell for name, cell in tomorrow()["sources"][0].items() if cell}
    said |= {"issuers": "GACC", "document_number": ""}
    document = {f"cell_{name}": cell for name, cell in said.items()}
    saved = form.client.post(led["Location"], {"do": "save", **document})
    assert saved.status_code == 303, saved.context["errors"]
    assert saved["Location"].startswith(form.address)
    goes_on = form.client.get(saved["Location"])
    assert goes_on.context["places"] == PLACES.strip()
    assert goes_on.context["value"].cell == "6000"
    shown = {box.name: box.value for box in goes_on.context["grid_shared"]}
    assert shown["source_id"] == said["id"]
    assert {f"shared_{name}": cell for name, cell in shown.items() if cell} == {
        **SHARED,
        "shared_source_id": said["id"],
    }
    # It stands there whichever way one comes back.
    later = {box.name: box.value for box in form.client.get(back).context["grid_shared"]}
    assert later["source_id"] == said["id"]
    done = form.send(shared_source_id=said["id"], places="2900")
    assert done.status_code == 303
    assert {
        row.cells.get("source_id") for row in form.change_set.rows.filter(table="policies")
    } == {said["id"]}
    anew = form.client.get(back)
    assert anew.context["places"] == "", "what was proposed is kept no longer"


def test_no_document_is_added_for_a_box_that_names_none(form: Form) -> None:
    for column in ("", "caveat_en", "nothing"):
        assert form.send(do=f"document {column}").status_code == 400


def test_an_answer_that_was_typed_since_is_shown_before_it_is_proposed(form: Form) -> None:
    read = form.send(do="look")
    ready = read.context["ready"]
    assert f'name="ready" value="{ready}"' in read.content.decode()
    changed = form.send(cell_value="7000", ready=ready)
    assert "What you typed since was read now" in changed.content.decode()
    assert form.proposed() == set()
    form.send(cell_value="7000", ready=changed.context["ready"])
    assert len(form.proposed()) == 4


@pytest.mark.parametrize("do", ["propose", "look"])
def test_nothing_is_saved_before_it_was_shown_what_becomes_of_each_place(
    form: Form, do: str
) -> None:
    shown = form.send(do, ready="", places="2900")
    assert shown.status_code == 200
    assert not form.proposed()
    assert shown.context["shown"]
    text = shown.content.decode()
    assert 'value="propose"' in text
    ready = shown.context["ready"]
    assert form.send("propose", ready=ready, places="2900").status_code == 303
    assert form.proposed()
    # Before anything is read there is nothing to propose.
    opened = form.client.get(form.address, {"topic": LIMIT}).content.decode()
    assert 'value="propose"' not in opened


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("typed", ["重庆市", "chongqing", "北京市", "宁波"])
def test_a_place_that_is_several_is_taken_by_a_button_in_the_words_of_the_reader(
    form: Form, typed: str, language: str
) -> None:
    form.client.cookies["django_language"] = language
    said = {"places": f"{typed}\nNowhere\n呼和浩特", "scope_kind": ""}
    form.client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    answered = form.send("look", **said)
    first, second, *_others = sorted(answered.context["shown"], key=lambda one: one["line"])
    assert (first["name"], second["name"]) == (typed, "Nowhere"), "what is refused is named"
    ((_column, why),) = first["problems"]
    takes = buttons_of(why)
    assert len(takes) > 1
    for words, sent in takes:
        assert words in html.unescape(why)
        assert (re.search("[A-Z][a-z]{3}", words) is None) == (language == "zh-hans"), words
        taken = form.send(sent, **said)
        (row,) = [one for one in taken.context["judged"].rows if one.row.line == 2]
        assert not row.row.wrong_heads, words


def test_how_shared_cells_were_read_is_told_once(form: Form) -> None:
    answered = form.send("look", places="2900\n0700\n5100")
    page = answered.content.decode()
    assert page.count("read 2027/1/1 as 2027-01-01") == 1


def test_known_places_that_a_blank_parts_are_offered_as_several(form: Form) -> None:
    looked = form.send("look", places="南京海关 杭州海关\n0700")
    page = looked.content.decode()
    assert "Each of its parts is a place by itself: " in page
    (taken,) = re.findall(r'value="(take places [^"]*)"[^>]*>南京海关; 杭州海关<', page)
    assert len(looked.context["judged"].ready) == 1, "nothing is guessed"
    parted = form.send(html.unescape(taken), places="南京海关 杭州海关\n0700")
    assert parted.context["places"].split() == ["南京海关", "杭州海关", "0700"]
    assert len(parted.context["judged"].ready) == 3


@pytest.mark.parametrize("typed", ["南京海关 某地海关", "某地 某处", "Inner Mongolia"])
def test_what_is_no_list_of_known_places_is_not_offered_as_one(form: Form, typed: str) -> None:
    page = form.send("look", places=typed, scope_kind="").content.decode()
    assert "Each of its parts" not in page


def test_a_document_that_is_named_by_its_number_is_not_told_as_read_otherwise(form: Form) -> None:
    of_document = {"shared_source_id": "海关总署公告2018年第194号"}
    page = form.send("look", **of_document).content.decode()
    assert "read 海关总署公告2018年第194号" not in page
    assert "read 2027/1/1 as 2027-01-01" in page

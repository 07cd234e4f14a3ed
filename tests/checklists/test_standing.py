"""What the law allows in a city is not what is done there: eligible is confirmed first."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from cbec_portal.china_time import today_in_china
from checklists.exports.item_table import item_rows
from checklists.exports.law_file import law_shape, policies_of
from checklists.models import Checklist
from checklists.rules.applicability import UNCONFIRMED as UNCONFIRMED_CHOICE
from checklists.rules.applicability import Gate, Stands, Verdict, Why, gate
from checklists.rules.change_detection import Basis, Move, gate_move
from checklists.selectors.law_changes import moved
from checklists.selectors.notification_list import words_of
from checklists.selectors.upcoming_changes import coming
from checklists.services.accepted_changes import accept
from checklists.services.recorded_findings import record_finding
from checklists.services.recorded_notifications import notify_all
from tests.checklists import oracle
from tests.checklists.browsing import logged_in, page
from tests.checklists.cast import someone, started
from tests.checklists.test_accepted_changes import deciding, fixed
from tests.zones.oracle import CITIES
from tests.zones.test_publishing import next_version, publish_as_two
from zones.models import Choice, Topic
from zones.rules.operation import records_of_operation
from zones.rules.vocabulary import Change, State
from zones.selectors.snapshot import current_snapshot, forget
from zones.services.publication import Publication

pytestmark = pytest.mark.django_db

UNCONFIRMED = UNCONFIRMED_CHOICE.key

STANDING = "bonded-import-1210"
GATED = [slug for slug, row in oracle.TEMPLATES.items() if row["gate_topic"] == STANDING]
OPENING = ["listed", "confirmed"]
TODAY = "2026-11-23"


def previewed(client: Client, template: str, city: str, **asked: str) -> Any:
    question = {"city": city, "as_of": TODAY, **asked}
    return client.get(f"/api/v1/templates/{template}/preview/", question).json()


def preview_page(client: Client, template: str, city: str, **asked: str) -> str:
    question = urlencode({"city": city, "as_of": TODAY, **asked})
    return client.get(f"/templates/{template}/preview/?{question}").content.decode()


def law_says(choice: str, city: str = "hangzhou") -> None:
    """Correct the policy by which a city stands as it does."""
    policy = deciding(city, STANDING)
    value = Choice.objects.get(topic=policy.topic, slug=choice)
    draft = next_version(policy, change=Change.CORRECTED, value_choice=value)
    publish_as_two(Publication(policies=[draft]))
    forget()


@pytest.mark.parametrize(
    ("stands", "why", "state"),
    [
        (Stands(State.STATED, "listed"), Why.PLACE_HOLDS, Gate.OPEN),
        (Stands(State.STATED, "confirmed"), Why.PLACE_HOLDS, Gate.OPEN),
        (Stands(State.STATED, "eligible-unconfirmed"), Why.PLACE_UNCONFIRMED, Gate.CONFIRM),
        (Stands(State.STATED, "conditional"), Why.PLACE_FAILS, Gate.STOP),
        (Stands(State.STATED, "not-eligible"), Why.PLACE_FAILS, Gate.STOP),
        (Stands(State.NO_SUCH_RULE_YET), Why.PLACE_FAILS, Gate.STOP),
        (Stands(State.NOT_APPLICABLE), Why.PLACE_FAILS, Gate.STOP),
        (Stands(State.NOT_RESEARCHED), Why.PLACE_UNKNOWN, Gate.CONFIRM),
        (Stands(State.NONE_FOUND), Why.PLACE_UNKNOWN, Gate.CONFIRM),
    ],
)
def test_a_gate_is_open_shut_or_to_be_confirmed(stands: Stands, why: Why, state: Gate) -> None:
    ruled = gate(OPENING, stands)
    assert (ruled.why, Gate.of(ruled.verdict)) == (why, state)


def test_a_template_may_be_open_to_those_that_are_eligible() -> None:
    ruled = gate([*OPENING, UNCONFIRMED], Stands(State.STATED, UNCONFIRMED))
    assert ruled.why is Why.PLACE_HOLDS


@pytest.mark.parametrize(
    ("before", "after", "how"),
    [
        (Verdict.EXCLUDED, Verdict.TO_CONFIRM, Move.TO_CONFIRM),
        (Verdict.INCLUDED, Verdict.TO_CONFIRM, Move.TO_CONFIRM),
        (Verdict.TO_CONFIRM, Verdict.INCLUDED, Move.NEW),
        (Verdict.EXCLUDED, Verdict.INCLUDED, Move.NEW),
        (Verdict.TO_CONFIRM, Verdict.EXCLUDED, Move.FALLS_AWAY),
        (Verdict.TO_CONFIRM, Verdict.TO_CONFIRM, None),
    ],
)
def test_a_gate_that_is_to_be_confirmed_now_neither_opens_nor_closes(
    before: Verdict, after: Verdict, how: Move | None
) -> None:
    assert gate_move({1: Basis(before)}, {1: Basis(after)}) is how


def test_a_record_of_operation_goes_by_the_key_of_what_the_law_lets() -> None:
    topics = {"a": 1, "a-in-operation": 2, "b-in-operation": 3}
    assert records_of_operation(topics) == {"a": 2}


@pytest.mark.parametrize("template", GATED)
def test_gates_of_all_cities_agree_with_the_oracle(client: Client, template: str) -> None:
    states = set()
    for city in sorted(CITIES)[::9]:
        told = previewed(client, template, city)["gate"]
        assert told["state"] == oracle.gate(template, city, TODAY), city
        states.add(told["state"])
    assert states == {"open", "confirm"}


@pytest.mark.parametrize("template", GATED)
def test_a_preview_in_an_eligible_city_says_confirm_first_and_how(
    client: Client, template: str
) -> None:
    gate = previewed(client, template, "jinhua")["gate"]
    assert (gate["state"], gate["why"]) == ("confirm", "place-unconfirmed")
    assert gate["display"] == "Eligible, not confirmed"
    assert "no confirmation of a site by Hangzhou Customs is on record" in gate["reason"]
    assert gate["how"].startswith("Ask Hangzhou Customs, the customs in charge,")
    assert gate["policy"]["caveat"].startswith("Eligibility only")
    assert gate["operation"]["state"] == "not-researched"
    shown = preview_page(client, template, "jinhua")
    assert 'class="banner confirm"' in shown
    for text in ("? Confirm first", gate["reason"], gate["how"], gate["policy"]["caveat"]):
        assert text in shown
    assert "STOP" not in shown


def test_a_preview_says_so_in_chinese(client: Client) -> None:
    gate = previewed(client, "import-1210-seller", "jinhua", lang="zh-hans")["gate"]
    assert gate["reason"].endswith("该地具备资格，但未查到杭州海关对场所的确认。")
    assert "请向主管海关杭州海关询问" in gate["how"]
    shown = preview_page(client, "import-1210-seller", "jinhua", lang="zh-hans")
    assert "须先确认" in shown
    assert gate["reason"] in shown
    assert gate["how"] in shown


def test_an_operation_record_is_a_hint_and_opens_nothing(client: Client) -> None:
    law_says(UNCONFIRMED)
    gate = previewed(client, "import-1210-seller", "hangzhou")["gate"]
    assert gate["state"] == "confirm"
    assert (gate["operation"]["value"], gate["operation"]["effective_from"]) == (True, "2018-12-31")
    shown = preview_page(client, "import-1210-seller", "hangzhou")
    assert "Goods have been cleared here" in shown
    assert "a hint, which opens no trade mode" in shown


@pytest.mark.parametrize(("city", "recorded"), [("zhengzhou", True), ("beijing", None)])
def test_an_open_gate_has_its_record_beside_it(
    client: Client, city: str, recorded: bool | None
) -> None:
    gate = previewed(client, "import-1210-seller", city)["gate"]
    assert (gate["state"], gate["operation"]["value"]) == ("open", recorded)
    shown = preview_page(client, "import-1210-seller", city)
    assert 'class="banner confirm"' not in shown
    beside = shown.split("standing")[1].split("</dl>")[0]
    assert ("Goods have been cleared here" in beside) is bool(recorded)
    assert ("not researched" in beside) is not recorded


def test_a_template_without_a_record_of_operation_has_none(client: Client) -> None:
    assert previewed(client, "export-9610-seller", "jinhua")["gate"]["operation"] is None
    assert previewed(client, "zone-readiness", "jinhua")["gate"]["why"] == "always"


def confirmed(checklist: Checklist, value: str = "confirmed") -> None:
    record_finding(
        [checklist],
        checklist.places.get(),
        Topic.objects.get(slug=STANDING),
        value,
        actor=someone("alice"),
        said_by="Hangzhou Customs, letter 12",
        found_on=date(2026, 11, 23),
        expires_on=date(2027, 11, 23),
    )


def test_a_checklist_says_whom_to_ask_and_an_own_finding_opens_it() -> None:
    checklist, alice = fixed("jinhua", template="import-1210-seller"), logged_in("alice")
    api = f"/api/v1/checklists/{checklist.key}/"
    assert alice.get(api).json()["gates"][0]["state"] == "confirm"
    shown = alice.get(page(checklist)).content.decode()
    record = page(checklist, "findings") + f"?topic={STANDING}"
    assert f'href="{record}"' in shown
    assert "Ask Hangzhou Customs" in shown
    assert '<option value="confirmed"' in alice.get(record).content.decode()
    confirmed(checklist)
    (turned,) = moved(checklist, current_snapshot())
    assert (turned.is_gate, turned.move) == (True, Move.NEW)
    assert "the trade mode opens" in alice.get(page(checklist, "changes")).content.decode()
    (gate,) = alice.get(api).json()["gates"]
    assert (gate["state"], gate["display"], gate["policy"]) == ("open", "Confirmed", None)
    # What a team found out is never told as the law, which stays beside it with its source.
    assert gate["law"]["value"] == UNCONFIRMED
    assert gate["law"]["source"]["id"] == "mofcom-2021-39"
    for sheet in ("checklist", "sheet"):
        shown = alice.get(page(checklist, sheet)).content.decode()
        law, own = (
            re.sub(r"\s+", " ", shown.split(f"{about}</dt>")[1].split("</dd>")[0])
            for about in ("what the law allows", "own finding")
        )
        assert "Eligible, not confirmed" in law
        assert "商财发" in law
        assert "Confirmed (" in own
        assert "in place of the public answer" in own
    accept(checklist, actor=someone("alice"))
    assert checklist.places.get().gate_basis.verdict == Verdict.INCLUDED
    assert "Confirm first" not in alice.get(page(checklist)).content.decode()


def test_whoever_only_views_is_not_led_to_record() -> None:
    checklist = fixed("jinhua", template="import-1210-seller")
    checklist.shares.create(user=someone("vera"), role="viewer")
    shown = logged_in("vera").get(page(checklist)).content.decode()
    assert "Confirm first" in shown
    assert "Record the answer" not in shown


def test_an_own_finding_that_customs_has_not_confirmed_is_still_to_be_confirmed() -> None:
    checklist, alice = fixed("hangzhou", template="import-1210-seller"), logged_in("alice")
    confirmed(checklist, UNCONFIRMED)
    (gate,) = alice.get(f"/api/v1/checklists/{checklist.key}/").json()["gates"]
    assert (gate["state"], gate["policy"]) == ("confirm", None)
    assert "your own finding" in gate["reason"]
    shown = alice.get(page(checklist)).content.decode()
    assert "confirm first whether the trade mode is open" in shown


def test_law_that_makes_a_listed_city_eligible_only_moves_the_gate_to_confirm_first() -> None:
    checklist, alice = fixed("hangzhou", template="import-1210-seller"), logged_in("alice")
    law_says(UNCONFIRMED)
    (turned, *_rest) = moved(checklist, current_snapshot())
    assert (turned.is_gate, turned.move) == (True, Move.TO_CONFIRM)
    (told,) = (
        row
        for row in alice.get(f"/api/v1/checklists/{checklist.key}/changes/").json()["results"]
        if row["number"] == "gate"
    )
    assert (told["move"], told["places"][0]["after"]["why"]) == ("to-confirm", "place-unconfirmed")
    shown = alice.get(page(checklist, "changes")).content.decode()
    assert "confirm first; the place is eligible, but no confirmation of a site" in shown
    accept(checklist, actor=someone("alice"))
    basis = checklist.places.get().gate_basis
    assert (basis.verdict, basis.why) == (Verdict.TO_CONFIRM, Why.PLACE_UNCONFIRMED)
    assert "confirm first: Hangzhou" in alice.get("/checklists/").content.decode()
    log = alice.get(page(checklist, "log")).content.decode()
    assert "confirm first" in log


def test_a_coming_loss_of_standing_is_foreseen_and_told() -> None:
    checklist = started("hangzhou", as_of=today_in_china())
    last = today_in_china() + timedelta(days=20)
    policy = deciding("hangzhou", STANDING)
    draft = next_version(policy, change=Change.ENDED, effective_to=last.isoformat())
    publish_as_two(Publication(policies=[draft]))
    forget()
    (one,) = (one for one in coming(checklist, current_snapshot()) if one.moved.is_gate)
    assert (one.day, one.moved.move) == (last + timedelta(days=1), Move.TO_CONFIRM)
    notify_all(checklist, on=today_in_china())
    told = [words_of(row) for row in checklist.notifications.all()]
    assert any("Confirm first: from " in text for text in told)


@pytest.mark.parametrize(
    ("day", "state", "words"),
    [(date(2026, 11, 23), "confirm", "Confirm first"), (date(2019, 6, 30), "stop", "STOP")],
)
def test_moving_to_where_the_trade_mode_is_not_open_says_so(
    day: date, state: str, words: str
) -> None:
    checklist, alice = started("hangzhou", as_of=day), logged_in("alice")
    Checklist.objects.filter(pk=checklist.pk).update(follows_today=False)
    told = alice.get(f"/api/v1/checklists/{checklist.key}/relocation/?to=jinhua").json()
    assert (told["gates"]["here"]["state"], told["gates"]["there"]["state"]) == ("open", state)
    shown = alice.get(page(checklist, "relocation") + "?to=jinhua").content.decode()
    assert words in shown
    assert "Record the answer" not in shown  # the checklist has no such place yet


def test_the_page_that_starts_a_checklist_tells_the_gate() -> None:
    address = "/checklists/start/?template=import-1210-seller&city="
    alice = logged_in("alice")
    assert "Ask Hangzhou Customs" in alice.get(f"{address}jinhua").content.decode()
    assert "Confirm first" not in alice.get(f"{address}hangzhou").content.decode()
    assert alice.get(f"{address}atlantis").status_code == 200


def test_the_printed_checklist_tells_the_gate_and_whom_to_ask() -> None:
    checklist = fixed("jinhua", template="import-1210-seller")
    shown = logged_in("alice").get(page(checklist, "sheet")).content.decode()
    assert "Confirm first" in shown
    assert "Ask Hangzhou Customs" in shown


CAVEAT = "Once local customs has confirmed a 1210 site"


def test_duties_that_rest_on_a_doubted_policy_tell_its_caveat_everywhere(client: Client) -> None:
    duties = previewed(client, "import-1239-seller", "jinhua", answer="goods-kinds:cosmetics")
    resting = [
        duty["number"]
        for duty in (*duties["included"], *duties["excluded"])
        if duty["policy"] and duty["policy"]["caveat"].startswith(CAVEAT)
    ]
    assert {"1.2", "4.1", "4.3", "4.5"} <= set(resting)
    shown = preview_page(client, "import-1239-seller", "jinhua", answer="goods-kinds:cosmetics")
    assert shown.count(f"⚠ {CAVEAT}") == len(resting)
    asked = "?city=jinhua&as_of=2026-11-23&format=csv&answer=goods-kinds:cosmetics"
    table = client.get(f"/api/v1/templates/import-1239-seller/preview/{asked}").content.decode()
    assert table.count(CAVEAT) == len(resting)

    checklist = fixed("jinhua", template="import-1239-seller", goods_kinds=["cosmetics"])
    alice, item = logged_in("alice"), checklist.items.get(number="4.1")
    assert CAVEAT in alice.get(page(checklist, "item", item.pk)).content.decode()
    assert CAVEAT in alice.get(page(checklist, "sheet")).content.decode()
    (row,) = item_rows(checklist.items.filter(number="4.1"), "en")
    assert CAVEAT in row["policy_caveats"][0]
    (row,) = item_rows(checklist.items.filter(number="4.1"), "zh-hans")
    assert "当地海关确认1210场所后" in row["policy_caveats"][0]
    assert CAVEAT in alice.get(page(checklist, "items-table", "csv")).content.decode()
    told = alice.get(f"/api/v1/checklists/{checklist.key}/items/{item.pk}/").json()
    assert CAVEAT in told["policy_caveats"][0]
    law = law_shape(policies_of(checklist, []), current_snapshot())
    assert any(CAVEAT in one["en"]["caveat"] for one in law)


def test_what_depends_on_the_place_says_what_would_open_it(client: Client) -> None:
    address = "/api/v1/templates/import-1210-seller/preview/"
    asked = {"province": "CN-HL", "customs_district": "1900", "as_of": "2026-11-23"}
    gate = client.get(address, asked).json()["gate"]
    assert (gate["state"], gate["law"]["value"]) == ("stop", "conditional")
    assert "Ask Harbin Customs whether it has confirmed a site" in gate["how"]
    closed = client.get(address, {"city": "beijing", "as_of": "2014-12-31"}).json()["gate"]
    assert (closed["state"], closed["how"]) == ("stop", "")

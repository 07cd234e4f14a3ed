"""The admin shows everything that is public, and writes none of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from itertools import accumulate
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.db.models import Model
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests.conftest import log_in_staff
from tests.zones.bodies import let_there_be_one
from tests.zones.desk_forms import Desk, at_the_desk
from zones.admin.proposed_rows import DatasetAdmin
from zones.admin.read_only import MOST_WORDS, BoundedList, ReadOnly, beginning
from zones.models import (
    City,
    Coverage,
    CustomsDistrict,
    Placement,
    Policy,
    Province,
    Source,
    Topic,
    Zone,
)
from zones.models.keys import renamable_models
from zones.rules.vocabulary import ScopeKind
from zones.selectors.pinyin import syllables
from zones.selectors.rendered_values import display_of

# Django's own admin templates lean on undefined variables.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

OURS = [m for app in ("zones", "checklists") for m in apps.get_app_config(app).get_models()]
REGISTERED = [model for model in OURS if admin.site.is_registered(model)]
PROPOSED = [m for m in REGISTERED if isinstance(admin.site.get_model_admin(m), DatasetAdmin)]
ONLY_INLINE = {"Coverage", "DistrictInPart", "SourceIssuer", "GateValue", "IntakeChoice"}
#: A checklist is its team's alone: staff see it no more than anyone else does.
PRIVATE = {
    "Checklist",
    "Place",
    "GateBasis",
    "GivenAnswer",
    "Share",
    "Item",
    "ItemBasis",
    "SignedPeriod",
    "Comment",
    "LogEntry",
    "Evidence",
    "EvidenceVersion",
    "Proof",
    "Attachment",
    "Finding",
    "Notification",
    "CalendarAddress",
}

#: Change sets have pages of their own: the desk.
DESK = {
    "Acknowledgement",
    "AppliedRow",
    "ChangeSet",
    "ProposedRow",
    "ReaderReport",
    "ReadingDraw",
    "ResearchMark",
    "RowEdit",
    "SavedFilter",
    "SecondReading",
    "SetComment",
    "SourceCopy",
}
#: What a requirement said when is told by the history of the desk.
VERSIONS = {"RequirementVersion"}
#: What services alone write.
DERIVED = {
    *("InForce", "Revision", "Edit", "Alias", "Edition", "OfferedFinding"),
    "LinkCheck",
}
#: The dataset has none of these; checklists' own tests make one.
NONE_YET = {"OfferedFinding", "Alias", "LinkCheck"}


def name_of(model: Any, page: str) -> str:
    return f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"


def by_name(model: Any) -> str:
    return str(model.__name__)


@pytest.fixture
def analyst(db: None) -> Client:
    """An analyst's browser: he has no permission for any table of Django's own."""
    return Desk().client


@pytest.fixture
def reviewer(db: None) -> Client:
    client = Client()
    log_in_staff(client, at_the_desk("rae", "reviewer"))
    return client


def test_every_public_model_is_in_the_admin_and_no_private_one() -> None:
    elsewhere = {model.__name__ for model in OURS if model not in REGISTERED}
    assert elsewhere == ONLY_INLINE | PRIVATE | DESK | VERSIONS
    assert {model.__name__ for model in REGISTERED if model not in PROPOSED} == DERIVED
    assert all(isinstance(admin.site.get_model_admin(model), ReadOnly) for model in REGISTERED)


@pytest.mark.parametrize("model", REGISTERED, ids=by_name)
def test_lists_and_pages_open_for_whoever_sees_change_sets(
    model: Any, analyst: Client, reviewer: Client
) -> None:
    let_there_be_one(model)
    row = model._default_manager.first()
    assert row is not None or model.__name__ in NONE_YET
    for client in (analyst, reviewer):
        assert client.get(reverse(name_of(model, "changelist")), {"q": ""}).status_code == 200
        if row is not None:
            page = client.get(reverse(name_of(model, "change"), args=[row.pk]))
            assert page.status_code == 200
            assert not page.context["has_change_permission"]
            assert (
                re.search(r'<(input(?! type="hidden")|select|textarea)[^>]* name=', _form(page))
                is None
            )


def _form(page: Any) -> str:
    """What stands between the tags of the row's own form."""
    content: str = page.content.decode()
    return content.split('<div id="content-main">')[1].split("</form>")[0]


@pytest.mark.parametrize("model", REGISTERED, ids=by_name)
def test_a_list_takes_as_many_queries_whatever_its_rows(
    model: Any, analyst: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = admin.site.get_model_admin(model)
    counts = []
    for rows in (1, 1, 100):
        monkeypatch.setattr(own, "list_per_page", rows)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            listed = analyst.get(
                reverse(name_of(model, "changelist")),
                {"standing": "all"} if model in (Policy, Zone) else {},
            )
        assert listed.status_code == 200
        counts.append(len(asked))
    # The first reads what the process keeps from then on.
    assert counts[1] == counts[2] <= 16


@pytest.mark.parametrize("model", REGISTERED, ids=by_name)
def test_nobody_writes_there_not_even_a_superuser(
    model: Any, admin_client: Client, analyst: Client
) -> None:
    rows = model._default_manager.order_by("pk")
    row, before = rows.first(), list(rows.values())
    for client in (admin_client, analyst):
        assert client.post(reverse(name_of(model, "add")), {}).status_code == 403
        listed = reverse(name_of(model, "changelist"))
        for act in ("delete_selected", "x"):
            sent = {"action": act, "_selected_action": [row.pk] if row else [], "post": "yes"}
            assert client.post(listed, sent).status_code in (200, 302, 403)
        assert client.post(listed, {"_save": "1", "form-TOTAL_FORMS": "1"}).status_code == 200
        for page in ("change", "delete"):
            there = reverse(name_of(model, page), args=[row.pk if row else 1])
            answered = client.post(there, {"post": "yes", "clause": "x", "note": "x"})
            assert answered.status_code == 403
    assert list(rows.values()) == before
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize("model", PROPOSED, ids=by_name)
def test_adding_leads_to_the_form_of_the_desk(
    model: Any, analyst: Client, reviewer: Client
) -> None:
    listed = analyst.get(reverse(name_of(model, "changelist"))).content.decode()
    table = admin.site.get_model_admin(model).table.name
    form = reverse("admin:desk-propose", args=[table])
    assert f'href="{form}"' in listed
    led = analyst.get(reverse(name_of(model, "add")))
    assert (led.status_code, led["Location"]) == (302, form)
    assert analyst.get(form).status_code == 200
    assert (
        f'href="{form}"' not in reviewer.get(reverse(name_of(model, "changelist"))).content.decode()
    )
    assert reviewer.get(reverse(name_of(model, "add"))).status_code == 403


#: Where a city lies is proposed with the city: tests/zones/desk/test_city_moves.py.
OF_ONE_TABLE = [model for model in PROPOSED if model is not Placement]


@pytest.mark.parametrize("model", OF_ONE_TABLE, ids=by_name)
def test_a_row_leads_to_what_may_be_proposed_of_it_and_to_where_readers_see_it(
    model: Any, analyst: Client, reviewer: Client
) -> None:
    let_there_be_one(model)
    own = admin.site.get_model_admin(model)
    row = own.get_queryset(None).first()
    if model in (Policy, Zone):
        row = model.objects.current().first()
    page = analyst.get(reverse(name_of(model, "change"), args=[row.pk]))
    ways = page.context["ways"]
    said = [address.rpartition("as=")[2] for address, _words in ways if "as=" in address]
    ends = ["end"] if own.table.name in ("policies", "zones", "requirements") else []
    another_key = ["version"] if model in renamable_models().values() else []
    assert said == ["version", *ends, "withdraw", "copy", *another_key]
    for address, words in ways:
        assert f'<a href="{address.replace("&", "&amp;")}">{words}</a>' in page.content.decode()
        opened = analyst.get(address)
        assert opened.status_code == 200
    held = {box.column.name: box.cell for box in analyst.get(ways[0][0]).context["boxes"]}
    assert own.key_of(row) == tuple(held[name] for name in own.table.key)
    shown = reviewer.get(reverse(name_of(model, "change"), args=[row.pk]))
    assert not shown.context["ways"]
    public, _, part = own.public_address(row).partition("#")
    for asked in (page, shown):
        assert own.public_address(row).replace("&", "&amp;") in asked.content.decode()
    seen = Client().get(public)
    assert seen.status_code == 200
    assert not part or f'id="{part}"' in seen.content.decode()


def test_a_version_that_is_replaced_leads_to_what_is_known_now_or_nowhere() -> None:
    desk, key = Desk(), ("import-single-transaction-limit", "nation", "CN", "2019-01-01")
    desk.publishes("policies", {"clause": "item one"}, key)
    (old,) = Policy.objects.filter(topic__slug=key[0], effective_from=key[3], version=1)
    page = reverse("admin:zones_policy_change", args=[old.pk])
    shown = desk.client.get(page)
    assert shown.context["ways"]
    now = Policy.objects.get(topic__slug=key[0], effective_from=key[3], version=2)
    address = reverse("admin:zones_policy_change", args=[now.pk])
    assert f'<a href="{address}">Known now: version 2 (corrected)</a>' in shown.content.decode()
    assert "Known now" not in desk.client.get(address).content.decode()
    desk.publishes("policies", {}, key, way="withdraw")
    shown = desk.client.get(page)
    assert shown.context["ways"] == []
    assert "Known now: version 3 (withdrawn)" in shown.content.decode()


def test_the_page_of_a_policy_shows_all_that_it_says_and_what_was_quoted() -> None:
    desk, key = Desk(), ("import-single-transaction-limit", "nation", "CN", "2019-01-01")
    longest = max(Policy.objects.exclude(value_text_zh=""), key=lambda own: len(own.value_text_zh))
    page = reverse("admin:zones_policy_change", args=[longest.pk])
    text = unescape(desk.client.get(f"{page}?lang=en").content.decode())
    for language in ("en", "zh-hans"):
        assert display_of(longest, longest.topic, language).splitlines()[-1] in text
    desk.publishes("policies", {"value": "6000"}, key, quote="六千元")
    now = Policy.objects.get(topic__slug=key[0], effective_from=key[3], version=2)
    text = desk.client.get(reverse("admin:zones_policy_change", args=[now.pk])).content.decode()
    assert '<blockquote lang="zh-Hans">六千元</blockquote>' in text
    assert text.count(">History<") == 2, "of the desk, and of the row"
    assert f"{reverse('admin:desk-history')}?" in text
    old = Policy.objects.exclude(topic__slug=key[0]).first()
    text = desk.client.get(reverse("admin:zones_policy_change", args=[old.pk])).content.decode()
    assert re.search(r">Quote:</label>\s*<div class=\"readonly\">—</div>", text)


def test_rows_that_are_not_there_are_told_of(analyst: Client) -> None:
    for model in REGISTERED:
        for number in ("0", "9" * 30, "x", "_5F"):
            for page in ("change", "delete", "history"):
                answered = analyst.get(reverse(name_of(model, page), args=[number]))
                assert answered.status_code in (302, 403, 404), (model, number, page)


@pytest.mark.parametrize("model", sorted(admin.site._registry, key=lambda one: one._meta.label))
def test_an_empty_column_to_seek_a_row_by_is_no_column(admin_client: Client, model: Any) -> None:
    row = model._default_manager.first()
    for page in ("change", "delete", "history"):
        address = reverse(name_of(model, page), args=[row.pk if row else 1])
        plain, asked = (admin_client.get(address + more) for more in ("", "?_to_field="))
        assert asked.status_code == plain.status_code < 500


def listed(client: Client, model: Any, **asked: str) -> list[Any]:
    """The rows that a list shows."""
    answered = client.get(reverse(name_of(model, "changelist")), asked)
    assert answered.status_code == 200, asked
    return list(answered.context["cl"].queryset)


@pytest.mark.parametrize("model", [City, Placement, Zone, Policy, Source])
def test_a_word_begins_a_word_of_what_is_found(analyst: Client, model: Any) -> None:
    """Hangzhou stands in Zhangzhou and Changzhou, which nobody means by it."""
    others = re.compile(r"(?<![a-z])(?:zh|c)angzhou", re.I)
    for typed in ("hangzhou", "Hangzhou", "HANGZ"):
        found = listed(analyst, model, q=typed)
        said = {row.pk: " ".join(map(str, vars(row).values())) + f" {row}" for row in found}
        assert [one for one in said.values() if others.search(one)] == []
    assert listed(analyst, City, q="州市")


def test_what_begins_a_word_is_found_in_any_script_and_case() -> None:
    for word, text in (("1210", "bonded-import-1210"), ("xi.an", "Xi.an"), ("o'b", "the O'Brien")):
        assert re.search(beginning(word), text, re.I)
    assert not re.search(beginning("49"), "2018-149")
    assert beginning("杭州") == beginning("〔2018〕") == ""


def test_the_list_of_policies_says_what_each_answers_for_whom(analyst: Client) -> None:
    page = analyst.get(reverse(name_of(Policy, "changelist")), {"q": "import-single-transaction"})
    own = admin.site.get_model_admin(Policy)
    content = re.sub(r"<[^>]+>", " ", page.content.decode())
    for row in page.context["cl"].result_list:
        for words in (own.topic_words(row), own.place(row), str(row.source)):
            assert words in content.replace("&#x27;", "'")
    assert "5,000 CNY" in content
    assert "Shenzhen (" in content
    chinese = analyst.get(reverse(name_of(Policy, "changelist")), {"lang": "zh-hans"})
    assert "深圳" in chinese.content.decode()


def every_choice(model: Any, client: Client) -> list[tuple[str, dict[str, str]]]:
    """Every choice of every filter of a list, as its address asks it."""
    page = client.get(reverse(name_of(model, "changelist")))
    changes = page.context["cl"]
    return [
        (str(spec.title), choice["query_string"])
        for spec in changes.filter_specs
        for choice in spec.choices(changes)
    ]


@pytest.mark.parametrize("model", PROPOSED, ids=by_name)
def test_every_filter_narrows_its_list(model: Any, analyst: Client) -> None:
    address = reverse(name_of(model, "changelist"))
    whole = analyst.get(address).context["cl"].queryset.count()
    for title, asked in every_choice(model, analyst)[:60]:
        found = analyst.get(address + asked)
        assert found.status_code == 200, (title, asked)
        is_standing = "standing" in asked
        assert is_standing or found.context["cl"].queryset.count() <= whole
    assert analyst.get(f"{address}?nothing=1").status_code == 302


def test_versions_are_filtered_by_their_standing(analyst: Client) -> None:
    for model in (Policy, Zone):
        current, replaced = model.objects.current(), model.objects.exclude(replaced_in=None)
        assert {row.pk for row in listed(analyst, model)} == {row.pk for row in current}
        assert len(listed(analyst, model, standing="replaced")) == replaced.count()
        assert len(listed(analyst, model, standing="all")) == model.objects.count()
        assert listed(analyst, model, standing="draft") == []
        draft = current.first()
        draft.pk, draft.version, draft.recorded_in, draft._state.adding = None, 99, None, True
        draft.save()
        assert listed(analyst, model, standing="draft") == [draft]
        assert draft not in listed(analyst, model)


SEARCHES: dict[str, tuple[Any, Callable[[Any], str]]] = {
    "a city by key": (City, lambda row: row.slug),
    "a city in English": (City, lambda row: row.name_en),
    "a city in Chinese": (City, lambda row: row.name_zh),
    "a city in pinyin": (City, lambda row: syllables(row.name_zh.removesuffix("市"), "")),
    "a province in Chinese": (Province, lambda row: row.name_zh),
    "a district by code": (CustomsDistrict, lambda row: row.code),
    "a topic by key": (Topic, lambda row: row.slug),
    "a topic in Chinese": (Topic, lambda row: row.question_zh),
    "a document by number": (Source, lambda row: row.document_number),
    "a document by number in other brackets": (
        Source,
        lambda row: row.document_number.translate(str.maketrans("〔〕", "[]")),
    ),
    "a document in Chinese": (Source, lambda row: row.title_zh),
    "a policy by its topic": (Policy, lambda row: row.topic.question_zh),
    "a policy by its document": (Policy, lambda row: row.source.document_number),
    "a policy by its place": (Policy, lambda row: row.city and row.city.name_zh),
    "a policy by its place in pinyin": (
        Policy,
        lambda row: row.city and syllables(row.city.name_zh.removesuffix("市"), ""),
    ),
    "a zone by its city": (Zone, lambda row: row.city.name_zh),
    "a zone by its city in pinyin": (
        Zone,
        lambda row: syllables(row.city.name_zh.removesuffix("市"), ""),
    ),
}


@pytest.mark.parametrize("search", SEARCHES)
def test_rows_are_found_by_whatever_names_them(search: str, analyst: Client) -> None:
    model, said = SEARCHES[search]
    rows = list(model.objects.current() if model in (Policy, Zone) else model.objects.all())
    named = [row for row in rows if said(row)]
    for row in named[:: max(1, len(named) // 6)]:
        assert row in listed(analyst, model, q=said(row)), said(row)


@pytest.mark.parametrize("place", ["xiamen", "厦门"])
def test_words_of_a_search_may_be_found_in_different_columns(analyst: Client, place: str) -> None:
    """A document and a place: each word is held by one of them."""
    local = Policy.objects.current().filter(city__slug="xiamen").select_related("topic", "source")
    tried = 0
    for policy in local:
        own = f"{policy.identity} {policy.summary_en} {policy.topic.question_en}".lower()
        words = (word.strip(",.()") for word in policy.source.title_en.split())
        apart = [word for word in words if len(word) > 4 and word.lower() not in own]
        for word in apart[:1]:
            tried += 1
            for asked in (f"{word} {place}", f"{place} {word}"):
                found = listed(analyst, Policy, q=asked)
                assert policy in found, asked
                assert {row.city.slug for row in found if row.city} <= {"xiamen"}, asked
    assert tried
    assert listed(analyst, Policy, q=f"nothing-like-it {place}") == []


@pytest.mark.parametrize("model", sorted(admin.site._registry, key=lambda one: one._meta.label))
def test_a_list_bears_whatever_is_asked_of_it(
    model: Any, admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    # It is the question that is tried, some ninety times: the rows below it may be few.
    monkeypatch.setattr(admin.site.get_model_admin(model), "list_per_page", 2)
    address = reverse(name_of(model, "changelist"))
    rubbish = [
        *(
            "x " * 2000,
            "a\x00b",
            "\ud800".encode("utf-8", "replace").decode(),
            "%",
            "\\",
            '"x',
            "'",
        ),
        *("_" * 500, "(" * 300, "9" * 50, "海关" * 300, "\u202e", "-" * 40, " " * 50),
    ]
    # A list that is not searched leaves unread what is sought.
    is_searched = bool(admin.site.get_model_admin(model).get_search_fields(None))  # type: ignore[arg-type]
    for words in rubbish if is_searched else rubbish[:2]:
        assert admin_client.get(address, {"q": words}).status_code == 200, words[:20]
    for asked in ({"p": "9" * 30}, {"p": "x"}, {"o": "9" * 30}, {"o": "x.-y"}, {"all": ""}):
        assert admin_client.get(address, asked).status_code in (200, 302), asked
    for spec in admin.site.get_model_admin(model).list_filter:
        if isinstance(spec, str):
            for value in ("9" * 30, "x", "", "\x00", "-1"):
                for lookup in ("", "__exact", "__id__exact", "__in", "__isnull", "__gt"):
                    answered = admin_client.get(address, {f"{spec}{lookup}": value})
                    assert answered.status_code in (200, 302, 400), (spec, lookup, value)


def test_a_search_of_many_words_is_of_the_first(analyst: Client) -> None:
    city = City.objects.get(slug="hangzhou")
    begun = [*accumulate(city.slug), *accumulate(city.adcode)][:MOST_WORDS]
    assert len(begun) == MOST_WORDS
    assert city in listed(analyst, City, q=" ".join([*begun, "nothing-else"]))
    assert city not in listed(analyst, City, q=" ".join([*begun[1:], "nothing-else"]))


SEARCHED = [
    own.model
    for own in admin.site._registry.values()
    if isinstance(own, BoundedList) and own.search_fields
]


@pytest.mark.parametrize("model", SEARCHED)
def test_many_words_join_no_more_than_one(analyst: Client, model: type[Model]) -> None:
    """Each join to many parts of a row multiplies what is read; equal words are one."""
    own, request = admin.site.get_model_admin(model), RequestFactory().get("/")

    def asked(typed: str) -> str:
        rows = model._default_manager.order_by()
        return str(BoundedList.get_search_results(own, request, rows, typed)[0].query)

    def joined(typed: str) -> int:
        outside = re.sub(r"\(SELECT .*?\)\)", "", asked(typed))
        return outside.count(" JOIN ")

    assert asked("e e E e") == asked("e")
    assert joined("a b c d e f g h i j k l") == joined("a")


def test_what_is_not_searched_for_is_said(analyst: Client) -> None:
    address = reverse(name_of(City, "changelist"))
    words = [f"word{number}" for number in range(MOST_WORDS + 1)]
    for typed, is_said in (
        (" ".join(words), True),
        (" ".join(words[:-1] * 2), False),
        ("w" * 201, True),
        ("hangzhou", False),
    ):
        page = analyst.get(address, {"q": typed}).content.decode()
        assert ("More is typed than is searched for" in page) == is_said, typed


def test_a_policy_of_a_city_leads_to_the_citys_own_answer() -> None:
    own = admin.site.get_model_admin(Policy)
    for kind in ScopeKind:
        for policy in Policy.objects.current().filter(scope_kind=kind)[:2]:
            address = own.public_address(policy)
            assert Client().get(address).status_code == 200
            assert address.startswith("/cities/" if kind == ScopeKind.CITY else "/topics/")


def test_a_zone_shows_what_it_covers_and_leads_to_covering_more(analyst: Client) -> None:
    coverage = Coverage.objects.filter(zone__in=Zone.objects.current())[0]
    page = analyst.get(reverse(name_of(Zone, "change"), args=[coverage.zone_id]))
    assert str(coverage.city) in page.content.decode().replace("&#x27;", "'")
    (address,) = [at for at, _words in page.context["ways"] if "zone_coverage" in at]
    boxes = {box.column.name: box.cell for box in analyst.get(address).context["boxes"]}
    zone = coverage.zone
    own = (boxes["programme"], boxes["zone_city"])
    assert own == (zone.batch.programme.slug, zone.city.slug)


def test_a_new_row_is_listed_for_whoever_sees_change_sets_on_the_first_page(
    analyst: Client, reviewer: Client
) -> None:
    for client in (analyst, reviewer):
        page = client.get(reverse("admin:index")).content.decode()
        for model in REGISTERED:
            assert f'href="{reverse(name_of(model, "changelist"))}"' in page
        assert reverse("admin:auth_user_changelist") not in page
        assert "otp_totp" not in page


SECRETS = ("3132333435363738393031323334353637383930", "recovery-code-12")


@pytest.fixture
def devices(admin_user: Any) -> tuple[Any, Any]:
    key, token = SECRETS
    device = TOTPDevice.objects.create(user=admin_user, name="phone", key=key, confirmed=True)
    codes, _new = StaticDevice.objects.get_or_create(user=admin_user, name="recovery")
    codes.token_set.create(token=token)
    return device, codes


def test_secrets_of_second_factors_are_shown_nowhere(
    admin_client: Client, devices: tuple[Any, Any]
) -> None:
    for device in devices:
        model = type(device)
        addresses = [reverse(name_of(model, "changelist")), reverse(name_of(model, "add"))]
        pages = ("change", "delete", "history")
        addresses += [reverse(name_of(model, page), args=[device.pk]) for page in pages]
        if model is TOTPDevice:
            addresses += [
                reverse(f"admin:otp_totp_totpdevice_{name}", args=[device.pk])
                for name in ("config", "qrcode")
            ]
        for address in addresses:
            shown = admin_client.get(address)
            assert shown.status_code in (200, 403), address
            told = shown.content.decode()
            assert not any(secret in told for secret in SECRETS)
            assert 'name="key"' not in told
            assert "token_set" not in told
            assert "otpauth" not in told
        assert admin_client.post(reverse(name_of(model, "add")), {}).status_code == 403
    renamed = reverse(name_of(TOTPDevice, "change"), args=[devices[0].pk])
    opened = admin_client.get(renamed).context["adminform"].form
    assert "key" not in opened.fields
    sent = {
        name: opened[name].value() for name in opened.fields if opened[name].value() is not None
    }
    sent |= {"name": "old phone", "key": "00" * 20}
    assert admin_client.post(renamed, sent).status_code == 302
    devices[0].refresh_from_db()
    assert (devices[0].name, devices[0].key) == ("old phone", SECRETS[0])
    assert not any(
        secret in str(entry) + entry.change_message
        for entry in LogEntry.objects.all()
        for secret in SECRETS
    )


@pytest.mark.parametrize(
    "asked",
    [
        {"key": SECRETS[0]},
        {"key__startswith": "31"},
        {"key__regex": "^3"},
        {"token_set__token": SECRETS[1]},
        {"token_set__token__startswith": "r"},
        {"q": SECRETS[0]},
        {"q": SECRETS[1]},
        {"user__totpdevice__key__startswith": "31"},
    ],
    ids=str,
)
def test_secrets_of_second_factors_are_not_to_be_guessed(
    admin_client: Client, devices: tuple[Any, Any], asked: dict[str, str]
) -> None:
    for model in (TOTPDevice, StaticDevice):
        address = reverse(name_of(model, "changelist"))
        found = admin_client.get(address, asked)
        if found.status_code == 200:
            assert list(found.context["cl"].queryset) == []
        else:
            assert found.status_code in (302, 400)
    for model, path in ((type(devices[0].user), "totpdevice__key__startswith"),):
        address = reverse(name_of(model, "changelist"))
        assert admin_client.get(address, {path: "31"}).status_code == 400


#: What columns that hold secrets are called.
SECRET_NAMES = re.compile("pass|token|digest|secret|hash|^key$|sha")
#: Columns of such names that everybody may read.
NO_SECRETS = {("checklists.offeredfinding", "key")}


def secrets_of(model: Any) -> set[str]:
    """The columns of a table, and the ways to others from it, that are called as secrets are."""
    found = {field.name for field in model._meta.get_fields() if SECRET_NAMES.search(field.name)}
    return {name for name in found if (model._meta.label_lower, name) not in NO_SECRETS}


@pytest.mark.parametrize("model", sorted(admin.site._registry, key=str), ids=str)
def test_no_list_of_the_admin_is_narrowed_by_a_secret(model: Any, admin_client: Client) -> None:
    secrets = {name: name for name in secrets_of(model)}
    for field in model._meta.get_fields():
        if isinstance(field.related_model, type):
            own = secrets_of(field.related_model)
            secrets |= {f"{field.name}__{name}": name for name in own}
    if model._meta.pk.name in secrets:
        secrets["pk"] = "pk"
    address = reverse(name_of(model, "changelist"))
    for path in secrets:
        if path in ("shares", "auth_token_set", "token_set"):
            continue  # ways to other tables
        for way in ("", "__startswith", "__regex", "__gt", "__in"):
            told = admin_client.get(address, {f"{path}{way}": "0"}).status_code
            assert told in ((302, 400) if path == "pk" else (400,)), path

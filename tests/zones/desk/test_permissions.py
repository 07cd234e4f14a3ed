"""Who may do what in the admin and at the desk: every address, by every method and everybody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from copy import deepcopy
from functools import lru_cache, partial
from typing import Any, NamedTuple
from unittest import mock
from unittest.mock import PropertyMock

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.backends import ModelBackend
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.template.response import SimpleTemplateResponse
from django.test import Client
from django.urls import reverse
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests.conftest import log_in_staff
from tests.router import PLACEHOLDER, every_address
from tests.zones.bodies import let_there_be_some
from tests.zones.desk.acts import (
    known,
    person,
    proposed,
    publication_form,
    submitted,
    warned_of,
    written,
)
from zones.admin.proposed_rows import DatasetAdmin
from zones.admin.read_only import ReadOnly
from zones.desk.blind_readings import draw_readings
from zones.desk.copy_archive import keep_copy
from zones.desk.judgement import judge
from zones.desk.proposals import repropose
from zones.desk.set_steps import withdraw
from zones.models import ChangeSet, Edition, ProposedRow, Revision, Source
from zones.rules.vocabulary import SetState

# Django's own admin templates lean on undefined variables.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

#: Everybody, in the order of the columns below. Of those after the bar nobody gets in at all.
INSIDE = ("analyst", "reviewer", "both", "staff", "superuser")
OUTSIDE = ("plain_user", "anonymous", "unverified")
KEY = ("import-single-transaction-limit", "nation", "CN", "2019-01-01")


class May(NamedTuple):
    """What an address answers those inside, asked and sent to, in their order."""

    get: str
    post: str
    sent: dict[str, Any] | None = None
    asked: str = ""


#: Everybody of staff alike.
ALL = "200 200 200 200 200"
SEEN = "200 200 200 403 200"
NOBODY = "403 403 403 403 403"
NO_FORM = "405 405 405 405 405"
ROOT = "403 403 403 403 200"
ROW = {"do": "save", "cell_summary_en": "Said anew."}
PLAIN: dict[str, May] = {
    "admin:index": May(ALL, NO_FORM),
    "admin:desk-sets": May(SEEN, "303 403 303 403 303", {"do": "open", "title": "A set"}),
    "admin:desk-set": May(SEEN, "303 303 303 403 303", {"do": "comment", "text": "Look."}),
    "admin:desk-queue": May(SEEN, "400 403 400 403 400", {"do": "take"}),
    "admin:desk-history": May(SEEN, "400 403 400 403 400", {"do": "undo", "revision": "1"}),
    "admin:desk-export": May(SEEN, NO_FORM, asked="?table=provinces&form=csv"),
    "admin:desk-grid": May("200 403 200 403 200", "400 403 400 403 400", {"do": "propose"}),
    "admin:desk-places": May("200 403 200 403 200", "400 403 400 403 400", {"do": "propose"}),
    "admin:desk-row-new": May("200 403 200 403 200", "400 403 400 403 400", {"do": "save"}),
    "admin:desk-row": May("200 403 200 403 200", "303 403 303 403 303", ROW),
    "admin:desk-propose": May("200 403 200 403 200", "400 403 400 403 400", {"do": "save"}),
    "admin:desk-move": May("200 403 200 403 200", "400 403 400 403 400", {"do": "save"}),
    "admin:desk-readings": May(SEEN, "403 400 400 403 400", {"do": "draw", "share": "0"}),
    "admin:desk-reading": May(SEEN, "400 403 400 403 400", {"do": "read"}),
    "admin:desk-copies": May(SEEN, "400 403 400 403 400", {"do": "keep"}),
    "admin:desk-copy": May(SEEN, NO_FORM),
    "admin:desk-filters": May(SEEN, "400 400 400 403 400", {"do": "save"}),
    "admin:desk-pick": May("200 200 200 403 200", NO_FORM),
    # Whoever is in already is led on, and whoever is out is led to the portal's own log-in.
    "admin:login": May("302 302 302 302 302", "302 302 302 302 302"),
    "admin:logout": May(NO_FORM, "302 302 302 302 302"),
    "admin:password_change": May(ALL, ALL),
    "admin:password_change_done": May(ALL, NO_FORM),
    "admin:jsi18n": May(ALL, NO_FORM),
    # No form of the admin has a box that finds rows.
    "admin:autocomplete": May(NOBODY, NO_FORM),
    # Public rows have their own links; no other table has a public page.
    "admin:view_on_site": May("404 404 404 404 404", "404 404 404 404 404"),
    "admin:app_list": May(SEEN.replace("403", "404"), SEEN.replace("403", "404")),
}
#: Tables of the dataset, those that services write, and those of other packages.
OF_PROPOSED = {
    "changelist": May(SEEN, SEEN),
    "add": May("302 403 302 403 302", NOBODY),
    "change": May(SEEN, NOBODY),
    "delete": May(NOBODY, NOBODY),
    # It is told at the desk, to which the addresses of Django lead.
    "history": May(SEEN.replace("200", "302"), SEEN.replace("200", "302")),
}
OF_DERIVED = {**OF_PROPOSED, "add": May(NOBODY, NOBODY)}
OF_OTHERS = {
    "changelist": May(ROOT, ROOT),
    "add": May(ROOT, ROOT),
    "change": May(ROOT, ROOT),
    "delete": May(ROOT, ROOT.replace("200", "302"), {"post": "yes"}),
    "history": May(ROOT, ROOT),
}
#: Attempts to log in are noted by the portal alone.
OF_ATTEMPTS = {
    **OF_OTHERS,
    "add": May(NOBODY, NOBODY),
    "change": May(ROOT, ROOT.replace("200", "302")),
}
#: Of devices there is no form for a new one, and no secret.
OF_DEVICES = {**OF_OTHERS, "add": May(NOBODY, NOBODY)}
OWN_PAGES = {
    "auth_user_password_change": May(ROOT, ROOT),
    "otp_totp_totpdevice_config": May(NOBODY, NOBODY),
    "otp_totp_totpdevice_qrcode": May(NOBODY, NOBODY),
}


def of_models() -> Iterator[tuple[str, May]]:
    for model, own in admin.site._registry.items():
        match own:
            case DatasetAdmin():
                pages = OF_PROPOSED
            case ReadOnly():
                pages = OF_DERIVED
            case _:
                pages = OF_DEVICES if model in (TOTPDevice, StaticDevice) else OF_OTHERS
                pages = OF_ATTEMPTS if model._meta.app_label == "axes" else pages
        for page, may in pages.items():
            yield f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", may


TABLE = {
    **PLAIN,
    **dict(of_models()),
    **{f"admin:{name}": may for name, may in OWN_PAGES.items()},
}
#: What pages of the admin are not asked by.
REFUSED = ("put", "patch", "delete", "options")
#: Whoever is outside is led to log in, or to give the second factor.
LED_AWAY = "led to log in"
#: What is answered otherwise to whoever is outside.
OPEN = {"admin:logout": {"plain_user": 302, "anonymous": 302}}
#: The dataset has none of these.
NONE_YET = {"checklists_offeredfinding", "zones_alias", "zones_linkcheck"}
ADDRESSES = [one for one in every_address() if one.path.startswith("/admin/")]
#: Those without a name lead to one that has, or catch what is none.
UNNAMED = {one.path for one in ADDRESSES if not one.own_name}


def test_every_address_of_the_admin_has_a_row() -> None:
    assert {one.name for one in ADDRESSES if one.own_name} == TABLE.keys()
    models = {f"/admin/{m._meta.app_label}/{m._meta.model_name}/" for m in admin.site._registry}
    rows = {f"{start}<path:object_id>/" for start in models}
    assert rows | {"/admin/(?P<url>.*)"} == UNNAMED


@pytest.fixture
def world(analyst: Any, other_analyst: Any) -> dict[str, Any]:
    """A set of another analyst with a row, and a row of every table, by what addresses name."""
    change_set = proposed(other_analyst, written("policies", KEY, summary_en="Said otherwise."))
    source = Source.objects.order_by("slug")[0]
    copy = keep_copy(source, SimpleUploadedFile("notice.txt", b"said"), other_analyst)
    named = {"number": change_set.pk, "row": change_set.rows.get().pk, "table": "policies"}
    draw = draw_readings(person("dora", "reviewer"), 100, topic=KEY[0])
    return named | {
        "city": "hangzhou",
        "slug": source.slug,
        "copy": copy.pk,
        "reading": draw.readings.get().pk,
    }


@pytest.fixture
def clients(
    analyst: Any, reviewer: Any, both: Any, staff: Any, superuser: Any, plain_user: Any
) -> dict[str, Client]:
    found = {"anonymous": Client(), "unverified": Client()}
    people = (analyst, reviewer, both, staff, superuser, plain_user)
    for name, user in zip((*INSIDE, "plain_user"), people, strict=True):
        found[name] = Client()
        (log_in_staff if user.is_staff else Client.force_login)(found[name], user)
    found["unverified"].force_login(person("uma", "analyst", "reviewer", is_superuser=True))
    return found


def filled(name: str, world: dict[str, Any], rows: dict[str, int]) -> str:
    """An address with its parts filled in by what is there."""
    (one,) = [one for one in ADDRESSES if one.name == name]
    own = name.removeprefix("admin:")
    models = sorted((model for model in rows if own.startswith(f"{model}_")), key=len)
    row = rows[models[-1]] if models else 1
    values = {
        **world,
        "object_id": row,
        "id": row,
        "pk": row,
        "app_label": "zones",
        "content_type_id": 1,
    }
    return PLACEHOLDER.sub(lambda p: str(values[p["name"] or p["group"]]), one.path)


def rows_of_models() -> dict[str, int]:
    """A row of every model of the admin that has one."""
    for model in admin.site._registry:
        let_there_be_some(model)
    return {
        f"{model._meta.app_label}_{model._meta.model_name}": row.pk
        for model in admin.site._registry
        for row in [model._default_manager.order_by("-pk").first()]
        if row is not None
    }


def others(name: str) -> Any:
    """Rows of other packages' tables, of which there are none to begin with."""
    from axes.models import AccessAttempt, AccessFailureLog, AccessLog
    from django.contrib.auth.models import Group, User
    from knox.models import AuthToken

    user = User.objects.create_user(f"zed-{name}")
    TOTPDevice.objects.create(user=user, name="phone")
    StaticDevice.objects.create(user=user, name="recovery")
    AuthToken.objects.create(user=user)
    Group.objects.create(name=f"readers {name}")
    given = {"username": f"zed-{name}", "path_info": "/", "ip_address": "127.0.0.1"}
    AccessAttempt.objects.create(**given, failures_since_start=1)
    for model in (AccessLog, AccessFailureLog):
        model.objects.create(**given)
    return user


#: So many tests share out the addresses: what all stand on costs more than an address does.
SHARES = 4


@pytest.mark.parametrize("share", range(SHARES))
def test_everybody_gets_what_the_table_says(
    share: int, clients: dict[str, Client], world: dict[str, Any]
) -> None:
    wrong: dict[Any, Any] = {}
    before: Any = None
    for name in sorted(TABLE)[share::SHARES]:
        with undone(clients):
            others("table")
            rows = rows_of_models()
            before = before or whole_state()
            address = filled(name, world, rows) + TABLE[name].asked
            with known_by_sight():
                for method in (*REFUSED, "head", "get"):
                    wrong |= otherwise(name, method, address, clients, world)
            if whole_state() != before:
                wrong[name] = "something changed"
            wrong |= otherwise(name, "post", address, clients, world)
    assert wrong == {}


def otherwise(
    name: str, method: str, address: str, clients: dict[str, Client], world: dict[str, Any]
) -> dict[tuple[str, str], Any]:
    """What everybody is answered and should be, if that is not the same."""
    with nullcontext() if method == "get" else without_bodies():
        told = answers(method, address, clients, partial(sent, name, method, world))
    expected = said(name, method)
    return {} if told == expected else {(name, method): (told, expected)}


@contextmanager
def known_by_sight() -> Iterator[None]:
    """Read once who each session, person and device is, which takes a third of an answer.

    What is asked here changes none of them.
    """
    session, person_of, device = (
        SessionStore._get_session_from_db,
        ModelBackend.get_user,
        Device.from_persistent_id,
    )
    once = lru_cache(None)
    session_of = once(lambda key: session(SessionStore(key)))
    known = once(lambda pk: person_of(ModelBackend(), pk))
    with (
        mock.patch.object(
            SessionStore, "_get_session_from_db", lambda self: session_of(self.session_key)
        ),
        mock.patch.object(ModelBackend, "get_user", lambda _self, pk: known(pk)),
        mock.patch.object(Device, "from_persistent_id", once(device)),
    ):
        yield


@contextmanager
def without_bodies() -> Iterator[None]:
    """Let no template be filled in: what may be done is decided before, and GET has them all."""
    blank = PropertyMock(return_value="")
    with mock.patch.object(SimpleTemplateResponse, "rendered_content", blank):
        yield


def test_addresses_without_a_name_lead_on_or_are_none(
    clients: dict[str, Client], world: dict[str, Any]
) -> None:
    before = whole_state()
    for path in sorted(UNNAMED):
        address = PLACEHOLDER.sub("1", path)
        for method in (*REFUSED, "head", "get", "post"):
            told = answers(method, address, clients, dict)
            codes = {405} if method in REFUSED else {302, 404}
            assert {told[who] for who in INSIDE} <= codes, (address, method)
            assert {told[who] for who in OUTSIDE} == {LED_AWAY}
    assert whole_state() == before


@contextmanager
def undone(clients: dict[str, Client]) -> Iterator[None]:
    """What is done here is undone afterwards, and whoever logged out is in again."""
    cookies = {who: deepcopy(client.cookies) for who, client in clients.items()}
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    for who, client in clients.items():
        client.cookies = cookies[who]


def whole_state() -> tuple[Any, ...]:
    """How many rows each table has, the edition, and what is proposed: to see that all stays."""
    counts = [(model._meta.label, model._base_manager.count()) for model in apps.get_models()]
    sets, rows = ChangeSet.objects.order_by("pk"), ProposedRow.objects.order_by("pk")
    return counts, Edition.objects.get().number, list(sets.values()), list(rows.values())


def sent(name: str, method: str, world: dict[str, Any]) -> dict[str, Any]:
    """What a form sends, of the row as it is by then."""
    own = (TABLE[name].sent or {}) if method == "post" else {}
    return whole(own, world["row"]) if own and name == "admin:desk-row" else own


def answers(
    method: str, address: str, clients: dict[str, Client], sends: Callable[[], dict[str, Any]]
) -> dict[str, int | str]:
    """What everybody is answered: the code, or that they are led to log in first."""
    told: dict[str, int | str] = {}
    for who in (*OUTSIDE, *INSIDE):
        ask = getattr(clients[who], method)
        answered = ask(address) if method in REFUSED else ask(address, sends())
        if answered.streaming:  # a file that is handed out is open until it is read
            b"".join(answered.streaming_content)
        told[who] = answered.status_code
        if who in OUTSIDE and answered.status_code == 302:
            away = answered["Location"].startswith(("/admin/login/", "/account/"))
            told[who] = LED_AWAY if away else 302
        if who in INSIDE:
            assert "public" not in answered.get("Cache-Control", "")
    return told


def said(name: str, method: str) -> dict[str, int | str]:
    """What the table says that everybody is answered."""
    may = TABLE[name]
    model = name.removeprefix("admin:").rsplit("_", 1)[0]
    codes = may.post if method == "post" else may.get
    if method in REFUSED:
        codes = "302 302 302 302 302" if name == "admin:login" else NO_FORM
    inside = dict(zip(INSIDE, map(int, codes.split()), strict=True))
    if name.endswith(("_change", "_history")) and model in NONE_YET and method not in REFUSED:
        # Where there is no row, whoever may see the table is led back to the list.
        inside = {who: 302 if code == 200 else code for who, code in inside.items()}
    return {**dict.fromkeys(OUTSIDE, LED_AWAY), **inside} | OPEN.get(name, {})


def whole(sent: dict[str, Any], row: int) -> dict[str, Any]:
    """What the form of a row sends: the state and the cells that it shows, and those typed."""
    shown = {f"cell_{name}": cell for name, cell in known("policies")[KEY].items()}
    return shown | {"seen": ProposedRow.objects.get(pk=row).version} | sent


class Act(NamedTuple):
    """Something that is done with a set: in which state, how it is sent, and who may."""

    state: SetState
    sent: Callable[[ChangeSet], dict[str, Any]]
    codes: str


#: What is done with one row: the form says which state of the row it showed, not of the set.
OF_A_ROW = ("drop", "settle")
#: What is done with the whole set, and refused while rows are ticked.
OF_A_SET = ("publish", "take_back", "withdraw")


def _sent(do: str, **more: str) -> Callable[[ChangeSet], dict[str, Any]]:
    return lambda own: {
        "do": do,
        "row": own.rows.get().pk,
        **({} if do in OF_A_SET else {"rows": own.rows.get().pk}),
        "seen": own.rows.get().version if do in OF_A_ROW else own.version,
        **(publication_form(own) if do == "publish" else {}),
        **more,
    }


def _settled(own: ChangeSet) -> dict[str, Any]:
    row, here = own.rows.get(), known("policies")[KEY]
    # As if the cell had said something else when the row was proposed.
    row.before = {**row.before, "clause": "Before that."}
    row.save(update_fields=["before"])
    return _sent("settle", column="clause", keep="mine", theirs=here["clause"])(own)


#: Those inside, of a set of another analyst.
ACTS = {
    "submit": Act(SetState.DRAFT, _sent("submit"), "303 403 303 403 303"),
    "drop": Act(SetState.DRAFT, _sent("drop", sure="1"), "303 403 303 403 303"),
    "set_cell": Act(
        SetState.DRAFT, _sent("set_cell", column="note", cell="x"), "303 403 303 403 303"
    ),
    "drop_rows": Act(SetState.DRAFT, _sent("drop_rows", sure="1"), "303 403 303 403 303"),
    "turn": Act(SetState.DRAFT, _sent("turn"), "200 200 200 403 200"),
    "tick_all": Act(SetState.DRAFT, _sent("tick_all"), "200 200 200 403 200"),
    "tick_none": Act(SetState.DRAFT, _sent("tick_none"), "200 200 200 403 200"),
    "retitle": Act(SetState.DRAFT, _sent("retitle", title="Other"), "403 403 403 403 403"),
    "settle": Act(SetState.DRAFT, _settled, "303 403 303 403 303"),
    "withdraw": Act(SetState.DRAFT, _sent("withdraw", sure="1"), "303 403 303 403 303"),
    # Those who wrote in a set open it again: here somebody else did.
    "reopen": Act(SetState.WITHDRAWN, _sent("reopen"), "403 403 403 403 403"),
    "comment": Act(SetState.DRAFT, _sent("comment", text="Look."), "303 303 303 403 303"),
    "take_back": Act(SetState.IN_REVIEW, _sent("take_back"), "303 403 303 403 303"),
    "send_back": Act(SetState.IN_REVIEW, _sent("send_back", text="No."), "403 303 303 403 303"),
    "publish": Act(SetState.IN_REVIEW, _sent("publish"), "403 303 303 403 303"),
    "acknowledge": Act(
        SetState.DRAFT,
        _sent("acknowledge", **{"reason-repealed": "It is meant so."}),
        "303 303 303 403 303",
    ),
}


#: What writes nothing of a state that may have moved on.
UNCHANGING = ("turn", "tick_all", "tick_none", "comment")


def test_every_act_on_a_set_has_a_row() -> None:
    from zones.admin.set_page import SetPage

    assert ACTS.keys() == SetPage.acts.keys()


@pytest.mark.parametrize("name", ACTS)
def test_everybody_may_do_with_a_set_what_the_table_says(
    name: str, clients: dict[str, Client], other_analyst: Any
) -> None:
    act = ACTS[name]
    for who, code in zip(INSIDE, map(int, act.codes.split()), strict=True):
        own = _set_in(act.state, other_analyst, who)
        if name == "acknowledge":
            repealed = written("policies", KEY, source_id="mof-2018-157")
            repropose(own.rows.get(), other_analyst, repealed)
            own.refresh_from_db()
            assert "repealed" in dict(warned_of(judge(own)))
        page = reverse("admin:desk-set", args=[own.pk])
        before = list(ChangeSet.objects.values()), Revision.objects.count()
        answered = clients[who].post(page, act.sent(own))
        assert answered.status_code == code, who
        if code == 403:
            assert (list(ChangeSet.objects.values()), Revision.objects.count()) == before
    for who in OUTSIDE:
        own = _set_in(act.state, other_analyst, who)
        answered = clients[who].post(reverse("admin:desk-set", args=[own.pk]), act.sent(own))
        assert answered.status_code == 302
        own.refresh_from_db()
        assert own.state == act.state


def _set_in(state: SetState, author: Any, turn: str) -> ChangeSet:
    """A set with one row that changes a rule, as nobody else's does."""
    draft = written("policies", KEY, clause=f"item of {turn}", verification="primary")
    made = submitted(author, draft) if state == SetState.IN_REVIEW else proposed(author, draft)
    ChangeSet.objects.filter(pk=made.pk).update(reason="It was said otherwise.")
    if state == SetState.WITHDRAWN:
        withdraw(made, author)
    made.refresh_from_db()
    assert made.state == state
    return made


@pytest.mark.parametrize("name", [name for name in ACTS if name not in UNCHANGING])
def test_nothing_is_done_with_a_state_that_was_not_seen(
    name: str, clients: dict[str, Client], other_analyst: Any, superuser: Any
) -> None:
    # Some acts are for those who wrote in the set alone.
    author = superuser if name in ("retitle", "reopen") else other_analyst
    own = _set_in(ACTS[name].state, author, name)
    if name == "acknowledge":
        repropose(own.rows.get(), other_analyst, written("policies", KEY, source_id="mof-2018-157"))
        own.refresh_from_db()
    page, sent = reverse("admin:desk-set", args=[own.pk]), ACTS[name].sent(own)
    before = list(ChangeSet.objects.values()), list(own.rows.values())
    for seen, code in (("", 400), ("x", 400), (str(sent["seen"] - 1), 409)):
        answered = clients["superuser"].post(page, {**sent, "seen": seen})
        assert answered.status_code == code, seen
        assert (list(ChangeSet.objects.values()), list(own.rows.values())) == before
    assert clients["superuser"].post(page, sent).status_code in (303, 403)


@pytest.mark.parametrize("who", ["both", "superuser"])
def test_nobody_publishes_what_they_wrote_not_even_a_superuser(
    who: str, clients: dict[str, Client], both: Any, superuser: Any
) -> None:
    writer = {"both": both, "superuser": superuser}[who]
    own = submitted(writer, written("policies", KEY, clause="item own"))
    page = reverse("admin:desk-set", args=[own.pk])
    before = Revision.objects.count()
    answered = clients[who].post(page, publication_form(own))
    assert answered.status_code == 403
    assert Revision.objects.count() == before
    other = {"both": "superuser", "superuser": "both"}[who]
    assert clients[other].post(page, publication_form(own)).status_code == 303
    assert Revision.objects.count() == before + 1


def test_only_whoever_may_propose_is_led_there_from_public_pages(
    clients: dict[str, Client],
) -> None:
    pages = [
        "/cities/hangzhou/",
        "/cities/hangzhou/import-single-transaction-limit/",
        "/places/Somewhere:CN-ZJ:2900/import-single-transaction-limit/",
        "/topics/import-single-transaction-limit/",
        f"/sources/{known('policies')[KEY]['source_id']}/",
    ]
    for page in pages:
        for who, client in clients.items():
            shown = client.get(page)
            if who == "unverified":
                # The second factor is asked for first, wherever one goes.
                assert shown["Location"].startswith("/account/second-factor/")
                continue
            assert shown.status_code == 200
            content = shown.content.decode()
            links = [
                part.split('"')[0].replace("&amp;", "&")
                for part in content.split('href="')
                if part.startswith("/admin/desk/propose/")
            ]
            assert bool(links) == (who in ("analyst", "both", "superuser")), who
            assert "Cookie" in shown["Vary"]
            # Of the many beside cells a few are opened: test_led_from_public_pages.py has the rest.
            for link in links[:: max(1, len(links) // 4)] if who == "analyst" else ():
                assert clients["analyst"].get(link, follow=True).status_code == 200


def test_readers_get_the_same_bytes_whether_or_not_analysts_are_led_on(
    clients: dict[str, Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As though the links had never been there."""
    from zones.pages import desk_tags

    pages = (
        "/cities/hangzhou/",
        "/cities/hangzhou/import-single-transaction-limit/",
        "/topics/import-single-transaction-limit/",
        "/sources/mof-2018-157/",
    )
    before = {page: clients["anonymous"].get(page).content for page in pages}
    assert not any(b"desk" in content for content in before.values())
    monkeypatch.setattr(desk_tags, "_links", lambda _links: "a link made here")
    assert {page: clients["anonymous"].get(page).content for page in pages} == before
    assert all(b"a link made here" in clients["analyst"].get(page).content for page in pages)

"""One module says who may do what: every person, every action, open and closed; and it alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied

import checklists
from cbec_portal.china_time import now
from checklists.models import Checklist, Evidence
from checklists.permissions import (
    ROLES,
    Action,
    ClosedError,
    EvidenceAction,
    UnseenError,
    checklist_policy,
    evidence_policy,
)
from checklists.services import evidence_versions
from tests.checklists.cast import shared, someone, started

PERSONS = ("owner", "editor", "viewer", "outsider", "staff", "off")
NAMES = dict(zip(PERSONS, ("alice", "bob", "vera", "charlie", "stella", "otto"), strict=True))

#: Who does what with an open checklist. Staff are nobody here, and so is who was switched off.
MAY = {
    Action.SEE: {"owner", "editor", "viewer"},
    Action.WORK: {"owner", "editor"},
    Action.SIGN: {"owner", "editor"},
    Action.RENAME: {"owner", "editor"},
    Action.MANAGE: {"owner"},
    Action.SHARE: {"owner"},
    Action.UNSHARE: {"owner"},
    Action.HAND_OVER: {"owner"},
    Action.LEAVE: {"owner", "editor", "viewer"},
}
#: What nobody does with a closed one.
OPEN_ALONE = {Action.WORK, Action.SIGN}

#: Who does what with evidence that serves an open checklist, by who brought it.
OF_EVIDENCE = {
    ("owner", EvidenceAction.SEE): {"owner", "editor", "viewer"},
    ("owner", EvidenceAction.USE): {"owner", "editor"},
    ("owner", EvidenceAction.RENEW): {"owner", "editor"},
    ("owner", EvidenceAction.KEEP): {"owner"},
    ("editor", EvidenceAction.SEE): {"owner", "editor", "viewer"},
    ("editor", EvidenceAction.USE): {"owner", "editor"},
    ("editor", EvidenceAction.RENEW): {"owner", "editor"},
    ("editor", EvidenceAction.KEEP): {"owner", "editor"},
}
#: The same once the checklist is closed: what one brought oneself may still serve others.
OF_EVIDENCE_CLOSED = OF_EVIDENCE | {
    ("owner", EvidenceAction.USE): {"owner"},
    ("owner", EvidenceAction.RENEW): {"owner"},
    ("editor", EvidenceAction.USE): {"editor"},
    ("editor", EvidenceAction.RENEW): {"editor"},
}


def person(who: str) -> User:
    if who == "staff":
        return someone(NAMES[who], is_staff=True, is_superuser=True)
    return someone(NAMES[who], is_active=who != "off")


@pytest.fixture
def checklist() -> Checklist:
    made = shared(started())
    made.shares.create(user=person("off"), role="editor")
    return made


def close(checklist: Checklist) -> None:
    checklist.closed_at = now()
    checklist.save()


@pytest.mark.django_db
@pytest.mark.parametrize("closed", [False, True], ids=["open", "closed"])
@pytest.mark.parametrize("action", Action)
def test_every_person_may_do_what_is_theirs(
    checklist: Checklist, action: Action, closed: bool
) -> None:
    if closed:
        close(checklist)
    for who in PERSONS:
        user, expected = person(who), who in MAY[action]
        shut = closed and action in OPEN_ALONE
        may = expected and not shut
        assert checklist_policy.may(action, checklist, user) is may, who
        assert (action in checklist_policy.allowed(checklist, user)) is may, who
        if who != "off":  # who is switched off asks for nothing
            assert checklist_policy.rows(action, user).exists() is may, who
        assert (user in checklist_policy.people(action, checklist)) is expected, who
        if may:
            checklist_policy.require(action, checklist, user)
            continue
        refusal = UnseenError if who not in MAY[Action.SEE] else PermissionDenied
        with pytest.raises(ClosedError if expected else refusal):
            checklist_policy.require(action, checklist, user)
    assert not checklist_policy.rows(action, AnonymousUser()).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("closed", [False, True], ids=["open", "closed"])
@pytest.mark.parametrize(("brought_by", "action"), OF_EVIDENCE)
def test_every_person_may_do_with_evidence_what_is_theirs(
    checklist: Checklist, brought_by: str, action: EvidenceAction, closed: bool
) -> None:
    item = checklist.items.first()
    assert item is not None
    evidence: Evidence = evidence_versions.bring(
        person(brought_by), "Licence", url="https://example.org/", item=item
    ).evidence
    if closed:
        close(checklist)
    expected = (OF_EVIDENCE_CLOSED if closed else OF_EVIDENCE)[brought_by, action]
    for who in set(PERSONS) - {"off"}:
        user = person(who)
        assert evidence_policy.may(action, evidence, user) is (who in expected), who
        if who in expected:
            evidence_policy.require(action, evidence, user)
            continue
        seen = who in OF_EVIDENCE[brought_by, EvidenceAction.SEE]
        with pytest.raises(PermissionDenied if seen else UnseenError):
            evidence_policy.require(action, evidence, user)
    assert not evidence_policy.rows(action, AnonymousUser()).exists()


@pytest.mark.django_db
def test_a_role_is_told_of_one_and_of_many_alike(checklist: Checklist) -> None:
    for who, role in zip(PERSONS, ROLES, strict=False):
        user = person(who)
        assert checklist_policy.role(checklist, user) == role
        assert checklist_policy.roles([checklist], user) == {checklist.pk: role}
        assert [*checklist_policy.of(user, [role])] == [checklist]
        assert not checklist_policy.of(user, set(ROLES) - {role}).exists()


def test_every_action_has_its_rows() -> None:
    assert set(MAY) == set(Action)
    assert {action for _, action in OF_EVIDENCE} == set(EvidenceAction)


#: What a module knows that decides by roles: the models of sharing, and what names an owner.
MODELS = {"Role", "Share"}
ASKING = {"filter", "exclude", "get", "Q", "get_object_or_404"}


def deciding(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Where a module decides by roles itself: line, and what it does."""
    translated = {
        id(inner)
        for handler in ast.walk(tree)
        if isinstance(handler, ast.ExceptHandler | ast.match_case)
        for inner in ast.walk(handler)
    }
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module="checklists.models", names=names):
                for one in names:
                    if one.name in MODELS:
                        yield node.lineno, f"knows {one.name}"
            case ast.Compare(left=left, comparators=others):
                for side in (left, *others):
                    if isinstance(side, ast.Constant) and side.value in ROLES:
                        yield node.lineno, f"compares with {side.value!r}"
                    if isinstance(side, ast.Attribute) and side.attr in {
                        "owner",
                        "owner_id",
                        "role",
                    }:
                        yield node.lineno, f"compares .{side.attr}"
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), keywords=keywords):
                for one in keywords:
                    parts = (one.arg or "").split("__")
                    if name in ASKING and {"owner", "role", "shares"} & set(parts):
                        yield node.lineno, f"asks by {one.arg}"
                denies = name in {"PermissionDenied", "permission_denied"}
                if denies and id(node) not in translated:
                    yield node.lineno, "refuses by itself"


def test_pages_and_api_only_translate_refusals() -> None:
    root = Path(checklists.__file__).parent
    files = [*(root / "pages").rglob("*.py"), *(root / "api").rglob("*.py")]
    assert len(files) > 20
    found = [
        f"{path.relative_to(root)}:{line} {what}"
        for path in files
        for line, what in deciding(ast.parse(path.read_text()))
    ]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "from checklists.models import Item, Share",
        "allowed = row.owner_id == user.pk",
        "if share.role in ('editor', role): pass",
        "if role == 'owner': pass",
        "rows = Checklist.objects.filter(owner=user)",
        "mine = Q(shares__user=user)",
        "if closed: raise PermissionDenied('no')",
        "self.permission_denied(request, 'no')",
    ],
)
def test_a_decision_by_roles_is_found(source: str) -> None:
    assert [*deciding(ast.parse(source))]

"""The API of checklists as a whole: the list, starting, answers, changes, people, findings, log."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.db.models import QuerySet, prefetch_related_objects
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from cbec_portal.api.errors import ParameterError
from cbec_portal.api.pagination import Pagination
from cbec_portal.api.parameters import parse_day
from cbec_portal.clock import today_in_china
from checklists import shapes
from checklists.exports.packs import audit_pack
from checklists.models import Checklist, Evidence, Share
from checklists.queries import asking
from checklists.queries.catalogue import templates
from checklists.queries.gates import gates_of
from checklists.queries.moving import answers_tag, fingerprint, moved, moved_by_answers
from checklists.queries.progress import Progress, progress_of
from checklists.queries.relocating import relocation
from checklists.queries.standing import given_answers
from checklists.services import answering, checklists, findings, following, sharing
from checklists.services.starting import Described, start
from checklists.viewsets import bodies
from checklists.viewsets.private import OfChecklist, Private, etag_of
from checklists.viewsets.templates import template_of
from zones.models import City, CustomsDistrict, Province
from zones.queries.naming import city_named
from zones.queries.shapes import in_language

STATES = ("open", "closed", "all")
ROLES = ("owner", "editor", "viewer")


class ChecklistsView(Private):
    """The checklists one owns or shares; a POST starts another."""

    takes = {"POST": bodies.START}

    detail = False
    question_parameters = {
        "state": "open (the default), closed or all.",
        "template": "Only of these templates.",
        "city": "Only those for these cities.",
        "role": "Only those where one is owner, editor or viewer.",
        "q": "Words in the title.",
    }
    csv_name = "checklists"

    def get(self, request: Request, *_args: Any, **_kwargs: Any) -> Response:
        """A page of them, newest first."""
        pages = Pagination()
        rows = pages.paginate_queryset(self._asked(), request, self) or []
        progress = progress_of([row.pk for row in rows])
        shares = dict(
            Share.objects.filter(user=self.user, checklist__in=rows).values_list(
                "checklist", "role"
            )
        )
        return pages.get_paginated_response(
            [
                shapes.checklist_shape(
                    row,
                    progress.get(row.pk, Progress()),
                    "owner" if row.owner_id == self.user.pk else shares.get(row.pk, "viewer"),
                )
                for row in rows
            ]
        )

    def post(self, request: Request, *_args: Any, **_kwargs: Any) -> Response:
        """Start one."""
        body = self.said()
        every = templates(self.kept)
        try:
            template = template_of(self.text(body, "template"), every)
        except Http404:
            raise ParameterError("template", _("There is no such template.")) from None
        made = start(
            owner=self.user,
            title=self.text(body, "title", in_language(template.template, "name", self.language)),
            template=template,
            places=[self._place(one) for one in _listed(body, "places")],
            as_of=parse_day("as_of", self.text(body, "as_of", today_in_china().isoformat())),
            answers=asking.answers_in(_texts(body, "answers"), every),
            kept=self.kept,
        )
        told = shapes.checklist_shape(
            made, progress_of([made.pk]).get(made.pk, Progress()), "owner"
        )
        address = reverse("api-checklist", args=[made.key])
        return Response(
            told, status=201, headers={"Location": address, "ETag": etag_of(made.version)}
        )

    def _asked(self) -> QuerySet[Checklist]:
        parameters = self.parameters
        rows = Checklist.objects.visible_to(self.user)
        state = parameters.choice("state", STATES, "open")
        if state != "all":
            rows = rows.filter(closed_at__isnull=state == "open")
        if wanted := parameters.choices("template", templates(self.kept).templates):
            rows = rows.filter(template__slug__in=wanted)
        named = [city_named("city", name, self.kept) for name in parameters.many("city")]
        if cities := [city.slug for city in named]:
            rows = rows.filter(places__city__slug__in=cities).distinct()
        roles = parameters.choices("role", ROLES)
        if roles:
            shared = Share.objects.filter(user=self.user, role__in=roles).values("checklist")
            mine = rows.filter(pk__in=shared)
            rows = mine | rows.filter(owner=self.user) if "owner" in roles else mine
        if words := parameters.one("q"):
            rows = rows.filter(title__icontains=words)
        found: QuerySet[Checklist] = rows.select_related("template", "owner")
        return found.prefetch_related("places__city").order_by("-created_at", "-pk")

    def _place(self, one: Any) -> City | Described:
        if isinstance(one, str):
            return asking.city_of("places", one, self.kept)
        if not isinstance(one, dict) or set(one) != {"name", "province", "customs_district"}:
            told = _("A place is a city, or has name, province and customs_district.")
            raise ParameterError("places", told)
        province = Province.objects.filter(iso_3166_2=str(one["province"])).first()
        district = CustomsDistrict.objects.filter(code=str(one["customs_district"])).first()
        if province is None or district is None:
            raise ParameterError("places", _("There is no such province or customs district."))
        return Described(str(one["name"]), province, district)


class ChecklistView(OfChecklist):
    """One checklist: how far it is, whether its trade mode is open, what moved."""

    takes = {"PATCH": bodies.CHECKLIST}
    matched = ("PATCH",)

    def get(self, _request: Request, **_kwargs: Any) -> Response:
        """The checklist in full."""
        return self._told()

    def patch(self, _request: Request, **_kwargs: Any) -> Response:
        """Rename, close or reopen it."""
        body, seen = self.said(), self.seen()
        if "closed" in body and not isinstance(body["closed"], bool):
            raise ParameterError("closed", _("true or false is wanted."))
        checklists.change(
            self.checklist,
            actor=self.user,
            title=self.text(body, "title") if "title" in body else None,
            closed=body.get("closed"),
            seen=seen,
        )
        return self._told()

    def allowed(self) -> bool:
        """The owner alone."""
        return self.owned()

    def _told(self) -> Response:
        row = self.checklist
        prefetch_related_objects([row], "places__city")
        progress = progress_of([row.pk]).get(row.pk, Progress())
        gates = gates_of(row, self.kept, self.language)
        return Response(
            shapes.checklist_shape(row, progress, self.role)
            | {
                "answers": given_answers(row),
                "gates": [{"place": one.place, **one.gate} for one in gates],
                "moved": len(moved(row, self.kept)),
            },
            headers={"ETag": etag_of(row.version)},
        )


class AnswersView(OfChecklist):
    """The company's answers; with ``weigh=true`` a PUT only shows what it would change."""

    takes = {"PUT": bodies.ANSWER}
    matched = ("PUT",)

    detail_parameters = {"weigh": "true shows what the answers would change, and changes nothing."}

    def get(self, _request: Request, **_kwargs: Any) -> Response:
        """The answers by question; the ETag stands for them and the law they are weighed by."""
        return self._told(answers=given_answers(self.checklist))

    def put(self, _request: Request, **_kwargs: Any) -> Response:
        """Give other answers, if those given and the law are still as they were seen."""
        body = self.said()
        answers = asking.answers_in(_texts(body, "answers"), templates(self.kept))
        if self.parameters.choice("weigh", ["true"]):
            found = moved_by_answers(self.checklist, self.kept, answers)
        else:
            found = answering.change_answers(
                self.checklist, answers, self.kept, actor=self.user, seen=self.seen_state()
            )
        return self._told(answers=answers, moved=_moves(found, self))

    def _told(self, **told: Any) -> Response:
        tag = answers_tag(self.checklist, self.kept)
        return Response(told, headers={"ETag": etag_of(tag)})


class ChangesView(OfChecklist):
    """What moved since the items were taken up; a POST accepts some of it or all."""

    takes = {"POST": bodies.ACCEPT}
    matched = ("POST",)

    def get(self, _request: Request, **_kwargs: Any) -> Response:
        """What moved; the ETag stands for just these moves."""
        found = moved(self.checklist, self.kept)
        told = {"count": len(found), "results": _moves(found, self)}
        return Response(told, headers={"ETag": etag_of(fingerprint(found))})

    def post(self, _request: Request, **_kwargs: Any) -> Response:
        """Accept the numbers named, none named accepts all, if the moves are those seen."""
        body, seen = self.said(), self.seen_state()
        numbers = _texts(body, "numbers") if "numbers" in body else None
        accepted = following.accept(
            self.checklist, self.kept, actor=self.user, numbers=numbers, seen=seen
        )
        return Response({"accepted": [one.number for one in accepted]})


class SharesView(OfChecklist):
    """With whom it is shared."""

    takes = {"PUT": bodies.SHARE, "DELETE": bodies.SOMEONE}

    def get(self, _request: Request, **_kwargs: Any) -> Response:
        """Owner and shares."""
        shares = self.checklist.shares.select_related("user").order_by("user__username")
        return Response(
            {
                "owner": self.checklist.owner.get_username(),
                "shares": [{"user": s.user.get_username(), "role": s.role} for s in shares],
            }
        )

    def put(self, request: Request, **kwargs: Any) -> Response:
        """Share with someone, or change what they may do."""
        body = self.said()
        person = self._someone(body)
        sharing.share(self.checklist, person, self.text(body, "role"), actor=self.user)
        return self.get(request, **kwargs)

    def delete(self, request: Request, **kwargs: Any) -> Response:
        """Stop sharing with someone, or give up one's own share."""
        person = self._someone(self.said())
        if not self.owned() and person != self.user:
            self.permission_denied(request, _("The owner alone decides for others."))
        sharing.unshare(self.checklist, person, actor=self.user)
        return self.get(request, **kwargs) if self.owned() else Response(status=204)

    def allowed(self) -> bool:
        """The owner decides; everyone else may only leave."""
        return self.owned() or self.request.method == "DELETE"

    def _someone(self, body: dict[str, Any]) -> User:
        name = self.text(body, "user")
        found = User.objects.filter(username=name, is_active=True).first()
        if found is None:
            raise ParameterError("user", _("There is no account of the name “%s”.") % name)
        return found


class OwnerView(SharesView):
    """Who owns it; a PUT hands it over to someone it is shared with."""

    takes = {"PUT": bodies.SOMEONE}

    http_method_names = ["put", "options"]

    def allowed(self) -> bool:
        """The owner alone."""
        return self.owned()

    def put(self, request: Request, **kwargs: Any) -> Response:
        """Hand it over."""
        sharing.hand_over(self.checklist, self._someone(self.said()), actor=self.user)
        return self.get(request, **kwargs)


class LogView(OfChecklist):
    """Who did what when, newest first."""

    detail = False

    def get(self, request: Request, **_kwargs: Any) -> Response:
        """A page of entries."""
        pages = Pagination()
        rows = self.checklist.log.select_related("actor")
        entries = pages.paginate_queryset(rows, request, self) or []
        return pages.get_paginated_response([shapes.entry_shape(row) for row in entries])


class FindingsView(OfChecklist):
    """The team's own findings; a POST records one."""

    takes = {"POST": bodies.FINDING}

    def get(self, _request: Request, **_kwargs: Any) -> Response:
        """All of them, latest first."""
        rows = self.checklist.findings.select_related(
            "topic", "city", "author", "value_choice", "evidence"
        )
        return Response({"results": [shapes.finding_shape(row, self.language) for row in rows]})

    def post(self, _request: Request, **_kwargs: Any) -> Response:
        """Record one."""
        body = self.said()
        place = self.checklist.places.filter(pk=_whole(body.get("place"))).first()
        topic = self.kept.topics_by_slug.get(self.text(body, "topic"))
        if place is None or topic is None:
            named = "place" if place is None else "topic"
            raise ParameterError(named, _("There is no such %s.") % named)
        found_on = parse_day("found_on", self.text(body, "found_on"))
        if found_on > today_in_china():
            raise ParameterError("found_on", _("A finding cannot be made in the future."))
        made = findings.record_finding(
            [self.checklist],
            place,
            topic,
            self.text(body, "value"),
            actor=self.user,
            said_by=self.text(body, "said_by"),
            found_on=found_on,
            expires_on=parse_day("expires_on", self.text(body, "expires_on")),
            note=self.text(body, "note", ""),
            evidence=self._evidence(body),
        )
        return Response(shapes.finding_shape(made, self.language), status=201)

    def _evidence(self, body: dict[str, Any]) -> Evidence | None:
        if body.get("evidence") is None:
            return None
        return self.usable_evidence(self.text(body, "evidence"))


class FindingView(OfChecklist):
    """One finding; ``act`` withdraws it or offers it to the analysts."""

    takes = {"POST": bodies.ACT}

    def post(self, _request: Request, **kwargs: Any) -> Response:
        """Withdraw or offer it."""
        finding = get_object_or_404(self.checklist.findings, key=kwargs["finding"])
        act = self.text(self.said(), "act")
        if act not in ("withdraw", "offer"):
            raise ParameterError("act", _("The act is withdraw or offer."))
        (findings.withdraw if act == "withdraw" else findings.offer)(finding, actor=self.user)
        return Response(shapes.finding_shape(finding, self.language))


class RelocationView(OfChecklist):
    """What changes if one moves from a place of the checklist to another city."""

    detail_parameters = {"to": "The city to move to.", "from": "The id of a place; else the first."}

    def get(self, _request: Request, **_kwargs: Any) -> Response:
        """Every duty that is live here or there, with what becomes of it."""
        name = self.parameters.one("to")
        if name is None:
            raise ParameterError("to", _("Name the city to move to, as in to=zhengzhou."))
        there = asking.city_of("to", name, self.kept)
        places = self.checklist.places.select_related("city", "province", "customs_district")
        asked = self.parameters.whole_number("from", 1, 2_147_483_647)
        here = places.filter(pk=asked).first() if asked else places.first()
        if here is None:
            raise ParameterError("from", _("There is no such place in this checklist."))
        found = relocation(self.checklist, here, there, self.kept, language=self.language)
        return Response(
            {
                "from": str(here),
                "to": there.slug,
                "gates": {"here": found.here, "there": found.there},
                "results": [
                    {
                        "number": one.requirement.number,
                        "title": in_language(one.requirement, "title", self.language),
                        "move": one.move.value if one.move else "stays",
                        "item": one.item.pk if one.item else None,
                        "here": one.here.ruling.verdict.value,
                        "there": one.there.ruling.verdict.value,
                        "evidence": [str(a.evidence.key) for a in one.item.attachments.all()]
                        if one.item
                        else [],
                    }
                    for one in found.duties
                ],
            }
        )


class AuditPackView(OfChecklist):
    """Everything a checklist says and stands on, with checksums, as a zip."""

    http_method_names = ["get", "options"]

    def get(self, _request: Request, **_kwargs: Any) -> FileResponse:
        """The pack, streamed."""
        pack = audit_pack(self.checklist, self.kept, language=self.language)
        name = f"{self.checklist.key}.zip"
        return FileResponse(pack, as_attachment=True, filename=name, content_type="application/zip")


def _moves(found: Any, view: OfChecklist) -> list[dict[str, Any]]:
    moves = list(found)
    policies = {g.policy_id for one in moves for g in one.before.values() if g.policy_id}
    policies |= {s.policy for one in moves for s in one.after.values() if s.policy}
    told = view.kept.tell(policies, view.language)
    return shapes.moves_shape(moves, view.checklist, told, view.language)


def _listed(body: dict[str, Any], name: str) -> list[Any]:
    value = body.get(name, [])
    if not isinstance(value, list):
        raise ParameterError(name, _("A list is wanted."))
    return value


def _texts(body: dict[str, Any], name: str) -> list[str]:
    value = _listed(body, name)
    if not all(isinstance(text, str) for text in value):
        raise ParameterError(name, _("A list of texts is wanted."))
    return value


def _whole(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0

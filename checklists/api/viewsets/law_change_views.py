"""The API of what moves in a checklist: by its answers, by the law, by another city."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from cbec_portal.languages import in_language
from cbec_portal.refusals import ParameterError
from checklists.api import bodies, representations
from checklists.api.parameters import city_of
from checklists.api.viewsets.private_views import OfChecklist, etag_of
from checklists.selectors.assessment import given_answers
from checklists.selectors.law_changes import answers_tag, moved, moved_by_answers, moves_tag
from checklists.selectors.relocation import relocation
from checklists.services import accepted_changes, intake_answers


class AnswersView(OfChecklist):
    """The company's answers; with ``weigh=true`` a PUT only shows what it would change."""

    takes = {"PUT": bodies.GivenAnswers}
    matched = ("PUT",)

    detail_parameters = {"weigh": "true shows what the answers would change, and changes nothing."}

    def get(self, _request: Request, **_kwargs: Any) -> Response:
        """The answers by question; the ETag stands for them and the law they are weighed by."""
        return self._response(answers=given_answers(self.checklist))

    def put(self, _request: Request, **_kwargs: Any) -> Response:
        """Give other answers, if those given and the law are still as they were seen."""
        answers = self.body()["answers"]
        if self.matches():
            found = intake_answers.change_answers(
                self.checklist, answers, actor=self.user, seen=self.seen()
            )
            self.forget()  # they were weighed by what is known now
        else:
            found = moved_by_answers(self.checklist, self.snapshot, answers)
        return self._response(answers=answers, moved=_moves(found, self))

    def matches(self) -> bool:
        """Return whether only what was seen is written.

        Weighing writes nothing, and so asks for nothing that was seen.
        """
        return super().matches() and not self.parameters.choice("weigh", ["true"])

    def _response(self, **members: Any) -> Response:
        tag = answers_tag(self.checklist, self.snapshot)
        return Response(members, headers={"ETag": etag_of(tag)})


class ChangesView(OfChecklist):
    """What moved since the items were taken up; a POST accepts some of it or all."""

    takes = {"POST": bodies.Acceptance}
    matched = ("POST",)

    def get(self, _request: Request, **_kwargs: Any) -> Response:
        """What moved; the ETag stands for just these moves."""
        found = moved(self.checklist, self.snapshot)
        told = {"count": len(found), "results": _moves(found, self)}
        return Response(told, headers={"ETag": etag_of(moves_tag(found))})

    def post(self, _request: Request, **_kwargs: Any) -> Response:
        """Accept the numbers named, none named accepts all, if the moves are those seen."""
        body, seen = self.body(), self.seen()
        accepted = accepted_changes.accept(self.checklist, **body, actor=self.user, seen=seen)
        return Response({"accepted": [one.number for one in accepted]})


class RelocationView(OfChecklist):
    """What changes if one moves from a place of the checklist to another city."""

    detail_parameters = {"to": "The city to move to.", "from": "The id of a place; else the first."}

    def get(self, _request: Request, **_kwargs: Any) -> Response:
        """Every requirement that is live here or there, with what becomes of it."""
        name = self.parameters.one("to")
        if name is None:
            raise ParameterError("to", _("Name the city to move to, as in to=zhengzhou."))
        there = city_of("to", name, self.snapshot)
        places = self.checklist.places.select_related("city", "province", "customs_district")
        asked = self.parameters.whole_number("from", 1, 2_147_483_647)
        here = places.filter(pk=asked).first() if asked else places.first()
        if here is None:
            raise ParameterError("from", _("There is no such place in this checklist."))
        found = relocation(self.checklist, here, there, self.inquiry)
        return Response(
            {
                "from": str(here),
                "to": there.slug,
                "gates": {
                    "here": representations.gate_shape(found.here),
                    "there": representations.gate_shape(found.there),
                },
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


def _moves(found: Any, view: OfChecklist) -> list[dict[str, Any]]:
    moves = list(found)
    policies = {g.policy_id for one in moves for g in one.before.values() if g.policy_id}
    policies |= {s.policy for one in moves for s in one.after.values() if s.policy}
    rendered = view.snapshot.rendered(policies, view.language)
    return representations.moves_shape(moves, view.checklist, rendered, view.language)

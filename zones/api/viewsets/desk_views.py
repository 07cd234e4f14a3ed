"""The API of the desk: change sets, rows proposed in them, and their way to the reader.

Every write calls what the forms of the desk call, so it is refused as those are.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import Any, assert_never

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404
from django.http.response import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy
from rest_framework.request import Request
from rest_framework.response import Response

from cbec_portal.api.errors import ProblemResponse
from cbec_portal.api.pagination import Pagination
from cbec_portal.api.parameters import unknown_words
from cbec_portal.api.private_answers import Conflict, PreconditionFailed, PrivateAnswer, etag_of
from cbec_portal.refusals import ParameterError
from zones.api import desk_bodies as bodies
from zones.api.representations.change_set_shape import (
    applied_shape,
    check_shape,
    judged_shape,
    set_shape,
)
from zones.dataset.problems import Refused
from zones.desk import bulk_rows, proposals, set_steps
from zones.desk.acknowledgements import NoneWaitingError, acknowledge_kinds
from zones.desk.effect import effect_of, mark_of
from zones.desk.held_sets import MovedOnError
from zones.desk.judgement import judge
from zones.desk.permissions import SetAction, require
from zones.desk.row_warnings import RowWarning, acknowledged, warnings_of
from zones.desk.set_publication import AlreadyPublishedError, publish_set
from zones.desk.submitted_rows import (
    UnreadyRowsError,
    UnshownError,
    judged_rows,
    marks_of,
    propose_rows,
)
from zones.models import AppliedRow, ChangeSet
from zones.rules.vocabulary import Fate, SetState


class DeskAnswer(PrivateAnswer):
    """An answer for analysts and reviewers."""

    #: What one must be allowed to do to write here.
    needed = SetAction.PROPOSE
    etag_example = etag_of("1")

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse whoever may not do it before anything is looked up or read.

        Raises:
            PermissionDenied: whoever asks may not.
        """
        super().initial(request, *args, **kwargs)
        require(self.user, SetAction.SEE)
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            require(self.user, self.needed)

    def handle_exception(self, exc: Exception) -> Response:
        """Answer what stops a write with the status that fits: a state that is not the seen one is
        a failed precondition, one that does not allow it a conflict.
        """
        match exc:
            case MovedOnError():
                number = self.kwargs.get("number")
                now = ChangeSet.objects.filter(pk=number).first()
                exc = PreconditionFailed(str(exc), _tag_of(now) if now else "0")
            case AlreadyPublishedError():
                exc = Conflict(str(exc))
            case ValidationError() if getattr(exc, "code", "") == "closed":
                exc = Conflict(" ".join(exc.messages))
            case Refused():
                exc = ValidationError([str(problem) for problem in exc.problems])
        return super().handle_exception(exc)


class ChangeSetsView(DeskAnswer):
    """Change sets, newest first; a POST opens another."""

    takes = {"POST": bodies.SetOpening}
    detail = False
    question_parameters = {
        "state": "Only those in this state: draft, in-review, sent-back, published, withdrawn.",
        "author": "Only those that an account of this name opened.",
    }
    csv_name = "change-sets"

    def get(self, request: Request, *_args: Any, **_kwargs: Any) -> Response:
        """A page of them."""
        sets = ChangeSet.objects.order_by("-pk")
        if state := self.parameters.choice("state", [one.value for one in SetState]):
            sets = sets.filter(state=state)
        if author := self.parameters.one("author"):
            sets = sets.filter(author_name=author)
        pages = Pagination()
        rows = pages.paginate_queryset(sets, request, self) or []
        return self.page_answer(pages, [set_shape(row) for row in rows])

    def post(self, _request: Request, *_args: Any, **_kwargs: Any) -> Response:
        """Open one."""
        body = self.body()
        opened = proposals.open_set(self.user, body["title"].strip(), body["reason"].strip())
        address = reverse("api-change-set", args=[opened.pk])
        headers = {"Location": address, "ETag": etag_of(str(opened.version))}
        return Response(set_shape(opened), status=201, headers=headers)


class OfSet(DeskAnswer):
    """An answer about one change set."""

    unseen = gettext_lazy("There is no such change set.")

    @cached_property
    def change_set(self) -> ChangeSet:
        """Return the set asked for."""
        return get_object_or_404(ChangeSet, pk=self.kwargs["number"])

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Find the set before a body is read."""
        super().initial(request, *args, **kwargs)
        self.change_set  # noqa: B018 (raises where it does not exist)

    def version_seen(self) -> int | None:
        """Return the version that was seen, by ``If-Match``; none where any will do."""
        tag = self.seen()
        if tag is None:
            return None
        # A tag that no version has is none of the state there is now.
        version = tag.partition("-")[0]
        return int(version) if version.isdigit() and len(version) < 10 else 0

    def told(self) -> Response:
        """Answer with the set as it is now."""
        row = ChangeSet.objects.get(pk=self.change_set.pk)
        return Response(set_shape(row), headers={"ETag": etag_of(_tag_of(row))})


def _tag_of(row: ChangeSet) -> str:
    """The tag of a set: its version, and in review what it does, which others may change though
    nobody writes in it.
    """
    if row.state != SetState.IN_REVIEW:
        return str(row.version)
    found = judge(row)
    return f"{row.version}-{mark_of(found, effect_of(found))}"


class ChangeSetView(OfSet):
    """One change set."""

    takes = {"PATCH": bodies.SetRenaming}
    matched = ("PATCH",)

    def get(self, _request: Request, **_kwargs: Any) -> Response:
        """The set, with the tag by which it is changed."""
        return self.told()

    def patch(self, _request: Request, **_kwargs: Any) -> Response:
        """Call it otherwise, or say its reason anew."""
        body, seen = self.body(), self.version_seen()
        proposals.retitle(self.change_set, self.user, **body, seen=seen)
        return self.told()


class SetRowsView(OfSet):
    """The rows of a set, each with its fate and warnings; a POST proposes more, all or none."""

    takes = {"POST": bodies.RowsToPropose}
    matched = ("POST",)
    detail = False
    question_parameters = {
        "fate": "Only rows that would fare so: new, changed, taken-out, same, conflict, refused.",
    }
    csv_name = "rows"

    def get(self, request: Request, **_kwargs: Any) -> Response:
        """A page of rows; of a published set what became of them."""
        pages, own = Pagination(), self.change_set
        fate = self.parameters.choice("fate", [one.value for one in Fate if one != Fate.HELD])
        if own.revision is not None:
            fared = None if fate is None else Fate(fate)
            applied = _applied(own.revision.applied_rows.order_by("pk"), fared)
            page = pages.paginate_queryset(applied, request, self) or []
            return self.page_answer(pages, [applied_shape(row) for row in page])
        found = judge(own)
        by_row: dict[int, list[RowWarning]] = defaultdict(list)
        for warning in warnings_of(found):
            by_row[warning.judged.row.pk].append(warning)
        said = acknowledged(own)
        listed = [one for one in found.rows if fate is None or one.fate == fate]
        page = pages.paginate_queryset(listed, request, self) or []
        return self.page_answer(
            pages, [judged_shape(one, by_row[one.row.pk], said) for one in page]
        )

    def post(self, _request: Request, **_kwargs: Any) -> HttpResponse:
        """Propose rows, all or none."""
        body, seen = self.body(), self.version_seen()
        marks = body["held"], body["doubles"]
        try:
            judged = propose_rows(
                body["handed"], self.change_set, self.user, marks=marks, seen=seen
            )
        except UnreadyRowsError as unready:
            return self._nothing(400, unready)
        except UnshownError as unshown:
            return self._nothing(409, unshown)
        now = ChangeSet.objects.values_list("version", flat=True).get(pk=self.change_set.pk)
        told = check_shape(judged, ("", ""))
        return Response(told, status=201, headers={"ETag": etag_of(str(now))})

    def _nothing(self, status: int, why: UnreadyRowsError | UnshownError) -> ProblemResponse:
        told = check_shape(why.judged, marks_of(why.judged, self.user))
        return ProblemResponse(status, str(why), written=False, **told)


def _applied(rows: QuerySet[AppliedRow], fate: Fate | None) -> QuerySet[AppliedRow]:
    """Those of the rows of a published set that fared so: others were not published."""
    match fate:
        case None:
            return rows
        case Fate.NEW:
            return rows.filter(before__isnull=True)
        case Fate.TAKEN_OUT:
            return rows.filter(after__isnull=True)
        case Fate.CHANGED:
            return rows.filter(before__isnull=False, after__isnull=False)
        case Fate.SAME | Fate.HELD | Fate.CONFLICT | Fate.REFUSED:
            return rows.none()
        case _:
            assert_never(fate)


class SetRowView(OfSet):
    """One row of a set."""

    unseen = gettext_lazy("There is no such change set, or no such row in it.")

    matched = ("DELETE",)
    http_method_names = ["delete", "options"]

    def delete(self, _request: Request, **kwargs: Any) -> Response:
        """Take it out of the set, with the other rows of a move; who wrote them stays noted."""
        seen = self.version_seen()
        if not self.change_set.rows.filter(pk=kwargs["row"]).exists():
            raise Http404
        bulk_rows.drop_rows(self.change_set, self.user, [kwargs["row"]], seen=seen)
        return self.told()


class RowsCheckView(OfSet):
    """What would become of rows, were they proposed in a set; nothing is saved."""

    takes = {"POST": bodies.RowsToCheck}
    http_method_names = ["post", "options"]

    def post(self, _request: Request, **_kwargs: Any) -> Response:
        """Each row with its fate, what is wrong with it, and how its cells were read."""
        body = self.body()
        judged = judged_rows(body["handed"], self.change_set)
        return Response(check_shape(judged, marks_of(judged, self.user)))


class SetReasonsView(OfSet):
    """Why rows of a set are right although they are warned of."""

    takes = {"POST": bodies.Reasons}
    matched = ("POST",)
    needed = SetAction.SEE
    http_method_names = ["post", "options"]

    def post(self, _request: Request, **_kwargs: Any) -> Response:
        """Say why, for all open warnings of some kinds."""
        body, seen = self.body(), self.version_seen()
        reasons = dict.fromkeys(body["warnings"], body["reason"])
        try:
            acknowledge_kinds(self.change_set, self.user, reasons, seen=seen)
        except NoneWaitingError as none:
            told = unknown_words("warning", (*body["warnings"], "")[0], none.waiting)
            raise ParameterError("warnings", told) from None
        return self.told()


class SetStep(OfSet):
    """A step of a set on its way."""

    takes = {"POST": bodies.NoMembers}
    matched = ("POST",)
    http_method_names = ["post", "options"]

    def post(self, _request: Request, **_kwargs: Any) -> Response:
        """Take the step from the state that was seen."""
        self.step(self.body(), self.version_seen())
        return self.told()

    def step(self, body: dict[str, Any], seen: int | None) -> None:
        """Take the step."""
        raise NotImplementedError


class SetSubmissionView(SetStep):
    """Sends a set to review."""

    def step(self, body: dict[str, Any], seen: int | None) -> None:
        """Send it, once it says why."""
        set_steps.submit(self.change_set, self.user, seen=seen, says_why=True)


class SetTakingBackView(SetStep):
    """Takes a set back from review."""

    def step(self, body: dict[str, Any], seen: int | None) -> None:
        """Take it back."""
        set_steps.take_back(self.change_set, self.user, seen=seen)


class SetWithdrawalView(SetStep):
    """Gives a set up."""

    def step(self, body: dict[str, Any], seen: int | None) -> None:
        """Give it up."""
        set_steps.withdraw(self.change_set, self.user, seen=seen)


class SetSendingBackView(SetStep):
    """Sends a set, or some of its rows, back to the analysts."""

    takes = {"POST": bodies.SentBack}
    needed = SetAction.REVIEW

    def step(self, body: dict[str, Any], seen: int | None) -> None:
        """Send it back; rows that are named go on in a set of their own, those of one move both."""
        set_steps.send_back(self.change_set, self.user, body["text"], body["rows"], seen=seen)


class SetPublicationView(SetStep):
    """Publishes a set as one revision; whoever wrote part of it may not."""

    needed = SetAction.REVIEW

    def step(self, body: dict[str, Any], seen: int | None) -> None:
        """Publish it, to do what was seen that it does.

        Raises:
            PreconditionRequired: ``If-Match`` says ``*``: nobody publishes what they have not seen.
        """
        if seen is None:
            raise self.unsaid_version()
        mark = (self.seen() or "").partition("-")[2]
        publish_set(self.change_set, self.user, seen=seen, mark=mark)

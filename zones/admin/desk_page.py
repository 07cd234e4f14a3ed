"""What the pages of the desk share: staff alone, acts, refusals that keep what was typed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.html import escape, format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView

from cbec_portal.languages import active_language, other_language
from cbec_portal.posted_texts import boxes_of_no_text, without_no_text
from zones.admin.form_marks import mark_of_form
from zones.admin.offered_rows import taken
from zones.admin.problem_words import ProblemWords
from zones.dataset.applied_rows import key_of_text
from zones.dataset.problems import Problem, Refused, RowMention
from zones.desk.cell_words import CellWords
from zones.desk.held_sets import MovedOnError
from zones.desk.idempotent_forms import TakenForm, done_once, taken_before
from zones.desk.permissions import SetAction, may, require
from zones.desk.proposals import TwiceError
from zones.desk.refused_rows import RowsRefusedError, joined
from zones.desk.set_publication import AlreadyPublishedError
from zones.models import ChangeSet

#: What all boxes of a form may hold together, in characters: each takes far less. A page gives back
#: what was typed, up to six times as long.
MOST_TYPED = 500_000
#: What is kept of a form that holds more: boxes that are no longer than so.
SHORT = 200

#: Does what a form asks for, and returns the address to lead on to, none for that of the page, or
#: what is shown at once.
Act = Callable[[], str | HttpResponse | None]


class Confirmation(NamedTuple):
    """What is asked before an act that is hard to take back, what its button says, and which rows
    it takes: some by name, and how many besides.
    """

    words: str
    button: str
    rows: Sequence[str] = ()
    more: int = 0


class DeskPage(TemplateView):
    """A page for analysts and reviewers.

    A form names its act in ``do``, and after a blank what that is about. An act that succeeds leads
    on; one that is refused shows the page again, with what was wrong and what was typed.
    """

    #: What one must be allowed to do to see the page at all.
    needed: SetAction | None = SetAction.SEE
    acts: Mapping[str, str] = {}
    #: The boxes that refusals are about, by the codes of those that name none.
    boxes_of: ClassVar[Mapping[str, str]] = {}
    #: The acts of which a form that is sent twice does once what it asks for.
    once: Collection[str] = ()
    #: Those of them that judge first, which takes long, and write in ``written_once``.
    judged_first: Collection[str] = ()
    #: What the form is known by of which an act is done once.
    form_mark = ""
    #: Boxes that may hold more, of which a page sees to it that it gives back no more than it can.
    large_boxes: Collection[str] = ()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse whoever may not see the page, and keep it out of every cache.

        Raises:
            PermissionDenied: whoever asks is neither analyst nor reviewer.
        """
        self.errors: list[str] = []
        self.wrong: dict[str, list[str]] = {}
        self.row_seen: Any = None
        if self.needed:
            require(request.user, self.needed)
        if request.method == "POST" and not self.acts:
            return self.http_method_not_allowed(request)
        response = super().dispatch(request, *args, **kwargs)
        response.headers["Cache-Control"] = "private, no-store"
        return response

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the page; what its address names it reads from there."""
        return self.render_to_response(self.get_context_data())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do the act that a form names, and lead on; show the page again where it is refused."""
        name = self.acts.get(self.act.partition(" ")[0])
        if name is None:
            return self.again([_("The form does not say what is to be done. Open it anew.")], 400)
        if words := self._refuse_endless() or self._refuse_no_text():
            return self.again([words], 400)
        if not self.posted("sure") and (asked := self.sure_about(name)):
            return self._ask(asked)
        act: Act = getattr(self, name)
        try:
            elsewhere = self._done(name, act)
        except PermissionDenied as denied:
            return self.again([str(denied)], 403)
        except TwiceError as refused:
            return self.again([self._told_twice(refused)], 400)
        except RowsRefusedError as refused:
            return self.again(self._told_of_rows(refused), 400)
        except ValidationError as refused:
            self.wrong = self._beside_boxes(refused)
            return self.again(list(refused.messages), 400)
        except Refused as refused:
            return self.again([str(problem) for problem in refused.problems], 400)
        except MovedOnError as moved:
            self.row_seen = moved.row
            return self.again([str(moved)], 409)
        except AlreadyPublishedError as public:
            return self.again([str(public)], 409)
        if isinstance(elsewhere, HttpResponse):
            return elsewhere
        return HttpResponseRedirect(elsewhere or request.get_full_path(), status=303)

    def _done(self, name: str, act: Act) -> str | HttpResponse | None:
        """Do an act; one of those that are done once, however often its form is sent."""
        if name not in self.once:
            return act()
        request = self.request
        self.form_mark = mark_of_form(request.get_full_path(), request.POST, request.FILES)
        if earlier := self._taken_before():
            return self._led_on(earlier)
        if name not in self.judged_first:
            return self.written_once(lambda: self._address_after(act))
        try:
            return act()
        except Exception:
            # What the same form brought a moment ago may be why it is refused now.
            if earlier := self._taken_before():
                return self._led_on(earlier)
            raise

    def written_once(self, write: Callable[[], str]) -> str:
        """Write what a form asks for, unless the same form was taken already, and return where it
        leads on; the form is marked as taken together with what it writes.
        """
        if not self.form_mark:
            return write()
        return self._led_on(done_once(self.request.user, self.form_mark, write))

    def _taken_before(self) -> TakenForm | None:
        return taken_before(self.request.user, self.form_mark) if self.form_mark else None

    def _led_on(self, taken: TakenForm) -> str:
        """Where a form leads on. Of one that was taken before it is said: what it did may be undone
        by now, or done by somebody else.
        """
        if taken.is_again:
            self.tell(_("This form was taken already: nothing was done a second time."))
        return taken.leads_to

    def _address_after(self, act: Act) -> str:
        """Do an act, and return where it leads on.

        Raises:
            TypeError: it shows a page instead.
        """
        elsewhere = act()
        if isinstance(elsewhere, HttpResponse):
            raise TypeError("What is done once leads on.")
        return elsewhere or self.request.get_full_path()

    def _told_twice(self, refused: TwiceError) -> str:
        row, (words,) = refused.row, refused.messages
        own = RowMention(row.table, key_of_text(row.key), proposed=row.pk)
        told = self.problem_words(CellWords(self.language), row.change_set)
        return told.why(Problem("", None, None, words, (own,)))

    def _told_of_rows(self, refused: RowsRefusedError) -> list[str]:
        """Each refusal once, with the rows that it is about as links to them."""
        told = self.problem_words(CellWords(self.language), refused.change_set)

        def led(words: str) -> str:
            box = self.box_of(refused.mended_in.get(words, ""))
            return format_html('<a href="#{}">{}</a>', box, words) if box else escape(words)

        return (
            [led(words) for words in refused.first]
            + [
                # Each part is escaped.
                mark_safe(joined(map(told.link, rows), more, led(why)))  # noqa: S308
                for why, rows, more in refused.listed()
            ]
            + refused.left_out()
        )

    def box_of(self, mended_in: str) -> str:
        """Return the id of what a refusal is mended in, if the page has that."""
        return ""

    def _beside_boxes(self, refused: ValidationError) -> dict[str, list[str]]:
        """What was refused, by the boxes beside which it is said."""
        if hasattr(refused, "error_dict"):
            return refused.message_dict
        code = getattr(refused, "code", None) or ""
        return {self.boxes_of.get(code, code): list(refused.messages)} if code else {}

    def sure_about(self, act: str) -> Confirmation | None:
        """Return what is asked before an act that is hard to take back; nothing of others, and of
        what is refused anyway.
        """
        return None

    def _ask(self, asked: Confirmation) -> HttpResponse:
        """Show the question, whose button sends the same form once more."""
        fields = [
            (name, value)
            for name, values in self.request.POST.lists()
            if name != "csrfmiddlewaretoken"
            for value in values
        ]
        shown = {"asked": asked, "asked_fields": fields}
        context = DeskPage.get_context_data(self, **shown)
        return TemplateResponse(self.request, "zones/desk/sure.html", context)

    def _refuse_endless(self) -> str:
        """Let go of what no box takes, and return why it is not given back; else nothing."""
        held = {
            name: max(map(len, values), default=0)
            for name, values in self.request.POST.lists()
            if name not in self.large_boxes
        }
        typed = sum(len(text) for name in held for text in self.request.POST.getlist(name))
        if typed <= MOST_TYPED:
            return ""
        self.let_go(name for name, length in held.items() if length > SHORT)
        words = _(
            "The form holds %(found)s characters, more than the %(most)s that its boxes take: long "
            "texts were not kept."
        )
        return words % {"found": typed, "most": MOST_TYPED}

    def _refuse_no_text(self) -> str:
        """Leave out what databases do not keep, and return that it was typed; else nothing.

        Acts ask databases for what a form says. Cells are refused beside their boxes, and large
        boxes cell by cell, by what reads them.
        """
        found = [
            name
            for name in boxes_of_no_text(self.request.POST)
            if name not in self.large_boxes and not name.startswith("cell_")
        ]
        if not found:
            return ""
        self.request.POST = without_no_text(self.request.POST, found)  # type: ignore[assignment]
        words = _("It holds characters that no text has.")
        self.wrong = {name: [words] for name in found}
        return words

    def let_go(self, names: Iterable[str]) -> None:
        """Give back nothing of what was typed in some boxes."""
        kept = self.request.POST.copy()
        for name in names:
            kept[name] = ""
        self.request.POST = kept  # type: ignore[assignment]

    def put_what_is_taken(self) -> None:
        """Put into a box the row that a button offers where it names none, and keep the rest.

        Raises:
            ValidationError: the form has no such box.
        """
        found = taken(self.request.POST)
        if found is None:
            raise ValidationError(_("The form does not say what is to be done. Open it anew."))
        kept = self.request.POST.copy()
        box, cell = found
        kept[box] = cell
        self.request.POST = kept  # type: ignore[assignment]

    def again(self, errors: list[str], status: int) -> HttpResponse:
        """Show the page once more, with what was wrong."""
        self.errors = errors
        self.forget()
        return self.render_to_response(self.get_context_data(), status=status)

    def tell(self, words: str) -> None:
        """Say what was done, on the page that is shown next."""
        messages.success(self.request, words)

    def tell_proposed(self, count: int, change_set: ChangeSet) -> None:
        """Say how many rows were proposed, and in which set."""
        words = ngettext(
            "%(told)s row is proposed in “%(set)s”.",
            "%(told)s rows are proposed in “%(set)s”.",
            count,
        )
        self.tell(words % {"told": f"{count:,}", "set": change_set.told_title})

    def forget(self) -> None:
        """Let go of what was read before an act."""

    def posted(self, name: str) -> str:
        """Return what a form says under a name; an empty text where it says nothing."""
        return self.request.POST.get(name, "").strip()

    @property
    def act(self) -> str:
        """Return what a form says is to be done."""
        return self.posted("do")

    def posted_number(self, name: str) -> int | None:
        """Return a whole number that a form says, or none where it says none."""
        return whole_number(self.posted(name))

    def seen(self) -> int:
        """Return the version that a form showed: what was changed since is shown, not lost.

        Raises:
            ValidationError: the form says none.
        """
        version = self.posted_number("seen")
        if version is None:
            raise ValidationError(_("The form does not say what you saw. Open it anew."))
        return version

    def problem_words(self, words: CellWords, change_set: ChangeSet | None) -> ProblemWords:
        """Return what writes why rows are refused, beside others of a set if they are in one."""
        may_propose = may(self.request.user, SetAction.PROPOSE)
        return ProblemWords(words, change_set, may_propose=may_propose)

    @property
    def language(self) -> str:
        """Return the reader's language."""
        return active_language()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return what was wrong and what was typed, and what whoever reads may do."""
        person = self.request.user
        return super().get_context_data(
            errors=self.errors,
            posted=self.request.POST,
            act=self.act,
            wrong=defaultdict(list, self.wrong),
            other_language=other_language(self.language),
            may_propose=may(person, SetAction.PROPOSE),
            may_review=may(person, SetAction.REVIEW),
            **kwargs,
        )


def whole_number(text: str) -> int | None:
    """Return the number that a text is; none where it is none that a row could have."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

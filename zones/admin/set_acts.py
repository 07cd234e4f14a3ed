"""What may be done with a change set as a whole on its page: its steps, its title, remarks."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cbec_portal.punctuation import blank
from zones.admin.desk_page import Confirmation, whole_number
from zones.admin.set_links import with_links
from zones.admin.set_row_acts import REASON, SetRowActs
from zones.dataset.applied_rows import key_of_text
from zones.dataset.table_registry import table_named
from zones.desk import proposals, set_steps
from zones.desk.acknowledgements import acknowledge_kinds
from zones.desk.held_sets import MovedOnError
from zones.desk.judged_before import JudgedBefore
from zones.desk.permissions import SetAction, may
from zones.desk.refused_rows import RowsRefusedError
from zones.desk.rows_together import together
from zones.desk.set_publication import publish_set
from zones.desk.set_steps import UnreasonedError
from zones.models import ProposedRow
from zones.rules.vocabulary import SetState

#: So many rows are named in the question before they are taken out.
SHOWN_TAKEN = 20


class SetActs(SetRowActs):
    """The acts of the page of one change set, what is asked before them and what refuses them."""

    acts = {
        "submit": "submit",
        "take_back": "take_back",
        "send_back": "send_back",
        "publish": "publish",
        "withdraw": "withdraw",
        "reopen": "reopen",
        "comment": "comment",
        "settle": "settle",
        "acknowledge": "acknowledge",
        "drop": "drop",
        "set_cell": "set_cell",
        "drop_rows": "drop_rows",
        "tick_all": "tick_all",
        "tick_none": "tick_none",
        "turn": "turn",
        "retitle": "retitle",
    }
    #: Publishing is told apart by what it did; what shows the rows otherwise writes nothing.
    once = tuple(act for act in acts if act not in ("publish", "turn", "tick_all", "tick_none"))
    judged_first = ("submit", "acknowledge", "set_cell")
    boxes_of: ClassVar = {"empty": "text", "reason": "text"}
    #: What is wrong with the reason of the set, said beside its box.
    wrong_reason = ""

    @property
    def act(self) -> str:
        """Return what a form says is to be done. Enter in a box presses no button: it does what
        the box in which something was typed is for.
        """
        if self.posted("do") != "typed":
            return super().act
        if self._is_titled_anew():
            return "retitle"
        if self._reasons():
            return "acknowledge"
        return "send_back" if self.change_set.state == SetState.IN_REVIEW else "retitle"

    def submit(self) -> str:
        """Send the set to the reviewers, after what was said of warnings, and why the set is
        proposed, is noted.
        """
        person, seen = self.request.user, self.seen()
        before = set_steps.judged_to_send(self.change_set, person, seen=seen)
        return self.written_once(lambda: self._address_after(lambda: self._send(before)))

    def _send(self, before: JudgedBefore) -> None:
        person, seen = self.request.user, self.seen()
        reasons = self._reasons()
        anew = (self.posted("title"), self.posted("reason")) if self._is_titled_anew() else None
        try:
            set_steps.submit(
                self.change_set,
                person,
                seen=seen,
                reasons=reasons,
                says_why=True,
                titled=anew,
                before=before,
            )
        except RowsRefusedError as refused:
            self.wanted = set(refused.mended_in.values())
            if isinstance(refused, UnreasonedError):
                self.wrong_reason = refused.words
            raise
        self.tell(_("Sent to review: somebody else publishes it, or sends it back."))

    def _told_of_rows(self, refused: RowsRefusedError) -> list[str]:
        """What hinders; whoever may not say why the set is proposed is told who does."""
        told = super()._told_of_rows(refused)
        if self.wrong_reason and not self._may_retitle():
            told.append(_("Who opened a change set says what it is called, and why."))
        return told

    def box_of(self, mended_in: str) -> str:
        """Return the id of what a refusal is mended in: a box, or a part of the page."""
        match mended_in:
            case "":
                return ""
            case set_steps.REASON:
                return "set-reason-box" if self._may_retitle() else ""
            case set_steps.ROWS:
                return "rows"
            case set_steps.PROPOSING:
                return "paste"
        return f"{REASON}{mended_in}"

    def _may_retitle(self) -> bool:
        """Whether whoever reads may say what the set is called, and why it is proposed."""
        return self.change_set.is_open and self.change_set.author_id == self.request.user.pk

    def retitle(self) -> None:
        """Call the set otherwise, or say its reason anew, and note what was said of warnings."""
        title, reason = self.posted("title"), self.posted("reason")
        person, is_anew = self.request.user, self._is_titled_anew()
        held = proposals.retitle(self.change_set, person, title, reason, seen=self.seen())
        if reasons := self._reasons():
            acknowledge_kinds(held, person, reasons)
            self._tell_acknowledged()
        if is_anew or not reasons:
            self.tell(_("The title and the reason are saved."))

    def _is_titled_anew(self) -> bool:
        """Whether the boxes of title and reason, if the form has them, say something else."""
        if "reason" not in self.request.POST:
            return False
        own = self.change_set
        said = self.posted("title"), self.posted("reason").replace("\r\n", "\n")
        return said != (own.title, own.reason)

    def _loses(self) -> list[str]:
        """What an act on the whole of a set in review would lose of its form, with what is to be
        done about each: what is to go back, and why rows are right. What is no more as it was
        seen is refused for that.
        """
        own = self.change_set
        if own.state != SetState.IN_REVIEW or self.posted_number("seen") != own.version:
            return []
        may_send_back = may(self.request.user, SetAction.REVIEW)
        found = (
            (
                may_send_back and self.why_back,
                _("Why it goes back is typed, and would be lost: empty that box, or send it back."),
            ),
            (
                may_send_back and self.request.POST.getlist("rows"),
                _("Rows are ticked, yet this takes the whole set: untick them, or send them back."),
            ),
            (
                self._reasons(),
                _("Why rows are right is typed, and would be lost: acknowledge it first."),
            ),
        )
        return [words for typed, words in found if typed]

    def _refuse_to_lose(self) -> None:
        """Refuse an act that would lose what its form holds.

        Raises:
            ValidationError: it would.
        """
        if told := self._loses():
            raise ValidationError(told)

    def take_back(self) -> None:
        """Take the set back from the reviewers."""
        self._refuse_to_lose()
        set_steps.take_back(self.change_set, self.request.user, seen=self.seen())
        self.tell(_("Taken back: go on with it, and send it to review again."))

    def withdraw(self) -> None:
        """Give the set up."""
        self._refuse_to_lose()
        set_steps.withdraw(self.change_set, self.request.user, seen=self.seen())
        self.tell(_("The set is withdrawn: nothing of it becomes public."))

    def reopen(self) -> None:
        """Open the set once more that was withdrawn."""
        set_steps.reopen(self.change_set, self.request.user, seen=self.seen())
        self.tell(_("The set is open again, as a draft."))

    def sure_about(self, act: str) -> Confirmation | None:
        """Ask before a set is given up, and before rows are taken out of it."""
        change_set = self.change_set
        is_open = change_set.is_open or change_set.state == SetState.IN_REVIEW
        if not is_open or not may(self.request.user, SetAction.PROPOSE):
            return None
        if act == "withdraw":
            if self._loses():
                return None
            words = _("Withdraw “%s”? Nothing of it becomes public; its authors can open it again.")
            rows = change_set.rows.order_by("pk")
            return Confirmation(
                words % change_set.told_title, _("Withdraw the set"), *self._named(rows)
            )
        empties = act == "set_cell" and not self.posted("cell")
        if not (empties or act in ("drop", "drop_rows")) or not change_set.is_open:
            return None
        numbers = [self.posted_number("row") or 0] if act == "drop" else self._ticked()
        rows = change_set.rows.filter(pk__in=numbers).order_by("pk")
        if not empties:
            going = together(change_set, rows)
            rows = change_set.rows.filter(pk__in=[row.pk for row in going]).order_by("pk")
        if not (count := rows.count()):
            return None
        if empties:
            words = ngettext(
                "Leave %(column)s empty in %(count)d row?",
                "Leave %(column)s empty in %(count)d rows?",
                count,
            )
            said = {"column": self._column_called(self.posted("column")), "count": count}
            return Confirmation(words % said, _("Leave it empty"), *self._named(rows))
        words = ngettext(
            "Take %d row out of the set? What was typed in it is lost.",
            "Take %d rows out of the set? What was typed in them is lost.",
            count,
        )
        button = ngettext("Take it out of the set", "Take them out of the set", count)
        return Confirmation(words % count, button, *self._named(rows))

    def _named(self, rows: QuerySet[ProposedRow]) -> tuple[list[str], int]:
        """What some rows of the set are called, and how many there are besides."""
        shown = list(rows[:SHOWN_TAKEN])
        names = [self.words.row(table_named(row.table), key_of_text(row.key)) for row in shown]
        return names, max(0, rows.count() - len(shown))

    @property
    def why_back(self) -> str:
        """Return why rows go back, as it is typed above them, below them, or in both places."""
        typed = (self.posted("text"), self.posted("text_below"))
        return blank().join(dict.fromkeys(filter(None, typed)))

    def send_back(self) -> str | None:
        """Send the set, or the rows that are ticked, back to the analysts."""
        # What is no number names no row, which is not to name none.
        rows = [whole_number(said) or 0 for said in self.request.POST.getlist("rows")]
        back = set_steps.send_back(
            self.change_set,
            self.request.user,
            self.why_back,
            rows,
            seen=self.seen(),
        )
        part = back.pk != self.change_set.pk
        told = _("The rows that were ticked go on in change set %s.") if part else ""
        words = with_links(told % back.pk) if part else _("The set goes back to whoever wrote it.")
        self.tell(words)
        return None

    def publish(self) -> None:
        """Publish the set, in the state in which it was seen, to do what was seen that it does."""
        self._refuse_to_lose()
        seen, mark = self.seen(), self.posted("mark")
        revision = publish_set(self.change_set, self.request.user, seen=seen, mark=mark)
        self.tell(_("Published as revision %s: everybody reads it from now on.") % revision.number)

    def comment(self) -> None:
        """Remark on the set or a row."""
        number, said = self.posted_number("row"), self.posted("state")
        if number is None and self.posted("row"):
            raise Http404("There is no such row.")
        row = self.change_set.rows.filter(pk=number).first() if number else None
        if number is not None and row is None:
            raise MovedOnError(_("Somebody took this row out of the change set meanwhile."))
        if said and said not in list(SetState):
            raise ValidationError(_("The form does not say what you saw. Open it anew."))
        state = SetState(said) if said else None
        person = self.request.user
        set_steps.comment(self.change_set, person, self.posted("text"), row, seen=state)

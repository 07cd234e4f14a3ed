"""What words and rows are called, in the language that is active or in one that is named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext, override, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from zones.rules.vocabulary import (
    RECORDED_STATES,
    SCOPE_NAMES,
    Certainty,
    Change,
    Fate,
    LinkState,
    Proposal,
    ReportOutcome,
    ScopeKind,
    SetState,
    Settlement,
    State,
    ToResearch,
    Word,
)

#: By enumeration, as words of two may be spelled alike.
LABELS: Mapping[type[Word], Mapping[Any, Any]] = {
    ScopeKind: {kind: _(name) for kind, name in SCOPE_NAMES.items()},
    State: {
        State.STATED: _("stated"),
        State.NONE_FOUND: _("none found"),
        State.NOT_APPLICABLE: _("not applicable"),
        State.NO_SUCH_RULE_YET: _("no such rule yet"),
        State.NOT_RESEARCHED: _("not researched"),
        State.NOT_VERIFIED: _("not verified"),
    },
    Certainty: {
        Certainty.PRIMARY: _("official text read"),
        Certainty.SECONDARY: _("reported"),
        Certainty.UNVERIFIED: _("unverified"),
    },
    Change: {
        Change.ENACTED: _("enacted"),
        Change.AMENDED: _("amended"),
        Change.ENDED: _("ended"),
        Change.CORRECTED: _("corrected"),
        Change.WITHDRAWN: _("withdrawn"),
        Change.RESEARCHED: _("newly researched"),
    },
    SetState: {
        SetState.DRAFT: pgettext_lazy("change set", "draft"),
        SetState.IN_REVIEW: pgettext_lazy("change set", "in review"),
        SetState.SENT_BACK: pgettext_lazy("change set", "sent back"),
        SetState.PUBLISHED: pgettext_lazy("change set", "published as a revision"),
        SetState.WITHDRAWN: pgettext_lazy("change set", "withdrawn"),
    },
    Fate: {
        Fate.NEW: pgettext_lazy("proposed row", "new row"),
        Fate.CHANGED: pgettext_lazy("proposed row", "row that changes"),
        Fate.TAKEN_OUT: pgettext_lazy("proposed row", "row taken out"),
        Fate.SAME: pgettext_lazy("proposed row", "as known already"),
        Fate.HELD: pgettext_lazy("proposed row", "as the set says already"),
        Fate.CONFLICT: pgettext_lazy("proposed row", "in conflict"),
        Fate.REFUSED: pgettext_lazy("proposed row", "refused row"),
    },
    ToResearch: {
        ToResearch.NOT_RESEARCHED: pgettext_lazy("research queue", "not researched"),
        ToResearch.UNVERIFIED: pgettext_lazy("research queue", "unverified"),
        ToResearch.OUTDATED: pgettext_lazy("research queue", "to be read again"),
        ToResearch.REPEALED: pgettext_lazy("research queue", "rests on a repealed document"),
        ToResearch.NO_ADDRESS: pgettext_lazy("research queue", "document without official address"),
        ToResearch.DEAD_LINK: pgettext_lazy("research queue", "dead link"),
        ToResearch.CAVEAT: pgettext_lazy("research queue", "note to the reader"),
        ToResearch.OFFERED: pgettext_lazy("research queue", "offered by a team"),
        ToResearch.REPORTED: pgettext_lazy("research queue", "reported by a reader"),
        ToResearch.DIVERGED: pgettext_lazy("research queue", "two readings diverge"),
        ToResearch.CONFLICT: pgettext_lazy("research queue", "proposal in conflict"),
        ToResearch.CONTRADICTION: pgettext_lazy(
            "research queue", "published rows contradict each other"
        ),
    },
    Settlement: {
        Settlement.KEPT: pgettext_lazy("second reading", "the first answer holds"),
        Settlement.CORRECTED: pgettext_lazy("second reading", "the first answer is corrected"),
    },
    ReportOutcome: {
        ReportOutcome.CORRECTED: pgettext_lazy("report", "a correction is proposed"),
        ReportOutcome.RIGHT: pgettext_lazy("report", "the answer is right"),
    },
    LinkState: {
        LinkState.ANSWERS: pgettext_lazy("address of the web", "can be reached"),
        LinkState.REFUSES: pgettext_lazy("address of the web", "refuses to answer the portal"),
        LinkState.FAILS: pgettext_lazy("address of the web", "cannot be reached"),
        LinkState.NOT_ASKED: pgettext_lazy("address of the web", "wishes not to be asked"),
    },
    Proposal: {
        Proposal.WRITE: pgettext_lazy("proposal", "write the row"),
        Proposal.TAKE_OUT: pgettext_lazy("proposal", "take out the row"),
    },
}

#: What somebody did who brought a change set into a state: no person is *in review*.
SET_STEPS: Mapping[SetState, Any] = {
    SetState.DRAFT: pgettext_lazy("step of a change set", "took it back"),
    SetState.IN_REVIEW: pgettext_lazy("step of a change set", "sent it to review"),
    SetState.SENT_BACK: pgettext_lazy("step of a change set", "sent it back"),
    SetState.PUBLISHED: pgettext_lazy("step of a change set", "published it"),
    SetState.WITHDRAWN: pgettext_lazy("step of a change set", "withdrew it"),
}
REOPENED = pgettext_lazy("step of a change set", "opened it again")


def label(word: Word) -> str:
    """Return what a word is called."""
    return str(LABELS[type(word)][word])


def step_words(state: SetState, before: SetState | None) -> str:
    """Return what somebody did who brought a change set into a state, given the one before it."""
    is_reopened = state == SetState.DRAFT and before == SetState.WITHDRAWN
    return str(REOPENED if is_reopened else SET_STEPS[state])


def choices(words: Iterable[Word]) -> list[tuple[str, Any]]:
    """Return words as the choices of a field: as they are stored, and what they are called."""
    return [(word.value, LABELS[type(word)][word]) for word in words]


SCOPE_KINDS = choices(ScopeKind)
RECORDED_STATE_CHOICES = choices(RECORDED_STATES)
CERTAINTIES = choices(Certainty)
CHANGES = choices(Change)
SET_STATES = choices(SetState)
PROPOSALS = choices(Proposal)
TO_RESEARCH = choices(ToResearch)
REPORT_OUTCOMES = choices(ReportOutcome)
SETTLEMENTS = choices(Settlement)
LINK_STATES = choices(LinkState)


# To change the language and back costs more than the word, and thousands of cells ask. Only words
# of the code come here, in two languages, far fewer than the usual bound of 128; like the
# translations they come from, they stay as long as the process.
@lru_cache
def words(message: str, language: str) -> str:
    """Return the portal's own words in a language, whichever is active: they are kept under it."""
    with override(language):
        return gettext(message)

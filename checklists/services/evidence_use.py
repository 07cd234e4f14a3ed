"""Evidence that serves more than it was brought for: with which versions, and who is told."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _

from cbec_portal.china_time import now
from checklists.models import Act, Attachment, Checklist, Evidence, Finding, Subject
from checklists.permissions import Action, EvidenceAction, checklist_policy, evidence_policy
from checklists.services.locks import hold_alone, served_by
from checklists.services.recorded_notifications import keep, notification


def hold_to_serve(evidence: Evidence, actor: User) -> int | None:
    """Hold evidence that is to serve checklists, which are held; return through which version.

    None is all, later ones too: so whoever brought it lets it serve. To everybody else it is lent.

    Raises:
        ValidationError: its files were discarded.
        UnseenError: whoever acts may not see it, or see it no more.
        PermissionDenied: they may read it only.
    """
    hold_alone(evidence)
    evidence_policy.require(EvidenceAction.USE, evidence, actor)
    if evidence.discarded_at:
        raise ValidationError(_("The files of this evidence were discarded."), code="discarded")
    if actor.pk == evidence.owner_id:
        return None
    limit = evidence_policy.limits_of([evidence], actor).get(evidence.pk)
    return limit or newest_of(evidence)


def newest_of(evidence: Evidence) -> int:
    """Return the number of the newest version of evidence that is held, 0 if it has none."""
    return evidence.versions.aggregate(newest=Max("number"))["newest"] or 0


def keep_level(evidence: Evidence, reached: Iterable[Checklist]) -> None:
    """Let what others attached serve with a new version too, in checklists that it reaches.

    They stay borrowed: once whoever brought the evidence has detached it there, or nobody has, they
    stay with the versions that there are.
    """
    borrowed = Attachment.objects.filter(evidence=evidence, through__isnull=False)
    borrowed.filter(item__checklist__in=list(reached)).update(through=newest_of(evidence))


def borrowers_of(evidence: Evidence) -> set[int]:
    """Return the checklists, by key, that evidence serves and that later versions do not reach."""
    attached = Attachment.objects.filter(evidence=evidence, through=None)
    found = Finding.objects.filter(evidence=evidence, evidence_through=None)
    reached = {
        *attached.values_list("item__checklist", flat=True),
        *found.values_list("checklists", flat=True),
    }
    return served_by(evidence) - reached


def notify_owner(
    evidence: Evidence, act: Act, actor: User, checklists: Iterable[Checklist]
) -> None:
    """Tell whoever brought evidence what someone else did with it.

    It is told under a checklist of the act that they see, else under another that the evidence
    serves; whoever sees none is told nothing, and nobody learns of a checklist they do not see.
    """
    owner = evidence.owner
    if owner.pk == actor.pk:
        return
    rows = sorted(checklists, key=lambda row: row.pk)
    here = next((row for row in rows if checklist_policy.role(row, owner)), None)
    seen = checklist_policy.rows(Action.SEE, owner).filter(pk__in=served_by(evidence))
    under = here or seen.order_by("pk").first()
    if under is not None:
        occasion = f"{evidence.pk} {act} {now().isoformat()}"
        detail = {
            "act": act.value,
            "by": actor.get_username(),
            "title": evidence.title,
            "elsewhere": here is None,
        }
        keep([notification(owner, under, Subject.EVIDENCE, occasion, None, detail)])

"""The law that a checklist stands or stood on: versions of policies, and documents."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Q

from cbec_portal.languages import CODES
from checklists.models import Checklist, GateBasis, ItemBasis, SignedPeriod
from zones.models import Policy, Source
from zones.selectors.snapshot import Snapshot


def policies_of(checklist: Checklist, periods: Collection[SignedPeriod]) -> list[Policy]:
    """Return every version of a policy that the gate, an item or a signed period stands on."""
    present = ItemBasis.objects.filter(item__checklist=checklist).exclude(policy=None)
    gates = GateBasis.objects.filter(place__checklist=checklist).exclude(policy=None)
    keys = {
        *present.values_list("policy__identity", "policy__version"),
        *gates.values_list("policy__identity", "policy__version"),
        *(
            (basis["policy"], basis["policy_version"])
            for one in periods
            for basis in one.signed["grounds"]
            if basis["policy"]
        ),
    }
    # A draft may bear the number of a version that was published.
    published = Policy.objects.published()
    found = published.filter(identity__in={identity for identity, _ in keys})
    ordered = found.order_by("identity", "version")
    return [row for row in ordered if (row.identity, row.version) in keys]


def law_shape(policies: Collection[Policy], snapshot: Snapshot) -> list[dict[str, Any]]:
    """Return versions of policies, rendered in both languages."""
    rendered = {code: snapshot.rendered([row.pk for row in policies], code) for code in CODES}
    return [
        {
            "policy": row.identity,
            "version": row.version,
            "change": row.change,
            "recorded_in_revision": row.recorded_in_id,
            "replaced_in_revision": row.replaced_in_id,
            "topic": snapshot.topics[row.topic_id].slug,
            **{code: own[row.pk] for code, own in rendered.items()},
        }
        for row in policies
    ]


def sources_of(
    checklist: Checklist, periods: Collection[SignedPeriod], policies: Collection[Policy]
) -> list[dict[str, Any]]:
    """Return every document that policies, items or signed periods cite, in both languages."""
    cited = (
        Q(pk__in=checklist.items.values("source"))
        | Q(slug__in={one.signed["source"] for one in periods})
        | Q(pk__in={policy.source_id for policy in policies})
    )
    rows = Source.objects.filter(cited).prefetch_related("issued_by").order_by("slug")
    return [
        {
            "source": row.slug,
            "document_number": row.document_number,
            "kind": row.kind,
            "title_en": row.title_en,
            "title_zh": row.title_zh,
            "issuers": [issuer.spelling for issuer in row.issued_by.all()],
            "issued_on": row.issued_on,
            "effective_on": row.effective_on,
            "repealed_on": row.repealed_on,
            "status": row.status,
            "official_url": row.official_url,
        }
        for row in rows
    ]

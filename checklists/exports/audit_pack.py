"""The audit pack: everything that a checklist says and stands on, with checksums of all of it.

The same state gives the same bytes. A pack is written to disk piece by piece, so that a large one
needs no more memory than a small one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from tempfile import SpooledTemporaryFile
from typing import IO, Any, NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import orjson
from django.db.models import Prefetch

from cbec_portal.api.renderers import dump_json, write_csv
from checklists.exports.item_table import item_rows
from checklists.exports.law_file import law_shape, policies_of, sources_of
from checklists.models import (
    Attachment,
    Checklist,
    Comment,
    Evidence,
    Finding,
    GateBasis,
    Place,
    SignedPeriod,
)
from checklists.permissions import evidence_policy
from zones.models.value_types import REFERRING, plain_value
from zones.selectors.inquiry import Inquiry

IN_MEMORY = 8_000_000
PIECE = 1 << 16
#: The earliest day that the format can hold: members carry no times of their own.
EPOCH = (1980, 1, 1, 0, 0, 0)

README = """This is an audit pack of one checklist.

checklist.json   the checklist: places with their gate, answers, people, the day and revision of
                 its law
items.csv        the items as they stand
rounds.json      every signed period, in the words and on the grounds it was signed with
comments.json    what was said about items
law.json         each version of a policy that the gate, an item or a signed period stands on
sources.json     each document that these, an item or a signed period cites: number, title, issuers,
                 dates, state, official address
findings.json    the team's own findings
evidence/        every version of every piece of evidence, as it was handed in
evidence.json    what each file is, who handed it in, and its SHA-256 on that day
log.csv          who did what when
manifest.json    the files of this pack with sizes and SHA-256

To check that nothing was changed: sha256sum -c MANIFEST.sha256

本文件包为一份合规自查表的审计包。

checklist.json   合规自查表：各地区及其准入结论、企业的回答、人员、查询日期与数据版本
items.csv        各自查项的现状
rounds.json      每个已签署的轮次，保留签署时的表述与依据
comments.json    对自查项的留言
law.json         准入、自查项或已签署轮次所依据的规定的各个版本
sources.json     上述内容引用的依据文件：文号、标题、发布机关、日期、效力状态、官方网址
findings.json    本团队的自查结论
evidence/        证明材料的各个版本，与提交时一致
evidence.json    各文件说明、提交人及提交当日的 SHA-256
log.csv          操作记录
manifest.json    本文件包所含文件及其大小和 SHA-256

核验文件未被更改：sha256sum -c MANIFEST.sha256
"""


class Member(NamedTuple):
    """A file of the pack: its name, its size in bytes, its SHA-256."""

    path: str
    bytes: int
    sha256: str


def audit_pack(checklist: Checklist, inquiry: Inquiry) -> IO[bytes]:
    """Return the pack as a file open for reading, at its start."""
    out: IO[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (handed to the caller)
    members: list[Member] = []
    with ZipFile(out, "w", ZIP_DEFLATED) as pack:

        def put(path: str, pieces: Iterable[bytes]) -> Member:
            members.append(_put(pack, path, pieces))
            return members[-1]

        signed = SignedPeriod.objects.filter(item__checklist=checklist)
        periods = list(signed.select_related("closed_by", "item"))
        put("README.txt", [README.encode()])
        put("checklist.json", [_json(_checklist(checklist))])
        put(
            "items.csv",
            [_table(item_rows(checklist.items.order_by("position", "pk"), inquiry.language))],
        )
        put("rounds.json", [_json([_signed_period(one) for one in periods])])
        put("comments.json", [_json(_comments(checklist))])
        policies = policies_of(checklist, periods)
        put("law.json", [_json(law_shape(policies, inquiry.snapshot))])
        put("sources.json", [_json(sources_of(checklist, periods, policies))])
        put("findings.json", [_json([_finding(f) for f in _findings(checklist)])])
        put("log.csv", [_table(_log(checklist))])
        told = [
            {**version, "as_packed": _packed(put, version["path"], file)}
            for version, file in _evidence(checklist)
        ]
        put("evidence.json", [_json(told)])
        put("manifest.json", [_json([member._asdict() for member in sorted(members)])])
        lines = [f"{member.sha256}  {member.path}\n" for member in sorted(members)]
        _put(pack, "MANIFEST.sha256", ["".join(lines).encode()])
    out.seek(0)
    return out


def _put(pack: ZipFile, path: str, pieces: Iterable[bytes]) -> Member:
    digest, size = hashlib.sha256(), 0
    info = ZipInfo(path, EPOCH)
    info.compress_type = ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    with pack.open(info, "w", force_zip64=True) as member:
        for piece in pieces:
            digest.update(piece)
            size += len(piece)
            member.write(piece)
    return Member(path, size, digest.hexdigest())


def _packed(put: Any, path: str | None, file: Any) -> str | None:
    """Pack a file of evidence; the SHA-256 of what was packed, none where there is no file."""
    if path is None or not file.storage.exists(file.name):
        return None
    with file.open("rb") as stored:
        return str(put(path, iter(lambda: stored.read(PIECE), b"")).sha256)


def _json(value: Any) -> bytes:
    return orjson.dumps(
        orjson.loads(dump_json(value)), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS
    )


def _table(rows: Iterable[dict[str, Any]]) -> bytes:
    return write_csv(rows).encode()


def _checklist(checklist: Checklist) -> dict[str, Any]:
    return {
        "key": str(checklist.key),
        "title": checklist.title,
        "template": checklist.template.slug,
        "owner": checklist.owner.get_username(),
        "shared_with": [
            {"user": share.user.get_username(), "role": share.role}
            for share in checklist.shares.select_related("user").order_by("user__username")
        ],
        "places": [
            {
                "city": place.city.slug if place.city else None,
                "name": str(place),
                "province": place.province.iso_3166_2 if place.province else None,
                "customs_district": place.customs_district.code if place.customs_district else None,
                "gate": _gate(place),
            }
            for place in checklist.places.select_related(
                *("city", "province", "customs_district"),
                *("gate_basis__policy", "gate_basis__finding"),
            )
        ],
        "answers": [str(a.choice) for a in checklist.answers.select_related("choice__question")],
        "as_of": checklist.as_of,
        "known_at": checklist.known_at,
        "follows_today": checklist.follows_today,
        "created_at": checklist.created_at,
        "closed_at": checklist.closed_at,
        "version": checklist.version,
    }


def _gate(place: Place) -> dict[str, Any] | None:
    """Return what the gate stood on there when it was taken up.

    It is none where the template has no gate.
    """
    basis: GateBasis | None = getattr(place, "gate_basis", None)
    if basis is None:
        return None
    return {
        "verdict": basis.verdict,
        "why": basis.why,
        "policy": basis.policy.identity if basis.policy else None,
        "policy_version": basis.policy.version if basis.policy else None,
        "finding": str(basis.finding.key) if basis.finding else None,
    }


def _comments(checklist: Checklist) -> list[dict[str, Any]]:
    rows = Comment.objects.filter(item__checklist=checklist).select_related("item", "author")
    return [
        {
            "item": row.item.number,
            "author": row.author.get_username(),
            "written_at": row.written_at,
            "text": row.text,
        }
        for row in rows.order_by("pk")
    ]


def _signed_period(one: SignedPeriod) -> dict[str, Any]:
    return {
        "item": one.item.number,
        "round": one.number,
        "status": one.status,
        "reason": one.reason,
        "due_on": one.due_on,
        "closed_at": one.closed_at,
        "closed_by": one.closed_by.get_username(),
        "signed": one.signed,
    }


def _findings(checklist: Checklist) -> list[Finding]:
    rows = checklist.findings.select_related("topic", "city", "author", "evidence", *REFERRING)
    return list(rows.order_by("pk"))


def _finding(row: Finding) -> dict[str, Any]:
    return {
        "finding": str(row.key),
        "place": row.city.slug if row.city else row.place_name,
        "topic": row.topic.slug,
        "value": plain_value(row),
        "said_by": row.said_by,
        "note": row.note,
        "found_on": row.found_on,
        "expires_on": row.expires_on,
        "author": row.author.get_username(),
        "evidence": str(row.evidence.key) if row.evidence else None,
        "withdrawn_at": row.withdrawn_at,
    }


def _log(checklist: Checklist) -> list[dict[str, Any]]:
    entries = checklist.log.select_related("actor", "item").order_by("pk")
    return [
        {
            "done_at": entry.done_at,
            "actor": entry.actor.get_username(),
            "act": entry.act,
            "item": entry.item.number if entry.item else None,
            "detail": dump_json(entry.detail).decode(),
        }
        for entry in entries
    ]


def _evidence(checklist: Checklist) -> Iterable[tuple[dict[str, Any], Any]]:
    """Return every version of what serves an item or a finding, or was signed, with its file."""
    serving = Evidence.objects.filter(attachments__item__checklist=checklist)
    found = Evidence.objects.filter(findings__checklists=checklist)
    signed = {
        proof["evidence"]
        for one in SignedPeriod.objects.filter(item__checklist=checklist)
        for proof in one.signed.get("evidence", ())
    }
    keys = {*serving.values_list("pk", flat=True), *found.values_list("pk", flat=True)}
    rows = Evidence.objects.filter(pk__in=keys) | Evidence.objects.filter(key__in=signed)
    here = Attachment.objects.filter(item__checklist=checklist).select_related("item")
    own = Prefetch("attachments", here.order_by("item__position", "pk"), to_attr="here")
    limits = evidence_policy.limits_in(checklist)
    ordered: Any = rows.distinct().order_by("pk")
    for row in ordered.prefetch_related("versions__uploaded_by", own):
        newest = limits.get(row.pk)
        served = [v for v in row.versions.all() if newest is None or v.number <= newest]
        for version in sorted(served, key=lambda one: one.number):
            path = f"evidence/{row.key}/{version.number}-{version.file_name}"
            yield (
                {
                    "evidence": str(row.key),
                    "title": row.title,
                    "version": version.number,
                    "path": path if version.file else None,
                    "url": version.url,
                    "media_type": version.media_type,
                    "sha256": version.sha256,
                    "uploaded_by": version.uploaded_by.get_username(),
                    "uploaded_at": version.uploaded_at,
                    "keep_until": row.keep_until,
                    "serves": [one.item.number for one in row.here],
                },
                version.file,
            )

"""The table of policies, published as versions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import count
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db.models import F, QuerySet
from django.utils.translation import gettext, gettext_noop, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from cbec_portal.quotation import quoted
from zones.dataset.columns import ENGLISH_CLAUSE, kept_in, text
from zones.dataset.model_table import Lookup, narrowed
from zones.dataset.naming import Naming, scope_tables, table_of
from zones.dataset.problems import words_of
from zones.dataset.table import (
    BATCH,
    Base,
    Cells,
    Changes,
    ForeignKey,
    Key,
    Load,
    RefusedCell,
    Spell,
    Table,
    TableRow,
)
from zones.dataset.version_numbers import (
    change_of,
    misplaced,
    newest_day,
    next_versions,
    withdrawn_among,
)
from zones.models import Choice, Policy, Source, Topic
from zones.models.scopes import BODIES, CODE_PATHS, NATION_CODE, code_of
from zones.models.value_types import ANSWER_TYPES, TEXTS, TYPES, cell_of_paths
from zones.rules.partial_dates import first_day_text
from zones.rules.values import WrongValueError
from zones.rules.vocabulary import Change, ScopeKind

PLAIN = (
    "effective_from",
    "effective_to",
    "summary_en",
    "summary_zh",
    "clause",
    "clause_zh",
    "verification",
    "state",
    "start_qualifier",
    "caveat_en",
    "caveat_zh",
    "verified_on",
    "evidence_url",
    "note",
)


class Policies(Table):
    """Policies."""

    name = "policies"
    # What ended it is no source of it: that stays the document on which the row rests. The day
    # is that on which the end was verified, for the answer says something else from then on.
    ends_by = ("effective_to", "note", "verified_on")
    holds_between = ("effective_from", "effective_to")
    lies_in = "topics"
    keys_within = (("choice", "topic", "value"),)
    title = "Answers to topics for scopes from dates on"
    named_by = Policy
    key = ("topic", "scope_kind", "scope_code", "effective_from")
    movable = ("effective_from",)
    decisive = (
        *("state", "value", "value_zh", "effective_from", "effective_to", "start_qualifier"),
        "source_id",
    )
    columns = (
        kept_in(Policy, "topic", "topic__slug"),
        kept_in(Policy, "scope_kind"),
        text(
            "scope_code",
            pgettext_lazy("field", "key of the scope"),
            required=True,
            told=_("CN for the nation, else the key of the programme, province, district or city."),
        ),
        kept_in(Policy, "effective_from"),
        kept_in(Policy, "effective_to"),
        text(
            "value",
            pgettext_lazy("field", "value"),
            lines=True,
            told=_("Only where something is stated: true or false, a number, a choice or a text."),
        ),
        kept_in(Policy, "summary_en"),
        kept_in(Policy, "summary_zh"),
        kept_in(Policy, "source_id", "source__slug"),
        replace(kept_in(Policy, "clause"), label=ENGLISH_CLAUSE),
        replace(kept_in(Policy, "clause_zh"), added_later=True),
        kept_in(Policy, "verification"),
        kept_in(Policy, "state"),
        kept_in(Policy, "start_qualifier"),
        kept_in(Policy, "caveat_en"),
        kept_in(Policy, "caveat_zh"),
        kept_in(Policy, "value_zh", "value_text_zh"),
        kept_in(Policy, "verified_on"),
        kept_in(Policy, "evidence_url", staff=True),
        kept_in(Policy, "note", staff=True),
    )
    named_fields = {
        **{own.column: "value" for own in TYPES},
        **dict.fromkeys(Policy.body_columns, "scope_code"),
    }
    foreign_keys = (
        ForeignKey(("topic",), "topics", ("slug",)),
        ForeignKey(("source_id",), "sources", ("id",)),
    )

    names_for_ever = True

    @property
    def may_name(self) -> Collection[str]:
        """Return the tables of choices and of all that policies bind."""
        return ("choices", *scope_tables().values())

    def naming(self, column: str, cells: Mapping[str, str]) -> Naming | None:
        """Return what a value names if it names anything, and whom the kind of scope says."""
        if column == "value":
            return Naming("choices", within="topic")
        own = BODIES.get(cells.get("scope_kind", "")) if column == "scope_code" else None
        return Naming(table_of(own.model).name) if own else None

    def current(self) -> Iterable[Cells]:
        """Return the policies as known now, by topic, scope from wide to narrow, and start."""
        kinds: list[str] = list(ScopeKind)
        return sorted(
            self.cells(Policy.objects.current().not_withdrawn().order_by()),
            key=lambda c: (
                c["topic"],
                kinds.index(c["scope_kind"]),
                c["scope_code"],
                c["effective_from"],
            ),
        )

    def keys_now(self) -> Iterable[Key]:
        """Return the keys of the policies as known now, and read nothing else of them."""
        known = Policy.objects.current().not_withdrawn().order_by()
        return sorted(key for key, _own in _keys_and_identities(known))

    def known_beside(self, keys: Iterable[Key]) -> dict[Key, Cells]:
        """Return the policies as they are now of the topics that the keys name."""
        known = Policy.objects.current().not_withdrawn()
        current = narrowed(known, "topic__slug", {key[0] for key in keys})
        return {self.key_of(cells): cells for cells in self.cells(current.order_by())}

    def moved_keys(self, gone: Collection[Key]) -> dict[Key, Key]:
        """Return the keys of policies now by the starts that they had before."""
        topics = {key[0] for key in gone}
        known = Policy.objects.current().not_withdrawn().filter(topic__slug__in=topics)
        now = {own: key for key, own in _keys_and_identities(known.order_by())}
        had = Policy.objects.published().filter(topic__slug__in=topics)
        newest = had.order_by(F("replaced_in").asc(nulls_last=True), "recorded_in")
        last = {key: own for key, own in _keys_and_identities(newest) if key in gone}
        return {key: now[own] for key, own in last.items() if own in now}

    def known_identity(self, key: Key) -> str | None:
        """Return the identity of the policy that has a key now, or had it last."""
        body = BODIES.get(ScopeKind(key[1])) if key[1] in BODIES else None
        scope = {f"{body.column}__{body.key}": key[2]} if body else {}
        own = Policy.objects.published().filter(
            topic__slug=key[0], scope_kind=key[1], effective_from=key[3], **scope
        )
        newest = own.order_by(F("replaced_in").desc(nulls_first=True), "-recorded_in")
        return newest.values_list("identity", flat=True).first()

    def check(self, changes: Changes, load: Load) -> None:
        """Note what is wrong with policies, by the rules of their model."""
        reader = PolicyReader(self, load)
        says = any(row.change for row in changes.rows.values())
        identities = identities_of(changes) if says else {}
        identities |= {key: ".".join(key) for key, row in changes.refused if row.change}
        withdrawn = withdrawn_among(Policy, identities, changes)
        for key, row in changes.checked:
            reader.policy(row)
            if why := misplaced(row, key, changes, withdrawn, end="effective_to"):
                self.refuse(load, row, "change", why)
        reader.refuse_same_day(changes)

    def moved_since(self, base: Base) -> Mapping[Key, Cells | None]:
        """Return the policies that later revisions recorded or replaced, as the base knew them."""
        later = Policy.objects.filter(recorded_in__gt=base.revision).not_withdrawn()
        before = Policy.objects.known_at(base.revision).not_withdrawn()
        gone = before.filter(replaced_in__gt=base.revision)
        moved: dict[Key, Cells | None] = {self.key_of(cells): None for cells in self.cells(later)}
        return moved | {self.key_of(cells): cells for cells in self.cells(gone)}

    def cells(self, policies: QuerySet[Policy], *beside: str) -> Iterator[Cells]:
        """Yield the cells of some policies, with those of further plain columns beside them."""
        names = (*beside, *(c.name for c in self.columns if c.name in PLAIN))
        related = ("topic__slug", "source__slug", *CODE_PATHS)
        typed = ("scope_kind", *(own.path for own in TYPES), "value_text_zh")
        for row in policies.values(*names, *related, *typed).iterator():
            special = {
                "topic": row["topic__slug"],
                "source_id": row["source__slug"],
                "scope_code": code_of(row[path] for path in CODE_PATHS),
                "value": cell_of_paths(row),
                "value_zh": row["value_text_zh"],
            }
            own = {
                c.name: special[c.name] if c.name in special else c.cell_of(row[c.name])
                for c in self.columns
            }
            yield {name: row[name] for name in beside} | own

    def speller(self, others: Mapping[str, Changes]) -> Spell:
        """Write numbers and yes and no in one way."""
        types = value_types(others)

        def spell(row: TableRow) -> Sequence[RefusedCell]:
            if cell := row.cells["value"]:
                try:
                    row.cells["value"] = spelled(types.get(row.cells["topic"]), cell)
                except ValueError as wrong:
                    return [RefusedCell("value", words_of(wrong))]
            return ()

        return spell

    def write(self, changes: Changes, load: Load) -> None:
        """Save a draft of each row and note it for publication."""
        if not changes:
            return
        reader = PolicyReader(self, load)
        identities = identities_of(changes)
        versions, newest = next_versions(Policy, identities.values()), newest_day()
        drafts: list[Policy] = []
        for key, row in changes.rows.items():
            if draft := reader.policy(row):
                draft.identity = identities[key]
                draft.version = versions[draft.identity]
                draft.change = row.change = row.change or change_of(
                    changes.before.get(key),
                    row.cells,
                    newest,
                    start="effective_from",
                    end="effective_to",
                    beside=self.ends_by,
                )
                drafts.append(draft)
        reader.refuse_same_day(changes)
        load.publication.policies += Policy.objects.bulk_create(drafts, batch_size=BATCH)

    def take_out(self, absent: Mapping[Key, Cells], load: Load) -> None:
        """Withdraw policies."""
        stored = [policy.pk for policy in stored_policies(absent).values()]
        policies = [
            policy
            for start in range(0, len(stored), BATCH)
            for policy in Policy.objects.filter(pk__in=stored[start : start + BATCH])
        ]
        versions = next_versions(Policy, [policy.identity for policy in policies])
        for policy in policies:
            policy.version = versions[policy.identity]
            policy.pk, policy.recorded_in, policy.change = None, None, Change.WITHDRAWN
            policy._state.adding = True
            policy.save()
            load.publication.policies.append(policy)


class PolicyReader:
    """Makes unsaved policies of rows."""

    def __init__(self, table: Table, load: Load) -> None:
        self.table, self.load, self._kept = table, load, Policies()
        topics = load.cells(table.name, "topic")
        codes = load.cells(table.name, "scope_code")
        self.topics = Lookup(Topic, "slug", load=load, among=topics)
        self.choices = Lookup(Choice, "topic__slug", "slug", load=load, among=topics)
        self.sources = Lookup(Source, "slug", load=load, among=load.cells(table.name, "source_id"))
        self.bodies = {
            kind: Lookup(own.model, own.key, load=load, among=codes) for kind, own in BODIES.items()
        }

    def policy(self, row: TableRow) -> Policy | None:
        """Return a policy without identity and version, or nothing where the row is refused; that
        is told with everything that is wrong with it.
        """
        unread = set(row.unread)
        fields = {name: row.values[name] for name in PLAIN if name not in unread}
        for column, read in self._reads.items():
            try:
                fields |= read(row, unread)
            except ValueError as wrong:
                unread.add(column)
                self.table.refuse(self.load, row, column, words_of(wrong))
        policy = Policy(**fields)
        if unread:
            policy.leave_unread(self._kept.fields_of(unread))
        try:
            policy.clean()
        except ValidationError as wrong:
            self.table.refuse_invalid(self.load, row, wrong)
            return None
        return None if unread else policy

    def refuse_same_day(self, changes: Changes) -> None:
        """Refuse that two policies of one scope start on the same day.

        It is the same day however their dates are written.
        """
        gone = changes.absent if self.load.withdraw else {}
        starts: dict[Key, list[Key]] = defaultdict(list)
        rows = dict(changes.rows)
        for key, row in changes.refused:
            if row.bears(self.table.key):
                rows.setdefault(key, row)
        for key in dict.fromkeys((*changes.before, *rows)):
            if key not in gone:
                own = self.table.key_of(rows[key].cells) if key in rows else key
                starts[(*own[:3], first_day_text(own[3]))].append(key)
        for (*_scope, day), keys in starts.items():
            new = [key for key in keys if key in rows]
            new.sort(key=lambda key: (key not in changes.rows, key not in changes.before))
            there = next((key for key in keys if key not in rows), None) or new.pop(0)
            for key in new:
                why = gettext("another policy of this scope starts on %(day)s: %(key)s")
                why %= {"day": day, "key": " ".join(there)}
                self.table.refuse(self.load, rows[key], "effective_from", why)

    @cached_property
    def _reads(self) -> Mapping[str, Callable[[TableRow, set[str]], dict[str, Any]]]:
        """What reads cells that say their fields beside others, in this order, by the column; it
        reads nothing of a row of which those are ``unread``.
        """
        return {
            "topic": self._topic,
            "scope_code": self._scope,
            "source_id": self._source,
            "value": self._value,
        }

    def _topic(self, row: TableRow, unread: set[str]) -> dict[str, Any]:
        return {} if "topic" in unread else {"topic": self.topics[row.cells["topic"]]}

    def _source(self, row: TableRow, unread: set[str]) -> dict[str, Any]:
        return {} if "source_id" in unread else {"source": self.sources[row.cells["source_id"]]}

    def _scope(self, row: TableRow, unread: set[str]) -> dict[str, Any]:
        if unread and not unread.isdisjoint(("scope_kind", "scope_code")):
            unread.add("scope_code")
            return {} if "scope_kind" in unread else {"scope_kind": row.cells["scope_kind"]}
        kind, code = row.cells["scope_kind"], row.cells["scope_code"]
        if kind == ScopeKind.NATION:
            if code != NATION_CODE:
                raise WrongValueError(
                    gettext_noop("%(text)s is not %(code)s, the code of the nation"),
                    text=quoted(code),
                    code=NATION_CODE,
                )
            return {"scope_kind": kind}
        return {"scope_kind": kind, BODIES[kind].column: self.bodies[kind][code]}

    def _value(self, row: TableRow, unread: set[str]) -> dict[str, Any]:
        cell, chinese = row.cells["value"], {"value_text_zh": row.cells["value_zh"]}
        if not cell or "value" in unread:
            return chinese
        if "topic" in unread:  # a text, while nobody can tell of which type it is
            return chinese | {TEXTS[0]: cell}
        topic = self.topics[row.cells["topic"]]
        own = topic.answer_type
        return chinese | {own.column: own.read(cell, lambda key: self.choices[topic.slug, key])}


def value_types(others: Mapping[str, Changes]) -> dict[str, str]:
    """Return the type of each topic, as it will be after a load."""
    new = others.get("topics", Changes()).rows
    known = Topic.objects.order_by().values_list("slug", "value_type")
    return dict(known) | {key[0]: row.cells["value_type"] for key, row in new.items()}


def spelled(value_type: str | None, value: str) -> str:
    """Return an answer to a topic in its normal form.

    Raises:
        ValueError: it is not of the topic's type.
    """
    own = ANSWER_TYPES.get(value_type or "")
    return own.normal(value) if own else value


def identities_of(changes: Changes) -> dict[Key, str]:
    """Return the identity of each row to be written.

    It is the one it has, or for a new row that of its birth. A policy whose start was corrected
    keeps the words it was born with. Whoever is born with the same words after it gets a number
    behind them.
    """
    known = {key: policy.identity for key, policy in stored_policies(changes.corrected).items()}
    born = {key: ".".join(key) for key in changes.added}
    taken = _taken(born.values())
    return known | {
        key: _free(identity) if identity in taken else identity for key, identity in born.items()
    }


def _free(identity: str) -> str:
    numbered = (f"{identity}.{number}" for number in count(2))
    return next(one for one in numbered if not _taken([one]))


def _taken(identities: Iterable[str]) -> set[str]:
    wanted, found = list(identities), set()
    for start in range(0, len(wanted), BATCH):
        current = Policy.objects.current().not_withdrawn().order_by()
        current = current.filter(identity__in=wanted[start : start + BATCH])
        found |= set(current.values_list("identity", flat=True))
    return found


def _keys_and_identities(policies: QuerySet[Policy]) -> Iterator[tuple[Key, str]]:
    named = ("identity", "topic__slug", "scope_kind", "effective_from", *CODE_PATHS)
    for identity, topic, kind, start, *codes in policies.values_list(*named):
        yield (topic, kind, code_of(codes), str(start)), identity


class CurrentPolicy(NamedTuple):
    """What names a policy that is current, and the topic it answers."""

    pk: int
    identity: str
    topic: int


def stored_policies(keys: Iterable[Key]) -> dict[Key, CurrentPolicy]:
    """Return the current policies with these natural keys."""
    wanted = set(keys)
    if not wanted:
        return {}
    found: dict[Key, CurrentPolicy] = {}
    # Asking for the topics alone leaves most policies unread where few are wanted.
    topics = sorted({key[0] for key in wanted})
    policies = Policy.objects.current().not_withdrawn().filter(topic__slug__in=topics).order_by()
    named = ("topic__slug", "scope_kind", "effective_from", *CODE_PATHS)
    for pk, identity, topic_id, topic, kind, start, *codes in policies.values_list(
        "pk", "identity", "topic", *named
    ):
        key = (topic, kind, code_of(codes), str(start))
        if key in wanted:
            found[key] = CurrentPolicy(pk, identity, topic_id)
    return found

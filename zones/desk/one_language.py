"""Texts given in one language only: the page in the other shows them as they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from cbec_portal.chinese_characters import CHINESE_CHARACTER, CHINESE_CHARACTERS
from zones.dataset.policy_table import Policies
from zones.models import Topic
from zones.models.value_types import TYPES
from zones.rules.vocabulary import Fate

if TYPE_CHECKING:
    from zones.dataset.table import Table
    from zones.desk.judgement import Judgement, RowJudgement

#: What is no word of any language is the same in both: numbers, codes, addresses.
_WORDS = re.compile(rf"(?<![\w./-])[A-Za-z]{{2,}}(?![\w./-])|[{CHINESE_CHARACTERS}]")
_ADDRESS = re.compile(r"https?://\S+")
#: What English quotes in Chinese: words in brackets, titles, and numbers of documents.
_QUOTED = re.compile(
    rf"[（(][^()（）]*[)）]|《[^》]*》|[{CHINESE_CHARACTERS}\s]*"
    rf"(?:[〔\[]\d{{4}}[〕\]]\s*\d+|\d{{4}}年第\d+|第[\d一二三四五六七八九十百]+)号"
)


def pairs_of(table: Table) -> list[tuple[str, str]]:
    """Return the columns of a table that say the same, in English and in Chinese.

    >>> from zones.dataset.topic_tables import Choices
    >>> pairs_of(Choices())
    [('label_en', 'label_zh'), ('meaning_en', 'meaning_zh')]
    """
    names = {column.name for column in table.columns}
    stems = [name.removesuffix("_zh") for name in names if name.endswith("_zh")]
    pairs = [(f"{own}_en" if f"{own}_en" in names else own, f"{own}_zh") for own in stems]
    return sorted(pair for pair in pairs if pair[0] in names)


def with_chinese(table: Table, cells: Mapping[str, str]) -> list[str]:
    """Return the columns for English texts whose cells have Chinese in them, apart from what
    English quotes: words in brackets, titles and numbers of documents.
    """
    pairs = [english for english, _chinese in pairs_of(table)]
    if table.name == Policies.name and not cells.get("value_zh"):
        pairs.remove("value")  # what is no text is read in either language
    return [
        name
        for name in pairs
        if CHINESE_CHARACTER.search(_QUOTED.sub(" ", _ADDRESS.sub(" ", cells.get(name, ""))))
    ]


def told_chinese() -> str:
    """Return what is said of a text for English with Chinese in it."""
    return _("There is Chinese in it, and readers of English read it.")


def said_once(found: Judgement) -> Iterator[tuple[RowJudgement, list[str]]]:
    """Yield rows that would be written with texts in one language only, and the columns that are
    empty beside them; of rows that are known, those of texts that would become others.

    So are answers by texts of which one language becomes another and the other stays. It takes a
    query only where an answer may be a text.
    """
    rows = [own for own in found.rows if own.fate in (Fate.NEW, Fate.CHANGED) and own.after]
    texts = _text_topics(rows)
    for judged in rows:
        moved = judged.moved
        names = [
            name
            for pair in pairs_of(judged.table)
            if not moved.keys().isdisjoint(pair)
            if (name := _lacking(judged, pair, texts))
        ]
        if names:
            yield judged, names


def _lacking(judged: RowJudgement, pair: tuple[str, str], texts: set[str]) -> str:
    """The column of a pair that says nothing while the other does, or stayed as it was."""
    cells, moved = judged.after or {}, judged.moved
    is_answer = judged.table.name == Policies.name and pair[1] == "value_zh"
    if is_answer and cells["topic"] not in texts:
        return ""
    empty = [name for name in pair if not cells[name].strip()]
    if len(empty) == 1:
        (said,) = set(pair) - set(empty)
        return empty[0] if _WORDS.search(_ADDRESS.sub(" ", cells[said])) else ""
    if is_answer and judged.before and not empty:
        return next((name for name in pair if name not in moved), "")
    return ""


def _text_topics(rows: list[RowJudgement]) -> set[str]:
    """The topics of policies that are answered by a text; those that the set brings too."""
    slugs = {own.after["topic"] for own in rows if own.after and own.table.name == Policies.name}
    if not slugs:
        return set()
    types = [own.word for own in TYPES if own.is_in_both_languages]
    new = {
        own.after["slug"]
        for own in rows
        if own.after and own.table.name == "topics" and own.after["value_type"] in types
    }
    known = Topic.objects.filter(slug__in=slugs, value_type__in=types)
    return new | {*known.values_list("slug", flat=True)}

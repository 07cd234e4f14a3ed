"""What the dataset says, it says in both languages, and no less in one than in the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.conf import settings

from tests.zones import oracle

#: Chinese needs about a third of the letters; less than this is a stub.
LEAST = 1 / 5
#: Columns of names and heads, which are as short as their Chinese is.
NAMES = {"name", "title", "label", "unit", "audience", "responsible_role", "choice_labels"}
#: Chinese that is shorter than a fifth and leaves nothing out: each was read beside its English.
SHORT_AND_WHOLE = {
    "义新欧跨境电商专列",
    "公告文号不详。",
    "公布日尚待核对。",
    "否则个人须占用年度便利化结汇额度。",
    "境外卖家注册文件、货权证明",
    "备案结果",
    "尚待与公告核对。",
    "市实施意见",
    "当地承诺在多少小时内办结通关？",
    "所示为公布日，批复日不详。",
    "批复日不详。",
    "报关单位由注册登记改为备案管理。",
    "支付机构跨境外汇支付业务试点扩大至全国。",
    "政策解读",
    "文号及起始日尚待核对。",
    "现行效力未核对。",
    "设有国际邮件互换局。",
    "该批复仅知月份。",
    "跨境购",
    "阿拉山口综合保税区",
}


class Pair(NamedTuple):
    """A text in both languages, and where it stands."""

    table: str
    column: str
    english: str
    chinese: str


def pairs() -> Iterator[Pair]:
    """Every text that has a column for each language."""
    types = {row["slug"]: row["value_type"] for row in oracle.read("topics")}
    for path in sorted((settings.BASE_DIR / "fixtures").glob("*.csv")):
        for row in oracle.read(path.stem):
            for name in (column[:-3] for column in row if column.endswith("_zh")):
                # A value is read the same in both, unless it is a text.
                if name != "value" or types[row["topic"]] == "text":
                    english = row.get(f"{name}_en", row.get(name, ""))
                    yield Pair(path.stem, name, english, row[f"{name}_zh"])


def test_whatever_is_said_in_one_language_is_said_in_the_other() -> None:
    found = list(pairs())
    assert {"policies", "requirements", "topics", "zones"} <= {pair.table for pair in found}
    assert [pair for pair in found if bool(pair.english) != bool(pair.chinese)] == []


def test_no_chinese_text_is_a_stub() -> None:
    short = {
        pair.chinese
        for pair in pairs()
        if pair.column not in NAMES and len(pair.chinese) < LEAST * len(pair.english)
    }
    assert sorted(short - SHORT_AND_WHOLE) == [], "say in Chinese what the English says"
    assert sorted(SHORT_AND_WHOLE - short) == [], "is no longer so short"

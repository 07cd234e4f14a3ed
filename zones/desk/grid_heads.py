"""What the columns of a grid are called: by name, in either language, or as people say it else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from cbec_portal.languages import CODES
from cbec_portal.punctuation import bracketed, enumerated
from cbec_portal.quotation import quoted
from zones.dataset.columns import TableColumn
from zones.dataset.row_origins import CALLED, MADE_FROM
from zones.dataset.table import Table
from zones.desk.grid_names import BESIDE, folded
from zones.desk.row_evidence import beside_cells

#: What else people write above columns, by their names, where no other column is called so.
ALSO_CALLED: Mapping[str, tuple[str, ...]] = {
    "caveat_zh": ("提示", "注意事项"),
    "clause": ("条款",),
    "city": ("城市名称", "试点城市"),
    "covered_from": ("覆盖开始日期",),
    "customs_district": ("海关关区", "海关"),
    "designated_on": ("设立日", "批准日期"),
    "direction": ("方向",),
    "document_number": ("发文字号", "文件编号", "文件号"),
    "effective_from": (
        "生效日",
        "生效时间",
        "起始日期",
        "开始日期",
        "施行日期",
        "start",
        "start date",
    ),
    "effective_to": ("失效日期", "终止日期", "截止日期", "结束日期", "有效期至", "end date"),
    "ended_on": ("撤销日期", "结束日期"),
    "focus_area": ("重点领域", "关注领域"),
    "indicator": ("指标名称",),
    "issuers": ("发文机关", "发文单位", "发布单位", "issuer"),
    "name_en": ("英文名",),
    "name_zh": ("名称", "中文名"),
    "note": ("备注",),
    "official_url": ("网址", "链接"),
    "programme": ("项目", "试点"),
    "province": ("省份", "省"),
    "scope_code": ("范围代码", "适用范围代码", "范围的键", "适用地区", "scope"),
    "scope_kind": ("适用范围", "范围类型", "适用范围类别"),
    "source_id": ("来源", "出处", "依据", "来源文件", "政策依据"),
    "staff_note": ("备注",),
    "state": ("状态", "结论", "status"),
    "status": ("状态", "效力", "效力状态"),
    "summary_en": ("英文概要",),
    "summary_zh": ("摘要", "概要", "中文概要"),
    "title_zh": ("标题", "文件名称"),
    "topic": ("主题", "议题", "事项", "比较事项"),
    "value": ("值", "适用结论", "答案", "数值", "answer"),
    "verification": ("可信度", "可靠性", "确定性", "核实程度"),
    "verified_on": ("核实日期", "查证日期", "核查日期"),
    "year": ("年度",),
}
#: A word that is so little like any other is near none.
FAR = 0.3


def column_names(table: Table) -> dict[str, list[str]]:
    """Return the columns of a table by everything that they are called, folded."""
    found: dict[str, list[str]] = {folded(called): [MADE_FROM] for called in CALLED}
    for column in table.columns:
        for called in {folded(column.name), *map(folded, _called(column))}:
            found.setdefault(called, []).append(column.name)
    for name in beside_cells(table):
        for called in map(folded, BESIDE[name]):
            found.setdefault(called, [name])
    also: dict[str, list[str]] = {}
    for column in table.columns:
        for called in map(folded, ALSO_CALLED.get(column.name, ())):
            also.setdefault(called, []).append(column.name)
    # A column's own name is never another's, whatever that is called.
    return also | found | {folded(column.name): [column.name] for column in table.columns}


#: So many columns are named that begin as a head does.
MOST_NEAR = 3


def _called(column: TableColumn) -> Iterable[str]:
    label: Any = getattr(column, "label", "")
    for language in CODES:
        with override(language):
            if told := str(label() if callable(label) else label):
                yield told


def called(table: Table, names: Iterable[str]) -> str:
    """Return columns of a table by what people call them, each with its name."""
    labels = {column.name: str(column.label) for column in table.columns}
    told = ((labels.get(name) or name, name) for name in names)
    return enumerated(name if label == name else bracketed(label, name) for label, name in told)


def wrong_head(
    table: Table, cell: str, known: Mapping[str, Sequence[str]], possible: Sequence[str]
) -> str:
    """Return why a head is none of a table's, with the columns that it may mean."""
    if possible:
        words = _("%(text)s is what several columns are called: %(columns)s.")
        return words % {"text": quoted(cell[:40]), "columns": called(table, possible)}
    asked = folded(cell[:80])
    # Both summaries are as near to the head that says neither language.
    begun = [one for name, own in known.items() if asked and name.startswith(asked) for one in own]
    near = get_close_matches(asked, known, n=1, cutoff=FAR)
    if near:
        names = list(dict.fromkeys(begun))[:MOST_NEAR] or known[near[0]]
        words = _("%(text)s is no column of this table; the nearest is %(nearest)s.")
        return words % {"text": quoted(cell[:40]), "nearest": called(table, names)}
    words = _("%s is no column of this table.")
    return words % quoted(cell[:40])

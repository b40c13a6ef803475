"""What an officer does next in a round, and how far it is, as steps a page prints."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kechuang.review.models import Round

ORDER = ("planned", "committed", "drawn", "scoring", "summing", "decided")


def stage_marks(round_: Round) -> list[dict[str, str]]:
    """Return the round's stages with what is done, current and to come."""
    words = {
        "planned": _("列名单"),
        "committed": _("公布摘要"),
        "drawn": _("抽取分派"),
        "scoring": _("评分"),
        "summing": _("汇总"),
        "decided": _("定稿"),
    }
    if round_.state not in ORDER:
        return []
    here = ORDER.index(round_.state)
    last = round_.state == "decided"
    return [
        {
            "label": words[name],
            "state": "done" if at < here or (at == here and last) else "current" if at == here else "todo",
        }
        for at, name in enumerate(ORDER)
    ]


def next_step(round_: Round) -> str:
    """Return one sentence: what is to be done now."""
    return {
        "planned": _("列入被评对象，再锁定名单并公布种子摘要。"),
        "committed": _("名单与摘要已公布；到时抽取专家。"),
        "drawn": _("邀请专家；人到齐后分派，再开始评分。"),
        "scoring": _("专家正在评分；全部签名后结束评分。"),
        "summing": _("汇总排序，请偏离较大的专家写明理由，择优后定稿。"),
        "decided": _("已定稿；可以下载会议材料、公布反馈。"),
        "cancelled": _("本轮已取消。"),
    }[round_.state]


def step_told(step: str) -> str:
    """Return what taking a step brings, "" for one that says it elsewhere."""
    return {
        "open": _("开始后专家可以评分；每份材料的专家须已到齐，匿名材料须没有未决问题。"),
        "close": _("结束后不能再评分；还有没签名的评分表时不能结束。"),
        "reopen": _("回到评分中，可以退回重评或补充专家；汇总须重新计算。"),
        "decide": _("定稿后名次和入选不再变动，抽取记录向社会公开，可以公布反馈。"),
        "revise": _("异议成立时回到汇总，原排序留痕。"),
    }.get(step, "")

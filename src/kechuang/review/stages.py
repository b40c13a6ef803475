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

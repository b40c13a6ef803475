"""The decision pack (会议材料): minutes, notice, ranked table and statistics, from a ranking as it stands.

Minutes and notice are Word files in official form, the others workbooks. No expert is named in any.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from kechuang.review.loading import rules_of
from kechuang.review.models import ProposalIdentity, Ranking, RankingLine
from kechuang.review.selectors.results import flagged, lines_of
from kechuang.ui.documents.official import Heading, OfficialPaper, Paragraph, TableRows, letter
from kechuang.ui.documents.sheets import SheetColumn, form_sheet
from kechuang.ui.formats import yuan

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def minutes(ranking: Ranking, *, on: date) -> bytes:
    """Return the minutes of the round's conclusion."""
    round_ = ranking.round
    rules = rules_of(round_.scheme)
    lines, names = _read(ranking)
    funded = [line for line in lines if line.funded]
    outliers = flagged(round_)
    seats = round_.seats.filter(state="accepted").count()
    body: list[Any] = [
        Heading(_("评审基本情况")),
        Paragraph(
            _("本轮评审按“%(scheme)s”进行，方式为%(kind)s，评审 %(count)s 份材料，%(seats)s 名专家参加。")
            % {"scheme": round_.scheme.title, "kind": round_.get_kind_display(), "count": len(lines), "seats": seats}
        ),
        Paragraph(
            _("专家由事先公布摘要的种子随机抽取，利益冲突一律回避；评分按%(rule)s汇总。")
            % {"rule": _("去掉最高分和最低分后的平均分") if rules.aggregation.drop_each_end else _("平均分")}
        ),
        Heading(_("评审结果")),
        Paragraph(_result_sentence(ranking, len(funded))),
        TableRows(
            [_("名次"), _("项目"), _("申报单位"), _("得分"), _("等级")],
            [
                [
                    str(r.place),
                    names[r.proposal_id].title,
                    names[r.proposal_id].organisation.name,
                    trimmed(r.score),
                    r.grade,
                ]
                for r in funded
            ],
            [0.1, 0.38, 0.3, 0.12, 0.1],
        ),
        Heading(_("需要说明的事项")),
        Paragraph(
            _("偏离均值较大的评分 %(n)s 份，均已由专家书面说明理由。") % {"n": len(outliers)}
            if outliers
            else _("没有偏离均值较大的评分。")
        ),
    ]
    moved = [move for line in lines for move in line.moves]
    if moved:
        body += [Paragraph(_("同等条件优先：%(moves)s") % {"moves": "；".join(moved)})]
    return letter(
        OfficialPaper(
            agency=round_.department.name,
            sign=_("%(name)s评审会议纪要") % {"name": round_.department.name},
            number=round_.number,
            title=_("%(title)s会议纪要") % {"title": round_.title},
            body=body,
            signed_on=on,
        )
    )


def notice(ranking: Ranking, *, on: date) -> bytes:
    """Return the notice for publicity: who was chosen, not who judged."""
    lines, names = _read(ranking)
    round_ = ranking.round
    rows = [
        [str(n), names[line.proposal_id].title, names[line.proposal_id].organisation.name]
        for n, line in enumerate((line for line in lines if line.funded), start=1)
    ]
    body: list[Any] = [
        Paragraph(
            _("经专家评审，拟对下列 %(n)s 项予以支持，现予公示。公示期间有异议的，请实名以书面形式提出并附必要的证据。")
            % {"n": len(rows)}
        ),
        TableRows([_("序号"), _("项目"), _("申报单位")], rows, [0.12, 0.5, 0.38]),
    ]
    paper = OfficialPaper(
        agency=round_.department.name,
        title=_("关于%(title)s结果的公示") % {"title": round_.title},
        body=body,
        signed_on=on,
        red_head=False,
    )
    return letter(paper)


def table(ranking: Ranking, *, on: date) -> bytes:
    """Return the ranked list as a workbook."""
    lines, names = _read(ranking)
    columns = [
        SheetColumn(_("名次"), "integer"), SheetColumn(_("代号")), SheetColumn(_("项目")), SheetColumn(_("申报单位")),
        SheetColumn(_("县区")), SheetColumn(_("得分"), "number"), SheetColumn(_("校准后"), "number"),
        SheetColumn(_("最低"), "number"), SheetColumn(_("最高"), "number"), SheetColumn(_("等级")),
        SheetColumn(_("申请金额"), "money", unit=_("元")), SheetColumn(_("入选"), "yes_no"), SheetColumn(_("同分说明")),
    ]  # fmt: skip
    rows = [_table_row(line, names[line.proposal_id]) for line in lines]
    return form_sheet(_("%(title)s排序表") % {"title": ranking.round.title}, columns, rows, note=on.isoformat())


def statistics(ranking: Ranking, *, on: date) -> bytes:
    """Return distribution, agreement and load of the round as a workbook, by seat."""
    found = ranking.statistics
    columns = [
        SheetColumn(_("项")),
        SheetColumn(_("份数"), "integer"),
        SheetColumn(_("平均分")),
        SheetColumn(_("宽严")),
    ]
    rows: list[list[Any]] = [
        [row["seat"], row["count"], row["mean"], row["lean"]] for row in found.get("reviewers", [])
    ]
    rows += [[_("%(low)s 分段") % {"low": low}, count, "", ""] for low, count in found.get("distribution", {}).items()]
    agreement = found.get("agreement")
    rows.append([_("一致程度（0 到 1）"), None, agreement or _("无法计算"), ""])
    return form_sheet(_("%(title)s评审统计") % {"title": ranking.round.title}, columns, rows, note=on.isoformat())


def trimmed(figure: Decimal | str) -> str:
    """Return a figure as it is read: 82.2 for 82.2000, never 1E+2."""
    text = f"{Decimal(figure):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


PAPERS = {
    "minutes": (minutes, "docx", WORD),
    "notice": (notice, "docx", WORD),
    "table": (table, "xlsx", BOOK),
    "statistics": (statistics, "xlsx", BOOK),
}


def _read(ranking: Ranking) -> tuple[list[RankingLine], dict[int, ProposalIdentity]]:
    lines = lines_of(ranking)
    rows = ProposalIdentity.objects.filter(proposal__in=[line.proposal_id for line in lines])
    return lines, {row.proposal_id: row for row in rows.select_related("organisation", "county")}


def _result_sentence(ranking: Ranking, count: int) -> str:
    chosen = ranking.selection
    if not chosen:
        return _("按得分由高到低，入选 %(n)s 项。") % {"n": count}
    return _("在预算 %(budget)s之内择优，入选 %(n)s 项，使用 %(cost)s，结余 %(left)s。") % {
        "budget": yuan(chosen["budget_fen"]),
        "n": count,
        "cost": yuan(chosen["cost_fen"]),
        "left": yuan(chosen["left_fen"]),
    }


def _table_row(line: RankingLine, identity: ProposalIdentity) -> list[Any]:
    return [
        line.place, line.proposal.code, identity.title, identity.organisation.name, identity.county.short_name,
        line.score, line.adjusted, line.lowest, line.highest, line.grade, Decimal(line.proposal.amount_fen) / 100,
        line.funded, "；".join(line.moves),
    ]  # fmt: skip

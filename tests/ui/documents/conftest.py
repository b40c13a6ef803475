"""One paper of each kind, as the tests print it."""

from __future__ import annotations

from datetime import date

import pytest

from kechuang.ui.documents.official import Heading, OfficialPaper, Paragraph, TableRows


@pytest.fixture
def paper() -> OfficialPaper:
    return OfficialPaper(
        agency="示例市科学技术局",
        number="示例科〔2026〕3号",
        title="示例市科学技术局关于认定2026年度市级工程技术研究中心的通知",
        addressees=["各县（区）科技主管部门", "各有关单位"],
        body=[
            Paragraph(
                "根据有关规定，经申报、推荐、评审和公示，现认定示例智能制造工程技术研究中心等2家为市级工程技术研究中心。"
            ),
            Heading("认定名单"),
            TableRows(
                ["序号", "平台名称", "依托单位"],
                [["1", "示例智能制造工程技术研究中心", "示例装备有限公司"]],
                widths=[1, 5, 4],
                title="名单",
                numeric=[0],
            ),
            Heading("工作要求"),
            Heading("加强管理", 2),
            Paragraph("依托单位要在人员、场地、经费等方面给予保障，研发投入年均增长不低于10%。"),
            Heading("按时报送", 2),
            Heading("时间", 3),
            Paragraph("每年1月31日前。"),
            Heading("方式", 4),
            Paragraph("在线报送。"),
        ],
        attachments=["2026年度名单", "任务书格式"],
        signed_on=date(2026, 11, 3),
        copies_to=["示例市人民政府办公室", "示例市财政局"],
        printed_by="示例市科学技术局办公室",
        printed_on=date(2026, 11, 4),
        note="此件公开发布",
    )

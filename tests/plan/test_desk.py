"""The commands ``plan import`` and ``plan status``."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from kechuang.directory.models import Office
from kechuang.kernel.errors import NotAllowed, Refused
from kechuang.kernel.models import AuditEvent
from kechuang.plan import desk
from kechuang.plan.cli import plan as command
from kechuang.plan.models import Plan
from tests.factories import UserFactory
from tests.plan.conftest import Register
from tests.plan.text import CORRECTED, PLAN

pytestmark = pytest.mark.usefixtures("processes")


@pytest.fixture
def officer() -> str:
    user = UserFactory(username="office")
    Office.objects.create(user=user, role="conference_office", start=date(2020, 1, 1))
    return user.username


def test_import_stores_a_draft_and_tells_what_was_read(officer: str, tmp_path: Path) -> None:
    file = tmp_path / "plan.txt"
    file.write_text(PLAN, encoding="utf-8")
    answer = CliRunner().invoke(command, ["import", str(file)])
    assert answer.exit_code == 0
    lines = answer.output.splitlines()
    assert lines[0] == "示例市创新平台提升行动方案（2021—2023年）"
    assert lines[1].endswith("第 1 版，草稿，待核对发布")
    assert lines[2] == "任务 2 条，保障 1 条，指标 2 项，时间节点 0 个"
    assert Plan.objects.get().source_name == "plan.txt"


def test_import_publishes_and_names_the_officer_in_the_trail(officer: str) -> None:
    outcome = desk.import_bytes(PLAN.encode(), name="p.txt", username=officer, publish=True)
    assert outcome.plan.state == "published"
    written = AuditEvent.objects.filter(table="plan_plan").values_list("actor_id", flat=True)
    assert set(written) == {outcome.plan.created_by_id}
    again = desk.import_bytes(CORRECTED.encode(), publish=True)
    assert (again.plan.code, again.plan.version) == (outcome.plan.code, 2)
    assert "与第 1 版相比 4 处不同：" in desk.told(again)


def test_import_refuses_with_a_sentence() -> None:
    with pytest.raises(Refused, match="还没有人任联席会议办公室岗位"):
        desk.import_bytes(PLAN.encode())
    with pytest.raises(Refused, match="没有用户“nobody”"):
        desk.import_bytes(PLAN.encode(), username="nobody")
    UserFactory(username="stranger")
    with pytest.raises(NotAllowed):
        desk.import_bytes(PLAN.encode(), username="stranger")
    assert not Plan.objects.exists()


def test_import_of_an_unreadable_file_is_status_two(officer: str, tmp_path: Path) -> None:
    file = tmp_path / "picture.png"
    file.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    assert CliRunner().invoke(command, ["import", str(file)]).exit_code == 2
    assert CliRunner().invoke(command, ["import", str(tmp_path / "none.txt")]).exit_code == 2
    assert not Plan.objects.exists()


def test_status_prints_one_row_an_indicator(officer: str, register: Register) -> None:
    register.holds("centres", ("2019-01-01", "national"), ("2021-05-01", "provincial"), label="示例技术中心")
    desk.import_bytes(PLAN.encode(), publish=True)
    answer = CliRunner().invoke(command, ["status", "--on", "2021-12-31"])
    assert answer.exit_code == 0
    row = next(line for line in answer.output.splitlines() if "示例技术中心" in line)
    cells = [cell.strip() for cell in row.strip("│ ").split("│")]
    assert cells[:5] == ["示例技术中心", "11", "13（2021）", "2（国家级1、省级1）", "未达成"]


def test_status_refuses_a_day_that_is_none(officer: str) -> None:
    with pytest.raises(Refused, match="不是日期"):
        desk.status_table(on="昨天")
    with pytest.raises(Refused, match="还没有已发布的方案"):
        desk.status_table()

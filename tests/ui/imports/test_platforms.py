"""Platforms and recognitions from a ledger: the register's own services decide, in the dry run already."""

from __future__ import annotations

from datetime import date

import pytest

from kechuang.kernel.models import Move
from kechuang.platforms import services as platforms
from kechuang.platforms.models import Amendment, Platform, Recognition, RegisterDelta, RegisterEntry
from kechuang.platforms.resource import REGISTER
from kechuang.ui.imports import jobs, services
from tests.platforms.conftest import build_town, store_processes
from tests.ui.imports.ledgers import brought, workbook

HEADS = ("平台名称", "平台类型", "依托单位", "", "归口部门", "级别", "认定时间", "文号", "负责人")
BELOW = ("", "", "名称", "信用代码", "", "", "", "", "")


@pytest.fixture
def town(db, monkeypatch):
    store_processes()
    built = build_town()
    actor = built.officer()
    monkeypatch.setattr(jobs, "actor_of", lambda user: actor)
    built.acting = actor
    return built


@pytest.fixture
def way(town):
    def bring(*rows, write=False, **more):
        data = workbook([HEADS, BELOW, *rows], merged=[(0, 2, 0, 3, "依托单位")])
        return brought(data, resource=REGISTER, actor=town.acting, write=write, **more)

    return bring


def line(town, number=1, **values):
    row = {
        "平台名称": f"示例平台{number}",
        "平台类型": town.kinds[0].name,
        "依托单位": town.hosts[0].name,
        "信用代码": "",
        "归口部门": "",
        "级别": "市级",
        "认定时间": "2021-05-20",
        "文号": "示科发〔2021〕1号",
        "负责人": "示例人员",
    }
    return list((row | values).values())


def figures(run):
    return {name: run.summary[name] for name in ("create", "change", "same", "faults")}


def test_a_platform_comes_in_with_its_recognition_waiting_for_a_second_person(way, town):
    run = way(line(town), line(town, 2, 级别="", 认定时间="2020-01-01", 文号=""), write=True)
    assert (run.state, run.problem) == ("done", "")
    assert run.mapping["2"] == "host"
    recognition = Recognition.objects.get()
    assert (recognition.state, recognition.level, recognition.recognised_on) == (
        "submitted",
        "municipal",
        date(2021, 5, 20),
    )
    assert list(RegisterEntry.objects.order_by("name").values_list("name", "level", "director")) == [
        ("示例平台1", "cultivated", "示例人员"),
        ("示例平台2", "cultivated", "示例人员"),
    ]
    assert Move.objects.get().actor_id == town.acting.user_id


def test_what_only_the_services_know_is_told_in_the_dry_run_at_its_cell(way, town):
    run = way(
        line(town, 1, 归口部门=town.departments[1].short_name),
        line(town, 2, 依托单位="没有这个单位"),
        line(town, 3, 认定时间="2999-01-01"),
        line(town, 4, 文号=""),
        line(town, 5),
        line(town, 5),
    )
    assert [(row, column) for row, column, *_rest in services.found_of(run)["faults"]] == [
        (3, -1),
        (4, 2),
        (5, -1),
        (6, 7),
        (8, 0),
    ]
    assert (Platform.objects.count(), RegisterEntry.objects.count(), RegisterDelta.objects.count()) == (0, 0, 0)


def test_a_known_platform_is_corrected_or_changed_and_given_its_next_level(way, town):
    way(line(town), write=True)
    assert figures(way(line(town))) == {"create": 0, "change": 0, "same": 1, "faults": 0}
    run = way(
        line(town, 负责人="示例新人", 级别="省级", 认定时间="2023-01-01", 文号="示省发〔2023〕2号"),
        write=True,
        reason="年度核对",
    )
    assert figures(run) == {"create": 0, "change": 1, "same": 0, "faults": 0}
    amendment = Amendment.objects.get()
    assert (amendment.kind, amendment.reason, amendment.after) == ("correction", "年度核对", {"director": "示例新人"})
    assert set(Recognition.objects.values_list("level", flat=True)) == {"municipal", "provincial"}


def test_an_undo_leaves_the_register_as_if_nothing_had_come(way, town):
    standing = town.platform(name="示例旧平台")
    before = sorted(RegisterEntry.objects.values_list("name", "director", "start", "end"))
    old = line(town, 级别="", 认定时间="", 文号="", 平台名称="示例旧平台", 负责人="示例新人")
    run = way(line(town, 1), old, write=True)
    assert RegisterEntry.objects.get(platform=standing).director == "示例新人"
    run = services.run_undo(services.run_undo_begin(run=run, actor=town.acting), town.acting)
    assert (run.state, run.problem) == ("undone", "")
    assert sorted(RegisterEntry.objects.values_list("name", "director", "start", "end")) == before
    assert (Platform.objects.count(), Recognition.objects.count(), Amendment.objects.count()) == (1, 0, 0)
    assert platforms.register_check() == []


def test_an_undo_refuses_once_a_recognition_was_confirmed(way, town):
    run = way(line(town), write=True)
    platforms.recognition_confirm(recognition=Recognition.objects.get(), actor=town.head())
    run = services.run_undo(services.run_undo_begin(run=run, actor=town.acting), town.acting)
    assert run.state == "done"
    assert "导入之后又有人改动了" in run.problem
    assert RegisterEntry.objects.filter(level="municipal").exists()


def test_a_platform_that_went_through_three_levels_comes_in_from_several_rows(way, town):
    run = way(
        line(town, 级别="省级", 认定时间="2018-03-01", 文号="示省发〔2018〕3号", 负责人=""),
        line(town, 2),
        line(town, 级别="国家级", 认定时间="2023-08-09", 文号="示国发〔2023〕9号"),
        line(town, 级别="市级", 认定时间="2015-05-20", 文号="示科发〔2015〕5号"),
        write=True,
    )
    assert (run.state, run.problem) == ("done", "")
    assert (run.summary["total"], run.summary["create"], run.summary["joined"]) == (4, 2, 2)
    first = Platform.objects.order_by("pk").first()
    held = Recognition.objects.filter(platform=first).order_by("recognised_on")
    assert list(held.values_list("level", "document_number", "state")) == [
        ("municipal", "示科发〔2015〕5号", "submitted"),
        ("provincial", "示省发〔2018〕3号", "submitted"),
        ("national", "示国发〔2023〕9号", "submitted"),
    ]
    entry = RegisterEntry.objects.get(platform=first)
    assert (entry.director, entry.start) == ("示例人员", date(2015, 5, 20))


WIDE = ("平台名称", "平台类型", "依托单位", "市级", "", "省级", "", "国家级", "")
WIDE_BELOW = ("", "", "", "认定时间", "文号", "认定时间", "文号", "认定时间", "文号")


def test_a_platform_that_went_through_three_levels_comes_in_from_one_row_of_several_columns(town):
    row = [
        "示例平台1", town.kinds[0].name, town.hosts[0].name,
        "2015-05-20", "示科发〔2015〕5号", "2018年3月1日", "示省发〔2018〕3号", "", "",
    ]  # fmt: skip
    merged = [(0, 3, 0, 4, "市级"), (0, 5, 0, 6, "省级"), (0, 7, 0, 8, "国家级")]

    def bring(*rows):
        data = workbook([WIDE, WIDE_BELOW, *rows], merged=merged)
        return brought(data, resource=REGISTER, actor=town.acting, write=True)

    run = bring(row)
    assert run.mapping == {
        "0": "name", "1": "kind", "2": "host", "3": "municipal_on", "4": "municipal_number",
        "5": "provincial_on", "6": "provincial_number", "7": "national_on", "8": "national_number",
    }  # fmt: skip
    assert set(Recognition.objects.values_list("level", "recognised_on")) == {
        ("municipal", date(2015, 5, 20)),
        ("provincial", date(2018, 3, 1)),
    }
    later = bring([*row[:7], "2023-08-09", "示国发〔2023〕9号"])
    assert (later.summary["change"], later.summary["faults"]) == (1, 0)
    assert services.found_of(later)["changes"][0][2] == [["级别", "市级、省级", "市级、省级、国家级"]]
    assert Recognition.objects.count() == 3


def test_rows_of_one_platform_that_contradict_each_other_are_told_at_their_cells(way, town):
    run = way(
        line(town),
        line(town, 级别="省级", 认定时间="", 文号="示省发〔2018〕3号"),
        line(town, 级别="国家级", 认定时间="2023-08-09", 负责人="示例别人"),
        line(town, 级别="市级"),
    )
    assert [(row, column) for row, column, *_rest in services.found_of(run)["faults"]] == [(4, 6), (5, 8), (6, 0)]

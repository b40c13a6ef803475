import shutil

from click.testing import CliRunner

from kechuang.catalogue import installed_root
from kechuang.catalogue.cli import catalogue
from kechuang.site.words import speak_chinese

speak_chinese()  # as the command line does before it answers


def test_check_counts_and_succeeds():
    seen = CliRunner().invoke(catalogue, ["check"])
    assert seen.exit_code == 0
    assert seen.stdout.startswith("安顺市：县区 8，部门单位 18，角色 14，平台类别 15，")
    assert seen.stderr == ""


def test_check_draws_every_process():
    seen = CliRunner().invoke(catalogue, ["check", str(installed_root()), "--city", "anshun", "--mermaid"])
    processes = list((installed_root() / "base" / "processes").glob("*.yaml"))
    assert seen.stdout.count("stateDiagram-v2") == len(processes)
    assert "    submitted --> in_force: 复核通过（归口部门负责人）" in seen.stdout


def test_check_lists_problems_and_fails(tmp_path):
    root = tmp_path / "catalogue"
    shutil.copytree(installed_root(), root)
    path = root / "anshun" / "indicators.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("departments: [kjj]", "departments: [kj]"), "utf-8")

    seen = CliRunner().invoke(catalogue, ["check", str(root)])

    assert seen.exit_code == 1
    assert seen.stderr.splitlines() == [
        "anshun/indicators.yaml　academician_workstations：引用了不存在的部门 kj",
        "anshun/indicators.yaml　engineering_technology_centres：引用了不存在的部门 kj",
        "共 2 个问题。",
    ]


def test_check_of_a_file_that_cannot_be_read_fails(tmp_path):
    root = tmp_path / "catalogue"
    shutil.copytree(installed_root(), root)
    (root / "base" / "roles.yaml").unlink()

    seen = CliRunner().invoke(catalogue, ["check", str(root)])

    assert (seen.exit_code, seen.stdout) == (1, "")
    assert seen.stderr.splitlines() == ["base/roles.yaml：文件不存在", "共 1 个问题。"]


def test_check_of_an_empty_folder_speaks_plainly(tmp_path):
    seen = CliRunner().invoke(catalogue, ["check", str(tmp_path)])
    assert seen.exit_code == 1
    assert "下没有任何城市" in seen.stderr


def test_workdays_computes_the_table_that_is_shipped():
    seen = CliRunner().invoke(catalogue, ["workdays", "2018", "2026"])
    assert seen.exit_code == 0
    assert seen.stdout == (installed_root() / "base" / "workdays.csv").read_text(encoding="utf-8")


def test_workdays_of_a_reversed_span_speaks_plainly():
    seen = CliRunner().invoke(catalogue, ["workdays", "2026", "2018"])
    assert (seen.exit_code, seen.stderr) == (1, "LAST 不能早于 FIRST。\n")

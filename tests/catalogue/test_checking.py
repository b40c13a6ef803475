"""Every contradiction between the files is found and said in Chinese, with its place."""

import shutil

import pytest

from kechuang.catalogue import BrokenCatalogue, installed_root, load, problems


@pytest.fixture
def root(tmp_path):
    """A copy of the shipped catalogue that a test may spoil."""
    shutil.copytree(installed_root(), tmp_path / "catalogue")
    return tmp_path / "catalogue"


def spoil(root, name, old, new):
    path = root / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    (
        (
            "anshun/departments.yaml",
            "code: fgw",
            "code: kjj",
            "anshun/departments.yaml　kjj：代码重复",
        ),
        (
            "anshun/departments.yaml",
            "short_names: [财政局]",
            "short_names: [科技局]",
            "anshun/departments.yaml　科技局：两个部门使用了同一名称",
        ),
        (
            "anshun/platform_types.yaml",
            "other_names: [院士专家工作站]",
            "other_names: [众创空间]",
            "anshun/platform_types.yaml　众创空间：两个平台类别使用了同一名称",
        ),
        (
            "anshun/platform_types.yaml",
            "not_same_as: [erc]",
            "not_same_as: [ercc]",
            "anshun/platform_types.yaml　etrc：引用了不存在的平台类别 ercc",
        ),
        (
            "anshun/platform_types.yaml",
            "kind: date}",
            "kind: choice}",
            "academician_workstation.agreement_ends_on：选项字段须列出 choices，其他字段不得列出",
        ),
        (
            "anshun/platform_types.yaml",
            "- code: torch_industry_base",
            "- {code: orphan, name: 示例类别, line: 科技}\n- code: torch_industry_base",
            "anshun/competence.yaml　orphan：该平台类别没有任何归口部门",
        ),
        ("anshun/city.yaml", '"520400"', '"520499"', "anshun/city.yaml　520499：行政区划代码不在 GB/T 2260 表中"),
        (
            "anshun/city.yaml",
            '"520403"',
            '"520402"',
            "anshun/city.yaml　pingba：行政区划代码 520402 与名称 平坝区 不符",
        ),
        ("anshun/city.yaml", '"520403"', "null", "anshun/city.yaml　pingba：县区须有行政区划代码"),
        (
            "anshun/city.yaml",
            "{row: 0, column: 2}",
            "{row: 1, column: 1}",
            "anshun/city.yaml　1,1：磁贴地图上两个县区位置相同",
        ),
        (
            "anshun/competence.yaml",
            "department: kjj",
            "department: kjjj",
            "anshun/competence.yaml　[0] academician_workstation/national：引用了不存在的部门 kjjj",
        ),
        (
            "anshun/competence.yaml",
            "effective_from: 2025-07-10",
            "effective_from: 2025-07-09",
            "anshun/competence.yaml　incubator/national：同一类别同一级别的归口在时间上重叠",
        ),
        (
            "anshun/competence.yaml",
            "document: null\n  article: null\n  effective_from: null\n  effective_to: null\n  verified_by: null",
            "document: null\n  article: null\n  effective_from: null\n  effective_to: null\n  verified_by: 市科技局",
            "anshun/competence.yaml　[2] academician_workstation/municipal：已核实的归口须写明依据文件",
        ),
        (
            "base/roles.yaml",
            "code: host_admin",
            "code: host_administrator",
            "processes/organisation_change.yaml　organisation_change：引用了不存在的角色 host_admin",
        ),
        (
            "anshun/indicators.yaml",
            "types: [erc]",
            "types: [ercc]",
            "anshun/indicators.yaml　engineering_research_centres：引用了不存在的平台类别 ercc",
        ),
        (
            "anshun/plans/anshun-2021-2023.yaml",
            "{year: 2023, value: 42",
            "{year: 2023, value: 43",
            "anshun/plans/anshun-2021-2023.yaml　goal：2023 年总目标 43 与各指标之和 42 不符",
        ),
        (
            "anshun/plans/anshun-2021-2023.yaml",
            "市投促局",
            "市招商局",
            "anshun/plans/anshun-2021-2023.yaml　二/（一）：责任单位 市招商局 不在部门表中",
        ),
        (
            "anshun/plans/anshun-2021-2023.yaml",
            "no: （二）",
            "no: （一）",
            "anshun/plans/anshun-2021-2023.yaml　二/（一）：条目编号重复",
        ),
        (
            "anshun/plans/anshun-2021-2023.yaml",
            "departments: [市发展改革委]",
            "departments: [市发改局]",
            "anshun/plans/anshun-2021-2023.yaml　工程研究中心：责任部门 市发改局 不在部门表中",
        ),
        (
            "anshun/plans/anshun-2021-2023.yaml",
            "local: [各县（区）人民政府]",
            "local: [各乡镇]",
            "anshun/plans/anshun-2021-2023.yaml　二/（一）：引用了不存在的县区统称 各乡镇",
        ),
        (
            "anshun/plans/anshun-2021-2023.yaml",
            "local: [各县（区）人民政府]",
            "local: [各县()人民政府]",
            "anshun/plans/anshun-2021-2023.yaml　二/（一）：括号里是空的：各县()人民政府",
        ),
        (
            "template/evaluations.yaml",
            "grade: 良好, at_least: 65, below: 90",
            "grade: 良好, at_least: 65, below: 88",
            "template/evaluations.yaml　national_enterprise_technology_centre：等级 优秀 与 良好 的分数线不衔接",
        ),
        (
            "template/evaluations.yaml",
            "template: true",
            "template: false",
            "template/evaluations.yaml　national_enterprise_technology_centre：外地规则须标明 template: true",
        ),
        (
            "base/divisions.csv",
            "520403,平坝区,3,520400",
            "520403,平坝区,3,520499",
            "base/divisions.csv　520403：上级代码 520499 不存在",
        ),
        ("base/industries.csv", "A011,", "A01,", "base/industries.csv　A01：代码重复"),
    ),
)
def test_contradiction_is_found(root, name, old, new, said):
    spoil(root, name, old, new)
    found = [str(problem) for problem in problems(load(root, "anshun"))]
    assert [text for text in found if text.endswith(said)]


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    (
        (
            "base/levels.yaml",
            "rank: 3",
            "rank: 三",
            "base/levels.yaml 第 3 行　[1].rank：应为整数",
        ),
        (
            "base/levels.yaml",
            "counts: true, recognised: true}\n- {code: provincial",
            "counts: yes, recognised: true}\n- {code: provincial",
            "base/levels.yaml 第 2 行　[0].counts：应为 true 或 false",
        ),
        (
            "base/roles.yaml",
            "bound: county",
            "bound: town",
            "base/roles.yaml 第 4 行　[2].bound：只能是 'organisation', 'county', 'department'、'none'，不能是 town",
        ),
        ("anshun/city.yaml", "code: anshun", "code: 安顺", "anshun/city.yaml 第 2 行　code：写法不对：安顺"),
        ("anshun/city.yaml", "name: 安顺市", "nom: 安顺市", "anshun/city.yaml 第 3 行　nom：不认识的键"),
        ("anshun/city.yaml", "name: 安顺市", "code: x", "anshun/city.yaml 第 3 行：YAML 写法有误：键 code 重复"),
        ("anshun/city.yaml", "name: 安顺市", "name: [安顺市", "anshun/city.yaml 第 4 行：YAML 写法有误"),
        (
            "anshun/competence.yaml",
            "effective_to: 2025-07-10",
            "effective_to: 七月",
            "effective_to：应为日期（如 2021-12-24）",
        ),
        (
            "anshun/competence.yaml",
            "effective_from: 2025-07-10\n  effective_to: null",
            "effective_from: 2025-07-10\n  effective_to: 2025-07-10",
            "effective_to 必须晚于 effective_from",
        ),
        (
            "anshun/competence.yaml",
            "  template: false\n",
            "",
            "anshun/competence.yaml 第 3 行　[0].template：缺少这一项",
        ),
        (
            "anshun/plans/anshun-2021-2023.yaml",
            "parts: {national: 5, provincial: 11}",
            "parts: {national: 5, provincial: 12}",
            "2023 年分项之和 17 不等于 16",
        ),
        (
            "anshun/plans/anshun-2021-2023.yaml",
            "{year: 2022, value: 5}",
            "{year: 2021, value: 5}",
            "年份须从基期起逐年递增，不得重复",
        ),
        (
            "base/processes/progress_report.yaml",
            "to: approved",
            "to: aproved",
            "base/processes/progress_report.yaml　progress_report：步骤 approve 引用了不存在的状态 aproved",
        ),
        (
            "base/processes/recognition_record.yaml",
            "step: return",
            "step: refuse",
            "审核状态 submitted（待复核）没有“退回”（return）步骤",
        ),
        (
            "base/processes/progress_report.yaml",
            "process: progress_report",
            "process: report",
            "base/processes/progress_report.yaml　process：流程名 report 须与文件名一致",
        ),
        (
            "base/divisions.csv",
            "code,name",
            "code,title",
            "base/divisions.csv 第 1 行：表头应为 code,name,level,parent",
        ),
        (
            "base/divisions.csv",
            "110000,北京市,1",
            "110000,北京市,一",
            "base/divisions.csv 第 2 行　level：应为整数",
        ),
    ),
)
def test_unreadable_file_is_told_with_its_line(root, name, old, new, said):
    spoil(root, name, old, new)
    with pytest.raises(BrokenCatalogue) as refusal:
        load(root, "anshun")
    assert said in str(refusal.value)


def test_all_files_are_complained_about_at_once(root):
    (root / "base" / "roles.yaml").unlink()
    (root / "base" / "industries.csv").unlink()
    (root / "anshun" / "city.yaml").write_bytes(b"\xff\xfe\x00")
    (root / "base" / "levels.yaml").write_text("", encoding="utf-8")
    (root / "base" / "processes" / "progress_report.yaml").write_text("[]", encoding="utf-8")
    (root / "base" / "disciplines.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BrokenCatalogue) as refusal:
        load(root, "anshun")
    assert [(problem.file, problem.message) for problem in refusal.value.problems] == [
        ("base/roles.yaml", "文件不存在"),
        ("base/levels.yaml", "应为列表"),
        ("anshun/city.yaml", "文件无法读取，须为 UTF-8 文本"),
        ("base/processes/progress_report.yaml", "流程文件应写成“键: 值”的形式"),
        ("base/industries.csv", "文件不存在"),
        ("base/disciplines.csv", "文件无法读取，须为 UTF-8 的 CSV"),
    ]


def test_column_written_wrongly_does_not_fill_the_screen(root):
    path = root / "base" / "divisions.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",3,", ",三,"), encoding="utf-8")
    with pytest.raises(BrokenCatalogue) as refusal:
        load(root, "anshun")
    assert len(refusal.value.problems) == 21
    assert refusal.value.problems[-1].message.startswith("另有 ")


def test_city_overrides_calendar_and_process(root):
    (root / "anshun" / "workdays_override.csv").write_text(
        "day,works,name\n2021-10-08,false,示例停工\n", encoding="utf-8"
    )
    (root / "anshun" / "processes").mkdir()
    text = (root / "base" / "processes" / "plan_publication.yaml").read_text(encoding="utf-8")
    (root / "anshun" / "processes" / "plan_publication.yaml").write_text(
        text.replace("label: 方案发布", "label: 本市方案发布"), encoding="utf-8"
    )
    whole = load(root, "anshun")
    assert whole.processes["plan_publication"].label == "本市方案发布"
    assert [
        row.name for row in whole.reference.workday_exceptions if not row.works and str(row.day) == "2021-10-08"
    ] == ["示例停工"]
    assert problems(whole) == []

"""Responsibility phrases in their printed variants, and brackets that are none."""

import pytest

from kechuang.pure.plans.brackets import strip_duties


def _read(phrase: str) -> list[dict[str, object]]:
    records = [found.record() for found in strip_duties(f"推进平台建设。（{phrase}）").phrases]
    return [{name: getattr(r, name) for name in r.__slots__ if getattr(r, name)} for r in records]


@pytest.mark.parametrize(
    ("phrase", "expected"),
    (
        ("市科技局牵头，市财政局、市教育局配合", {"lead": "市科技局", "cooperating": "市财政局 市教育局"}),
        ("市科技局牵头、市财政局配合", {"lead": "市科技局", "cooperating": "市财政局"}),
        ("市科技局（牵头）、市财政局", {"lead": "市科技局", "cooperating": "市财政局"}),
        (
            "由省发展改革委牵头，会同省科技厅等部门实施",
            {"lead": "省发展改革委", "cooperating": "省科技厅", "et_al": True},
        ),
        ("市财政局负责，各县区政府配合", {"lead": "市财政局", "local": "各县区政府"}),
        ("市科技局会同有关部门负责", {"role": "负责", "departments": "市科技局", "with_others": True}),
        ("教育部指导", {"role": "指导", "departments": "教育部"}),
        (
            "科技部、财政部等按职责分工负责",
            {"role": "负责", "departments": "科技部 财政部", "et_al": True, "by_duty": True},
        ),
        (
            "科技、财政、教育等部门按职责分工负责",
            {"role": "负责", "departments": "科技 财政 教育", "et_al": True, "by_duty": True},
        ),
        (
            "国家发展改革委、科技部等14部门按职责分工负责",
            {"role": "负责", "departments": "国家发展改革委 科技部", "et_al": True, "by_duty": True},
        ),
        ("省自然资源厅、住房城乡建设厅，省海洋执法总队", {"departments": "省自然资源厅 住房城乡建设厅 省海洋执法总队"}),
        (
            "共青团中央、中国残联、开发银行、最高人民法院负责",
            {"role": "负责", "departments": "共青团中央 中国残联 开发银行 最高人民法院"},
        ),
        ("工信部、应急管理部", {"departments": "工信部 应急管理部"}),
        (
            "市交通委（市道运局）、市委组织部〔市人才办〕、市行政审批局",
            {"departments": "市交通委（市道运局） 市委组织部〔市人才办〕 市行政审批局"},
        ),
        ("责任单位：市科技局和市住房和城乡建设局", {"role": "责任单位", "departments": "市科技局 市住房和城乡建设局"}),
        ("责任单位：市科技局 市财政局", {"role": "责任单位", "departments": "市科技局 市财政局"}),
        (
            "牵头单位：科技厅；责任单位：省财政厅。列首位的为牵头单位，下同",
            {"lead": "科技厅", "cooperating": "省财政厅"},
        ),
        ("牵头单位：市科技局，配合单位：市直相关部门；完成时限：2023年6月", {"lead": "市科技局", "with_others": True}),
        ("商务部；适用范围：所有自贸试验区", {"departments": "商务部", "scope": "所有自贸试验区"}),
        ("高新处牵头，规划处、成果处配合", {"lead_offices": "高新处", "cooperating_offices": "规划处 成果处"}),
        ("责任处（室）：办公室、规划处", {"role": "责任处", "lead_offices": "办公室 规划处"}),
        ("市科技局高新处牵头", {"lead": "市科技局", "lead_offices": "高新处"}),
        ("项目承担单位负责落实", {"role": "负责", "departments": "项目承担单位"}),
        ("市科技局牵头，2023年12月底前完成", {"lead": "市科技局"}),
        ("市科技局负责，长期坚持", {"role": "负责", "departments": "市科技局"}),
    ),
)
def test_phrase_is_read(phrase: str, expected: dict[str, object]) -> None:
    plain = {"role", "scope"}
    wanted = {k: tuple(v.split()) if isinstance(v, str) and k not in plain else v for k, v in expected.items()}

    assert _read(phrase) == [wanted]


@pytest.mark.parametrize(
    "name",
    (
        *(
            "各县（市、区）人民政府",
            "各区、县级市",
            "各省级人民政府",
            "各市（州）人民政府",
            "各盟行政公署、市人民政府",
            "各县()人民政府",
        ),
        *(
            "各省、自治区、直辖市人民政府",
            "各地、州、市人民政府（行政公署）",
            "各地级以上市",
            "各区政府",
            "各镇（街道）",
            "市县政府",
        ),
        *(
            "各县（市）区人民政府",
            "各县（市）党委、政府",
            "有关市、县人民政府",
            "各县、自治县、区人民政府（管委会）",
            "各师市",
            "各功能区管委会",
        ),
        *(
            "地方各级人民政府",
            "市、县人民政府",
            "各地区",
            "各设区市人民政府",
            "各旗县（市、区）人民政府",
            "各区县（自治县）人民政府",
        ),
    ),
)
def test_collective_name_counts_as_one(name: str) -> None:
    assert _read(f"市科技局、{name}，市财政局负责") == [
        {"role": "负责", "departments": ("市科技局", "市财政局"), "local": (name,)},
    ]


@pytest.mark.parametrize("form", ("建设平台（{}）。", "平台（{}）建设，推进共享。", "建设平台。（{}）"))
@pytest.mark.parametrize(
    "words",
    (
        *(
            "PPP",
            "董事会",
            "众创空间、孵化器",
            "以企业为主体",
            "含市属高校、省属驻市高校",
            "国家自然科学基金委、科技部资助",
            "工信部认定",
        ),
        *(
            "教育部学科评估",
            "由市科技局认定的企业",
            "省科技厅批准",
            "国家、省、市",
            "大学、研究院、企业",
            "原市科委",
            "见市科技局网站",
        ),
        *(
            "北京大学、清华大学",
            "联系单位：市科技局",
            "省市共建",
            "企业牵头",
            "高校院所参与",
            "省级工程技术研究中心",
            "党委领导、政府负责",
        ),
        *(
            "财政部、税务总局公告2023年第7号",
            "主管部门",
            "乡镇（街道）",
            "国办发〔2021〕1号",
            "以下简称市科技局",
            "2023年6月底前",
        ),
    ),
)
def test_explanation_is_no_responsibility(words: str, form: str) -> None:
    text = form.format(words)

    assert (strip_duties(text).phrases, strip_duties(text).text) == ((), text)


def test_several_groups_stay_apart_and_leave_the_text_whole() -> None:
    found = strip_duties("完善机制（含容错机制）。（市司法局负责）加强支持（市财政局）。完成验收。")

    assert found.text == "完善机制（含容错机制）。加强支持。完成验收。"
    assert [phrase.record().departments for phrase in found.phrases] == [("市司法局",), ("市财政局",)]


def test_label_at_the_end_of_a_paragraph_is_taken_out() -> None:
    found = strip_duties("给予支持。牵头单位：市科技局；责任单位：市委组织部、市财政局。")

    assert found.text == "给予支持。"
    assert [phrase.record().lead for phrase in found.phrases] == [("市科技局",)]
    assert [phrase.record().cooperating for phrase in found.phrases] == [("市委组织部", "市财政局")]

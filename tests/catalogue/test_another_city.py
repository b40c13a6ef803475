"""Another city is another folder; nothing but its files knows its name."""

import shutil

from kechuang.catalogue import installed_root, load, problems

FILES = {
    "city.yaml": """
code: shili
name: 贵阳市
division: "520100"
province: "520000"
government_office: 示例市人民政府办公室
collective_names: [各区（市、县）人民政府]
counties:
  - {code: nanming, name: 南明区, short_name: 南明, kind: district, division: "520102",
     tile: {row: 0, column: 0}}
""",
    "departments.yaml": """
- {code: kjj, name: 示例市科学技术局, printed: 市科技局, kind: department, line: 科技, name_verified: false}
""",
    "platform_types.yaml": "- {code: laboratory, name: 示例实验室, line: 科技}\n",
    "directions.yaml": "[]\n",
    "competence.yaml": """
- {type: laboratory, level: municipal, recognising_body: 示例市科学技术局, department: kjj,
   document: null, article: null, effective_from: null, effective_to: null, verified_by: null, template: false}
""",
    "indicators.yaml": """
- {code: laboratories, label: 示例实验室, unit: 个, types: [laboratory], levels: [municipal], parts_by_level: false,
   departments: [kjj], basis: cumulative}
""",
}


def test_small_city_is_whole_without_anshun(tmp_path):
    root = tmp_path / "catalogue"
    shutil.copytree(installed_root(), root, ignore=shutil.ignore_patterns("anshun"))
    (root / "shili").mkdir()
    for name, text in FILES.items():
        (root / "shili" / name).write_text(text, encoding="utf-8")

    whole = load(root, "shili")

    assert problems(whole) == []
    assert (whole.plans, [each.code for each in whole.indicators]) == ((), ["laboratories"])
    assert set(whole.processes) == set(load(installed_root(), "anshun").processes)

"""Whatever a file holds, reading it ends in typed objects or in a sentence."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kechuang.catalogue.bodies import Role
from kechuang.catalogue.reading import BrokenCatalogue, Problem, read_plain, read_yaml

ROLE = "- {code: leader, label: 市领导, bound: none, duty: 查看}\n"
PIECES = st.lists(
    st.sampled_from(
        (
            "- ",
            "{",
            "}",
            "[",
            "]",
            ": ",
            "code",
            "label",
            "\n",
            "  ",
            "&a ",
            "*a",
            "<<: *a",
            "? ",
            "!!set ",
            "2021-01-01",
        )
    )
    | st.text(max_size=3),
    max_size=20,
).map("".join)


def read(path, text):
    path.write_text(text, encoding="utf-8", errors="replace")
    return read_yaml(path, "roles.yaml", tuple[Role, ...])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PIECES)
def test_no_text_raises_anything_but_a_sentence(tmp_path, text):
    rows, said = (), ()
    try:
        rows = read(tmp_path / "roles.yaml", text)
    except BrokenCatalogue as refusal:
        said = refusal.problems
    assert all(isinstance(row, Role) for row in rows)
    assert {problem.file for problem in said} <= {"roles.yaml"}


@pytest.mark.parametrize(
    ("text", "message"),
    (
        ("? [a]\n: b\n", "YAML 写法有误：键只能是文字"),
        ("- !!python/object:os.system {}\n", "YAML 写法有误：could not determine a constructor"),
        ("- 2021-13-45\n", "YAML 写法有误：month must be in 1..12"),
        ("2021-01-01: x\n", "含有不能使用的键或值"),
        ("- !!binary aGk=\n", "含有不能使用的键或值"),
        ("&a [*a]\n", "含有不能使用的键或值"),
        (ROLE + "---\n" + ROLE, "YAML 写法有误：but found another document"),
        ("- 示例\n", "应写成“键: 值”的形式"),
    ),
)
def test_strange_yaml_is_a_sentence(tmp_path, text, message):
    with pytest.raises(BrokenCatalogue) as refusal:
        read(tmp_path / "roles.yaml", text)
    assert refusal.value.problems[0].message.startswith(message)


def test_keys_shared_by_merging_are_read(tmp_path):
    text = "- &one {code: leader, label: 市领导, bound: none, duty: 查看}\n- {<<: *one, code: auditor}\n"
    assert [role.code for role in read(tmp_path / "roles.yaml", text)] == ["leader", "auditor"]


def test_word_no_stays_a_word(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text("{no: yes, on: true}", encoding="utf-8")
    assert read_plain(path, "x.yaml") == {"no": "yes", "on": True}


def test_problem_reads_as_a_line():
    assert str(Problem("a.yaml", "[0].x", "缺少这一项", 3)) == "a.yaml 第 3 行　[0].x：缺少这一项"
    assert str(Problem("a.yaml", "", "文件不存在")) == "a.yaml：文件不存在"

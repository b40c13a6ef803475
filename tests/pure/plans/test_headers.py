"""Page headers, covering dates and hostile padding: what stands around and inside copied plans."""

import io
import time
import zipfile

import pytest

from kechuang.pure.plans import PlanReading, Unreadable, read_bytes, read_text

_TASK = "一、重点任务\n（一）建设平台。建设示例平台。（责任单位：示例市科技局{}）\n"


@pytest.mark.parametrize("padding", (" " * 50_000, "\u3000" * 50_000, "." * 50_000, "…" * 50_000, "· " * 25_000))
def test_padding_inside_a_paragraph_costs_no_more_than_its_length(padding: str) -> None:
    began = time.perf_counter()
    reading = read_text("示例市平台建设方案\n" + _TASK.format(padding) + "（二）引进人才。引进。\n")

    # The old pattern took hours on the first of these; the limit leaves room for a busy machine.
    assert time.perf_counter() - began < 5
    assert [task.no for task in reading.tasks] == ["（一）", "（二）"]


@pytest.mark.parametrize("leader", ("………… 3", "......3", "\t12", "           —4—", "。。。。5", "······  - 6 -"))
def test_a_contents_line_is_known_by_its_leader_and_page_number(leader: str) -> None:
    text = f"示例市平台建设方案\n一、重点任务{leader}\n二、保障措施{leader}\n" + _TASK.format("")

    assert [section.title for section in _read(text).sections] == ["重点任务"]


def _read(text: str) -> PlanReading:
    return read_text(text)


_TITLE = "示例市科技局关于印发示例市创新方案的通知"
_BELOW = f"{_TITLE}\n各县人民政府：\n现印发给你们。\n示例市科技局\n2022年3月1日\n" + _TASK.format("")


@pytest.mark.parametrize(
    "header",
    (
        "索引号：\nYX001\n发布机构：\n示例市科技局\n文号：\n示科〔2022〕3号\n发布日期：\n2022-03-05\n",
        "索引号\nYX001\n主题分类\n科技\n发布机构\n示例市科技局\n文号\n示科〔2022〕3号\n发布日期\n2022-03-05\n有效性\n有效\n",
        "索引号 YX001\n发布机构 示例市科技局\n发文字号 示科〔2022〕3号\n发布日期 2022-03-05\n",
        "文章属性\n•【制定机关】示例市科技局\n•【公布日期】2022.03.05\n•【字号】示科〔2022〕3号\n•【时效性】现行有效\n正文\n",
        "文　　号：\n示科〔2022〕3号\n发布日期：\n2022-03-05\n名　　称：\n示例市科技局关于印发\n示例市创新方案的通知\n",
    ),
)
def test_a_header_copied_cell_by_cell_gives_facts_and_leaves_the_title_alone(header: str) -> None:
    document = _read(header + _BELOW).document

    assert document.title == _TITLE
    assert document.issuers == ("示例市科技局",)
    assert document.document_number == "示科〔2022〕3号"
    assert (document.signed_on, document.published_on) == ("2022-03-01", "2022-03-05")


@pytest.mark.parametrize(
    ("title", "issuer"),
    (
        ("示例省人民政府办公厅转发省科技厅等部门关于加强平台建设意见的通知", "示例省人民政府办公厅"),
        ("中共示例市委办公室印发《示例市创新方案》的通知", "中共示例市委办公室"),
        ("示例市科学技术局文件\n示科〔2021〕27号\n签发人：张示例\n关于印发《示例方案》的通知", "示例市科学技术局"),
        ("示例市人民政府\n示例市人民政府关于加强平台建设的意见", "示例市人民政府"),
    ),
)
def test_the_body_that_passes_on_or_prints_its_red_head_is_the_issuer(title: str, issuer: str) -> None:
    document = _read(f"{title}\n各县人民政府：\n现印发给你们。\n" + _TASK.format("")).document

    assert document.issuers == (issuer,)
    assert document.title == title.rpartition("\n")[2]


@pytest.mark.parametrize("line", ("（示科〔2022〕3号 2022年3月1日）", "（2022年3月1日 示科〔2022〕3号）"))
def test_the_date_beside_the_number_is_the_date_of_signature(line: str) -> None:
    document = _read(f"{_TITLE}\n{line}\n各县人民政府：\n现印发给你们。\n" + _TASK.format("")).document

    assert (document.document_number, document.signed_on) == ("示科〔2022〕3号", "2022-03-01")


def test_the_covering_notice_may_say_when_the_measures_take_effect() -> None:
    text = f"{_TITLE}\n各县人民政府：\n现将《示例市创新方案》印发给你们，自2022年6月1日起施行。\n" + _TASK.format("")

    assert _read(text).document.effective_on == "2022-06-01"


def test_a_text_of_labels_alone_is_read_without_a_title() -> None:
    assert _read("索引号：\n发布机构：\n示例市科技局\n").document.issuers == ("示例市科技局",)


def test_a_small_word_file_that_unpacks_to_too_many_paragraphs_is_refused() -> None:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    paragraphs = "<w:p><w:r><w:t>示例</w:t></w:r></w:p>" * 100_001
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        body = f'<w:document xmlns:w="{space}"><w:body>{paragraphs}</w:body></w:document>'
        package.writestr("word/document.xml", body)

    with pytest.raises(Unreadable, match="100000 段"):
        read_bytes(stream.getvalue(), name="a.docx")

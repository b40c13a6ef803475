"""How fast plans are read: MB of UTF-8 text a second, on one processor; ``--score`` prints the F1 table.

Goal: 1 MB/s. The text is the corpus's own, and a long plan with paragraphs of the usual length.
"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.pure.plans import score
from tests.pure.plans.gold import load

from kechuang.pure.plans import read_text

GOAL = 1.0
SENTENCE = "围绕主导产业布局创新平台，完善开放共享机制，引导企业、高校联合开展技术攻关，推动成果转化应用。"
DUTY = "（市科技局牵头，市发展改革委、市财政局、市教育局，各县（市、区）人民政府按职责分工负责）"
NUMERALS = "一二三四五六七八九"


def long_plan(parts: int = 9, tasks: int = 9) -> str:
    """Return a made-up plan of about 200 kB: ``parts`` × ``tasks`` tasks of nine sentences each."""
    lines = ["示例市科技平台提升行动方案（2022—2024年）", "", "到2024年，示例平台达到60个，科技企业达到300家以上。", ""]
    for part in range(parts):
        lines.append(f"{NUMERALS[part]}、提升平台能力")
        lines += [f"（{NUMERALS[task]}）建设示例平台。{SENTENCE * 9}{DUTY}" for task in range(tasks)]
    lines += ["附件", "主要指标", "序号\t指标\t单位\t2021年基期\t2024年目标\t责任单位"]
    lines += [f"{row}\t示例指标{row}\t个\t{row}\t{row * 2}\t市科技局" for row in range(1, 20)]
    return "\n".join(lines)


def speed(texts: list[str], rounds: int) -> float:
    """Return MB a second of processor time over ``rounds`` readings of ``texts``."""
    size = sum(len(text.encode()) for text in texts) * rounds / 1e6
    began = time.process_time()
    for _ in range(rounds):
        for text in texts:
            read_text(text)
    return size / (time.process_time() - began)


def main() -> None:
    """Print the speeds, or the F1 table."""
    if "--score" in sys.argv:
        score.main([argument for argument in sys.argv[1:] if argument != "--score"])
        return
    plan = long_plan()
    read_text(plan)
    print(f"long plan ({len(plan.encode()) / 1e3:.0f} kB): {speed([plan], 5):.2f} MB/s (goal {GOAL} MB/s)")
    corpus = [document.text for document in load()]
    print(f"corpus ({len(corpus)} short plans, tables in most): {speed(corpus, 5):.2f} MB/s")


if __name__ == "__main__":
    main()

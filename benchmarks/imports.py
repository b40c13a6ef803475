"""A ledger of 100,000 rows and 20 columns, one row in a hundred wrong in one of six ways, brought in beside its peers.

    python -m benchmarks.imports [--rows 100000]

In one run: the floor (unpack the file, COPY the sound rows, build the unique index), this program's import (guard,
read, find the heads, check every cell, find doubles, match what stands, write the sound rows), and
django-import-export in its bulk mode, in an environment of its own that is made and thrown away.
Figures are wall seconds and processor seconds of Python and PostgreSQL together; the ratios are those of the
processor, which a busy machine does not bend.
Goals: ten times its bulk mode, at most two and a half times the floor, at most 350 MB, every wrong cell named.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
import rustpy_xlsxwriter

from benchmarks.filling import prepare

DATABASE = "kechuang_bench_imports"
PEER = Path(__file__).with_name("imports_peer.py")
KINDS = ("缺必填", "不在选项", "不是日期", "不是数字", "代码重复", "过长")
COLUMNS = (
    ("code", "设备编号", "text"),
    ("name", "名称", "text"),
    ("unit", "所属单位", "text"),
    ("category", "类别", "choice"),
    ("county", "县区", "choice"),
    ("bought", "购置日期", "day"),
    ("price", "原值", "number"),
    ("rooms", "台数", "whole"),
    ("shared", "开放共享", "choice"),
    ("model", "型号", "text"),
    ("address", "地址", "text"),
    ("keeper", "保管人", "text"),
    ("phone", "分机", "text"),
    ("note", "备注", "text"),
    ("industry", "行业代码", "text"),
    ("grade", "等级", "choice"),
    ("source", "来源", "choice"),
    ("share", "使用率", "number"),
    ("hours", "机时", "whole"),
    ("checked", "检定日期", "day"),
)
CHOICES = {
    "category": [f"类别{n}" for n in range(12)],
    "county": [f"示例{n}区" for n in range(8)],
    "shared": ["是", "否"],
    "grade": ["A", "B", "C"],
    "source": ["自购", "划拨", "捐赠"],
}
SQL_TYPES = {"text": "varchar(200)", "choice": "varchar(20)", "day": "date", "number": "numeric", "whole": "integer"}
WIDTH = 200
Row = dict[str, Any]


def main() -> None:
    """Measure all three and print their figures and ratios."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=100_000)
    asked.add_argument("--part", choices=("floor", "ours"), default="")
    asked.add_argument("--folder", type=Path)
    given = asked.parse_args()
    if given.part:
        print(json.dumps({"floor": floor, "ours": ours}[given.part](given.folder)))
        return
    prepare(DATABASE)
    with tempfile.TemporaryDirectory(prefix="kechuang-bench-") as place:
        folder = Path(place)
        ledger(folder, given.rows)
        tables()
        again = [sys.executable, "-m", "benchmarks.imports", "--folder", str(folder), "--part"]
        told = {part: _run([*again, part]) for part in ("floor", "ours")}
        told["peer"] = _run([str(peer_python(folder)), str(PEER), str(folder)])
        planted = json.loads((folder / "planted.json").read_text())
    report(told, planted)


def _run(command: list[str]) -> dict[str, Any]:
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def report(told: dict[str, dict[str, Any]], planted: list[list[Any]]) -> None:
    """Print what was measured, and whether each goal is met."""
    for part, word in (("floor", "底线"), ("ours", "本系统"), ("peer", "django-import-export 批量")):
        one = told[part]
        spent = f"{one['wall']:7.2f} 秒  处理器 {one['cpu']:7.2f} 秒  峰值 {one['mb']:5.0f} MB"
        print(f"{word:26} {spent}  写入 {one['rows']:,}")
    print("本系统各步：" + "  ".join(f"{name} {seconds:.2f}" for name, seconds in told["ours"]["steps"].items()))
    cells = {(row, column) for row, column, _kind in planted}
    found = {tuple(cell) for cell in told["ours"]["faults"]}
    print(f"错误单元格：埋入 {len(cells):,}，指出 {len(found & cells):,}，多报 {len(found - cells):,}")
    print(f"django-import-export 未发现的错误行：{len(planted) - told['peer']['refused']:,}")
    faster = told["peer"]["cpu"] / told["ours"]["cpu"]
    above = told["ours"]["cpu"] / told["floor"]["cpu"]
    for sentence, met in (
        (f"比批量模式快 {faster:.1f} 倍（目标 10）", faster >= 10),  # noqa: PLR2004 - the goal
        (f"底线的 {above:.2f} 倍（目标 2.5）", above <= 2.5),  # noqa: PLR2004
        (f"峰值 {told['ours']['mb']:.0f} MB（目标 350）", told["ours"]["mb"] <= 350),  # noqa: PLR2004
        ("每个错误单元格都已指出", found == cells),
    ):
        print(f"{'达到' if met else '未达到'}：{sentence}")


def ledger(folder: Path, number: int) -> None:
    """Write the ledger, the sound rows for the floor, and where each error was planted (row, column, kind)."""
    draw = random.Random(1)
    rows = [_row(n, draw) for n in range(number)]
    planted = []
    sound = set(range(number))
    for place in sorted(draw.sample(range(1, number), number // 100)):
        kind = len(planted) % len(KINDS)
        planted.append([place + 2, _spoil(rows, place, kind), KINDS[kind]])
        sound.discard(place)
    with (folder / "sound.copy").open("w", encoding="utf-8") as copy:
        copy.writelines("\t".join(str(rows[n][name]) for name, _label, _kind in COLUMNS) + "\n" for n in sorted(sound))
    named = [{label: row[name] for name, label, _kind in COLUMNS} for row in rows]
    rustpy_xlsxwriter.write_worksheet(named, str(folder / "ledger.xlsx"), "台账")
    (folder / "planted.json").write_text(json.dumps(planted, ensure_ascii=False))


def _row(n: int, draw: random.Random) -> Row:
    day = date(2010, 1, 1)
    return {
        "code": f"KC{n:08d}",
        "name": f"示例设备{n}号",
        "unit": f"示例单位{n % 500}",
        **{name: draw.choice(words) for name, words in CHOICES.items()},
        "bought": (day + timedelta(days=n % 5_000)).isoformat(),
        "price": round(draw.random() * 1_000, 2),
        "rooms": n % 100,
        "model": f"型号X{n % 3_000}",
        "address": f"示例路{n % 9_000}号",
        "keeper": f"示例人员{n % 700}",
        "phone": f"F{n % 10_000:04d}",
        "note": f"示例备注{n % 4_000}",
        "industry": f"C{n % 2_000:04d}",
        "share": round(draw.random(), 3),
        "hours": n % 2_000,
        "checked": (day + timedelta(days=n % 4_000)).isoformat(),
    }


def _spoil(rows: list[Row], place: int, kind: int) -> int:
    """Make one cell wrong; return its column."""
    name, value = (
        ("name", ""),
        ("county", "没有的区"),
        ("bought", "2024-13-45"),
        ("price", "约三万"),
        ("code", rows[0]["code"]),
        ("note", "长" * (WIDTH + 1)),
    )[kind]
    rows[place][name] = value
    return [one for one, _label, _kind in COLUMNS].index(name)


def tables() -> None:
    """Lay out one table for each, all alike; the floor's index comes after its rows."""
    columns = ", ".join(f'"{name}" {SQL_TYPES[kind]}' for name, _label, kind in COLUMNS)
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        for part in ("floor", "ours", "peer"):
            connection.execute(f"CREATE TABLE bench_{part} (id bigserial PRIMARY KEY, {columns})")  # type: ignore[call-overload]
        connection.execute("CREATE UNIQUE INDEX ON bench_ours (code)")
        # With a unique index the peer loses a whole batch for each double in it: it is given a plain one.
        connection.execute("CREATE INDEX ON bench_peer (code)")


def floor(folder: Path) -> dict[str, Any]:
    """Do what no import can do without: unpack, COPY, index."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        clock = _Clock(connection.info.backend_pid)
        with zipfile.ZipFile(folder / "ledger.xlsx") as archive:
            for part in archive.infolist():
                archive.read(part)
        names = ", ".join(f'"{name}"' for name, _label, _kind in COLUMNS)
        with connection.cursor() as cursor:
            with cursor.copy(f"COPY bench_floor ({names}) FROM STDIN") as copy:  # type: ignore[call-overload]
                copy.write((folder / "sound.copy").read_bytes())
            cursor.execute("CREATE UNIQUE INDEX ON bench_floor (code)")
            written = cursor.execute("SELECT count(*) FROM bench_floor").fetchone()
        connection.commit()
        return {**clock.told(), "rows": written[0] if written else 0}


def ours(folder: Path) -> dict[str, Any]:
    """Bring the ledger in by this program's own import, the sound rows written."""
    _django()
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.db import connection, transaction

    from kechuang.kernel.access import ANONYMOUS
    from kechuang.ui.imports import checking, frames, reading
    from kechuang.ui.imports.declaration import Setting
    from kechuang.ui.imports.recognising import layout_of

    imports = _declared()
    assert frames.sheet_frame  # loaded before the clock runs, as the peer's libraries are
    connection.ensure_connection()
    clock = _Clock(connection.connection.info.backend_pid)
    data = (folder / "ledger.xlsx").read_bytes()
    kind = reading.kind_of(SimpleUploadedFile("ledger.xlsx", data))
    clock.lap("查验")
    sheet = reading.sheet_read(data, kind, reading.book_of(data, kind).names[0])
    clock.lap("读取")
    layout = layout_of(sheet, imports.fields, {})
    with transaction.atomic():
        checked = checking.check(sheet, layout, imports, actor=ANONYMOUS, setting=Setting(""))
        clock.lap("检查")
        imports.create(ANONYMOUS, checked.batch, checked.creates, Setting(""), lambda: None)
    clock.lap("写入")
    faults = [[fault.row, fault.column] for fault in checked.faults]
    return {**clock.told(), "rows": len(checked.creates), "faults": faults, "steps": clock.laps}


def _django() -> None:
    """Set up Django with nothing in it, as the peer has it; the whole program would be measured with its start."""
    import django
    from django.conf import settings

    address = psycopg.conninfo.conninfo_to_dict(os.environ["DATABASE_URL"])
    base = {"ENGINE": "django.db.backends.postgresql", "NAME": address["dbname"], "USER": address["user"]}
    settings.configure(
        DATABASES={"default": {**base, "HOST": address["host"], "PORT": address["port"]}},
        USE_TZ=False,
        USE_I18N=False,
        UPLOADS={
            "bytes": 30 << 20,
            "read_bytes": 30 << 20,
            "unpacked_bytes": 400 << 20,
            "ratio": 120,
            "depth": 1,
            "pages": 1,
            "clamd": "",
        },
    )
    django.setup()


def _declared() -> Any:
    from django.db import models

    from kechuang.ui.imports import bulk
    from kechuang.ui.imports.declaration import Field, Imports

    kinds = {"day": models.DateField, "number": models.DecimalField, "whole": models.IntegerField}
    made: dict[str, Any] = {name: kinds.get(kind, models.TextField)() for name, _label, kind in COLUMNS}
    meta = type("Meta", (), {"app_label": "bench", "managed": False, "db_table": "bench_ours"})
    model = type("Equipment", (models.Model,), {**made, "__module__": __name__, "Meta": meta})
    same = {name: name for name, _label, _kind in COLUMNS}

    def offered(name: str) -> Any:
        return (lambda: {word: word for word in CHOICES[name]}) if name in CHOICES else None

    return Imports(
        fields=tuple(
            Field(name, label, kind, required=name in ("code", "name"), length=WIDTH, choices=offered(name))  # type: ignore[arg-type]
            for name, label, kind in COLUMNS
        ),
        match=bulk.plain_match(model, "code", same),
        create=bulk.plain_create(model, same),
        change=bulk.plain_change(model, same),
        written={model: "id"},
        unique=(("code",),),
    )


class _Clock:
    """Wall and processor seconds since it was made, PostgreSQL's own included, and the peak of memory."""

    def __init__(self, backend: int) -> None:
        self.backend, self.laps = backend, dict[str, float]()
        self.wall, self.used = time.perf_counter(), self._cpu()
        self.last = self.used

    def _cpu(self) -> float:
        fields = Path(f"/proc/{self.backend}/stat").read_text().rpartition(")")[2].split()
        return time.process_time() + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def lap(self, name: str) -> None:
        now = self._cpu()
        self.laps[name], self.last = now - self.last, now

    def told(self) -> dict[str, Any]:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        return {"wall": time.perf_counter() - self.wall, "cpu": self._cpu() - self.used, "mb": peak}


def peer_python(folder: Path) -> Path:
    """Make an environment with the peer in it; return its interpreter."""
    home = folder / "peer"
    subprocess.run(["uv", "venv", "-q", "-p", sys.executable, str(home)], check=True)
    wanted = ["django-import-export", "django~=5.2.0", "psycopg[binary]", "openpyxl"]
    subprocess.run(["uv", "pip", "install", "-q", "-p", str(home / "bin/python"), *wanted], check=True)
    return home / "bin/python"


if __name__ == "__main__":
    main()

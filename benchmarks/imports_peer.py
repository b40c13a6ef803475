"""django-import-export in its bulk mode over the same ledger; ``benchmarks.imports`` runs it apart."""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from pathlib import Path

import django
from django.conf import settings

DATES, NUMBERS, WHOLES = ("bought", "checked"), ("price", "share"), ("rooms", "hours")
COUNTIES = {f"示例{n}区" for n in range(8)}
NAMES = [
    "code",
    "name",
    "unit",
    "category",
    "county",
    "bought",
    "price",
    "rooms",
    "shared",
    "model",
    "address",
    "keeper",
    "phone",
    "note",
    "industry",
    "grade",
    "source",
    "share",
    "hours",
    "checked",
]
WIDTH, BATCH = 200, 1_000


def main() -> None:
    """Import the ledger and print what it took."""
    folder = Path(sys.argv[1])
    address = os.environ["DATABASE_URL"]
    host, port = address.partition("?host=")[2].split("&port=")
    user = address.partition("://")[2].partition("@")[0]
    name = address.partition("@/")[2].partition("?")[0]
    base = {"ENGINE": "django.db.backends.postgresql", "NAME": name, "USER": user, "HOST": host, "PORT": port}
    settings.configure(DATABASES={"default": base}, INSTALLED_APPS=["import_export"], USE_TZ=False, SECRET_KEY="b" * 50)
    django.setup()
    from django.db import connection

    connection.ensure_connection()
    backend = connection.connection.info.backend_pid
    wall, used = time.perf_counter(), _cpu(backend)
    refused, rows = _import(folder / "ledger.xlsx")
    told = {
        "wall": time.perf_counter() - wall,
        "cpu": _cpu(backend) - used,
        "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "rows": rows,
        "refused": refused,
    }
    print(json.dumps(told))


def _import(path: Path) -> tuple[int, int]:
    from django.db import models
    from import_export import fields, resources, widgets
    from import_export.formats.base_formats import XLSX

    kinds = {
        **dict.fromkeys(DATES, models.DateField),
        **dict.fromkeys(NUMBERS, models.FloatField),
        **dict.fromkeys(WHOLES, models.IntegerField),
    }
    made = {one: kinds.get(one, models.TextField)() for one in NAMES}
    meta = type("Meta", (), {"app_label": "bench", "managed": False, "db_table": "bench_peer"})
    model = type("Equipment", (models.Model,), {**made, "__module__": __name__, "Meta": meta})
    shown = {
        **dict.fromkeys(DATES, widgets.DateWidget("%Y-%m-%d")),
        **dict.fromkeys(NUMBERS, widgets.FloatWidget()),
        **dict.fromkeys(WHOLES, widgets.IntegerWidget()),
    }

    class Sheet(resources.ModelResource):
        def before_import_row(self, row: dict[str, object], **_given: object) -> None:
            if not row["name"] or row["county"] not in COUNTIES or len(str(row["note"])) > WIDTH:
                raise ValueError(row["code"])

        class Meta:
            fields = tuple(NAMES)
            import_id_fields = ("code",)
            use_bulk = True
            batch_size = BATCH
            skip_diff = True
            report_skipped = False
            force_init_instance = True

    Sheet._meta.model = model
    Sheet.fields.update(
        {
            one: fields.Field(attribute=one, column_name=one, widget=shown.get(one, widgets.CharWidget()))
            for one in NAMES
        }
    )
    Sheet.Meta.model = model
    dataset = XLSX().create_dataset(path.read_bytes())
    dataset.headers = NAMES
    result = Sheet().import_data(dataset, use_transactions=False, raise_errors=False)
    return sum(1 for row in result.rows if row.errors) + len(result.invalid_rows), model.objects.count()


def _cpu(backend: int) -> float:
    fields = Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()
    return time.process_time() + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()

"""What a list gives out comes in again as it stands: every importable list, both formats, formulas among the texts."""

from __future__ import annotations

import csv
import io
from datetime import date

import openpyxl
import pytest
from django.urls import get_resolver

from kechuang.directory.models import Organisation
from kechuang.directory.resource import DIRECTORY
from kechuang.platforms.models import Platform, RegisterEntry
from kechuang.platforms.resource import REGISTER
from kechuang.review.models import Expert
from kechuang.review.resource import EXPERT_BASE
from kechuang.ui.exports import RISKY, export_response, exported_columns
from kechuang.ui.resource import registered
from tests.factories import OrganisationFactory
from tests.platforms.conftest import build_town, store_processes
from tests.ui.imports.ledgers import brought

HOSTILE = ("=1+1", "+86 851", "-示例", "@SUM(A1)", "'=示例", "示例“引号”,逗号", '示例；"分号"')


def organisations(request):
    for text in HOSTILE:
        OrganisationFactory(name=f"{text}公司", address=text)
    return DIRECTORY, Organisation.objects.all(), request.getfixturevalue("officer"), len(HOSTILE)


def platforms(request):
    store_processes()
    town = build_town()
    for text in HOSTILE:
        town.platform(name=f"{text}中心", director=text)
    return REGISTER, RegisterEntry.objects.all(), town.officer(), Platform.objects.count()


def experts(request):
    bench = request.getfixturevalue("bench")
    unit = bench.units[0]
    for text in HOSTILE:
        bench.expert(unit=unit, name=f"{text}某")
    return EXPERT_BASE, Expert.objects.all(), bench.actor("host_admin", organisation=unit), len(HOSTILE)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ("csv", "xlsx"))
@pytest.mark.parametrize("stand", (organisations, platforms, experts), ids=lambda one: one.__name__)
def test_a_list_that_was_taken_away_comes_in_as_it_stands(stand, kind, request):
    resource, rows, actor, count = stand(request)
    data = export_response(resource, rows, kind, day=date(2026, 1, 1)).getvalue()
    assert [cell for cell in cells(data, kind) if cell.startswith(RISKY)] == []
    run = brought(data, resource=resource, actor=actor, name=f"名录.{kind}")
    assert {name: run.summary[name] for name in ("total", "same", "create", "change", "faults")} == {
        "total": count,
        "same": count,
        "create": 0,
        "change": 0,
        "faults": 0,
    }


def cells(data: bytes, kind: str) -> list[str]:
    if kind == "csv":
        return [cell for row in csv.reader(io.StringIO(data.decode("utf-8-sig"))) for cell in row]
    page = openpyxl.load_workbook(io.BytesIO(data)).active
    return [str(cell) for row in page.iter_rows(values_only=True) for cell in row if cell is not None]


TOLD_OTHERWISE = {"messages": {"unread"}}
"""Whether a message was read is given out as the moment it was."""


def test_every_list_gives_out_all_the_columns_it_shows_each_under_a_name_of_its_own():
    list(get_resolver().url_patterns)  # lists are declared where their pages are imported
    lists = registered()
    assert len(lists) > 10
    for name, one in lists.items():
        given = exported_columns(one)
        assert {column.path for column in one.columns} - {column.path for column in given} == TOLD_OTHERWISE.get(
            name, set()
        )
        labels = [str(one.column_label(column)) for column in given]
        assert sorted(set(labels)) == sorted(labels), name

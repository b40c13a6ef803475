"""Released data: versions that never change, files that match their checksums, what is concealed leaving at once."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from kechuang.platforms.services import platform_conceal
from kechuang.portal import files
from kechuang.portal.datasets import dataset_called, datasets
from kechuang.portal.models import Release
from kechuang.portal.services import (
    CONCEALED,
    COUNTED_ANEW,
    OUTDATED,
    release_make,
    releases_prune,
    releases_refresh,
)

PEOPLE = ("director", "负责人", "contact", "联系人", "phone", "电话", "email")


@pytest.fixture
def today():
    return timezone.localdate()


def body(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def conceal(sample, number):
    platform = next(each for each in sample.platforms.values() if each.number == number)
    code = platform.entries.order_by("-start").first().department.code
    platform_conceal(platform=platform, sensitive=True, actor=sample.actors["department_head", code], reason="示例")


@pytest.mark.capability("C92")
def test_every_data_set_is_released_as_its_schema_says(sample):
    client = Client()
    catalogue = client.get("/data/catalogue.jsonld").json()
    assert [one["dct:identifier"] for one in catalogue["dcat:dataset"]] == [each.code for each in datasets()]
    for one in catalogue["dcat:dataset"]:
        code = one["dct:identifier"]
        fields = client.get(f"/data/{code}/schema.json").json()["fields"]
        for each in one["dcat:distribution"]:
            address = each["dcat:downloadURL"]["@id"].removeprefix("http://testserver")
            answer = client.get(address)
            content = body(answer)
            told = each["spdx:checksum"]["spdx:checksumValue"]["@value"]
            assert hashlib.sha256(content).hexdigest() == told == answer["ETag"].strip('"')
            assert len(content) == int(each["dcat:byteSize"]["@value"])
            assert client.get(f"{address}.sha256").content.decode().split()[0] == told
            if address.endswith("json"):
                rows = json.loads(content)["rows"]
                assert {tuple(row) for row in rows} <= {tuple(field["name"] for field in fields)}
                assert [typed_wrong(row, fields) for row in rows if typed_wrong(row, fields)] == []
            else:
                table = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
                assert table[0] == [field["title"] for field in fields]
                assert len(table) - 1 == Release.objects.get(dataset=code).rows


def typed_wrong(row, fields):
    """Return the fields of a row whose value is not of the type the schema tells."""
    kinds = {"string": str, "integer": int, "number": (int, float), "date": str, "boolean": bool}
    return [
        field["name"]
        for field in fields
        if row[field["name"]] is not None and not isinstance(row[field["name"]], kinds[field["type"]])
    ]


def test_the_register_is_published_whole_and_names_nobody(sample, today):
    release = release_make(dataset=dataset_called("platforms"), on=today)
    rows = list(files.rows_of(release.files.get(format="json").path))
    listed, address = [], "/api/v1/platforms/?limit=200"
    while address:
        page = Client().get(address).json()
        listed += [row["number"] for row in page["items"]]
        address = page["next_url"].removeprefix("http://testserver")
    assert sorted(row["number"] for row in rows) == sorted(listed)
    assert release.rows == len(listed) > 50
    named = [
        (each.code, column.name)
        for each in datasets()
        for column in each.columns
        if column.name in PEOPLE or str(column.label) in PEOPLE
    ]
    assert named == []


def test_what_did_not_change_makes_no_version(sample, today):
    made = releases_refresh(on=today)
    again = releases_refresh(on=today + timedelta(days=1), codes=("competence", "metrics"))
    assert [release.version for release in again] == [today.isoformat()] * 2
    assert {release.checked_on for release in again} == {today + timedelta(days=1)}
    assert Release.objects.count() == len(made) == len(datasets())
    left = sorted(path.name for path in (files.folder() / "metrics").iterdir())
    assert left == [f"{today}.csv", f"{today}.json"]


@pytest.mark.capability("C124")
def test_a_concealed_platform_leaves_every_file_at_once(sample, today, django_capture_on_commit_callbacks):
    releases_refresh(on=today)
    client = Client()
    first = Release.objects.get(dataset="platforms")
    number = next(files.rows_of(first.files.get(format="json").path))["number"]
    with django_capture_on_commit_callbacks(execute=True):
        conceal(sample, number)
    first.refresh_from_db()
    assert (first.withdrawn_because, first.withdrawn_at is None) == (CONCEALED, False)
    assert client.get(f"/data/platforms/{first.version}.csv").status_code == 404
    assert CONCEALED in client.get("/data/platforms/").content.decode()
    left = [
        path.name
        for path in files.folder().rglob("*.*")
        if path.parent.name in ("platforms", "recognitions") and number in path.read_text(encoding="utf-8")
    ]
    assert left == []
    newest = client.get("/data/platforms/latest.json", follow=True)
    assert json.loads(body(newest))["version"] == f"{today}.2"
    assert len(json.loads(body(client.get(f"/data/platforms/{today}.2.json")))["rows"]) == first.rows - 1


def test_a_file_that_did_not_change_is_not_sent_again(sample):
    client = Client()
    first = client.get("/data/competence/latest.csv", follow=True)
    assert body(first).startswith(b"\xef\xbb\xbf")
    address = first.redirect_chain[-1][0]
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert "immutable" in first["Cache-Control"]
    assert client.head(address).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    (
        "/data/nothing/",
        "/data/nothing/schema.json",
        "/data/platforms/1999-01-01.csv",
        "/data/platforms/latest.xls",
        "/data/platforms/..%2F..%2Fsecret-key.csv",
        "/figures/nothing/",
        "/embed/nothing/",
        "/notices/nothing/",
        "/notices/nothing/rss.xml",
    ),
)
def test_what_is_not_there_is_not_found(address):
    assert Client().get(address).status_code == 404


def test_a_formula_in_a_name_is_text_in_a_spreadsheet(sample, today):
    wild = dataset_called("clauses")
    rows = [("=1+1", "@x", "-y", "+z", "\tw")]
    made = files.harvest(wild, rows, version="x", as_of=today)
    table = list(csv.reader(io.StringIO((files.folder() / made.files[0].path).read_text(encoding="utf-8-sig"))))
    assert table[1] == ["'=1+1", "'@x", "'-y", "'+z", "'\tw"]
    assert next(files.rows_of(made.files[1].path))["plan"] == "=1+1"


@pytest.mark.capability("C92")
@pytest.mark.parametrize("code", ("platform_counts", "indicators"))
def test_no_two_counts_can_be_subtracted_to_find_what_was_concealed(
    sample, today, code, django_capture_on_commit_callbacks
):
    first = release_make(dataset=dataset_called(code), on=today)
    named = release_make(dataset=dataset_called("platforms"), on=today)
    number = next(files.rows_of(named.files.get(format="json").path))["number"]
    Release.objects.filter(pk=named.pk).delete()  # the counts go although no list is left that named it
    with django_capture_on_commit_callbacks(execute=True):
        conceal(sample, number)
    first.refresh_from_db()
    assert (first.withdrawn_at is None, first.withdrawn_because) == (False, COUNTED_ANEW)
    assert Release.objects.filter(dataset=code, withdrawn_at=None).count() == 1
    assert Client().get(f"/data/{code}/{first.version}.csv").status_code in {404, 410}


def test_old_versions_go_but_for_the_last_of_each_year(sample, today):
    made = [
        Release.objects.create(dataset="items", version=str(day), checked_on=day, as_of=day, fingerprint=str(n), rows=0)
        for n, day in enumerate(
            [date(2023, 5, 1), date(2023, 12, 1), date(2024, 3, 1), date(2025, 1, 1), date(2025, 1, 2)]
        )
    ]
    other = Release.objects.create(dataset="x", version="1", checked_on=today, as_of=today, fingerprint="x", rows=0)
    assert releases_prune(keep=0) == 0
    assert releases_prune(keep=2) == 1
    kept = set(Release.objects.filter(withdrawn_at=None, pk__in=[*(one.pk for one in made), other.pk]))
    assert kept == {*made[1:], other}
    made[0].refresh_from_db()
    assert made[0].withdrawn_because == OUTDATED
    assert releases_prune(keep=2) == 0

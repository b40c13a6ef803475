"""A register of any size for the benchmarks: ten years of invented platforms in a database of its own.

Sources are written in bulk and composed by ``register_rebuild``, as an import would do.
"""

from __future__ import annotations

import os
import random
from datetime import date, timedelta

import psycopg
from psycopg import sql

from kechuang.site.database.address import read_address
from kechuang.site.database.cluster import local_cluster

FIRST, DAYS = date(2014, 1, 1), 3_650
LEVELS = ("municipal", "municipal", "municipal", "provincial", "provincial", "national")


def prepare(name: str) -> None:
    """Make an empty database ``name`` on the embedded server and point the program at it."""
    local_cluster().ensure()
    address = read_address("")
    with psycopg.connect(**{**address.arguments(), "dbname": "postgres"}, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    os.environ["DATABASE_URL"] = f"postgresql://{address.user}@/{name}?host={address.host}&port={address.port}"


def fill(platforms: int, *, seed: int = 1) -> None:
    """Enter ``platforms`` platforms, a tenth as many hosts, and compose the register."""
    from django.db import connection, transaction

    from kechuang.catalogue.loading import installed_root, load
    from kechuang.kernel.loading import catalogue_load
    from kechuang.platforms.services import register_rebuild

    catalogue_load(load(installed_root(), "anshun"))
    draw = random.Random(seed)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # bulk work of a machine, not of a person
        hosts = _hosts(max(20, platforms // 10), draw)
        _platforms(platforms, hosts, draw)
        register_rebuild()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _hosts(number: int, draw: random.Random) -> list[int]:
    from kechuang.directory.models import County, Organisation, OrganisationPeriod

    counties = list(County.objects.all())
    rows = Organisation.objects.bulk_create(
        Organisation(
            kind="enterprise", name=f"示例企业{n:06d}", name_key=f"shi4 li4 {n:06d}", county=draw.choice(counties)
        )
        for n in range(number)
    )
    OrganisationPeriod.objects.bulk_create(
        OrganisationPeriod(organisation=row, start=date(2000, 1, 1), name=row.name, county=row.county) for row in rows
    )
    return [row.pk for row in rows]


def _platforms(number: int, hosts: list[int], draw: random.Random) -> None:
    from kechuang.directory.models import Department
    from kechuang.kernel.processes import current_version
    from kechuang.platforms.models import Platform, PlatformKind, PlatformPeriod, Recognition, Standing

    kinds, departments = list(PlatformKind.objects.all()), list(Department.objects.all()[:5])
    life, record = current_version("platform_life"), current_version("recognition_record")
    rows = Platform.objects.bulk_create(
        (Platform(number=f"PT-B-{n:07d}", state="active", process_version=life) for n in range(number)),
        batch_size=5_000,
    )
    periods, standings, recognitions = [], [], []
    for place, row in enumerate(rows):
        since = FIRST + timedelta(days=draw.randrange(DAYS - 800))
        given = since + timedelta(days=draw.randrange(30, 400))
        kind, department = draw.choice(kinds), draw.choice(departments)
        told = {"platform": row, "kind": kind, "host_id": draw.choice(hosts), "department": department}
        changed = given + timedelta(days=200) if place % 3 == 0 else None
        periods.append(PlatformPeriod(start=since, end=changed, name=f"示例平台{place:07d}", **told))
        if changed:
            periods.append(PlatformPeriod(start=changed, name=f"示例平台{place:07d}新名", **told))
        standings.append(Standing(platform=row, start=since, end=given, state="candidate"))
        standings.append(Standing(platform=row, start=given, state="active"))
        recognitions.append(
            Recognition(
                platform=row,
                level=draw.choice(LEVELS),
                recognised_on=given,
                document_number=f"示例〔{given.year}〕{place % 900 + 1}号",
                recognised_by="示例认定机关",
                state="in_force",
                process_version=record,
            )
        )
    for model, made in ((PlatformPeriod, periods), (Standing, standings), (Recognition, recognitions)):
        model.objects.bulk_create(made, batch_size=5_000)

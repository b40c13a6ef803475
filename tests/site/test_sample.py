"""The sample city: invented, deterministic, complete, and gone without a trace when removed."""

from __future__ import annotations

from datetime import date

import pytest
from django.apps import apps
from django.contrib.auth.hashers import check_password, get_hasher, make_password
from django.db import connection

from kechuang.catalogue.loading import installed_root
from kechuang.directory.models import Office, Organisation, User
from kechuang.kernel.cli import checked
from kechuang.kernel.errors import Refused
from kechuang.kernel.loading import catalogue_load
from kechuang.platforms.models import Platform, RegisterEntry
from kechuang.platforms.services import register_check
from kechuang.pure.identifiers import read_usci
from kechuang.site.sample import city, story
from kechuang.site.sample.bodies import BODIES, credit_code

# What removal must leave as it was: everything but the trail of what happened, and what a job is still to look at.
TRACES = {"kernel.AuditEvent", "kernel.NumberSeries", "brain.OutOfStep"}
COUNTED = {
    "academician_workstation": "院士工作站",
    "etrc": "工程技术研究中心",
    "technology_innovation_centre": "工程技术研究中心",
    "enterprise_technology_centre": "企业技术中心",
    "industrial_design_centre": "工业设计中心",
    "erc": "工程研究中心",
}


def silent(what: str, done: int, total: int) -> None:
    """Tell nobody."""


def rows() -> dict[str, int]:
    ours = [m for config in apps.get_app_configs() if config.name.startswith("kechuang.") for m in config.get_models()]
    return {m._meta.label: m._default_manager.count() for m in ours if m._meta.label not in TRACES}


def stock(on: date) -> dict[str, int]:
    found = dict.fromkeys(COUNTED.values(), 0)
    entries = RegisterEntry.objects.filter(start__lte=on, end__gt=on, level__in=("provincial", "national"))
    for code in entries.filter(kind__code__in=COUNTED).values_list("kind__code", flat=True):
        found[COUNTED[code]] += 1
    return found


# Definitions hold examples; what a text is compared by is a row of hashes, and some look like a telephone number.
PLAIN = {"calls_itemversion", "calls_textprint"}


def readable_numbers() -> list[str]:
    """Return the tables in which a mobile or identity number can be read, ``PLAIN`` aside."""
    number = "(^|[^0-9A-Za-z.])(1[3-9][0-9]{9}|[1-9][0-9]{5}(19|20)[0-9]{9}[0-9Xx])([^0-9A-Za-z]|$)"
    found = []
    with connection.cursor() as cursor:
        for table in set(connection.introspection.table_names(cursor)) - PLAIN:
            cursor.execute(f'SELECT count(*) FROM "{table}" row WHERE row::text ~ %s', [number])  # noqa: S608 - our tables
            if cursor.fetchone()[0]:
                found.append(table)
    return found


@pytest.fixture
def catalogue(db):
    whole = checked(installed_root(), "anshun")
    catalogue_load(whole)
    return whole


def test_sample_city_is_built_told_and_removed_without_a_trace(catalogue):
    before = rows()
    built, accounts = city.build(catalogue, silent)
    story.tell_story(built, silent)

    assert stock(date(2020, 12, 31)) == {
        "院士工作站": 5, "工程技术研究中心": 8, "企业技术中心": 11, "工业设计中心": 2, "工程研究中心": 4,
    }  # fmt: skip
    assert sum(stock(date(2023, 12, 31)).values()) == 41
    assert register_check() == []
    assert len(accounts) == len({account.role for account in accounts}) == 13
    assert readable_numbers() == []
    names = [*Organisation.objects.values_list("name", flat=True), *User.objects.values_list("full_name", flat=True)]
    assert [name for name in names if "示例" not in name] == []
    assert not RegisterEntry.objects.exclude(name__contains="示例").exists()

    with pytest.raises(Refused, match="已经载入"):
        city.build(catalogue, silent)
    city.remove()
    assert rows() == before


def test_sample_city_stays_when_a_real_platform_leans_on_it(catalogue):
    built, _accounts = city.build(catalogue, silent)
    Platform.objects.filter(pk=built.platforms["erc", "山城大学"].pk).update(is_sample=False)

    with pytest.raises(Refused, match="不能移除"):
        city.remove()
    assert Office.objects.filter(user__is_sample=True).exists()


def test_sample_codes_are_sound_and_told_apart():
    codes = [credit_code(place, body) for place, body in enumerate(BODIES, start=1)]
    assert [code for code in codes if not read_usci(code).valid] == []
    assert len(set(codes)) == len(codes)


def test_a_random_password_is_hashed_with_few_rounds_and_anew_at_the_first_sign_in(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    full, renewed = get_hasher().iterations, []
    with city.random_passwords_hashed_quickly():
        quick = make_password("A9f_kd83-Wq2")
    assert (int(quick.split("$")[1]), get_hasher().iterations) == (city.ROUNDS, full)
    assert check_password("A9f_kd83-Wq2", quick, setter=renewed.append) is True
    assert renewed == ["A9f_kd83-Wq2"]

"""``kechuang check`` on the row-level seal: what the account may, and what to do about it."""

from __future__ import annotations

import psycopg
import pytest
from django.db import connection

from kechuang.review import sealing
from kechuang.site.commands.check import _seal

LAID = "匿名评审：数据库行级密封有效"


def findings(role: str = "", *, is_own: bool = False) -> list[tuple[str, bool]]:
    """Return what is found, as the account of the tests or as ``role``."""
    with connection.cursor() as cursor:
        link = cursor.connection
        assert isinstance(link, psycopg.Connection)
        if role:
            cursor.execute(f"SET LOCAL ROLE {role}")
        found = [(one.text, one.wrong) for one in _seal(link, is_own=is_own)]
        cursor.execute("SET LOCAL ROLE NONE")
    return found


@pytest.fixture
def clerk(db) -> str:
    """A common account, as a careful administrator makes one."""
    sealing.install()
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE shili_clerk NOSUPERUSER NOBYPASSRLS")
        cursor.execute("GRANT shili_clerk TO CURRENT_USER")
    return "shili_clerk"


def test_an_account_without_the_role_is_told_what_to_grant(clerk):
    ((said, wrong),) = findings(clerk)
    assert wrong
    assert "GRANT pg_read_all_data TO shili_clerk;" in said


def test_a_common_account_with_the_role_is_sealed(clerk):
    with connection.cursor() as cursor:
        cursor.execute("GRANT pg_read_all_data TO shili_clerk")
    assert findings(clerk) == [(LAID, False)]


def test_a_superuser_is_advised_unless_the_database_is_the_programs_own(clerk):
    assert findings(is_own=True) == [(LAID, False)]
    (advice, last) = findings()
    assert "NOSUPERUSER NOBYPASSRLS" in advice[0]
    assert (advice[1], last) == (False, (LAID, False))


def test_a_table_without_its_policy_is_found(clerk):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE review_proposalidentity DISABLE ROW LEVEL SECURITY")
    assert findings(is_own=True)[-1] == ("匿名评审：行级密封没有安装。请运行 kechuang migrate。", True)

"""The reviewers' seal in the database itself: while their page is built, it gives no row that tells whose a thing is.

Row-level policies on the sealed tables let every account through but ``pg_read_all_data``, a role
every cluster has. A reviewer's page is built under that role: it reads, writes nothing, and sees no
applicant and no colleague, whatever a template or a query asks for. An account that may not take
the role (no superuser, not a member) is served by the access tables alone; ``can_seal`` tells.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction

from kechuang.kernel.access import Actor

ROLE = "pg_read_all_data"
READER = "kechuang.reader"
APPLICANTS = (
    "review_proposalidentity",
    "review_proposalperson",
    "review_proposalparty",
    "review_avoidedexpert",
    "calls_application",
    "calls_answer",
    "calls_answerversion",
    "calls_submission",
)
COLLEAGUES = "review_seatidentity"
NOT_SEALED = f"current_user <> '{ROLE}'"
OWN_SEAT = (
    NOT_SEALED + " OR expert_id IN (SELECT id FROM review_expert"  # noqa: S608 - constants of this module
    " WHERE user_id = nullif(current_setting('kechuang.reader', true), '')::bigint)"
)


@contextmanager
def sealed(actor: Actor) -> Iterator[None]:
    """Read as a blind reviewer: applicants are gone, and of the seats only the actor's own is there."""
    with transaction.atomic():
        taken = can_seal()
        with connection.cursor() as cursor:
            if taken:
                cursor.execute("SELECT set_config(%s, %s, true)", [READER, str(actor.user_id or "")])
                cursor.execute(f"SET LOCAL ROLE {ROLE}")
        yield
        if taken:
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL ROLE NONE")
                cursor.execute("SELECT set_config(%s, '', true)", [READER])


def can_seal() -> bool:
    """Tell whether the account of this installation may take the role of the seal."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_has_role(current_user, %s, 'MEMBER')", [ROLE])
        return bool(cursor.fetchone()[0])


def install(using: str = DEFAULT_DB_ALIAS) -> None:
    """Lay the policies on the tables that exist. Safe to repeat."""
    present = set(connections[using].introspection.table_names())
    wanted = {**dict.fromkeys(APPLICANTS, NOT_SEALED), COLLEAGUES: OWN_SEAT}
    with connections[using].cursor() as cursor:
        for table, condition in wanted.items():
            if table in present:
                cursor.execute(f'DROP POLICY IF EXISTS seal ON "{table}"')
                cursor.execute(f'CREATE POLICY seal ON "{table}" USING ({condition})')
                cursor.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')

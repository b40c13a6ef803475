"""That a person looked at a row, took it away, or signed in, written into the same trail as every change."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection
from django.utils.translation import gettext_lazy

from kechuang.kernel.access import Actor

SEEN, TAKEN = "SEEN", "TAKEN"
SIGNED_IN, SIGNED_OUT, REFUSED = "SIGN_IN", "SIGN_OUT", "REFUSED"
OPERATIONS = {
    "INSERT": gettext_lazy("新增"),
    "UPDATE": gettext_lazy("修改"),
    "DELETE": gettext_lazy("删除"),
    "TRUNCATE": gettext_lazy("清空"),
    SEEN: gettext_lazy("查看"),
    TAKEN: gettext_lazy("导出"),
    SIGNED_IN: gettext_lazy("登录"),
    SIGNED_OUT: gettext_lazy("退出"),
    REFUSED: gettext_lazy("登录被拒"),
}
"""Every operation that stands in the trail, in words."""
PEOPLE = "directory_user"
EVERY_ROW = "*"
ADDRESS_LIMIT = 300
# One statement, and no waiting for the disk: a crash of the machine may cost the last half second of reading.
WRITE = """
WITH swift AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
INSERT INTO kernel_auditevent (at, transaction, "table", row, operation, after, actor_id, request)
SELECT clock_timestamp(), txid_current(), subject."table", subject.row, %s, jsonb_build_object('address', %s::text),
       %s, %s
FROM swift, unnest(%s::text[], %s::text[]) AS subject("table", row)
"""


def reads_record(
    *, actor: Actor, subjects: Iterable[tuple[str, str]], address: str, taken: bool = False, request: str = ""
) -> int:
    """Write down that ``actor`` saw, or took away, each (table, row) of ``subjects``; return how many.

    A row of ``EVERY_ROW`` stands for a list. One statement however many there are; nothing for the public.
    """
    pairs = list(dict.fromkeys(subjects))
    if actor.user_id is None or not pairs:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            WRITE,
            [
                TAKEN if taken else SEEN,
                address[:ADDRESS_LIMIT],
                actor.user_id,
                request[:64],
                [table[:63] for table, _row in pairs],
                [row[:64] for _table, row in pairs],
            ],
        )
        return int(cursor.rowcount)


def sign_in_record(*, operation: str, person: int | None, is_proven: bool, source: str, way: str = "") -> None:
    """Write down that somebody signed in or out, or was refused: date, account, kind, outcome and source.

    ``person`` is the account it was about, ``None`` when there is none of that name: what was typed is not kept, it
    may have been a password. The account is the actor only when it was proven (``is_proven``).
    """
    with connection.cursor() as cursor:
        told = " ".join(part for part in (way, source) if part)
        about = "" if person is None else str(person)
        actor = person if is_proven else None
        cursor.execute(WRITE, [operation, told, actor, source, [PEOPLE], [about]])

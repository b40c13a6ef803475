"""What must be true of the installation as a whole, asked by Django's check framework."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections
from django.db.utils import Error as DatabaseError

TRIGRAMS = "SELECT cardinality(show_trgm('科技')), current_setting('server_encoding')"


@register(Tags.database)
def chinese_has_trigrams(
    app_configs: object = None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """A database in the ``C`` locale finds no Chinese name by its parts, and says nothing about it."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")
            if not cursor.fetchone():
                continue
            try:
                cursor.execute(TRIGRAMS)
                count, encoding = cursor.fetchone()
            except DatabaseError as error:
                found.append(Error(f"数据库不能为中文生成三元组：{error}", id="kechuang.E001"))
                continue
        if not count or encoding != "UTF8":
            found.append(
                Error(
                    "数据库的字符设置不认汉字，按名称查找会漏。",
                    hint="请用 UTF8 编码、C.UTF-8 区域设置重建数据库：createdb -E UTF8 -l C.UTF-8 -T template0 库名",
                    id="kechuang.E001",
                )
            )
    return found

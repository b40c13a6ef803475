"""The read API of a resource: a list in keyset pages and one row, over the page's own rows.

Writes are services and get their own endpoints.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest
from ninja import Router, Schema
from ninja.errors import HttpError
from pydantic import Field, create_model

from kechuang.ui.exports import exported_columns
from kechuang.ui.lists import listing
from kechuang.ui.pages import keyset_page
from kechuang.ui.resource import Column, Resource, field_at

MOST_ROWS = 200


def read_router(resource: Resource) -> Router:
    """Return a router with ``GET /`` (filters and ``on``, ``q``, ``at``, ``limit``) and ``GET /{key}``."""
    row_schema = row_schema_of(resource)
    page_schema = create_model(
        f"{resource.model.__name__}Page",
        __base__=Schema,
        items=(list[row_schema], ...),  # type: ignore[valid-type]
        next=(str, Field(description="下一页的 at 参数；空串表示已到末页")),
        as_of=(date | None, Field(description="数据截至日期；不分日期的类型为 null")),
    )
    router = Router(tags=[str(resource.title)])
    columns = exported_columns(resource)
    paths = tuple(dict.fromkeys((*(column.path for column in columns), resource.key)))

    def rows(request: HttpRequest, on: str = "", q: str = "", at: str = "", limit: int = 50) -> Any:
        if not 1 <= limit <= MOST_ROWS:
            raise HttpError(422, f"limit 须在 1 至 {MOST_ROWS} 之间")
        shown = listing(request, resource)
        if shown.problem:
            raise HttpError(422, shown.problem)
        page = keyset_page(shown.rows, order=resource.order, paths=paths, cursor=at, size=limit)
        items = [_written(columns, row) for row in page.rows]
        return {"items": items, "next": page.after, "as_of": shown.day if resource.as_of else None}

    def row(request: HttpRequest, key: str, on: str = "") -> Any:
        shown = listing(request, resource)
        if shown.problem:
            raise HttpError(422, shown.problem)
        try:
            found = shown.rows.filter(**{resource.key: key}).values(*paths).first()
        except ValueError:
            found = None
        if found is None:
            raise Http404
        return _written(columns, found)

    router.get("/", response=page_schema, summary=f"{resource.title}：列表", operation_id=f"{resource.name}_list")(rows)
    router.get("/{key}", response=row_schema, summary=f"{resource.title}：一条", operation_id=f"{resource.name}_get")(
        row
    )
    return router


def row_schema_of(resource: Resource) -> type[Schema]:
    """Return the schema of one row: a field a column, named by its path, described by its label."""
    fields: dict[str, Any] = {}
    for column in exported_columns(resource):
        kind = _kind(resource, column)
        fields[column.path] = (kind | None, Field(None, description=str(resource.column_label(column))))
    return create_model(f"{resource.model.__name__}Row", __base__=Schema, **fields)


def _kind(resource: Resource, column: Column) -> type:
    internal = field_at(resource.model, column.path).get_internal_type()
    kinds: dict[str, type] = {"DateField": date, "DateTimeField": datetime, "BooleanField": bool, "JSONField": dict}
    if internal in kinds:
        return kinds[internal]
    return int if internal.endswith(("IntegerField", "AutoField")) or internal == "ForeignKey" else str


def _written(columns: tuple[Column, ...], row: dict[str, Any]) -> dict[str, Any]:
    return {column.path: row[column.path] for column in columns}

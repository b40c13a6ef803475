"""The read API of a resource: a list in keyset pages and one row, over the page's own rows.

Writes are services and get their own endpoints.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router, Schema
from ninja.errors import HttpError
from pydantic import Field, create_model

from kechuang.ui.exports import exported_columns
from kechuang.ui.lists import listing
from kechuang.ui.pages import is_cursor, keyset_page
from kechuang.ui.resource import SEARCH_LIMIT, Column, Resource, field_at

MOST_ROWS = 200
DEFAULT_ROWS = 50
LONGEST_CURSOR = 2000


def read_router(resource: Resource, *, without: Collection[str] = ()) -> Router:
    """Return a router with ``GET /`` (filters and ``on``, ``q``, ``at``, ``limit``) and ``GET /{key}``.

    ``without`` names columns a program is not given, such as people's names: what is read one
    by one on a page should not be gathered from all of them at once.
    """
    columns = tuple(column for column in exported_columns(resource) if column.path not in without)
    row_schema = _row_schema(resource, columns)
    page_schema = create_model(
        f"{resource.model.__name__}Page",
        __base__=Schema,
        items=(list[row_schema], ...),  # type: ignore[valid-type]
        limit=(int, Field(description="本次每页最多多少条")),
        next=(str, Field(description="下一页的 at 参数；空串表示已到末页")),
        next_url=(str, Field(description="下一页的完整地址；空串表示已到末页")),
        previous_url=(str, Field(description="上一页的完整地址；空串表示已是首页")),
        as_of=(date | None, Field(description="数据截至日期；不分日期的类型为 null")),
    )
    router = Router(tags=[str(resource.title)])
    paths = tuple(dict.fromkeys((*(column.path for column in columns), resource.key)))

    def rows(request: HttpRequest, response: HttpResponse) -> Any:
        size = _limit(request)
        shown = listing(request, resource)
        if shown.problem:
            raise HttpError(422, shown.problem)
        cursor = _cursor(request, resource)
        page = keyset_page(shown.rows, order=resource.order, paths=paths, cursor=cursor, size=size)
        links = {"next": _page_url(request, page.after), "prev": _page_url(request, page.before)}
        if told := ", ".join(f'<{url}>; rel="{name}"' for name, url in links.items() if url):
            response["Link"] = told
        return {
            "items": [_written(columns, row) for row in page.rows],
            "limit": size,
            "next": page.after,
            "next_url": links["next"],
            "previous_url": links["prev"],
            "as_of": shown.day if resource.as_of else None,
        }

    def row(request: HttpRequest, key: str) -> Any:
        shown = listing(request, resource)
        if shown.problem:
            raise HttpError(422, shown.problem)
        try:
            found = shown.rows.filter(**{resource.key: key}).values(*paths).first()
        except (ValueError, OverflowError):
            found = None
        if found is None:
            raise Http404
        return _written(columns, found)

    router.get(
        "/",
        response=page_schema,
        summary=f"{resource.title}：列表",
        operation_id=f"{resource.name}_list",
        openapi_extra={"parameters": [*_filters(resource), *_paging()]},
    )(rows)
    router.get(
        "/{key}",
        response=row_schema,
        summary=f"{resource.title}：一条",
        operation_id=f"{resource.name}_get",
        openapi_extra={"parameters": _days(resource)},
    )(row)
    return router


def row_schema_of(resource: Resource) -> type[Schema]:
    """Return the schema of one row: a field a column, named by its path, described by its label."""
    return _row_schema(resource, exported_columns(resource))


def _row_schema(resource: Resource, columns: tuple[Column, ...]) -> type[Schema]:
    fields: dict[str, Any] = {}
    for column in columns:
        kind = _kind(resource, column)
        fields[column.path] = (kind | None, Field(None, description=str(resource.column_label(column))))
    return create_model(f"{resource.model.__name__}Row", __base__=Schema, **fields)


def _limit(request: HttpRequest) -> int:
    """Return how many rows are asked for; never quietly fewer than that."""
    typed = request.GET.get("limit", str(DEFAULT_ROWS))
    if not (typed.isascii() and typed.isdigit() and 1 <= int(typed[:6]) <= MOST_ROWS and len(typed) <= len("200000")):
        raise HttpError(422, f"limit 须在 1 至 {MOST_ROWS} 之间")
    return int(typed)


def _cursor(request: HttpRequest, resource: Resource) -> str:
    """Return where to read on; never quietly the beginning, where a program would go round for ever."""
    sent = request.GET.get("at", "")
    if len(sent) > LONGEST_CURSOR or not is_cursor(sent, resource.order):
        raise HttpError(422, "at 读不懂：须是上一次答复里的 next，原样带回")
    return sent


def _page_url(request: HttpRequest, cursor: str) -> str:
    if not cursor:
        return ""
    query = request.GET.copy()
    query["at"] = cursor
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")


def _filters(resource: Resource) -> list[dict[str, Any]]:
    """Describe the filters of the list: a word, several values of a column, the day."""
    described = []
    for name, each in resource.filterset.base_filters.items():
        if name == "on":
            continue
        if name == "q":
            described.append(_told("q", "查找：名称等列中含有的词，空格分开表示都要有", maxLength=SEARCH_LIMIT))
        else:
            values = {"type": "array", "items": {"type": "string"}} if hasattr(each, "distinct") else {"type": "string"}
            said = f"{each.label}；可重复，表示其中任一"
            described.append({"in": "query", "name": name, "required": False, "schema": values, "description": said})
    return [*described, *_days(resource)]


def _days(resource: Resource) -> list[dict[str, Any]]:
    forms = [{"format": "date"}, {"maxLength": 0}]
    return [_told("on", "截至日期，如 2023-12-31；不写或空为今天", anyOf=forms)] if resource.as_of else []


def _paging() -> list[dict[str, Any]]:
    limit = {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": DEFAULT_ROWS}
    return [
        _told("at", "从哪里接着读：上一次答复里的 next", maxLength=LONGEST_CURSOR),
        {"in": "query", "name": "limit", "required": False, "schema": limit, "description": "每页多少条"},
    ]


def _told(name: str, said: str, **bounds: Any) -> dict[str, Any]:
    schema = {"type": "string", **bounds}
    return {"in": "query", "name": name, "required": False, "schema": schema, "description": said}


def _kind(resource: Resource, column: Column) -> type:
    internal = field_at(resource.model, column.path).get_internal_type()
    kinds: dict[str, type] = {"DateField": date, "DateTimeField": datetime, "BooleanField": bool, "JSONField": dict}
    if internal in kinds:
        return kinds[internal]
    return int if internal.endswith(("IntegerField", "AutoField")) or internal == "ForeignKey" else str


def _written(columns: tuple[Column, ...], row: dict[str, Any]) -> dict[str, Any]:
    return {column.path: row[column.path] for column in columns}

"""Data sets and notices read by programs: the same versions, files and lines as the pages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from kechuang.portal import metadata
from kechuang.portal.data_views import current
from kechuang.portal.datasets import DataSet, dataset_called, datasets
from kechuang.portal.models import Release
from kechuang.portal.notices import SORTS, notices
from kechuang.portal.rules import rules

MOST_NOTICES = 60


class FieldOut(Schema):
    """One column of a data set."""

    name: str = Field(description="JSON 中的字段名")
    title: str = Field(description="CSV 中的列名")
    type: str = Field(description="类型")
    unit: str = Field(description="计量单位；空串表示没有")
    description: str = Field(description="含义")


class FileOut(Schema):
    """One file of the newest version."""

    format: str = Field(description="csv 或 json")
    url: str = Field(description="下载地址；该版本的文件不再改动")
    bytes: int = Field(description="字节数")
    sha256: str = Field(description="SHA-256 校验值")


class DataSetOut(Schema):
    """A data set with its newest version."""

    code: str = Field(description="数据集代码")
    title: str = Field(description="名称")
    summary: str = Field(description="说明")
    publisher: str = Field(description="发布者")
    licence: str = Field(description="使用许可")
    frequency: str = Field(description="更新频率")
    version: str | None = Field(description="最新版本；尚未发布为 null")
    as_of: date | None = Field(description="数据截至日期")
    checked_on: date | None = Field(description="最近核对、确认未变的日期")
    rows: int | None = Field(description="行数")
    fields: list[FieldOut] = Field(description="字段说明")
    files: list[FileOut] = Field(description="文件")


class DataSetsOut(Schema):
    """Every data set."""

    items: list[DataSetOut]


class NoticeOut(Schema):
    """One thing made known."""

    kind: str = Field(description="类别：call 申报通知、publicity 公示、recognition 认定公告")
    title: str = Field(description="标题")
    summary: str = Field(description="事项、单位、文号等")
    at: datetime = Field(description="发布时间；认定为认定日期")
    url: str = Field(description="网页地址")


class NoticesOut(Schema):
    """The newest notices."""

    items: list[NoticeOut]


data_router = Router(tags=["开放数据"])
notice_router = Router(tags=["通知公告"])


@data_router.get("/", response=DataSetsOut, summary="数据集：列表", operation_id="datasets_list")
def dataset_list(request: HttpRequest) -> dict[str, Any]:
    """Return every published data set with its newest version and files."""
    newest, site = current(timezone.localdate()), metadata.site_of(request)
    return {"items": [_out(each, newest.get(each.code), site) for each in datasets()]}


@data_router.get("/{slug:code}", response=DataSetOut, summary="数据集：一个", operation_id="datasets_get")
def dataset_one(request: HttpRequest, code: str) -> dict[str, Any]:
    """Return one published data set."""
    found = dataset_called(code)
    if found is None:
        raise Http404
    return _out(found, current(timezone.localdate()).get(code), metadata.site_of(request))


@notice_router.get("/", response=NoticesOut, summary="公告：最新", operation_id="notices_list")
def notice_list(request: HttpRequest, kind: Literal["", "call", "publicity", "recognition"] = "") -> dict[str, Any]:
    """Return the newest notices of all sorts, or of one; at most sixty."""
    found = notices(kinds=(kind,) if kind else SORTS, most=MOST_NOTICES)
    return {
        "items": [
            {
                "kind": one.kind,
                "title": one.title,
                "summary": one.said,
                "at": one.at,
                "url": request.build_absolute_uri(one.url),
            }
            for one in found
        ]
    }


def _out(dataset: DataSet, release: Release | None, site: metadata.Site) -> dict[str, Any]:
    return {
        "code": dataset.code,
        "title": str(dataset.title),
        "summary": str(dataset.summary),
        "publisher": site.publisher,
        "licence": rules().licence.name,
        "frequency": metadata.FREQUENCIES[rules().frequency],
        "version": release.version if release else None,
        "as_of": release.as_of if release else None,
        "checked_on": release.checked_on if release else None,
        "rows": release.rows if release else None,
        "fields": [
            {
                "name": column.name,
                "title": str(column.label),
                "type": column.type,
                "unit": str(column.unit),
                "description": str(column.meaning),
            }
            for column in dataset.columns
        ],
        "files": [
            {
                "format": file.format,
                "url": site.url("portal:file", dataset.code, release.version, file.format),
                "bytes": file.size,
                "sha256": file.sha256,
            }
            for file in release.files.all()
        ]
        if release
        else [],
    }

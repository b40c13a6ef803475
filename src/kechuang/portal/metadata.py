"""What is said about a data set, for people and for catalogues: schema, DCAT, and the national core metadata.

The schema follows Table Schema; the catalogue is DCAT 3 as JSON-LD; the third form names
the elements as GB/T 30523 (科技资源核心元数据) does, with the marks it is known to begin with.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from kechuang.directory.models import Department
from kechuang.portal.datasets import DataSet, datasets
from kechuang.portal.files import FORMATS
from kechuang.portal.models import Release
from kechuang.portal.rules import rules

CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
MEDIA = "https://www.iana.org/assignments/media-types/"
FREQUENCY = "http://publications.europa.eu/resource/authority/frequency/"
FREQUENCIES = {"daily": "每日", "weekly": "每周", "monthly": "每月", "yearly": "每年"}
LANGUAGE = "zh-CN"


@dataclass(frozen=True, slots=True)
class Site:
    """Where the site stands for whoever asks, and who publishes."""

    root: str
    publisher: str

    def url(self, name: str, *args: object) -> str:
        """Return a page's full address."""
        return f"{self.root}{reverse(name, args=args)}"


def site_of(request: HttpRequest) -> Site:
    """Return the site as this request reached it; the publisher costs one query where a department is named."""
    code = rules().publisher
    named = Department.objects.filter(code=code).values_list("name", flat=True).first() if code else None
    return Site(request.build_absolute_uri("/").rstrip("/"), named or str(settings.KECHUANG_SITE_NAME))


def schema(dataset: DataSet) -> dict[str, Any]:
    """Return the fields of a data set: key in JSON, head in CSV, type, unit, meaning."""
    return {
        "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
        "name": dataset.code,
        "title": str(dataset.title),
        "fields": [
            {
                "name": column.name,
                "title": str(column.label),
                "type": column.type,
                **({"unit": str(column.unit)} if column.unit else {}),
                "description": str(column.meaning),
            }
            for column in dataset.columns
        ],
        "missingValues": [""],
    }


def national(site: Site, dataset: DataSet, release: Release | None) -> dict[str, Any]:
    """Return the core metadata in the words of the national standard."""
    licence = rules().licence
    return {
        "标识符": f"{site.url('portal:dataset', dataset.code)}#{release.version if release else ''}".rstrip("#"),
        "资源名称": str(dataset.title),
        "描述": str(dataset.summary),
        "关键词": [str(word) for word in dataset.keywords],
        "生成日期": release.as_of.isoformat() if release else None,
        "注册日期": timezone.localdate(release.made_at).isoformat() if release else None,
        "核对日期": release.checked_on.isoformat() if release else None,
        "资源类型": "数据集",
        "资源分类": str(dataset.theme),
        "提供方": site.publisher,
        "语种": LANGUAGE,
        "更新频率": FREQUENCIES[rules().frequency],
        "共享方式": "无条件开放",
        "使用许可": {"名称": licence.name, "说明": licence.summary},
        "版本": release.version if release else None,
        "数据项": [
            {
                "名称": str(column.label),
                "标识": column.name,
                "类型": column.type,
                "单位": str(column.unit) or None,
                "含义": str(column.meaning),
            }
            for column in dataset.columns
        ],
        "链接": [_file_url(site, file.release.dataset, release.version, file.format) for file in release.files.all()]
        if release
        else [],
    }


def catalogue(site: Site, current: dict[str, Release]) -> dict[str, Any]:
    """Return the whole catalogue as DCAT."""
    here = site.url("portal:data")
    return {
        "@context": CONTEXT,
        "@id": here,
        "@type": "dcat:Catalog",
        "dct:title": _said(f"{settings.KECHUANG_SITE_NAME}开放数据"),
        "dct:language": LANGUAGE,
        "dct:publisher": _publisher(site),
        "foaf:homepage": {"@id": f"{site.root}/"},
        "dcat:dataset": [dcat(site, dataset, current.get(dataset.code)) for dataset in datasets()],
    }


def dcat(site: Site, dataset: DataSet, release: Release | None) -> dict[str, Any]:
    """Return one data set as DCAT, its files with their checksums."""
    page = site.url("portal:dataset", dataset.code)
    told: dict[str, Any] = {
        "@id": page,
        "@type": "dcat:Dataset",
        "dct:identifier": dataset.code,
        "dct:title": _said(dataset.title),
        "dct:description": _said(dataset.summary),
        "dcat:keyword": [_said(word) for word in dataset.keywords],
        "dcat:theme": _said(dataset.theme),
        "dct:language": LANGUAGE,
        "dct:publisher": _publisher(site),
        "dct:accrualPeriodicity": {"@id": f"{FREQUENCY}{rules().frequency.upper().replace('YEARLY', 'ANNUAL')}"},
        "dct:license": _licence(),
        "dcat:landingPage": {"@id": page},
        "dct:conformsTo": {"@id": site.url("portal:schema", dataset.code)},
    }
    if release is not None:
        told |= {
            "dcat:version": release.version,
            "dct:issued": _day(timezone.localdate(release.made_at).isoformat()),
            "dct:modified": _day(release.as_of.isoformat()),
            "dcat:distribution": [_distribution(site, dataset, release, file) for file in release.files.all()],
        }
    return told


def _distribution(site: Site, dataset: DataSet, release: Release, file: Any) -> dict[str, Any]:
    url = _file_url(site, dataset.code, release.version, file.format)
    return {
        "@id": url,
        "@type": "dcat:Distribution",
        "dct:title": _said(f"{dataset.title} {release.version} {file.format.upper()}"),
        "dcat:downloadURL": {"@id": url},
        "dcat:accessURL": {"@id": site.url("portal:dataset", dataset.code)},
        "dcat:mediaType": {"@id": f"{MEDIA}{FORMATS[file.format].partition(';')[0]}"},
        "dcat:byteSize": {"@value": str(file.size), "@type": "xsd:nonNegativeInteger"},
        "dct:license": _licence(),
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": {"@value": file.sha256, "@type": "xsd:hexBinary"},
        },
    }


def _file_url(site: Site, code: str, version: str, kind: str) -> str:
    return site.url("portal:file", code, version, kind)


def _said(text: object) -> dict[str, str]:
    language = LANGUAGE if get_language() in (None, "zh-hans") else str(get_language())
    return {"@value": str(text), "@language": language}


def _day(text: str) -> dict[str, str]:
    return {"@value": text, "@type": "xsd:date"}


def _publisher(site: Site) -> dict[str, Any]:
    return {"@type": "foaf:Organization", "foaf:name": _said(site.publisher)}


def _licence() -> dict[str, Any]:
    licence = rules().licence
    return {"@type": "dct:LicenseDocument", "dct:title": licence.name, "dct:description": licence.summary}

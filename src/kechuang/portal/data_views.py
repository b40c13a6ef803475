"""Open data: the data sets, their metadata, their versions and files."""

from __future__ import annotations

import base64
from datetime import date
from typing import Any

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kechuang.kernel.web import Request
from kechuang.portal import files, metadata, selectors, services
from kechuang.portal.datasets import DataSet, dataset_called, datasets
from kechuang.portal.models import Release, ReleaseFile
from kechuang.portal.rules import rules
from kechuang.ui.parts import Crumb

YEAR_SECONDS = 365 * 24 * 3600
JSON_LD = "application/ld+json"
WRITTEN = {"ensure_ascii": False, "indent": 1}


def current(day: date) -> dict[str, Release]:
    """Return the newest versions; what was never released yet is released now, once."""
    found = selectors.releases_current()
    if missing := [each.code for each in datasets() if each.code not in found]:
        services.releases_refresh(on=day, codes=missing)
        found = selectors.releases_current()
    return found


@require_safe
def data(request: Request) -> HttpResponse:
    """List the data sets with their files."""
    newest = current(request.actor.today)
    context = {
        "heading": _("开放数据"),
        "lead": _("可以整份下载、自由使用的公共数据，每份都有字段说明、版本和校验值。"),
        "datasets": [(each, newest.get(each.code)) for each in datasets()],
        "rules": rules(),
        "publisher": metadata.site_of(request).publisher,
        "frequency": metadata.FREQUENCIES[rules().frequency],
    }
    return render(request, "portal/data.html", context)


@require_safe
def dataset(request: Request, code: str) -> HttpResponse:
    """Show one data set: what its columns mean, its files with checksums, its versions, its metadata."""
    found = _dataset(code)
    release = current(request.actor.today).get(code)
    site = metadata.site_of(request)
    context = {
        "heading": found.title,
        "lead": found.summary,
        "crumbs": [Crumb(_("开放数据"), reverse("portal:data")), Crumb(str(found.title))],
        "dataset": found,
        "release": release,
        "files": list(release.files.all()) if release else [],
        "versions": list(selectors.releases_of(code)[:60]),
        "page_url": reverse(found.page),
        "rules": rules(),
        "frequency": metadata.FREQUENCIES[rules().frequency],
        "publisher": site.publisher,
        "national": [(name, value) for name, value in metadata.national(site, found, release).items() if _plain(value)],
    }
    return render(request, "portal/dataset.html", context)


def _plain(value: Any) -> bool:
    return isinstance(value, str)


@require_safe
def schema(request: Request, code: str) -> HttpResponse:
    """Give the fields of a data set to programs."""
    return _json(metadata.schema(_dataset(code)), "application/json")


@require_safe
def national(request: Request, code: str) -> HttpResponse:
    """Give the core metadata in the national form."""
    found = _dataset(code)
    release = current(request.actor.today).get(code)
    return _json(metadata.national(metadata.site_of(request), found, release), "application/json")


@require_safe
def catalogue(request: Request) -> HttpResponse:
    """Give the whole catalogue as DCAT."""
    return _json(metadata.catalogue(metadata.site_of(request), current(request.actor.today)), JSON_LD)


@require_safe
def latest(request: Request, code: str, kind: str) -> HttpResponse:
    """Lead to the newest file: one address to keep."""
    found = current(request.actor.today).get(_dataset(code).code)
    if found is None or kind not in files.FORMATS:
        raise Http404
    return redirect("portal:file", code, found.version, kind)


@require_safe
def file(request: Request, code: str, version: str, kind: str) -> HttpResponseBase:
    """Give one file of one version; it never changes, so whoever has it is told so."""
    one = _file(code, version, kind)
    tag = f'"{one.sha256}"'
    name = f"{code}-{version}.{kind}"
    answer: HttpResponseBase
    if tag in [part.strip() for part in request.headers.get("If-None-Match", "").split(",")]:
        answer = HttpResponse(status=304)
    elif request.method == "HEAD":
        answer = HttpResponse(content_type=files.FORMATS[kind], headers={"Content-Length": str(one.size)})
    else:
        try:
            stream = (files.folder() / one.path).open("rb")
        except FileNotFoundError:
            raise Http404 from None
        answer = FileResponse(stream, as_attachment=True, filename=name, content_type=files.FORMATS[kind])
    answer.headers["Repr-Digest"] = f"sha-256=:{base64.b64encode(bytes.fromhex(one.sha256)).decode()}:"
    answer.headers["ETag"] = tag
    answer.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


@require_safe
def checksum(request: Request, code: str, version: str, kind: str) -> HttpResponse:
    """Give a file's SHA-256 as ``sha256sum --check`` reads it."""
    one = _file(code, version, kind)
    return HttpResponse(f"{one.sha256}  {code}-{version}.{kind}\n", content_type="text/plain; charset=utf-8")


def _dataset(code: str) -> DataSet:
    found = dataset_called(code)
    if found is None:
        raise Http404
    return found


def _file(code: str, version: str, kind: str) -> ReleaseFile:
    _dataset(code)
    release = selectors.release_called(code, version)
    found = next((one for one in release.files.all() if one.format == kind), None) if release else None
    if found is None:
        raise Http404
    return found


def _json(told: dict[str, Any], media_type: str) -> HttpResponse:
    answer = JsonResponse(told, json_dumps_params=WRITTEN, content_type=media_type)
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Cache-Control"] = "public, no-cache"
    return answer

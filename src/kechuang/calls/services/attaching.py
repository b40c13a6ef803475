"""Attaching files to an application: each is kept once in the organisation's vault and named in the form."""

from __future__ import annotations

from pathlib import PurePath
from typing import cast

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from kechuang.calls.form.boxes import Box
from kechuang.calls.selectors.sheets import FormSheet, evidence_offered
from kechuang.calls.services.saving import answer_save
from kechuang.catalogue.items import FileField
from kechuang.facts.choices import EvidenceKind
from kechuang.facts.models import Evidence
from kechuang.facts.services.evidence import evidence_keep
from kechuang.kernel.errors import Refused, Stale

LONGEST_TITLE = 200


@transaction.atomic
def file_attach(*, sheet: FormSheet, box: Box, upload: UploadedFile[bytes], seen: int) -> Evidence:
    """Keep a file and add it to the field; the same file again is the same evidence."""
    field = cast("FileField", box.field)
    _fits(field, upload.name or "")
    chosen = [int(pk) for pk in sheet.answers.get(box.code) or ()]
    if len(chosen) >= field.most:
        raise Refused(_("最多 %(most)s 个文件，请先去掉不用的。") % {"most": field.most}, field=box.code)
    kept = evidence_keep(
        organisation=sheet.application.organisation,
        upload=upload,
        title=f"{box.label}：{PurePath(upload.name or '').stem}"[:LONGEST_TITLE],
        kind=EvidenceKind.OTHER,
        actor=sheet.actor,
    )
    if kept.pk not in chosen:
        _saved(sheet, box, [*chosen, kept.pk], seen)
    return kept


def _fits(field: FileField, name: str) -> None:
    kind = PurePath(name).suffix.lower().lstrip(".")
    if {"jpeg": "jpg"}.get(kind, kind) not in field.accept:
        raise Refused(
            _("“%(label)s”只接受 %(kinds)s 文件。")
            % {"label": field.label, "kinds": "、".join(each.upper() for each in field.accept)},
            field=field.file,
        )


@transaction.atomic
def files_set(*, sheet: FormSheet, box: Box, chosen: list[int], seen: int) -> None:
    """Let the field hold exactly these files of the organisation's vault."""
    field = cast("FileField", box.field)
    standing = [int(pk) for pk in sheet.answers.get(box.code) or ()]
    offered = evidence_offered(sheet)
    if set(chosen) - set(standing) - set(offered):
        raise Refused(_("所选文件不在本单位的佐证库中，或已失效。"), field=box.code)
    if len(set(chosen)) > field.most:
        raise Refused(_("最多 %(most)s 个文件。") % {"most": field.most}, field=box.code)
    for pk in set(chosen) - set(standing):
        _fits(field, offered[pk].attachment.name)
    _saved(sheet, box, list(dict.fromkeys(chosen)), seen)


def _saved(sheet: FormSheet, box: Box, chosen: list[int], seen: int) -> None:
    saved = answer_save(sheet=sheet, code=box.code, value=chosen or None, seen=seen)
    if not saved.kept:
        raise Stale(_("%(who)s 刚刚改过这一栏，请核对后再保存。") % {"who": saved.by}, field=box.code)

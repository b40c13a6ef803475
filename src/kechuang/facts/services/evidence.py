"""Keeping evidence (佐证): once a file, with its validity, its uses and its withdrawal."""

from __future__ import annotations

import hashlib
from datetime import date

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.directory.models import Organisation
from kechuang.facts import access
from kechuang.facts.choices import EvidenceKind
from kechuang.facts.models import Evidence, EvidenceUse
from kechuang.facts.services.locks import lock_vault
from kechuang.kernel import events
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import Refused
from kechuang.kernel.files import attachment_store
from kechuang.kernel.uploads_resumed import upload_claim

LONGEST = 200


@transaction.atomic
def evidence_keep(
    *,
    organisation: Organisation,
    upload: UploadedFile[bytes],
    title: str,
    kind: str,
    valid_from: date | None = None,
    valid_to: date | None = None,
    actor: Actor,
) -> Evidence:
    """Put a file into an organisation's vault and return it; content that lies there already is returned as it lies.

    Raises ``Refused`` at field upload, title, kind or valid_to.
    """
    access.KEEPING.require(actor, "keep", organisation)
    lock_vault(organisation.pk)
    digest = _digest(upload)
    kept = Evidence.objects.filter(organisation=organisation, digest=digest, withdrawn_at=None).first()
    if kept is not None:
        upload_claim(upload)
        return kept
    evidence = Evidence(
        organisation=organisation,
        title=title.strip(),
        kind=kind,
        digest=digest,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    _clean(evidence)
    try:
        evidence.attachment = attachment_store(upload, actor=actor)
    except Refused as refusal:
        raise Refused(str(refusal), field="upload") from None
    evidence.save()
    events.publish("evidence.kept", evidence)
    return evidence


@transaction.atomic
def evidence_amend(
    *, evidence: Evidence, title: str, kind: str, valid_from: date | None, valid_to: date | None, actor: Actor
) -> Evidence:
    """Correct how an evidence is called and how long it is valid; the file itself never changes."""
    current = _locked(evidence)
    access.EVIDENCE.require(actor, "change", current)
    if current.withdrawn_at is not None:
        raise Refused(_("佐证已撤回，不能再修改；需要时请重新上传。"))
    current.title, current.kind = title.strip(), kind
    current.valid_from, current.valid_to = valid_from, valid_to
    _clean(current)
    current.save(update_fields=["title", "kind", "valid_from", "valid_to"])
    return current


@transaction.atomic
def evidence_withdraw(*, evidence: Evidence, reason: str, actor: Actor) -> Evidence:
    """Withdraw an evidence with a reason: it stays where it was used, marked, and supports nothing new."""
    current = _locked(evidence)
    access.EVIDENCE.require(actor, "withdraw", current)
    if not reason.strip():
        raise Refused(_("撤回佐证须写明理由。"), field="reason")
    if current.withdrawn_at is not None:
        raise Refused(_("该佐证已经撤回。"))
    current.withdrawn_at, current.withdrawn_by_id = timezone.now(), actor.user_id
    current.reason = reason.strip()
    current.save(update_fields=["withdrawn_at", "withdrawn_by", "reason"])
    events.publish("evidence.withdrawn", current)
    return current


def evidence_used(evidence: Evidence, by: str, url: str) -> EvidenceUse:
    """Note that an evidence serves a matter, called ``by``, whose page is ``url``; noting it again renames it."""
    use, _created = EvidenceUse.objects.update_or_create(evidence=evidence, url=url, defaults={"by": by[:LONGEST]})
    return use


def _locked(evidence: Evidence) -> Evidence:
    return Evidence.objects.select_for_update().get(pk=evidence.pk)


def _digest(upload: UploadedFile[bytes]) -> str:
    upload.seek(0)
    digest = hashlib.sha256()
    for piece in upload.chunks():
        digest.update(piece)
    return digest.hexdigest()


def _clean(evidence: Evidence) -> None:
    if not evidence.title:
        raise Refused(_("请填写佐证名称。"), field="title")
    if len(evidence.title) > LONGEST:
        raise Refused(_("佐证名称不超过 200 个字。"), field="title")
    if evidence.kind not in EvidenceKind.values:
        raise Refused(_("请选择佐证类别。"), field="kind")
    if evidence.valid_from and evidence.valid_to and evidence.valid_to < evidence.valid_from:
        raise Refused(_("有效期止不能早于有效期起。"), field="valid_to")
    try:
        evidence.clean_fields(exclude=["attachment", "organisation", "digest"])
    except ValidationError as fault:
        raise Refused("；".join(fault.messages), field="title") from None

"""Objections (异议): raised under one's real name, sealed from the applicant, answered with reasons."""

from __future__ import annotations

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.calls import access
from kechuang.calls.models import Objection, ObjectionIdentity, Publicity
from kechuang.calls.proceeding import database_now
from kechuang.kernel import cases, moves, numbering
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import NotAllowed, Refused
from kechuang.kernel.files import attachment_store
from kechuang.kernel.models import Move
from kechuang.kernel.processes import begin

SERIES = "YY"
ANSWERS = ("found", "dismiss")
MOST = 4_000


@transaction.atomic
def objection_raise(
    *,
    publicity: Publicity,
    name: str,
    contact: str,
    grounds: str,
    actor: Actor,
    evidence: UploadedFile[bytes] | None = None,
) -> Objection:
    """Raise an objection while the publicity runs; name and contact are required (实名) and kept apart.

    Anybody may object without signing in; a file needs an account, so that somebody answers for it.
    """
    today = timezone.localdate(database_now())
    if not publicity.opens_on <= today <= publicity.closes_on:
        raise Refused(
            _("公示期是 %(from)s 至 %(to)s，现在不能提出异议。")
            % {"from": publicity.opens_on, "to": publicity.closes_on}
        )
    for field, text, what in (
        ("name", name, _("姓名或单位")),
        ("contact", contact, _("联系方式")),
        ("grounds", grounds, _("异议事实和理由")),
    ):
        if not text.strip():
            raise Refused(_("请填写%(what)s；匿名异议不予受理。") % {"what": what}, field=field)
    if evidence is not None and actor.user_id is None:
        raise NotAllowed(_("上传证据材料须先登录；也可以先提出异议，再按联系方式补交。"))
    objection = Objection.objects.create(
        publicity=publicity,
        number=numbering.formatted(SERIES, today.year),
        grounds=grounds.strip()[:MOST],
        evidence=attachment_store(evidence, actor=actor) if evidence else None,
        **begin(Objection.process),
    )
    ObjectionIdentity.objects.create(
        objection=objection, name=name.strip()[:100], contact=contact.strip()[:100], user_id=actor.user_id
    )
    cases.opened(objection)
    return objection


@transaction.atomic
def objection_move(*, objection: Objection, step: str, actor: Actor, reason: str = "") -> Move:
    """Take a step; the reason of the deciding one is the answer the applicant and the objector read."""
    locked = Objection.objects.select_for_update(of=("self",)).get(pk=objection.pk)
    values = {"answer": reason.strip(), "answered_at": database_now()} if step in ANSWERS and reason.strip() else {}
    move = moves.take(locked, step, access=access.OBJECTIONS, actor=actor, reason=reason, values=values)
    objection.refresh_from_db()
    return move

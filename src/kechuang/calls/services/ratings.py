"""Rating the service of a finished matter, and answering a bad word."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from kechuang.calls import access
from kechuang.calls.models import Application, Rating, Redress
from kechuang.kernel import cases, moves
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import NotAllowed, Refused
from kechuang.kernel.models import Move
from kechuang.kernel.processes import begin, process_of
from kechuang.ui.documents.plain import printable

MOST = 1_000
APPLYING = ("applicant", "host_admin")


@transaction.atomic
def rating_give(*, application: Application, grade: int, actor: Actor, reason: str = "") -> Rating:
    """Rate the service once; a bad grade wants a reason and opens a redress at the department.

    Raises ``Refused`` before the matter is finished and where it was rated already; ``NotAllowed`` to
    whoever is not of the applicant's side or dealt with the case as an officer.
    """
    access.APPLICATIONS.require(actor, "rate", application)
    locked = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    if why := why_not_rated(locked, actor=actor):
        raise Refused(why)
    if moves.moves_of(locked).filter(actor_id=actor.person_id).exclude(role__in=APPLYING).exists():
        raise NotAllowed(_("办理过本件的人员不能评价本件。"))
    if grade not in Rating.Grade.values:
        raise Refused(_("请选择五个等次中的一个。"), field="grade")
    said = printable(reason).strip()[:MOST]
    if grade in Rating.BAD and not said:
        raise Refused(_("评价为不满意的，请写明理由，便于核实整改。"), field="reason")
    rating = Rating.objects.create(application=locked, grade=grade, reason=said, by_id=actor.person_id)
    if rating.is_bad:
        cases.opened(Redress.objects.create(rating=rating, **begin(Redress.process)))
    return rating


def why_not_rated(application: Application, *, actor: Actor) -> str | None:
    """Return why the matter cannot be rated now by ``actor``, or nothing."""
    if not access.APPLICATIONS.may(actor, "rate", application):
        return _("只有申报人和本单位管理员可以评价。")
    if (
        application.submitted_at is None
        or not process_of(application.process_version_id).state(application.state).final
    ):
        return _("办结以后才能评价。")
    if Rating.objects.filter(application=application).exists():
        return _("本件已经评价过，一件一评，评价不能更改。")
    return None


@transaction.atomic
def redress_move(*, redress: Redress, step: str, actor: Actor, reason: str = "") -> Move:
    """Take a step; the reason of the answering one is what the applicant reads."""
    locked = Redress.objects.select_for_update(of=("self",)).get(pk=redress.pk)
    values = {"answer": reason.strip()} if step == "answer" and reason.strip() else {}
    move = moves.take(locked, step, access=access.REDRESSES, actor=actor, reason=reason, values=values)
    redress.refresh_from_db()
    return move

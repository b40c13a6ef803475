"""Other organisations on an application: invited by the one that applies, confirmed by their own administrator."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kechuang.calls import access, registries
from kechuang.calls.definitions import form_of
from kechuang.calls.models import Application, Partner
from kechuang.directory.models import Office, Organisation
from kechuang.kernel import cases, moves
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import Refused
from kechuang.kernel.models import Move
from kechuang.kernel.processes import begin, process_of

MOST = 20


@transaction.atomic
def partner_invite(
    *, application: Application, organisation: Organisation, duty: str, actor: Actor, sections: tuple[str, ...] = ()
) -> Partner:
    """Invite another organisation; ``sections`` of the form are what its people may read and fill.

    Raises ``Refused`` (``field``) for the applying unit itself, a unit that is barred or has no
    administrator here to answer, a section that is not the applicant's, or once the form is handed in.
    """
    access.APPLICATIONS.require(actor, "invite", application)
    locked = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    _require_editable(locked)
    if organisation.pk == locked.organisation_id:
        raise Refused(_("申报单位自己不必邀请。"), field="organisation")
    if barred := registries.banned(organisation, actor.today):
        raise Refused(barred, field="organisation")
    if not _has_administrator(organisation, actor):
        raise Refused(_("这个单位还没有管理员账号，不能在线确认；请先联系其开通。"), field="organisation")
    if locked.partners.filter(state__in=Partner.HERE).count() >= MOST:
        raise Refused(_("最多 %(most)s 个联合申报单位。") % {"most": MOST}, field="organisation")
    own = {section.section for section in form_of(locked).form if section.by == "applicant"}
    if wrong := set(sections) - own:
        raise Refused(_("没有“%(section)s”这一部分。") % {"section": min(wrong)}, field="sections")
    if not duty.strip():
        raise Refused(_("请写明承担的内容。"), field="duty")
    return _invited(locked, organisation, duty, sections, actor)


def _invited(
    application: Application, organisation: Organisation, duty: str, sections: tuple[str, ...], actor: Actor
) -> Partner:
    try:
        with transaction.atomic():
            partner = Partner.objects.create(
                application=application,
                organisation=organisation,
                duty=duty.strip()[:200],
                sections=list(sections),
                invited_by_id=actor.person_id,
                **begin(Partner.process),
            )
    except IntegrityError:
        raise Refused(_("这个单位已在邀请之列。"), field="organisation") from None
    cases.opened(partner)
    return partner


def _has_administrator(organisation: Organisation, actor: Actor) -> bool:
    held = Office.objects.filter(organisation=organisation, role="host_admin", start__lte=actor.today)
    return held.exclude(end__lte=actor.today).filter(user__is_active=True).exists()


@transaction.atomic
def partner_move(*, partner: Partner, step: str, actor: Actor, reason: str = "") -> Move:
    """Confirm, decline, leave or take off; who takes part is fixed once the form is handed in."""
    Application.objects.select_for_update(of=("self",)).get(pk=partner.application_id)
    locked = Partner.objects.select_for_update(of=("self",)).select_related("application").get(pk=partner.pk)
    move = moves.take(locked, step, access=access.PARTNERS, actor=actor, guards=GUARDS, reason=reason)
    partner.refresh_from_db()
    return move


def _before_submission(partner: Partner) -> str | None:
    try:
        _require_editable(partner.application)
    except Refused as refusal:
        return str(refusal)
    return None


def _require_editable(application: Application) -> None:
    if "editable" not in process_of(application.process_version_id).state(application.state).marks:
        raise Refused(_("申报已经提交，参加单位不能再变；需要改变的，请先撤回或等待退回修改。"))


GUARDS: Mapping[str, Callable[[Partner], str | None]] = {"before_submission": _before_submission}

"""Beginning an application, and the people who fill it."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from kechuang.calls import access, registries
from kechuang.calls.definitions import definition_of, form_of
from kechuang.calls.models import Application, Call, ItemVersion, Participant
from kechuang.calls.models import ServiceItem as ItemRow
from kechuang.calls.proceeding import database_now, window_end
from kechuang.catalogue.items import Limit, ServiceItem
from kechuang.directory.models import Office, Organisation, User
from kechuang.facts.models import RuleVersion
from kechuang.facts.selectors.rules import current_rule
from kechuang.kernel import cases
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import NotAllowed, Refused
from kechuang.kernel.processes import begin, process_of


@transaction.atomic
def application_start(
    *,
    item: ItemRow,
    organisation: Organisation,
    actor: Actor,
    call: Call | None = None,
    subject: Any = None,
    title: str = "",
) -> Application:
    """Begin an application of ``organisation`` for ``item`` under ``call`` (``None`` where it is always open).

    Everything that would refuse it at the end is said now: who may apply, bans, limits, what
    must not be there already. The organisation's row is locked, so that two people pressing
    at once cannot both have the last one.
    """
    Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    _require_own(organisation, actor)
    version = _version_to_begin(item, call)
    definition = definition_of(version.pk)
    _require_of_its_own(item, organisation, definition, call, subject)
    if refusal := why_not(item=item, organisation=organisation, actor=actor, call=call, subject=subject):
        raise Refused(refusal)
    begun = begin(definition.process)
    application = Application.objects.create(
        item=item,
        item_version=version,
        rule_version=_rule_to_begin(definition, call),
        call=call,
        organisation=organisation,
        county=organisation.county,
        department=item.department,
        subject_type=ContentType.objects.get_for_model(subject) if subject is not None else None,
        subject_id=subject.pk if subject is not None else None,
        title=(title.strip() or default_title(definition, organisation, subject))[:200],
        year=call.year if call else actor.today.year - 1,
        started_by_id=actor.person_id,
        is_sample=organisation.is_sample,
        **begun,
    )
    cases.opened(application)
    return application


def default_title(definition: ServiceItem, organisation: Organisation, subject: Any) -> str:
    """Return how an application is called until somebody names it."""
    kind = registries.subject_kind(definition.subject)
    about = kind.label(subject) if kind and subject is not None else organisation.name
    return f"{about}：{definition.title}"


def why_not(
    *, item: ItemRow, organisation: Organisation, actor: Actor, call: Call | None, subject: Any = None
) -> str | None:
    """Return why ``organisation`` cannot apply now, or ``None``; shown before anything is written."""
    definition = definition_of(_version_to_begin(item, call).pk)
    if organisation.kind not in definition.applicants:
        return str(_("本事项不面向%(kind)s。") % {"kind": organisation.get_kind_display()})
    if definition.subject != "organisation" and subject is None:
        return str(_("请先选择办理对象。"))
    return (
        _closed(item, call)
        or registries.banned(organisation, actor.today)
        or next(
            (said for limit in definition.limits if (said := _limited(limit, item, organisation, subject, call))), None
        )
        or _clashing(definition, organisation, subject)
    )


def _require_own(organisation: Organisation, actor: Actor) -> None:
    held = any(o.organisation_id == organisation.pk and o.role in ("applicant", "host_admin") for o in actor.offices)
    if not held:
        raise NotAllowed(_("只能以本单位申报人或管理员的身份申报。"))


def _require_of_its_own(
    item: ItemRow, organisation: Organisation, definition: ServiceItem, call: Call | None, subject: Any
) -> None:
    """Refuse a call of another item, and a subject that is another organisation's."""
    if call is not None and call.item_id != item.pk:
        raise Refused(_("这份通知不是本事项的通知。"))
    kind = registries.subject_kind(definition.subject)
    if subject is not None and (kind is None or not kind.choices(organisation).filter(pk=subject.pk).exists()):
        raise Refused(_("所选的办理对象不属于这个申报单位，或已不在运行状态，请重新选择。"), field="subject")


def _version_to_begin(item: ItemRow, call: Call | None) -> ItemVersion:
    if call is not None and call.item_version is not None:
        return call.item_version
    version = item.versions.order_by("-number").first()
    if version is None or not item.offered:
        raise Refused(_("本事项目前不办理。"))
    return version


def _rule_to_begin(definition: ServiceItem, call: Call | None) -> RuleVersion | None:
    if call is not None:
        return call.rule_version
    return current_rule(definition.rule) if definition.rule else None


def _closed(item: ItemRow, call: Call | None) -> str | None:
    if call is None:
        return None if item.always_open else str(_("本事项须在申报通知规定的时间内申报，目前没有开放的通知。"))
    now = database_now()
    if call.state != "open" or now < call.opens_at:
        return str(_("本次申报没有开放。"))
    return str(_("本次申报已经截止。")) if now >= window_end(call.closes_at) else None


def _limited(limit: Limit, item: ItemRow, organisation: Organisation, subject: Any, call: Call | None) -> str | None:
    """Count what is on its way (of the same call, where there is one) against the limit."""
    rows = Application.objects.filter(organisation=organisation, item__code__in=limit.items or (item.code,))
    if limit.per == "subject" and subject is not None:
        rows = rows.filter(subject_type=ContentType.objects.get_for_model(subject), subject_id=subject.pk)
    if call is not None:
        rows = rows.filter(Q(call=call) | Q(call__isnull=True))
    running = sum(_is_running(*pair) for pair in rows.values_list("process_version_id", "state"))
    return limit.text if running >= limit.most else None


def _is_running(version_id: int, state: str) -> bool:
    return not process_of(version_id).state(state).final


def _clashing(definition: ServiceItem, organisation: Organisation, subject: Any) -> str | None:
    for each in definition.clashes:
        if said := registries.clash(each.name)(organisation, subject, each.params):
            return f"{each.text}{said}" if each.text != said else said
    return None


@transaction.atomic
def application_rename(*, application: Application, title: str, actor: Actor) -> None:
    """Give the application its name; only while it may be filled."""
    locked = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    access.APPLICATIONS.require(actor, "fill", locked)
    if "editable" not in process_of(locked.process_version_id).state(locked.state).marks:
        raise Refused(_("申报已经提交，名称不能再改。"), field="title")
    if not title.strip():
        raise Refused(_("请填写名称。"), field="title")
    locked.title = title.strip()[:200]
    locked.save(update_fields=["title"])
    cases.changed(locked)


@transaction.atomic
def participant_invite(
    *, application: Application, user: User, actor: Actor, fills: bool = True, sections: tuple[str, ...] = ()
) -> Participant:
    """Invite a colleague of the same organisation, to fill all sections or some, or to read; again changes it."""
    access.APPLICATIONS.require(actor, "invite", application)
    offices = Office.objects.filter(user=user, organisation_id=application.organisation_id, start__lte=actor.today)
    if not offices.filter(Q(end=None) | Q(end__gt=actor.today)).exists():
        raise Refused(_("只能邀请本单位的人员；请先由单位管理员为其开通申报人岗位。"), field="user")
    known = {section.section for section in form_of(application).form}
    if wrong := set(sections) - known:
        raise Refused(_("没有“%(section)s”这一部分。") % {"section": min(wrong)}, field="sections")
    participant, _made = Participant.objects.update_or_create(
        application=application,
        user=user,
        defaults={"fills": fills, "sections": list(sections), "invited_by_id": actor.person_id},
    )
    cases.changed(application)
    return participant


@transaction.atomic
def participant_remove(*, participant: Participant, actor: Actor) -> None:
    """Take back an invitation; what the colleague wrote stays."""
    access.APPLICATIONS.require(actor, "invite", participant.application)
    application = participant.application
    participant.delete()
    cases.changed(application)

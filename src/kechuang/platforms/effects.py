"""What approved applications do to the register, and what the intake asks of it before.

Each effect runs in the deciding transaction: what it refuses undoes the decision. The decision is the ground of what
happens, so it is signed in the name of the competent department (``services.decisions``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.calls import registries
from kechuang.calls.models import Application, Decision
from kechuang.calls.models.proceedings import Stated
from kechuang.directory.models import Organisation
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import Refused
from kechuang.platforms import services
from kechuang.platforms.models import Level, Platform, PlatformKind, RegisterEntry
from kechuang.platforms.resource import page_of, standing_word
from kechuang.platforms.selectors.life import barred_sentence, form_of, report_form_for
from kechuang.platforms.services.evaluations import RUNNING
from kechuang.platforms.services.life_steps import entry_today, in_the_name_of, in_the_name_of_host

Params = registries.Params
LEVELS = {str(label): value for value, label in Level.choices}
CHANGED = {"new_name": "name", "new_director": "director"}
"""Question of a change's form → field of the register that it changes; the host is found by its code."""


def register_platform(application: Application, decision: Decision, params: Params, actor: Actor) -> registries.Done:
    """Enter a platform with its recognition; an application about a platform gives that one the level."""
    kind, level = _kind(params.get("type")), str(params["level"])
    answers = _answers(application)
    platform = application.subject if isinstance(application.subject, Platform) else None
    if platform is None:
        values = {"director": _text(answers, "director_name", "director")[:60]}
        platform = services.platform_from_decision(
            actor=actor,
            name=_text(answers, "title", "name") or application.title,
            kind=kind or _refuse_kind(),
            host=application.organisation,
            since=decision.decided_on,
            department=application.department,
            values=values,
            is_sample=application.is_sample,
        )
    recognition = services.recognition_from_decision(
        platform=platform,
        level=level,
        recognised_on=decision.decided_on,
        document_number=decision.number,
        certificate=decision.certificate_number,
        actor=actor,
    )
    said = _("已登记平台 %(number)s，%(level)s认定自 %(day)s 起生效")
    words = {
        "number": platform.number,
        "level": recognition.get_level_display(),
        "day": decision.decided_on.isoformat(),
    }
    return registries.Done(said % words, platform)


def record_recognition(application: Application, decision: Decision, params: Params, actor: Actor) -> registries.Done:
    """Record what a higher body decided on a recommendation: the recommendation, its outcome, and the recognition."""
    outside = _outside(application)
    platform = application.subject if isinstance(application.subject, Platform) else None
    kind = _kind(params.get("type")) or (entry_today(platform).kind if platform else None)
    signing = in_the_name_of(actor, application.department)
    decided_on = date.fromisoformat(outside.get("outside_on") or decision.decided_on.isoformat())
    recommendation = services.recommendation_make(
        organisation=application.organisation,
        platform=platform,
        kind=kind,
        level=str(params.get("level", "")),
        programme="" if kind else application.item.title,
        department=application.department,
        recommended_on=min(application.accepted_on or decided_on, decided_on),
        place=application.rank,
        is_sample=application.is_sample,
        actor=signing,
    )
    services.recommendation_record(
        recommendation=recommendation,
        recognised=True,
        decided_on=decided_on,
        decided_by=outside.get("outside_body") or application.department.name,
        decision_number=outside.get("outside_number") or decision.number,
        actor=signing,
    )
    said = _("已登记上级决定 %(number)s；认定待复核后计入名录") % {"number": recommendation.decision_number}
    return registries.Done(said, recommendation)


def enter_pool(application: Application, decision: Decision, params: Params, actor: Actor) -> registries.Done:
    """Take the applicant into the cultivation pool for the type it named."""
    answers = _answers(application)
    kind = _named_kind(answers, params)
    year = answers.get("target_year")
    entry = services.pool_enter(
        organisation=application.organisation,
        kind=kind or _refuse_kind(),
        level=LEVELS.get(str(answers.get("target_level")), Level.MUNICIPAL.value),
        department=application.department,
        reason=_text(answers, "gaps", "measures"),
        goal_on=date(int(year), 12, 31) if year else None,
        actor=in_the_name_of(actor, application.department),
        admit=True,
        is_sample=application.is_sample,
    )
    return registries.Done(_("已列入培育库 %(number)s") % {"number": entry.number}, entry)


def file_annual_report(application: Application, decision: Decision, params: Params, actor: Actor) -> registries.Done:
    """File the report with its platform; its figures were declared as facts when the form was handed in."""
    platform = _platform(application)
    questions = form_of(report_form_for(entry_today(platform).kind)).questions
    told = [text for name in ("progress", "results", "next_year") if (text := _text(_answers(application), name))]
    whole = "\n".join(told) or application.title
    answers = {question: told[place] if place < len(told) else whole for place, question in enumerate(questions)}
    report = services.annual_report_record(
        platform=platform,
        year=application.year,
        answers=answers,
        actor=in_the_name_of_host(in_the_name_of(actor, application.department), application.organisation),
    )
    return registries.Done(_("%(year)s 年度报告已归档，待审核") % {"year": report.year}, report)


def change_platform(application: Application, decision: Decision, params: Params, actor: Actor) -> registries.Done:
    """Write an approved change into the register, true from the day the form names."""
    platform, answers = _platform(application), _answers(application)
    values: dict[str, Any] = {}
    for question, field in CHANGED.items():
        if text := _text(answers, question):
            values[field] = text
    if code := _text(answers, "new_host_code"):
        values["host"] = _organisation(code)
    if not values:
        said = _("变更事项不改变名录中的登记，已随平台档案备查")
        return registries.Done(said, platform)
    on = answers.get("changed_on")
    amendment = services.platform_change(
        platform=platform,
        on=date.fromisoformat(on) if on else decision.decided_on,
        actor=in_the_name_of(actor, entry_today(platform).department),
        reason=_text(answers, "reason_text") or application.title,
        document_number=decision.number,
        **values,
    )
    return registries.Done(_("名录已变更：%(what)s") % {"what": "、".join(amendment.after)}, amendment)


def deregister_platform(application: Application, decision: Decision, params: Params, actor: Actor) -> registries.Done:
    """Deregister the platform its host asked for: the application is the host's own view."""
    platform, answers = _platform(application), _answers(application)
    text = _text(answers, "explanation", "reason_text") or application.title
    host = in_the_name_of_host(actor, application.organisation)
    hearing = services.hearing_begin(platform=platform, act="deregister", ground="own_request", facts=text, actor=host)
    signing = in_the_name_of(actor, entry_today(platform).department)
    services.hearing_accept(hearing=hearing, actor=signing)
    services.hearing_decide(
        hearing=hearing,
        answer=_("依申请办理"),
        document_number=decision.number,
        on=decision.decided_on,
        actor=signing,
    )
    return registries.Done(_("平台 %(number)s 已注销") % {"number": platform.number}, hearing)


def report_evaluation(application: Application, decision: Decision, params: Params, actor: Actor) -> registries.Done:
    """Hand in the self-report of the evaluation that waits for the platform."""
    statement = _text(_answers(application), "statement", "self_report", "progress") or application.title
    host = in_the_name_of_host(actor, application.organisation)
    evaluation = services.evaluation_record(platform=_platform(application), statement=statement, actor=host)
    return registries.Done(_("自评已提交：%(what)s") % {"what": evaluation.round}, evaluation)


def same_platform(organisation: Organisation, subject: Any, params: Params) -> str | None:
    """Say which platform of the type and level the applicant holds already."""
    held = RegisterEntry.objects.filter(
        host=organisation, kind__code=params["type"], level=params["level"], end=date.max
    ).first()
    return (
        None if held is None else str(_("已有“%(name)s”（%(number)s）。") % {"name": held.name, "number": held.number})
    )


def not_a_platform(organisation: Organisation, subject: Any, params: Params) -> str | None:
    """Say that what is applied for is not about a platform that runs."""
    state = Platform.objects.filter(pk=subject.pk).values_list("state", flat=True).first() if subject else None
    if state in RUNNING:
        return None
    return str(_("：现为“%(state)s”。") % {"state": standing_word(state or "")})


def already_in_pool(organisation: Organisation, subject: Any, params: Params) -> str | None:
    """Say for which targets the applicant is cultivated already.

    Which type this application will name is not known before it is filled in: a second entry for the very same
    target is refused when it would be taken in.
    """
    return None


def hosted_platforms(organisation: Organisation) -> QuerySet[Platform]:
    """Return the platforms an organisation hosts today and that have not ended: what it may apply about."""
    keys = RegisterEntry.objects.filter(host=organisation, end=date.max).values("platform")
    return Platform.objects.filter(pk__in=keys).exclude(state__in=("revoked", "deregistered")).order_by("number")


def platform_label(platform: Platform) -> str:
    """Name a platform as it is called today, with its number."""
    entry = RegisterEntry.objects.filter(platform=platform, end=date.max).first()
    return f"{entry.name}（{platform.number}）" if entry else platform.number


def register_all() -> None:
    """Hand everything to the intake; called once when the program starts."""
    for name, run, label, params in EFFECTS:
        registries.register_effect(name, registries.Effect(label, run, params))
    registries.register_clash("same_platform", same_platform)
    registries.register_clash("not_a_platform", not_a_platform)
    registries.register_clash("already_in_pool", already_in_pool)
    registries.register_ban(barred_sentence)
    registries.register_subject(
        "platform",
        registries.SubjectKind(
            model=Platform,
            choices=hosted_platforms,
            label=platform_label,
            facts_kind="organisation",  # a platform's figures are those of its host
            url=lambda platform: page_of(platform.number),
        ),
    )


EFFECTS: tuple[tuple[str, Any, Any, tuple[str, ...]], ...] = (
    ("register_platform", register_platform, gettext_lazy("登记平台"), ("type", "level")),
    ("record_recognition", record_recognition, gettext_lazy("登记上级认定"), ("type", "level")),
    ("enter_pool", enter_pool, gettext_lazy("列入培育库"), ("type_from",)),
    ("file_annual_report", file_annual_report, gettext_lazy("归档年度报告"), ()),
    ("change_platform", change_platform, gettext_lazy("变更平台信息"), ()),
    ("deregister_platform", deregister_platform, gettext_lazy("注销平台"), ()),
    ("report_evaluation", report_evaluation, gettext_lazy("提交评价自评"), ()),
)


def _answers(application: Application) -> dict[str, Any]:
    return dict(application.answers.values_list("code", "value"))


def _text(answers: Mapping[str, Any], *codes: str) -> str:
    found: Iterable[Any] = (answers.get(code) for code in codes)
    return next((str(value).strip() for value in found if value not in (None, "")), "")


def _outside(application: Application) -> dict[str, str]:
    kind = ContentType.objects.get_for_model(application)
    rows = Stated.objects.filter(move__content_type=kind, move__object_id=application.pk).order_by("-pk")
    found = rows.filter(values__has_key="outside_number").values_list("values", flat=True).first()
    return dict(found or {})


def _kind(code: Any) -> PlatformKind | None:
    return PlatformKind.objects.get(code=str(code)) if code else None


def _named_kind(answers: Mapping[str, Any], params: Params) -> PlatformKind | None:
    """Return the type whose name stands in the answer the item points to."""
    return PlatformKind.objects.filter(name=_text(answers, str(params["type_from"]))).first()


def _refuse_kind() -> PlatformKind:
    raise Refused(_("申报没有写明平台类别，或名录中没有这一类别。"))


def _platform(application: Application) -> Platform:
    if not isinstance(application.subject, Platform):
        raise Refused(_("本件没有写明是哪个平台的事项。"))
    return application.subject


def _organisation(code: str) -> Organisation:
    found = Organisation.objects.filter(credit_code=code).first()
    if found is None:
        raise Refused(_("单位名录中没有统一社会信用代码为 %(code)s 的单位，请先登记该单位。") % {"code": code})
    return found

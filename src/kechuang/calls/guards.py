"""What may stand against a step, by the words a process may put under ``needs``.

A guard looks at the proceeding and answers with a sentence that says what is missing and
what to do, or with nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.calls import registries
from kechuang.calls.form.completeness import missing
from kechuang.calls.models import Application, Objection, Partner, Publicity, Quota
from kechuang.calls.proceeding import Proceeding, correction_ends, window_end
from kechuang.calls.selectors.conditions import unmet_clauses
from kechuang.calls.selectors.partners import partners_of
from kechuang.catalogue.items import Declaration
from kechuang.kernel.moves import moves_of
from kechuang.kernel.processes import process_of

Guard = Callable[[Proceeding], str | None]
NAMED = 5


def _parts(proceeding: Proceeding) -> tuple[str, ...]:
    """Return whose sections must be whole: the applicant's own, from the host's review on the host's too."""
    first = {"editable"} & set(proceeding.marks())
    return ("applicant",) if first else ("applicant", "host_admin")


def _complete(proceeding: Proceeding) -> str | None:
    gaps = missing(
        proceeding.definition,
        proceeding.answers,
        year=proceeding.application.year,
        parts=_parts(proceeding),
    )
    gaps = [gap for gap in gaps if gap.code not in _declarations(proceeding)]
    if not gaps:
        return _unconfirmed(proceeding.partners)
    named = "、".join(dict.fromkeys(gap.label for gap in gaps[:NAMED]))
    return _("还有 %(count)s 项没有填好：%(named)s 等。请在“检查”页逐项补齐后再提交。") % {
        "count": len(gaps),
        "named": named,
    }


def partners_waiting(application: Application) -> str | None:
    """Say which partner units have not confirmed yet: nobody is handed in without a word of one's own."""
    return _unconfirmed(partners_of(application))


def _unconfirmed(partners: list[Partner]) -> str | None:
    waiting = [str(row.organisation) for row in partners if row.state == "invited"]
    return (
        _("联合申报单位还没有确认：%(units)s。请催办，或先移出。") % {"units": "、".join(waiting)} if waiting else None
    )


def _declarations(proceeding: Proceeding) -> dict[str, str]:
    """Return code → text of what must be ticked by those whose sections are due."""
    parts = _parts(proceeding)
    fields = (field for section, field in proceeding.definition.fields() if section.by in parts)
    return {field.code: field.text for field in fields if isinstance(field, Declaration) and field.required}


def _declared(proceeding: Proceeding) -> str | None:
    unticked = [text for code, text in _declarations(proceeding).items() if proceeding.answers.get(code) is not True]
    return _("请先勾选承诺：%(text)s") % {"text": unticked[0]} if unticked else None


def _past(proceeding: Proceeding, end: datetime | None, sentence: str) -> str | None:
    if end is None or proceeding.now < window_end(end):
        return None
    proceeding.late = end
    return sentence % {"end": f"{timezone.localtime(end):%Y-%m-%d %H:%M}"}


def _within_window(proceeding: Proceeding) -> str | None:
    call = proceeding.call
    if call is None or proceeding.application.submitted_at is not None:
        return None
    if proceeding.now < call.opens_at:
        return _("申报尚未开始，开始时间是 %(at)s。") % {"at": f"{timezone.localtime(call.opens_at):%Y-%m-%d %H:%M}"}
    end = max(filter(None, (call.closes_at, proceeding.extended("apply"))))
    if late := _past(
        proceeding, end, _("申报已于 %(end)s 截止，不能再提交。您的草稿仍然保留；确有原因的请联系办理部门申请延期。")
    ):
        return late
    if call.state != "open":
        return _("本次申报已停止受理，请查看通知的最新说明。")
    return None


def _within_host_window(proceeding: Proceeding) -> str | None:
    end = proceeding.call.host_closes_at if proceeding.call else None
    return _past(proceeding, end, _("依托单位审核已于 %(end)s 截止，请联系办理部门。"))


def _within_recommend_window(proceeding: Proceeding) -> str | None:
    end = proceeding.call.recommend_closes_at if proceeding.call else None
    return _past(proceeding, end, _("推荐已于 %(end)s 截止，请联系办理部门。"))


def _within_quota(proceeding: Proceeding) -> str | None:
    """Count those already beyond this state against each quota; its row stays locked until the step is taken."""
    if proceeding.call is None:
        return None
    for quota in Quota.objects.select_for_update(of=("self",)).filter(call=proceeding.call).order_by("pk"):
        if _falls_under(quota, proceeding) and _taken(quota, proceeding) >= quota.most:
            return _("名额已满：%(quota)s 个名额已全部用完，不能再办理。") % {"quota": quota.most}
    return None


def _falls_under(quota: Quota, proceeding: Proceeding) -> bool:
    application = proceeding.application
    if quota.county_id:  # a county's places are given by the county's recommendation, not by who comes first
        return quota.county_id == application.county_id and "county_officer" in proceeding.step.by
    if quota.organisation_id:
        return quota.organisation_id == application.organisation_id
    return str(proceeding.answers.get(quota.field, "")) == quota.value


def _taken(quota: Quota, proceeding: Proceeding) -> int:
    """Return how many others of the quota's share have passed this state and are still on their way or approved."""
    rows = proceeding.application.call.applications.exclude(pk=proceeding.application.pk)  # type: ignore[union-attr]
    if quota.county_id:
        rows = rows.filter(county_id=quota.county_id)
    elif quota.organisation_id:
        rows = rows.filter(organisation_id=quota.organisation_id)
    else:
        rows = rows.filter(answers__code=quota.field, answers__value=quota.value)
    return sum(
        _beyond(version, state, proceeding) for version, state in rows.values_list("process_version_id", "state")
    )


def _beyond(version: int, state: str, proceeding: Proceeding) -> bool:
    process = process_of(version)
    if {"refused", "withdrawn", "editable"} & set(process.state(state).marks):
        return False
    return state not in _before(proceeding.step.target, proceeding)


def _before(target: str, proceeding: Proceeding) -> set[str]:
    """Return the states from the start up to, not including, ``target``, in the order of the table."""
    names = [state.name for state in proceeding.process.states]
    return set(names[: names.index(target)])


def _no_ban(proceeding: Proceeding) -> str | None:
    return registries.banned(proceeding.application.organisation, proceeding.today)


def _conditions_not_unmet(proceeding: Proceeding) -> str | None:
    unmet = unmet_clauses(proceeding.application)
    return _("不符合条件：%(clauses)s。") % {"clauses": "；".join(unmet)} if unmet else None


def _correction_noted(proceeding: Proceeding) -> str | None:
    return None if proceeding.stated.get("corrections") else _("请先列出补正清单。")


def _corrections_answered(proceeding: Proceeding) -> str | None:
    correction = proceeding.open_correction()
    if correction is None:
        return None
    if late := _past(
        proceeding,
        correction_ends(correction),
        _("补正期限已于 %(end)s 届满，请联系办理部门申请延期。"),
    ):
        return late
    labels = proceeding.field_labels()
    for item in correction.items.all():
        changed = any(
            code.split("@")[0] == item.code and version.changed_at > correction.raised_at
            for code, version in ((row.code, row) for row in proceeding.application.answers.all())
        )
        if not changed and not item.answer:
            return _("补正清单中的“%(field)s”还没有修改，也没有说明。") % {"field": labels.get(item.code, item.code)}
    return None


def _reviewed(proceeding: Proceeding) -> str | None:
    """Want a decided round of experts where the item does; elsewhere that, or an officer's score."""
    if proceeding.is_reviewed_by_experts:
        return None
    if proceeding.definition.rubric:
        reviews = registries.reviews().values()
        return next((said for ask in reviews if (said := ask(proceeding.application))), _("还没有专家评审。"))
    scored = "points" in proceeding.stated or proceeding.application.scores.exists()
    return None if scored else _("还没有评分，请先评分并写明意见。")


def _minutes_recorded(proceeding: Proceeding) -> str | None:
    return None if proceeding.stated_before("minutes") else _("请先登记会议纪要号和会议日期。")


def _publicity_over(proceeding: Proceeding) -> str | None:
    last = Publicity.objects.filter(application=proceeding.application).order_by("-closes_on").first()
    if last is None:
        return _("还没有公示。")
    if last.closes_on >= proceeding.today:
        return _("公示到 %(day)s 为止，次日起可以办理。") % {"day": last.closes_on}
    return None


def _objections_answered(proceeding: Proceeding) -> str | None:
    waiting = Objection.objects.filter(publicity__application=proceeding.application).exclude(
        state__in=("founded", "unfounded", "withdrawn", "not_accepted")
    )
    count = waiting.count()
    return _("还有 %(count)s 件异议没有答复。") % {"count": count} if count else None


def _decided(proceeding: Proceeding) -> str | None:
    made = hasattr(proceeding.application, "decision") or "decide" in proceeding.step.does
    return None if made else _("还没有作出决定。")


def _not_extended(proceeding: Proceeding) -> str | None:
    """Let a time be extended once (行政许可法 第四十二条), however often the case comes back to where it is."""
    before = moves_of(proceeding.application).filter(step=proceeding.step.name, source=proceeding.application.state)
    return _("本件的办理期限已经延长过一次，依法不能再延长。") if before.exists() else None


GUARDS: dict[str, Guard] = {
    "complete": _complete,
    "declared": _declared,
    "within_window": _within_window,
    "within_host_window": _within_host_window,
    "within_recommend_window": _within_recommend_window,
    "within_quota": _within_quota,
    "no_ban": _no_ban,
    "conditions_not_unmet": _conditions_not_unmet,
    "correction_noted": _correction_noted,
    "corrections_answered": _corrections_answered,
    "reviewed": _reviewed,
    "minutes_recorded": _minutes_recorded,
    "publicity_over": _publicity_over,
    "objections_answered": _objections_answered,
    "decided": _decided,
    "not_extended": _not_extended,
}

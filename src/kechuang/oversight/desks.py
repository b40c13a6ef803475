"""The desks of the system and the security administrator."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kechuang.directory.models import Office, User
from kechuang.directory.selectors import office_name
from kechuang.directory.services import POWERS
from kechuang.kernel.audit_sealing import Lateness, lateness
from kechuang.kernel.errors import Refused
from kechuang.kernel.web import Request
from kechuang.oversight import condition, services
from kechuang.oversight.access import SECURITY, SYSTEM, require_desk
from kechuang.ui.formats import day, moment
from kechuang.ui.parts import Action, Crumb, Fact, Section
from kechuang.ui.tables import Cell, Head, Table

OFFICES_SHOWN = 10
ROWS_SHOWN = 20


@login_required
@require_safe
def system(request: Request) -> HttpResponse:
    """Show whether the installation is well, what its jobs do, and how many accounts there are."""
    require_desk(request, SYSTEM)
    found = condition.condition()
    context = {
        "heading": _("系统管理台"),
        "lead": _("账号、任务与运行状况。岗位由安全管理员授予，审计记录由审计员查阅。"),
        "crumbs": [Crumb(_("系统管理台"))],
        "actions": [
            Action(_("账号"), reverse("workbench:people"), primary=True),
            Action(_("消息投递"), reverse("notify:deliveries")),
        ],
        "alarms": list(_alarms(found)),
        "sections": [
            Section("health", _("运行状况"), facts=_health(found)),
            Section("people", _("账号"), facts=_accounts(found.people)),
            Section("jobs", _("任务"), table=_tasks()),
            Section("failed", _("失败的任务"), table=_failed()),
        ],
    }
    return render(request, "oversight/system.html", context)


def _alarms(found: condition.Condition) -> list[str]:
    rules = (
        *_seal_alarms(found.seals),
        (found.late_jobs, _("有任务到时超过 5 分钟没有开始：后台任务可能没有运行，请检查 kechuang worker。")),
        (found.little_room, _("上传文件所在磁盘剩余不到 2 GB，请尽快清理或扩容。")),
    )
    return [sentence for wrong, sentence in rules if wrong]


def _seal_alarms(found: Lateness) -> list[tuple[bool, str]]:
    held_up = _("有一项写入超过 1 分钟没有结束，审计记录要等它结束才能封存；若不是导入等大批量办理，请检查数据库。")
    dead = _("审计记录超过 1 分钟没有封存：后台任务可能没有运行，请检查 kechuang worker。")
    return [(found.is_late, held_up if found.is_held_up else dead)]


def _health(found: condition.Condition) -> tuple[Fact, ...]:
    seal = found.last_seal
    return (
        Fact(_("数据库"), f"PostgreSQL {found.version}"),
        Fact(_("数据库大小"), found.size),
        Fact(_("磁盘剩余"), filesizeformat(found.free)),
        Fact(_("最近审计封存"), moment(seal.at) if seal else _("还没有")),
        Fact(_("等待封存"), _("%(n)s 条") % {"n": found.seals.waiting}),
        Fact(_("邮件"), _("已设置") if "smtp" in settings.EMAIL_BACKEND else _("未设置，只写到日志")),
    )


def _accounts(people: dict[str, int]) -> tuple[Fact, ...]:
    return (
        Fact(_("可登录"), people["active"]),
        Fact(_("已停用"), people["closed"]),
        Fact(_("超过 90 天未登录"), people["idle"], note=_("不再使用的账号请停用。") if people["idle"] else ""),
    )


def _tasks() -> Table:
    words = (("todo", _("等待")), ("doing", _("进行")), ("failed", _("失败")), ("succeeded", _("完成")))
    heads = (Head(_("任务")), *(Head(word, numeric=True) for _state, word in words))
    rows = tuple(
        (
            Cell(one["task_name"], label=_("任务")),
            *(Cell(one[state], numeric=True, label=word) for state, word in words),
        )
        for one in condition.tasks()
    )
    return Table(heads, rows, caption=_("任务"), empty=_("还没有任务运行过。"), advice=_("请启动 kechuang worker。"))


def _failed() -> Table:
    heads = (Head(_("编号"), numeric=True), Head(_("任务")), Head(_("次数"), numeric=True), Head(_("原定时间")))
    rows = tuple(
        (
            Cell(job.pk, numeric=True, label=_("编号")),
            Cell(job.task_name, label=_("任务")),
            Cell(job.attempts, numeric=True, label=_("次数")),
            Cell(moment(job.scheduled_at) if job.scheduled_at else "", label=_("原定时间")),
        )
        for job in condition.failed_jobs()
    )
    return Table(heads, rows, caption=_("失败的任务"), empty=_("没有失败的任务。"))


@login_required
@require_safe
def security(request: Request) -> HttpResponse:
    """Show who holds power, who was given what by whom, who is locked out, and who is signed in."""
    require_desk(request, SECURITY)
    context = {
        "heading": _("安全管理台"),
        "lead": _("岗位、锁定与登录。不能给自己授予岗位；三种管理权力须分属三人，数据库也不接受例外。"),
        "crumbs": [Crumb(_("安全管理台"))],
        "actions": [Action(_("账号与岗位"), reverse("workbench:people"), primary=True)],
        "alarms": [sentence for wrong, sentence in _seal_alarms(lateness()) if wrong],
        "sections": [
            Section("powers", _("三员"), table=_powers(request)),
            Section("granted", _("最近授予与终止的岗位"), table=_granted()),
            Section("unfactored", _("没有第二因素的在岗人员"), table=_unfactored(request)),
        ],
        "locked": _locked(),
        "sessions": UserSession.objects.select_related("user").order_by("-last_seen_at")[:ROWS_SHOWN],
        "own_key": request.session.session_key,
    }
    return render(request, "oversight/security.html", context)


def _powers(request: Request) -> Table:
    today = request.actor.today
    rows = (
        Office.objects.filter(role__in=POWERS)
        .filter(Q(end=None) | Q(end__gt=today))
        .select_related("user", "granted_by", "department", "county", "organisation")
        .order_by("role", "start", "pk")
    )
    return _office_table(list(rows), _("三员"))


def _granted() -> Table:
    rows = Office.objects.select_related("user", "granted_by", "ended_by", "department", "county", "organisation")
    return _office_table(list(rows.order_by("-pk")[:OFFICES_SHOWN]), _("最近授予与终止的岗位"))


def _office_table(offices: list[Office], caption: str) -> Table:
    heads = (Head(_("人员")), Head(_("岗位")), Head(_("起")), Head(_("止")), Head(_("授予人")), Head(_("终止人")))
    rows = tuple(
        (
            Cell(str(office.user), href=reverse("workbench:person", args=[office.user_id]), label=_("人员")),
            Cell(office_name(office), label=_("岗位")),
            Cell(day(office.start), label=_("起")),
            Cell(day(office.end) if office.end else _("未定"), label=_("止")),
            Cell(str(office.granted_by or _("命令行或载入")), label=_("授予人")),
            Cell(str(office.ended_by or ""), label=_("终止人")),
        )
        for office in offices
    )
    return Table(heads, rows, caption=caption, empty=_("没有。"))


def _unfactored(request: Request) -> Table:
    today = request.actor.today
    running = Q(start__lte=today) & (Q(end=None) | Q(end__gt=today))
    advised = settings.KECHUANG_SECOND_FACTOR_ADVISED
    held = Office.objects.filter(running, user=OuterRef("pk"), role__in=advised)
    factor = Authenticator.objects.filter(user=OuterRef("pk")).exclude(type=Authenticator.Type.RECOVERY_CODES)
    people = User.objects.filter(Exists(held), ~Exists(factor), is_active=True).order_by("username")[:ROWS_SHOWN]
    heads = (Head(_("人员")), Head(_("用户名")), Head(_("最近登录")))
    rows = tuple(
        (
            Cell(str(user), href=reverse("workbench:person", args=[user.pk]), label=_("人员")),
            Cell(user.username, label=_("用户名")),
            Cell(moment(user.last_login) if user.last_login else _("从未"), label=_("最近登录")),
        )
        for user in people
    )
    return Table(heads, rows, caption=_("没有第二因素的在岗人员"), empty=_("都已设置。"))


def _locked() -> list[dict[str, Any]]:
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    attempts = AccessAttempt.objects.filter(
        failures_since_start__gte=settings.AXES_FAILURE_LIMIT, attempt_time__gte=since
    ).order_by("-attempt_time")[:ROWS_SHOWN]
    return [
        {"username": one.username, "at": one.attempt_time, "ip": one.ip_address, "tries": one.failures_since_start}
        for one in attempts
    ]


@login_required
@require_POST
def unlock(request: Request) -> HttpResponse:
    """Lift the lock of one account."""
    require_desk(request, SECURITY)
    try:
        services.lockout_lift(username=request.POST.get("username", "").replace("\0", ""), actor=request.actor)
        messages.success(request, _("已解除锁定。"))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("oversight:security")


@login_required
@require_POST
def end_session(request: Request, pk: int) -> HttpResponse:
    """Sign one session out."""
    require_desk(request, SECURITY)
    session = get_object_or_404(UserSession, pk=pk)
    services.session_end(session=session, actor=request.actor)
    messages.success(request, _("该登录已结束。"))
    return redirect("oversight:security")

"""What the person's offices most often begin, so that it is one click away."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.kernel.access import Actor
from kechuang.ui.parts import Action


def doors(actor: Actor) -> list[Action]:
    """Return the usual beginnings for the offices of ``actor``."""
    known = (
        (_("登记平台"), "platforms:register", ("department_officer",)),
        (_("填报任务进展"), "plan:clauses", ("department_officer", "county_officer")),
        (_("审定任务进展"), "plan:reports", ("conference_office",)),
        (_("导入方案文本"), "plan:import", ("conference_office",)),
        (_("查看方案进展"), "cockpit:cockpit", ("leader", "conference_office", "department_head")),
        (_("本单位的平台"), "platforms:list", ("applicant", "host_admin")),
        (_("为什么看不到某个平台"), "platforms:why", ("county_officer", "department_officer")),
        (_("开设账号"), "workbench:add_person", ("system_admin",)),
        (_("工作日历"), "workbench:calendar", ("system_admin",)),
        (_("授予岗位"), "workbench:people", ("security_admin",)),
        (_("查阅审计记录"), "workbench:audit", ("auditor",)),
    )
    return [Action(label, reverse(name)) for label, name, roles in known if actor.holds(*roles)]

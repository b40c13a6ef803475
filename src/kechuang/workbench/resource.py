"""The lists of the desk: people and the audit trail."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kechuang.directory.access import USERS
from kechuang.directory.models import User
from kechuang.kernel.audit_reads import OPERATIONS
from kechuang.kernel.models import AuditEvent
from kechuang.ui.formats import moment
from kechuang.ui.resource import Column, Resource
from kechuang.workbench.access import TRAIL


def _yes_no(value: object) -> object:
    return _("可登录") if value else _("已停用")


PEOPLE = Resource(
    name="people",
    label=_("账号"),
    model=User,
    access=USERS,
    columns=(
        Column("username", _("用户名"), sortable=True),
        Column("full_name", sortable=True),
        Column("email"),
        Column("is_active", _("状态"), shown=_yes_no),
        Column("last_login", _("最近登录"), shown=moment),
    ),
    search=("username", "full_name", "email"),
    order=("username",),
    detail=lambda key: reverse("workbench:person", args=[key]),
)

EVENTS = Resource(
    name="audit",
    label=_("审计记录"),
    model=AuditEvent,
    access=TRAIL,
    columns=(
        Column("id", _("序号"), numeric=True),
        Column("at", shown=moment),
        Column("table"),
        Column("row"),
        Column("operation", shown=lambda value: OPERATIONS.get(value, value)),
        Column("actor__full_name", _("经办人"), shown=lambda value: value or _("系统")),
        Column("request"),
    ),
    filters=("operation", "table", "row"),
    choices={"operation": lambda: list(OPERATIONS.items())},
    order=("-id",),
    detail=lambda key: reverse("workbench:event", args=[key]),
)

"""Who may see and keep people, offices and organisations."""

from django.utils.translation import gettext_lazy as _

from kechuang.directory.models import Office, Organisation, User
from kechuang.kernel.access import PUBLIC, AccessTable, Allow, everything, within

ORGANISATIONS = AccessTable(
    Organisation,
    (
        Allow(("view",), PUBLIC, everything, _("单位名录对外公开")),
        Allow(("add", "change", "merge"), "department_officer", everything, _("归口管理部门维护单位名录")),
        Allow(("add", "change"), "county_officer", within(county="county_id"), _("本县区的单位")),
        Allow(("change",), "host_admin", within(organisation="id"), _("本单位的信息")),
    ),
)

USERS = AccessTable(
    User,
    (
        Allow(("view", "add", "change", "disable"), "system_admin", everything, _("系统管理员管理账号")),
        Allow(("view",), "security_admin", everything, _("安全管理员查看账号")),
        Allow(("view",), "auditor", everything, _("审计员查看账号")),
    ),
)

OFFICES = AccessTable(
    Office,
    (
        Allow(("view", "add", "end"), "security_admin", everything, _("安全管理员授予岗位")),
        Allow(("view",), "system_admin", everything, _("系统管理员查看岗位")),
        Allow(("view",), "auditor", everything, _("审计员查看岗位")),
    ),
)

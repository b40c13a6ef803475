"""How standings and states of records are shown as lights: word, shape and tone."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kechuang.ui.parts import LIGHTS, Light

STANDINGS: dict[str, Light] = {
    "candidate": Light("calm", "◐", _("培育中")),
    "active": Light("good", "●", _("运行")),
    "warned": Light("warn", "▲", _("警示")),
    "rectifying": Light("warn", "▲", _("限期整改")),
    "rectified": Light("warn", "▲", _("整改待核查")),
    "revoked": Light("bad", "■", _("撤销")),
    "deregistered": Light("none", "○", _("注销")),
}
RECORDS: dict[str, Light] = {
    "draft": Light("none", "○", _("登记中")),
    "submitted": Light("calm", "◐", _("待复核")),
    "in_force": Light("good", "●", _("有效")),
    "ended": Light("none", "○", _("已终止")),
    "voided": Light("bad", "■", _("作废")),
}


def register_lights() -> None:
    """Let every page print these states; a word another room has put there already stays."""
    for key, light in {**STANDINGS, **RECORDS}.items():
        LIGHTS.setdefault(key, light)

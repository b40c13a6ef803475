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
LIFE: dict[str, dict[str, Light]] = {
    "pool_entry": {
        "candidate": Light("calm", "◐", _("待入库")),
        "returned": Light("warn", "▲", _("退回补充")),
        "in_pool": Light("calm", "◐", _("培育中")),
        "ready": Light("good", "●", _("条件成熟")),
        "applied": Light("calm", "◐", _("已申报")),
        "promoted": Light("good", "●", _("认定出库")),
        "removed": Light("none", "○", _("移出")),
    },
    "annual_report": {
        "open": Light("none", "○", _("待报送")),
        "reminded": Light("warn", "▲", _("已催报")),
        "filed": Light("calm", "◐", _("待审核")),
        "checked": Light("good", "●", _("已审核")),
        "proposed": Light("bad", "■", _("建议取消")),
        "excused": Light("none", "○", _("免于报送")),
    },
    "evaluation": {
        "notified": Light("none", "○", _("待自评")),
        "under_check": Light("calm", "◐", _("核定中")),
        "scored": Light("calm", "◐", _("待定级")),
        "graded": Light("good", "●", _("已定级")),
        "appealed": Light("warn", "▲", _("复核中")),
    },
    "platform_change": {
        "requested": Light("calm", "◐", _("县区核实")),
        "returned": Light("warn", "▲", _("退回修改")),
        "verified": Light("calm", "◐", _("部门办理")),
        "filed": Light("good", "●", _("已报备")),
        "approved": Light("good", "●", _("已核准")),
        "refused": Light("bad", "■", _("不予核准")),
        "withdrawn": Light("none", "○", _("已撤回")),
    },
    "hearing": {
        "drafted": Light("none", "○", _("拟告知")),
        "noticed": Light("warn", "▲", _("待陈述申辩")),
        "heard": Light("calm", "◐", _("待决定")),
        "decided": Light("bad", "■", _("已决定")),
        "dropped": Light("none", "○", _("不予处理")),
    },
    "recommendation": {
        "recommended": Light("calm", "◐", _("已推荐")),
        "recognised": Light("good", "●", _("已获认定")),
        "refused": Light("bad", "■", _("未获认定")),
        "withdrawn": Light("none", "○", _("已撤回")),
    },
}
"""The states of each process of a platform's life, as lists and pages print them."""


def life_word(process: str, state: str) -> object:
    """Return a state of a platform's life as it is read."""
    light = LIFE[process].get(state)
    return light.word if light else state


def register_lights() -> None:
    """Let every page print these states; a word another room has put there already stays."""
    for states in (STANDINGS, RECORDS, *LIFE.values()):
        for key, light in states.items():
            LIGHTS.setdefault(key, light)

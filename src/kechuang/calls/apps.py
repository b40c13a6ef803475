"""Wiring of the intake."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CallsConfig(AppConfig):
    name = "kechuang.calls"
    label = "calls"
    verbose_name = "申报"

    def ready(self) -> None:
        from kechuang.calls import panels, searching
        from kechuang.calls.access import concerned, counts_ratings, prepares
        from kechuang.calls.relations import ties
        from kechuang.calls.services.items import items_load
        from kechuang.kernel import events, inbox, loading, relations, search
        from kechuang.ui import navigation

        loading.register("calls", items_load, order=40)
        for searched in searching.SEARCHED:
            search.register(searched)
        relations.register("calls", ties)
        for desk in panels.DESKS:
            inbox.register(desk)
        for name, meaning in PUBLISHED_EVENTS.items():
            events.declare(name, meaning)
        navigation.register("matters", _("办事"), "calls:items", order=10)
        navigation.register("matters", _("公示"), "calls:publicities", order=60)
        navigation.register("matters", _("查进度"), "calls:progress", order=80)
        navigation.register("matters", _("证书核验"), "calls:verify_number", order=90)
        navigation.register("matters", _("申报办件"), "calls:applications", order=20, visible=concerned)
        navigation.register("matters", _("好差评"), "calls:ratings", order=40, visible=counts_ratings)
        navigation.register("matters", _("申报通知管理"), "calls:calls", order=30, visible=prepares)


PUBLISHED_EVENTS = {
    "call.submit": "申报通知已送审",
    "call.return": "申报通知被退回修改",
    "call.publish": "申报通知已发布",
    "call.close": "申报已截止",
    "call.reopen": "申报重新开放",
    "call.finish": "申报通知已办结",
    "call.cancel": "申报通知已取消",
    "call.discard": "申报通知草稿已弃用",
    "partner_unit.confirm": "一个联合申报单位已确认参加",
    "partner_unit.decline": "一个联合申报单位已谢绝",
    "partner_unit.leave": "一个联合申报单位已退出",
    "partner_unit.remove": "一个联合申报单位已移出",
    "redress.report": "一件差评的整改情况已报审",
    "redress.return": "一件差评被退回重办",
    "redress.answer": "一件差评已答复",
    "objection.accept": "一件异议已受理",
    "objection.reject": "一件异议不予受理",
    "objection.report": "一件异议的核查结果已报审",
    "objection.return": "一件异议被退回再查",
    "objection.found": "一件异议成立",
    "objection.dismiss": "一件异议不成立",
    "objection.withdraw": "一件异议已撤回",
}

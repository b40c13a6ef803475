"""Wiring of the plan."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlanConfig(AppConfig):
    name = "kechuang.plan"
    label = "plan"
    verbose_name = "规划"

    def ready(self) -> None:
        from kechuang.kernel import events, inbox, loading, search
        from kechuang.plan import panels, searching
        from kechuang.plan.access import concerned
        from kechuang.plan.loading import load
        from kechuang.ui import navigation

        loading.register("plan", load, order=30)
        for searched in searching.SEARCHED:
            search.register(searched)
        for desk in panels.DESKS:
            inbox.register(desk)

        for name, meaning in PUBLISHED_EVENTS.items():
            events.declare(name, meaning)
        navigation.register("plan", _("行动方案"), "plan:overview", order=10)
        navigation.register("plan", _("全部方案"), "plan:list", order=20)
        navigation.register("plan", _("任务进展"), "plan:reports", order=30, visible=concerned)
        navigation.register("plan", _("保障落实"), "plan:guarantees", order=35, visible=concerned)
        navigation.register("plan", _("期次锁定"), "plan:periods", order=40, visible=concerned)
        navigation.register("plan", _("报告"), "plan:papers", order=50, visible=concerned)


PUBLISHED_EVENTS = {
    "plan_publication.publish": "方案的一个版本已发布",
    "plan_publication.supersede": "方案的旧版本已被替代",
    "plan_publication.discard": "方案草稿已弃用",
    "plan_duty.start": "一项分工已开始",
    "plan_duty.finish": "一项分工已完成",
    "plan_duty.reopen": "一项已完成的分工重新打开",
    "progress_report.submit": "任务进展已提交审定",
    "progress_report.withdraw": "任务进展已撤回",
    "progress_report.return": "任务进展被退回修改",
    "progress_report.approve": "任务进展已审定",
    "progress_report.lock": "任务进展随期次锁定",
    "progress_report.reopen": "任务进展重新打开",
    "progress_report.drop": "任务进展已取消",
    "guarantee_record.confirm": "一条保障落实记录已核定",
    "guarantee_record.return": "一条保障落实记录被退回修改",
    "guarantee_record.resubmit": "一条保障落实记录重新报送",
    "guarantee_record.drop": "一条保障落实记录已撤销",
    "period.locked": "一个月的任务进展已锁定",
    "period.unlocked": "一个月的任务进展已解锁",
    "indicator.restated": "一个指标的基期值按口径调整",
}

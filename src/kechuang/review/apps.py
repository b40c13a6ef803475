"""Wiring of review."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _

if TYPE_CHECKING:
    from kechuang.kernel.access import Actor

PEOPLE = ("review_secretary", "department_officer", "department_head", "auditor")


class ReviewConfig(AppConfig):
    name = "kechuang.review"
    label = "review"
    verbose_name = "评审"

    def ready(self) -> None:
        from django.db.models.signals import post_migrate

        from kechuang.calls import registries
        from kechuang.kernel import events, inbox, loading, relations, search
        from kechuang.kernel.triggers import after_migrate
        from kechuang.review import access, jobs, models, sealing, searching, titles
        from kechuang.review.loading import load
        from kechuang.review.relations import ties
        from kechuang.review.services import intake
        from kechuang.ui import navigation

        def holding(*roles: str) -> Callable[[Actor], bool]:
            return lambda actor: actor.holds(*roles)

        post_migrate.connect(after_migrate(sealing.install), weak=False, dispatch_uid="review.sealing")
        loading.register("review", load, order=30)
        for searched in searching.SEARCHED:
            search.register(searched)
        relations.register("review", ties)
        for name, meaning in EVENTS.items():
            events.declare(name, meaning)
        events.listen("review.assignment_asked", jobs.enqueue)
        registries.register_review("review", intake.review_open)
        navigation.register("matters", gettext_lazy("评审轮次"), "review:rounds", order=50, visible=holding(*PEOPLE))
        navigation.register(
            "matters",
            gettext_lazy("专家库"),
            "review:experts",
            order=60,
            visible=holding(*PEOPLE, "county_officer", "host_admin"),
        )
        navigation.register("workbench", gettext_lazy("我的评审"), "review:desk", order=30, visible=holding("expert"))
        navigation.register(
            "matters",
            gettext_lazy("评审反馈"),
            "review:feedback_list",
            order=62,
            visible=holding("applicant", "host_admin"),
        )
        navigation.register("matters", gettext_lazy("专家公示"), "review:expert_publicity", order=65)
        navigation.register("matters", gettext_lazy("抽取公开"), "review:draws", order=70)
        inbox.register(
            inbox.Desk(
                models.Expert,
                access.EXPERTS,
                title=titles.expert_title,
                url=titles.expert_url,
                related=("organisation",),
                bounds=titles.expert_bounds,
            )
        )
        inbox.register(inbox.Desk(models.Round, access.ROUNDS, title=titles.round_title, url=titles.round_url))
        inbox.register(
            inbox.Desk(
                models.Seat,
                access.SEATS,
                title=titles.seat_title,
                url=titles.seat_url,
                related=("round", "identity__expert"),
                bounds=titles.seat_bounds,
            )
        )


EVENTS = {
    "expert.confirmed": _("专家办理了年度确认"),
    "review.committed": _("一轮评审公布了抽取摘要"),
    "review.assignment_asked": _("一轮评审提交了分派计算"),
    "review.assignment_finished": _("一轮评审的分派算完了"),
    "review.ranked": _("一轮评审汇总了排序"),
    "review.feedback_released": _("一轮评审公布了反馈"),
}

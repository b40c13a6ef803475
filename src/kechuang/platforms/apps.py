"""Wiring of the register."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _

MENU = (
    (gettext_lazy("培育库"), "platforms:pool"),
    (gettext_lazy("年度报告"), "platforms:annual_reports"),
    (gettext_lazy("绩效评价"), "platforms:rounds"),
    (gettext_lazy("变更申请"), "platforms:change_requests"),
    (gettext_lazy("撤销与注销"), "platforms:hearings"),
    (gettext_lazy("向上推荐"), "platforms:recommendations"),
    (gettext_lazy("培训活动"), "platforms:sessions"),
    (gettext_lazy("限制申报"), "platforms:bans"),
)


class PlatformsConfig(AppConfig):
    name = "kechuang.platforms"
    label = "platforms"
    verbose_name = "平台登记库"

    def ready(self) -> None:
        from django.core.signals import request_started

        from kechuang.directory import panels as organisation_panels
        from kechuang.kernel import events, inbox, loading, search
        from kechuang.plan import serving
        from kechuang.platforms import access, clauses, life_panels, listeners, models, panels, searching
        from kechuang.platforms.counting import register_counters
        from kechuang.platforms.lights import register_lights
        from kechuang.platforms.loading import load
        from kechuang.platforms.selectors import reference
        from kechuang.ui import navigation

        loading.register("platforms", load, order=20)
        events.declare("platform.registered", _("登记了一个平台"))
        events.declare("platform.changed", _("平台的名称、类别、依托单位等自某日起变更"))
        events.declare("platform.corrected", _("更正了平台登记中的错误"))
        events.declare("competence.transferred", _("某类某级平台换了归口部门"))
        events.keep_in_step("organisation.changed", listeners.organisation_changed)
        events.keep_in_step("organisation.merged", listeners.organisation_merged)
        organisation_panels.register("platforms", panels.platforms_of, order=10, effect=panels.merger_of)
        request_started.connect(reference.forget, dispatch_uid="platforms.reference")
        register_counters()
        serving.register("platforms", clauses.served, choices=reference.kind_choices)
        register_lights()
        for searched in searching.SEARCHED:
            search.register(searched)
        navigation.register("platforms", gettext_lazy("平台名录"), "platforms:list", order=10)
        navigation.register("platforms", gettext_lazy("类别与级别"), "platforms:matrix", order=20)
        navigation.register("platforms", gettext_lazy("为什么看不到"), "platforms:why", order=90)
        inbox.register(
            inbox.Desk(
                models.Recognition,
                access.RECOGNITIONS,
                title=panels.recognition_title,
                url=panels.recognition_url,
                related=("platform",),
                prepare=panels.names_of_recognised,
                number=panels.recognition_number,
                bounds=panels.units_today,
                acts={"confirm": panels.recognition_confirm},
            )
        )
        inbox.register(
            inbox.Desk(
                models.Platform,
                access.PLATFORMS,
                title=panels.platform_title,
                url=panels.platform_url,
                prepare=panels.names_of_platforms,
                bounds=panels.units_today,
                due=life_panels.rectify_due,
            )
        )
        for name, follow in panels.FOLLOWED.items():
            events.keep_in_step(name, follow)
        self._live()

    def _live(self) -> None:
        """Wire the life of a platform: desks, effects of approvals, subjects of facts, menu."""
        from kechuang.facts import sources, subjects
        from kechuang.kernel import inbox, relations
        from kechuang.platforms import effects, life_panels, models
        from kechuang.platforms.relations import ties
        from kechuang.ui import navigation

        for desk in life_panels.DESKS:
            inbox.register(desk)
        effects.register_all()
        relations.register("platforms", ties)
        subjects.register(
            "platform",
            models.Platform,
            label=gettext_lazy("平台"),
            scope=subjects.Owned(life_panels.entries_now, subject="platform_id", organisation="host_id", name="name"),
            title=life_panels.subject_title,
            url=life_panels.subject_url,
        )
        sources.register(
            "platforms",
            life_panels.levels_known,
            kind="organisation",
            metrics=life_panels.LEVEL_METRICS,
            label=life_panels.REGISTER_LABEL,
        )
        for place, (label, name) in enumerate(MENU):
            navigation.register("platforms", label, name, order=30 + place, visible=lambda actor: bool(actor.offices))

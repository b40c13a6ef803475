"""Wiring of facts."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _


class FactsConfig(AppConfig):
    name = "kechuang.facts"
    label = "facts"
    verbose_name = "事实"

    def ready(self) -> None:
        from kechuang.directory import panels as organisation_panels
        from kechuang.directory.models import Organisation
        from kechuang.facts import panels, searching, sources, subjects
        from kechuang.facts.loading import load
        from kechuang.facts.services.rules import rules_load
        from kechuang.kernel import events, inbox, loading, search
        from kechuang.ui import navigation

        loading.register("facts", load, order=20)
        loading.register("rules", rules_load, order=21)
        for searched in searching.SEARCHED:
            search.register(searched)
        subjects.register(
            "organisation",
            Organisation,
            label=gettext_lazy("单位"),
            url=panels.organisation_url,
            scope=subjects.Owned(Organisation.objects.all, subject="pk", organisation="pk", name="name"),
        )
        sources.register(
            "directory",
            sources.directory_columns,
            kind="organisation",
            metrics=sources.DIRECTORY_METRICS,
            label=sources.DIRECTORY,
        )
        organisation_panels.register("facts", panels.facts_panel, order=20, effect=panels.merger_of)
        for desk in panels.DESKS:
            inbox.register(desk)
        navigation.register("matters", gettext_lazy("年度数据"), "facts:sheets", order=60, visible=panels.sees_sheets)
        navigation.register(
            "matters", gettext_lazy("数据核对"), "facts:questions", order=70, visible=panels.sees_sheets
        )
        navigation.register(
            "matters", gettext_lazy("待核定单位"), "facts:units_to_verify", order=65, visible=panels.verifies
        )
        navigation.register("matters", gettext_lazy("导入外部数据"), "facts:outside", order=67, visible=panels.imports)
        navigation.register("matters", gettext_lazy("本单位数据"), "facts:own", order=80, visible=panels.fills_in)
        navigation.register("data", gettext_lazy("指标字典"), "facts:metrics", order=40)
        navigation.register("data", gettext_lazy("条件规则"), "facts:rules", order=45)
        navigation.register("matters", gettext_lazy("条件对照"), "facts:own_rules", order=85, visible=panels.fills_in)
        for name, meaning in EVENTS.items():
            events.declare(name, meaning)


EVENTS = {
    "fact.declared": _("申报了一项数据"),
    "fact.verified": _("核定了一项数据"),
    "fact.withdrawn": _("撤回了一项数据"),
    "fact.questioned": _("两个值互相矛盾，待核对"),
    "evidence.kept": _("佐证入库"),
    "evidence.withdrawn": _("撤回了一件佐证"),
    "fact_sheet.submit": _("年度数据申报表已提交"),
    "fact_sheet.withdraw": _("年度数据申报表由单位撤回修改"),
    "fact_sheet.return": _("年度数据申报表被退回修改"),
    "fact_sheet.verify": _("年度数据申报表核定完毕"),
    "fact_sheet.reopen": _("年度数据申报表重新打开"),
    "fact_question.answer": _("两个互相矛盾的值已核对"),
    "fact_question.retract": _("互相矛盾的另一值已撤回"),
}

"""Wiring of facts."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _


class FactsConfig(AppConfig):
    name = "kechuang.facts"
    label = "facts"
    verbose_name = "事实"

    def ready(self) -> None:
        from kechuang.directory.models import Organisation
        from kechuang.facts import sources, subjects
        from kechuang.facts.loading import load
        from kechuang.facts.services.rules import rules_load
        from kechuang.kernel import events, loading

        loading.register("facts", load, order=20)
        loading.register("rules", rules_load, order=21)
        subjects.register(
            "organisation",
            Organisation,
            label=gettext_lazy("单位"),
            scope=subjects.Owned(Organisation.objects.all, subject="pk", organisation="pk"),
        )
        sources.register(
            "directory",
            sources.directory_columns,
            kind="organisation",
            metrics=sources.DIRECTORY_METRICS,
            label=sources.DIRECTORY,
        )
        events.declare("fact.declared", _("申报了一项数据"))
        events.declare("fact.verified", _("核定了一项数据"))
        events.declare("fact.withdrawn", _("撤回了一项数据"))
        events.declare("fact.questioned", _("两个值互相矛盾，待核对"))
        events.declare("evidence.kept", _("佐证入库"))
        events.declare("evidence.withdrawn", _("撤回了一件佐证"))

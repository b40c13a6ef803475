"""Wiring of the directory."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _


class DirectoryConfig(AppConfig):
    name = "kechuang.directory"
    label = "directory"
    verbose_name = "机构与人员"

    def ready(self) -> None:
        from kechuang.directory import searching
        from kechuang.directory.loading import load
        from kechuang.kernel import events, loading, search
        from kechuang.ui import navigation

        loading.register("directory", load, order=10)
        search.register(searching.ORGANISATION)
        search.register(searching.PERSON)
        search.register(searching.OFFICE)
        events.declare("organisation.registered", _("登记了一个单位"))
        events.declare("organisation.changed", _("单位的名称、代码或县区变更或更正"))
        events.declare("organisation.merged", _("一个单位并入另一个单位"))
        events.declare("user.disabled", _("一个账号停用"))
        navigation.register("platforms", gettext_lazy("单位名录"), "directory:list", order=30)

"""An organisation as the keeper of facts."""

from django.utils.translation import gettext_lazy as _

from kechuang.directory.models import Organisation


class Unit(Organisation):
    """An organisation, asked who may see and keep what is known of it and of what belongs to it (数据单位)."""

    class Meta:
        proxy = True
        verbose_name = _("数据单位")
        verbose_name_plural = verbose_name

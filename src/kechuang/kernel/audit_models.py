"""What is kept of the chain over the audit trail: its seals, and which of them have given up their events."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kechuang.kernel.append_only import AppendOnly


class AuditSeal(AppendOnly):
    """One link of the chain: the events from ``first`` to ``last``, their fingerprints and a root over all before.

    ``first`` follows the ``last`` of the seal before, so that no event can stand between two.
    ``entries`` is as ``seals.pack`` writes it: 40 bytes an event. The seal stays when its events go.
    """

    number = models.PositiveIntegerField(_("封存号"), unique=True)
    at = models.DateTimeField(_("封存时间"), db_index=True)
    first = models.BigIntegerField(_("自"), unique=True)
    last = models.BigIntegerField(_("至"), unique=True)
    rows = models.PositiveIntegerField(_("记录数"))
    previous = models.CharField(_("前一根值"), max_length=64)
    entries = models.BinaryField(_("指纹"))
    root = models.CharField(_("根值"), max_length=64, unique=True)

    class Meta:
        verbose_name = _("审计封存")
        verbose_name_plural = verbose_name
        constraints = [
            models.CheckConstraint(condition=models.Q(last__gte=models.F("first")), name="kernel_a_seal_has_events")
        ]

    def __str__(self) -> str:
        return f"#{self.number} {self.root[:12]}"


class AuditDropped(AppendOnly):
    """That the events of one seal were removed after their time (到期清理)."""

    seal = models.OneToOneField(AuditSeal, on_delete=models.PROTECT, related_name="dropped", verbose_name=_("封存"))
    at = models.DateTimeField(_("清理时间"), auto_now_add=True)
    rows = models.PositiveIntegerField(_("记录数"))

    class Meta:
        verbose_name = _("审计到期清理")
        verbose_name_plural = verbose_name

    def __str__(self) -> str:
        return f"{self.seal_id}: {self.rows}"

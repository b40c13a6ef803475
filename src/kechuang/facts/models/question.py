"""Two values that contradict (待核对)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kechuang.directory.models import Department
from kechuang.facts.models.fact import Fact
from kechuang.kernel.models import Stateful


class Question(Stateful):
    """A value in force (``held``) and another one (``offered``) of which one must be chosen.

    Both facts are kept. ``chosen`` is the fact that counts once the question is answered; the reason stands in
    the answer's move. ``department`` is on whose desk it lies; another one that verifies facts may answer it too.
    """

    process = "fact_question"

    held = models.ForeignKey(Fact, on_delete=models.PROTECT, related_name="questioned", verbose_name=_("现值"))
    offered = models.ForeignKey(Fact, on_delete=models.PROTECT, related_name="questions", verbose_name=_("另一值"))
    chosen = models.ForeignKey(Fact, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("采用值"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("提出人")
    )
    department = models.ForeignKey(
        Department, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("核对部门")
    )
    asked_at = models.DateTimeField(_("提出时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("待核对事项")
        verbose_name_plural = verbose_name
        constraints = [
            models.UniqueConstraint(
                fields=["offered"], condition=Q(state="open"), name="facts_an_offer_is_questioned_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="answered") | Q(chosen__isnull=False), name="facts_an_answer_chooses"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.held} / {self.offered_id}"

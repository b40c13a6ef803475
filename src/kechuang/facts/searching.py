"""What of the facts is found: the dictionary of metrics and the rules. Values are found on their units' pages only."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kechuang.facts.access import METRICS
from kechuang.facts.models import Metric, RuleVersion
from kechuang.facts.rules_access import RULES
from kechuang.facts.selectors.rules import rules_current
from kechuang.kernel.search import Document, Searched


def metrics(keys: list[int]) -> Iterator[Document]:
    """Return metrics by label, meaning and code: one query."""
    for row in Metric.objects.filter(pk__in=keys):
        yield Document(
            key=row.pk,
            title=row.label,
            url=reverse("facts:metric", args=[row.code]),
            note=" · ".join(part for part in (row.group, row.unit, row.form) if part),
            body=row.definition,
            numbers=(row.code,),
        )


def rules(keys: list[int]) -> Iterator[Document]:
    """Return the newest version of each rule by title, document and code: one query."""
    for row in rules_current().filter(pk__in=keys):
        yield Document(
            key=row.pk,
            title=row.title,
            url=reverse("facts:rule", args=[row.code]),
            note=" · ".join(part for part in (row.type_name, row.level_name, row.document) if part),
            numbers=(row.code,),
            year=row.effective_from.year if row.effective_from else None,
            level=row.level,
        )


SEARCHED = (
    Searched("metric", _("数据指标"), Metric, METRICS, metrics, only=Q(retired=False), order=60),
    Searched("rule", _("条件规则"), RuleVersion, RULES, rules, only=Q(withdrawn=False), order=62),
)

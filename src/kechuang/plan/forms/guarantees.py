"""The form of what was done for a guarantee: money, policy, publicity."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.plan.choices import GuaranteeKind, MoneySource
from kechuang.plan.forms.fields import day_field, line, pick, prose
from kechuang.plan.models import GuaranteeRecord
from kechuang.plan.selectors.work import Unit
from kechuang.ui.formats import FEN_PER_WAN


class GuaranteeForm(forms.Form):
    """One thing done; the amount is typed in 万元 and kept in fen."""

    unit = pick(gettext_lazy("登记单位"), [])
    kind = pick(gettext_lazy("类别"), GuaranteeKind.choices)
    title = line(gettext_lazy("事项"), required=True, help_text=gettext_lazy("资金名称、政策名称或报道标题"))
    day = day_field(
        gettext_lazy("日期"),
        required=True,
        help_text=gettext_lazy("资金下达、政策印发或报道刊发的日期；经费按这一天的年度计"),
    )
    wan = forms.DecimalField(
        label=gettext_lazy("金额（万元）"),
        required=False,
        min_value=Decimal("0.000001"),
        max_digits=16,
        decimal_places=6,
        help_text=gettext_lazy("只有经费投入填写"),
        widget=forms.TextInput(attrs={"class": "form-control", "inputmode": "decimal"}),
    )
    source = pick(gettext_lazy("资金来源"), [("", gettext_lazy("不是经费")), *MoneySource.choices], required=False)
    reference = line(gettext_lazy("文号或刊发载体"), most=200)
    effect = prose(
        gettext_lazy("落实情况"), help_text=gettext_lazy("政策惠及了谁、兑现了什么；资金用到哪里；报道有何反响")
    )

    def __init__(self, *args: Any, units: Sequence[Unit] = (), fixed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = {unit.key: unit for unit in units}
        if fixed:
            del self.fields["unit"]
        else:
            self.fields["unit"].choices = [(unit.key, unit.label) for unit in units]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for amount and source of money, and for neither of anything else."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("kind") == GuaranteeKind.MONEY:
            if given.get("wan") is None and "wan" not in self.errors:
                self.add_error("wan", _("经费投入须写金额。"))
            if not given.get("source"):
                self.add_error("source", _("经费投入须选资金来源。"))
        elif given.get("kind") and (given.get("wan") is not None or given.get("source")):
            self.add_error("kind", _("写了金额或资金来源，类别应选经费投入；不是经费的，请清空这两项。"))
        return given

    @property
    def values(self) -> dict[str, Any]:
        """Return what the service takes, the amount in fen."""
        wan = self.cleaned_data["wan"]
        kept = {name: self.cleaned_data[name] for name in ("kind", "title", "day", "source", "reference", "effect")}
        return {**kept, "amount": None if wan is None else int(wan * FEN_PER_WAN)}

    @property
    def chosen(self) -> Unit:
        """Return the unit recorded for."""
        return self.units[self.cleaned_data["unit"]]

    @staticmethod
    def kept(row: GuaranteeRecord) -> dict[str, Any]:
        """Return what the fields of a stored record hold."""
        names = ("kind", "title", "day", "source", "reference", "effect")
        wan = None if row.amount is None else (Decimal(row.amount) / FEN_PER_WAN).normalize()
        return {"wan": None if wan is None else f"{wan:f}", **{name: getattr(row, name) for name in names}}

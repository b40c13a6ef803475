"""The score sheet as a form: points and ground of each criterion, conclusion, opinion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _

from kechuang.catalogue.reviews import Criterion, ReviewScheme
from kechuang.review.models import ScoreSheet


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion as the page prints it, with its two fields."""

    criterion: Criterion
    points: BoundField
    comment: BoundField


class Sooner(forms.CharField):
    """A text that is needed for signing and may stand empty until then."""

    def validate(self, value: Any) -> None:
        """Take an empty text: a sheet is saved as far as it is."""


class SoonerChoice(forms.ChoiceField):
    """A choice that is needed for signing and may stand open until then."""

    def validate(self, value: Any) -> None:
        """Take no choice, and leave an invented one to the service."""


class SheetForm(forms.Form):
    """Everything is kept as typed; only the service judges, and signing asks for completeness."""

    use_required_attribute = False

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, rules: ReviewScheme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rules = rules
        for criterion in rules.criteria:
            points = Sooner(
                label=_("得分（0–%(most)s）") % {"most": criterion.most},
                widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            )
            kind = Sooner if criterion.comment == "required" else forms.CharField
            comment = kind(
                label=_("依据"),
                required=criterion.comment == "required",
                widget=forms.Textarea(attrs={"rows": 2}),
                help_text=_("低于 %(points)s 分须填写。") % {"points": criterion.comment_below}
                if criterion.comment != "required" and criterion.comment_below
                else "",
            )
            self.fields[f"points.{criterion.code}"] = points
            self.fields[f"comment.{criterion.code}"] = comment
        self.fields["recommendation"] = SoonerChoice(
            label=_("结论"),
            choices=[(one.code, one.label) for one in rules.recommendations],
            widget=forms.RadioSelect,
        )
        self.fields["opinion"] = Sooner(
            label=_("总体意见"),
            widget=forms.Textarea(attrs={"rows": 4}),
            help_text=_("会反馈给申报方，请勿写明您是谁。"),
        )
        self.fields["confidential"] = forms.CharField(
            label=_("只给评审组织方的话"),
            required=False,
            widget=forms.Textarea(attrs={"rows": 2}),
        )

    def lines(self) -> list[Line]:
        """Return the criteria with their fields."""
        return [Line(c, self[f"points.{c.code}"], self[f"comment.{c.code}"]) for c in self.rules.criteria]

    def changed_values(self) -> dict[str, str]:
        """Return what was sent, by the names the service knows."""
        return {
            name: str(self.cleaned_data[name] or "") for name in self.fields if name != "version" and name in self.data
        }


def initial_of(sheet: ScoreSheet, rules: ReviewScheme) -> dict[str, Any]:
    """Return what the sheet says now."""
    rows = {row.criterion: row for row in sheet.scores.all()}
    found: dict[str, Any] = {
        "version": sheet.version,
        "recommendation": sheet.recommendation,
        "opinion": sheet.opinion,
        "confidential": sheet.confidential,
    }
    for criterion in rules.criteria:
        row = rows.get(criterion.code)
        points = row.points if row else None
        found[f"points.{criterion.code}"] = "" if points is None else f"{points.normalize():f}"
        found[f"comment.{criterion.code}"] = row.comment if row else ""
    return found

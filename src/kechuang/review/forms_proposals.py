"""Forms of what a round judges: entered by hand, taken from the intake, placed in its field, given files."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.calls.models import Application
from kechuang.catalogue.reviews import TieBreak
from kechuang.directory.forms import OrganisationField
from kechuang.kernel.uploads import PDF, UploadField
from kechuang.review import subjects
from kechuang.review.models import Expert

LINES_HINT = gettext_lazy("每行一项。")
DISCIPLINE_HINT = gettext_lazy("国家标准 GB/T 13745 的代码，例如 520.20（人工智能）。")
INDUSTRY_HINT = gettext_lazy("国家标准 GB/T 4754 的代码，例如 C2720。")


class ApplicationsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # not so at run time
    """Applications by number, name and applicant."""

    def label_from_instance(self, obj: Any) -> str:
        """Return what an officer knows an application by."""
        unit = obj.organisation.name
        return " · ".join([obj.number, obj.title] if unit in obj.title else [obj.number, obj.title, unit])


class ProposalForm(forms.Form):
    """A proposal entered by hand; people and sections are typed as lines."""

    number = forms.CharField(label=gettext_lazy("业务编号"), max_length=40)
    title = forms.CharField(label=gettext_lazy("名称"), max_length=200)
    organisation = OrganisationField(label=gettext_lazy("申报单位"))
    discipline_code = forms.CharField(label=gettext_lazy("学科代码"), max_length=12, help_text=DISCIPLINE_HINT)
    industry_code = forms.CharField(
        label=gettext_lazy("行业代码"), max_length=12, required=False, help_text=INDUSTRY_HINT
    )
    amount = forms.DecimalField(label=gettext_lazy("申请金额（元）"), min_value=0, max_digits=14, decimal_places=2)
    people_lines = forms.CharField(
        label=gettext_lazy("申报人员"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("每行一人，负责人写在第一行；姓名后可空一格写证件号码。"),
    )
    parties_lines = forms.CharField(
        label=gettext_lazy("合作单位"), widget=forms.Textarea(attrs={"rows": 2}), required=False, help_text=LINES_HINT
    )
    avoided_lines = forms.CharField(
        label=gettext_lazy("申请回避的专家"),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        help_text=gettext_lazy("每行一名：专家编号或姓名。"),
    )
    content = forms.CharField(
        label=gettext_lazy("申报内容"),
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("供专家阅读；能识别申报方的内容会自动隐去。"),
    )

    def clean_discipline_code(self) -> str:
        """Want a code of the tree."""
        return _in_tree("discipline", self.cleaned_data["discipline_code"])

    def clean_industry_code(self) -> str:
        """Want a code of the tree."""
        return _in_tree("industry", self.cleaned_data["industry_code"])

    def clean(self) -> dict[str, Any]:
        """Turn the lines into what the service takes."""
        values: dict[str, Any] = super().clean() or {}
        people = [line.split(None, 1) for line in _lines(values.pop("people_lines", ""))]
        values["people"] = [
            (row[0], row[1] if len(row) > 1 else "", "member" if place else "leader")
            for place, row in enumerate(people)
        ]
        values["parties"] = _lines(values.pop("parties_lines", ""))
        asked = _lines(values.pop("avoided_lines", ""))
        known = {expert.number: expert for expert in Expert.objects.filter(number__in=asked)}
        values["avoided"] = [(known.get(text), known[text].name if text in known else text) for text in asked]
        values["sections"] = [(_("申报内容"), str(values.pop("content", "")), False)]
        if (amount := values.pop("amount", None)) is not None:
            values["amount_fen"] = int(amount * 100)
        return values


class TakeForm(forms.Form):
    """Applications of the intake that are to be judged in a round, and the field of work of those that name none."""

    applications = ApplicationsField(
        label=gettext_lazy("申报"), queryset=Application.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    discipline_code = forms.CharField(
        label=gettext_lazy("学科代码"),
        max_length=12,
        required=False,
        help_text=gettext_lazy("给申报书里没有学科代码的；以后可以在“被评对象”中逐份改。例如：460.20"),
    )

    def __init__(self, *args: Any, awaiting: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["applications"].queryset = awaiting  # type: ignore[attr-defined]

    def clean_discipline_code(self) -> str:
        """Want a code of the tree."""
        return _in_tree("discipline", self.cleaned_data["discipline_code"])


class PlaceForm(forms.Form):
    """Where a proposal belongs: field of work, amount, and one number for each tie rule of the scheme."""

    discipline_code = forms.CharField(label=gettext_lazy("学科代码"), max_length=12, help_text=DISCIPLINE_HINT)
    industry_code = forms.CharField(
        label=gettext_lazy("行业代码"), max_length=12, required=False, help_text=INDUSTRY_HINT
    )
    amount = forms.DecimalField(label=gettext_lazy("申请金额（元）"), min_value=0, max_digits=14, decimal_places=2)

    def __init__(self, *args: Any, ties: Iterable[TieBreak], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ties = list(ties)
        for tie in self.ties:
            self.fields[f"figure_{tie.key}"] = forms.IntegerField(
                label=tie.label,
                min_value=0,
                max_value=9999,
                required=False,
                help_text=_("同分时比较的个数，多者在前；没有的不填。"),
            )

    def clean_discipline_code(self) -> str:
        """Want a code of the tree."""
        return _in_tree("discipline", self.cleaned_data["discipline_code"])

    def clean_industry_code(self) -> str:
        """Want a code of the tree."""
        return _in_tree("industry", self.cleaned_data["industry_code"])

    def clean(self) -> dict[str, Any]:
        """Gather the figures and the amount as the service takes them."""
        values: dict[str, Any] = super().clean() or {}
        values["figures"] = {tie.key: values.pop(f"figure_{tie.key}", None) or 0 for tie in self.ties}
        if (amount := values.pop("amount", None)) is not None:
            values["amount_fen"] = int(amount * 100)
        return values


class BlindFileForm(forms.Form):
    """A PDF for blind reviewers."""

    scan = UploadField(accept=(PDF,), label=gettext_lazy("PDF 文件"), widget=forms.FileInput(attrs={"accept": ".pdf"}))
    scans_checked = forms.BooleanField(
        label=gettext_lazy("没有文字的页面（扫描件）已逐页核对，不含能识别申报方的内容"), required=False
    )


def _lines(text: Any) -> list[str]:
    return [line.strip() for line in str(text).splitlines() if line.strip()]


def _in_tree(tree: str, code: str) -> str:
    if code and not subjects.known(tree, code):
        raise forms.ValidationError(_("分类表里没有代码 %(code)s。") % {"code": code})
    return code

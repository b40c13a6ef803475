"""Forms of facts: evidence, reasons, years, answers, workbooks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from kechuang.directory.forms import DayField, OrganisationField
from kechuang.directory.models import Department, Organisation
from kechuang.facts.choices import EvidenceKind
from kechuang.kernel.files import ACCEPTED
from kechuang.kernel.uploads import PAPERS_SAID, UploadField
from kechuang.kernel.uploads_packed import XLSX

LONG = 1000


def _reason() -> forms.CharField:
    return forms.CharField(
        label=_("理由"),
        required=True,
        max_length=LONG,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
    )


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = _reason()

    def __init__(self, *args: Any, required: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = required


class EvidenceFields(forms.Form):
    """How an evidence is called and how long it holds."""

    title = forms.CharField(label=_("名称"), max_length=200, help_text=_("例如：2024 年度审计报告"))
    kind = forms.ChoiceField(label=_("佐证类别"), choices=EvidenceKind.choices)
    valid_from = DayField(label=_("有效期起"), required=False)
    valid_to = DayField(label=_("有效期止"), required=False, help_text=_("长期有效的留空；到期前 60 天开始提醒。"))


class EvidenceForm(EvidenceFields):
    """A file for the vault."""

    upload = UploadField(
        label=_("文件"),
        help_text=format_lazy("{}{}", PAPERS_SAID, _("同一文件只保存一份。")),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED, "class": "form-control"}),
    )
    field_order = ("upload", "title", "kind", "valid_from", "valid_to")


class YearForm(forms.Form):
    """Whose sheet of which year."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("单位"), empty_label=None)
    year = forms.IntegerField(
        label=_("年度"), widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "form-control"})
    )
    department = forms.ModelChoiceField(Department.objects.all(), label=_("报送部门"), empty_label=None)

    def __init__(self, *args: Any, organisations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]


class FindForm(forms.Form):
    """An organisation to look up."""

    organisation = OrganisationField(label=_("单位"))


class WorkbookForm(forms.Form):
    """A filled-in workbook."""

    workbook = UploadField(
        accept=(XLSX,),
        label=_("Excel 文件"),
        help_text=_("从本页下载、填好的工作簿（xlsx）。先检查，确认后才写入。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx", "class": "form-control"}),
    )


class OutsideForm(WorkbookForm):
    """A workbook of another body, and where it comes from."""

    source = forms.CharField(
        label=_("来源"), max_length=120, help_text=_("哪个部门的什么文件，例如：市场监管局信用信息函（2026-03）")
    )
    field_order = ("source", "workbook")


class AnswerForm(forms.Form):
    """Which of two values counts, and why."""

    choose = forms.ChoiceField(label=_("采用"), widget=forms.RadioSelect, required=False)
    value = forms.CharField(
        label=_("核定值"), required=False, max_length=600, help_text=_("两个值都不对时填写；填写后以它为准。")
    )
    reason = _reason()

    def __init__(self, *args: Any, held: str, offered: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["choose"].choices = [  # type: ignore[attr-defined]
            ("held", _("现值：%(value)s") % {"value": held}),
            ("offered", _("另一值：%(value)s") % {"value": offered}),
        ]

    def clean(self) -> dict[str, Any]:
        """A third value takes the place of the choice."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("value"):
            given["choose"] = ""
        return given

"""Forms of an import: the file, where its table stands, and what its columns mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from kechuang.kernel.uploads import WORKBOOKS, UploadField
from kechuang.ui.formats import DAY_INPUT_FORMATS
from kechuang.ui.imports.declaration import Field
from kechuang.ui.imports.reading import ACCEPTED
from kechuang.ui.resource import DayInput

NOT_TAKEN = gettext_lazy("不导入")


class FileForm(forms.Form):
    """The ledger."""

    file = UploadField(
        accept=WORKBOOKS,
        label=gettext_lazy("表格文件"),
        help_text=gettext_lazy("xlsx、xls、ods 或 csv（UTF-8、GBK），最多 20 MB、100000 行。"),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )


class LookForm(forms.Form):
    """Where the table stands."""

    sheet = forms.ChoiceField(label=gettext_lazy("工作表"))
    head = forms.IntegerField(label=gettext_lazy("表头从第几行开始"), min_value=1, max_value=200)

    def __init__(self, *args: Any, sheets: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sheet"].choices = [(name, name) for name in sheets]  # type: ignore[attr-defined]


class MappingForm(forms.Form):
    """Which column is which field; a select a column, and what goes for the whole file."""

    on = forms.DateField(
        label=gettext_lazy("与已登记内容不同的，自哪一天起变更"),
        required=False,
        input_formats=DAY_INPUT_FORMATS,
        widget=DayInput(format="%Y-%m-%d"),
        help_text=gettext_lazy("留空表示原来登记有误，按更正办理。"),
    )
    reason = forms.CharField(label=gettext_lazy("事由"), max_length=200, required=False)

    def __init__(self, *args: Any, labels: Sequence[str], offered: Sequence[Field], dated: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", NOT_TAKEN), *((one.name, f"{one.label}{'*' if one.required else ''}") for one in offered)]
        for column, label in enumerate(labels):
            self.fields[f"column_{column}"] = forms.ChoiceField(choices=choices, required=False, label=label)
        if not dated:
            del self.fields["on"]
        self.width = len(labels)

    def mapping(self) -> dict[int, str]:
        """Return the field of every column, empty for those not taken."""
        return {column: self.cleaned_data.get(f"column_{column}", "") for column in range(self.width)}

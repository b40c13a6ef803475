"""Forms of the import and of the check that follows it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from kechuang.directory.models import Department
from kechuang.kernel.uploads import DOCUMENTS, UploadField
from kechuang.plan import counters, serving
from kechuang.plan.choices import Basis, ClauseKind, Part
from kechuang.plan.figures import TargetLine, parts_printed, parts_read, plain, targets_printed, targets_read
from kechuang.plan.forms.fields import day_field, figure, line, names_of, pick, prose, tick, year
from kechuang.plan.models import Clause, Indicator, Milestone, Plan, Responsibility
from kechuang.plan.services import BracketWords

MOST_BYTES = 5 * 1024 * 1024


class ImportForm(forms.Form):
    """A document to read: a file, or pasted text, and which plan it is a version of."""

    file = UploadField(
        accept=DOCUMENTS,
        label=_("文件"),
        required=False,
        help_text=_("支持 .txt .md .html .docx .pdf，不超过 5 MB"),
        widget=forms.FileInput(attrs={"class": "form-control", "accept": ".txt,.md,.html,.htm,.docx,.pdf"}),
    )
    text = prose(_("或粘贴正文"), rows=12, most=500_000)
    code = pick(_("作为哪个方案的版本"), [("", _("按名称自动判断"))], required=False)

    def __init__(self, *args: Any, plans: Iterable[Plan] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {plan.code: plan.title for plan in plans}
        self.fields["code"].choices = [("", _("按名称自动判断")), *known.items()]  # type: ignore[attr-defined]

    def clean_file(self) -> UploadedFile[Any] | None:
        """Refuse what is larger than an official plan ever is."""
        file: UploadedFile[Any] | None = self.cleaned_data["file"]
        if file is not None and (file.size or 0) > MOST_BYTES:
            raise ValidationError(_("文件超过 5 MB。请去掉图片后再传，或把正文粘贴到下面。"))
        return file

    def clean(self) -> dict[str, Any]:
        """Ask for exactly one of the two."""
        given: dict[str, Any] = super().clean() or {}
        if "file" in self.errors:
            return given
        if given.get("file") and given.get("text"):
            self.add_error("text", _("文件和粘贴的正文只能选一样。"))
        elif not given.get("file") and not given.get("text") and not self.errors:
            self.add_error("file", _("请选择文件，或在下面粘贴正文。"))
        return given


class PlanFactsForm(forms.Form):
    """The facts of the document itself."""

    title = line(_("方案名称"), required=True)
    document_title = line(_("印发文件"), most=400)
    document_number = line(_("文号"), most=80)
    issuers = line(_("印发机关"), help_text=_("多个用顿号分开"))
    signed_on = day_field(_("成文日期"))
    document_published_on = day_field(_("公布日期"))
    effective_on = day_field(_("施行日期"))
    year_from = year(_("起始年"))
    year_to = year(_("结束年"))
    tolerance = forms.DecimalField(
        label=_("允许偏差"),
        min_value=0,
        max_value=100,
        max_digits=4,
        decimal_places=1,
        help_text=_("应有数的百分之几以内不算滞后"),
        widget=forms.TextInput(attrs={"class": "form-control", "inputmode": "decimal"}),
    )

    @classmethod
    def of(cls, plan: Plan, data: Any = None) -> PlanFactsForm:
        """Return the form filled with what is stored."""
        kept = {name: getattr(plan, name) for name in cls.base_fields}
        return cls(data, initial={**kept, "issuers": "、".join(plan.issuers), "tolerance": plain(plan.tolerance * 100)})

    @property
    def values(self) -> dict[str, Any]:
        """Return what the service stores."""
        given = dict(self.cleaned_data)
        given["issuers"] = list(names_of(given["issuers"]))
        given["tolerance"] = Decimal(given["tolerance"]) / 100
        return given


BRACKET_TICKS = ("et_al", "by_duty", "with_others")


class ClauseForm(forms.Form):
    """One clause with all its brackets of responsible units, and one more to fill in."""

    no = line(_("编号"), most=40)
    section = line(_("所属章节"), most=100)
    kind = pick(_("性质"), ClauseKind.choices)
    title = line(_("标题"))
    text = prose(_("正文"), rows=8, most=200_000)
    summary = prose(_("要点"), rows=3, help_text=_("用自己的话概括，不照抄原文"))
    served_by = forms.MultipleChoiceField(
        label=_("由哪些类别的平台落实"),
        choices=serving.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("这一条的页面按此列出登记库中的平台。"),
    )

    def __init__(self, *args: Any, brackets: int = 1, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.brackets = brackets
        for number in range(brackets):
            self._add_bracket(number)

    def _add_bracket(self, number: int) -> None:
        which = _("第 %(number)d 组") % {"number": number + 1}
        for part in Part:
            self.fields[f"g{number}_{part.value}"] = line(f"{which} · {part.label}", most=3000)
        self.fields[f"g{number}_role"] = line(f"{which} · {_('职责用词')}", most=40)
        self.fields[f"g{number}_scope"] = line(f"{which} · {_('范围')}")
        for name, label in zip(BRACKET_TICKS, (_("等部门"), _("按职责分工"), _("会同有关单位")), strict=True):
            self.fields[f"g{number}_{name}"] = tick(f"{which} · {label}")

    @classmethod
    def of(cls, clause: Clause, data: Any = None) -> ClauseForm:
        """Return the form filled with what is stored, and an empty bracket at the end."""
        brackets = list(clause.responsibilities.prefetch_related("bodies"))
        kept: dict[str, Any] = {name: getattr(clause, name) for name in cls.base_fields}
        for number, bracket in enumerate(brackets):
            kept |= cls._filled(number, bracket)
        return cls(data, initial=kept, brackets=len(brackets) + 1)

    @staticmethod
    def _filled(number: int, bracket: Responsibility) -> dict[str, Any]:
        bodies = list(bracket.bodies.all())
        named = {
            f"g{number}_{part.value}": "、".join(body.printed for body in bodies if body.part == part) for part in Part
        }
        kept = {f"g{number}_{name}": getattr(bracket, name) for name in ("role", "scope", *BRACKET_TICKS)}
        return {**named, **kept}

    @property
    def values(self) -> dict[str, Any]:
        """Return the clause's own fields."""
        return {name: self.cleaned_data[name] for name in self.base_fields}

    @property
    def words(self) -> list[BracketWords]:
        """Return the brackets that name somebody."""
        return [words for number in range(self.brackets) if (words := self._words(number)).names]

    def _words(self, number: int) -> BracketWords:
        given = self.cleaned_data
        values: dict[str, Any] = {part.value: names_of(given[f"g{number}_{part.value}"]) for part in Part}
        values |= {name: given[f"g{number}_{name}"] for name in ("role", "scope", *BRACKET_TICKS)}
        return BracketWords(**values)


class IndicatorForm(forms.Form):
    """One indicator with its figures; targets one a line."""

    name = line(_("指标"), most=200, required=True)
    code = pick(_("计数口径"), [("", _("登记库不计数"))], required=False)
    unit = line(_("单位"), most=40)
    basis = pick(_("口径"), [("", _("文件未写")), *Basis.choices], required=False)
    base_year = year(_("基期年"))
    base_value = figure(_("基期值"))
    base_parts = line(_("基期分项"), help_text=_("如：国家级4、省级7"))
    targets = prose(_("年度目标"), rows=4, help_text=_("一行一个年度，如：2021 = 13（国家级4、省级9）"))
    growth_stated = line(_("文件所写年均增速"), most=40, help_text=_("照印，不换算"))
    attribute = line(_("属性"), most=20)
    departments = line(_("责任部门"), most=1000, help_text=_("多个用顿号分开，按文件写法"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = dict(counters.labels())
        kept = (self.initial or {}).get("code")
        if kept:
            known.setdefault(kept, kept)
        self.fields["code"].choices = [("", _("登记库不计数")), *known.items()]  # type: ignore[attr-defined]

    @classmethod
    def of(cls, indicator: Indicator, data: Any = None) -> IndicatorForm:
        """Return the form filled with what is stored."""
        kept = {name: getattr(indicator, name) for name in cls.base_fields if hasattr(indicator, name)}
        own = indicator.targets.filter(department=None, county=None).order_by("year")
        kept["base_value"] = plain(indicator.base_value)
        kept["base_parts"] = parts_printed(indicator.base_parts)
        kept["targets"] = targets_printed((row.year, row.op, row.value, row.parts) for row in own)
        kept["departments"] = "、".join(body.printed for body in indicator.bodies.all())
        return cls(data, initial=kept)

    def clean_base_parts(self) -> dict[str, str]:
        """Read parts by level as they are printed."""
        try:
            return parts_read(self.cleaned_data["base_parts"])
        except ValueError as error:
            raise ValidationError(str(error)) from None

    def clean_targets(self) -> list[TargetLine]:
        """Read the lines of targets."""
        try:
            return targets_read(self.cleaned_data["targets"])
        except ValueError as error:
            raise ValidationError(str(error)) from None

    @property
    def values(self) -> dict[str, Any]:
        """Return what the service stores."""
        return {**self.cleaned_data, "departments": names_of(self.cleaned_data["departments"])}


class MilestoneForm(forms.Form):
    """A dated duty."""

    when = forms.RegexField(
        r"^\d{4}(-\d{2}(-\d{2})?)?$",
        label=_("时间"),
        error_messages={"invalid": _("请写成 2022、2022-06 或 2022-06-30。")},
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )
    what = prose(_("事项"), rows=3, required=True)

    @classmethod
    def of(cls, milestone: Milestone, data: Any = None) -> MilestoneForm:
        """Return the form filled with what is stored."""
        return cls(data, initial={"when": milestone.when, "what": milestone.what})

    @property
    def values(self) -> dict[str, Any]:
        """Return what the service stores."""
        return dict(self.cleaned_data)


class NameForm(forms.Form):
    """For which department a printed name stands."""

    printed = forms.CharField(max_length=120, widget=forms.HiddenInput)
    department = forms.ModelChoiceField(Department.objects.all(), required=False)


class AddClauseForm(forms.Form):
    """The heading of a clause the reading missed."""

    no = line(_("编号"), most=40)
    section = line(_("所属章节"), most=100)
    kind = pick(_("性质"), ClauseKind.choices)
    title = line(_("标题"), required=True)


class AddIndicatorForm(forms.Form):
    """The name of an indicator the reading missed."""

    name = line(_("指标"), most=200, required=True)

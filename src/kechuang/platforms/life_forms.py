"""Forms by which the life of a platform is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kechuang.directory.forms import DayField, OrganisationField
from kechuang.directory.models import County, Department, User
from kechuang.kernel.files import ACCEPTED
from kechuang.kernel.uploads import PAPERS_SAID, UploadField
from kechuang.platforms.forms import RECOGNISED, PlatformField, ReasonField
from kechuang.platforms.models import CoachingNote, Hearing, LifeRule, PlatformKind, PoolEntry
from kechuang.platforms.selectors.reference import direction_choices
from kechuang.pure.process import Step


class ScanField(UploadField):
    """A paper that goes with the case."""

    def __init__(self, label: Any) -> None:
        super().__init__(
            label=label,
            required=False,
            help_text=PAPERS_SAID,
            widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
        )


class LongField(forms.CharField):
    """A text of several lines."""

    def __init__(self, label: Any, **more: Any) -> None:
        super().__init__(**{"label": label, "max_length": 2000, "widget": forms.Textarea(attrs={"rows": 4}), **more})


class StepForm(forms.Form):
    """A step that asks for no more than why."""

    reason = ReasonField()

    def __init__(self, *args: Any, step: Step | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if step is not None:
            self.fields["reason"].required = step.reason_required


class NothingForm(forms.Form):
    """A step that asks for nothing but the press."""

    def __init__(self, *args: Any, step: Step | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class PoolForm(forms.Form):
    """Who is proposed for cultivation, and towards what."""

    organisation = OrganisationField(label=_("培育对象"))
    platform = PlatformField(label=_("平台"), required=False, help_text=_("由已有平台升级的，填写其编号；新建的留空。"))
    kind = forms.ModelChoiceField(label=_("目标类别"), queryset=PlatformKind.objects.all())
    level = forms.ChoiceField(label=_("目标级别"), choices=RECOGNISED)
    goal_on = DayField(label=_("目标日期"), required=False)
    reason = LongField(_("推荐理由"), required=False)


class CoachForm(forms.Form):
    """Who coaches, and by when."""

    coach = forms.ModelChoiceField(label=_("辅导人"), queryset=User.objects.none(), required=False)
    goal_on = DayField(label=_("目标日期"), required=False)

    def __init__(self, *args: Any, department: Department, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(offices__department=department, is_active=True).distinct().order_by("full_name")
        self.fields["coach"].queryset = people  # type: ignore[attr-defined]


class NoteForm(forms.Form):
    """One act of coaching."""

    kind = forms.ChoiceField(label=_("方式"), choices=CoachingNote.Kind.choices)
    held_on = DayField(label=_("日期"))
    text = LongField(_("情况"))
    next_step = forms.CharField(label=_("下一步"), max_length=300, required=False)
    scan = ScanField(_("附件"))


class SessionForm(forms.Form):
    """A training or policy session."""

    title = forms.CharField(label=_("主题"), max_length=200)
    held_on = DayField(label=_("日期"))
    department = forms.ModelChoiceField(label=_("主办部门"), queryset=Department.objects.all())
    place = forms.CharField(label=_("地点"), max_length=120, required=False)
    speaker = forms.CharField(label=_("主讲"), max_length=120, required=False)
    summary = LongField(_("内容"), required=False)


class AttendForm(forms.Form):
    """Who of which pool entry took part."""

    entry = forms.ModelChoiceField(label=_("培育对象"), queryset=PoolEntry.objects.none())
    people = forms.CharField(label=_("参加人员"), max_length=200, help_text=_("姓名或人数，例如：技术负责人等 3 人。"))

    def __init__(self, *args: Any, entries: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["entry"]
        field.queryset = entries  # type: ignore[attr-defined]
        field.label_from_instance = _entry_name  # type: ignore[attr-defined]


def _entry_name(entry: PoolEntry) -> str:
    return f"{entry.organisation} → {entry.get_level_display()}{entry.kind}（{entry.number}）"


class YearForm(forms.Form):
    """Of which year the reports are opened."""

    year = forms.IntegerField(label=_("年度"), min_value=2000, max_value=2100)
    department = forms.ModelChoiceField(label=_("归口部门"), queryset=Department.objects.all())


class ReportForm(forms.Form):
    """A report's open questions and the figures that are not known yet.

    What is known already is shown beside the form and not asked again.
    """

    def __init__(
        self, *args: Any, questions: Iterable[str], figures: Mapping[str, tuple[str, Any]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.asked = [code for code, (_label, value) in figures.items() if value is None]
        self.questions = list(questions)
        for code in self.asked:
            self.fields[f"figure_{code}"] = forms.CharField(label=figures[code][0], required=False, max_length=40)
        for place, question in enumerate(self.questions):
            self.fields[f"answer_{place}"] = LongField(question, required=False)

    def answers(self) -> dict[str, str]:
        """Return question → answer."""
        return {question: self.cleaned_data[f"answer_{place}"] for place, question in enumerate(self.questions)}

    def figures(self) -> dict[str, str]:
        """Return metric code → what was typed."""
        return {code: self.cleaned_data[f"figure_{code}"] for code in self.asked}


class RoundForm(forms.Form):
    """A round of evaluation."""

    title = forms.CharField(label=_("名称"), max_length=120)
    kind = forms.ModelChoiceField(label=_("类别"), queryset=PlatformKind.objects.all())
    level = forms.ChoiceField(label=_("级别"), choices=RECOGNISED)
    department = forms.ModelChoiceField(label=_("归口部门"), queryset=Department.objects.all())
    year = forms.IntegerField(
        label=_("基准年度"), min_value=2000, max_value=2100, help_text=_("数据所属的年度，一般为上一年度。")
    )
    scheme = forms.ModelChoiceField(label=_("评价办法"), queryset=LifeRule.objects.none())
    system = forms.ModelChoiceField(label=_("指标体系"), queryset=LifeRule.objects.none())
    opens_on = DayField(label=_("自评开始"))
    closes_on = DayField(label=_("自评截止"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules = LifeRule.objects.filter(current=True)
        for name, kind in (("scheme", LifeRule.Kind.SCHEME), ("system", LifeRule.Kind.SYSTEM)):
            self.fields[name].queryset = rules.filter(kind=kind)  # type: ignore[attr-defined]


class SelfReportForm(forms.Form):
    """A host's self-report; the figures are its facts."""

    statement = LongField(_("自评说明"), max_length=4000)

    def __init__(self, *args: Any, step: Step | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class GradeForm(forms.Form):
    """The grade with its document."""

    grade = forms.ChoiceField(label=_("等级"))
    document_number = forms.CharField(label=_("文号"), max_length=80)
    on = DayField(label=_("定级日期"))
    reason = ReasonField()

    def __init__(self, *args: Any, grades: Iterable[str], step: Step | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grade"].choices = [(one, one) for one in grades]  # type: ignore[attr-defined]
        self.fields["reason"].required = step is not None and step.reason_required
        self.fields["reason"].help_text = _("与建议等级不同的，须写明理由。")


class AuditForm(forms.Form):
    """Audited values beside the reported ones, and points that no fact can answer."""

    def __init__(
        self,
        *args: Any,
        facts: Iterable[tuple[int, str, str, bool]],
        hand: Iterable[tuple[str, str, float]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fact_keys, self.hand_ids = [], []
        for key, label, reported, verified in facts:
            self.fact_keys.append(key)
            note = _("已核定") if verified else _("待核定")
            self.fields[f"audited_{key}"] = forms.CharField(
                label=label,
                required=False,
                max_length=60,
                help_text=_("申报值 %(value)s，%(note)s；留空即按申报值核定。") % {"value": reported, "note": note},
            )
        for item, label, weight in hand:
            self.hand_ids.append(item)
            self.fields[f"hand_{item}"] = forms.DecimalField(
                label=label,
                required=False,
                max_digits=6,
                decimal_places=2,
                help_text=_("核定人打分，0 至 %(weight)s 分。") % {"weight": f"{weight:g}"},
            )
        self.fields["reason"] = ReasonField()
        self.fields["reason"].required = False
        self.fields["reason"].help_text = _("核定值与申报值不同的，须写明理由。")

    def audited(self) -> dict[int, Any]:
        """Return key of the fact → what was typed, ``None`` for as reported."""
        return {key: self.cleaned_data[f"audited_{key}"] or None for key in self.fact_keys}

    def by_hand(self) -> dict[str, Any]:
        """Return item → points."""
        return {item: self.cleaned_data[f"hand_{item}"] for item in self.hand_ids}


class ChangeForm(forms.Form):
    """What a host asks to be changed; only the fields of the chosen kind are asked."""

    on = DayField(label=_("生效日期"))
    reason = ReasonField()
    scan = ScanField(_("证明材料"))

    INPUTS: Mapping[str, Any] = {
        "name": lambda: forms.CharField(label=_("变更后的名称"), max_length=200, required=False),
        "host": lambda: OrganisationField(label=_("变更后的依托单位"), required=False),
        "director": lambda: forms.CharField(label=_("变更后的负责人"), max_length=60, required=False),
        "direction": lambda: forms.ChoiceField(
            label=_("变更后的产业方向"), choices=[("", _("未填")), *direction_choices()], required=False
        ),
        "county": lambda: forms.ModelChoiceField(
            label=_("变更后的所在县区"), queryset=County.objects.all(), required=False
        ),
        "industry_code": lambda: forms.CharField(label=_("变更后的行业代码"), max_length=5, required=False),
        "governance": lambda: forms.CharField(label=_("变更后的治理方式"), max_length=200, required=False),
        "team": lambda: forms.CharField(label=_("变更后的领军人才与团队"), max_length=200, required=False),
    }

    def __init__(self, *args: Any, asked: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = list(asked)
        for name in self.asked:
            self.fields[name] = self.INPUTS[name]()
        self.order_fields([*self.asked, "on", "reason", "scan"])

    def values(self) -> dict[str, Any]:
        """Return field → new value."""
        return {name: self.cleaned_data[name] for name in self.asked}


class EndingForm(forms.Form):
    """On which ground a platform is to be revoked or deregistered."""

    ground = forms.ChoiceField(label=_("情形"))
    facts = LongField(_("事实与理由"), max_length=4000)
    scan = ScanField(_("佐证材料"))

    def __init__(self, *args: Any, grounds: Iterable[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ground"].choices = list(grounds)  # type: ignore[attr-defined]

    def told(self) -> dict[str, Any]:
        """Return act, ground, facts and scan."""
        act, _dot, ground = self.cleaned_data["ground"].partition(":")
        return {
            "act": Hearing.Act(act).value,
            "ground": ground,
            "facts": self.cleaned_data["facts"],
            "scan": self.cleaned_data["scan"],
        }


class NoticeForm(NothingForm):
    """When the notice was served."""

    on = DayField(label=_("告知送达日期"))


class ViewsForm(NothingForm):
    """What the host has to say."""

    views = LongField(_("陈述申辩意见"), max_length=4000)


class DecideForm(NothingForm):
    """The decision: it answers the host's views."""

    answer = LongField(_("对意见的答复"), max_length=4000, required=False)
    document_number = forms.CharField(label=_("决定文号"), max_length=80, required=False)
    on = DayField(label=_("生效日期"), help_text=_("这一天起平台不再有效。"))


class PaperForm(NothingForm):
    """A hearing that took place on paper."""

    noticed_on = DayField(label=_("告知送达日期"))
    views = LongField(_("依托单位的意见"), max_length=4000, help_text=_("没有意见的，写“无异议”。"))


class RecommendForm(forms.Form):
    """Who is recommended to which level, or for which programme."""

    organisation = OrganisationField(label=_("推荐对象"))
    platform = PlatformField(label=_("平台"), required=False, help_text=_("推荐已有平台升级的，填写其编号。"))
    kind = forms.ModelChoiceField(label=_("类别"), queryset=PlatformKind.objects.all(), required=False)
    level = forms.ChoiceField(label=_("级别"), choices=[("", _("未填")), *RECOGNISED], required=False)
    programme = forms.CharField(
        label=_("项目或计划"),
        max_length=120,
        required=False,
        help_text=_("人才计划、上级科技项目等，与类别二者取其一。"),
    )
    department = forms.ModelChoiceField(
        label=_("推荐部门"), queryset=Department.objects.all(), required=False, help_text=_("留空即按归口表。")
    )
    recommended_on = DayField(label=_("推荐日期"))
    document_number = forms.CharField(label=_("推荐文号"), max_length=80, required=False)
    place = forms.IntegerField(label=_("推荐排序"), min_value=1, max_value=999, required=False)


class OutsideForm(forms.Form):
    """What the higher body decided."""

    decided_on = DayField(label=_("决定日期"))
    decided_by = forms.CharField(label=_("决定机关"), max_length=120)
    decision_number = forms.CharField(label=_("决定文号"), max_length=80)
    certificate = forms.CharField(label=_("证书编号"), max_length=80, required=False)
    scan = ScanField(_("决定扫描件"))

    def __init__(self, *args: Any, step: Step | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class OutsideRefusalForm(forms.Form):
    """That the higher body did not recognise it, and why."""

    decided_on = DayField(label=_("决定日期"))
    reason = ReasonField()

    def __init__(self, *args: Any, step: Step | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class LiftForm(forms.Form):
    """Ending a ban before its day."""

    on = DayField(label=_("解除日期"))
    reason = ReasonField()

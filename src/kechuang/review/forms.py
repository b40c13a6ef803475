"""Forms of review."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.directory.forms import DayField, OrganisationField
from kechuang.directory.models import Department
from kechuang.kernel.access import Actor
from kechuang.pure.process import Step
from kechuang.review import subjects
from kechuang.review.loading import EXPERT_BASE
from kechuang.review.models import AssignmentRun, Expert, ExpertField, FeeLine, Relation, Round, Scheme, Seat

DIGITS_MOST = 12


class ReasonForm(forms.Form):
    """A step with its reason, required where the process says so."""

    reason = forms.CharField(
        label=gettext_lazy("理由"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}), required=False
    )

    def __init__(self, *args: Any, step: Step | None = None, needed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = needed or (step is not None and step.reason_required)
        if step is not None and step.reason == "none":
            del self.fields["reason"]


class ExpertForm(forms.Form):
    """An expert's entry. Fields of work are typed as lines “520.20 精通”, the main one first."""

    name = forms.CharField(label=gettext_lazy("姓名"), max_length=60)
    identity = forms.CharField(
        label=gettext_lazy("证件号码"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("只用来查重和区分同名，系统只保存其摘要。"),
    )
    born_on = DayField(label=gettext_lazy("出生日期"))
    title = forms.ChoiceField(label=gettext_lazy("职称"), choices=Expert.Title.choices)
    degree = forms.CharField(label=gettext_lazy("学位"), max_length=40)
    post = forms.CharField(label=gettext_lazy("职务"), max_length=80)
    mobile = forms.CharField(label=gettext_lazy("手机"), max_length=20)
    email = forms.EmailField(label=gettext_lazy("邮箱"))
    organisation = OrganisationField(label=gettext_lazy("所在单位"))
    disciplines = forms.CharField(
        label=gettext_lazy("学科"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("每行一个学科代码和熟悉程度，主学科写在第一行，例如：520.20 精通"),
    )
    industries = forms.CharField(
        label=gettext_lazy("行业"),
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        help_text=gettext_lazy("每行一个行业代码和熟悉程度，例如：C2720 熟悉"),
    )

    def clean(self) -> dict[str, Any]:
        """Gather both trees' lines as rows the service takes."""
        values: dict[str, Any] = super().clean() or {}
        rows = []
        for name, tree in (("disciplines", "discipline"), ("industries", "industry")):
            rows += list(self._rows(name, tree, str(values.pop(name, ""))))
        values["fields"] = rows
        return values

    def _rows(self, name: str, tree: str, text: str) -> Iterable[tuple[str, str, int, bool]]:
        words = {str(label): value for value, label in ExpertField.Strength.choices}
        for place, line in enumerate(line for line in text.splitlines() if line.strip()):
            code, _space, word = line.strip().partition(" ")
            if word.strip() not in words or not subjects.known(tree, code):
                self.add_error(
                    name,
                    _("“%(line)s”读不懂：请写成“代码 熟悉程度”，程度为了解、熟悉或精通，代码须在国家标准分类表中。")
                    % {"line": line},
                )
                return
            yield tree, code[:DIGITS_MOST], words[word.strip()], place == 0


class RelationForm(forms.Form):
    """A tie of an expert: to a person, a unit, or both."""

    kind = forms.ChoiceField(label=gettext_lazy("关系"), choices=Relation.Kind.choices)
    person = forms.CharField(label=gettext_lazy("对方姓名"), max_length=60, required=False)
    identity = forms.CharField(
        label=gettext_lazy("对方证件号码"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("知道时填写，可以避免同名误判；系统只保存其摘要。"),
    )
    organisation = OrganisationField(label=gettext_lazy("对方单位"), required=False)
    start = DayField(label=gettext_lazy("起"), required=False)
    end = DayField(label=gettext_lazy("止"), required=False)


class IntegrityForm(forms.Form):
    """A finding against an expert's conduct."""

    finding = forms.CharField(label=gettext_lazy("认定"), max_length=200)
    document = forms.CharField(label=gettext_lazy("依据"), max_length=120, required=False)
    start = DayField(label=gettext_lazy("起"))
    end = DayField(label=gettext_lazy("止"), required=False)


class RoundForm(forms.Form):
    """A round that is to be planned."""

    title = forms.CharField(label=gettext_lazy("名称"), max_length=120)
    scheme = forms.ModelChoiceField(label=gettext_lazy("评审办法"), queryset=Scheme.objects.none())
    kind = forms.ChoiceField(label=gettext_lazy("方式"), choices=Round.Kind.choices)
    department = forms.ModelChoiceField(label=gettext_lazy("主管部门"), queryset=Department.objects.none())
    blind = forms.BooleanField(
        label=gettext_lazy("匿名评审"), required=False, initial=True,
        help_text=gettext_lazy("专家看到的材料不含任何能识别申报方的内容。"),
    )  # fmt: skip
    deadline_at = forms.DateTimeField(
        label=gettext_lazy("评分截止"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )
    place = forms.CharField(label=gettext_lazy("地点"), max_length=200, required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = Scheme.objects.exclude(code=EXPERT_BASE).order_by("number")
        newest = dict(offered.values_list("code", "pk"))
        own = {o.department_id for o in actor.offices if o.role == "review_secretary" and o.department_id is not None}
        scheme, department = self.fields["scheme"], self.fields["department"]
        scheme.queryset = Scheme.objects.filter(pk__in=newest.values())  # type: ignore[attr-defined]
        department.queryset = Department.objects.filter(pk__in=own)  # type: ignore[attr-defined]
        if len(own) == 1:
            self.initial.setdefault("department", next(iter(own)))


class QuotaForm(forms.Form):
    """How many members and alternates of each stratum; a field pair a stratum."""

    def __init__(self, *args: Any, suggested: list[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = [row["name"] for row in suggested]
        for row in suggested:
            name = row["name"]
            for part, word in (("quota", _("正式")), ("alternates", _("候补"))):
                self.fields[f"{part}_{name}"] = forms.IntegerField(
                    label=_("%(name)s 门类%(word)s（人）") % {"name": subjects.said(name) or _("未填"), "word": word},
                    min_value=0,
                    max_value=2000,
                    initial=row[part],
                )

    def strata(self) -> list[dict[str, Any]]:
        """Return the quotas as the draw takes them."""
        given = self.cleaned_data
        return [{"name": n, "quota": given[f"quota_{n}"], "alternates": given[f"alternates_{n}"]} for n in self.names]


class DrawForm(forms.Form):
    """The draw itself: nothing, or a public random value nobody could know before."""

    public_value = forms.CharField(
        label=gettext_lazy("公开随机数"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("可不填。填写名单锁定之后才公开、事先无人能知的数值，例如当日某彩票开奖号码及其期号。"),
    )


class RunForm(forms.Form):
    """What an assignment aims at."""

    objective = forms.ChoiceField(
        label=gettext_lazy("目标"),
        choices=AssignmentRun.Objective.choices,
        widget=forms.RadioSelect,
        initial="fair",
        help_text=gettext_lazy(
            "总匹配分最高：全部材料合计最好。先保最差一对：先让匹配最差的一对尽量好，再求合计。"
            "限定概率随机：任何一对的概率不超过上限，再按种子抽定，防止事先猜中由谁评审。"
        ),
    )


class PairForm(forms.Form):
    """A reader exchanged by hand."""

    seat_out = forms.ModelChoiceField(label=gettext_lazy("换下"), queryset=Seat.objects.none(), required=False)
    seat_in = forms.ModelChoiceField(label=gettext_lazy("换上"), queryset=Seat.objects.none())
    reason = forms.CharField(label=gettext_lazy("理由"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, readers: Any, others: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seat_out"].queryset = readers  # type: ignore[attr-defined]
        self.fields["seat_in"].queryset = others  # type: ignore[attr-defined]


class WishForm(forms.Form):
    """One choice for each blind title."""

    CHOICES = (("0", gettext_lazy("无所谓")), ("1", gettext_lazy("愿意评")), ("-1", gettext_lazy("不愿评")))

    def __init__(self, *args: Any, titles: dict[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, title in titles.items():
            self.fields[f"wish_{key}"] = forms.ChoiceField(label=title, choices=self.CHOICES)

    def wanted(self) -> dict[int, int]:
        """Return proposal key → 1, 0 or -1."""
        return {int(name.removeprefix("wish_")): int(value) for name, value in self.cleaned_data.items()}


class ServedForm(forms.Form):
    """How an expert served in a round, and what is owed for it."""

    points = forms.TypedChoiceField(
        label=gettext_lazy("履职评价"),
        coerce=int,
        choices=[
            (5, gettext_lazy("很好")),
            (4, gettext_lazy("好")),
            (3, gettext_lazy("一般")),
            (2, gettext_lazy("较差")),
            (1, gettext_lazy("很差")),
        ],
    )
    note = forms.CharField(label=gettext_lazy("说明"), max_length=200, required=False)
    amount = forms.DecimalField(
        label=gettext_lazy("专家费（元）"), min_value=0, max_digits=10, decimal_places=2, required=False,
        help_text=gettext_lazy("只记金额和状态；收款信息不进入本系统。"),
    )  # fmt: skip
    state = forms.ChoiceField(label=gettext_lazy("发放状态"), choices=FeeLine.State.choices)


class CodeForm(forms.Form):
    """The one-time code of an invitation."""

    code = forms.CharField(
        label=gettext_lazy("验证码"),
        min_length=6,
        max_length=6,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class AcceptForm(forms.Form):
    """The pledge of a reviewer."""

    pledged = forms.BooleanField(
        label=gettext_lazy("本人与申报方没有应当回避的关系，承诺独立、公正评审并保守秘密。"), required=False
    )


class BudgetForm(forms.Form):
    """What a funded set must keep to."""

    budget = forms.DecimalField(label=gettext_lazy("预算（元）"), min_value=0, max_digits=14, decimal_places=2)
    count_most = forms.IntegerField(label=gettext_lazy("最多立项数"), min_value=0, required=False)
    county_most = forms.IntegerField(label=gettext_lazy("每个县区最多"), min_value=0, required=False)
    field_most = forms.IntegerField(label=gettext_lazy("每个学科门类最多"), min_value=0, required=False)


class CutForm(forms.Form):
    """Where the line of a ranking is drawn."""

    cut = forms.IntegerField(label=gettext_lazy("入选线（名次）"), min_value=0, max_value=100_000, initial=0)


def whole_number(text: str, *, most: int = 100_000) -> int | None:
    """Return a number typed into an address, ``None`` for nonsense."""
    return int(text) if text.isdecimal() and len(text) < DIGITS_MOST and int(text) <= most else None

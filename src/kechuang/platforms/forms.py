"""Forms by which the register is kept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.directory.forms import DayField, OrganisationField
from kechuang.directory.models import County, Department
from kechuang.kernel.files import ACCEPTED
from kechuang.kernel.uploads import PAPERS_SAID, UploadField
from kechuang.platforms.models import Level, Platform, PlatformKind, Recognition
from kechuang.platforms.own import DIGITS, PREFIX, TEXT_LENGTH, OwnField, own_fields
from kechuang.platforms.selectors.reference import direction_choices
from kechuang.pure.process import Step

RECOGNISED = [(level.value, level.label) for level in Level if level != Level.CULTIVATED]


class ReasonField(forms.CharField):
    """Why something is done: it stands in the record for good."""

    def __init__(self) -> None:
        super().__init__(label=gettext_lazy("理由"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class PlatformField(forms.CharField):
    """A platform, named by its number."""

    def prepare_value(self, value: Any) -> Any:
        """Show a platform by its number."""
        return value.number if isinstance(value, Platform) else value

    def clean(self, value: Any) -> Any:
        """Return the platform, or ``None`` for an empty optional field."""
        text = super().clean(value)
        if not text:
            return None
        found = Platform.objects.filter(number=text.upper(), sensitive=False).first()
        if found is None:
            raise ValidationError(_("没有编号为“%(text)s”的公开平台。") % {"text": text})
        return found


def _directions() -> list[tuple[str, str]]:
    return [("", _("未填")), *direction_choices()]


def _own_input(field: OwnField) -> forms.Field:
    """Return the input for one of a type's own fields; none of them must be filled in."""
    asked: dict[str, Any] = {"label": field.titled, "required": False}
    if field.kind == "integer":
        return forms.IntegerField(min_value=0, **asked)
    if field.kind == "decimal":
        return forms.DecimalField(min_value=0, **asked)
    if field.kind == "date":
        return DayField(**asked)
    if field.kind == "text":
        return forms.CharField(max_length=TEXT_LENGTH, **asked)
    said = [("yes", _("是")), ("no", _("否"))] if field.kind == "boolean" else [(one, one) for one in field.choices]
    return forms.ChoiceField(choices=[("", _("未填")), *said], **asked)


class PlatformFields(forms.Form):
    """The dated fields of a platform; names are those of ``services.tracks.FIELDS``.

    After them stand the own fields of one type. ``own_for`` carries which type that is, so that a form sent
    with another type is shown once more with that type's fields (``asked_again``) instead of being carried out.
    """

    own_required = False

    name = forms.CharField(label=gettext_lazy("平台名称"), max_length=200)
    kind = forms.ModelChoiceField(label=gettext_lazy("类别"), queryset=PlatformKind.objects.all())
    host = OrganisationField(label=gettext_lazy("依托单位"))
    department = forms.ModelChoiceField(
        label=gettext_lazy("归口部门"),
        queryset=Department.objects.all(),
        required=False,
        help_text=gettext_lazy("留空即按归口表。"),
    )
    county = forms.ModelChoiceField(
        label=gettext_lazy("所在县区"),
        queryset=County.objects.all(),
        required=False,
        help_text=gettext_lazy("与依托单位所在县区不同时填写；留空即随依托单位。"),
    )
    industry_code = forms.CharField(
        label=gettext_lazy("行业代码"), max_length=5, required=False, help_text=gettext_lazy("GB/T 4754，例如 C2720。")
    )
    direction = forms.ChoiceField(label=gettext_lazy("产业方向"), choices=_directions, required=False)
    director = forms.CharField(label=gettext_lazy("负责人"), max_length=60, required=False)
    governance = forms.CharField(label=gettext_lazy("治理方式"), max_length=200, required=False)
    team = forms.CharField(label=gettext_lazy("领军人才与团队"), max_length=200, required=False)
    own_for = forms.ModelChoiceField(queryset=PlatformKind.objects.all(), required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own_kind = self._kind_named("own_for") if self.is_bound else self.initial.get("kind")
        self.initial["own_for"] = self.own_kind
        self.own = own_fields(self.own_kind) if self.own_kind else ()
        self.fields.update({f"{PREFIX}{field.code}": _own_input(field) for field in self.own})
        self.order_fields([*PlatformFields.base_fields, *(f"{PREFIX}{field.code}" for field in self.own)])

    def asked_again(self) -> PlatformFields | None:
        """Return the same form with the chosen type's own fields where another type's, or none, were shown."""
        if not self.is_bound or not (self.own_kind or self.own_required):
            return None
        chosen = self._kind_named("kind")
        if chosen is None or chosen == self.own_kind or not chosen.extra_fields:
            return None
        data = dict(self.data.items())
        data["own_for"] = str(chosen.pk)
        return type(self)(data, initial=self.initial)

    def clean(self) -> dict[str, Any]:
        """Gather the own fields under their codes, as the services take them."""
        values: dict[str, Any] = super().clean() or {}
        values.pop("own_for", None)
        if self.own_kind is not None and values.get("kind") == self.own_kind:
            values["extras"] = {field.code: values.get(f"{PREFIX}{field.code}") for field in self.own}
        for field in self.own:
            values.pop(f"{PREFIX}{field.code}", None)
        return values

    def _kind_named(self, name: str) -> PlatformKind | None:
        key = str(self.data.get(name) or "")
        return PlatformKind.objects.filter(pk=int(key)).first() if key.isdecimal() and len(key) < DIGITS else None


class RegisterForm(PlatformFields):
    """A platform that is to be entered."""

    own_required = True

    since = DayField(label=gettext_lazy("起"), help_text=gettext_lazy("自哪一天起培育或运行；认定日期不能早于这一天。"))
    parent = PlatformField(
        label=gettext_lazy("孵化自"), required=False, help_text=gettext_lazy("由哪个平台孵化而来，填写其编号。")
    )
    sensitive = forms.BooleanField(
        label=gettext_lazy("不公开"),
        required=False,
        help_text=gettext_lazy("勾选后社会公众在任何日期都看不到这个平台。"),
    )


class AmendmentForm(PlatformFields):
    """A change or a correction: only the fields that were altered are sent on."""

    on = DayField(label=gettext_lazy("生效日期"))
    reason = ReasonField()
    document_number = forms.CharField(label=gettext_lazy("依据文号"), max_length=80, required=False)

    def altered(self) -> dict[str, Any]:
        """Return the values of the platform's own fields that differ from what was shown."""
        own = set(PlatformFields.base_fields) - {"own_for"}
        values = {name: self.cleaned_data[name] for name in self.changed_data if name in own}
        given = self.cleaned_data.get("extras", {})
        extras = {code: value for code, value in given.items() if f"{PREFIX}{code}" in self.changed_data}
        return {**values, "extras": extras} if extras else values


class MoveForm(forms.Form):
    """A step of a platform's life: reason, document and the day it takes effect."""

    on = DayField(label=gettext_lazy("生效日期"))
    document_number = forms.CharField(label=gettext_lazy("文号"), max_length=80, required=False)
    reason = ReasonField()

    def __init__(self, *args: Any, step: Step, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = step.reason_required or "rectification_report" in step.needs
        self.fields["document_number"].required = bool({"revocation_document", "objection_founded"} & set(step.needs))


class RecognitionForm(forms.Form):
    """The document by which a level was given."""

    level = forms.ChoiceField(label=gettext_lazy("级别"), choices=RECOGNISED)
    recognised_on = DayField(label=gettext_lazy("认定日期"), help_text=gettext_lazy("认定文件上的日期。"))
    document_number = forms.CharField(label=gettext_lazy("认定文号"), max_length=80)
    recognised_by = forms.CharField(label=gettext_lazy("认定机关"), max_length=120)
    certificate = forms.CharField(label=gettext_lazy("证书编号"), max_length=80, required=False)
    scan = UploadField(
        label=gettext_lazy("认定文件扫描件"),
        required=False,
        help_text=PAPERS_SAID,
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
    )


class ReasonForm(forms.Form):
    """A step that asks for no more than why."""

    reason = ReasonField()

    def __init__(self, *args: Any, step: Step, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = step.reason_required


class ConfirmForm(forms.Form):
    """Confirming a record, and whether it ends the lower levels."""

    end_lower = forms.BooleanField(
        label=gettext_lazy("同时终止较低级别的认定（升级）"),
        required=False,
        help_text=gettext_lazy("不勾选，则较低级别的认定继续有效。"),
    )


class EndForm(forms.Form):
    """Ending a recognition in force."""

    on = DayField(label=gettext_lazy("终止日期"), help_text=gettext_lazy("这一天起不再有效。"))
    ending = forms.ChoiceField(label=gettext_lazy("终止原因"), choices=Recognition.Ending.choices)
    reason = ReasonField()


class PartnerForm(forms.Form):
    """An organisation that joins the platform."""

    organisation = OrganisationField(label=gettext_lazy("共建单位"))
    start = DayField(label=gettext_lazy("起"))


class DayForm(forms.Form):
    """Nothing but a day."""

    on = DayField(label=gettext_lazy("自哪一天起"))


class ConcealForm(forms.Form):
    """Whether the public sees the platform."""

    sensitive = forms.BooleanField(label=gettext_lazy("不公开"), required=False)
    reason = ReasonField()


class StartForm(forms.Form):
    """The day since which the register knows the platform."""

    since = DayField(
        label=gettext_lazy("起"),
        help_text=gettext_lazy("自哪一天起培育或运行；不能晚于首次认定和其后已登记的变更。"),
    )
    reason = ReasonField()
    document_number = forms.CharField(label=gettext_lazy("依据文号"), max_length=80, required=False)


class DeriveForm(forms.Form):
    """Which platform this one grew out of."""

    parent = PlatformField(
        label=gettext_lazy("孵化自"), required=False, help_text=gettext_lazy("填写平台编号；留空表示不由其他平台孵化。")
    )
    reason = ReasonField()


class TransferForm(forms.Form):
    """Another department for a type at a level."""

    department = forms.ModelChoiceField(label=gettext_lazy("新的归口部门"), queryset=Department.objects.all())
    on = DayField(label=gettext_lazy("生效日期"))
    document = forms.CharField(label=gettext_lazy("依据文件"), max_length=200)


class WhyForm(forms.Form):
    """Which platform is looked for and not seen."""

    number = forms.CharField(
        label=gettext_lazy("平台编号"), max_length=20, help_text=gettext_lazy("例如 PT-2023-0007。")
    )

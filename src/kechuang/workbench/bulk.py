"""Several cases at once: what an act would do to each is shown first, done row by row, and taken back where it can be.

The preview carries every act out inside a transaction that is undone: what it says is what the
services say, refusals included.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from kechuang.directory.models import User
from kechuang.directory.selectors import actor_for
from kechuang.kernel import case_acts, inbox
from kechuang.kernel.access import Actor
from kechuang.kernel.desks import desk_of
from kechuang.kernel.errors import Refused
from kechuang.kernel.inbox import Item
from kechuang.kernel.models import CaseWatch
from kechuang.kernel.processes import process_of
from kechuang.kernel.web import Request
from kechuang.ui.parts import Crumb
from kechuang.ui.resource import DayInput
from kechuang.workbench.services import colleagues_of

MOST = 100
STEP = "step:"
"""How acts that take a step are named: ``step:approve``."""
WORDS = {
    "remind": gettext_lazy("催办"),
    "assign": gettext_lazy("移交"),
    "copy": gettext_lazy("抄送"),
    "supervise": gettext_lazy("督办"),
    "release": gettext_lazy("解除督办"),
}
OF_TABS = {
    "todo": ("assign", "copy"),
    "done": ("remind", "copy"),
    "started": ("remind", "copy"),
    "copied": (),
    "supervised": ("remind", "release"),
}
UNDONE = ("assign", "remind")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an act does, or did, to one case; ``refusal`` says why not."""

    item: Item
    effect: str = ""
    refusal: str = ""


class ActForm(forms.Form):
    """What an act on several cases still has to be told."""

    to = forms.ChoiceField(label=_("接办人"))
    person = forms.CharField(label=_("抄送给"), max_length=150, help_text=gettext_lazy("对方的姓名或用户名。"))
    reason = forms.CharField(label=_("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    words = forms.CharField(label=_("督办要求"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    until = forms.DateField(label=_("要求办结日期"), widget=DayInput)

    FIELDS = {
        "assign": ("to", "reason"),
        "remind": ("reason",),
        "copy": ("person", "reason"),
        "supervise": ("words", "until"),
    }

    def __init__(self, data: Any, *, act: str, actor: Actor) -> None:
        super().__init__(data, initial={"until": actor.today + timedelta(days=7)})
        kept = self.FIELDS.get(act, ())
        for name in [name for name in self.fields if name not in kept]:
            del self.fields[name]
        if act in ("remind", "copy"):
            self.fields["reason"].required = False
            self.fields["reason"].label = _("附言")
        if "to" in self.fields:
            people = [(str(person.pk), str(person)) for person in colleagues_of(actor=actor)]
            self.fields["to"].choices = people  # type: ignore[attr-defined]

    def clean_to(self) -> User:
        """Return the colleague."""
        return User.objects.get(pk=self.cleaned_data["to"])

    def clean_person(self) -> User:
        """Find the person by user name or by the one full name."""
        typed = self.cleaned_data["person"].strip()
        found = list(User.objects.filter(is_active=True, username=typed))
        found = found or list(User.objects.filter(is_active=True, full_name=typed)[:2])
        if not found:
            raise forms.ValidationError(_("没有名为“%(name)s”的人员。") % {"name": typed})
        if len(found) > 1:
            raise forms.ValidationError(_("有多位“%(name)s”，请改用用户名。") % {"name": typed})
        return found[0]


def acts_offered(tab: str, items: list[Item], actor: Actor) -> list[tuple[str, Any]]:
    """Return (act, word) of what may be done with several rows of ``tab`` at once."""
    offered: list[tuple[str, Any]] = []
    if tab == "todo":
        offered += list(dict.fromkeys(step for item in items for step in _steps(item)))
    offered += [(act, WORDS[act]) for act in OF_TABS[tab]]
    if actor.holds(*inbox.SUPERVISORS) and tab in ("todo", "done"):
        offered.append(("supervise", WORDS["supervise"]))
    return offered if items else []


@login_required
def act(request: Request) -> HttpResponse:
    """Show what an act would do to the chosen cases; a POST does it, row by row."""
    told = request.POST if request.method == "POST" else request.GET
    wanted = told.get("act", "")
    keys = [int(key) for key in told.getlist("case") if key.isdecimal()][:MOST]
    items = inbox.items_of(request.actor, dict.fromkeys(keys))
    if not items:
        messages.warning(request, _("请先勾选要办理的事项。"))
        return redirect(_back(told.get("back", "")))
    word = _word(wanted, items)
    form = ActForm(request.POST or None, act=wanted, actor=request.actor)
    if request.method == "POST" and (not form.fields or form.is_valid()):
        return _done(request, wanted, word, items, form.cleaned_data if form.fields else {})
    context = {
        "heading": _("%(act)s：%(number)d 件") % {"act": word, "number": len(items)},
        "crumbs": [Crumb(_("工作台"), reverse("workbench:desk")), Crumb(str(word))],
        "act": wanted,
        "word": word,
        "form": form,
        "back": told.get("back", ""),
        "outcomes": [_tried(request.actor, wanted, item) for item in items],
        "undoable": wanted in UNDONE,
        "back_url": _back(told.get("back", "")),
    }
    return render(request, "workbench/act.html", context)


@login_required
@require_POST
def undo(request: Request, batch: UUID) -> HttpResponse:
    """Take back what was just done with one press."""
    try:
        number = case_acts.acts_undo(batch=batch, actor=request.actor)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已撤销 %(number)d 件。") % {"number": number})
    return redirect(_back(request.POST.get("back", "")))


def _done(request: Request, wanted: str, word: Any, items: list[Item], values: dict[str, Any]) -> HttpResponse:
    batch = uuid4()
    outcomes = [_carried(request.actor, wanted, item, values, batch) for item in items]
    number = sum(not one.refusal for one in outcomes)
    context = {
        "heading": _("%(act)s：办了 %(done)d 件，%(left)d 件未办")
        % {"act": word, "done": number, "left": len(items) - number},
        "crumbs": [Crumb(_("工作台"), reverse("workbench:desk")), Crumb(str(word))],
        "outcomes": outcomes,
        "batch": batch if wanted in UNDONE and number else None,
        "back": request.POST.get("back", ""),
        "back_url": _back(request.POST.get("back", "")),
    }
    return render(request, "workbench/acted.html", context)


def _carried(actor: Actor, wanted: str, item: Item, values: dict[str, Any], batch: UUID) -> Outcome:
    """Do the act to one case in a transaction of its own."""
    try:
        with transaction.atomic():
            return Outcome(item, effect=_act_of(wanted)(actor, item, values, batch))
    except Refused as refusal:
        return Outcome(item, refusal=str(refusal))


def _tried(actor: Actor, wanted: str, item: Item) -> Outcome:
    """Say what the act would do: it is done and undone again; what still has to be told is left out."""
    if wanted in ("assign", "copy", "supervise"):
        return _foreseen(actor, wanted, item)
    try:
        with transaction.atomic():
            effect = _act_of(wanted)(actor, item, {}, uuid4())
            transaction.set_rollback(True)
    except Refused as refusal:
        return Outcome(item, refusal=str(refusal))
    return Outcome(item, effect=effect)


def _foreseen(actor: Actor, wanted: str, item: Item) -> Outcome:
    if wanted == "copy":
        return Outcome(item, effect=_("对方将在“抄送”中看到该办件"))
    if item.case.closed:
        return Outcome(item, refusal=_("该办件已办结。"))
    if wanted == "assign":
        if not case_acts.may_assign(actor, item.case):
            return Outcome(item, refusal=_("该办件不在您的案头，不能移交。"))
        return Outcome(item, effect=_("由 %(holder)s 改为接办人承办") % {"holder": item.case.holder or _("未分办")})
    if CaseWatch.objects.filter(case=item.case, ended_at=None).exists():
        return Outcome(item, refusal=_("该办件正在督办；须先解除原有的督办。"))
    return Outcome(item, effect=_("列入督办，承办人与其负责人可见"))


def _act_of(wanted: str) -> Callable[[Actor, Item, dict[str, Any], UUID], str]:
    if wanted.startswith(STEP):
        return lambda actor, item, values, batch: _step(actor, item, wanted.removeprefix(STEP))
    return {"remind": _remind, "assign": _assign, "copy": _copy, "supervise": _supervise, "release": _release}[wanted]


def _step(actor: Actor, item: Item, name: str) -> str:
    desk = desk_of(item.case.content_type_id)
    if desk is None or name not in {step.removeprefix(STEP) for step, _word in _steps(item)}:
        raise Refused(_("当前环节“%(state)s”不能这样办理。") % {"state": item.case.state_label})
    desk.acts[name](item.obj, actor)
    item.obj.refresh_from_db(fields=["state"])
    after = process_of(item.obj.process_version_id).state(item.obj.state).label
    return _("%(before)s → %(after)s") % {"before": item.case.state_label, "after": after}


def _remind(actor: Actor, item: Item, values: dict[str, Any], batch: UUID) -> str:
    case_acts.case_remind(case=item.case, actor=actor, batch=batch, reason=values.get("reason", ""))
    return _("提醒 %(holder)s") % {"holder": item.case.holder or _("承办岗位的全部人员")}


def _assign(actor: Actor, item: Item, values: dict[str, Any], batch: UUID) -> str:
    person = values["to"]
    to = actor_for(user=person, on=actor.today)
    case_acts.case_assign(case=item.case, to=to, actor=actor, reason=values["reason"], batch=batch)
    return _("由 %(person)s 承办") % {"person": person}


def _copy(actor: Actor, item: Item, values: dict[str, Any], batch: UUID) -> str:
    to = actor_for(user=values["person"], on=actor.today)
    case_acts.case_copy(case=item.case, to=to, actor=actor, words=values.get("reason", ""))
    return _("已抄送 %(person)s") % {"person": values["person"]}


def _supervise(actor: Actor, item: Item, values: dict[str, Any], batch: UUID) -> str:
    case_acts.case_supervise(case=item.case, actor=actor, words=values["words"], until=values["until"])
    return _("列入督办，%(day)s 前办结") % {"day": values["until"]}


def _release(actor: Actor, item: Item, values: dict[str, Any], batch: UUID) -> str:
    watch = CaseWatch.objects.filter(case=item.case, ended_at=None).first()
    if watch is None:
        raise Refused(_("该办件没有督办。"))
    case_acts.case_release(watch=watch, actor=actor)
    return _("已解除督办")


def _steps(item: Item) -> list[tuple[str, str]]:
    """Return the steps of a row that need no more than a press."""
    desk = desk_of(item.case.content_type_id)
    leaving = process_of(item.obj.process_version_id).leaving(item.obj.state)
    return [
        (f"{STEP}{step.name}", str(step.label))
        for step in leaving
        if desk and step.name in desk.acts and not step.asks and not step.reason_required
    ]


def _word(wanted: str, items: list[Item]) -> Any:
    if wanted in WORDS:
        return WORDS[wanted]
    labels = dict(step for item in items for step in _steps(item))
    if wanted not in labels:
        raise Http404
    return labels[wanted]


def _back(query: str) -> str:
    return f"{reverse('workbench:desk')}?{query or 'tab=todo'}"

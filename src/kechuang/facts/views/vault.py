"""The evidence vault: what an organisation can prove, until when, and what each proof serves."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.facts import access, selectors, services
from kechuang.facts.forms import EvidenceFields, EvidenceForm, ReasonForm
from kechuang.facts.models import Evidence
from kechuang.facts.selectors.evidence import Usages
from kechuang.facts.values import value_said
from kechuang.facts.views.reach import LARGEST, in_matters, unit_crumbs, unit_seen
from kechuang.kernel.files import attachment_response, named
from kechuang.kernel.web import Request
from kechuang.ui.acts import carried_out
from kechuang.ui.formats import day, moment
from kechuang.ui.parts import Action, Crumb, Section
from kechuang.ui.parts import Fact as Shown
from kechuang.ui.tables import Cell, Head, Table

STANDINGS = {
    "valid": ("normal", gettext_lazy("有效")),
    "soon": ("due_soon", gettext_lazy("将到期")),
    "expired": ("overdue", gettext_lazy("已过期")),
    "withdrawn": ("missed", gettext_lazy("已撤回")),
    "not_yet": ("todo", gettext_lazy("未生效")),
}


@login_required
def vault(request: Request, key: int) -> HttpResponse:
    """List an organisation's evidence, withdrawn and expired included, each with what it serves."""
    organisation = unit_seen(request, key)
    on = request.actor.today
    rows = list(selectors.evidence_for(organisation=organisation, actor=request.actor))
    soon = {one.pk for one in selectors.evidence_running_out(organisation=organisation, on=on)}
    may_keep = access.may_keep(request.actor, "keep", organisation)
    upload = Action(_("上传佐证"), reverse("facts:evidence_keep", args=[key]), primary=True)
    context = {
        "heading": _("佐证库"),
        "number": organisation.name,
        "lead": _("证书、报告上传一次，各类申报共用；到期前 60 天提醒，撤回后不能再支持新的数据。"),
        "crumbs": unit_crumbs(organisation, Crumb(_("佐证库"))),
        "actions": [upload] if may_keep else [],
        "soon": [one for one in rows if one.pk in soon],
        "table": _table(rows, soon, request),
    }
    return render(request, "facts/vault.html", context)


@login_required
def keep(request: Request, key: int) -> HttpResponse:
    """Put a file into the vault."""
    organisation = unit_seen(request, key, "keep")
    form = EvidenceForm(request.POST or None, request.FILES or None)
    kept: list[Evidence] = []
    before = Evidence.objects.filter(organisation=organisation).count()
    if carried_out(
        form,
        lambda values: kept.append(services.evidence_keep(organisation=organisation, actor=request.actor, **values)),
    ):
        if Evidence.objects.filter(organisation=organisation).count() == before:
            messages.info(request, _("这个文件已在佐证库中，名为“%(title)s”，没有重复保存。") % {"title": kept[0]})
        else:
            messages.success(request, _("佐证已入库。"))
        return redirect("facts:evidence", kept[0].pk)
    back = reverse("facts:vault", args=[key])
    words = {"heading": _("上传佐证"), "submit_label": _("上传入库"), "cancel_url": back}
    crumbs = unit_crumbs(organisation, Crumb(_("佐证库"), back), Crumb(_("上传佐证")))
    return render(request, "ui/form_page.html", {**words, "number": organisation.name, "form": form, "crumbs": crumbs})


@login_required
def evidence(request: Request, key: int) -> HttpResponse:
    """Show one evidence: its file, its validity, the facts it supports and the matters it serves."""
    found = _seen(request, key)
    usages = selectors.evidence_usages(evidence=found)
    light, word = STANDINGS[found.standing(request.actor.today)]
    context = {
        "heading": found.title,
        "number": found.organisation.name,
        "state": light,
        "state_word": word,
        "crumbs": _crumbs(found),
        "actions": _actions(request, found),
        "sections": [
            Section("file", _("文件"), facts=_file_facts(request, found)),
            Section("facts", _("支持的数据"), table=_facts_table(usages.facts)),
            Section("uses", _("服务的事项"), table=_uses_table(usages)),
        ],
    }
    return render(request, "ui/detail.html", context)


@login_required
def change(request: Request, key: int) -> HttpResponse:
    """Correct an evidence's name and validity."""
    found = _seen(request, key, "change")
    names = ("title", "kind", "valid_from", "valid_to")
    form = EvidenceFields(request.POST or None, initial={name: getattr(found, name) for name in names})
    return _carried(
        request,
        found,
        form,
        lambda values: services.evidence_amend(evidence=found, actor=request.actor, **values),
        {"heading": _("修改佐证"), "submit_label": _("保存")},
    )


@login_required
def withdraw(request: Request, key: int) -> HttpResponse:
    """Withdraw an evidence: first what it supports, then the reason."""
    found = _seen(request, key, "withdraw")
    if found.withdrawn_at is not None:
        raise Http404
    usages = selectors.evidence_usages(evidence=found)
    affected = [
        f"{fact.year or ''} {fact.metric.titled}：{value_said(fact.metric, fact.value)}" for fact in usages.facts
    ]
    words = {
        "heading": _("撤回佐证"),
        "submit_label": _("撤回"),
        "consequence": _("撤回后不能再支持新的数据；已用到它的地方保留，并标明已撤回。"),
        "affected": [*affected, *(use.by for use in usages.uses)],
    }
    return _carried(
        request,
        found,
        ReasonForm(request.POST or None),
        lambda values: services.evidence_withdraw(evidence=found, actor=request.actor, **values),
        words,
        template="ui/confirm.html",
    )


@login_required
def download(request: Request, key: int) -> HttpResponseBase:
    """Give the file to those who may read it."""
    return attachment_response(_seen(request, key, "download").attachment)


def _carried(
    request: Request,
    found: Evidence,
    form: BaseForm,
    act: Any,
    words: dict[str, Any],
    *,
    template: str = "ui/form_page.html",
) -> HttpResponse:
    back = reverse("facts:evidence", args=[found.pk])
    if carried_out(form, act):
        messages.success(request, _("已办理：%(what)s。") % {"what": words["heading"]})
        return redirect(back)
    context = {"number": found.title, "form": form, "cancel_url": back, "crumbs": _crumbs(found), **words}
    return render(request, template, context)


def _seen(request: Request, key: int, action: str = "view") -> Evidence:
    if key > LARGEST:
        raise Http404
    rows = Evidence.objects.select_related("organisation", "attachment", "withdrawn_by").filter(pk=key)
    found = access.EVIDENCE.visible(rows, request.actor, action).first()
    if found is None:
        raise Http404
    in_matters(request)
    return found


def _crumbs(found: Evidence) -> list[Crumb]:
    back = reverse("facts:vault", args=[found.organisation_id])
    return unit_crumbs(found.organisation, Crumb(_("佐证库"), back), Crumb(found.title))


def _actions(request: Request, found: Evidence) -> list[Action]:
    actions = []
    if access.EVIDENCE.may(request.actor, "download", found):
        actions.append(Action(_("打开文件"), reverse("facts:evidence_file", args=[found.pk])))
    if found.withdrawn_at is None and access.EVIDENCE.may(request.actor, "change", found):
        actions.append(Action(_("修改"), reverse("facts:evidence_change", args=[found.pk])))
        actions.append(Action(_("撤回"), reverse("facts:evidence_withdraw", args=[found.pk]), danger=True))
    return actions


def _validity(found: Evidence) -> str:
    if found.valid_from is None and found.valid_to is None:
        return _("长期有效")
    return f"{day(found.valid_from) if found.valid_from else ''}—{day(found.valid_to) if found.valid_to else _('长期')}"


def _file_facts(request: Request, found: Evidence) -> tuple[Shown, ...]:
    shown = [
        Shown(_("佐证类别"), found.get_kind_display()),
        Shown(_("有效期"), _validity(found)),
        Shown(_("文件"), named(found.attachment), note=f"SHA-256 {found.digest[:12]}"),
        Shown(_("入库时间"), moment(found.kept_at)),
    ]
    if found.withdrawn_at is not None:
        shown.append(
            Shown(_("撤回"), found.reason, note=f"{found.withdrawn_by} {moment(found.withdrawn_at)}", wide=True)
        )
    return tuple(shown)


def _table(rows: list[Evidence], soon: set[int], request: Request) -> Table:
    labels = (_("名称"), _("类别"), _("有效期"), _("状态"), _("支持数据"), _("服务事项"))
    cells = []
    for row in rows:
        light, word = STANDINGS["soon" if row.pk in soon else row.standing(request.actor.today)]
        counts: Any = row
        cells.append(
            (
                Cell(named(row.attachment, row.title), href=reverse("facts:evidence", args=[row.pk]), label=labels[0]),
                Cell(row.get_kind_display(), label=labels[1]),
                Cell(_validity(row), label=labels[2]),
                Cell(word, light=light, label=labels[3]),
                Cell(counts.facts_count, numeric=True, label=labels[4]),
                Cell(counts.uses_count, numeric=True, label=labels[5]),
            )
        )
    heads = tuple(Head(label, numeric=place > 3) for place, label in enumerate(labels))  # noqa: PLR2004 - two counts
    return Table(
        heads,
        tuple(cells),
        caption=_("佐证库"),
        empty=_("佐证库还是空的。"),
        advice=_("上传一次，以后各类申报都可选用。"),
    )


def _facts_table(facts: list[Any]) -> Table:
    labels = (_("指标"), _("对象"), _("年度"), _("数据"), _("状态"))
    keys = {(fact.subject_kind, fact.subject_id) for fact in facts}
    titles = selectors.names_of(list(keys))
    rows = tuple(
        (
            Cell(fact.metric.titled, label=labels[0]),
            Cell(titles.get((fact.subject_kind, fact.subject_id), ""), label=labels[1]),
            Cell(str(fact.year or _("不分年度")), label=labels[2]),
            Cell(value_said(fact.metric, fact.value), numeric=True, label=labels[3]),
            Cell(fact.get_status_display(), label=labels[4]),
        )
        for fact in facts
    )
    heads = tuple(Head(label, numeric=place == 3) for place, label in enumerate(labels))  # noqa: PLR2004 - the figure
    return Table(heads, rows, caption=_("支持的数据"), empty=_("还没有数据引用这件佐证。"))


def _uses_table(usages: Usages) -> Table:
    labels = (_("事项"), _("时间"))
    rows = tuple(
        (Cell(use.by, href=use.url, label=labels[0]), Cell(moment(use.used_at), label=labels[1])) for use in usages.uses
    )
    return Table(
        tuple(Head(label) for label in labels), rows, caption=_("服务的事项"), empty=_("还没有事项使用这件佐证。")
    )

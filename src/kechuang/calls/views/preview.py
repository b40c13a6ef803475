"""Walking an item with made-up data before it is published: nothing is stored but in the officer's own session."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from kechuang.calls import access
from kechuang.calls.form.asking import asked_codes
from kechuang.calls.form.boxes import Box, boxes_of
from kechuang.calls.form.completeness import missing, progress
from kechuang.calls.form.inputs import SINGLE, SectionForm
from kechuang.calls.form.samples import sample
from kechuang.calls.selectors import offers
from kechuang.catalogue.bodies import Role
from kechuang.catalogue.items import ServiceItem
from kechuang.catalogue.loading import installed_root
from kechuang.catalogue.reading import read_yaml
from kechuang.catalogue.spoken import process_said
from kechuang.catalogue.words import Words
from kechuang.kernel.web import Request
from kechuang.ui.parts import Action, Crumb


@lru_cache(maxsize=1)
def spoken_words() -> tuple[dict[str, str], Words]:
    """Return the names of the roles and the words of processes, read once."""
    base = installed_root() / "base"
    roles: tuple[Role, ...] = read_yaml(base / "roles.yaml", "base/roles.yaml", tuple[Role, ...])
    words: Words = read_yaml(base / "words.yaml", "base/words.yaml", Words)
    return {role.code: role.label for role in roles}, words


@login_required
def preview(request: Request, code: str) -> HttpResponse:
    """Show an item's form with made-up data, what would be missing, and its process step by step."""
    row = offers.item_offered(code)
    if not access.ITEMS.may(request.actor, "preview", row):
        raise Http404
    definition = offers.definition_now(row)
    year = request.actor.today.year - 1
    key = f"calls-preview:{code}"
    boxes = boxes_of(definition, year=year)
    if request.method == "POST":
        return _typed(request, key, boxes)
    answers: dict[str, Any] = request.session.get(key, {})
    asked = asked_codes(definition, answers, year=year)
    process = offers.process_now(definition)
    roles, words = spoken_words()
    context = {
        "heading": _("试走：%(item)s") % {"item": row.title},
        "lead": _("用编造的数据走一遍表单和流程；内容只留在您这次登录中，不保存，也没有人能看到。"),
        "crumbs": [Crumb(row.title, reverse("calls:item", args=[code])), Crumb(_("试走"))],
        "actions": [Action(_("事项页"), reverse("calls:item", args=[code]))],
        "sections": [_section(definition, each, boxes, answers, asked) for each in definition.form],
        "progress": progress(definition, answers, year=year, open_parts=("applicant", "host_admin")),
        "gaps": missing(definition, answers, year=year, parts=("applicant", "host_admin")),
        "states": process_said(process, roles, words) if process else (),
        "item": row,
        "definition": definition,
        "effect": words.label("effects", definition.effect.name) if definition.effect else "",
    }
    return render(request, "calls/preview.html", context)


def _section(
    definition: ServiceItem, section: Any, boxes: list[Box], answers: dict[str, Any], asked: frozenset[str]
) -> dict[str, Any]:
    own = [box for box in boxes if box.section == section.section]
    single = [box for box in own if box.widget in SINGLE]
    form = SectionForm([box for box in single if box.field.code in asked], answers)
    return {
        "section": section,
        "form": form,
        "units": {box.code: box.unit for box in single},
        "lines": [(form[box.code], box.unit) for box in single if box.code in form.fields],
        "others": [(box, box.said(answers.get(box.code))) for box in own if box.widget not in SINGLE],
        "left_out": [box.label for box in own if box.field.code not in asked],
        "by": _("由依托单位填写") if section.by == "host_admin" else "",
    }


def _typed(request: Request, key: str, boxes: list[Box]) -> HttpResponse:
    """Keep what was typed in the session: made-up data, an empty form, or the person's own try."""
    if "fill" in request.POST:
        request.session[key] = {box.code: value for box in boxes if (value := sample(box)) is not None}
    elif "clear" in request.POST:
        request.session.pop(key, None)
    else:
        kept: dict[str, Any] = dict(request.session.get(key, {}))
        form = SectionForm([box for box in boxes if box.widget in SINGLE and _was_sent(request, box)], {}, request.POST)
        form.is_valid()
        request.session[key] = kept | form.cleaned_data
    return redirect(request.path)


def _was_sent(request: Request, box: Box) -> bool:
    """Tell whether the input stood on the page: ticks and choices that are not set are not sent by themselves."""
    return box.section == request.POST.get("section")

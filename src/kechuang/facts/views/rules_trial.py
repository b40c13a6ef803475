"""Other thresholds tried on all organisations: who would gain and who would lose. Nothing is stored."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kechuang.catalogue.rules import RuleSet
from kechuang.directory.models import Organisation
from kechuang.facts.models import RuleVersion
from kechuang.facts.selectors import rules as reading
from kechuang.facts.selectors import rules_everyone as selecting
from kechuang.facts.selectors import rules_trial as trying
from kechuang.facts.selectors import rules_words as words
from kechuang.facts.selectors.rules_bulk import Keys
from kechuang.facts.selectors.rules_everyone import Group, Trial
from kechuang.facts.views.rules_everyone import LISTED, crumbs_of
from kechuang.facts.views.rules_reach import Moment, compare_required, moment_asked, rule_asked
from kechuang.kernel.web import Request
from kechuang.pure.conditions.rules import Rule, Verdict
from kechuang.pure.conditions.values import Unreadable, number_text
from kechuang.ui.formats import thousands
from kechuang.ui.tables import Cell, Head, Table


class TrialForm(forms.Form):
    """The thresholds of a rule, each with how its comparison reads now."""

    def __init__(self, *args: Any, thresholds: list[trying.Threshold], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.thresholds = thresholds
        for each in thresholds:
            now = words.amount(each.value)
            self.fields[each.name] = forms.DecimalField(
                label=each.said,
                help_text=_("现为 %(now)s") % {"now": now},
                required=False,
                initial=number_text(each.value),
                max_digits=18,
                decimal_places=6,
            )

    def changed(self) -> dict[str, Fraction]:
        """Return the thresholds that were given another number."""
        given = ((each, self.cleaned_data.get(each.name)) for each in self.thresholds)
        return {each.name: Fraction(value) for each, value in given if value is not None and value != each.value}


@login_required
@require_safe
def rule_trial(request: Request, code: str) -> HttpResponse:
    """Try other thresholds on all organisations: who would gain and who would lose. Nothing is stored."""
    compare_required(request)
    version, moment = rule_asked(request, code), moment_asked(request)
    rules = reading.rule_of(version.pk)
    fields = trying.thresholds(rules)
    form = TrialForm(request.GET if any(each.name in request.GET for each in fields) else None, thresholds=fields)
    context = {
        "heading": _("调整门槛试算"),
        "number": version.title,
        "lead": _("改动下面的数，看全市哪些单位会由此符合、哪些不再符合；只作试算，不改动规则，也不保存。"),
        "crumbs": crumbs_of(version, _("调整门槛试算")),
        "rule_version": version,
        "moment": moment,
        "form": form,
    }
    if form.is_bound and form.is_valid():
        changed = form.changed()
        if not changed:
            context["nothing"] = _("没有改动任何门槛。")
        elif (after := _tried(form, rules, changed)) is not None:
            found = selecting.trial(before=version, after=after, year=moment.year, on=moment.on, actor=request.actor)
            context |= _outcome(version, moment, found)
            context["changes"] = _changes(fields, changed)
    return render(request, "facts/rules_trial.html", context)


def _tried(form: TrialForm, rules: RuleSet, changed: dict[str, Fraction]) -> Rule | None:
    try:
        return trying.with_thresholds(rules, changed)
    except Unreadable as fault:
        form.add_error(None, fault.message)
        return None


def _changes(fields: list[trying.Threshold], changed: dict[str, Fraction]) -> list[str]:
    return [
        _("%(said)s：%(was)s 改为 %(now)s")
        % {"said": each.said, "was": words.amount(each.value), "now": words.amount(changed[each.name])}
        for each in fields
        if each.name in changed
    ]


def _outcome(version: RuleVersion, moment: Moment, found: Trial) -> dict[str, Any]:
    met_now = sum(count for (before, _after), count in found.counts.items() if before is Verdict.MET)
    met_then = sum(count for (_before, after), count in found.counts.items() if after is Verdict.MET)
    return {
        "outcome": [
            (_("现在符合"), thousands(met_now)),
            (_("改动后符合"), thousands(met_then)),
            (_("由此符合"), thousands(len(found.gained))),
            (_("不再符合"), thousands(len(found.lost))),
        ],
        "judged": thousands(found.size),
        "pairs": _pairs(found),
        "gained": _listed(version, moment, found.gained, _("由此符合的单位")),
        "lost": _listed(version, moment, found.lost, _("不再符合的单位")),
        "counties": _groups(selecting.by_county(found), _("县区")),
        "kinds": _groups(selecting.by_kind(found), _("单位类型")),
    }


def _pairs(found: Trial) -> Table:
    order = (Verdict.MET, Verdict.UNMET, Verdict.UNKNOWN)
    heads = (Head(_("现在")), *(Head(_("改动后%(word)s") % {"word": words.WORDS[one]}, numeric=True) for one in order))
    rows = tuple(
        (
            Cell(words.WORDS[before], label=heads[0].label),
            *(
                Cell(thousands(found.counts.get((before, after), 0)), numeric=True, label=heads[place].label)
                for place, after in enumerate(order, 1)
            ),
        )
        for before in order
    )
    return Table(heads, rows, caption=_("结论的变动"))


def _groups(groups: list[Group], title: str) -> Table:
    labels = (title, _("由此符合"), _("不再符合"))
    rows = tuple(
        (
            Cell(group.label, label=labels[0]),
            Cell(thousands(group.gained), numeric=True, label=labels[1]),
            Cell(thousands(group.lost), numeric=True, label=labels[2]),
        )
        for group in groups
    )
    heads = tuple(Head(label, numeric=place > 0) for place, label in enumerate(labels))
    return Table(heads, rows, caption=title, empty=_("没有单位的结论因此改变。"))


def _listed(version: RuleVersion, moment: Moment, keys: Keys, title: str) -> Table:
    labels = (_("单位"), _("县区"), _("类型"))
    rows = Organisation.objects.filter(pk__in=keys[:LISTED].tolist()).select_related("county")
    cells = tuple(
        (
            Cell(row.name, href=reverse("facts:verdict", args=[version.code, row.pk]) + moment.query, label=labels[0]),
            Cell(row.county.short_name, label=labels[1]),
            Cell(row.get_kind_display(), label=labels[2]),
        )
        for row in rows.order_by("name_key", "pk")
    )
    rest = len(keys) - LISTED
    foot = (Cell(_("另有 %(count)s 家") % {"count": thousands(rest)}), Cell(""), Cell("")) if rest > 0 else ()
    return Table(tuple(Head(label) for label in labels), cells, caption=title, foot=foot, empty=_("没有。"))

"""Taking applications of the intake into a round: what they say, without what tells whose they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kechuang.calls.definitions import form_of
from kechuang.calls.form.boxes import boxes_of
from kechuang.calls.form.comparing import as_text, for_reviewers
from kechuang.calls.models import Application
from kechuang.catalogue.items import ServiceItem, TableField
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import Refused
from kechuang.kernel.processes import process_of
from kechuang.review.models import Expert, Proposal, ProposalIdentity, ProposalPerson, Round
from kechuang.review.services.rounds import proposal_add

REVIEWING = "reviewing"
PERSON = re.compile("姓名|负责人|带头人|主持人|申请人")
TOPIC = {"discipline_code": ("discipline", "discipline_code"), "industry_code": ("industry", "industry_code")}
AMOUNTS = ("amount", "budget", "funding", "requested_amount")
AVOIDED = ("avoided_experts", "experts_to_avoid")
CODE = re.compile(r"^\s*([0-9A-Z.]+)")


def applications_awaiting(round_: Round) -> QuerySet[Application]:
    """Return the department's applications that stand in a review and in no living round."""
    taken = ProposalIdentity.objects.filter(application__isnull=False).exclude(proposal__round__state="cancelled")
    states = [
        (version, state.name)
        for version in Application.objects.filter(department=round_.department)
        .order_by()
        .values_list("process_version_id", flat=True)
        .distinct()
        for state in process_of(version).states
        if REVIEWING in state.marks
    ]
    rows = Application.objects.filter(department=round_.department).exclude(pk__in=taken.values("application_id"))
    keys = [
        row.pk for row in rows.only("pk", "state", "process_version") if (row.process_version_id, row.state) in states
    ]
    return Application.objects.filter(pk__in=keys).select_related("organisation", "call").order_by("number")


@transaction.atomic
def applications_take(*, round_: Round, applications: Iterable[Application], actor: Actor) -> list[Proposal]:
    """List applications in a round that is being planned."""
    awaiting = set(applications_awaiting(round_).values_list("pk", flat=True))
    made = []
    for application in applications:
        if application.pk not in awaiting:
            raise Refused(_("“%(title)s”不在评审环节，或已列入其他轮次。") % {"title": application.title})
        made.append(_take(round_, application, actor))
    return made


def review_open(application: Application) -> str | None:
    """Say why an application's review is not done, or nothing: its round must be decided."""
    rows = ProposalIdentity.objects.filter(application=application).exclude(proposal__round__state="cancelled")
    found = rows.select_related("proposal__round").order_by("-pk").first()
    if found is None:
        return _("还没有列入专家评审，请评审秘书在“评审轮次”中列入。")
    if found.proposal.round.state != "decided":
        return _("专家评审“%(title)s”还没有定稿。") % {"title": found.proposal.round.title}
    return None


def _take(round_: Round, application: Application, actor: Actor) -> Proposal:
    definition = form_of(application)
    answers = dict(application.answers.values_list("code", "value"))
    shown = for_reviewers(definition, answers)
    boxes = boxes_of(definition, year=application.year)
    people = list(dict.fromkeys(_people(definition, answers)))
    asked = [text for code in AVOIDED for text in _texts(answers.get(code))]
    known = {expert.number: expert for expert in Expert.objects.filter(number__in=asked)}
    return proposal_add(
        round_=round_,
        actor=actor,
        number=application.number,
        title=application.title,
        organisation=application.organisation,
        people=[
            (name, "", ProposalPerson.Part.LEADER if place == 0 else ProposalPerson.Part.MEMBER)
            for place, name in enumerate(people)
        ],
        sections=[
            (box.label, text, False) for box in boxes if box.code in shown and (text := as_text(box, shown[box.code]))
        ],
        avoided=[(known.get(text), known[text].name if text in known else text) for text in asked],
        application=application,
        telling=list(_withheld(definition, answers)),
        amount_fen=_amount(answers),
        **{name: _topic(answers, codes, application, name) for name, codes in TOPIC.items()},
    )


def _people(definition: ServiceItem, answers: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names an application gives: fields and columns that ask for a person."""
    for _section, field in definition.fields():
        value = answers.get(field.code)
        if isinstance(field, TableField):
            names = [column.code for column in field.columns if PERSON.search(column.label)]
            for row in value if isinstance(value, list) else ():
                yield from (str(row[code]).strip() for code in names if row.get(code))
        elif isinstance(value, str) and value.strip() and PERSON.search(str(getattr(field, "label", ""))):
            yield value.strip()


def _withheld(definition: ServiceItem, answers: Mapping[str, Any]) -> Iterator[str]:
    """Yield the texts of withheld fields and columns: they must stand nowhere else either."""
    for _section, field in definition.fields():
        value = answers.get(field.code)
        if field.withheld:
            yield from _texts(value)
        elif isinstance(field, TableField) and isinstance(value, list):
            hidden = [column.code for column in field.columns if column.withheld]
            yield from (str(row[code]).strip() for row in value for code in hidden if row.get(code))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from (line.strip() for line in re.split(r"[\n、；;，,]", value) if line.strip())
    elif isinstance(value, list):
        for row in value:
            cells = row.values() if isinstance(row, dict) else [row]
            yield from (str(cell).strip() for cell in cells if isinstance(cell, str) and cell.strip())


def _amount(answers: Mapping[str, Any]) -> int:
    for code in AMOUNTS:
        try:
            return int(Decimal(str(answers[code])) * 100)
        except (KeyError, InvalidOperation):
            continue
    return 0


def _topic(answers: Mapping[str, Any], codes: Iterable[str], application: Application, name: str) -> str:
    for code in codes:
        if (value := answers.get(code)) and (found := CODE.match(str(value))):
            return found[1][:12]
    return application.organisation.industry_code if name == "industry_code" else ""

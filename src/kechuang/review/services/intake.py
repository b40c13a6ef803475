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
from kechuang.calls.selectors.partners import partner_units
from kechuang.catalogue.items import Declaration, Question, ServiceItem, TableColumn, TableField
from kechuang.directory.models import Organisation, OrganisationAlias
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import Refused
from kechuang.kernel.processes import process_of
from kechuang.review.models import Expert, Proposal, ProposalIdentity, ProposalPerson, Round
from kechuang.review.services.rounds import proposal_add

REVIEWING = "reviewing"
PERSON = re.compile("(姓名|负责人|带头人|主持人|申请人|主任|院长|所长|站长|院士|代表人|联系人)$")
LEADING = re.compile("(负责人|带头人|主持人|主任|院长|所长|站长)$")
UNIT = re.compile("单位名称$")
PARTNERS = re.compile("共建|合作|联合|出资|参与单位")
TOPIC = {"discipline_code": ("discipline", "discipline_code"), "industry_code": ("industry", "industry_code")}
AMOUNTS = ("amount", "budget", "funding", "requested_amount")
TEN_THOUSAND = "万元"
AVOIDED = ("avoided_experts", "experts_to_avoid")
CODE = re.compile(r"^\s*([0-9A-Z.]+)")
LEAST_ASCII = 5


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
def applications_take(
    *, round_: Round, applications: Iterable[Application], actor: Actor, discipline_code: str = ""
) -> list[Proposal]:
    """List applications in a round that is being planned; ``discipline_code`` is of those that name none."""
    awaiting = set(applications_awaiting(round_).values_list("pk", flat=True))
    made = []
    for application in applications:
        if application.pk not in awaiting:
            raise Refused(_("“%(title)s”不在评审环节，或已列入其他轮次。") % {"title": application.title})
        made.append(_take(round_, application, actor, discipline_code))
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


def _take(round_: Round, application: Application, actor: Actor, discipline_code: str) -> Proposal:
    definition = form_of(application)
    answers = dict(application.answers.values_list("code", "value"))
    shown = for_reviewers(definition, answers)
    boxes = boxes_of(definition, year=application.year)
    people = _people(definition, answers)
    topic = {name: _topic(answers, codes) for name, codes in TOPIC.items()}
    title = answers.get("title")
    asked = [text for code in AVOIDED for text in _texts(answers.get(code))]
    known = {expert.number: expert for expert in Expert.objects.filter(number__in=asked)}
    return proposal_add(
        round_=round_,
        actor=actor,
        number=application.number,
        title=title.strip() if isinstance(title, str) and title.strip() else application.title,
        organisation=application.organisation,
        people=[
            (name, "", ProposalPerson.Part.LEADER if place == 0 else ProposalPerson.Part.MEMBER)
            for place, name in enumerate(people)
        ],
        sections=[
            (box.label, text, False)
            for box in boxes
            if box.code in shown and not isinstance(box.field, Declaration) and (text := as_text(box, shown[box.code]))
        ],
        parties=list(dict.fromkeys([*partner_units(application), *_parties(definition, answers)])),
        avoided=[(known.get(text), known[text].name if text in known else text) for text in asked],
        application=application,
        telling=list(_withheld(definition, answers)),
        amount_fen=_amount(definition, answers),
        discipline_code=topic["discipline_code"] or discipline_code,
        industry_code=topic["industry_code"] or application.organisation.industry_code,
    )


def _people(definition: ServiceItem, answers: Mapping[str, Any]) -> list[str]:
    """Return the names an application gives, each once, whoever leads it first."""
    found = sorted(_named(definition, answers), key=lambda row: not LEADING.search(row[0]))
    return list(dict.fromkeys(name for _label, name in found))


def _named(definition: ServiceItem, answers: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (label, name) of every field and column that asks for a person."""
    for _section, field in definition.fields():
        value = answers.get(field.code)
        if isinstance(field, TableField):
            columns = [column for column in field.columns if _asks_for(PERSON, column)]
            columns += [column for column in field.columns if column.code == "name" and PERSON.search(field.label)]
            for row in value if isinstance(value, list) else ():
                yield from ((column.label, str(row[column.code]).strip()) for column in columns if row.get(column.code))
        elif isinstance(field, Question) and isinstance(value, str) and value.strip() and _asks_for(PERSON, field):
            yield field.label, value.strip()


def _asks_for(what: re.Pattern[str], asked: Question | TableColumn) -> bool:
    """Tell whether a box asks for a name: 中心主任 does, 中心主任职称 and a choice do not."""
    return asked.type == "text" and bool(what.search(asked.label))


def _parties(definition: ServiceItem, answers: Mapping[str, Any]) -> list[Organisation | str]:
    """Return the units an application is made with: the directory's own where it knows the name."""
    names: dict[str, None] = {}
    for _section, field in definition.fields():
        rows = answers.get(field.code)
        if isinstance(field, TableField) and isinstance(rows, list) and PARTNERS.search(field.label):
            columns = [column.code for column in field.columns if column.withheld or UNIT.search(column.label)]
            names |= {str(row[code]).strip(): None for row in rows for code in columns if row.get(code)}
    known = {unit.name: unit for unit in Organisation.objects.filter(name__in=names)}
    aliases = OrganisationAlias.objects.filter(name__in=set(names) - set(known)).select_related("organisation")
    known |= {alias.name: alias.organisation for alias in aliases}
    return [known.get(name, name) for name in names]


def _withheld(definition: ServiceItem, answers: Mapping[str, Any]) -> Iterator[str]:
    """Yield the texts of withheld fields and columns: they must stand nowhere else either."""
    for _section, field in definition.fields():
        value = answers.get(field.code)
        if field.withheld:
            yield from filter(_tells, _texts(value))
        elif isinstance(field, TableField) and isinstance(value, list):
            hidden = [column.code for column in field.columns if column.withheld]
            yield from filter(_tells, (str(row[code]).strip() for row in value for code in hidden if row.get(code)))


def _tells(text: str) -> bool:
    """Tell whether a text is worth hiding wherever it stands; “40” or “A3” would take half a form with it."""
    return not text.isascii() or len(text) >= LEAST_ASCII


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from (line.strip() for line in re.split(r"[\n、；;，,]", value) if line.strip())
    elif isinstance(value, list):
        for row in value:
            cells = row.values() if isinstance(row, dict) else [row]
            yield from (str(cell).strip() for cell in cells if isinstance(cell, str) and cell.strip())


def _amount(definition: ServiceItem, answers: Mapping[str, Any]) -> int:
    """Return the amount asked for in fen; the form's own unit counts."""
    units = {field.code: field.unit for _section, field in definition.fields() if isinstance(field, Question)}
    for code in AMOUNTS:
        try:
            yuan = Decimal(str(answers[code])) * (10_000 if units.get(code) == TEN_THOUSAND else 1)
        except (KeyError, InvalidOperation):
            continue
        return int(yuan * 100) if yuan.is_finite() and yuan > 0 else 0
    return 0


def _topic(answers: Mapping[str, Any], codes: Iterable[str]) -> str:
    for code in codes:
        if (value := answers.get(code)) and (found := CODE.match(str(value))):
            return found[1][:12]
    return ""

"""Entering the expert base, keeping it true, and what is observed of an expert."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from kechuang.directory.models import Department, Office, Organisation
from kechuang.kernel import cases, events, numbering
from kechuang.kernel.access import Actor
from kechuang.kernel.calendar_days import calendar
from kechuang.kernel.errors import NotAllowed, Refused
from kechuang.kernel.moves import take
from kechuang.kernel.processes import begin
from kechuang.pure.names import sort_key
from kechuang.review import access
from kechuang.review.loading import expert_base_rules
from kechuang.review.models import (
    Affiliation,
    Expert,
    ExpertField,
    FeeLine,
    Integrity,
    QualityMark,
    Relation,
    Round,
)
from kechuang.review.selectors.drawable import age_on
from kechuang.ui.resource import field_at

NEEDED = ("name", "identity_digest", "born_on", "title", "degree", "post", "mobile", "email")
CLOSED = ("removed", "withdrawn")


def identity_digest(identity: str) -> str:
    """Return the keyed hash under which an identity number is known; the number itself is kept nowhere."""
    plain = identity.strip().upper()
    return salted_hmac("review.identity", plain, algorithm="sha256").hexdigest() if plain else ""


@transaction.atomic
def expert_enter(*, actor: Actor, organisation: Organisation, name: str, identity: str = "", **values: Any) -> Expert:
    """Begin an entry for ``name`` of ``organisation``.

    ``values``: user, born_on, title, degree, post, mobile, email, and ``fields`` as rows of
    (tree, code, stated, main).
    """
    if not access.EXPERTS.may_any(actor, "add"):
        raise NotAllowed(_("专家入库由本人或所在单位填报。"))
    fields = values.pop("fields", ())
    since = values.pop("since", actor.today)
    rules = expert_base_rules()
    expert = Expert(
        **begin("expert_entry"),
        number=numbering.formatted("ZJ", actor.today.year),
        organisation=organisation,
        department=Department.objects.get(code=rules.keeper),
        name=name.strip(),
        name_key=sort_key(name.strip())[0][:300],
        identity_digest=identity_digest(identity),
        **values,
    )
    _save(expert)
    Affiliation.objects.create(expert=expert, organisation=organisation, start=since)
    fields_set(expert=expert, fields=fields)
    access.EXPERTS.require(actor, "add", expert)
    cases.opened(expert)
    return expert


@transaction.atomic
def expert_edit(*, expert: Expert, actor: Actor, **values: Any) -> Expert:
    """Rewrite an entry that is being filled in; what was verified before is no longer."""
    locked = Expert.objects.select_for_update().get(pk=expert.pk)
    access.EXPERTS.require(actor, "edit", locked)
    if locked.state != "filled":
        raise Refused(_("只有填报中的信息可以修改；在库专家请先办理“变更信息”。"))
    if identity := values.pop("identity", ""):
        values["identity_digest"] = identity_digest(identity)
    fields = values.pop("fields", None)
    if "organisation" in values and values["organisation"] != locked.organisation:
        _move_unit(locked, values["organisation"], actor.today)
    for name, value in values.items():
        setattr(locked, name, value)
    locked.name_key = sort_key(locked.name)[0][:300]
    locked.verified_on = None
    _save(locked)
    if fields is not None:
        fields_set(expert=locked, fields=fields)
    cases.changed(locked)
    return locked


def fields_set(*, expert: Expert, fields: Iterable[tuple[str, str, int, bool]]) -> None:
    """Replace the fields of an entry; observed strengths of codes that stay are kept."""
    observed = {(row.tree, row.code): row.observed for row in expert.fields.all()}
    expert.fields.all().delete()
    rows = [
        ExpertField(expert=expert, tree=tree, code=code, stated=stated, main=main, observed=observed.get((tree, code)))
        for tree, code, stated, main in fields
    ]
    ExpertField.objects.bulk_create(rows)
    main_code = next((row.code for row in rows if row.main and row.tree == "discipline"), "")
    expert.stratum = main_code[:3]
    Expert.objects.filter(pk=expert.pk).update(stratum=expert.stratum)


@transaction.atomic
def expert_move(*, expert: Expert, step: str, actor: Actor, reason: str = "") -> Expert:
    """Take a step of the entry; guards refuse with a sentence."""
    values: dict[str, Any] = {}
    if step == "accept":
        values = {"verified_on": actor.today, "publicity_from": actor.today}
    elif step == "admit":
        values = {"confirmed_on": actor.today}
    elif step == "change":
        values = {"verified_on": None}
    take(expert, step, access=access.EXPERTS, actor=actor, guards=guards(actor.today), reason=reason, values=values)
    if step == "accept":
        expert.affiliations.update(verified=True)
        expert.relations.update(verified=True)
    if step == "admit":
        _give_account(expert, actor.today)
    return expert


@transaction.atomic
def expert_confirm(*, expert: Expert, actor: Actor) -> Expert:
    """Confirm once a year that everything still holds (年度确认)."""
    access.EXPERTS.require(actor, "confirm", expert)
    if expert.state != "active":
        raise Refused(_("在库专家才能办理年度确认。"))
    expert.confirmed_on = actor.today
    expert.save(update_fields=["confirmed_on"])
    events.publish("expert.confirmed", expert)
    return expert


@transaction.atomic
def relation_declare(*, expert: Expert, actor: Actor, **values: Any) -> Relation:
    """Let the expert or the unit declare a tie (关系申报); it bars from the moment it is declared."""
    access.EXPERTS.require(actor, "view", expert)
    if not (access.EXPERTS.may(actor, "edit", expert) or access.EXPERTS.may(actor, "observe", expert)):
        raise NotAllowed(_("关系由本人、所在单位或主管部门登记。"))
    observed = access.EXPERTS.may(actor, "observe", expert)
    identity = values.pop("identity", "")
    relation = Relation(
        expert=expert,
        person_digest=identity_digest(identity),
        source=Relation.Source.OBSERVED if observed else Relation.Source.DECLARED,
        verified=observed,
        **values,
    )
    if not (relation.other_id or relation.person or relation.organisation_id):
        raise Refused(_("请写明对方是谁：专家、姓名或单位至少填一项。"), field="person")
    relation.save()
    return relation


@transaction.atomic
def integrity_record(*, expert: Expert, actor: Actor, **values: Any) -> Integrity:
    """Put a finding against an expert on record: no draw while it runs."""
    access.EXPERTS.require(actor, "observe", expert)
    return Integrity.objects.create(expert=expert, **values)


@transaction.atomic
def quality_mark(*, expert: Expert, round_: Round, points: int, actor: Actor, note: str = "") -> QualityMark:
    """Say how well an expert served in a round, 1 to 5; a second word replaces the first."""
    access.ROUNDS.require(actor, "identify", round_)
    access.ROUNDS.require(actor, "prepare", round_)
    mark, _created = QualityMark.objects.update_or_create(
        expert=expert, round=round_, defaults={"points": points, "note": note}
    )
    return mark


@transaction.atomic
def fee_set(*, expert: Expert, round_: Round, amount_fen: int, state: str, actor: Actor) -> FeeLine:
    """Put down what an expert is owed for a round; payment data stay outside the system."""
    access.ROUNDS.require(actor, "identify", round_)
    access.ROUNDS.require(actor, "prepare", round_)
    line, _created = FeeLine.objects.update_or_create(
        expert=expert, round=round_, defaults={"amount_fen": amount_fen, "state": state}
    )
    return line


def guards(today: date) -> dict[str, Any]:
    """Return the guards of the entry as of ``today``, each answering with a sentence or nothing."""
    return {
        "complete": _complete,
        "within_age": lambda expert: _within_age(expert, today),
        "no_double": _no_double,
        "publicity_over": lambda expert: _publicity_over(expert, today),
    }


def _complete(expert: Expert) -> str | None:
    lacking = [str(field_at(Expert, name).verbose_name) for name in NEEDED if not getattr(expert, name)]
    if not expert.fields.filter(tree="discipline", main=True).exists():
        lacking.append(_("主学科"))
    if not expert.affiliations.filter(kind="main", end=None).exists():
        lacking.append(_("现任职单位"))
    return _("还缺：%(lacking)s。") % {"lacking": "、".join(lacking)} if lacking else None


def _within_age(expert: Expert, today: date) -> str | None:
    limit = expert_base_rules().age_below
    if expert.born_on is None or age_on(expert.born_on, today) >= limit:
        return _("入库专家须未满 %(limit)s 周岁。") % {"limit": limit}
    return None


def _no_double(expert: Expert) -> str | None:
    others = Expert.objects.filter(identity_digest=expert.identity_digest).exclude(pk=expert.pk)
    if expert.identity_digest and others.exclude(state__in=CLOSED).exists():
        return _("该证件号码已在专家库中，不能重复入库。")
    return None


def _publicity_over(expert: Expert, today: date) -> str | None:
    days = expert_base_rules().publicity_days
    if expert.publicity_from is None:
        return _("尚未公示。")
    last = calendar().add(expert.publicity_from, days)
    if today <= last:
        return _("公示期 %(days)s 个工作日，至 %(last)s 届满后才能入库。") % {"days": days, "last": last}
    return None


def _give_account(expert: Expert, today: date) -> None:
    """Let an admitted expert sign in by invitation: an account without password and the office of an expert."""
    user = expert.user
    if user is None:
        user = get_user_model()(
            username=expert.number.lower(), full_name=expert.name, email=expert.email, is_sample=expert.is_sample
        )
        user.set_unusable_password()
        user.save()
        expert.user = user
        expert.save(update_fields=["user"])
    if not Office.objects.filter(user=user, role="expert", end=None).exists():
        Office.objects.create(user=user, role="expert", start=today)


def _move_unit(expert: Expert, organisation: Organisation, on: date) -> None:
    """Close the open main affiliation and begin one with ``organisation``."""
    current = expert.affiliations.filter(kind="main", end=None).first()
    if current is not None and current.start >= on:
        current.organisation = organisation
        current.verified = False
        current.save(update_fields=["organisation", "verified"])
        return
    if current is not None:
        current.end = on
        current.save(update_fields=["end"])
    Affiliation.objects.create(expert=expert, organisation=organisation, start=on)


def _save(expert: Expert) -> None:
    try:
        expert.full_clean(exclude=["identity_digest"], validate_constraints=False)
        with transaction.atomic():
            expert.save()
    except ValidationError as error:
        field, sentences = next(iter(error.message_dict.items()))
        raise Refused(sentences[0], field=field) from error
    except IntegrityError:
        raise Refused(_("该证件号码已在专家库中，不能重复入库。"), field="identity") from None

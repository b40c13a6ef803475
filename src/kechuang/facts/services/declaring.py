"""Declaring facts (申报): typed once, corrected by who said it, questioned when two say different things."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.directory.models import Organisation
from kechuang.facts import access, sources
from kechuang.facts.choices import IN_FORCE, Status
from kechuang.facts.models import Evidence, Fact, Metric, Question
from kechuang.facts.origins import department_of, origin_of
from kechuang.facts.services.locks import lock_subjects
from kechuang.facts.services.reminding import question_tell
from kechuang.facts.subjects import Subject
from kechuang.facts.values import Value, columns_of, in_memory, value_read
from kechuang.kernel import cases, events
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import Refused
from kechuang.kernel.processes import begin

YEARS = range(1990, 2101)


@dataclass(frozen=True, slots=True)
class Said:
    """One value to be declared: of which metric and year, and which evidence shows it."""

    metric: str
    year: int | None
    value: Any
    source: str = ""
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Declared:
    """What became of a declaration: the fact that holds the value, the question it opened, whether it is new."""

    fact: Fact
    question: Question | None
    new: bool

    @property
    def added(self) -> bool:
        """Tell whether the value is new and in force."""
        return self.new and self.question is None


def fact_declare(
    *,
    subject: Subject,
    metric: str,
    year: int | None,
    value: Any,
    source: str,
    evidence: Evidence | None = None,
    origin: str = "",
    actor: Actor,
) -> Declared:
    """State that ``metric`` of ``subject`` is ``value`` in ``year`` (``None`` for a metric without years).

    The same value again changes nothing. Who stated a value that is not yet verified may correct it; a value that
    contradicts a verified one, or one of another ``origin``, never overwrites: both are kept and a question opens.
    Raises ``Refused`` with the metric's code as field, ``NotAllowed`` where the organisation is not the actor's.
    """
    said = Said(metric, year, value, source, evidence)
    (declared,) = facts_declare(subject=subject, said=[said], origin=origin, actor=actor)
    return declared


@transaction.atomic
def facts_declare(
    *, subject: Subject, said: Sequence[Said], origin: str = "", source: str = "", actor: Actor
) -> list[Declared]:
    """Declare several values of one subject, all or none; ``source`` is that of those who name none.

    A handful of queries however many values, as long as none contradicts.
    """
    spoken = facts_weigh(subject=subject, said=said, origin=origin, actor=actor)
    spoken.write(source)
    return spoken.declared


def facts_weigh(*, subject: Subject, said: Sequence[Said], origin: str = "", actor: Actor) -> Spoken:
    """Hold values against what is known without writing yet; the subject stays locked until the transaction ends.

    For whoever learns last under which number the values were handed in: ``write`` is told the source.
    """
    organisation = access.require_subject(actor, "declare", subject)
    lock_subjects([subject])
    metrics = {row.code: row for row in Metric.objects.filter(code__in={one.metric for one in said})}
    spoken = Spoken(
        subject=subject,
        organisation=organisation,
        origin=origin or origin_of(actor, organisation),
        actor=actor,
        now=timezone.now(),
        current=values_in_force(subject, metrics.values()),
    )
    for one in said:
        metric = _metric(metrics, subject, one)
        value = value_read(metric, one.value)
        if value is None:
            raise Refused(_("“%(label)s”没有填写。") % {"label": metric.label}, field=metric.code)
        _refuse_evidence(one.evidence, organisation, actor, metric)
        spoken.declared.append(spoken.state(metric, one, value))
    return spoken


class Spoken:
    """The declarations of one call: read once, written once."""

    def __init__(
        self,
        *,
        subject: Subject,
        organisation: Organisation,
        origin: str,
        actor: Actor,
        now: datetime,
        current: dict[tuple[int, int | None], Fact],
    ) -> None:
        self.subject, self.organisation, self.origin, self.actor, self.now = subject, organisation, origin, actor, now
        self.current = current
        self.fresh: list[Fact] = []
        self.replaced: list[tuple[Fact, Fact]] = []
        self.asked: list[Question] = []
        self.declared: list[Declared] = []

    def state(self, metric: Metric, one: Said, value: Value) -> Declared:
        """Weigh one value; what becomes of it is in the answer, and written by ``write``."""
        held = self.current.get((metric.pk, one.year))
        if held is not None and _same(held, value):
            return Declared(held, None, new=False)
        fact = self._fact(metric, one, value)
        if held is None:
            return self._takes_force(fact)
        if held.status == Status.DECLARED and held.origin == self.origin:
            self.replaced.append((held, fact))
            return self._takes_force(fact)
        return self._contradicts(held, fact, value)

    def write(self, source: str = "") -> None:
        """Write what was weighed: what is corrected first, for of one key only one row may be in force.

        ``source`` is that of the values that name none; a metric's usual one stands where there is neither.
        """
        for fact in self.fresh:
            fact.source = (fact.source or source or fact.metric.source)[:120]
        for held, _fact in self.replaced:
            held.status, held.until = Status.SUPERSEDED, self.now
        Fact.objects.bulk_update([held for held, _fact in self.replaced], ["status", "until"])
        Fact.objects.bulk_create(self.fresh)
        for held, fact in self.replaced:
            Question.objects.filter(held=held, state="open").update(held=fact)
        for fact in self.fresh:
            if fact.status == Status.DECLARED:
                events.publish("fact.declared", fact)
        for question in self.asked:
            question.offered_id = question.offered.pk
            question.save()
            cases.opened(question)
            question_tell(question)
            events.publish("fact.questioned", question)

    def _fact(self, metric: Metric, one: Said, value: Value) -> Fact:
        return Fact(
            **self.subject.key,
            metric=metric,
            year=one.year,
            status=Status.DECLARED,
            **columns_of(metric, value),
            source=one.source,
            origin=self.origin,
            evidence=one.evidence,
            declared_by_id=cast("int", self.actor.user_id),  # the public holds no office that declares
            declared_at=self.now,
            since=self.now,
        )

    def _takes_force(self, fact: Fact) -> Declared:
        self.fresh.append(fact)
        self.current[fact.metric_id, fact.year] = fact
        return Declared(fact, None, new=True)

    def _contradicts(self, held: Fact, fact: Fact, value: Value) -> Declared:
        """Keep both and ask; what the same origin offered before is offered no longer."""
        waiting = Question.objects.filter(held=held, state="open", offered__origin=self.origin)
        question = waiting.select_related("offered").first()
        if question is not None and _same(question.offered, value):
            return Declared(question.offered, question, new=False)
        fact.status, fact.since = Status.CONTESTED, None
        if question is not None:
            Fact.objects.filter(pk=question.offered_id).update(status=Status.SUPERSEDED, until=self.now)
            question.offered = fact
        else:
            department = department_of(self.organisation, self.origin, held.origin)
            question = Question(
                held=held,
                offered=fact,
                asked_by_id=fact.declared_by_id,
                department=department,
                **begin(Question.process),
            )
        self.fresh.append(fact)
        self.asked.append(question)
        return Declared(fact, question, new=True)


def values_in_force(subject: Subject, metrics: Iterable[Metric]) -> dict[tuple[int, int | None], Fact]:
    """Return the facts in force of a subject by (metric key, year): what a declaration is held against."""
    rows = Fact.objects.filter(**subject.key, status__in=IN_FORCE, metric__in=[metric.pk for metric in metrics])
    return {(row.metric_id, row.year): row for row in rows}


def _same(fact: Fact, value: Value) -> bool:
    """Tell whether ``fact`` says ``value`` already: the value that counts, or the one that was reported."""
    return value in (in_memory(fact.value), in_memory(fact.reported))


def _metric(metrics: dict[str, Metric], subject: Subject, one: Said) -> Metric:
    """Return the metric a value is declared of, or say what is wrong with the question itself."""
    metric = metrics.get(one.metric)
    if metric is None or metric.retired:
        raise Refused(_("指标字典中没有“%(code)s”。") % {"code": one.metric}, field=one.metric)
    words = {"label": metric.label}
    if subject.kind not in metric.subjects:
        raise Refused(_("“%(label)s”不是这一类对象的指标。") % words, field=metric.code)
    if owner := sources.owner_of(subject.kind, metric.code):
        raise Refused(
            _("“%(label)s”由“%(where)s”给出，不另行填报；如有出入请到那里更正。") % {**words, "where": owner.label},
            field=metric.code,
        )
    if metric.yearly and one.year not in YEARS:
        raise Refused(_("“%(label)s”须写明是哪一年的。") % words, field=metric.code)
    if not metric.yearly and one.year is not None:
        raise Refused(_("“%(label)s”不分年度，不能按年填报。") % words, field=metric.code)
    return metric


def _refuse_evidence(evidence: Evidence | None, organisation: Organisation, actor: Actor, metric: Metric) -> None:
    if evidence is None:
        return
    if evidence.organisation_id != organisation.pk:
        raise Refused(_("所选佐证不属于该单位，请从该单位的佐证库中选择。"), field=metric.code)
    why = {"withdrawn": _("已撤回"), "expired": _("已过有效期"), "not_yet": _("尚未生效")}
    standing = evidence.standing(actor.today)
    if standing != "valid":
        raise Refused(
            _("佐证“%(title)s”%(why)s，不能支持新的数据；请更换佐证。") % {"title": evidence, "why": why[standing]},
            field=metric.code,
        )

"""Taking a step on an application: what the process asks, needs and does, in one transaction.

Whatever is handed in is written down word for word (``Submission``) before the step is done,
under a key that came with the form: pressed twice, or sent again after a broken line, it is
one submission with one number.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kechuang.calls import access
from kechuang.calls.acts import ACTS, FOLLOWS, Act
from kechuang.calls.guards import GUARDS
from kechuang.calls.models import Application, LateAttempt, Stated, Submission, TextPrint
from kechuang.calls.proceeding import Proceeding
from kechuang.calls.services.declaring import facts_of_form_weigh
from kechuang.calls.stating import stated_read
from kechuang.catalogue.items import Question
from kechuang.facts.services import Spoken
from kechuang.kernel import moves
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import Refused, Stale
from kechuang.kernel.models import Move
from kechuang.kernel.processes import process_of
from kechuang.pure.likeness import prints

FILLING = {"editable", "correcting"}


def application_move(
    *,
    application: Application,
    step: str,
    actor: Actor,
    reason: str = "",
    typed: Mapping[str, Any] | None = None,
    key: UUID | None = None,
) -> Move | Submission:
    """Take ``step``; ``typed`` answers what the step asks, ``key`` makes a submission happen once.

    Returns the move, or the submission known under ``key`` when it was made before. Raises
    ``Refused`` (``field`` = the input concerned); a submission after its deadline is kept as a
    late attempt, with the database's time, and refused.
    """
    taken = _Taking(given=application, name=step, actor=actor, reason=reason, typed=typed or {}, key=key)
    try:
        with transaction.atomic():
            return taken.carried_out()
    except Refused:
        if taken.proceeding and taken.proceeding.late:
            LateAttempt.objects.create(
                application=application,
                at=taken.proceeding.now,
                by_id=actor.person_id,
                closed_at=taken.proceeding.late,
            )
        raise
    except IntegrityError as refusal:
        if "calls_one_application_per_rank" in str(refusal):
            raise Refused(_("这个推荐排序已给了本县区的另一项申报，请换一个。"), field="rank") from None
        raise


def submission_known(application: Application, *, key: UUID, actor: Actor) -> Submission | None:
    """Return what was handed in before under ``key`` to whoever may see the application, else nothing."""
    found = Submission.objects.filter(application=application, key=key).defer("content").first()
    if found is None or not access.APPLICATIONS.may(actor, "view", application):
        return None
    return found


@dataclass
class _Taking:
    """One attempt to take a step; remembers its proceeding for the record of late ones."""

    given: Application
    name: str
    actor: Actor
    reason: str
    typed: Mapping[str, Any]
    key: UUID | None
    proceeding: Proceeding | None = None

    def carried_out(self) -> Move | Submission:
        """Lock, look for the same key, ask, guard, move, and do what follows."""
        locked = (
            Application.objects.select_for_update(of=("self",))
            .select_related("call", "organisation", "county", "department", "item")
            .get(pk=self.given.pk)
        )
        if self.key and (known := submission_known(locked, key=self.key, actor=self.actor)):
            self.given.refresh_from_db()
            return known
        proceeding = self.proceeding = self._begun(locked)
        step = proceeding.step
        if proceeding.asks and access.APPLICATIONS.may_step(self.actor, step, locked):  # a stranger is never asked
            proceeding.stated = stated_read(proceeding.asks, self.typed, proceeding)
        return self._moved(proceeding)

    def _begun(self, locked: Application) -> Proceeding:
        try:
            step = process_of(locked.process_version_id).step(self.name, source=locked.state)
        except LookupError:
            raise Stale(_("该事项的状态已经变化，不能再办理这一步。请刷新页面后按当前状态办理。")) from None
        files = {name: value for name, value in self.typed.items() if hasattr(value, "chunks")}
        return Proceeding(locked, step, self.actor, self.reason, files=files)

    def _moved(self, proceeding: Proceeding) -> Move:
        application, step = proceeding.application, proceeding.step
        follows = [FOLLOWS[word] for word in proceeding.asks if word in FOLLOWS] + [ACTS[word] for word in step.does]
        handed_in = bool(FILLING & set(proceeding.marks())) and "complete" in step.needs
        written = _Values(proceeding, follows, (self.key or uuid4()) if handed_in else None)
        move = moves.take_locked(
            application,
            step.name,
            access=access.APPLICATIONS,
            actor=self.actor,
            guards=_Guarded(proceeding),
            reason=self.reason,
            values=written,
        )
        if proceeding.stated:
            Stated.objects.create(move=move, values=proceeding.stated)
        if not move.partial:
            if written.spoken:
                written.spoken.write(application.number or application.title)
            for act in follows:
                if act.after:
                    act.after(proceeding)
        if any(act.after for act in follows):
            self.given.refresh_from_db()
        else:
            self._tell_given(application)
        return move

    def _tell_given(self, moved: Application) -> None:
        """Let the caller's object say what the row says now, as it was written: nobody else can have changed it."""
        for column in Application._meta.concrete_fields:
            setattr(self.given, column.attname, getattr(moved, column.attname))


class _Guarded(Mapping[str, Callable[[Any], str | None]]):
    """The guards by name, each asked about this proceeding."""

    def __init__(self, proceeding: Proceeding) -> None:
        self.proceeding = proceeding

    def __getitem__(self, name: str) -> Callable[[Any], str | None]:
        return partial(self._asked, name)

    def _asked(self, name: str, _locked: object) -> str | None:
        return GUARDS[name](self.proceeding)

    def __iter__(self) -> Any:
        return iter(GUARDS)

    def __len__(self) -> int:
        return len(GUARDS)


class _Values(Mapping[str, Any]):
    """What is written with the state, worked out only once every guard has let the step pass.

    A number must not be taken for a step that is refused, nor the row of its series be locked. Everybody
    who submits waits for that row, so whatever can be done before the number is taken is done before: what
    is handed in is written down (``key`` is its key) and its facts are weighed.
    """

    def __init__(self, proceeding: Proceeding, acts: list[Act], key: UUID | None) -> None:
        self.proceeding, self.acts, self.key = proceeding, acts, key
        self.found: dict[str, Any] | None = None
        self.spoken: Spoken | None = None

    def _all(self) -> dict[str, Any]:
        if self.found is None:
            if self.key:
                submission_keep(self.proceeding, self.key)
                self.spoken = facts_of_form_weigh(self.proceeding)
            self.found = {}
            for act in self.acts:
                if act.values:
                    self.found |= act.values(self.proceeding)
        return self.found

    def __getitem__(self, name: str) -> Any:
        return self._all()[name]

    def __iter__(self) -> Any:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


def submission_keep(proceeding: Proceeding, key: UUID) -> Submission:
    """Write down what is handed in, with its fingerprint and the prints by which likes are found."""
    application = proceeding.application
    content = {
        "item": proceeding.definition.item,
        "item_version": application.item_version_id,
        "organisation": application.organisation.name,
        "title": application.title,
        "year": application.year,
        "partners": [{"organisation": str(row.organisation), "duty": row.duty} for row in proceeding.partners],
        "answers": proceeding.asked_answers,
    }
    written = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    submission = Submission.objects.create(
        application=application,
        number=application.submissions.count() + 1,
        key=key,
        at=proceeding.now,
        by_id=proceeding.actor.person_id,
        content=content,
        fingerprint=hashlib.sha256(written.encode()).hexdigest(),
    )
    TextPrint.objects.bulk_create(  # one statement where get, lock and save are six
        [TextPrint(application=application, prints=prints("\n".join(_long_texts(proceeding))))],
        update_conflicts=True,
        unique_fields=["application"],
        update_fields=["prints"],
    )
    return submission


def _long_texts(proceeding: Proceeding) -> Iterator[str]:
    for _section, field in proceeding.definition.fields():
        if isinstance(field, Question) and field.type == "long_text":
            yield str(proceeding.answers.get(field.code) or "")

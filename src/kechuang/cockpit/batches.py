"""Reports in batches (成批报告): one day, several kinds, every unit, several forms, in one archive.

The archive is made of the same bytes whenever nothing it rests on has changed, so that a batch made again for a past
day equals the former; where it does not, the files that differ are named.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from kechuang.cockpit.access import BATCHES
from kechuang.cockpit.models import ReportBatch
from kechuang.directory.models import County, Department
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import NotAllowed, Refused
from kechuang.plan.counters import as_seen_by
from kechuang.plan.models import Plan
from kechuang.plan.reports.kinds import FORMATS, KINDS, ReportKind, report_paper
from kechuang.plan.selectors import documents
from kechuang.ui.documents import reports
from kechuang.ui.documents.plain import one_line

State = ReportBatch.State
FIXED = (1980, 1, 1, 0, 0, 0)
"""The moment files in an archive bear: none of theirs, so that equal contents are equal archives."""
LONGEST_NAME = 80
Wanted = tuple[ReportKind, Department | County | None, str]


@transaction.atomic
def batch_ask(
    *,
    actor: Actor,
    on: date,
    kinds: Sequence[str],
    forms: Sequence[str],
    name: str = "",
    again: ReportBatch | None = None,
) -> ReportBatch:
    """Note that reports are wanted; the job makes them. Raises ``Refused`` for a wish that makes none."""
    if not BATCHES.may_any(actor, "add"):
        raise NotAllowed(_("成批报告由联席会议办公室或市领导发起。"))
    plan = documents.plan_current(actor=actor, on=on)
    if plan is None:
        raise Refused(_("还没有发布的方案，没有可以生成的报告。"))
    known = [key for key in KINDS if key in kinds]
    wanted = [form for form in FORMATS if form in forms]
    if not known:
        raise Refused(_("请至少选择一种报告。"), field="kinds")
    if not wanted:
        raise Refused(_("请至少选择一种格式。"), field="forms")
    return ReportBatch.objects.create(
        plan=plan,
        name=(one_line(name) or _("%(day)s 报告") % {"day": on.isoformat()})[:LONGEST_NAME],
        on=on,
        kinds=known,
        forms=wanted,
        again_of=again,
        asked_by_id=actor.person_id,
    )


def batch_again(*, batch: ReportBatch, actor: Actor) -> ReportBatch:
    """Ask for the same reports of the same day once more."""
    return batch_ask(actor=actor, on=batch.on, kinds=batch.kinds, forms=batch.forms, name=batch.name, again=batch)


def batch_make(*, batch: ReportBatch, actor: Actor) -> None:
    """Make the archive of ``batch``, noting after each file how far it is; what fails is told and nothing is kept."""
    wanted = list(_wanted(batch))
    _note(batch, state=State.MAKING, total=len(wanted), done=0, trouble="")
    made: dict[str, str] = {}
    packed = io.BytesIO()
    try:
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive, as_seen_by(actor):
            for number, one in enumerate(wanted, 1):
                name, content = _file(batch.plan, batch.on, actor, one)
                archive.writestr(zipfile.ZipInfo(name, FIXED), content, zipfile.ZIP_DEFLATED)
                made[name] = hashlib.sha256(content).hexdigest()
                _note(batch, done=number)
    except Refused as refusal:
        _note(batch, state=State.FAILED, trouble=str(refusal)[:300])
        return
    place = archive_path(batch)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(packed.getvalue())
    _note(batch, state=State.MADE, made=made)


def archive_path(batch: ReportBatch) -> Path:
    """Return where the archive of ``batch`` lies."""
    return Path(settings.MEDIA_ROOT) / "reports" / f"{batch.pk}.zip"


def differing(batch: ReportBatch) -> list[str] | None:
    """Return the files that are not as they were made before; ``None`` where there is nothing to compare."""
    former = batch.again_of
    if former is None or not former.made or batch.state != State.MADE:
        return None
    return sorted(name for name in {*former.made, *batch.made} if former.made.get(name) != batch.made.get(name))


def _wanted(batch: ReportBatch) -> Iterator[Wanted]:
    for kind in (KINDS[key] for key in batch.kinds if key in KINDS):
        for unit in _units(kind):
            for form in batch.forms:
                yield kind, unit, form


def _units(kind: ReportKind) -> list[Department | County | None]:
    """Return the units a kind is made for; one report of the whole where it is of none."""
    if kind.unit == "department":
        return list(Department.objects.all())
    return list(County.objects.all()) if kind.unit == "county" else [None]


def _file(plan: Plan, on: date, actor: Actor, wanted: Wanted) -> tuple[str, bytes]:
    kind, unit, form = wanted
    paper = report_paper(kind, plan=plan, on=on, actor=actor, unit=unit)
    folder = {"department": "部门/", "county": "县区/"}.get(kind.unit, "")
    title = one_line(paper.title).replace("/", "-").replace("\\", "-")
    return f"{folder}{title}_{on.isoformat()}.{form}", reports.made(paper, form, on=on)


def _note(batch: ReportBatch, **values: object) -> None:
    for name, value in values.items():
        setattr(batch, name, value)
    batch.save(update_fields=list(values))

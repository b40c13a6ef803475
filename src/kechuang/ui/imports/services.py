"""Bringing a file in, step by step: kept, mapped, checked, written all or nothing, taken back within a day."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kechuang.kernel.access import Actor, Office
from kechuang.kernel.errors import NotAllowed, Refused, Stale
from kechuang.ui.imports import reading, undoing
from kechuang.ui.imports.access import RUNS
from kechuang.ui.imports.checking import Checked, Told, carry_out, check
from kechuang.ui.imports.declaration import Fault, Imports, Setting
from kechuang.ui.imports.findings import found_keep, summary_of
from kechuang.ui.imports.keeping import (
    Progress,
    folder_of,
    found_of,
    progress_tell,
    sheet_keep,
    sheet_of,
    source_of,
    telling,
)
from kechuang.ui.imports.models import ImportHead, ImportRun
from kechuang.ui.imports.recognising import Layout, layout_of, plain
from kechuang.ui.imports.workbooks import marked_out
from kechuang.ui.resource import Resource, registered

UNDO_WITHIN = timedelta(hours=24)
KEPT_FOR = timedelta(days=30)
SHEETS = 10
State = ImportRun.State
IDLE = (State.MAPPING, State.CHECKED, State.FAILED)


def importable(actor: Actor) -> list[Resource]:
    """Return the resources whose rows ``actor`` may bring in, by name."""
    return [one for _name, one in sorted(registered().items()) if may_import(one, actor)]


def may_import(resource: Resource, actor: Actor) -> bool:
    """Tell whether the resource's own access table lets ``actor`` write any of its rows."""
    declared = resource.imports
    if declared is None or actor.user_id is None:
        return False
    return bool((declared.access or resource.access).may_any(actor, declared.action))


def resource_of(run: ImportRun) -> Resource:
    """Return what ``run`` is an import of."""
    return registered()[run.resource]


def imports_of(resource: Resource) -> Imports:
    """Return how rows of ``resource`` come in; ``Refused`` where they do not."""
    if resource.imports is None:
        raise Refused(_("这一类记录不能用表格导入。"))
    return resource.imports


@transaction.atomic
def run_begin(*, resource: Resource, upload: UploadedFile[bytes], actor: Actor) -> ImportRun:
    """Keep a file and guess what its columns mean. Raises ``Refused`` (field ``file``) for what is not taken in."""
    if not may_import(resource, actor):
        raise NotAllowed(_("您现有的岗位不能导入这一类记录。"))
    kind = reading.kind_of(upload)
    data = upload.read()
    file_name = Path(upload.name or _("表格")).name
    mark = reading.mark_of(data, kind)
    if mark and mark != resource.name:
        raise Refused(_("这是另一类记录的模板，请下载本页的模板。"), field="file")
    book = reading.book_of(data, kind)
    run = ImportRun(
        resource=resource.name,
        actor_id=actor.person_id,
        file_name=file_name[:200],
        kind=kind,
        size=len(data),
        folder=secrets.token_hex(16),
        reason=(_("表格导入：%(file)s") % {"file": file_name})[:200],
    )
    folder = folder_of(run)
    folder.mkdir(parents=True, mode=0o750)
    try:
        source_of(run).write_bytes(data)
        _settle(run, *_best(data, kind, book.names[:1] if mark else book.names[:SHEETS], resource, actor))
        run.save()
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return run


def _best(
    data: bytes, kind: str, names: Sequence[str], resource: Resource, actor: Actor
) -> tuple[Layout, reading.Sheet]:
    """Return the sheet under whose heads most fields are recognised, the first one where they are equal."""
    best: tuple[Layout, reading.Sheet] | None = None
    for name in names:
        sheet = reading.sheet_read(data, kind, name)
        layout = _guess(sheet, resource, actor)
        if best is None or len(layout.mapping) > len(best[0].mapping):
            best = layout, sheet
    if best is None:
        raise Refused(_("工作簿里没有工作表。"), field="file")
    return best


def _guess(
    sheet: reading.Sheet, resource: Resource, actor: Actor, head: int | None = None, depth: int | None = None
) -> Layout:
    return layout_of(sheet, imports_of(resource).fields, remembered(resource, actor), head=head, depth=depth)


def _settle(run: ImportRun, layout: Layout, sheet: reading.Sheet) -> None:
    run.sheet, run.head, run.depth = sheet.name, layout.head, layout.depth
    run.mapping = {str(column): name for column, name in layout.mapping.items()}
    sheet_keep(run, sheet)


def remembered(resource: Resource, actor: Actor) -> dict[str, str]:
    """Return what the actor's offices once said heads mean: plain head → field, empty for none."""
    rows = ImportHead.objects.filter(resource=resource.name, office__in=[office_key(one) for one in actor.offices])
    return {row.label: row.field for row in rows.order_by("pk")}


def office_key(office: Office) -> str:
    """Return the name under which an office remembers: colleagues of one role and bound share it."""
    return f"{office.role}:{office.department_id or ''}:{office.county_id or ''}:{office.organisation_id or ''}"


def layout_now(run: ImportRun, sheet: reading.Sheet, actor: Actor) -> Layout:
    """Return where the table stands as ``run`` says, with its labels."""
    found = _guess(sheet, resource_of(run), actor, head=run.head, depth=run.depth)
    mapping = {int(column): name for column, name in run.mapping.items()}
    return replace(found, mapping=mapping)


@transaction.atomic
def run_look(*, run: ImportRun, sheet: str, head: int | None, actor: Actor) -> ImportRun:
    """Look at another sheet, or for the heads in another row (from 0), and guess the columns anew."""
    current = _held(run, actor, "map", IDLE)
    current.sheet = sheet
    read = sheet_of(current)
    _settle(current, _guess(read, resource_of(current), actor, head=head), read)
    current.state = State.MAPPING
    current.save()
    return current


@transaction.atomic
def run_map(*, run: ImportRun, mapping: Mapping[int, str], actor: Actor, on: Any = None, reason: str = "") -> ImportRun:
    """Fix which column is which field, remember it for the actor's offices, and make the run ready to be checked.

    ``on``: the day from which what differs is true; none when what stands was wrong. Raises ``Refused`` (field
    ``mapping``) where two columns are given the same field.
    """
    current = _held(run, actor, "map", IDLE)
    named = [name for name in mapping.values() if name]
    fields = imports_of(resource_of(current)).by_name
    twice = sorted({str(fields[name].label) for name in named if named.count(name) > 1})
    if twice:
        raise Refused(_("“%(labels)s”指定了不止一列，请只留一列。") % {"labels": "、".join(twice)}, field="mapping")
    if on is not None and on > actor.today:
        raise Refused(_("生效日期不能晚于今天。"), field="on")
    sheet = sheet_of(current)
    layout = layout_now(current, sheet, actor)
    _remember(current, sheet, layout, mapping, actor)
    current.mapping = {str(column): name for column, name in sorted(mapping.items()) if name}
    current.changed_on = on
    current.reason = (reason.strip() or current.reason)[:200]
    current.state, current.problem, current.summary = State.CHECKING, "", {}
    current.save()
    progress_tell(current, Progress())
    return current


def _remember(run: ImportRun, sheet: reading.Sheet, layout: Layout, mapping: Mapping[int, str], actor: Actor) -> None:
    """Keep what differs from what would be guessed, so that the next ledger of the same make is right at once."""
    rows = []
    fields = imports_of(resource_of(run)).fields
    guessed = layout_of(sheet, fields, {}, head=run.head, depth=run.depth).mapping
    known = remembered(resource_of(run), actor)
    for column, label in enumerate(layout.labels):
        chosen = mapping.get(column, "")
        key = plain(label)[:200]
        if key and (chosen != guessed.get(column, "") or key in known):
            rows += [
                ImportHead(resource=run.resource, office=office_key(one)[:120], label=key, field=chosen)
                for one in actor.offices
            ]
    unique = {(row.office, row.label): row for row in rows}
    ImportHead.objects.bulk_create(
        unique.values(),
        update_conflicts=True,
        unique_fields=["resource", "office", "label"],
        update_fields=["field"],
    )


def run_check(run: ImportRun, actor: Actor) -> ImportRun:
    """Do the dry run and keep what it found; what cannot be read at all is told as the run's problem."""
    try:
        checked = _checked(run, actor, telling(run))
    except Refused as refusal:
        run.state, run.problem = (State.MAPPING, str(refusal))
        run.save(update_fields=["state", "problem"])
        return run
    found_keep(run, checked)
    run.state, run.problem = State.CHECKED, ""
    run.summary = summary_of(checked)
    run.save(update_fields=["state", "problem", "summary"])
    return run


def _checked(run: ImportRun, actor: Actor, told: Told) -> Checked:
    sheet = sheet_of(run)
    layout = layout_now(run, sheet, actor)
    return check(sheet, layout, imports_of(resource_of(run)), actor=actor, setting=setting_of(run), told=told)


def setting_of(run: ImportRun) -> Setting:
    """Return what goes for the whole file."""
    return Setting(run.reason, run.changed_on)


def marked_path(run: ImportRun, actor: Actor) -> Path:
    """Return the file as it came with every fault marked, written when it is first asked for."""
    path = folder_of(run) / "marked.xlsx"
    if not path.exists():
        sheet = sheet_of(run)
        faults = [Fault(*one) for one in found_of(run)["faults"]]
        rows = reading.cells_as_they_came(source_of(run).read_bytes(), run.kind, run.sheet)
        marked_out(rows, sheet, layout_now(run, sheet, actor), faults, path)
    return path


@transaction.atomic
def run_release(*, run: ImportRun, actor: Actor) -> ImportRun:
    """Say that a checked run shall be written. Raises ``Refused`` while a single cell is wrong."""
    current = _held(run, actor, "write", (State.CHECKED,))
    if current.summary.get("faults"):
        raise Refused(_("还有 %(count)d 处问题，全部改正后才能写入。") % {"count": current.summary["faults"]})
    if not current.summary.get("create") and not current.summary.get("change"):
        raise Refused(_("没有要写入的内容：各行与已登记的一致。"))
    current.state = State.WRITING
    current.save(update_fields=["state"])
    progress_tell(current, Progress())
    return current


def run_write(run: ImportRun, actor: Actor) -> ImportRun:
    """Write every row in one transaction, or none; checked once more, because a day may lie between."""
    try:
        _write(run, actor)
    except Stale:
        run.refresh_from_db()  # another worker took it up
    except Refused as refusal:
        run.state = State.CHECKED
        run.problem = str(refusal)
        run.save(update_fields=["state", "problem"])
    return run


@transaction.atomic
def _write(run: ImportRun, actor: Actor) -> None:
    resource = resource_of(run)
    if not may_import(resource, actor):
        raise NotAllowed(_("您现有的岗位不能导入这一类记录。"))
    _still(run, State.WRITING)
    sheet = sheet_of(run)
    imports = imports_of(resource)
    layout = layout_now(run, sheet, actor)
    with undoing.recorded_as(actor, undoing.request_of(run.pk)):
        first = undoing.audit_place()
        told = telling(run)
        plain_check = check(sheet, layout, _unrehearsed(imports), actor=actor, setting=setting_of(run), told=told)
        if {**summary_of(plain_check), "skipped": 0} != {**run.summary, "skipped": 0}:
            raise Refused(_("检查之后登记库有了变化，请重新检查后再写入。"))
        carry_out(plain_check, imports, actor=actor, setting=setting_of(run), told=told)
        last = undoing.audit_place()
    run.audit_first, run.audit_last = first, last
    run.state, run.problem, run.written_at = State.DONE, "", timezone.now()
    run.save()


def _unrehearsed(imports: Imports) -> Imports:
    """Return the same declaration without the rehearsal: the writing itself follows at once."""
    return replace(imports, rehearsed=False)


def undo_until(run: ImportRun) -> Any:
    """Return the moment until which a written run can be taken back; ``None`` for one that cannot."""
    return run.written_at + UNDO_WITHIN if run.state == State.DONE and run.written_at else None


@transaction.atomic
def run_undo_begin(*, run: ImportRun, actor: Actor) -> ImportRun:
    """Say that a written run shall be taken back. Raises ``Refused`` after a day."""
    current = _held(run, actor, "undo", (State.DONE,))
    until = undo_until(current)
    if until is None or timezone.now() > until:
        raise Refused(_("写入已超过 24 小时，不能整批撤销；请逐条更正。"))
    if not may_import(resource_of(current), actor):
        raise NotAllowed(_("您现有的岗位不能导入这一类记录。"))
    current.state = State.UNDOING
    current.save(update_fields=["state"])
    progress_tell(current, Progress())
    return current


def run_undo(run: ImportRun, actor: Actor) -> ImportRun:
    """Take back everything the run wrote, as one act; where that is refused, the run stays as written and says why."""
    try:
        with transaction.atomic(), undoing.recorded_as(actor, f"undo:{run.pk}"):
            _still(run, State.UNDOING)
            undoing.take_back(
                imports_of(resource_of(run)),
                request=undoing.request_of(run.pk),
                first=run.audit_first or 0,
                last=run.audit_last or 0,
                told=telling(run),
            )
            run.state, run.problem, run.undone_at = State.UNDONE, "", timezone.now()
            run.save(update_fields=["state", "problem", "undone_at"])
    except Stale:
        run.refresh_from_db()
    except Refused as refusal:
        run.state, run.problem, run.undone_at = State.DONE, str(refusal), None
        run.save(update_fields=["state", "problem", "undone_at"])
    return run


def _still(run: ImportRun, state: str) -> None:
    """Hold the run, and make sure that no other worker has done meanwhile what it waited for."""
    if ImportRun.objects.select_for_update().get(pk=run.pk).state != state:
        raise Stale(_("这次导入已由别处办理，请刷新。"))


def _held(run: ImportRun, actor: Actor, action: str, states: Any) -> ImportRun:
    current = ImportRun.objects.select_for_update().get(pk=run.pk)
    RUNS.require(actor, action, current)
    if current.state not in states:
        raise Stale(_("这次导入现为“%(state)s”，不能这样办理；请刷新。") % {"state": current.get_state_display()})
    return current


def runs_forget() -> int:
    """Remove files and findings of imports older than ``KEPT_FOR``; their records stay. Return how many folders."""
    old = ImportRun.objects.filter(uploaded_at__lt=timezone.now() - KEPT_FOR).order_by("pk")
    gone = [folder for run in old if (folder := folder_of(run)).exists()]
    for folder in gone:
        shutil.rmtree(folder, ignore_errors=True)
    return len(gone)

"""Platform types, competence and the rules of a platform's life as rows."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from kechuang.catalogue.evaluation import IndexSystem
from kechuang.catalogue.measures import Metric
from kechuang.catalogue.whole import Catalogue
from kechuang.directory.models import Department
from kechuang.platforms.models import Competence, LifeRule, PlatformKind
from kechuang.platforms.selectors.life import LIFE


def load(catalogue: Catalogue) -> None:
    """Create or update types by their code, and the matrix of who is competent for them.

    Platforms copy their department when they are written, so a new matrix never rewrites
    who was competent.
    """
    kinds = {}
    labels = {one.code: [item.label for item in one.items] for one in catalogue.directions}
    for order, written in enumerate(catalogue.platform_types):
        kinds[written.code], _created = PlatformKind.objects.update_or_create(
            code=written.code,
            defaults={
                "name": written.name,
                "order": order,
                "directions": [label for code in written.directions for label in labels[code]],
                "extra_fields": [field.model_dump(mode="json") for field in written.extra_fields],
            },
        )
    _competences(catalogue, kinds)
    life_rules_store(catalogue)


def _competences(catalogue: Catalogue, kinds: dict[str, PlatformKind]) -> None:
    """Write the matrix; a row is known by type, level and first day.

    A competence that was transferred here keeps its last day, and the row that followed
    it stays: the files do not know of it, and a second loading must not undo it.
    """
    departments = {department.code: department for department in Department.objects.all()}
    kept = {(row.kind_id, row.level, row.start): row for row in Competence.objects.all()}
    for row in catalogue.competence:
        written = Competence(
            kind=kinds[row.type],
            level=row.level,
            department=departments[row.department],
            partners="、".join(departments[code].short_name for code in row.partners),
            recognised_by=row.recognising_body,
            named=row.named or "",
            note=row.note or "",
            document=row.document or "",
            article=row.article or "",
            start=row.effective_from,
            end=row.effective_to,
            closed=row.closed,
            template=row.template,
        )
        if known := kept.get((written.kind.pk, row.level, row.effective_from)):
            written.pk = known.pk
            written.end = known.end or written.end
        written.save()


def life_rules_store(catalogue: Catalogue) -> None:
    """Store schemes, index systems, report forms and the rules of change and ending as versions of their own.

    A text that is known stays the version it is; what left the catalogue is no longer offered, and stays for the
    cases that were begun under it.
    """
    kinds = LifeRule.Kind
    seen = [_store(kinds.SCHEME, one.code, one.title, one.model_dump(mode="json")) for one in catalogue.evaluations]
    seen += [
        _store(kinds.SYSTEM, one.code, one.title, _with_metrics(one, catalogue.metrics))
        for one in catalogue.index_systems
    ]
    seen += [_store(kinds.REPORT, one.code, one.title, one.model_dump(mode="json")) for one in catalogue.annual_reports]
    seen.append(_store(kinds.LIFE, LIFE, "变更与退出规则", catalogue.life.model_dump(mode="json")))
    LifeRule.objects.filter(current=True).exclude(pk__in=seen).update(current=False)


def _store(kind: str, code: str, title: str, data: dict[str, Any]) -> int:
    definition = json.dumps(data, ensure_ascii=False, sort_keys=True)
    fingerprint = hashlib.sha256(definition.encode()).hexdigest()
    versions = LifeRule.objects.filter(kind=kind, code=code)
    found = versions.filter(fingerprint=fingerprint).first()
    if found is not None and found.current:
        return found.pk
    versions.update(current=False)
    if found is not None:
        found.current = True
        found.save(update_fields=["current"])
        return found.pk
    number = versions.count() + 1
    return LifeRule.objects.create(
        kind=kind,
        code=code,
        number=number,
        title=title,
        template=data["template"],
        definition=definition,
        fingerprint=fingerprint,
    ).pk


def _with_metrics(system: IndexSystem, metrics: tuple[Metric, ...]) -> dict[str, Any]:
    """Return a system with the metrics it names, so that it is read again without the dictionary of the day."""
    data = system.model_dump(mode="json")
    written = json.dumps(data, ensure_ascii=False)
    named = [
        {"code": one.code, "kind": one.kind, "period": one.period, "unit": one.unit or "", "label": one.label}
        for one in metrics
        if one.code in written
    ]
    return {**data, "dictionary": json.dumps({"metrics": named}, ensure_ascii=False)}

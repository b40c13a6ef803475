"""Platform types and competence of the catalogue as rows."""

from __future__ import annotations

from kechuang.catalogue.whole import Catalogue
from kechuang.directory.models import Department
from kechuang.platforms.models import Competence, PlatformKind


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

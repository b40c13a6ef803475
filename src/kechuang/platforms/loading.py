"""Platform types and competence of the catalogue as rows."""

from __future__ import annotations

from kechuang.catalogue.whole import Catalogue
from kechuang.directory.models import Department
from kechuang.platforms.models import Competence, PlatformKind


def load(catalogue: Catalogue) -> None:
    """Create or update types by their code; competence rows are replaced as a whole.

    Nothing refers to a competence row: platforms copy their department when they are
    written, so a new matrix never rewrites who was competent.
    """
    kinds = {}
    for order, written in enumerate(catalogue.platform_types):
        kinds[written.code], _created = PlatformKind.objects.update_or_create(
            code=written.code, defaults={"name": written.name, "order": order}
        )
    departments = {department.code: department for department in Department.objects.all()}
    Competence.objects.all().delete()
    Competence.objects.bulk_create(
        Competence(
            kind=kinds[row.type],
            level=row.level,
            department=departments[row.department],
            recognised_by=row.recognising_body,
            document=row.document or "",
            article=row.article or "",
            start=row.effective_from,
            end=row.effective_to,
            closed=row.closed,
            template=row.template,
        )
        for row in catalogue.competence
    )

"""Counties, departments and divisions of the catalogue as rows, found again by their code."""

from __future__ import annotations

from kechuang.catalogue.whole import Catalogue
from kechuang.directory.models import County, Department, DepartmentAlias, Division


def load(catalogue: Catalogue) -> None:
    """Create or update every county and department; none is removed, offices may name it."""
    for order, county in enumerate(catalogue.city.counties):
        County.objects.update_or_create(
            code=county.code,
            defaults={
                "division_code": county.division or "",
                "name": county.name,
                "short_name": county.short_name,
                "tile_row": county.tile.row,
                "tile_column": county.tile.column,
                "order": order,
            },
        )
    for order, written in enumerate(catalogue.departments):
        department, _created = Department.objects.update_or_create(
            code=written.code, defaults={"name": written.name, "short_name": written.printed, "order": order}
        )
        for name in sorted(written.all_names - {written.name, written.printed}):
            DepartmentAlias.objects.update_or_create(name=name, defaults={"department": department})
    _divisions(catalogue)


def _divisions(catalogue: Catalogue) -> None:
    """Write the national table in one statement: three thousand rows, changed once in years."""
    today, former = catalogue.reference.division_names(), catalogue.reference.former_divisions()
    rows = [Division(code=code, name=name) for code, name in today.items()]
    rows += [Division(code=code, name=name, former=True) for code, name in former.items() if code not in today]
    Division.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["code"], update_fields=["name", "former"], batch_size=1_000
    )

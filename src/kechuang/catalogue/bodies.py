"""Bodies: departments and institutions the city's documents name, and the roles people hold."""

from __future__ import annotations

from typing import Literal

from kechuang.catalogue.shapes import Code, Entry, Label

Bound = Literal["organisation", "county", "department", "none"]


class Department(Entry):
    """A department or institution (部门、单位) of the city.

    ``name`` is the full name; ``printed`` how plans print it first, ``short_names`` the other
    ways. ``name_verified`` is false where only the printed short form is known. ``conference``
    marks the members of the joint conference (联席会议).
    """

    code: Code
    name: Label
    printed: Label
    short_names: tuple[str, ...] = ()
    kind: Literal["department", "party_body", "mass_organisation", "institution"]
    line: Label
    name_verified: bool
    conference: Literal["vice_convener", "member"] | None = None

    @property
    def all_names(self) -> frozenset[str]:
        """Every way the department is written."""
        return frozenset({self.name, self.printed, *self.short_names})


class Role(Entry):
    """A role; an office holds it within one ``bound``. ``office`` is false for the public."""

    code: Code
    label: Label
    bound: Bound
    duty: Label
    office: bool = True

"""Who may do what to which rows: one table per model, one question in three forms.

``visible`` asks about a list, ``may`` about one object, ``explain`` about the why.
All three evaluate the same ``Q``, so a list can never show what the detail page denies.
Nothing is allowed unless a line says so. The tables know a frozen ``Actor`` with offices
and nothing of the people behind it; ``directory`` builds the actor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from kechuang.kernel.errors import NotAllowed
from kechuang.pure.process import Step

M = TypeVar("M", bound=Model)
PUBLIC = "public"
NOTHING = Q(pk__in=())


@dataclass(frozen=True, slots=True)
class Office:
    """A role held today for a department, a county or one organisation.

    ``label`` is how the office is named to its holder; ``on_behalf_of`` names the person
    whose office it is when it was delegated (代办).
    """

    role: str
    department_id: int | None = None
    county_id: int | None = None
    organisation_id: int | None = None
    label: str = ""
    on_behalf_of: str = ""
    office_id: int | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """The person asking, with the offices held today. ``user_id`` ``None`` is the public."""

    user_id: int | None
    offices: tuple[Office, ...] = ()
    today: date = field(default_factory=date.today)
    name: str = ""

    def holds(self, *roles: str) -> bool:
        """Tell whether one of ``roles`` is among today's offices."""
        return any(office.role in roles for office in self.offices)

    @property
    def person_id(self) -> int:
        """The person's key, for whoever must answer for what is written; ``NotAllowed`` for the public."""
        if self.user_id is None:
            raise NotAllowed(_("请先登录。"))
        return self.user_id

    def with_offices(self, *offices: Office) -> Actor:
        """Return the same person holding only ``offices``; a page's actor may be a lazy one, so none is replaced."""
        return Actor(self.user_id, offices, self.today, self.name)


ANONYMOUS = Actor(user_id=None)
Where = Callable[[Actor, Office], Q]


def everything(actor: Actor, office: Office) -> Q:
    """Scope of an office that covers the whole city."""
    return Q()


def within(**columns: str) -> Where:
    """Build a scope from columns, e.g. ``within(county="host__county_id")``.

    An office that lacks the bound sees nothing: a grant entered without its county
    must not become a grant for the whole city. Columns must be single-valued; a
    many-valued relation would double rows, write ``Exists`` in a scope of its own.
    """

    def where(actor: Actor, office: Office) -> Q:
        scope = Q()
        for name, column in columns.items():
            bound = getattr(office, f"{name}_id")
            scope &= NOTHING if bound is None else Q(**{column: bound})
        return scope

    return where


@dataclass(frozen=True, slots=True)
class Allow:
    """One line of the table: these actions, for this role, on these rows, and why."""

    actions: tuple[str, ...]
    role: str
    where: Where
    because: Any
    only: Q = field(default_factory=Q)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an action is open to an actor, or why it is not: sentences in either case."""

    allowed: bool
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose cases a role deals with: the rows within its office's bound, and the sentence."""

    where: Where
    because: Any


_tables: dict[type[Model], AccessTable] = {}


@dataclass(frozen=True)
class AccessTable:
    """The whole law of one noun. It registers itself, one table a model.

    Cases whose processes come from the catalogue cannot list every step here: for them
    ``reaches`` says how far each role reaches, and the process says whose a step is.
    """

    model: type[Model]
    lines: tuple[Allow, ...]
    reaches: Mapping[str, Reach] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if _tables.setdefault(self.model, self) is not self:
            raise ValueError(f"{self.model.__name__} has an access table already")

    def _scopes(self, actor: Actor, action: str) -> Iterator[tuple[Allow, Q]]:
        offices = (Office(PUBLIC), *actor.offices)
        for line in self.lines:
            if action in line.actions:
                for office in offices:
                    if office.role == line.role:
                        yield line, line.where(actor, office) & line.only

    def scope(self, actor: Actor, action: str = "view") -> Q:
        """Return the ``Q`` of all rows on which ``actor`` may do ``action``."""
        found: Q | None = None
        for _line, where in self._scopes(actor, action):
            if not where:
                return Q()
            found = where if found is None else found | where
        return NOTHING if found is None else found

    def visible(self, queryset: QuerySet[M], actor: Actor, action: str = "view") -> QuerySet[M]:
        """Narrow ``queryset`` to the rows on which ``actor`` may do ``action``."""
        return queryset.filter(self.scope(actor, action))

    def may(self, actor: Actor, action: str, obj: Model) -> bool:
        """Tell whether ``actor`` may do ``action`` on ``obj`` as it stands in the database."""
        return self.visible(self.model._default_manager.filter(pk=obj.pk), actor, action).exists()

    def require(self, actor: Actor, action: str, obj: Model) -> None:
        """Raise ``NotAllowed`` with the explaining sentences unless ``actor`` may act."""
        if not self.may(actor, action, obj):
            raise NotAllowed(" ".join(self.explain(actor, action, obj).sentences))

    def may_any(self, actor: Actor, action: str) -> bool:
        """Tell whether ``actor`` holds any office that could do ``action`` on some row."""
        return any(True for _scope in self._scopes(actor, action))

    def step_scope(self, actor: Actor, step: Step) -> Q:
        """Return the ``Q`` of all rows on which ``actor`` may take ``step``, whatever their state."""
        if not self.reaches:
            return self.scope(actor, step.name)
        found: Q | None = None
        for office in actor.offices:
            if office.role in step.by and office.role in self.reaches:
                where = self.reaches[office.role].where(actor, office)
                if not where:
                    return Q()
                found = where if found is None else found | where
        return NOTHING if found is None else found

    def may_step(self, actor: Actor, step: Step, obj: Model) -> bool:
        """Tell whether ``actor`` may take ``step`` on ``obj`` as it stands in the database."""
        return self.model._default_manager.filter(self.step_scope(actor, step), pk=obj.pk).exists()

    def explain_step(self, actor: Actor, step: Step, obj: Model) -> Explanation:
        """Say why ``step`` is open to ``actor``, or why it is not."""
        if not self.reaches:
            return self.explain(actor, step.name, obj)
        lines = tuple(
            Allow((step.name,), role, reach.where, reach.because)
            for role, reach in self.reaches.items()
            if role in step.by
        )
        held = [office for office in actor.offices if office.role in step.by]
        if self.may_step(actor, step, obj):
            return Explanation(
                allowed=True, sentences=tuple(str(self.reaches[o.role].because) for o in held if o.role in self.reaches)
            )
        return Explanation(allowed=False, sentences=tuple(_refusal(lines, actor, step.name)))

    def actions(self) -> frozenset[str]:
        """Return every action the table knows."""
        return frozenset(action for line in self.lines for action in line.actions)

    def explain(self, actor: Actor, action: str, obj: Model) -> Explanation:
        """Say why ``actor`` may, or may not, do ``action`` on ``obj``.

        One query for each line that could apply. A refusal names each office held and
        the lines that would allow the action, so that the person knows whom to ask.
        """
        rows = self.model._default_manager.filter(pk=obj.pk)
        granted = [str(line.because) for line, where in self._scopes(actor, action) if rows.filter(where).exists()]
        if granted:
            return Explanation(allowed=True, sentences=tuple(dict.fromkeys(granted)))
        return Explanation(allowed=False, sentences=tuple(_refusal(self.lines, actor, action)))


def tables() -> dict[type[Model], AccessTable]:
    """Return every access table by its model."""
    return dict(_tables)


def _refusal(table: Iterable[Allow], actor: Actor, action: str) -> Iterable[str]:
    lines = [line for line in table if action in line.actions]
    held = {office.role: office for office in actor.offices}
    if not lines:
        yield _("没有任何岗位可以办理这一步。")
    for line in lines:
        if office := held.get(line.role):
            yield _("您的岗位“%(office)s”只及于：%(scope)s；本条记录不在其内。") % {
                "office": office.label or office.role,
                "scope": line.because,
            }
    if lines and not any(line.role in held for line in lines):
        yield _("您现有的岗位不办理此事；可以办理的是：%(scopes)s。") % {
            "scopes": "；".join(dict.fromkeys(str(line.because) for line in lines))
        }

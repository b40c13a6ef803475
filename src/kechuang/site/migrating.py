"""Migrations run forwards without rendering every model again for each step (迁移).

Django keeps all models of its state rendered and renders those related to a changed one again: with people and
organisations in nearly every table that is the whole system, thousands of classes for an empty database. What a
step does to the tables needs the one model and what its columns point to. That little is rendered for each step
here; steps that look at more (Python code, renames, a changed key) are run as Django runs them.

``tests/site/test_migrating.py`` holds the tables made either way against each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.postgres.operations import CreateExtension
from django.db.migrations import operations
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.migration import Migration
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ModelState, ProjectState, StateApps
from django.db.migrations.utils import resolve_relation
from django.db.models import Model

Key = tuple[str, str]
OWN_TABLE = (
    operations.CreateModel,
    operations.DeleteModel,
    operations.AddField,
    operations.RemoveField,
    operations.AddIndex,
    operations.RemoveIndex,
    operations.AddConstraint,
    operations.RemoveConstraint,
    operations.AlterModelOptions,
    operations.AlterModelManagers,
    operations.RunSQL,
    CreateExtension,
)
"""Steps that look at one model and at what its own columns point to."""


class FewApps:
    """The models of a state, each rendered when it is asked for, with what its columns and bases point to."""

    def __init__(self, state: ProjectState) -> None:
        self._state = state

    def get_model(self, app_label: str, model_name: str | None = None, require_ready: bool = True) -> type[Model]:  # noqa: FBT001, FBT002 (Django's signature)
        """Return a model as ``django.apps.Apps.get_model`` does."""
        if model_name is None:
            app_label, model_name = app_label.split(".")
        wanted: Key = (app_label, model_name.lower())
        found = {key: self._state.models[key] for key in _reached(self._state.models, wanted)}
        return StateApps(sorted(self._state.real_apps), found).get_model(*wanted)


def _reached(models: dict[Key, ModelState], wanted: Key) -> set[Key]:
    """Return ``wanted`` and every model that can be reached from it by columns and bases."""
    found, ahead = set(), [wanted]
    while ahead:
        key = ahead.pop()
        if key in found or key not in models:
            continue
        found.add(key)
        ahead.extend(_pointed_to(models[key]))
    return found


def _pointed_to(model: ModelState) -> Iterator[Key]:
    own: Key = (model.app_label, model.name_lower)
    for base in model.bases:
        if isinstance(base, str):
            yield resolve_relation(base, *own)
    for field in model.fields.values():
        remote = getattr(field, "remote_field", None)
        for named in (getattr(remote, "model", None), getattr(remote, "through", None)):
            if named:
                yield resolve_relation(named, *own)


class LightState(ProjectState):
    """A state whose models are rendered one by one, and never kept rendered."""

    @classmethod
    def of(cls, state: ProjectState) -> LightState:
        """Return the same state, nothing rendered."""
        return cls(models=state.models, real_apps=state.real_apps)

    @property
    def apps(self) -> Any:
        """The models of this state."""
        return FewApps(self)

    def clone(self) -> LightState:
        """Return a copy that can be changed."""
        return LightState(models={key: model.clone() for key, model in self.models.items()}, real_apps=self.real_apps)

    def whole(self) -> ProjectState:
        """Return the state as Django has it, with everything rendered once it is looked at."""
        return ProjectState(models=self.models, real_apps=self.real_apps)


class LightExecutor(MigrationExecutor):
    """Runs migrations forwards on a light state; everything else as Django does."""

    def _migrate_all_forwards(
        self, state: ProjectState, plan: Any, full_plan: Any, *, fake: bool, fake_initial: bool
    ) -> ProjectState:
        if fake or fake_initial:
            whole: ProjectState = super()._migrate_all_forwards(  # type: ignore[misc] # the stubs leave it out
                state, plan, full_plan, fake=fake, fake_initial=fake_initial
            )
            return whole
        now, left = LightState.of(state), {migration for migration, _backwards in plan}
        for migration, _backwards in full_plan:
            if migration in left:
                now = self._applied(now, migration)
        return now.whole()

    def _applied(self, state: LightState, migration: Migration) -> LightState:
        if is_of_own_tables(migration, state):
            return LightState.of(self.apply_migration(state, migration))
        return LightState.of(self.apply_migration(state.whole(), migration))


def is_of_own_tables(migration: Migration, state: ProjectState) -> bool:
    """Tell whether every step of ``migration`` needs only one model and what its columns point to."""
    return all(_is_of_own_table(step, migration.app_label, state) for step in _steps(migration.operations))


def _steps(found: Iterable[Operation]) -> Iterator[Operation]:
    for step in found:
        if isinstance(step, operations.SeparateDatabaseAndState):
            yield from _steps([*step.database_operations, *step.state_operations])
        else:
            yield step


def _is_of_own_table(step: Operation, app_label: str, state: ProjectState) -> bool:
    if isinstance(step, operations.AlterField):
        model = state.models.get((app_label, step.model_name_lower))
        before = model.fields.get(step.name) if model else None
        return before is not None and not (before.unique or step.field.unique)  # others may point to what is unique
    return isinstance(step, OWN_TABLE)

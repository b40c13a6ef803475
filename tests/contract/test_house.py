"""What holds for every noun of the house, asked of the registries once for all."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import connection, models
from django.urls import URLPattern, URLResolver, get_resolver

import kechuang
from kechuang.catalogue.loading import installed_root, load
from kechuang.kernel import events
from kechuang.kernel.access import tables
from kechuang.kernel.triggers import stateful_models
from kechuang.ui.resource import exported_paths, field_at, registered

SOURCE = Path(kechuang.__file__).parent
LONGEST_FILE = 400
# Files longer than the cap, each with the reason why it is still one thing.
LONG_FILES: dict[str, str] = {}
OURS = [config for config in apps.get_app_configs() if config.name.startswith("kechuang.")]
# Models nobody sees on their own: they are read through the noun they belong to.
THROUGH_ANOTHER: dict[str, str] = {
    "kernel.CatalogueVersion": "printed by kechuang check",
    "kernel.ProcessVersion": "read by the kernel for every case",
    "kernel.ProcessTransition": "read by the trigger",
    "kernel.Move": "read on the page of its subject",
    "kernel.NumberSeries": "read by numbering",
    "kernel.AuditDropped": "read with its seal",
    "kernel.Case": "shown through its object, whose own table is asked",
    "kernel.CaseDesk": "derived from the case, never listed",
    "kernel.CaseHand": "derived from the moves, never listed",
    "kernel.CaseAct": "read on its case's page",
    "kernel.CaseCopy": "read on its case's page",
    "kernel.CaseWatch": "read on its case's page",
    "kernel.SavedView": "a person's own, offered on the desk",
    "kernel.CalendarDay": "a reference table, public",
    "kernel.CalendarNotice": "a reference table, public",
    "kernel.Attachment": "served through what it is attached to",
    "ui.ImportHead": "read when a ledger of the same office is looked at",
    "directory.County": "a reference table, public",
    "directory.Department": "a reference table, public",
    "directory.Division": "a reference table, public",
    "directory.DepartmentAlias": "read when a printed name is matched",
    "directory.OrganisationPeriod": "read on the organisation's page",
    "directory.OrganisationAlias": "read on the organisation's page",
    "facts.EvidenceUse": "read on the page of the evidence",
    "calls.ItemVersion": "read through its item",
    "calls.CallNotice": "read on its call's page",
    "calls.Quota": "read on its call's page",
    "calls.Participant": "read on its application's page",
    "calls.Answer": "read on its application's page",
    "calls.AnswerVersion": "read on its application's page",
    "calls.Submission": "read on its application's page",
    "calls.Stated": "read with its move",
    "calls.Correction": "read on its application's page",
    "calls.CorrectionItem": "read on its application's page",
    "calls.Extension": "read on its application's page",
    "calls.LateAttempt": "read on its application's page",
    "calls.PlainScore": "read on its application's page",
    "calls.TextPrint": "asked by likeness, never listed",
    "calls.EffectRecord": "read with its decision",
    "plan.Responsibility": "read on its clause's page",
    "plan.ResponsibleBody": "read on its clause's page",
    "plan.Milestone": "read on the plan's page",
    "plan.Finding": "read while the draft is checked",
    "plan.IndicatorBody": "read on the indicator's page",
    "plan.Target": "read on the indicator's page",
    "plan.BaseRestatement": "read on the indicator's page",
    "platforms.LifeRule": "read on the pages of the cases that run under it",
    "platforms.GapSnapshot": "read on its pool entry's page",
    "platforms.CoachingNote": "read on its pool entry's page",
    "platforms.Attendance": "read on its session's page",
    "platforms.ScoringRun": "read on its round's page",
    "platforms.ScoredResult": "read on its evaluation's page",
    "platforms.RegisterDelta": "summed by the counters, never listed",
    "platforms.PlatformKind": "a reference table, public",
    "platforms.PlatformPeriod": "read on the platform's page",
    "platforms.Partner": "read on the platform's page",
    "platforms.Standing": "read on the platform's page",
    "platforms.Amendment": "read on the platform's page",
    "review.Scheme": "a version of the catalogue's scheme, read through its round",
    "review.ExpertField": "read on the expert's page",
    "review.Affiliation": "read on the expert's page",
    "review.Relation": "read on the expert's page",
    "review.OrganisationTie": "read when conflicts are computed",
    "review.Integrity": "read on the expert's page",
    "review.QualityMark": "read on the expert's page",
    "review.FeeLine": "read on the expert's page",
    "review.ProposalPerson": "read when conflicts are computed, and taken out of blind copies",
    "review.ProposalParty": "read when conflicts are computed, and taken out of blind copies",
    "review.AvoidedExpert": "read when conflicts are computed",
    "review.BlindFile": "served through its blind copy",
    "review.Invitation": "found by its link's token only",
    "review.Wish": "read when the assignment is computed",
    "review.CriterionScore": "read on its sheet",
    "review.RankingLine": "read on its ranking",
    "brain.SearchRow": "found by the keys read off each room's own table (brain.rights)",
    "brain.OutOfStep": "a queue, read by the job",
    "brain.Rewritten": "a queue, read by the engine of the search",
    "portal.ReleaseFile": "read through its release",
    "api.Usage": "a count a minute, read by the limit only",
    "notify.Announcement": "the outbox, read by the job",
    "notify.Digest": "sent, never shown",
    "notify.ChannelHealth": "printed above the deliveries",
    "notify.Preference": "one's own form",
    "notify.ChannelChoice": "one's own form",
    "notify.ChannelAddress": "one's own form",
}


@pytest.fixture(autouse=True)
def _everything_is_imported() -> None:
    """Access tables and resources register when the pages that use them are imported."""
    assert get_resolver().url_patterns


def our_models() -> list[type[models.Model]]:
    return [model for config in OURS for model in config.get_models()]


def python_files() -> list[Path]:
    return [path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts]


def test_every_model_has_an_access_table_or_is_read_through_another():
    open_models = {model._meta.label for model in our_models()} - {model._meta.label for model in tables()}
    assert open_models == set(THROUGH_ANOTHER) & {model._meta.label for model in our_models()}


def with_steps_of_their_own() -> list[type[models.Model]]:
    """Return the stateful models whose table lists the steps; the others say how far a role reaches."""
    return [model for model in stateful_models() if not tables()[model].reaches]


def test_every_role_of_every_items_process_reaches_its_applications():
    catalogue = load(installed_root(), "anshun")
    (model,) = [model for model in stateful_models() if tables()[model].reaches]
    roles = {role for item in catalogue.items.values() for role in catalogue.processes[item.process].roles}
    assert roles - set(tables()[model].reaches) == set()


def test_every_step_of_every_stateful_model_is_granted_to_its_roles():
    processes = load(installed_root(), "anshun").processes
    ungranted = []
    for model in with_steps_of_their_own():
        granted = {(action, line.role) for line in tables()[model].lines for action in line.actions}
        for step in processes[model.process].steps:
            ungranted += [(model.process, step.name, role) for role in step.by if (step.name, role) not in granted]
    assert ungranted == []


def test_nobody_is_granted_a_step_the_process_does_not_give_them():
    processes = load(installed_root(), "anshun").processes
    excess = []
    for model in with_steps_of_their_own():
        steps = {step.name: set() for step in processes[model.process].steps}
        for step in processes[model.process].steps:
            steps[step.name] |= set(step.by)
        for line in tables()[model].lines:
            excess += [(model.process, a, line.role) for a in line.actions if a in steps and line.role not in steps[a]]
    assert excess == []


def test_every_event_that_is_listened_to_is_declared():
    assert events.listened() - set(events.declared()) == set()


def test_columns_filters_and_order_of_every_resource_exist():
    missing = [
        (resource.name, path)
        for resource in registered().values()
        for path in (
            *exported_paths(resource),
            *(column.path for column in resource.columns),
            *resource.filters,
            *resource.search,
            *(part.lstrip("-") for part in resource.order),
        )
        if not exists(resource.model, path)
    ]
    assert missing == []
    assert {"people", "audit", "platforms"} <= set(registered())


def exists(model: type[models.Model], path: str) -> bool:
    try:
        field_at(model, path)
    except FieldDoesNotExist:
        return False
    return True


def test_sortable_columns_are_never_null():
    nullable = [
        (resource.name, column.path)
        for resource in registered().values()
        for column in resource.columns
        if column.sortable and field_at(resource.model, column.path).null
    ]
    assert nullable == []


def test_no_file_is_longer_than_its_cap():
    long = {
        str(path.relative_to(SOURCE)) for path in python_files() if len(path.read_text().splitlines()) > LONGEST_FILE
    }
    assert long == set(LONG_FILES)


def test_every_module_says_what_it_answers_for():
    trees = {str(path.relative_to(SOURCE)): ast.parse(path.read_text()) for path in python_files()}
    assert [name for name, tree in trees.items() if tree.body and not ast.get_docstring(tree)] == []


def test_templates_hold_no_script_and_no_style_of_their_own():
    guilty = []
    for path in SOURCE.rglob("*.html"):
        text = path.read_text()
        scripts = text.count("<script") - text.count("<script src=") - text.count('type="application/json"')
        if "style=" in text or "<style" in text or "onclick=" in text or scripts > 0:
            guilty.append(str(path.relative_to(SOURCE)))
    assert guilty == []


def test_every_address_has_a_name():
    def walk(patterns):
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns)
            elif isinstance(pattern, URLPattern):
                yield pattern

    ours = [p for p in walk(get_resolver().url_patterns) if p.callback.__module__.startswith("kechuang.")]
    assert [str(p.pattern) for p in ours if not p.name] == []


@pytest.mark.django_db
def test_the_database_can_find_parts_of_chinese_words():
    with connection.cursor() as cursor:
        cursor.execute("SELECT show_trgm('科技创新')")
        assert len(cursor.fetchone()[0]) > 0

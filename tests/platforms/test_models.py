"""What the database refuses, whoever asks."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from kechuang.platforms.models import (
    Competence,
    Partner,
    Platform,
    PlatformPeriod,
    Recognition,
    RegisterDelta,
    RegisterEntry,
    Standing,
)

pytestmark = pytest.mark.django_db


def refused(name, write):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        write()


def copy(row, **values):
    row.pk = None
    row._state.adding = True
    for field, value in values.items():
        setattr(row, field, value)
    return row


def test_dated_rows_neither_overlap_nor_are_empty(town):
    platform = town.platform()
    for model, overlap, empty in (
        (PlatformPeriod, "platforms_one_period_of_a_platform_a_day", "platforms_platform_period_is_not_empty"),
        (Standing, "platforms_one_standing_a_day", "platforms_standing_is_not_empty"),
        (RegisterEntry, "platforms_one_entry_a_day", "platforms_entry_is_not_empty"),
    ):
        row = model.objects.get(platform=platform)
        refused(overlap, copy(model.objects.get(pk=row.pk), start=date(2020, 1, 1)).save)
        refused(empty, lambda model=model, row=row: model.objects.filter(pk=row.pk).update(end=row.start))


def test_a_partnership_is_not_empty(town):
    partner = Partner(
        platform=town.platform(), organisation=town.hosts[1], start=date(2020, 1, 1), end=date(2020, 1, 1)
    )
    refused("platforms_partner_is_not_empty", partner.save)


def test_recognitions_end_after_they_began_and_for_a_reason(town):
    row = town.recognise(town.platform())
    rows = Recognition.objects.filter(pk=row.pk)
    refused(
        "platforms_recognition_ends_after_it_began",
        lambda: rows.update(ended_on=row.recognised_on, ending="expired"),
    )
    refused("platforms_recognition_ends_for_a_reason", lambda: rows.update(ended_on=date(2022, 1, 1)))


def test_a_level_is_held_once_a_day_though_the_service_is_passed_by(town):
    platform = town.platform()
    first = town.recognise(platform)
    second = copy(Recognition.objects.get(pk=first.pk), state="draft", recognised_on=date(2020, 1, 1))
    second.save()
    Recognition.objects.filter(pk=second.pk).update(state="submitted")
    refused(
        "platforms_a_level_is_held_once_a_day",
        lambda: Recognition.objects.filter(pk=second.pk).update(state="in_force"),
    )


def test_states_change_only_along_their_process(town):
    platform = town.platform()
    with pytest.raises(DatabaseError, match="Invalid transition"), transaction.atomic():
        Platform.objects.filter(pk=platform.pk).update(state="revoked")


def test_one_department_is_competent_on_a_day(town):
    row = Competence.objects.first()
    refused("platforms_one_competent_department_a_day", copy(row, department=town.departments[2]).save)


def test_one_delta_stands_in_one_place(town):
    town.platform()
    refused("platforms_one_delta_per_place", copy(RegisterDelta.objects.first()).save)

"""Entering the sample city through the services, and taking it away again."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.hashers import get_hasher
from django.db import transaction
from django.db.models import ProtectedError

from kechuang.catalogue.whole import Catalogue
from kechuang.directory.models import County, Department, Office, Organisation, User
from kechuang.directory.selectors import ROLE_LABELS, actor_for
from kechuang.directory.services import organisation_register
from kechuang.kernel.access import Actor
from kechuang.kernel.access import Office as Held
from kechuang.kernel.audit import acting_as
from kechuang.kernel.errors import Refused
from kechuang.kernel.models import Attachment, Move
from kechuang.plan.models import Duty, GuaranteeRecord, ProgressReport
from kechuang.platforms import services as register
from kechuang.platforms.models import Competence, Platform, PlatformKind
from kechuang.site.sample.bodies import BODIES, credit_code
from kechuang.site.sample.forgetting import rooms_forget
from kechuang.site.sample.people import PEOPLE, Person
from kechuang.site.sample.platforms import PLATFORMS, Sample

FOUNDED = date(2005, 1, 1)
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Account:
    """An account as it is printed once: for which role, its name, its password."""

    role: str
    username: str
    password: str


class City:
    """The sample city while it is being built: what was entered, by its code or stem."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.counties = {county.code: county for county in County.objects.all()}
        self.departments = {department.code: department for department in Department.objects.all()}
        self.kinds = {kind.code: kind for kind in PlatformKind.objects.all()}
        self.directions = {item.code: item.label for group in catalogue.directions for item in group.items}
        self.bodies: dict[str, Organisation] = {}
        self.platforms: dict[tuple[str, str], Platform] = {}
        self.actors: dict[tuple[str, str], Actor] = {}
        self.users: dict[str, User] = {}

    def acting(self, role: str, department: Department) -> Actor:
        """Return the sample person who holds ``role`` in ``department``, or one made for the occasion."""
        return self.actors.get((role, department.code)) or self._anybody(role, department)

    def _anybody(self, role: str, department: Department) -> Actor:
        stand_in = self.actors[role, "kjj"]
        return Actor(stand_in.user_id, (Held(role, department_id=department.pk),), stand_in.today, stand_in.name)


def is_loaded() -> bool:
    """Tell whether any part of the sample city is there."""
    return Organisation.objects.filter(is_sample=True).exists()


@transaction.atomic
def build(catalogue: Catalogue, tell: Progress) -> tuple[City, list[Account]]:
    """Enter organisations, people and platforms; return the city and the accounts to print."""
    if is_loaded():
        raise Refused("示例城市已经载入；如需重来，请先运行 kechuang sample remove。")
    city = City(catalogue)
    _organisations(city, tell)
    accounts = list(_people(city, tell))
    for place, sample in enumerate(PLATFORMS, start=1):
        _platform(city, sample)
        tell("登记平台", place, len(PLATFORMS))
    return city, accounts


@transaction.atomic
def remove() -> dict[str, int]:
    """Remove everything invented; return how many of each. ``Refused`` when real records lean on it."""
    people = User.objects.filter(is_sample=True)
    Platform.objects.filter(is_sample=True).update(parent=None)
    try:
        taken = rooms_forget() | {
            "保障落实": GuaranteeRecord.objects.filter(is_sample=True).delete()[1].get("plan.GuaranteeRecord", 0),
            "任务进展": ProgressReport.objects.filter(is_sample=True).delete()[1].get("plan.ProgressReport", 0),
            "任务分工": Duty.objects.filter(is_sample=True).delete()[1].get("plan.Duty", 0),
            "平台": Platform.objects.filter(is_sample=True).delete()[1].get("platforms.Platform", 0),
            "岗位": Office.objects.filter(user__in=people).delete()[1].get("directory.Office", 0),
        }
        Attachment.objects.filter(uploaded_by__in=people).delete()
        Move.objects.filter(actor__in=people).delete()
        taken["人员"] = people.delete()[1].get("directory.User", 0)
        Organisation.objects.filter(is_sample=True).update(merged_into=None)
        register.register_rebuild()
        taken["单位"] = Organisation.objects.filter(is_sample=True).delete()[1].get("directory.Organisation", 0)
    except ProtectedError as error:
        named = "、".join(sorted({str(row) for row in error.protected_objects})[:5])
        raise Refused(f"示例城市还有正式记录依附其上，不能移除：{named}。请先处理这些记录。") from error
    return taken


def _organisations(city: City, tell: Progress) -> None:
    officer = Actor(user_id=None, offices=(Held("department_officer"),))
    for place, body in enumerate(BODIES, start=1):
        city.bodies[body.stem] = organisation_register(
            actor=officer,
            since=FOUNDED,
            name=body.name,
            kind=body.kind,
            credit_code=credit_code(place, body),
            county=city.counties[body.county],
            industry_code=body.industry,
            is_sample=True,
        )
        tell("登记单位", place, len(BODIES))


ROUNDS = 10_000
"""Stretching a password is for those people think of: 72 random bits nobody guesses, however quick a guess is.
The first sign-in hashes it anew as any other."""


@contextmanager
def random_passwords_hashed_quickly() -> Iterator[None]:
    """Hash with few rounds inside: thirteen full ones take longer than the whole plan."""
    hasher: Any = get_hasher()
    full = getattr(hasher, "iterations", None)
    if full is None:
        yield
        return
    hasher.iterations = min(full, ROUNDS)
    try:
        yield
    finally:
        hasher.iterations = full


def _people(city: City, tell: Progress) -> Iterator[Account]:
    for place, person in enumerate(PEOPLE, start=1):
        password = secrets.token_urlsafe(9)
        user = User(username=person.username, full_name=person.full_name, is_sample=True)
        user.email = f"{person.username}@example.com"
        if person.shown:
            with random_passwords_hashed_quickly():
                user.set_password(password)
        else:
            user.set_unusable_password()
        user.save()
        Office.objects.create(user=user, role=person.role, start=date(2020, 1, 1), **_bound(city, person))
        city.users[person.username] = user
        city.actors[person.role, person.bound] = actor_for(user=user, on=date.today())
        if person.shown:
            yield Account(str(ROLE_LABELS[person.role]), person.username, password)
        tell("开设账号", place, len(PEOPLE))


def _bound(city: City, person: Person) -> dict[str, object]:
    if person.bound in city.departments:
        return {"department": city.departments[person.bound]}
    if person.bound in city.counties:
        return {"county": city.counties[person.bound]}
    return {"organisation": city.bodies[person.bound]} if person.bound else {}


def _platform(city: City, sample: Sample) -> None:
    kind, host = city.kinds[sample.kind], city.bodies[sample.host]
    department = _competent(city, sample)
    officer = city.acting("department_officer", department)
    with acting_as(officer):
        platform = register.platform_register(
            actor=officer,
            since=sample.since,
            name=f"示例{sample.host}{sample.topic}{kind.name}",
            kind=kind,
            host=host,
            department=department,
            is_sample=True,
            industry_code=host.industry_code,
            direction=city.directions[sample.direction],
            director=f"示例负责人{len(city.platforms) + 1:02d}",
        )
    city.platforms[sample.kind, sample.host] = platform
    for level, day in sample.given:
        _recognise(city, platform, department, level=level, day=day, confirmed=sample.confirmed)


def _competent(city: City, sample: Sample) -> Department:
    """Return the department of the highest level given, as the matrix has it."""
    level = sample.given[-1][0] if sample.given else "municipal"
    rows = Competence.objects.filter(kind__code=sample.kind).select_related("department")
    return (rows.filter(level=level).first() or rows.get(level="provincial")).department


def _recognise(
    city: City, platform: Platform, department: Department, *, level: str, day: date, confirmed: bool
) -> None:
    officer, head = city.acting("department_officer", department), city.acting("department_head", department)
    row = Competence.objects.filter(kind=platform.periods.get().kind, level=level).first()
    with acting_as(officer):
        recognition = register.recognition_draft(
            platform=platform,
            actor=officer,
            level=level,
            recognised_on=day,
            document_number=f"示例〔{day.year}〕{platform.pk % 90 + 1}号",
            recognised_by=row.recognised_by if row else "示例认定机关",
            certificate=f"示例证书{day.year}-{platform.pk:03d}",
        )
        register.recognition_move(recognition=recognition, step="submit", actor=officer)
    if confirmed:
        with acting_as(head):
            register.recognition_confirm(recognition=recognition, actor=head, end_lower=True)

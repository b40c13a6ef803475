"""The cast and the ground of review's tests: a bureau, units, experts in the base, a round with proposals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from django.test import Client

from kechuang.catalogue.loading import cities, installed_root, load
from kechuang.catalogue.whole import Catalogue
from kechuang.directory.models import Department, Organisation
from kechuang.directory.models import Office as StoredOffice
from kechuang.directory.selectors import actor_for
from kechuang.kernel.access import Actor, Office
from kechuang.kernel.processes import begin, process_of, processes_store
from kechuang.review import loading
from kechuang.review.loading import rules_of
from kechuang.review.models import Affiliation, Expert, ExpertField, Proposal, Round, Scheme, ScoreSheet, Seat
from kechuang.review.services import draws, rounds, seats, sheets
from kechuang.review.services.experts import identity_digest
from tests.factories import CountyFactory, DepartmentFactory, OrganisationFactory, UserFactory

_read: dict[str, Catalogue] = {}
TODAY = date(2026, 3, 2)


def catalogue() -> Catalogue:
    """Return the catalogue, read once a session."""
    if not _read:
        root = installed_root()
        _read["it"] = load(root, cities(root)[0])
    return _read["it"]


@dataclass
class Bench:
    """What a test of review stands on, and short ways to make more of it."""

    department: Department
    other_department: Department
    units: list[Organisation]
    count: int = 0
    people: dict[str, Actor] = field(default_factory=dict)

    def actor(self, role: str, **bounds: object) -> Actor:
        keys = {f"{name}_id": getattr(row, "pk", row) for name, row in bounds.items()}
        key = f"{role}{sorted(keys.items())}"
        if key not in self.people:
            user = UserFactory()
            StoredOffice.objects.create(user=user, role=role, start=date(2020, 1, 1), **bounds)
            office = Office(role, label=f"示例{role}", **keys)
            self.people[key] = Actor(user_id=user.pk, offices=(office,), today=TODAY, name=user.full_name)
        return self.people[key]

    @property
    def secretary(self) -> Actor:
        return self.actor("review_secretary", department=self.department)

    def expert(self, *, unit: Organisation | None = None, code: str = "520.20", **values: object) -> Expert:
        """Store an expert in the base as the entry's steps leave one; the process starts where it must."""
        self.count += 1
        n = self.count
        unit = unit or self.units[n % len(self.units)]
        expert = Expert.objects.create(
            **begin("expert_entry"),
            number=f"ZJ-2026-{n:04d}",
            name=values.pop("name", f"示例专家{n}"),
            identity_digest=values.pop("identity_digest", identity_digest(f"expert{n}")),
            organisation=unit,
            department=self.department,
            stratum=code[:3],
            born_on=date(1975, 5, 1),
            title="senior",
            degree="博士",
            post="示例职务",
            mobile="13800000000",
            email=f"expert{n}@example.com",
            **values,
        )
        Affiliation.objects.create(expert=expert, organisation=unit, start=date(2015, 1, 1), verified=True)
        ExpertField.objects.create(expert=expert, tree="discipline", code=code, stated=3, main=True)
        return expert

    def admitted(self, **values: object) -> Expert:
        """Store an expert who went through every step, with an account."""
        expert = self.expert(**values)
        return self.admit([expert])[0]

    def admit(self, experts: list[Expert]) -> list[Expert]:
        """Take experts along the process to the base; each gets an account with an expert's office."""
        keys = [expert.pk for expert in experts]
        for state in ("unit_review", "recommender_review", "bureau_review", "publicity", "active"):
            Expert.objects.filter(pk__in=keys).update(state=state)
        for expert in experts:
            expert.refresh_from_db()
            user = UserFactory(full_name=expert.name, username=expert.number.lower())
            StoredOffice.objects.create(user=user, role="expert", start=date(2020, 1, 1))
            Expert.objects.filter(pk=expert.pk).update(user=user, verified_on=TODAY, confirmed_on=TODAY)
            expert.refresh_from_db()
        return experts

    def sitting(self, expert: Expert) -> Actor:
        """Return the actor of an expert's account."""
        return actor_for(user=Expert.objects.get(pk=expert.pk).user, on=TODAY)

    def round(self, *, kind: str = "remote", scheme: str = "", **values: object) -> Round:
        code = scheme or ("project_remote" if kind == "remote" else "platform_panel")
        row = Scheme.objects.filter(code=code).order_by("-number").first()
        return rounds.round_plan(
            actor=self.secretary,
            scheme=row,
            kind=kind,
            department=self.department,
            title=str(values.pop("title", "示例评审")),
            **values,
        )

    def proposal(self, round_: Round, **values: object) -> Proposal:
        n = round_.proposals.count() + 1
        given = {
            "number": f"SQ-2026-{n:04d}",
            "title": f"示例课题{n}",
            "organisation": values.pop("organisation", None)
            or OrganisationFactory(name=f"示例申报企业{round_.pk}_{n}"),
            "people": [(f"示例申报人{n}", f"applicant{n}", "leader")],
            "sections": [("研究内容", "示例内容", False)],
            "discipline_code": "520.20",
            "amount_fen": 10_000_00,
            **values,
        }
        return rounds.proposal_add(round_=round_, actor=self.secretary, **given)

    def drawn(self, round_: Round, **quota: int) -> list[Seat]:
        """Commit and draw with given quotas by stratum; return the members' seats."""
        strata = [{"name": name, "quota": n, "alternates": 2} for name, n in quota.items()]
        strata = [{**row, "name": str(row["name"]).removeprefix("s")} for row in strata]
        draws.draw_commit(round_=round_, actor=self.secretary, strata=strata)
        draws.draw_carry_out(round_=round_, actor=self.secretary)
        return list(round_.seats.filter(part="member").select_related("identity__expert").order_by("order"))

    def accepted(self, round_: Round, **quota: int) -> list[Seat]:
        """Draw, invite, and let every member accept."""
        members = self.drawn(round_, **quota)
        seats.round_invite(round_=round_, actor=self.secretary)
        for seat in members:
            seat.refresh_from_db()
            seats.seat_accept(seat=seat, actor=self.sitting(seat.identity.expert), pledged=True)
        return members

    def fill(self, sheet: ScoreSheet, points: int = 8) -> ScoreSheet:
        """Save a sheet as its reviewer, every criterion with ``points`` tenths."""
        rules = rules_of(sheet.pair.proposal.round.scheme)
        values = {f"points.{c.code}": str(c.most * points // 10) for c in rules.criteria}
        values |= {f"comment.{c.code}": "示例依据" for c in rules.criteria}
        values |= {"recommendation": "support", "opinion": "示例意见"}
        actor = self.sitting(sheet.pair.seat.identity.expert)
        return sheets.sheet_save(sheet=sheet, actor=actor, version=sheet.version, values=values)

    def sign(self, sheet: ScoreSheet, points: int = 8) -> ScoreSheet:
        """Fill in and sign a sheet as its reviewer."""
        actor = self.sitting(sheet.pair.seat.identity.expert)
        return sheets.sheet_sign(sheet=self.fill(sheet, points), actor=actor)

    def client(self, actor: Actor | None) -> Client:
        """Return a browser signed in as ``actor``, or the public's."""
        client = Client()
        if actor is not None:
            from django.contrib.auth import get_user_model  # noqa: PLC0415 - apps are ready by now

            client.force_login(
                get_user_model().objects.get(pk=actor.user_id),
                backend="allauth.account.auth_backends.AuthenticationBackend",
            )
        return client


@pytest.fixture
def bench(db: None, settings: object, tmp_path: Path) -> Iterator[Bench]:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    process_of.cache_clear()
    read = catalogue()
    processes_store(read.processes.values())
    keeper = read.expert_base.keeper
    department = Department.objects.filter(code=keeper).first() or DepartmentFactory(
        code=keeper, name="示例科技局", short_name="示例科技局"
    )
    loading.load(read)
    county = CountyFactory()
    units = [OrganisationFactory(name=f"示例大学{n}", kind="university", county=county) for n in range(12)]
    yield Bench(department, DepartmentFactory(), units)
    process_of.cache_clear()

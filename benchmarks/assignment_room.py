"""A whole assignment of the review room: conflicts, matching scores, optimum with proof, write-back.

    python -m benchmarks.assignment_room [--proposals 10000] [--experts 5000] [--reviews 3] [--objective total]

The goal: 10,000 proposals × 5,000 experts in at most 30 s. Fills a database of its own with invented experts,
units and proposals and drops it afterwards. Prints the seconds of each stage, how many pairs were barred and
written, and that no written pair is a barred one.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import subprocess
import sys
import time
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from benchmarks.filling import prepare
from kechuang.site.database.address import read_address

DATABASE = "kechuang_bench_review"
TODAY = date(2026, 3, 2)
UNITS = 900
BATCH = 5_000


def main() -> None:
    """Fill, measure in a process of its own, drop."""
    parser = argparse.ArgumentParser(description="评审分派全流程的耗时：回避、匹配、求解、核验、写回。")
    parser.add_argument("--proposals", type=int, default=10_000)
    parser.add_argument("--experts", type=int, default=5_000)
    parser.add_argument("--reviews", type=int, default=3)
    parser.add_argument("--objective", choices=("total", "fair", "random"), default="total")
    parser.add_argument("--keep", action="store_true", help="不删除基准数据库")
    parser.add_argument("--phase", choices=("fill", "measure"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.phase:
        {"fill": fill, "measure": measure}[asked.phase](asked)
        return
    prepare(DATABASE)
    try:
        for phase in ("fill", "measure"):
            command = [sys.executable, "-m", "benchmarks.assignment_room", "--phase", phase, *sys.argv[1:]]
            environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "kechuang.site.settings"}
            subprocess.run(command, check=True, env=environment, cwd=Path(__file__).parents[1])
    finally:
        if not asked.keep:
            drop()


def drop() -> None:
    """Drop the database of this benchmark."""
    address = read_address(os.environ["DATABASE_URL"])
    with psycopg.connect(**{**address.arguments(), "dbname": "postgres"}, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(DATABASE)))


def fill(asked: argparse.Namespace) -> None:
    """Enter units, experts, one round with its proposals and seats; triggers are off while filling."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from kechuang.catalogue.loading import cities, installed_root, load
    from kechuang.kernel.loading import catalogue_load

    call_command("migrate", verbosity=0)
    catalogue_load(load(installed_root(), cities(installed_root())[0]))
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
    _Filling(asked).run()


class _Filling:
    """Everything that is entered, with one stream of numbers so that a second run enters the same."""

    def __init__(self, asked: argparse.Namespace) -> None:
        self.asked = asked
        self.rng = random.Random(11)
        self.load = max(9, -(-asked.proposals * asked.reviews * 6 // (asked.experts * 5)))

    def run(self) -> None:
        """Enter all of it."""
        units = self._units()
        experts = self._experts(units)
        self._round(units, experts)

    def _units(self) -> list[Any]:
        from kechuang.directory.models import County, Organisation

        county = County.objects.first()
        return Organisation.objects.bulk_create(
            [Organisation(kind="university", name=f"示例单位{n}", county=county, is_sample=True) for n in range(UNITS)]
        )

    def _experts(self, units: list[Any]) -> list[Any]:
        from kechuang.directory.models import Department
        from kechuang.kernel.processes import begin
        from kechuang.review import subjects
        from kechuang.review.models import Affiliation, Expert, ExpertField, Relation

        department, state = Department.objects.first(), {**begin("expert_entry"), "state": "active"}
        self.codes = [code for code in subjects.names("discipline") if "." in code][:120]
        rows = [
            Expert(
                **state, number=f"ZJ-{n:05d}", name=f"示例专家{n}", identity_digest=f"e{n}", verified_on=TODAY,
                organisation=self.rng.choice(units), department=department, confirmed_on=TODAY, stratum="520",
            )
            for n in range(self.asked.experts)
        ]  # fmt: skip
        experts = Expert.objects.bulk_create(rows, batch_size=BATCH)
        started = TODAY - timedelta(days=3000)
        Affiliation.objects.bulk_create(
            [Affiliation(expert=e, organisation_id=e.organisation_id, start=started, verified=True) for e in experts],
            batch_size=BATCH,
        )
        ExpertField.objects.bulk_create(
            [
                ExpertField(expert=e, tree="discipline", code=code, stated=self.rng.randint(1, 3), main=place == 0)
                for e in experts
                for place, code in enumerate(self.rng.sample(self.codes, 3))
            ],
            batch_size=BATCH,
        )
        Relation.objects.bulk_create(
            [
                Relation(expert=e, kind="coproject", person=f"示例申报人{self.rng.randrange(9999)}", verified=True)
                for e in experts
            ],
            batch_size=BATCH,
        )
        return experts

    def _round(self, units: list[Any], experts: list[Any]) -> None:
        from kechuang.directory.models import Department
        from kechuang.kernel.processes import begin
        from kechuang.review.loading import rules_of, scheme_store
        from kechuang.review.models import (
            Proposal,
            ProposalIdentity,
            ProposalPerson,
            Round,
            Scheme,
            Seat,
            SeatIdentity,
        )

        rules = rules_of(Scheme.objects.get(code="project_remote"))
        limits = rules.limits.model_copy(
            update={"reviews_each": self.asked.reviews, "panel_least": 1, "panel_odd": False, "max_load": self.load}
        )
        scheme = scheme_store("bench", "示例办法", rules.model_copy(update={"limits": limits, "code": "bench"}))
        state = {**begin("review_round"), "state": "drawn"}
        round_ = Round.objects.create(
            **state, number="PS-BENCH", title="示例基准", kind="remote", scheme=scheme,
            department=Department.objects.first(),
        )  # fmt: skip
        proposals = Proposal.objects.bulk_create(
            [
                Proposal(round=round_, code=f"P-{n:05d}", discipline_code=self.rng.choice(self.codes))
                for n in range(self.asked.proposals)
            ],
            batch_size=BATCH,
        )
        ProposalIdentity.objects.bulk_create(
            [self._identity(ProposalIdentity, n, proposal, units) for n, proposal in enumerate(proposals)],
            batch_size=BATCH,
        )
        ProposalPerson.objects.bulk_create(
            [
                ProposalPerson(proposal=proposal, name=f"示例申报人{n}", digest="", part="leader")
                for n, proposal in enumerate(proposals)
            ],
            batch_size=BATCH,
        )
        seat_state = {**begin("expert_seat"), "state": "accepted"}
        seats = Seat.objects.bulk_create(
            [
                Seat(
                    **seat_state,
                    round=round_,
                    code=f"专家{n:05d}",
                    part="member",
                    stratum="520",
                    order=n,
                    max_load=self.load,
                )
                for n in range(len(experts))
            ],
            batch_size=BATCH,
        )
        SeatIdentity.objects.bulk_create(
            [SeatIdentity(seat=s, expert=e, round=round_) for s, e in zip(seats, experts, strict=True)],
            batch_size=BATCH,
        )

    def _identity(self, model: Any, n: int, proposal: Any, units: list[Any]) -> Any:
        unit = self.rng.choice(units)
        return model(proposal=proposal, number=f"SQ-{n}", title=f"示例课题{n}", organisation=unit, county=unit.county)


def measure(asked: argparse.Namespace) -> None:
    """Time the stages one by one, then the whole as it is used."""
    import django

    django.setup()

    from django.contrib.auth import get_user_model

    from kechuang.kernel.access import Actor, Office
    from kechuang.review.models import AssignmentRun, Pair, Round, SeatIdentity
    from kechuang.review.selectors.conflicts import conflicts_of_round
    from kechuang.review.services.assignments import assignment_ask, assignment_solve

    round_ = Round.objects.select_related("scheme").get()
    office = Office("review_secretary", department_id=round_.department_id)
    person = get_user_model().objects.get_or_create(username="bench", defaults={"full_name": "示例"})[0]
    actor = Actor(person.pk, (office,), TODAY)
    experts = list(SeatIdentity.objects.values_list("expert_id", flat=True))
    began = time.perf_counter()
    found = conflicts_of_round(round_, experts, on=TODAY)
    conflicts = time.perf_counter() - began
    began, worked = time.perf_counter(), time.process_time()
    run = assignment_solve(run=assignment_ask(round_=round_, objective=asked.objective, actor=actor), actor=actor)
    whole, worked = time.perf_counter() - began, time.process_time() - worked
    pairs = Pair.objects.values_list("proposal_id", "seat__identity__expert_id").iterator()
    barred = sum(pair in found for pair in islice(pairs, None))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{asked.proposals} 份 × {asked.experts} 名，每份 {asked.reviews} 名，目标 {asked.objective}：{run.state}")
    print(f"回避计算 {conflicts:.1f} s（{len(found)} 对）")
    print(f"全流程 {whole:.1f} s（目标 30 s 内，本进程占用处理器 {worked:.1f} s）；内存 {memory:.0f} MB")
    print(f"写回 {Pair.objects.count()} 对，其中应回避 {barred} 对")
    print(f"一分钟平均负载 {os.getloadavg()[0]:.1f}（{os.cpu_count()} 核）")
    print(f"目标值 {run.objective_value}，最低一对 {run.worst_pair}")
    if run.state != AssignmentRun.State.DONE or barred:
        sys.exit(1)


if __name__ == "__main__":
    main()

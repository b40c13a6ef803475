"""Makers of stored things for tests; names say 示例."""

from __future__ import annotations

from datetime import date

import factory
from django.contrib.auth import get_user_model

from kechuang.directory.models import County, Department, Organisation, OrganisationPeriod


class CountyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = County

    code = factory.Sequence(lambda n: f"county{n}")
    name = factory.Sequence(lambda n: f"示例县{n}")
    short_name = factory.SelfAttribute("name")


class DepartmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Department

    code = factory.Sequence(lambda n: f"department{n}")
    name = factory.Sequence(lambda n: f"示例市部门{n}")
    short_name = factory.SelfAttribute("name")


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = get_user_model()

    username = factory.Sequence(lambda n: f"user{n}")
    full_name = factory.Sequence(lambda n: f"示例人员{n}")


class OrganisationFactory(factory.django.DjangoModelFactory):
    """An organisation with the open period every organisation has."""

    class Meta:
        model = Organisation
        skip_postgeneration_save = True

    class Params:
        since = date(2010, 1, 1)

    kind = Organisation.Kind.ENTERPRISE
    name = factory.Sequence(lambda n: f"示例企业{n}")
    name_key = factory.SelfAttribute("name")
    county = factory.SubFactory(CountyFactory)

    @factory.post_generation
    def periods(self, create: bool, extracted: object, **kwargs: object) -> None:  # noqa: FBT001
        OrganisationPeriod.objects.create(
            organisation=self,
            start=date(2010, 1, 1),
            name=self.name,
            credit_code=self.credit_code,
            county=self.county,
        )


class PlatformKindFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = "platforms.PlatformKind"

    code = factory.Sequence(lambda n: f"kind{n}")
    name = factory.Sequence(lambda n: f"示例类别{n}")
    order = factory.Sequence(lambda n: n)


class CompetenceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = "platforms.Competence"

    kind = factory.SubFactory(PlatformKindFactory)
    level = "municipal"
    department = factory.SubFactory(DepartmentFactory)
    recognised_by = "示例机关"
    document = "示例办法"


class PlanFactory(factory.django.DjangoModelFactory):
    """A draft plan; processes must be stored before."""

    class Meta:
        model = "plan.Plan"

    class Params:
        begun = factory.LazyFunction(lambda: _begin("plan_publication"))

    code = factory.Sequence(lambda n: f"sample-plan-{n}")
    version = 1
    title = factory.Sequence(lambda n: f"示例行动方案{n}")
    year_from = 2021
    year_to = 2023
    state = factory.LazyAttribute(lambda made: made.begun["state"])
    process_version = factory.LazyAttribute(lambda made: made.begun["process_version"])


class ClauseFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = "plan.Clause"

    plan = factory.SubFactory(PlanFactory)
    order = factory.Sequence(lambda n: n % 10_000)
    no = factory.Sequence(lambda n: f"（{n}）")
    section = "二"
    path = factory.LazyAttribute(lambda made: f"{made.section}/{made.no}")
    kind = "task"
    title = factory.Sequence(lambda n: f"示例任务{n}")


class IndicatorFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = "plan.Indicator"

    plan = factory.SubFactory(PlanFactory)
    order = factory.Sequence(lambda n: n % 10_000)
    name = factory.Sequence(lambda n: f"示例指标{n}")
    unit = "个"
    basis = "cumulative"
    base_year = 2020
    base_value = 11


def _begin(process: str) -> dict[str, object]:
    from kechuang.kernel.processes import begin  # noqa: PLC0415 - factories load before processes are stored

    return begin(process)

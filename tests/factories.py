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

"""What the sample city knows of its organisations, and the matters it has on the way."""

from __future__ import annotations

from datetime import date

from kechuang.calls import sample as calls_sample
from kechuang.calls.sample import Host
from kechuang.directory.models import Department, Organisation
from kechuang.facts import sample as facts_sample
from kechuang.kernel.access import Actor
from kechuang.kernel.access import Office as Held
from kechuang.platforms import sample as platforms_sample
from kechuang.review import sample as review_sample
from kechuang.site.sample.city import City

REVIEWED = 14
"""Organisations that send experts or stand in the sample rounds."""

APPLYING = ("云岭精工", "银线电气", "石林建材", "青峰药业")
"""Organisations of one county, in the order in which their applications are ahead of each other."""


def facts_known(city: City) -> None:
    """Let every organisation declare its figures of three years; the bureau verifies some."""
    facts_sample.sample_facts(
        city.bodies.values(),
        speaker=lambda organisation: _speaker(city, organisation),
        officer=city.actors["department_officer", "kjj"],
    )


def matters_begun(city: City) -> None:
    """Publish a call and bring four applications on their way."""
    calls_sample.sample_matters(
        hosts=[_host(city, stem) for stem in APPLYING],
        officers={
            "county_officer": city.actors["county_officer", "xixiu"],
            "department_officer": city.actors["department_officer", "kjj"],
            "department_head": city.actors["department_head", "kjj"],
        },
    )


def lives_led(city: City) -> None:
    """Let the bureau's platforms report, be evaluated and change, and others grow in the pool."""
    cast = platforms_sample.Cast(
        department=Department.objects.get(code="kjj"),
        officer=city.actors["department_officer", "kjj"],
        head=city.actors["department_head", "kjj"],
        host=lambda organisation: _acting(city, "host_admin", organisation),
    )
    platforms_sample.sample_life(cast, cultivated=[city.bodies[stem] for stem in APPLYING])


def rounds_held(city: City) -> None:
    """Let the bureau keep an expert base and hold two rounds of review, one decided, one being scored."""
    review_sample.build(
        secretary=city.users["mishu"],
        officer=city.users["jingban"],
        reviewer=city.users["zhuanjia"],
        units=list(city.bodies.values())[:REVIEWED],
        today=date.today(),
    )


def _host(city: City, stem: str) -> Host:
    organisation = city.bodies[stem]
    return Host(organisation, _acting(city, "applicant", organisation), _acting(city, "host_admin", organisation))


def _speaker(city: City, organisation: Organisation) -> Actor:
    return _acting(city, "applicant", organisation)


def _acting(city: City, role: str, organisation: Organisation) -> Actor:
    """Return the sample person of ``role`` as if holding the office of ``organisation``: one person speaks for all."""
    person = city.actors[role, "云岭精工"]
    label = f"{organisation} · {'申报人' if role == 'applicant' else '依托单位管理员'}"
    return Actor(person.user_id, (Held(role, organisation_id=organisation.pk, label=label),), person.today, person.name)

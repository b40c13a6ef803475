"""What approved applications do to the register, each through the city's own item."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kechuang.calls import registries
from kechuang.calls.definitions import definition_of
from kechuang.calls.models import Answer, Application, Decision
from kechuang.calls.selectors.subjects import subject_of
from kechuang.calls.services.items import items_store
from kechuang.directory import loading as directory_loading
from kechuang.directory.models import County, Department
from kechuang.facts.subjects import Subject
from kechuang.kernel.errors import Refused
from kechuang.platforms import loading, services
from kechuang.platforms.models import Hearing, PlatformKind, PoolEntry, Recognition, RegisterEntry
from tests.calls.conftest import Bureau
from tests.factories import OrganisationFactory
from tests.platforms.conftest import catalogue
from tests.platforms.living import metrics_load, rules_load

pytestmark = pytest.mark.django_db
TODAY = date.today()
SAMPLE = "91520400MA00000005"


@pytest.fixture
def bureau(processes):
    for load in (directory_loading.load, metrics_load, rules_load, loading.load, items_store):
        load(catalogue())
    definition_of.cache_clear()
    county = County.objects.get(code=catalogue().city.counties[0].code)
    organisation = OrganisationFactory(county=county, name="示例企业甲", credit_code=SAMPLE)
    return Bureau(organisation, county, Department.objects.get(code="kjj"))


def decided(bureau, application: Application, on: date, **answers: object) -> tuple[Application, Decision]:
    """Answer ``application`` and approve it."""
    person = bureau.person("applicant")
    for code, value in answers.items():
        Answer.objects.create(
            application=application, code=code, value=value, changed_by=person, changed_at=application.started_at
        )
    decision = Decision.objects.create(
        application=application,
        outcome="approved",
        number="示〔2026〕5号",
        decided_on=on,
        decided_by=bureau.person("department_head"),
    )
    return application, decision


def effected(bureau, item: str, subject: object = None, on: date = TODAY, **answers: object) -> registries.Done:
    """Apply for ``item``, approve it and run its effect as whoever ends the case."""
    more = {} if subject is None else {"subject": subject}
    call = None if definition_open(item) else bureau.call(item)
    application = bureau.started(call=call, item=item, **more)
    application, decision = decided(bureau, application, on, **answers)
    asked = definition_of(application.item_version_id).effect
    ending = bureau.actor("department_officer")
    return registries.effect(asked.name).run(application, decision, asked.params, ending)


def definition_open(item: str) -> bool:
    return catalogue().items[item].always_open


def recognised(bureau):
    past = TODAY - timedelta(days=30)
    done = effected(bureau, "recognition.etrc.municipal", on=past, title="示例中心", director_name="示例主任")
    return done.target


@pytest.mark.capability("C41")
def test_an_approved_recognition_stands_in_the_register_at_once(bureau):
    platform = recognised(bureau)
    entry = RegisterEntry.objects.get(platform=platform, end=date.max)
    assert (entry.name, entry.kind.code, entry.level, entry.standing, entry.director, entry.document_number) == (
        "示例中心",
        "etrc",
        "municipal",
        "active",
        "示例主任",
        "示〔2026〕5号",
    )
    with pytest.raises(Refused, match="已有"):
        bureau.started(call=bureau.call("recognition.etrc.municipal"))


def test_a_change_is_written_into_the_register(bureau):
    platform = recognised(bureau)
    effected(bureau, "platform.change", platform, new_name="示例新名", changed_on=TODAY.isoformat(), reason_text="更名")
    assert RegisterEntry.objects.get(platform=platform, end=date.max).name == "示例新名"


def test_an_annual_report_is_filed_with_its_platform(bureau):
    platform = recognised(bureau)
    done = effected(bureau, "platform.annual_report", platform, progress="示例进展", next_year="示例计划")
    assert (done.target.state, done.target.answers["本年度运行与建设情况"]) == ("filed", "示例进展")
    assert subject_of(Application.objects.get(subject_id=platform.pk)) == Subject(
        "organisation", bureau.organisation.pk
    )


@pytest.mark.capability("C19")
def test_an_applicant_is_taken_into_the_pool_for_the_type_it_named(bureau):
    effected(
        bureau,
        "cultivation.pool_entry.science",
        target_type="工程技术研究中心",
        target_level="省级",
        target_year="2028",
    )
    entry = PoolEntry.objects.get()
    assert (entry.kind.code, entry.level, entry.state, entry.goal_on) == (
        "etrc",
        "provincial",
        "in_pool",
        date(2028, 12, 31),
    )


def test_deregistration_goes_through_the_hosts_own_request(bureau):
    platform = recognised(bureau)
    effected(bureau, "platform.deregistration", platform, explanation="示例：停止运行")
    platform.refresh_from_db()
    assert (platform.state, Hearing.objects.get().views) == ("deregistered", "依托单位自行申请：示例：停止运行")
    with pytest.raises(Refused, match="不在运行状态"):
        bureau.started(item="platform.change", subject=platform)


@pytest.mark.capability("C130")
def test_a_recommendation_upwards_is_recorded_with_what_came_back(bureau):
    platform = recognised(bureau)
    done = effected(bureau, "recommendation.provincial", platform, title="示例省级中心")
    assert (done.target.state, done.target.level, done.target.decision_number) == (
        "recognised",
        "provincial",
        "示〔2026〕5号",
    )
    assert Recognition.objects.get(level="provincial").state == "submitted"


def test_who_is_barred_cannot_apply(bureau):
    services.ban_record(
        organisation=bureau.organisation, start=TODAY, months=36, reason="示例", actor=bureau.actor("department_head")
    )
    with pytest.raises(Refused, match="限制申报"):
        bureau.started(call=bureau.call("recognition.etrc.municipal"))


def test_every_effect_and_clash_the_catalogue_names_is_there(bureau):
    words = catalogue().words
    assert {each.word for each in words.effects} == set(registries.effects())
    assert {each.word for each in words.clashes} == set(registries.clashes())
    assert PlatformKind.objects.filter(code="etrc").exists()

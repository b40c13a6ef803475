"""An application from hand to hand: what its applicants are told, what its officers are, and what neither learns."""

from __future__ import annotations

import pytest

from kechuang.calls.models import Participant
from kechuang.kernel.cases import case_of
from kechuang.notify import texts
from kechuang.notify.models import Message
from kechuang.notify.services.telling import spread
from tests.calls.conftest import bureau, catalogue_loaded  # noqa: F401 - fixtures
from tests.notify.conftest import person

pytestmark = pytest.mark.django_db
loaded = pytest.fixture(scope="module")(catalogue_loaded)


def told() -> dict[int, str]:
    """Tell what is to be told, and return person → situation of what is new."""
    Message.objects.all().delete()
    spread()
    return {row.recipient_id: row.facts["situation"] for row in Message.objects.all()}


def words(user) -> str:
    return "".join(texts.printed(Message.objects.get(recipient=user).facts).lines())


def test_an_application_is_told_from_hand_to_hand(bureau):  # noqa: F811 - the fixture
    wang, _colleague = bureau.person("applicant"), bureau.person("applicant", "second")
    host, county = bureau.person("host_admin"), bureau.person("county_officer")
    officer, head = bureau.person("department_officer"), bureau.person("department_head")
    case = bureau.filled(bureau.started(bureau.call()))
    told()

    bureau.move(case, "submit", "applicant")
    assert told() == {host.pk: "act"}
    bureau.move(case, "return", "host_admin", reason="示例：请补充设备清单")
    assert told() == {wang.pk: "returned"}
    assert "请补充设备清单" in words(wang)
    assert host.full_name not in words(wang)

    bureau.move(case, "submit", "applicant")
    bureau.filled(case, "host_admin")
    assert told() == {host.pk: "act"}
    bureau.move(case, "pass", "host_admin")
    assert told() == {county.pk: "act", wang.pk: "progressed"}
    assert words(wang) == "现为“县区推荐”。目前不需要您办理。这件事由您提出，所以发给您。"
    bureau.move(case, "recommend", "county_officer", reason="示例推荐意见", rank=1)
    assert told() == {officer.pk: "act", wang.pk: "progressed"}
    assert "示例推荐意见" not in words(wang)

    bureau.move(case, "reject", "department_head", reason="示例：不在受理范围，电话13800001234")
    assert told() == {wang.pk: "decided", host.pk: "ended", county.pk: "ended"}
    assert "不在受理范围，电话138****34" in words(wang)
    assert "不在受理范围" not in words(county)
    assert "部门负责人" in words(wang)
    assert head.full_name not in words(wang)


def test_a_correction_is_asked_of_who_may_give_it(bureau):  # noqa: F811 - the fixture
    wang, colleague = bureau.person("applicant"), bureau.person("applicant", "second")
    bureau.person("host_admin")
    bureau.person("county_officer")
    case = bureau.filled(bureau.started(bureau.call()))
    bureau.move(case, "submit", "applicant")
    bureau.filled(case, "host_admin")
    bureau.move(case, "pass", "host_admin")
    bureau.move(case, "recommend", "county_officer", rank=1)
    told()
    bureau.move(case, "correct", "department_officer", corrections={"abstract": "摘要过于简略"})
    now = told()
    assert (now[wang.pk], colleague.pk in now) == ("act", False)
    due = case_of(case).due_on
    assert texts.printed(Message.objects.get(recipient=wang).facts).act == (
        f"请打开办理，期限至 {due}。" if due else "请打开办理。"
    )


def test_who_began_it_is_told_though_a_colleague_handed_it_in(bureau):  # noqa: F811 - the fixture
    wang, sun, host = bureau.person("applicant"), bureau.person("applicant", "second"), bureau.person("host_admin")
    case = bureau.filled(bureau.started(bureau.call()))
    Participant.objects.create(application=case, user=sun, fills=True, invited_by=wang)
    told()
    bureau.people["applicant"] = sun
    bureau.move(case, "submit", "applicant")
    assert told() == {wang.pk: "progressed", host.pk: "act"}
    bureau.move(case, "return", "host_admin", reason="示例理由")
    assert told() == {wang.pk: "returned", sun.pk: "returned"}


def test_another_enterprise_is_told_nothing(bureau, town):  # noqa: F811 - the fixture
    stranger = person("applicant", organisation=town.hosts[0])
    other = person("host_admin", organisation=town.hosts[0])
    bureau.person("host_admin")
    case = bureau.filled(bureau.started(bureau.call()))
    bureau.move(case, "submit", "applicant")
    bureau.move(case, "return", "host_admin", reason="示例理由")
    spread()
    assert not Message.objects.filter(recipient__in=(stranger, other)).exists()
    assert Message.objects.count() > 0

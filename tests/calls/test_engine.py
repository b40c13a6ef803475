"""The engine carries an application by its process alone: what is asked, needed and done at every step."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from kechuang.calls import access
from kechuang.calls.models import Decision, LateAttempt, Submission
from kechuang.calls.selectors.alike import alike
from kechuang.calls.services.answers import Change, answers_save
from kechuang.calls.services.applications import participant_invite
from kechuang.calls.services.stepping import application_move
from kechuang.kernel.errors import NotAllowed, Refused, Stale
from kechuang.kernel.inbox import Asked, page
from kechuang.kernel.models import NumberSeries
from tests.factories import OrganisationFactory


@pytest.fixture
def draft(bureau):
    return bureau.filled(bureau.started(bureau.call()))


def test_a_draft_is_seen_by_its_organisation_and_by_no_officer(bureau, draft):
    seen = {
        role
        for role in ("applicant", "host_admin", "county_officer", "department_officer", "leader")
        if access.APPLICATIONS.may(bureau.actor(role), "view", draft)
    }
    assert seen == {"applicant", "host_admin"}


def test_submitting_twenty_times_with_one_key_is_one_submission(bureau, draft):
    key = uuid4()
    for _again in range(20):
        application_move(application=draft, step="submit", actor=bureau.actor("applicant"), key=key)
    draft.refresh_from_db()
    assert (draft.state, draft.number[:3]) == ("host_review", "SL-")
    assert Submission.objects.filter(application=draft).count() == 1
    assert NumberSeries.objects.get(code="SL").last == 1


def test_submitting_again_without_the_key_is_refused_as_stale(bureau, draft):
    application_move(application=draft, step="submit", actor=bureau.actor("applicant"), key=uuid4())
    with pytest.raises(Stale):
        application_move(application=draft, step="submit", actor=bureau.actor("applicant"), key=uuid4())


def test_a_submission_after_the_minute_is_kept_as_late_and_refused(bureau):
    call = bureau.call(opens_at=timezone.now() - timedelta(days=2), closes_at=timezone.now() + timedelta(seconds=60))
    application = bureau.filled(bureau.started(call))
    type(call).objects.filter(pk=call.pk).update(closes_at=timezone.now() - timedelta(minutes=2))
    with pytest.raises(Refused, match="截止"):
        application_move(application=application, step="submit", actor=bureau.actor("applicant"), key=uuid4())
    application.refresh_from_db()
    assert (application.state, application.number) == ("draft", "")
    assert LateAttempt.objects.filter(application=application).count() == 1


def test_a_stranger_may_neither_fill_nor_submit(bureau, draft):
    own, bureau.organisation = bureau.organisation, OrganisationFactory()
    stranger = bureau.actor("applicant", "stranger")
    bureau.organisation = own
    with pytest.raises(NotAllowed):
        answers_save(application=draft, changes=[Change("title", "夺取", 1)], actor=stranger)
    with pytest.raises(NotAllowed):
        application_move(application=draft, step="submit", actor=stranger)
    assert draft.answers.get(code="title").value == "示例内容"


def test_the_later_of_two_unseen_edits_overwrites_nothing_and_is_kept(bureau, draft):
    first = bureau.actor("applicant")
    answers_save(application=draft, changes=[Change("title", "甲的写法", 1)], actor=first)
    (saved,) = answers_save(
        application=draft, changes=[Change("title", "乙的写法", 1)], actor=bureau.actor("host_admin")
    )
    assert (saved.kept, saved.standing, saved.version) == (False, "甲的写法", 2)
    texts = draft.answer_versions.filter(code="title").order_by("pk").values_list("value", "kept")
    assert list(texts) == [("示例内容", True), ("甲的写法", True), ("乙的写法", False)]


@pytest.fixture
def at_examination(bureau, draft):
    bureau.move(draft, "submit", "applicant")
    bureau.filled(draft, "host_admin")
    bureau.move(draft, "pass", "host_admin")
    return bureau.move(draft, "recommend", "county_officer", rank=1)


def test_a_correction_reopens_only_the_listed_fields(bureau, at_examination):
    bureau.move(at_examination, "correct", "department_officer", corrections={"abstract": "摘要过于简略"})
    applicant = bureau.actor("applicant")
    with pytest.raises(Refused):
        answers_save(application=at_examination, changes=[Change("title", "改名", 1)], actor=applicant)
    with pytest.raises(Refused, match="还没有修改"):
        application_move(application=at_examination, step="resubmit", actor=applicant)
    answers_save(application=at_examination, changes=[Change("abstract", "补正后的摘要", 1)], actor=applicant)
    bureau.move(at_examination, "resubmit", "applicant")
    item = at_examination.corrections.get().items.get()
    assert (item.before, item.after) == ({"abstract": "示例内容"}, {"abstract": "补正后的摘要"})
    assert [one.number for one in at_examination.submissions.all()] == [1, 2]


def test_a_second_correction_must_say_why_it_was_not_on_the_first(bureau, at_examination):
    bureau.move(at_examination, "correct", "department_officer", corrections={"abstract": "摘要过于简略"})
    answers_save(
        application=at_examination, changes=[Change("abstract", "补正后的摘要", 1)], actor=bureau.actor("applicant")
    )
    bureau.move(at_examination, "resubmit", "applicant")
    with pytest.raises(Refused) as refusal:
        bureau.move(at_examination, "correct", "department_officer", corrections={"basis": "缺少进展"})
    assert refusal.value.field == "why_again"


def test_from_examination_to_the_meeting_and_refused_with_reasons(bureau, at_examination):
    bureau.move(at_examination, "accept", "department_officer")
    bureau.move(at_examination, "start_review", "department_officer")
    bureau.move(at_examination, "conclude", "department_officer", points="81.5", recommended="true", opinion="示例意见")
    bureau.move(at_examination, "propose", "department_officer")
    bureau.move(at_examination, "refuse", "department_head", minutes="示例纪要1号", reason="示例：场地未落实")
    decision = Decision.objects.get(application=at_examination)
    assert (at_examination.state, decision.outcome, decision.reasons) == ("refused", "refused", "示例：场地未落实")
    assert decision.number.startswith("认定文件〔")
    assert decision.minutes == "示例纪要1号"


def waiting(bureau, role, name=""):
    return [item.case.object_id for item in page("todo", bureau.actor(role, name), Asked()).items]


@pytest.mark.capability("C94", "C95")
def test_a_draft_lies_on_the_desks_of_those_who_fill_it_and_moves_to_whose_turn_it_is(bureau, draft):
    colleague = bureau.person("applicant", "colleague")
    assert (draft.pk in waiting(bureau, "applicant"), draft.pk in waiting(bureau, "applicant", "colleague")) == (
        True,
        False,
    )
    participant_invite(application=draft, user=colleague, actor=bureau.actor("applicant"))
    assert draft.pk in waiting(bureau, "applicant", "colleague")
    bureau.move(draft, "submit", "applicant")
    assert draft.pk not in waiting(bureau, "applicant")
    assert draft.pk in waiting(bureau, "host_admin")


@pytest.mark.capability("C35")
def test_a_copied_text_is_found_across_organisations_and_only_by_who_may_see_both(bureau, draft):
    text = "".join(chr(0x4E00 + (n * 37) % 3000) for n in range(600))
    answers_save(application=draft, changes=[Change("basis", text, 1)], actor=bureau.actor("applicant"))
    bureau.move(draft, "submit", "applicant")
    first, bureau.organisation = bureau.organisation, OrganisationFactory(kind="enterprise", county=bureau.county)
    bureau.people = {role: person for role, person in bureau.people.items() if "department" in role}
    other = bureau.filled(bureau.started(draft.call))
    answers_save(application=other, changes=[Change("basis", text, 1)], actor=bureau.actor("applicant"))
    bureau.move(other, "submit", "applicant")
    found = alike(other, actor=bureau.actor("department_officer"))
    assert [(one.application.organisation, one.share > 0.9) for one in found] == [(first, True)]
    assert alike(other, actor=bureau.actor("applicant")) == []

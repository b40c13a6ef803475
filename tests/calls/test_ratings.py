"""Rating a finished matter: once, by the applicant's side, out of reach of officers; a bad word is answered."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kechuang.calls.models import Application, Rating, Redress
from kechuang.calls.selectors.ratings import rated_by_item
from kechuang.calls.services.ratings import rating_give, redress_move
from kechuang.kernel.errors import NotAllowed, Refused
from tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def finished(bureau) -> Application:
    """Return an application the county did not recommend: its matter is at an end."""
    case = bureau.filled(bureau.started(bureau.call()))
    bureau.move(case, "submit", "applicant")
    bureau.filled(case, "host_admin")
    bureau.move(case, "pass", "host_admin")
    return bureau.move(case, "reject", "county_officer")


def test_a_matter_is_rated_once_when_it_is_finished(client, bureau, finished):
    client.force_login(bureau.person("applicant"))
    page, rate = reverse("calls:application", args=[finished.pk]), reverse("calls:rate", args=[finished.pk])
    assert rate in client.get(page).content.decode()
    assert client.post(rate, {"grade": "5", "reason": "办得快"}).url == page
    text = client.get(page).content.decode()
    assert ("非常满意" in text, rate in text) == (True, False)
    again = client.post(rate, {"grade": "1", "reason": "反悔"}, follow=True)
    assert "一件一评" in again.content.decode()
    assert Rating.objects.get().grade == 5


def test_a_running_matter_is_not_rated(bureau):
    case = bureau.filled(bureau.started(bureau.call()))
    bureau.move(case, "submit", "applicant")
    with pytest.raises(Refused, match="办结以后"):
        rating_give(application=case, grade=5, actor=bureau.actor("applicant"))


def test_a_bad_grade_wants_a_reason_and_only_five_grades_are_taken(client, bureau, finished):
    starter = bureau.actor("applicant")
    with pytest.raises(Refused) as bare:
        rating_give(application=finished, grade=2, actor=starter, reason=" \x00 ")
    with pytest.raises(Refused) as unknown:
        rating_give(application=finished, grade=9, actor=starter)
    assert (bare.value.field, unknown.value.field) == ("reason", "grade")
    client.force_login(bureau.person("applicant"))
    sent = client.post(reverse("calls:rate", args=[finished.pk]), {"grade": "1", "reason": ""})
    assert "请写明理由" in sent.content.decode()
    assert Rating.objects.count() == 0


def test_officers_and_strangers_neither_rate_nor_change_a_rating(client, bureau, finished):
    for role in ("department_officer", "department_head", "county_officer"):
        with pytest.raises(NotAllowed):
            rating_give(application=finished, grade=5, actor=bureau.actor(role))
        client.force_login(bureau.person(role))
        assert client.post(reverse("calls:rate", args=[finished.pk]), {"grade": "5"}).status_code == 404
    own, bureau.organisation = bureau.organisation, OrganisationFactory()
    stranger = bureau.actor("host_admin", "of another")
    bureau.organisation = own
    with pytest.raises(NotAllowed):
        rating_give(application=finished, grade=5, actor=stranger)
    rating = rating_give(application=finished, grade=1, actor=bureau.actor("applicant"), reason="示例理由")
    for forbidden in (lambda: Rating.objects.filter(pk=rating.pk).update(grade=5), Rating.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            forbidden()
    assert Rating.objects.get().grade == 1


def test_a_bad_rating_is_answered_by_the_department_and_read_by_who_gave_it(client, bureau, finished):
    rating_give(application=finished, grade=2, actor=bureau.actor("host_admin"), reason="示例：多跑了一次")
    redress = Redress.objects.get()
    listed = reverse("calls:ratings")
    client.force_login(bureau.person("department_officer"))
    assert reverse("calls:redress", args=[redress.pk]) in client.get(listed).content.decode()
    assert (
        client.post(
            reverse("calls:redress_step", args=[redress.pk, "report"]), {"reason": "示例：内部核实"}
        ).status_code
        == 302
    )
    with pytest.raises(NotAllowed):
        redress_move(redress=redress, step="answer", actor=bureau.actor("department_officer"), reason="x")
    client.force_login(bureau.person("department_head"))
    client.post(reverse("calls:redress_step", args=[redress.pk, "answer"]), {"reason": "示例：已改为网上补正"})
    client.force_login(bureau.person("applicant"))
    text = client.get(reverse("calls:redress", args=[redress.pk])).content.decode()
    assert ("已改为网上补正" in text, "内部核实" in text) == (True, False)
    redress.refresh_from_db()
    assert redress.state == "answered"


def test_the_figures_are_the_departments_own_and_cost_the_same_for_any_number(client, bureau, finished):
    rating_give(application=finished, grade=3, actor=bureau.actor("applicant"))
    (row,) = rated_by_item(actor=bureau.actor("department_head"))
    assert (row.finished, row.count, row.grades, row.rated_share, row.satisfied_share) == (1, 1, {3: 1}, 1, 1)
    assert rated_by_item(actor=bureau.actor("expert")) == []
    client.force_login(bureau.person("department_head"))
    page = reverse("calls:ratings")
    client.get(page)
    with CaptureQueriesContext(connection) as before:
        assert "100.0%" in client.get(page).content.decode()
    for _each in range(2):
        case = bureau.started(bureau.call())
        Application.objects.filter(pk=case.pk).update(is_sample=False)
        bureau.move(bureau.filled(case), "submit", "applicant")
        bureau.move(case, "withdraw", "applicant")
        rating_give(application=case, grade=1, actor=bureau.actor("applicant"), reason="示例")
    with CaptureQueriesContext(connection) as after:
        text = client.get(page).content.decode()
    assert (len(after), text.count("非常不满意")) == (len(before), 3)
    for role in ("applicant", "host_admin", "expert"):
        client.force_login(bureau.person(role))
        assert client.get(page).status_code == 404


def test_who_dealt_with_the_case_does_not_rate_it(bureau, finished):
    officer = bureau.person("county_officer")
    officer.offices.create(role="host_admin", organisation=bureau.organisation, start="2020-01-01")
    both = bureau.actor("county_officer")
    assert SimpleNamespace(roles={office.role for office in both.offices}).roles == {"county_officer", "host_admin"}
    with pytest.raises(NotAllowed, match="办理过本件"):
        rating_give(application=finished, grade=5, actor=both)

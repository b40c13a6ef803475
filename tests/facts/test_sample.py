"""The sample's facts are told twice the same and can be taken away whole."""

from __future__ import annotations

import pytest

from kechuang.facts.models import Evidence, Fact, Question, Sheet
from kechuang.facts.sample import figures, paper, sample_facts, sample_forget
from kechuang.kernel.models import Case
from tests.factories import OrganisationFactory
from tests.facts.conftest import actor_of

pytestmark = pytest.mark.django_db


def test_the_sample_tells_figures_that_fit_together_and_is_taken_away_whole(ground):
    people = {one.pk: actor_of("applicant", organisation=one) for one in ground.organisations}
    own = OrganisationFactory(county=ground.counties[0])
    for one in ground.organisations:
        one.is_sample = True
        one.save(update_fields=["is_sample"])
    count = sample_facts([*ground.organisations, own], speaker=lambda one: people.get(one.pk), officer=ground.officer())
    assert Fact.objects.count() == count + 1
    assert Question.objects.filter(state="open").count() == 1
    assert (Evidence.objects.count(), Sheet.objects.count()) == (2, 1)
    assert sample_forget() == count + 1
    left = (Fact, Question, Evidence, Sheet, Case)
    assert [model.objects.count() for model in left] == [0] * len(left)


@pytest.mark.parametrize("place", range(12))
@pytest.mark.parametrize("back", (0, 1, 2))
def test_sample_figures_keep_parts_below_their_whole(place, back):
    found = figures(place, back)
    for part, whole in (
        ("main_revenue", "revenue"),
        ("full_time_rd_staff", "rd_staff"),
        ("senior_experts", "rd_staff"),
        ("invention_patents", "valid_ip"),
        ("rd_staff", "employees"),
    ):
        assert found[part] <= found[whole]


def test_the_samples_paper_is_a_pdf_whose_table_points_at_its_objects():
    data = paper("SAMPLE")
    start = int(data.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    assert data[start : start + 4] == b"xref"
    places = [int(line[:10]) for line in data[start:].split(b"\n")[3:8]]
    assert [data[place : place + 7] for place in places] == [b"%d 0 obj" % number for number in range(1, 6)]

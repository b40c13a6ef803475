"""An officer walks a new item with made-up data; nothing is stored."""

from __future__ import annotations

import pytest
from django.urls import reverse

from kechuang.calls.form.boxes import boxes_of
from kechuang.calls.form.completeness import missing
from kechuang.calls.form.samples import sample
from kechuang.calls.models import Answer, Application
from tests.calls.conftest import ITEM

pytestmark = [pytest.mark.django_db, pytest.mark.capability("C93")]


def test_only_who_deals_with_the_item_may_walk_it(client, bureau):
    address = reverse("calls:preview", args=[ITEM])
    assert client.get(address).status_code == 302
    client.force_login(bureau.person("applicant"))
    assert client.get(address).status_code == 404


def test_made_up_data_fills_every_form_but_its_files(loaded):
    for item in loaded.items.values():
        answers = {box.code: value for box in boxes_of(item, year=2025) if (value := sample(box)) is not None}
        gaps = missing(item, answers, year=2025, parts=("applicant", "host_admin"))
        files = {field.code for _section, field in item.fields() if hasattr(field, "file")}
        assert {gap.code for gap in gaps} <= files


def test_walking_shows_what_is_asked_and_the_process_and_stores_nothing(client, bureau):
    client.force_login(bureau.person("department_officer"))
    address = reverse("calls:preview", args=[ITEM])
    client.post(address, {"fill": "1"})
    text = client.get(address).content.decode()
    assert "条件：在推荐时间内" in text
    assert "按条件此时不填：其他领域名称" in text
    client.post(address, {"section": "capacity", "site_kind": "租赁"})
    assert 'name="lease_ends_on"' in client.get(address).content.decode()
    client.post(address, {"clear": "1"})
    assert "此时提交会缺" in client.get(address).content.decode()
    assert (Application.objects.count(), Answer.objects.count()) == (0, 0)

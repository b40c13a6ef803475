"""An intake full of drafts for the benchmarks: one call, many enterprises' people, one filled draft each.

Drafts are copies of one that was filled through the services; sessions are signed in beforehand, so
that what is measured is submitting and saving, not passwords.
"""

from __future__ import annotations

import json
import os
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from benchmarks.filling import prepare

ITEM = "recognition.etrc.municipal"
FACT, TOKEN, PROOF = "120", "k" * 32, [0]


def drafts(database: str, count: int, path: str) -> None:
    """Fill ``database`` with ``count`` drafts; write whose session submits which to ``path`` as JSON."""
    prepare(database)
    os.environ["DJANGO_SETTINGS_MODULE"] = "kechuang.site.settings"
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import transaction

    from kechuang.catalogue.loading import installed_root, load
    from kechuang.kernel.loading import catalogue_load

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    catalogue_load(load(installed_root(), "anshun"))
    with transaction.atomic():  # one commit for all: drafts are not what is measured
        found = _copies(count)
    Path(path).write_text(json.dumps(found))


def _copies(count: int) -> list[dict[str, Any]]:
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from kechuang.calls.models import Answer
    from kechuang.calls.services import application_start
    from kechuang.directory.models import Office, Organisation, OrganisationPeriod, User
    from kechuang.directory.selectors import actor_for

    call, county, answers, proof = _call_and_answers()
    found = []
    for number in range(count):
        organisation = Organisation.objects.create(
            kind="enterprise", name=f"示例企业{number:06d}", name_key=f"{number:06d}", county=county
        )
        OrganisationPeriod.objects.create(
            organisation=organisation, start=date(2000, 1, 1), name=organisation.name, county=county
        )
        user = User.objects.create(username=f"bench{number}")
        Office.objects.create(user=user, role="applicant", organisation=organisation, start=date(2020, 1, 1))
        actor = actor_for(user=user, on=date.today())
        case = application_start(item=call.item, call=call, organisation=organisation, actor=actor)
        proof.pk, proof.organisation = None, organisation
        proof._state.adding = True
        proof.save(force_insert=True)
        Answer.objects.bulk_create(
            Answer(
                application=case,
                code=code,
                value=[proof.pk] if value == PROOF else value,
                changed_by=user,
                changed_at=case.started_at,
            )
            for code, value in answers.items()
        )
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        found.append({"session": session.session_key, "application": case.pk})
    return found


def _call_and_answers() -> tuple[Any, Any, dict[str, Any], Any]:
    """Publish a call and return it with a county, the answers of a whole form, and a file to copy for each unit."""
    from django.utils import timezone

    from kechuang.calls.definitions import definition_of
    from kechuang.calls.models import Call, ItemVersion, ServiceItem
    from kechuang.directory.models import County
    from kechuang.kernel.cases import opened
    from kechuang.kernel.processes import current_version

    item = ServiceItem.objects.get(code=ITEM)
    version = ItemVersion.objects.filter(item=item).latest("number")
    definition = definition_of(version.pk)
    process = current_version(Call.process)
    call = Call.objects.create(
        item=item,
        department=item.department,
        title="示例申报通知",
        year=2025,
        opens_at=timezone.now() - timedelta(days=1),
        closes_at=timezone.now() + timedelta(days=2),
        item_version=version,
        state=process.start,
        process_version=process,
    )
    for state in ("checking", "open"):
        Call.objects.filter(pk=call.pk).update(state=state)
    call.refresh_from_db()
    opened(call)
    return call, County.objects.order_by("pk").first(), _answers(definition), _proof()


def _answers(definition: Any) -> dict[str, Any]:
    """Return the answers of a whole form by their codes."""
    from kechuang.calls.form.codes import codes_of
    from kechuang.catalogue.items import Declaration, FactField, FileField, Question, TableField

    answers: dict[str, Any] = {}
    for section, field in definition.fields():
        if section.by != "applicant":
            continue
        if isinstance(field, FactField):
            answers |= dict.fromkeys(codes_of(field, 2025), _fact(field))
        elif isinstance(field, Question):
            answers[field.code] = _value(field)
        elif isinstance(field, TableField):
            row = {column.code: _value(column) for column in field.columns}
            answers[field.code] = [row] * max(field.min_rows, 5)
        elif isinstance(field, FileField):
            answers[field.code] = PROOF
        elif isinstance(field, Declaration):
            answers[field.code] = True
    return answers


def _proof() -> Any:
    """Return one kept file; every unit gets evidence of its own that names it."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from kechuang.directory.models import County, Office, Organisation, User
    from kechuang.directory.selectors import actor_for
    from kechuang.facts.sample import paper
    from kechuang.facts.services import evidence_keep

    county = County.objects.order_by("pk").first()
    organisation = Organisation.objects.create(kind="enterprise", name="示例证明单位", name_key="a", county=county)
    user = User.objects.create(username="benchproof")
    Office.objects.create(user=user, role="applicant", organisation=organisation, start=date(2020, 1, 1))
    upload = SimpleUploadedFile("示例.pdf", paper("example"), "application/pdf")
    actor = actor_for(user=user, on=date.today())
    return evidence_keep(organisation=organisation, upload=upload, title="示例证明", kind="other", actor=actor)


def _fact(field: Any) -> Any:
    kind = field.metric.kind if field.metric else "number"
    first = next(iter(field.metric.choices), "示例") if field.metric else "示例"
    return {"number": FACT, "boolean": True, "date": "2012-03-01", "text": first, "set": [first]}[kind]


def _value(asked: Any) -> Any:
    kinds = {
        "integer": "3",
        "number": "3.5",
        "money": "12.5",
        "percent": "40",
        "date": "2025-05-01",
        "year": "2020",
        "boolean": False,
        "email": "name@example.org",
        "phone": "13800001234",
    }
    if asked.type in ("choice", "choices"):
        return asked.choices[0] if asked.type == "choice" else [asked.choices[0]]
    return kinds.get(asked.type, "示例内容")

"""Schemes of review and the expert base's rules of the catalogue as numbered rows."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache

from django.db.models import Max
from django.utils.translation import gettext as _

from kechuang.catalogue.reviews import ExpertBaseRules, ReviewScheme
from kechuang.catalogue.whole import Catalogue
from kechuang.kernel.errors import Refused
from kechuang.review.models import Scheme

EXPERT_BASE = "expert_base"


def load(catalogue: Catalogue) -> None:
    """Store every scheme whose content is new as its next version."""
    for scheme in catalogue.reviews:
        scheme_store(scheme.code, scheme.title, scheme)
    scheme_store(EXPERT_BASE, "专家入库", catalogue.expert_base)


def scheme_store(code: str, title: str, rules: ReviewScheme | ExpertBaseRules) -> Scheme:
    """Return the version of ``code`` that says ``rules``; a new one where none did."""
    definition = json.dumps(rules.model_dump(mode="json"), ensure_ascii=False, sort_keys=True)
    digest = hashlib.sha256(definition.encode()).hexdigest()
    known = Scheme.objects.filter(code=code, fingerprint=digest).first()
    if known:
        return known
    last = Scheme.objects.filter(code=code).aggregate(last=Max("number"))["last"] or 0
    return Scheme.objects.create(code=code, number=last + 1, title=title, definition=definition, fingerprint=digest)


def expert_base_rules() -> ExpertBaseRules:
    """Return the newest rules of the expert base; ``Refused`` where no catalogue was loaded."""
    row = Scheme.objects.filter(code=EXPERT_BASE).order_by("-number").first()
    if row is None:
        raise Refused(_("专家入库条件尚未载入，请先运行 kechuang catalogue load。"))
    return ExpertBaseRules.model_validate_json(row.definition)


def rules_of(scheme: Scheme) -> ReviewScheme:
    """Return what a version of a scheme says; versions never change, so it is kept."""
    return _read(scheme.pk, scheme.definition)


@lru_cache(maxsize=64)
def _read(key: int, definition: str) -> ReviewScheme:
    return ReviewScheme.model_validate_json(definition)

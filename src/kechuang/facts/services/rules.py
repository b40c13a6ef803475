"""Storing the rules of a catalogue as numbered versions."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from django.db import transaction

from kechuang.catalogue.rules import RuleSet
from kechuang.catalogue.whole import Catalogue
from kechuang.facts.models.rules import RuleVersion
from kechuang.facts.selectors.rules import newest_versions


def rules_load(catalogue: Catalogue) -> None:
    """Take in the rules of a catalogue with the names of its types and levels."""
    names = {each.code: each.name for each in catalogue.platform_types}
    names |= {each.code: each.label for each in catalogue.levels}
    rules_store(catalogue.rules, names=names)


@transaction.atomic
def rules_store(rules: Sequence[RuleSet], *, names: Mapping[str, str] | None = None) -> list[RuleVersion]:
    """Store each rule that differs from its newest version as the next one; return the new versions.

    Going back to an earlier text is a new version too: what counts is the newest. A rule that is not among
    ``rules`` any more gets a last version that is withdrawn. ``names`` says what types and levels are called.
    """
    present = {version.code: version for version in newest_versions().select_for_update()}
    made = [
        version
        for order, rule in enumerate(rules)
        if (version := _next(rule, order, present.get(rule.code), names or {}))
    ]
    gone = set(present) - {rule.code for rule in rules}
    made += [_withdrawn(present[code]) for code in sorted(gone) if not present[code].withdrawn]
    return RuleVersion.objects.bulk_create(made)


def _next(rule: RuleSet, order: int, last: RuleVersion | None, names: Mapping[str, str]) -> RuleVersion | None:
    purpose, type_code, level, _variant = rule.parts
    definition = rule.to_json()
    labels = names.get(type_code, type_code), names.get(level, level)
    fingerprint = hashlib.sha256("\n".join((definition, *labels)).encode()).hexdigest()
    if last is not None and last.fingerprint == fingerprint and not last.withdrawn:
        return None
    return RuleVersion(
        code=rule.code,
        number=1 if last is None else last.number + 1,
        title=rule.rule.title,
        purpose=purpose,
        type=type_code,
        type_name=labels[0],
        level=level,
        level_name=labels[1],
        template=rule.rule.template,
        document=rule.rule.basis.get("document", ""),
        effective_from=rule.day("effective_from"),
        effective_to=rule.day("effective_to"),
        order=order,
        definition=definition,
        fingerprint=fingerprint,
    )


def _withdrawn(last: RuleVersion) -> RuleVersion:
    kept = {field.attname: getattr(last, field.attname) for field in RuleVersion._meta.concrete_fields}
    return RuleVersion(**{**kept, "id": None, "number": last.number + 1, "withdrawn": True})

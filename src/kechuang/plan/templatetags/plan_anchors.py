"""What the plan's pages print: anchors of the officer's page (``clause-7``), names in official words."""

from __future__ import annotations

from django import template

from kechuang.plan.naming import official as official_name

register = template.Library()


@register.filter
def anchor(key: int, noun: str) -> str:
    """Return the anchor of the item ``noun`` number ``key``."""
    return f"{noun}-{key}"


@register.filter
def official(printed: str) -> str:
    """Return a body's name as paper writes it."""
    return official_name(printed)

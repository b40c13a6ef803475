"""Anchors of the officer's page: ``clause-7``."""

from __future__ import annotations

from django import template

register = template.Library()


@register.filter
def anchor(key: int, noun: str) -> str:
    """Return the anchor of the item ``noun`` number ``key``."""
    return f"{noun}-{key}"

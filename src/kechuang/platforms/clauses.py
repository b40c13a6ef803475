"""What in the register serves a clause of a plan: the recognised platforms of the types the clause names."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from kechuang.kernel.access import Actor
from kechuang.plan.models import Clause
from kechuang.plan.serving import Served
from kechuang.platforms.counting import RECOGNISED, Question, list_url
from kechuang.platforms.selectors.entries import entries_for
from kechuang.platforms.selectors.reference import kind_choices


def served(clause: Clause, on: date, actor: Actor) -> Served | None:
    """Count what ``actor`` sees of them with a level in force on ``on``; the address opens exactly that list."""
    if not clause.served_by:
        return None
    names = dict(kind_choices())
    kinds = tuple(code for code in clause.served_by if code in names)
    if not kinds:
        return None
    count = entries_for(actor=actor, on=on).filter(kind__code__in=kinds, level__in=RECOGNISED).order_by().count()
    label = "、".join(names[code] for code in kinds)
    return Served(label, count, _("个"), list_url(Question(kinds, RECOGNISED), on))

"""Colleagues at the same desk; and saved filters, kept by a person under a name, one the default, some shared."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from kechuang.directory.models import User
from kechuang.directory.selectors import offices_at
from kechuang.kernel import inbox
from kechuang.kernel.access import Actor
from kechuang.kernel.desks import UNITS
from kechuang.kernel.errors import NotAllowed, Refused
from kechuang.kernel.models import SavedView

MOST_VIEWS = 30


def views_for(*, actor: Actor) -> QuerySet[SavedView]:
    """Return the saved filters ``actor`` may use: the own ones, then those shared with the department."""
    departments = [office.department_id for office in actor.offices if office.department_id is not None]
    wanted = Q(person=actor.user_id) | Q(shared_with__in=departments)
    return SavedView.objects.filter(wanted).select_related("person").order_by("person", "name")


def default_query(*, actor: Actor) -> str:
    """Return what the desk is narrowed to when nothing is asked; empty without a default."""
    return SavedView.objects.filter(person=actor.user_id, is_default=True).values_list("query", flat=True).first() or ""


def colleagues_of(*, actor: Actor) -> list[User]:
    """Return those who sit at a desk of ``actor`` today, by name: two queries."""
    bounded = {office.role for office in actor.offices if any(getattr(office, f"{name}_id") for name in UNITS)}
    places = [place for place in inbox.places_of(actor) if place[1] in UNITS or place[0] not in bounded]
    keys = {key for key, _office in offices_at(places=places, on=actor.today)} - {actor.user_id}
    return list(User.objects.filter(pk__in=keys).order_by("full_name", "pk"))


@transaction.atomic
def view_save(*, name: str, query: str, actor: Actor, is_default: bool = False, shared: bool = False) -> SavedView:
    """Keep ``query`` under ``name``; the same name again replaces it."""
    if actor.user_id is None:
        raise NotAllowed(_("请先登录。"))
    name, query = _printable(name), _printable(query)
    if not name.strip():
        raise Refused(_("请给筛选取个名字。"), field="name")
    own = SavedView.objects.filter(person=actor.user_id)
    if not own.filter(name=name.strip()).exists() and own.count() >= MOST_VIEWS:
        raise Refused(_("最多保存 %(most)d 个筛选，请先删去不用的。") % {"most": MOST_VIEWS})
    department = next((office.department_id for office in actor.offices if office.department_id is not None), None)
    if shared and department is None:
        raise Refused(_("您没有部门岗位，不能与部门共享。"), field="shared")
    if is_default:
        own.filter(is_default=True).update(is_default=False)
    values = {"query": query[:1000], "is_default": is_default, "shared_with": department if shared else None}
    view, _is_new = SavedView.objects.update_or_create(person_id=actor.user_id, name=name.strip(), defaults=values)
    return view


def _printable(text: str) -> str:
    """Return ``text`` without control characters, which no column takes."""
    return "".join(sign for sign in text if sign.isprintable())


def view_remove(*, view: SavedView, actor: Actor) -> None:
    """Remove an own saved filter."""
    if view.person_id != actor.user_id:
        raise NotAllowed(_("只能删除自己保存的筛选。"))
    view.delete()

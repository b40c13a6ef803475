"""Organisations from a spreadsheet: the columns, how a row is recognised, and the services that write it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kechuang.directory import access, services
from kechuang.directory.models import County, Organisation, OrganisationPeriod
from kechuang.directory.selectors import actor_for
from kechuang.kernel import events
from kechuang.kernel.access import Actor
from kechuang.kernel.errors import NotAllowed, Refused
from kechuang.pure.names import sort_key
from kechuang.ui.imports.actors import register_actors
from kechuang.ui.imports.bulk import among, keys_taken, rows_in
from kechuang.ui.imports.declaration import Batch, Difference, Field, Imports, Setting, Step, Stood

KINDS = {str(label): value for value, label in Organisation.Kind.choices}
PLAIN = ("kind", "industry_code", "address")
"""What of an organisation is not dated: a spreadsheet sets it as it is."""
KEY_LENGTH = 600


def counties() -> dict[str, County]:
    """Return every county by its short name, in order."""
    return {county.short_name: county for county in County.objects.all()}


def counties_in_full() -> dict[str, County]:
    """Return every county by its full name."""
    return {county.name: county for county in County.objects.all()}


def hosts_named(texts: Iterable[str]) -> dict[str, list[Organisation]]:
    """Return the living organisations that credit codes or whole names mean, two queries for any number."""
    wanted = sorted(set(texts))
    found: dict[str, list[Organisation]] = defaultdict(list)
    living = Organisation.objects.filter(merged_into=None).select_related("county")
    for one in among(living, "credit_code", [text.upper() for text in wanted]):
        found[one.credit_code].append(one)
    for one in among(living, "name", wanted):
        found[one.name].append(one)
    return found


def units_read(batch: Batch, name: str) -> None:
    """Put living organisations in place of the codes and names that the column says; tell of those not known."""
    column = batch.columns[name]
    known = hosts_named([text for text in column if isinstance(text, str)])
    for place, text in enumerate(column):
        if not isinstance(text, str):
            continue
        found = known.get(text.upper()) or known.get(text) or []
        if not found:
            batch.fault(place, name, _("单位名录里没有“%(text)s”；请先登记单位，或核对代码与名称。") % {"text": text})
        elif len(found) > 1:
            batch.fault(place, name, _("有几个单位都叫“%(text)s”，请填写统一社会信用代码。") % {"text": text})
        column[place] = found[0] if len(found) == 1 else None


def organisations_match(actor: Actor, batch: Batch) -> list[Stood | None]:
    """Recognise rows by their credit code, else by the whole name; tell of what contradicts the register."""
    names, codes = batch.columns["name"], batch.columns["credit_code"]
    known = hosts_named([text for column in (names, codes) for text in column if text])
    stands: list[Stood | None] = []
    for place, (name, code) in enumerate(zip(names, codes, strict=True)):
        found = known.get(code or "") or [
            one for one in known.get(name or "", []) if not (code and one.credit_code and one.credit_code != code)
        ]
        _tell_of_namesakes(batch, place, found, known)
        stands.append(_stood(found[0]) if len(found) == 1 else None)
        if not found and batch.empty(place, "since"):
            batch.fault(place, "since", _("新登记的单位须填起始日期，例如成立日期。"))
    _tell_of_bounds(actor, batch, stands)
    return stands


def _tell_of_namesakes(
    batch: Batch, place: int, found: Sequence[Organisation], known: dict[str, list[Organisation]]
) -> None:
    name, code = batch.columns["name"][place], batch.columns["credit_code"][place]
    if len(found) > 1:
        batch.fault(place, "name", _("名录里有几个单位都叫这个名称，请填写统一社会信用代码。"))
    elif not found and name and code and known.get(name):
        sentence = _("名录里已有同名单位，其代码为 %(code)s，与这里不同；请核对。")
        batch.fault(place, "credit_code", sentence % {"code": known[name][0].credit_code})


def _stood(one: Organisation) -> Stood:
    values = {"name": one.name, "credit_code": one.credit_code, "county": one.county}
    return Stood(one.pk, one.name, {**values, **{field: getattr(one, field) for field in PLAIN}})


def _tell_of_bounds(actor: Actor, batch: Batch, stands: Sequence[Stood | None]) -> None:
    """Tell of rows outside the actor's office, by the same table that guards the services."""
    keys = [stood.key for stood in stands if stood]
    open_keys = set(
        access.ORGANISATIONS.visible(Organisation.objects.filter(pk__in=keys), actor, "change").values_list(
            "pk", flat=True
        )
    )
    bounds = {office.county_id for office in actor.offices if office.role == "county_officer"}
    everywhere = actor.holds("department_officer")
    for place, stood in enumerate(stands):
        county = batch.columns["county"][place]
        if stood is not None and stood.key not in open_keys:
            batch.fault(place, "name", _("“%(name)s”不在您岗位的范围内，不能改动。") % {"name": stood.label})
        elif stood is None and county is not None and not everywhere and county.pk not in bounds:
            batch.fault(place, "county", _("只能登记本县区的单位。"))


def organisations_enter(actor: Actor, batch: Batch, places: Sequence[int], setting: Setting, step: Step) -> None:
    """Enter many organisations with their first periods by two statements; only sound rows come here."""
    if not places:
        return
    if not access.ORGANISATIONS.may_any(actor, "add"):
        raise NotAllowed(_("您的岗位不登记单位；请联系归口管理部门或所在县区科技主管部门。"))
    keys = keys_taken(Organisation, len(places))
    rows = [(key, batch.row(place)) for key, place in zip(keys, places, strict=True)]
    rows_in(
        Organisation,
        ("id", "kind", "name", "credit_code", "county_id", "industry_code", "address", "name_key", "is_sample"),
        (
            (
                key,
                row["kind"],
                row["name"],
                row.get("credit_code", ""),
                row["county"].pk,
                row.get("industry_code", ""),
                row.get("address", ""),
                sort_key(row["name"])[0][:KEY_LENGTH],
                False,
            )
            for key, row in rows
        ),
    )
    periods = keys_taken(OrganisationPeriod, len(places))
    rows_in(
        OrganisationPeriod,
        ("id", "organisation_id", "start", "name", "credit_code", "county_id"),
        (
            (period, key, row["since"], row["name"], row.get("credit_code", ""), row["county"].pk)
            for period, (key, row) in zip(periods, rows, strict=True)
        ),
    )
    for one in Organisation.objects.filter(pk__in=keys).iterator():
        events.publish("organisation.registered", one)
        step()


def organisations_change(
    actor: Actor, batch: Batch, changes: Sequence[Difference], setting: Setting, step: Step
) -> None:
    """Correct what stands, or let it be different from the day of ``setting`` on."""
    by_place = {one.place: one for one in changes}

    def act(place: int) -> None:
        one = by_place[place]
        organisation = Organisation.objects.get(pk=one.stood.key)
        dated = {name: value for name, value in one.values.items() if name in services.PERIOD_FIELDS}
        if dated and setting.on:
            services.organisation_change(organisation=organisation, on=setting.on, actor=actor, **dated)
        elif dated:
            period = organisation.periods.select_related("organisation").get(end=None)
            services.organisation_correct(period=period, actor=actor, **dated)
        plain = {name: value for name, value in one.values.items() if name in PLAIN}
        if plain:
            access.ORGANISATIONS.require(actor, "change", organisation)
            if Organisation.objects.filter(pk=organisation.pk, merged_into=None).update(**plain) != 1:
                raise Refused(_("该单位已并入其他单位，请在并入后的单位上办理。"))

    batch.each(by_place, act, step)


def organisations_follow(keys: set[int]) -> None:
    """Tell who keeps in step with organisations that an undo put back as they were."""
    for one in Organisation.objects.filter(pk__in=keys):
        events.publish("organisation.changed", one)


ORGANISATIONS_IN = Imports(
    fields=(
        Field(
            "name",
            gettext_lazy("名称"),
            required=True,
            key=True,
            example="示例科技有限公司",
            aliases=("单位名称", "企业名称", "机构名称", "单位全称", "企业全称", "全称", "公司名称", "法人单位名称"),
            hint=gettext_lazy("与营业执照或法人证书一致的全称。"),
        ),
        Field(
            "credit_code",
            gettext_lazy("统一社会信用代码"),
            "usci",
            key=True,
            example="91520402MA6EXAMP0X",
            aliases=("信用代码", "社会信用代码", "组织机构代码", "统一信用代码", "代码", "机构代码"),
            hint=gettext_lazy("18 位；有代码的按代码识别，没有的按名称识别。"),
        ),
        Field(
            "kind",
            gettext_lazy("单位类型"),
            "choice",
            required=True,
            choices=lambda: KINDS,
            also=lambda: {"高校": "university", "医院": "hospital", "科研机构": "institute", "公司": "enterprise"},
            example="企业",
            aliases=("类型", "单位性质", "性质", "机构类型", "单位类别"),
        ),
        Field(
            "county",
            gettext_lazy("县区"),
            "choice",
            required=True,
            choices=counties,
            also=counties_in_full,
            aliases=("所在县区", "所属县区", "县（区）", "县区市", "所在地", "所属区县", "区县", "所在区县"),
        ),
        Field(
            "since",
            gettext_lazy("起始日期"),
            "day",
            example="2015-06-01",
            aliases=("起", "成立日期", "成立时间", "设立日期", "注册日期", "注册时间"),
            hint=gettext_lazy("自哪一天起以此名称存在，例如成立日期；新登记的单位必填，已登记的不因此改动。"),
        ),
        Field(
            "industry_code",
            gettext_lazy("行业代码"),
            length=5,
            example="C2720",
            aliases=("国民经济行业代码", "行业分类代码"),
            hint=gettext_lazy("GB/T 4754，例如 C2720。"),
        ),
        Field(
            "address",
            gettext_lazy("地址"),
            example="示例路1号",
            aliases=("注册地址", "通讯地址", "详细地址", "住所", "单位地址", "联系地址"),
        ),
    ),
    match=organisations_match,
    create=organisations_enter,
    change=organisations_change,
    written={Organisation: "id", OrganisationPeriod: "organisation_id"},
    unique=(("credit_code",), ("name",)),
    recompose=organisations_follow,
)
register_actors(lambda user: actor_for(user=user, on=timezone.localdate()))

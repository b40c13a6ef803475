"""What happened to the sample city since: renames, a move, a merger, upgrades, warnings, corrections.

Each page of the register has something to show because of these, and the any-day pages
differ from year to year.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.db import transaction

from kechuang.directory.services import organisation_change, organisation_merge
from kechuang.kernel.access import Actor
from kechuang.kernel.audit import acting_as
from kechuang.platforms import services as register
from kechuang.platforms.models import Platform
from kechuang.site.sample.city import City, Progress
from kechuang.site.sample.guarantees import guarantees_carried_out
from kechuang.site.sample.matters import facts_known, lives_led, matters_begun, rounds_held
from kechuang.site.sample.work import plan_worked

Act = Callable[[City], None]


@transaction.atomic
def tell_story(city: City, tell: Progress) -> None:
    """Let everything of ``ACTS`` happen, in order."""
    for place, act in enumerate(ACTS, start=1):
        act(city)
        tell("登记变更", place, len(ACTS))


def _keeper(city: City, platform: Platform, role: str = "department_officer") -> Actor:
    return city.acting(role, platform.periods.get(end=None).department)


def _renamed(city: City) -> None:
    host = city.bodies["铸远装备"]
    organisation_change(
        organisation=host,
        on=date(2022, 4, 1),
        actor=city.actors["department_officer", "gxj"],
        name="示例铸远智能装备股份有限公司",
    )


def _moved(city: City) -> None:
    host = city.bodies["晨光照明"]
    county = city.counties["development_zone"]
    organisation_change(
        organisation=host, on=date(2023, 1, 1), actor=city.actors["department_officer", "gxj"], county=county
    )


def _merged(city: City) -> None:
    organisation_merge(
        absorbed=city.bodies["银链旅游"],
        into=city.bodies["屯堡文旅研究院"],
        on=date(2024, 7, 1),
        actor=city.actors["department_officer", "gxj"],
    )


def _platform_renamed(city: City) -> None:
    platform = city.platforms["etrc", "绿野茶业"]
    register.platform_change(
        platform=platform,
        on=date(2021, 5, 10),
        actor=_keeper(city, platform),
        reason="研究方向扩展到茶叶精深加工",
        document_number="示例〔2021〕31号",
        name="示例绿野茶业精深加工工程技术研究中心",
    )


def _corrected(city: City) -> None:
    platform = city.platforms["academician_workstation", "云岭精工"]
    register.platform_correct(
        platform=platform,
        on=date(2023, 1, 1),
        actor=_keeper(city, platform),
        reason="录入时负责人姓名写错",
        director="示例负责人更正后",
    )


def _warned(city: City) -> None:
    platform = city.platforms["etrc", "夜郎湖水务"]
    head = _keeper(city, platform, "department_head")
    register.platform_move(
        platform=platform, step="warn", on=date(2024, 3, 15), actor=head, reason="连续两年未报送年度报告"
    )


def _rectifying(city: City) -> None:
    platform = city.platforms["academician_workstation", "云岭精工"]
    head = _keeper(city, platform, "department_head")
    register.platform_move(
        platform=platform, step="rectify", on=date(2026, 10, 20), actor=head, reason="院士在站时间未达协议约定"
    )


def _revoked(city: City) -> None:
    platform = city.platforms["enterprise_technology_centre", "山泉化工"]
    head = _keeper(city, platform, "department_head")
    register.ending_record(
        platform=platform,
        step="revoke",
        on=date(2025, 3, 20),
        actor=head,
        reason="评估不合格且整改未通过",
        noticed_on=date(2025, 2, 10),
        views="示例：设备更新延期，请求再予整改时间。",
        answer="示例：整改期已届满一年，未见设备到位，不再延期。",
        document_number="示例〔2025〕12号",
    )


def _deregistered(city: City) -> None:
    platform = city.platforms["maker_space", "格凸旅游"]
    head = _keeper(city, platform, "department_head")
    register.ending_record(
        platform=platform,
        step="deregister",
        on=date(2024, 12, 31),
        actor=head,
        reason="依托单位停止运营，自愿申请",
        noticed_on=date(2024, 12, 2),
        views="无异议",
    )


def _partners(city: City) -> None:
    pairs = (
        ("erc", "铸远装备", "山城大学"),
        ("academician_workstation", "青峰药业", "山城医院"),
        ("etrc", "牛峰牧业", "高原农业研究所"),
    )
    for kind, host, partner in pairs:
        platform = city.platforms[kind, host]
        register.partner_add(
            platform=platform, organisation=city.bodies[partner], start=date(2021, 1, 1), actor=_keeper(city, platform)
        )


def _offshoots(city: City) -> None:
    pairs = (
        (("pilot_platform", "黔水新材"), ("enterprise_technology_centre", "黔水新材")),
        (("pilot_platform", "翠屏制药"), ("etrc", "翠屏制药")),
        (("technology_innovation_centre", "山城大学"), ("etrc", "山城大学")),
        (("etrc", "微光传感"), ("enterprise_technology_centre", "微光传感")),
    )
    for child, parent in pairs:
        platform = city.platforms[child]
        register.platform_derive(
            platform=platform, parent=city.platforms[parent], actor=_keeper(city, platform), reason="由原平台孵化组建"
        )


def _concealed(city: City) -> None:
    platform = city.platforms["pilot_platform", "微光传感"]
    head = _keeper(city, platform, "department_head")
    register.platform_conceal(platform=platform, sensitive=True, actor=head, reason="涉及不宜公开的研究内容")


def _drafted(city: City) -> None:
    platform = city.platforms["etrc", "石林建材"]
    officer = _keeper(city, platform)
    with acting_as(officer):
        register.recognition_draft(
            platform=platform,
            actor=officer,
            level="municipal",
            recognised_on=date(2026, 11, 2),
            document_number="示例〔2026〕88号",
            recognised_by="安顺市科学技术局",
        )


ACTS: tuple[Act, ...] = (
    _renamed,
    _moved,
    _merged,
    _platform_renamed,
    _corrected,
    _warned,
    _rectifying,
    _revoked,
    _deregistered,
    _partners,
    _offshoots,
    _concealed,
    _drafted,
    plan_worked,
    guarantees_carried_out,
    facts_known,
    matters_begun,
    lives_led,
    rounds_held,
)

"""Invented platforms: how many of which type reached which level when.

The stock of the plan's five indicators by year's end, provincial and national:
2020 as the plan's base (5, 8, 11, 2, 4), then growing as a city might; one recognition of
2023 is on record but not yet confirmed, so that confirming it can be seen to move a light.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

Given = tuple[str, date]


@dataclass(frozen=True, slots=True)
class Sample:
    """One invented platform: type, host's stem, and the levels it was given, in order."""

    kind: str
    host: str
    given: tuple[Given, ...] = ()
    since: date = date(2018, 3, 1)
    topic: str = ""
    direction: str = "new_industrialisation"
    confirmed: bool = True


def at(kind: str, level: str, *rows: tuple[str, str], **options: object) -> tuple[Sample, ...]:
    """Return a platform for each (host's stem, ISO day of recognition)."""
    made = []
    for host, day in rows:
        given = date.fromisoformat(day)
        since = date(given.year - 1, 3, 1)
        made.append(Sample(kind, host, ((level, given),), since=since, **options))  # type: ignore[arg-type]
    return tuple(made)


N, P, M = "national", "provincial", "municipal"

COUNTED: tuple[Sample, ...] = (
    *at(
        "academician_workstation",
        P,
        ("长空航材", "2016-06-20"),
        ("青峰药业", "2017-07-11"),
        ("高原农业研究所", "2018-05-30"),
    ),
    *at(
        "academician_workstation",
        P,
        ("云岭精工", "2019-08-15"),
        ("玉带医疗器械", "2020-09-22"),
        ("黔水新材", "2023-06-08"),
    ),
    *at("etrc", P, ("飞梭轴承", "2014-11-05"), ("翠屏制药", "2015-12-01"), ("高原农业研究所", "2016-10-18")),
    *at("etrc", P, ("平川种业", "2017-11-23"), ("绿野茶业", "2018-12-12"), ("山城大学", "2019-11-29")),
    *at("etrc", P, ("牛峰牧业", "2020-10-16"), ("红芯薯业", "2022-08-19")),
    *at("etrc", P, ("微光传感", "2023-09-12"), confirmed=False),
    *at("technology_innovation_centre", P, ("远山数据", "2020-11-27")),
    *at(
        "enterprise_technology_centre",
        N,
        ("长空航材", "2009-11-02"),
        ("飞梭轴承", "2012-12-14"),
        ("青峰药业", "2015-12-25"),
    ),
    *at("enterprise_technology_centre", N, ("合力液压", "2018-12-20")),
    *at(
        "enterprise_technology_centre",
        P,
        ("翠屏制药", "2013-09-09"),
        ("铸远装备", "2014-10-21"),
        ("银线电气", "2016-09-13"),
    ),
    *at(
        "enterprise_technology_centre",
        P,
        ("石林建材", "2017-10-10"),
        ("山泉化工", "2018-09-28"),
        ("果乡食品", "2019-10-30"),
    ),
    Sample(
        "enterprise_technology_centre",
        "北辰仪表",
        ((P, date(2019, 10, 30)), (N, date(2023, 10, 26))),
        since=date(2017, 4, 1),
    ),
    *at(
        "enterprise_technology_centre",
        P,
        ("天工模具", "2021-09-17"),
        ("黔水新材", "2021-09-17"),
        ("晨光照明", "2022-10-08"),
    ),
    *at("enterprise_technology_centre", P, ("玉带医疗器械", "2023-08-31"), ("千寻软件", "2023-08-31")),
    *at(
        "industrial_design_centre",
        P,
        ("蜡染工坊", "2018-07-06"),
        ("天工模具", "2020-07-24"),
        ("晨光照明", "2022-07-15"),
    ),
    *at(
        "erc",
        P,
        ("山城大学", "2017-03-31"),
        ("重晶矿业", "2018-04-26"),
        ("铸远装备", "2019-05-17"),
        ("远山数据", "2020-06-05"),
    ),
    *at("erc", P, ("北辰仪表", "2021-07-09"), ("喀斯特林业研究所", "2022-11-04")),
    *at("erc", P, ("北盘风能", "2023-11-20")),
)

OTHERS: tuple[Sample, ...] = (
    *at("key_laboratory", P, ("山城大学", "2016-12-08")),
    Sample(
        "key_laboratory",
        "山城医院",
        ((M, date(2019, 5, 17)), (P, date(2021, 12, 3))),
        since=date(2018, 4, 1),
    ),
    *at("postdoctoral_workstation", N, ("长空航材", "2015-08-21"), ("青峰药业", "2019-08-30")),
    *at("incubator", P, ("远山数据", "2018-11-16"), ("山城职业技术学院", "2022-12-09")),
    *at("maker_space", P, ("屯堡文旅研究院", "2019-06-14"), direction="tourism_industrialisation"),
    *at("new_rd_institution", P, ("喀斯特林业研究所", "2022-09-02"), direction="agricultural_modernisation"),
    *at(
        "etrc",
        M,
        ("韭香食品", "2019-04-12"),
        ("火龙果业", "2020-04-17"),
        ("蜂糖李业", "2021-04-23"),
        ("夜郎湖水务", "2021-04-23"),
    ),
    *at("etrc", M, ("千寻软件", "2022-04-29"), ("蜡染工坊", "2022-04-29"), ("瀑乡康养", "2023-04-21")),
    *at(
        "enterprise_technology_centre",
        M,
        ("绿野茶业", "2019-06-21"),
        ("牛峰牧业", "2020-06-19"),
        ("韭香食品", "2021-06-18"),
    ),
    *at(
        "enterprise_technology_centre",
        M,
        ("微光传感", "2022-06-17"),
        ("红芯薯业", "2023-06-16"),
        ("北盘风能", "2023-06-16"),
    ),
    *at("key_laboratory", M, ("山城职业技术学院", "2020-05-15"), ("高原农业研究所", "2021-05-14")),
    *at("new_rd_institution", M, ("屯堡文旅研究院", "2021-08-06"), ("山城大学", "2022-08-05")),
    *at("pilot_platform", M, ("黔水新材", "2022-10-21"), ("翠屏制药", "2023-10-20")),
    *at("maker_space", M, ("山城职业技术学院", "2018-09-07"), ("格凸旅游", "2021-09-03"), ("银链旅游", "2022-09-02")),
    *at("industrial_design_centre", M, ("银链旅游", "2021-11-12"), ("北辰仪表", "2022-11-11")),
    *at("erc", P, ("合力液压", "2024-09-06"), ("山泉化工", "2025-08-29")),
    *at("etrc", P, ("玉带医疗器械", "2024-10-18")),
)

CULTIVATED: tuple[Sample, ...] = (
    Sample("etrc", "石林建材", since=date(2022, 9, 1)),
    Sample("enterprise_technology_centre", "平川种业", since=date(2022, 9, 1), direction="agricultural_modernisation"),
    Sample("key_laboratory", "喀斯特林业研究所", since=date(2022, 9, 1), direction="agricultural_modernisation"),
    Sample("academician_workstation", "红芯薯业", since=date(2023, 3, 1), direction="agricultural_modernisation"),
    Sample("industrial_design_centre", "屯堡文旅研究院", since=date(2023, 3, 1), direction="tourism_industrialisation"),
    Sample("erc", "夜郎湖水务", since=date(2023, 3, 1), direction="new_urbanisation"),
    Sample("pilot_platform", "微光传感", since=date(2023, 9, 1), direction="civil_military_integration"),
    Sample("technology_innovation_centre", "山城大学", since=date(2023, 9, 1)),
    Sample("enterprise_technology_centre", "瀑乡康养", since=date(2024, 3, 1), direction="wellness_tourism"),
    Sample("new_rd_institution", "千寻软件", since=date(2024, 3, 1)),
    Sample("maker_space", "蜡染工坊", since=date(2024, 9, 1), direction="tourism_industrialisation"),
    Sample("erc", "火龙果业", since=date(2025, 3, 1), direction="agricultural_modernisation"),
)

PLATFORMS = (*COUNTED, *OTHERS, *CULTIVATED)

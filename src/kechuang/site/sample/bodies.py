"""Invented organisations: name, kind, county, and the credit code computed for each."""

from __future__ import annotations

from dataclasses import dataclass

from kechuang.pure.identifiers import check_character

PREFIXES = {"enterprise": "91", "university": "12", "institute": "12", "hospital": "12", "other": "52"}
DIVISIONS = {
    "xixiu": "520402",
    "pingba": "520403",
    "puding": "520422",
    "zhenning": "520423",
    "guanling": "520424",
    "ziyun": "520425",
    "development_zone": "520402",
    "huangguoshu": "520423",
}


@dataclass(frozen=True, slots=True)
class Body:
    """One invented organisation; ``stem`` is the short name its platforms carry."""

    stem: str
    suffix: str
    kind: str
    county: str
    industry: str = ""

    @property
    def name(self) -> str:
        return f"示例{self.stem}{self.suffix}"


def _firms(county: str, *rows: tuple[str, str]) -> tuple[Body, ...]:
    return tuple(Body(stem, "有限公司", "enterprise", county, industry) for stem, industry in rows)


BODIES: tuple[Body, ...] = (
    Body("山城大学", "", "university", "xixiu", "8341"),
    Body("山城职业技术学院", "", "university", "development_zone", "8336"),
    Body("高原农业研究所", "", "institute", "xixiu", "7330"),
    Body("喀斯特林业研究所", "", "institute", "xixiu", "7330"),
    Body("山城医院", "", "hospital", "xixiu", "8411"),
    Body("屯堡文旅研究院", "", "institute", "huangguoshu", "7350"),
    *_firms("xixiu", ("云岭精工", "3484"), ("青峰药业", "2740"), ("远山数据", "6431"), ("石林建材", "3024")),
    *_firms("xixiu", ("银线电气", "3831"), ("果乡食品", "1373"), ("晨光照明", "3872")),
    *_firms("development_zone", ("长空航材", "3744"), ("飞梭轴承", "3451"), ("合力液压", "3444"), ("北辰仪表", "4014")),
    *_firms("development_zone", ("翠屏制药", "2720"), ("铸远装备", "3421"), ("天工模具", "3525"), ("微光传感", "3983")),
    *_firms("pingba", ("黔水新材", "2651"), ("平川种业", "0511"), ("绿野茶业", "1530"), ("玉带医疗器械", "3584")),
    *_firms(
        "pingba",
        ("千寻软件", "6513"),
    ),
    *_firms("puding", ("山泉化工", "2614"), ("韭香食品", "1371"), ("夜郎湖水务", "4610")),
    *_firms("zhenning", ("蜡染工坊", "2432"), ("蜂糖李业", "0151"), ("重晶矿业", "1019")),
    *_firms("guanling", ("牛峰牧业", "0311"), ("火龙果业", "0159"), ("北盘风能", "4415")),
    *_firms("ziyun", ("红芯薯业", "0123"), ("格凸旅游", "7861")),
    *_firms("huangguoshu", ("瀑乡康养", "8051"), ("银链旅游", "7869")),
)


def credit_code(place: int, body: Body) -> str:
    """Return the 18-character code of the ``place``-th body: sound by GB 32100, of no real body.

    Its nine-character body code begins with five zeros, which is never given out.
    """
    first = f"{PREFIXES[body.kind]}{DIVISIONS[body.county]}00000{place:04d}"
    return first + check_character(first)

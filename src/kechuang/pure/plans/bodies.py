"""Names of public bodies: is this one, is it collective, and where one name ends and the next begins.

No body is known by its own name; only the words that such names end and begin with are.
"""
# ruff: noqa: PLR2004 - small numbers count printed characters, rows or cells

import re
from functools import lru_cache

from kechuang.pure.plans.folding import fold

_SUFFIX = (
    r"(?:部|委|办|局|厅|署|院|行|府|会|社|校|所|站|馆|台|团|队|处|科|室|股|组|司|联|协|中心|公司|集团|大学|医院|银行|基金|机构|企业|园区|景区|"
    r"高新区|经开区|新区|开发区|管理区|功能区|合作区|示范区|试验区|保税区|街道|镇|乡|县|区|市|州|盟|旗|省|部门|单位|高校|院校|学校|海关|税务|气象|"
    r"邮政|电力|移动|电信|联通|铁塔|电网|供电|烟草|石油|石化|人行|金融|公积金|编制|运营商|电视台|日报|报社|联盟|庭|纪委监委|监委|政法|统战|宣传|"
    r"组织|党校|武装|军分区|政府|保险|航空|港务|铁路|民航|海事|消防|公安|社科院|农科院|林科院|经信|科创|控股|兵团|师|农场|林场|基地|平台|实验室|专班|指挥部|中央|办事处|管委)"
)
_LEVEL = r"(?:省|市|州|盟|地|县|区|旗|自治区|自治州|国家|国务院|中央|全国|中国|人民银行|各|兵团|师|直辖市)"
_BODY = re.compile(
    rf"^[\u4e00-\u9fffA-Za-z0-9·“”\"（）()〔〕\[\]/—-]*{_SUFFIX}(?:（[^（）]{{1,20}}）|〔[^〔〕]{{1,20}}〕|\[[^\[\]]{{1,20}}\]|[（(][)）])*$"
)
_STRONG_END = re.compile(
    r"(?:(?:政府|府|委)[\u4e00-\u9fff]{0,4}室|部|委|办|局|厅|署|政府|办公室|委员会|管委会|法院|检察院|总队|支队|分局|支局|部门|海关|公安|院|总会|联合会|工商联|税务|联|协|社)(?:（[^（）]{1,20}）)*$"
)
_WEAK_WORD = re.compile(
    r"^(?:理事会|董事会|监事会|委员会|企业|公司|单位|部门|高校|学校|银行|政府|园区|技术部|内部|全部|部|委|局|市场|社会|机构|平台|基地|研究院|实验室|"
    r"国家|国家级|省级|市级|项目部|总部|大部|干部|协会|学会|商会|展会|大会|都市|城市|区|县|市|省|分院|学院|医院|中心|试办|举办|承办|主办|新办|首办|创办)$"
)
_VERB = re.compile(
    r"^(?:含|包括|以下|简称|即|详见|见|其中|如(?!皋|东)|例如|不含|注[：明]|指|附件|附表|试行|暂行|除|以(?!色)|对(?!外)|在|将|经(?!信|开|济|贸|发|合|委|管|科)|并|可(?!再)|应(?!急|用)|"
    r"应当|须|已|未|不|需|鼓励|引导|支持|推动|加强|建立|完善|落实|依托|通过|根据|包含|参照|参考|涉及|截至|原(?!子|州|阳|平)|现行|属于|新增|新建|到|至|从|与|及|或|该|此|上述|下同|每|年均|累计)"
)
_OF_PLACE = re.compile(
    r"^(?:省|市|县|区|州|旗|自治区)(?!级|场|内|外|域|情|民|长|属|值|块)[\u4e00-\u9fff]{2,}(?:中心|公司|集团|所|校|馆|站|学院|大学|医院|学会|协会)$"
)
_LONGEST = 40
_CHINESE = re.compile(r"[\u4e00-\u9fff]{2}")
_SENTENCE = re.compile(r"[。！？；：，]|\d{4}年")
_NEVER = re.compile(r"的|以上|以下|万元|不得|应当|可以|达到|给予|认定为|[。！？]")
_INNER_VERB = re.compile(
    r"开展|建立|推动|提升|促进|实现|形成|加快|鼓励|引进|打造|申报|备案|审批|核准|同意|批准|了|是|完成"
)
_AREA = (
    r"(?:自治县|自治旗|自治州|自治区|县级市|地级以上市|地级市|设区的市|设区市|省辖市|省直管县|计划单列市|副省级城市|直辖市|开发园区|开发区|经开区|高新区|"
    r"功能区|工业园区|产业园区|园区|新区|乡镇|街道办事处|街道|乡|镇|省|市|州|盟|县|区|旗|地区|地方|特区|林区|师|团场|地)"
)
# 各县（市、区人民政府: the closing bracket may be lost
_BRACKET = r"(?:（[^（）]{0,14}）|[(（][)）]|（[市县区旗州、]{1,7}(?=人民政府|政府))"
_ONE_AREA = rf"(?:{_AREA}级?{_BRACKET}?)+"
_AREAS = rf"{_ONE_AREA}(?:[、/和及与或](?:各)?{_ONE_AREA})*"
_RULERS = (
    r"(?:两级|三级)?(?:(?:党委|委)(?:和|、|及)?)?(?:人民政府|政府|行政公署|行署|管委会|管理委员会|党工委|党（工）委|党委|党政|办事处|党政办)"
    rf"(?:[、和及](?:管委会|管理委员会|行署))?{_BRACKET}?(?:办公室)?"
)
_OFFICES_OF = r"(?:[\u4e00-\u9fff]{1,12}?(?:局|部门|办|委|厅))"
_EACH = r"(?:市属|省属|区属|市辖|全市|全省)?(?:各有关|各相关|各|有关|相关|所在|所属|属地|试点)"
LOCAL = re.compile(
    rf"(?:各级(?:地方)?(?:人民)?政府|地方(?:各级)?(?:人民)?政府|地方各级[\u4e00-\u9fff]{{0,6}}(?:部门|政府)"
    rf"|{_EACH}(?:盟|地区|州)(?:行政公署|行署)、(?:州、)?市人民政府"
    rf"|{_EACH}{_AREAS}{_RULERS}(?:[、和]街道(?:办事处|办))?|{_EACH}{_ONE_AREA}{_OFFICES_OF}|{_EACH}{_AREA}[、/和]{_AREA}{_BRACKET}{_OFFICES_OF}|{_EACH}{_AREAS}"
    rf"|(?<![\u4e00-\u9fff（])(?:(?:县|市|区|州|盟){_BRACKET}|(?:县|市|区|州|盟)(?:、(?:县|市|区|旗))+{_BRACKET}?){_RULERS}"
    rf"|(?<![\u4e00-\u9fff（])(?:县区|区县|市县|市州|县市区|县市|市区|市县区|乡镇|属地|所在地|县级|区级){_RULERS}"
    rf"|(?<![\u4e00-\u9fff（])(?:各(?:{_AREA}|[\u4e00-\u9fff]{{1,4}}区)|开发区|园区|功能区)?(?:管委会|管理委员会)"
    rf"|各地(?:区)?(?:人民政府|政府|有关部门)?"
    rf"|(?<![\u4e00-\u9fff（])地方(?:{_OFFICES_OF})?)(?=$|[、，；。和及与以等）])"
)
OTHERS = re.compile(
    r"^(?:(?:国务院|中央|国家|省级|市级|县级|区级|市直|省直|州级|州直|县直|区直|市|省|州|县|区|市属|省属|中央和国家机关|市政府|省政府|领导小组|专班|联席会议|工作)*"
    r"(?:各)?(?:有关|相关|其他|其它|成员|责任|其余|各成员|各责任|各相关|各有关|各|全体成员|相应)+(?:的|成员|市级|省级|市直|省直|责任|行业|职能|主管|牵头|业务)*"
    r"(?:部门|单位|方面|部委|机构|委办局|地区和部门|部门和单位|部门和地区|部门、单位|单位和部门|部门单位|企业|委局|局|处室|科室))$"
)


_UNNAMED = {
    "主管部门",
    "行业主管部门",
    "职能部门",
    "牵头部门",
    "责任部门",
    "责任单位",
    "牵头单位",
    "成员单位",
    "相关部门",
}


def is_local(name: str) -> bool:
    """Tell whether ``name`` is a collective name of local governments (各县（区）人民政府)."""
    found = LOCAL.match(name)
    return found is not None and found.end() == len(name)


def is_others(name: str) -> bool:
    """Tell whether ``name`` only says that there are more (有关部门)."""
    return OTHERS.match(name) is not None or name in _UNNAMED


@lru_cache(maxsize=16384)
def is_body(name: str) -> bool:
    """Tell whether ``name`` has the shape of a public body's name."""
    if not 2 <= len(name) <= 40 or _VERB.match(name) or _NEVER.search(name):
        return False
    if _STRONG_END.search(name) is None and _INNER_VERB.search(name):
        return False
    return _BODY.match(name) is not None and not _WEAK_WORD.match(name)


def is_strong(name: str) -> bool:
    """Tell whether ``name`` could hardly be anything but a public body."""
    if is_local(name):
        return True
    if not is_body(name) or len(name) < 3:
        return False
    return _STRONG_END.search(name) is not None or _OF_PLACE.match(name) is not None


def is_stem(name: str) -> bool:
    """Tell whether ``name`` may be a body named by its field alone (科技、财政等部门)."""
    return (
        2 <= len(name) <= 10
        and not (_VERB.match(name) or _NEVER.search(name) or _INNER_VERB.search(name))
        and name.isalpha()
    )


def is_listed(name: str) -> bool:
    """Tell whether ``name`` may be a body because a label (责任单位：) says that bodies follow."""
    return 2 <= len(name) <= _LONGEST and _CHINESE.search(name) is not None and _SENTENCE.search(name) is None


def split_names(text: str) -> list[str]:
    """Return the names in ``text`` in order; collective names stay whole.

    ``text`` may hold line ends and spaces, as cells do: they part names, not words of a name.
    """
    text = _mended(text)
    names: list[str] = []
    start = 0
    for found in LOCAL.finditer(text):
        names += _plain_names(text[start : found.start()])
        names.append(found[0])
        start = found.end()
    names += _plain_names(text[start:])
    return names


_PREFIX = re.compile(r"(?:市|省|县|区|州|自治|各|国家|中国|中共|全国|盟|旗|兵团)")
_GOES_ON = re.compile(r"^(?:中共)?[\u4e00-\u9fff]{0,6}(?:[省市县区州]委|政府|公安局)$")
_ENDED = re.compile(r"(?:中心|公司|集团|大学|学院|医院|银行|院|所|校|馆|站|学会|协会|基金|团|室)$")
_MAX_PIECES = 4


def _is_cut(left: str, right: str) -> bool:
    """Tell whether a line end stands inside a name: 市委 / 组织部, 市人力资源和社会 / 保障局, 市发展改革委 / 员会."""
    if left.endswith("委") and right.startswith("员会"):
        return True
    if _PREFIX.match(right) or right.startswith("各"):
        return False
    ended = is_strong(left) or _ENDED.search(left) is not None
    return _GOES_ON.match(left) is not None or not ended


def _mended(text: str) -> str:
    """Join what a cell broke over lines and part what spaces or line ends set apart."""
    pieces = [(found[1] == "\n", fold(found[2])) for found in re.finditer(r"(?:(\n)|[^\S\n]|^)*(\S+)", text.strip())]
    mended = ""
    for place, (broken, piece) in enumerate(pieces):
        if not mended or mended[-1] in "、，；：（" or piece[0] in "、，；：（）等":
            mended += piece
        elif _parts_here(mended, [follow for _, follow in pieces[place : place + _MAX_PIECES]], broken=broken):
            mended += "、" + piece
        else:
            mended += piece
    return mended


def parts_at(left: str, first: str) -> bool:
    """Tell whether a line end after ``left`` parts two names, ``first`` being the first of the next line."""
    return bool(first) and _parts_here(left, [first], broken=True)


def _parts_here(left: str, pieces: list[str], *, broken: bool) -> bool:
    """Tell whether a new name begins with ``pieces``; ``broken`` is a line end, which may cut a name in two."""
    last = re.split(r"[、，；：]", left)[-1]
    if left.count("（") != left.count("）") or not (is_body(last) or is_local(last)):
        return False
    if broken and _is_cut(last, pieces[0]):
        return False
    ahead = ""
    for piece in pieces:
        ahead += piece
        first = re.split(r"[、，；：]", ahead)[0]
        if is_body(first) or is_local(first) or is_others(first):
            return True
    return False


def _plain_names(text: str) -> list[str]:
    names: list[str] = []
    for piece in _outside_brackets(text):
        names += _at_joints(piece)
    return [name for name in (_LOOSE_JOINT.sub("", name) for name in names) if name]


def _outside_brackets(text: str) -> list[str]:
    pieces: list[str] = []
    depth = 0
    current = ""
    for sign in text:
        depth += (sign == "（") - (sign == "）")
        if sign in "、，；,;/" and depth <= 0:
            pieces.append(current)
            current = ""
        else:
            current += sign
    return [*pieces, current]


_LOOSE_JOINT = re.compile(r"^(?:以及|和|与|并)|(?:以及|和|及|与)$")
_JOINT = re.compile(r"以及|会同|和|及|与|并|商")


def _at_joints(piece: str) -> list[str]:
    """Part 市科技局和市财政局, but not 住房和城乡建设局."""
    start = 0
    names: list[str] = []
    for found in _JOINT.finditer(piece):
        left, right = piece[start : found.start()], piece[found.end() :]
        sure = found[0] in {"以及", "会同"}
        if not left and sure:
            start = found.end()
        elif found[0] == "商":  # 市科技局商市财政局, but 市商务局
            if is_strong(left) and is_strong(right):
                names.append(left)
                start = found.end()
        elif left and right and (sure or ((is_body(left) or is_others(left)) and _begins_body(right))):
            names.append(left)
            start = found.end()
    return [*names, piece[start:].removeprefix("以及").removeprefix("会同")]


def _begins_body(text: str) -> bool:
    return is_body(text) or is_others(text) or is_local(text) or re.match(rf"{_LEVEL}", text) is not None

"""What a web page or a print shop puts around the text: menus, share buttons, closing lines."""
# ruff: noqa: PLR2004, RUF001 - small numbers count printed characters, rows or cells; full-width signs are what is read

import re

from kechuang.pure.plans.blocks import Block, Grid, Paragraph
from kechuang.pure.plans.folding import squeeze
from kechuang.pure.plans.headercells import with_header_cells
from kechuang.pure.plans.headings import mark_of

_LINE = re.compile(
    r"^(?:[【\[]?(?:关闭|打印|收藏|返回|分享)(?:本页|窗口|此页|页面|顶部|到)?[】\]]?(?:[|｜\s【\[]?(?:关闭|打印|收藏|返回|分享)(?:本页|窗口|此页|页面|顶部)?[】\]]?)*(?:责任编辑.*|[:：].*)?|"
    r"[\[【]?字(?:体|号)[:：大中小\s].*|[\[【（(]?(?:责任)?编辑[:：].*|责编[:：].*|分享到?.{0,20}|扫一扫.*|.*扫一扫.{0,20}|上一[篇条][:：]?.*|下一[篇条][:：]?.*|"
    r"相关(?:链接|文档|文章|新闻|解读|稿件|附件|阅读|信息|政策)[:：]?.*|版权所有.*|Copyright.*|主办[:：].*|主办单位[:：].*承办.*|.*(?:ICP备|公网安备|网站标识码).*|网站地图.*|联系我们.*|"
    r"(?:网站)?(?:首页|政务公开|信息公开|政府信息公开|要闻动态|新闻中心|政务服务|互动交流|办事服务|数据开放|专题专栏|政策文件|政策法规|通知公告|规划计划|法定主动公开内容)(?:[\s>＞»|｜/]+[\u4e00-\u9fff]{2,8})*|"
    r"[—–\-－]\s*\d{1,3}\s*[—–\-－]|第\s*\d{1,3}\s*页(?:\s*[,，/]?\s*共\s*\d{1,3}\s*页)?|"
    r"返回顶部|附件下载[:：]?.*|图解[:：].*|政策解读[:：]?.{0,40}|【?(?:我要)?纠错】?.*|.{0,2}打印本页.*|首页\s*[>＞»].*|(?:您?)?(?:当前|现在|所在|的)*位置[:：].*|"
    r"(?:文章)?来源[:：].{0,40}|信息来源[:：].*|稿件来源[:：].*|(?:浏览|访问|点击|阅读)(?:次数|量|数)?[:：].{0,30}|.{0,20}微信.{0,6}(?:分享|公众号).{0,20}|"
    r"(?:无障碍|长者模式|繁體|简体|English|登录|注册|搜索|返回首页).{0,30}|抄送[:：].*|主送[:：].*|分送[:：].*|.{2,40}办公[厅室]\s*(?:19|20)\d\d年\d{1,2}月\d{1,2}日印发)$",
    re.IGNORECASE,
)
_CUT = re.compile(
    r"^(?:[【\[]?(?:关闭|打印|收藏|分享)|责任编辑|[（(]?责编|扫一扫|上一[篇条]|下一[篇条]|相关(?:链接|文档|文章|新闻|解读|稿件|阅读|信息|政策)|版权所有|主办[:：]|主办单位|.*ICP备|.*公网安备|网站地图|"
    r"返回顶部|联系我们|.*扫一扫|Copyright|附件下载|政策解读[:：]?$|.*网站标识码)",
    re.IGNORECASE,
)
_ANNEX = re.compile(r"^\s*附\s*[件表录]\s*[\d一二三四五六七八九十]{0,3}\s*[:：.、]?")


def is_chrome(text: str) -> bool:
    """Tell whether a line is no part of the document."""
    plain = text.strip()
    return len(plain) < 160 and (_LINE.match(plain) is not None or _LINE.match(squeeze(plain)) is not None)


def without_chrome(blocks: list[Block]) -> list[Block]:
    """Return the blocks of the document itself.

    From the first closing line after the last number, annex or table nothing is kept.
    """
    blocks = with_header_cells(blocks)
    last = max((n for n, block in enumerate(blocks) if _is_structure(block)), default=-1)
    kept: list[Block] = []
    for number, block in enumerate(blocks):
        if isinstance(block, Paragraph):
            if number > last and number * 3 > len(blocks) and _CUT.match(block.text.strip()):
                break
            if is_chrome(block.text):
                continue
        kept.append(block)
    return kept


def _is_structure(block: Block) -> bool:
    if isinstance(block, Grid):
        return True
    return _ANNEX.match(block.text) is not None or mark_of(block.text) is not None

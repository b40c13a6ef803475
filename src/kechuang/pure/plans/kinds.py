"""What kind of document a part is: one that says what is to be done, or one with nothing to import."""
# ruff: noqa: PLR2004 - small numbers count printed characters, rows or cells

import re

from kechuang.pure.plans.folding import fold
from kechuang.pure.plans.outline import Node

_TAIL = r"(?:[（(][^（）()]*[)）])*$"
_NOTHING = re.compile(
    rf"(?:办法|规定|条例|细则|规则|章程|规程|规范|准则|制度|复函|批复|答复|答复函|公告|公示|名单|指南|解读|目录|标准|公报|纪要|讲话|总结|报告|决议|命令|请示|守则|协议|合同|预案|通报|登记表|申请书|申报书|汇总表|一览表|申报表|备案表){_TAIL}"
)
_PLAN = re.compile(
    rf"(?:方案|计划|规划|意见|措施|要点|行动|分工|纲要|政策|任务|任务表|清单|任务清单|举措|安排|分解表|分工表|决定|路线图|若干条|[一二三四五六七八九十\d]+条|责任书|建议){_TAIL}"
)
_OTHER_NOTICE = re.compile(
    r"名单|申报|推荐|征集|遴选|公布|公示|评审|结果|召开|举办|放假|报名|招聘|领导小组|立项|下达|拨付|表彰|命名|任免|任职|废止|征求.*意见|填报|缴费|招标"
)
# 关于加强…培训工作的通知 says what is to be done; 关于开展…培训的通知 invites.
_INVITATION = re.compile(
    r"^(?!.*(?:加强|推进|促进|加快|完善|深化|进一步|落实|支持|提升|强化)).*(?:培训|备案|成员|认定|补助资金|奖励|修改|转发.*通知|评估|验收|抽查|统计|收费|采购|更名|调查|同意)"
)
_ANSWER = re.compile(
    r"图解|读懂|问答|答记者问|发布会|(?:建议|提案|议案)(?:的)?(?:答复|复函|办理)|^(?:对|关于).*第.{1,8}号|答复|复函|的函$|批复"
)
_MIN_DUTIES = 3


def says_what_to_do(title: str, root: Node) -> bool:
    """Tell whether a part titled ``title`` holds tasks; its responsibilities may overrule a doubtful title."""
    name = fold(title).strip("《》")
    duties = sum(1 for node in root.walk() if node.head.phrases or any(text.phrases for _, text in node.body))
    if _is_regulation(root, name):
        return False
    if _PLAN.search(name) and not _NOTHING.search(name):
        return True
    if _NOTHING.search(name) or _ANSWER.search(name) or _is_errand(name):
        return duties >= _MIN_DUTIES
    return True


def announces(title: str) -> bool:
    """Tell whether a whole document only makes known (公示, 公告): its lists name projects, not tasks."""
    name = fold(title)
    return "公示" in name or (name.endswith("公告") and re.search("任务|分工|方案|措施", name) is None)


def _is_regulation(root: Node, name: str) -> bool:
    articles = [node for node in root.walk() if node.style == "article"]
    if len(articles) < 3:
        return False
    duties = sum(1 for node in root.walk() if node.head.phrases or any(text.phrases for _, text in node.body))
    if duties >= _MIN_DUTIES and _PLAN.search(name) and not _NOTHING.search(name):
        return False  # 若干措施 may have 总则 and 附则, too; who answers for each article makes them a plan
    titles = {node.title for node in root.walk()}
    if titles & {"总则", "附则", "罚则", "法律责任"} or any(node.split.text.startswith("为") for node in articles[:1]):
        return True
    if _PLAN.search(name):
        return False
    return duties < _MIN_DUTIES


def _is_errand(name: str) -> bool:
    """Tell whether a notice announces or collects something rather than says what is to be done."""
    return "通知" in name and (_OTHER_NOTICE.search(name) is not None or _INVITATION.match(name) is not None)

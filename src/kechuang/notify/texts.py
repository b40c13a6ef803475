"""Every word this house sends: one closed table, a row for each situation, each in three lengths.

In-app and mail print heading, what was decided and by which office, the reason, what to do and until when, and why
it came to this person. The short form goes to telephones and chats: at most 70 characters, so that it is one SMS.
The form for a group names nothing, because others read it too.

Nobody is named. An office is named only where it acts for the authorities in the open; who reviewed, recommended in
confidence or objected is never told. Personal numbers are masked wherever free text comes in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from kechuang.notify.choices import Kind
from kechuang.notify.masking import masked

SHORT = 70
"""The characters of one SMS in Chinese."""
LEAST_TITLE = 8
LONGEST_TITLE, LONGEST_REASON, LONGEST_WORD = 200, 500, 60
OPEN_ROLES = frozenset({"county_officer", "department_officer", "department_head", "conference_office", "registrar"})
"""Roles whose office is named when it acts; whoever acts as anything else is not."""


@dataclass(frozen=True, slots=True)
class Situation:
    """One row: msgids with the names of ``Facts`` in them. ``until`` replaces ``act`` when there is a last day."""

    kind: Kind
    heading: str
    said: str
    act: str
    until: str
    because: str
    short: str


STEP = _("%(office)s已办理“%(step)s”，现为“%(state)s”。")

SITUATIONS: Mapping[str, Situation] = {
    "act": Situation(
        Kind.URGENT,
        _("请办理：%(title)s"),
        STEP,
        _("请打开办理。"),
        _("请打开办理，期限至 %(due)s。"),
        _("这一步由您的岗位“%(held)s”办理，所以发给您。"),
        _("请办理“%(title)s”。"),
    ),
    "returned": Situation(
        Kind.URGENT,
        _("已退回：%(title)s"),
        STEP,
        _("请按退回理由修改后重新提交。"),
        _("请按退回理由修改，并在 %(due)s 前重新提交。"),
        _("这件事由您提出，所以发给您。"),
        _("“%(title)s”已退回，请修改后重新提交。"),
    ),
    "decided": Situation(
        Kind.URGENT,
        _("已有结果：%(title)s"),
        STEP,
        _("请打开查看结果。"),
        _("请打开查看结果。"),
        _("这件事由您提出，所以发给您。"),
        _("“%(title)s”已有结果，请查看。"),
    ),
    "settled": Situation(
        Kind.FOR_INFORMATION,
        _("已办结：%(title)s"),
        STEP,
        _("不需要您再办理。"),
        _("不需要您再办理。"),
        _("这件事由您提出，所以发给您。"),
        _("“%(title)s”已办结。"),
    ),
    "progressed": Situation(
        Kind.FOR_INFORMATION,
        _("有进展：%(title)s"),
        _("现为“%(state)s”。"),
        _("目前不需要您办理。"),
        _("目前不需要您办理。"),
        _("这件事由您提出，所以发给您。"),
        _("“%(title)s”有新进展。"),
    ),
    "ended": Situation(
        Kind.FOR_INFORMATION,
        _("已办结：%(title)s"),
        STEP,
        _("不需要您再办理。"),
        _("不需要您再办理。"),
        _("您办理过这件事，所以发给您。"),
        _("“%(title)s”已办结。"),
    ),
    "assigned": Situation(
        Kind.URGENT,
        _("移交给您：%(title)s"),
        _("同岗位的同事把这件事移交给您，现为“%(state)s”。"),
        _("请打开办理。"),
        _("请打开办理，期限至 %(due)s。"),
        _("这件事改由您承办，所以发给您。"),
        _("“%(title)s”已移交给您办理。"),
    ),
    "reminded": Situation(
        Kind.URGENT,
        _("催办：%(title)s"),
        _("这件事有人催办，现为“%(state)s”。"),
        _("请尽快办理。"),
        _("请尽快办理，期限至 %(due)s。"),
        _("这件事在您的案头，所以发给您。"),
        _("“%(title)s”被催办，请尽快办理。"),
    ),
    "supervised": Situation(
        Kind.URGENT,
        _("督办：%(title)s"),
        _("%(office)s督办这件事，现为“%(state)s”。"),
        _("请按督办要求办理。"),
        _("请按督办要求在 %(due)s 前办结。"),
        _("这件事在您的案头，所以发给您。"),
        _("“%(title)s”已列入督办，请办理。"),
    ),
    "copied": Situation(
        Kind.FOR_INFORMATION,
        _("抄送：%(title)s"),
        _("现为“%(state)s”。"),
        _("不需要您办理。"),
        _("不需要您办理。"),
        _("有同事把这件事抄送给您。"),
        _("“%(title)s”抄送给您。"),
    ),
    "notice": Situation(
        Kind.FOR_INFORMATION, _("%(title)s"), "", "", _("期限至 %(due)s。"), _("%(held)s"), _("%(title)s")
    ),
    "letter": Situation(
        Kind.FOR_INFORMATION,
        _("%(title)s"),
        _("内容只发到您登记的邮箱或手机，这里不保存。"),
        "",
        "",
        _("这是发给您本人的专函。"),
        _("%(title)s"),
    ),
    "demand": Situation(
        Kind.URGENT,
        _("%(title)s"),
        "",
        _("请打开办理。"),
        _("请打开办理，期限至 %(due)s。"),
        _("%(held)s"),
        _("%(title)s"),
    ),
}
SEALED = "letter"
"""Where a letter's encrypted text stands among its facts."""
GROUP = _("有一件事项等您办理，请登录%(site)s查看。")
SEE = _("请登录%(site)s查看。")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is put into a situation. ``held`` is the office (for notices: the sentence) why it came."""

    situation: str
    title: str
    office: str = ""
    step: str = ""
    state: str = ""
    reason: str = ""
    held: str = ""
    due: str = ""

    def stored(self) -> dict[str, str]:
        """Return the facts as they are kept: masked, cut, empty ones left out."""
        longest = {"title": LONGEST_TITLE, "reason": LONGEST_REASON, "held": LONGEST_TITLE}
        pairs = ((name, masked(" ".join(str(getattr(self, name)).split()))) for name in self.__slots__)
        return {name: _cut(text, longest.get(name, LONGEST_WORD)) for name, text in pairs if text}


@dataclass(frozen=True, slots=True)
class Printed:
    """One message in words, in the language that was active when it was printed."""

    heading: str
    said: str
    reason: str
    act: str
    because: str

    def lines(self) -> list[str]:
        """Return what is not empty, in the order it is read."""
        reason = gettext("理由：%(reason)s") % {"reason": self.reason} if self.reason else ""
        return [line for line in (self.said, reason, self.act, self.because) if line]


def facts_of(stored: Mapping[str, Any]) -> Facts:
    """Return the facts of a stored message."""
    return Facts(**{name: str(stored.get(name, "")) for name in Facts.__slots__})


def printed(stored: Mapping[str, Any]) -> Printed:
    """Return a stored message in words."""
    facts = facts_of(stored)
    situation = SITUATIONS[facts.situation]
    words = _words(facts)
    return Printed(
        heading=_filled(situation.heading, words),
        said=_filled(situation.said, words),
        reason=facts.reason,
        act=_filled(situation.until if facts.due else situation.act, words),
        because=_filled(situation.because, words),
    )


def kind_of(situation: str) -> Kind:
    """Return whether a situation asks its person to act."""
    return SITUATIONS[situation].kind


def heading(stored: Mapping[str, Any]) -> str:
    """Return the leading line of a stored message."""
    return printed(stored).heading


def short(stored: Mapping[str, Any], *, site: str, link: str, signature: str = "") -> str:
    """Return the message in at most 70 characters, ``【signature】`` included.

    The title gives way first; when fewer than eight of its characters would be left, the link does.
    """
    facts = facts_of(stored)
    sentence = SITUATIONS[facts.situation].short
    begun = f"【{signature}】" if signature else ""
    for ending in (f" {link}", _filled(SEE, {"site": site}), ""):
        room = SHORT - len(begun) - len(_filled(sentence, {"title": ""})) - len(ending)
        if room >= min(LEAST_TITLE, len(facts.title)):
            return begun + _filled(sentence, {"title": _cut(facts.title, room)}) + ending
    return _cut(begun + _filled(sentence, {"title": facts.title}), SHORT)


def signed(text: str, signature: str) -> str:
    """Return a text as it goes to a telephone, the sender's signature before it."""
    return f"【{signature}】{text}" if signature else text


def digest_heading(count: int) -> str:
    """Return the leading line of a digest of ``count`` messages."""
    return gettext("今日消息 %(count)d 条") % {"count": count}


def digest_short(count: int, *, site: str, link: str, signature: str = "") -> str:
    """Return a digest in at most 70 characters."""
    begun = f"【{signature}】" if signature else ""
    whole = begun + gettext("您有%(count)d条消息。") % {"count": count}
    for ending in (f" {link}", _filled(SEE, {"site": site})):
        if len(whole) + len(ending) <= SHORT:
            return whole + ending
    return _cut(whole, SHORT)


def code_text(code: str, *, site: str, signature: str = "") -> str:
    """Return how a code is sent that proves an address."""
    begun = f"【{signature}】" if signature else ""
    return begun + gettext("验证码 %(code)s，10 分钟内有效，用于在%(site)s核验接收地址。") % {
        "code": code,
        "site": _cut(site, 20),
    }


def for_a_group(*, site: str) -> str:
    """Return what may be said where others read along: that there is something, nothing of what."""
    return _filled(GROUP, {"site": site})


def footing(*, site: str, link: str) -> str:
    """Return what stands below every mail: that it is sent by a machine, and where to choose otherwise."""
    return gettext("本邮件由%(site)s自动发送，请勿回复。选择接收方式：%(link)s") % {"site": site, "link": link}


def office_named(office: str, role: str) -> str:
    """Return how the office under which a step was taken is named to others: "" where it is not."""
    return office if role in OPEN_ROLES else ""


def _words(facts: Facts) -> dict[str, str]:
    return {
        "title": facts.title,
        "office": facts.office or gettext("经办方"),
        "step": facts.step,
        "state": facts.state,
        "held": facts.held,
        "due": facts.due,
    }


def _filled(msgid: str, words: Mapping[str, str]) -> str:
    return gettext(msgid) % words if msgid else ""


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: max(longest - 1, 0)] + "…"

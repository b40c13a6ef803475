"""Numbers that name bodies and people: the unified social credit code, and masks for what must not be shown.

Source: GB 32100-2015 (统一社会信用代码): one character for the registering authority, one for
the kind of body, six for the division (GB/T 2260), nine for the body, one check character.
The letters I, O, S, V and Z are not used. Codes that begin with A (military) or N (rural
collectives) need not hold a division in digits.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
LENGTH = 18
FREE_DIVISION = frozenset("AN")

BODY_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "11": "机关",
        "12": "事业单位",
        "13": "群众团体",
        "19": "其他（机构编制）",
        "31": "律师执业机构",
        "32": "公证处",
        "33": "基层法律服务所",
        "34": "司法鉴定机构",
        "35": "仲裁委员会",
        "51": "社会团体",
        "52": "民办非企业单位",
        "53": "基金会",
        "71": "宗教活动场所",
        "81": "基层工会",
        "91": "企业",
        "92": "个体工商户",
        "93": "农民专业合作社",
        "A1": "军队单位",
        "N1": "农村集体经济组织（组级）",
        "N2": "农村集体经济组织（村级）",
        "N3": "农村集体经济组织（乡镇级）",
    }
)

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about a number, in Chinese. Only an error makes the number wrong."""

    severity: Severity
    message: str


@dataclass(frozen=True, slots=True)
class CreditCode:
    """A unified social credit code as read: without separators, in capitals, with what was found."""

    code: str
    findings: tuple[Finding, ...]

    @property
    def valid(self) -> bool:
        """Whether nothing is wrong; warnings and notes do not refuse."""
        return not self.errors

    @property
    def errors(self) -> tuple[str, ...]:
        """The sentences that make it wrong."""
        return tuple(finding.message for finding in self.findings if finding.severity == "error")

    @property
    def body_kind(self) -> str | None:
        """The kind of body its first two characters stand for, as far as known."""
        return BODY_KINDS.get(self.code[:2])

    @property
    def division(self) -> str | None:
        """The six-digit division it was first registered in; ``None`` where it holds none."""
        return self.code[2:8] if re.fullmatch(r"[0-9]{6}", self.code[2:8]) else None


def compact(text: str) -> str:
    """Return a number without spaces and separators, half width, in capitals."""
    return re.sub(r"[\s\-·.]", "", unicodedata.normalize("NFKC", text)).upper()


def check_character(first: str) -> str:
    """Return the 18th character for the first 17; raises ``ValueError`` for a character outside the alphabet."""
    total = sum(ALPHABET.index(letter) * weight for letter, weight in zip(first, WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def read_usci(
    text: str, *, divisions: Mapping[str, str] | None = None, former: Mapping[str, str] | None = None
) -> CreditCode:
    """Read a unified social credit code and say everything that is wrong with it.

    ``divisions`` (code → name, today's) and ``former`` (no longer in use) allow the division
    to be looked up; a division in neither is a warning, never a refusal, for no history is whole.
    """
    code = compact(text)
    return CreditCode(code, (*_form(code), *_division(code, divisions or {}, former or {})))


def _form(code: str) -> Iterator[Finding]:
    strange = [(place, letter) for place, letter in enumerate(code, start=1) if letter not in ALPHABET]
    if len(code) != LENGTH:
        yield Finding("error", f"统一社会信用代码应为 18 位，现为 {len(code)} 位")
    for place, letter in strange:
        yield Finding("error", f"第 {place} 位的“{letter}”不能使用（只用数字和除 I、O、S、V、Z 外的大写字母）")
    if strange or len(code) != LENGTH:
        return
    if code[0] not in FREE_DIVISION and not re.fullmatch(r"[0-9]{6}", code[2:8]):
        yield Finding("error", f"第 3 至 8 位“{code[2:8]}”应为数字（行政区划代码）")
    if code[:2] not in BODY_KINDS:
        yield Finding("warning", f"前两位“{code[:2]}”不是常见的机构类别，请核对")
    right = check_character(code[:-1])
    if code[-1] != right:
        yield Finding("error", f"校验码不符：按前 17 位应为“{right}”，现为“{code[-1]}”，请逐位核对")


def _division(code: str, divisions: Mapping[str, str], former: Mapping[str, str]) -> Iterator[Finding]:
    place = code[2:8]
    if not divisions or len(code) != LENGTH or not re.fullmatch(r"[0-9]{6}", place) or place in divisions:
        return
    if place in former:
        yield Finding("note", f"第 3 至 8 位“{place}”是旧行政区划代码（{former[place]}），代码仍然有效")
    else:
        yield Finding("warning", f"第 3 至 8 位“{place}”不在行政区划代码表中，可能是更早的代码，请核对")


def mask(text: str, *, head: int, tail: int) -> str:
    """Return ``text`` with all but the first ``head`` and last ``tail`` characters starred.

    A text too short to hide at least half of itself is starred whole.
    """
    hidden = len(text) - head - tail
    if hidden * 2 < len(text):
        return "*" * len(text)
    return text[:head] + "*" * hidden + text[len(text) - tail :]


def mask_person_id(number: str) -> str:
    """Mask an identity number (身份证号): the first three and last two characters stay."""
    return mask(compact(number), head=3, tail=2)


def mask_phone(number: str) -> str:
    """Mask a telephone number: the first three digits and the last two stay, separators go."""
    return mask(compact(number), head=3, tail=2)


def mask_email(address: str) -> str:
    """Mask an e-mail address: the first letter and the domain stay."""
    name, at_sign, domain = address.partition("@")
    return f"{name[:1]}***{at_sign}{domain}"


def mask_name(name: str) -> str:
    """Mask a person's name: the first character stays."""
    return name[:1] + "*" * (len(name) - 1)

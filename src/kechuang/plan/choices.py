"""Closed lists of the plan, and the levels a plan's figures are split by."""

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class ClauseKind(models.TextChoices):
    """What a clause is: something to do, how it is guaranteed, or only a heading."""

    TASK = "task", _("任务")
    GUARANTEE = "guarantee", _("保障")
    SECTION = "section", _("章节")


class Part(models.TextChoices):
    """In which part of a responsibility bracket a body stands."""

    RESPONSIBLE = "departments", _("责任单位")
    LEAD = "lead", _("牵头单位")
    COOPERATING = "cooperating", _("配合单位")
    LOCAL = "local", _("地方")
    LEAD_OFFICE = "lead_offices", _("牵头处室")
    COOPERATING_OFFICE = "cooperating_offices", _("配合处室")


class MatchedBy(models.TextChoices):
    """How a printed name was matched to a department of the directory."""

    NOTHING = "", _("未匹配")
    NAME = "name", _("全称一致")
    SHORT_NAME = "short_name", _("简称一致")
    ALIAS = "alias", _("别称一致")
    PERSON = "person", _("人工指定")


class Basis(models.TextChoices):
    """What a figure of an indicator says: a stock, or what a year added."""

    CUMULATIVE = "cumulative", _("累计")
    YEARLY = "yearly", _("年度")


class Op(models.TextChoices):
    """How a target binds."""

    EQUAL = "=", "="
    AT_LEAST = "≥", "≥"
    MORE = ">", ">"
    AT_MOST = "≤", "≤"
    LESS = "<", "<"
    ABOUT = "≈", "≈"


class Share(models.TextChoices):
    """The part a unit has in a sub-task."""

    LEAD = "lead", _("牵头")
    CO_LEAD = "co_lead", _("共同牵头")
    SUPERVISING = "supervising", _("督导")


class GuaranteeKind(models.TextChoices):
    """What was done for a guarantee."""

    MONEY = "money", _("经费投入")
    POLICY = "policy", _("政策落实")
    PUBLICITY = "publicity", _("宣传引导")


class MoneySource(models.TextChoices):
    """Whose money it is: public money by tier, then what the government's leads (政府、社会、金融共同投入)."""

    CENTRAL = "central", _("中央财政")
    PROVINCIAL = "provincial", _("省级财政")
    MUNICIPAL = "municipal", _("市级财政")
    COUNTY = "county", _("县级财政")
    ENTERPRISE = "enterprise", _("企业投入")
    FINANCE = "finance", _("金融机构")
    SOCIAL = "social", _("社会资本")


class Severity(models.TextChoices):
    """How much a finding matters."""

    INFO = "info", _("提示")
    WARNING = "warning", _("须核对")


LEVEL_LABELS = {"national": "国家级", "provincial": "省级", "municipal": "市级", "county": "县级"}
LEVEL_CODES = {label: code for code, label in LEVEL_LABELS.items()}


def level_code(printed: str) -> str:
    """Return the code of a level as printed (国家级 → national); an unknown word stays as it is."""
    return LEVEL_CODES.get(printed, printed)


def level_printed(code: str) -> str:
    """Return the word of a level's code as plans print it, and as it is read back; an unknown code stays as it is."""
    return LEVEL_LABELS.get(code, code)


def level_label(code: str) -> str:
    """Return the word of a level's code in the reader's language; an unknown code stays as it is."""
    return gettext(LEVEL_LABELS[code]) if code in LEVEL_LABELS else code

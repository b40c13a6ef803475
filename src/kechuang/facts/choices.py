"""The closed lists of facts: whose they are, how far they are believed, what supports them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SubjectKind(models.IntegerChoices):
    """Whose fact it is, as a small number: the table of facts is the longest of the house."""

    ORGANISATION = 1, _("单位")
    PLATFORM = 2, _("平台")
    PERSON = 3, _("人员")
    PROJECT = 4, _("项目")


class Status(models.TextChoices):
    """How far a fact is believed.

    ``declared`` and ``verified`` are in force; ``contested`` waits for the answer to a question, the others were
    in force or offered once and are kept as history.
    """

    DECLARED = "declared", _("已申报")
    VERIFIED = "verified", _("已核定")
    CONTESTED = "contested", _("待核对")
    SUPERSEDED = "superseded", _("已被取代")
    WITHDRAWN = "withdrawn", _("已撤回")


IN_FORCE = (Status.DECLARED, Status.VERIFIED)


class EvidenceKind(models.TextChoices):
    """What a file proves (佐证类别)."""

    CERTIFICATE = "certificate", _("证书")
    AUDIT_REPORT = "audit_report", _("审计报告")
    CONTRACT = "contract", _("合同协议")
    DOCUMENT = "document", _("文件通知")
    LEDGER = "ledger", _("台账清单")
    STATEMENT = "statement", _("声明承诺")
    OTHER = "other", _("其他")

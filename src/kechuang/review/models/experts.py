"""Experts and what is known of them: fields, units, relations, conduct, work done and fees."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kechuang.kernel.models import Stateful
from kechuang.kernel.sealing import SealedTextField


class Expert(Stateful):
    """A person of the expert base (专家库).

    ``organisation`` is today's main unit, copied from the open main ``Affiliation`` by the
    services. ``identity_digest`` is a keyed hash of the identity number, which itself is kept
    nowhere: it finds doubles and tells two people of one name apart. ``verified_on`` is the day
    the bureau checked the entry as it stands; without it nobody is drawn.
    """

    process = "expert_entry"

    class Title(models.TextChoices):
        SENIOR = "senior", _("正高级")
        ASSOCIATE = "associate", _("副高级")
        INTERMEDIATE = "intermediate", _("中级")
        OTHER = "other", _("其他")

    number = models.CharField(_("编号"), max_length=20, unique=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("账号"),
    )
    name = models.CharField(_("姓名"), max_length=60)
    name_key = models.CharField(_("排序键"), max_length=300, blank=True, editable=False)
    identity_digest = models.CharField(_("证件摘要"), max_length=64, blank=True, editable=False)
    born_on = models.DateField(_("出生日期"), null=True, blank=True)
    title = models.CharField(_("职称"), max_length=20, choices=Title, blank=True)
    degree = models.CharField(_("学位"), max_length=40, blank=True)
    post = models.CharField(_("职务"), max_length=80, blank=True)
    mobile = SealedTextField(_("手机"), max_length=20, blank=True)
    email = models.EmailField(_("邮箱"), blank=True)
    organisation = models.ForeignKey(
        "directory.Organisation", on_delete=models.PROTECT, related_name="experts", verbose_name=_("所在单位")
    )
    department = models.ForeignKey(
        "directory.Department", on_delete=models.PROTECT, related_name="+", verbose_name=_("主管部门")
    )
    stratum = models.CharField(_("学科门类"), max_length=5, blank=True, editable=False)
    verified_on = models.DateField(_("核实日期"), null=True, blank=True)
    confirmed_on = models.DateField(_("年度确认日期"), null=True, blank=True)
    publicity_from = models.DateField(_("公示起"), null=True, blank=True)
    is_sample = models.BooleanField(_("示例"), default=False, editable=False)

    class Meta:
        verbose_name = _("专家")
        verbose_name_plural = verbose_name
        constraints = [
            models.UniqueConstraint(
                fields=["identity_digest"],
                condition=~Q(identity_digest="") & ~Q(state__in=["removed", "withdrawn"]),
                name="review_one_living_expert_per_identity",
            ),
        ]
        indexes = [models.Index(fields=["name_key", "id"], name="review_expert_by_pinyin")]

    def __str__(self) -> str:
        return self.name


class ExpertField(models.Model):
    """What an expert knows: a discipline (GB/T 13745) or an industry (GB/T 4754), how well by own and by observed word.

    Strength runs from 1 (了解) over 2 (熟悉) to 3 (精通); the observed one, where there is any, counts.
    """

    class Tree(models.TextChoices):
        DISCIPLINE = "discipline", _("学科")
        INDUSTRY = "industry", _("行业")

    class Strength(models.IntegerChoices):
        KNOWS = 1, _("了解")
        VERSED = 2, _("熟悉")
        MASTER = 3, _("精通")

    expert = models.ForeignKey(Expert, on_delete=models.CASCADE, related_name="fields", verbose_name=_("专家"))
    tree = models.CharField(_("体系"), max_length=12, choices=Tree)
    code = models.CharField(_("代码"), max_length=12)
    main = models.BooleanField(_("主领域"), default=False)
    stated = models.PositiveSmallIntegerField(_("自评"), choices=Strength)
    observed = models.PositiveSmallIntegerField(_("实评"), choices=Strength, null=True, blank=True)

    class Meta:
        verbose_name = _("专家领域")
        verbose_name_plural = verbose_name
        constraints = [
            models.UniqueConstraint(fields=["expert", "tree", "code"], name="review_one_line_per_field_of_an_expert"),
            models.UniqueConstraint(fields=["expert", "tree"], condition=Q(main=True), name="review_one_main_field"),
        ]

    def __str__(self) -> str:
        return self.code


class Affiliation(models.Model):
    """That an expert belongs to a unit from ``start`` until before ``end`` (任职).

    A unit outside the directory has only its name. What is not ``verified`` never frees anybody:
    its end is not believed, and an unknown unit bars the expert.
    """

    class Kind(models.TextChoices):
        MAIN = "main", _("主要任职")
        SECOND = "second", _("兼职")
        CONSULTANT = "consultant", _("顾问")

    expert = models.ForeignKey(Expert, on_delete=models.CASCADE, related_name="affiliations", verbose_name=_("专家"))
    organisation = models.ForeignKey(
        "directory.Organisation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("单位"),
    )
    unit_name = models.CharField(_("单位名称"), max_length=200, blank=True)
    kind = models.CharField(_("性质"), max_length=12, choices=Kind, default=Kind.MAIN)
    start = models.DateField(_("起"))
    end = models.DateField(_("止（不含）"), null=True, blank=True)
    verified = models.BooleanField(_("已核实"), default=False)

    class Meta:
        verbose_name = _("任职")
        verbose_name_plural = verbose_name
        ordering = ["start"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end=None) | Q(end__gt=F("start")), name="review_affiliation_is_not_empty"
            ),
            models.UniqueConstraint(
                fields=["expert"], condition=Q(kind="main", end=None), name="review_one_main_unit_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return self.unit_name or str(self.organisation)


class Relation(models.Model):
    """A tie of an expert to a person or to a unit that may bias a judgement (关系).

    The other side is an expert, a person named (with a digest where one is known) or a unit.
    """

    class Kind(models.TextChoices):
        SUPERVISOR = "supervisor", _("导师")
        STUDENT = "student", _("学生")
        COPROJECT = "coproject", _("共同承担项目")
        COAUTHOR = "coauthor", _("合著")
        KIN = "kin", _("亲属")
        PARTNER = "partner", _("合伙")
        SHARE = "share", _("持股")
        CONSULTANCY = "consultancy", _("有偿咨询")

    class Source(models.TextChoices):
        DECLARED = "declared", _("本人申报")
        OBSERVED = "observed", _("数据比对")

    expert = models.ForeignKey(Expert, on_delete=models.CASCADE, related_name="relations", verbose_name=_("专家"))
    kind = models.CharField(_("关系"), max_length=12, choices=Kind)
    other = models.ForeignKey(
        Expert, null=True, blank=True, on_delete=models.CASCADE, related_name="+", verbose_name=_("对方专家")
    )
    person = models.CharField(_("对方姓名"), max_length=60, blank=True)
    person_digest = models.CharField(_("对方证件摘要"), max_length=64, blank=True, editable=False)
    organisation = models.ForeignKey(
        "directory.Organisation",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("对方单位"),
    )
    source = models.CharField(_("来源"), max_length=12, choices=Source, default=Source.DECLARED)
    start = models.DateField(_("起"), null=True, blank=True)
    end = models.DateField(_("止（不含）"), null=True, blank=True)
    verified = models.BooleanField(_("已核实"), default=False)

    class Meta:
        verbose_name = _("关系")
        verbose_name_plural = verbose_name
        constraints = [
            models.CheckConstraint(
                condition=Q(other__isnull=False) | ~Q(person="") | Q(organisation__isnull=False),
                name="review_relation_names_the_other_side",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class OrganisationTie(models.Model):
    """That a unit belonged to a group's head or parent unit (母公司、主管大学) between two dates."""

    organisation = models.ForeignKey(
        "directory.Organisation", on_delete=models.CASCADE, related_name="+", verbose_name=_("单位")
    )
    parent = models.ForeignKey(
        "directory.Organisation", on_delete=models.CASCADE, related_name="+", verbose_name=_("上级单位")
    )
    start = models.DateField(_("起"), null=True, blank=True)
    end = models.DateField(_("止（不含）"), null=True, blank=True)

    class Meta:
        verbose_name = _("单位隶属")
        verbose_name_plural = verbose_name
        constraints = [
            models.CheckConstraint(condition=~Q(organisation=F("parent")), name="review_no_unit_is_its_own_parent"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} → {self.parent}"


class Integrity(models.Model):
    """A finding against an expert's conduct (诚信记录): no draw from ``start`` until before ``end``."""

    expert = models.ForeignKey(Expert, on_delete=models.CASCADE, related_name="integrity", verbose_name=_("专家"))
    finding = models.CharField(_("认定"), max_length=200)
    document = models.CharField(_("依据"), max_length=120, blank=True)
    start = models.DateField(_("起"))
    end = models.DateField(_("止（不含）"), null=True, blank=True)

    class Meta:
        verbose_name = _("诚信记录")
        verbose_name_plural = verbose_name

    def __str__(self) -> str:
        return self.finding


class QualityMark(models.Model):
    """How well an expert did the work of one round, 1 to 5, by the secretary's word (履职评价)."""

    expert = models.ForeignKey(Expert, on_delete=models.CASCADE, related_name="marks", verbose_name=_("专家"))
    round = models.ForeignKey("review.Round", on_delete=models.PROTECT, related_name="+", verbose_name=_("评审轮次"))
    points = models.PositiveSmallIntegerField(_("评价"))
    note = models.CharField(_("说明"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("履职评价")
        verbose_name_plural = verbose_name
        constraints = [
            models.UniqueConstraint(fields=["expert", "round"], name="review_one_mark_per_round"),
            models.CheckConstraint(condition=Q(points__gte=1, points__lte=5), name="review_marks_run_from_1_to_5"),
        ]

    def __str__(self) -> str:
        return str(self.points)


class FeeLine(models.Model):
    """What an expert is owed for a round (专家费): amount and state only; payment data stay outside."""

    class State(models.TextChoices):
        DUE = "due", _("待发放")
        PAID = "paid", _("已发放")
        WAIVED = "waived", _("不领取")

    expert = models.ForeignKey(Expert, on_delete=models.PROTECT, related_name="fees", verbose_name=_("专家"))
    round = models.ForeignKey("review.Round", on_delete=models.PROTECT, related_name="fees", verbose_name=_("评审轮次"))
    amount_fen = models.PositiveBigIntegerField(_("金额（分）"))
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.DUE)

    class Meta:
        verbose_name = _("专家费")
        verbose_name_plural = verbose_name
        constraints = [models.UniqueConstraint(fields=["expert", "round"], name="review_one_fee_per_round")]

    def __str__(self) -> str:
        return f"{self.amount_fen}"

"""The rows that are searched, what of them is out of step, and the searches people saved."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SearchRow(models.Model):
    """What is found of one row of another room (检索条目). Derived, never typed: ``services.keeping`` writes it.

    ``scopes`` are the keys of everybody who may find it (``brain.rights``), ``facets`` what results are narrowed by
    (``k:call``, ``c:3``, ``d:5``, ``y:2023``, ``l:municipal``), ``vector`` the lexemes of ``brain.words``. ``key`` is
    the title's letters, digits and characters alone. ``opened_at`` is since when those who may find it now may.

    The table is kept in eight parts by ``object_id`` (migration 0002), so its key in the database is both numbers.
    """

    kind = models.CharField(_("类型"), max_length=40)
    object_id = models.BigIntegerField(_("对象"))
    title = models.CharField(_("标题"), max_length=400)
    note = models.CharField(_("说明"), max_length=400, blank=True)
    body = models.TextField(_("内容"), blank=True)
    url = models.CharField(_("页面"), max_length=400)
    key = models.CharField(_("标题键"), max_length=80)
    scopes = ArrayField(models.CharField(max_length=60), verbose_name=_("可见范围"))
    facets = ArrayField(models.CharField(max_length=60), verbose_name=_("分面"))
    vector = SearchVectorField(_("词条"))
    opened_at = models.DateTimeField(_("可见时间"), default=timezone.now)

    class Meta:
        verbose_name = _("检索条目")
        verbose_name_plural = verbose_name
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="brain_one_row_an_object")]
        indexes = [
            # The one index of a search: who may find it, what it is narrowed by and the words, in one scan.
            GinIndex(fields=["scopes", "facets", "vector"], name="brain_found", fastupdate=False),
            # Titles that begin as the question does.
            models.Index(OpClass(F("key"), "text_pattern_ops"), name="brain_titles_begin"),
        ]

    def __str__(self) -> str:
        return self.title


class OutOfStep(models.Model):
    """A row that changed since it was last written here (待更新条目); triggers lay it, in the act's own transaction.

    Until it is brought in step the row is not found at all, so that nothing is shown to whom it was just closed.
    """

    kind = models.CharField(_("类型"), max_length=40)
    object_id = models.BigIntegerField(_("对象"))

    class Meta:
        verbose_name = _("待更新条目")
        verbose_name_plural = verbose_name
        indexes = [models.Index(fields=["kind", "object_id"], name="brain_out_of_step_of")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class Rewritten(models.Model):
    """That a row was written anew or removed here (条目变动), in the order of writing.

    The index of the optional engine is brought in step by it. Triggers write it (migration 0003), whatever the engine.
    """

    kind = models.CharField(_("类型"), max_length=40)
    object_id = models.BigIntegerField(_("对象"))
    written_at = models.DateTimeField(_("时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("条目变动")
        verbose_name_plural = verbose_name

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class SavedSearch(models.Model):
    """A question a person keeps (已存检索) and, if wanted, is told of new answers to, once a day.

    ``facets`` are what it is narrowed by. ``told_until`` is the moment up to which answers are no news.
    """

    MOST = 50

    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("人员")
    )
    text = models.CharField(_("检索词"), max_length=100)
    facets = ArrayField(models.CharField(max_length=60), default=list, blank=True, verbose_name=_("分面"))
    alerts = models.BooleanField(_("有新结果时提醒"), default=True)
    told_until = models.DateTimeField(_("已提醒至"), default=timezone.now)
    created_at = models.DateTimeField(_("保存时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("已存检索")
        verbose_name_plural = verbose_name
        constraints = [
            models.UniqueConstraint(fields=["person", "text", "facets"], name="brain_one_saved_search_a_question")
        ]

    def __str__(self) -> str:
        return self.text

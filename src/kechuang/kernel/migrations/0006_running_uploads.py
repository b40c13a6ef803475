"""Uploads that come in pieces and may be continued after a break."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0005_quarantine"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RunningUpload",
            fields=[
                (
                    "key",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False, verbose_name="编号"
                    ),
                ),
                ("name", models.CharField(max_length=255, verbose_name="文件名")),
                ("size", models.PositiveBigIntegerField(verbose_name="大小（字节）")),
                ("received", models.PositiveBigIntegerField(default=0, verbose_name="已收到（字节）")),
                ("modified", models.PositiveBigIntegerField(default=0, verbose_name="文件修改时间")),
                ("page", models.CharField(blank=True, max_length=200, verbose_name="页面")),
                ("field", models.CharField(blank=True, max_length=100, verbose_name="栏目")),
                ("touched_at", models.DateTimeField(verbose_name="最近收到时间")),
                ("expires_at", models.DateTimeField(db_index=True, verbose_name="保留至")),
                ("used_at", models.DateTimeField(null=True, verbose_name="使用时间")),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="上传人",
                    ),
                ),
            ],
            options={
                "verbose_name": "续传",
                "verbose_name_plural": "续传",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("size__gt", 0)), name="kernel_running_upload_has_a_size"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("received__lte", models.F("size"))),
                        name="kernel_running_upload_within_its_size",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("used_at", None), ("received", models.F("size")), _connector="OR"),
                        name="kernel_running_upload_used_when_whole",
                    ),
                ],
            },
        ),
    ]

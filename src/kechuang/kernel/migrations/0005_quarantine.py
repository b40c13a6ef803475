"""Attachments say whether they were checked; those taken in before were judged by their content and are clean."""

from django.db import migrations, models

STATES = [("waiting", "待查毒"), ("clean", "已查验"), ("refused", "未通过")]


class Migration(migrations.Migration):
    """Two columns; the default of the first is ``clean`` only while the rows that are there take it."""

    dependencies = [("kernel", "0004_audit_seals")]

    operations = [
        migrations.AddField(
            model_name="attachment",
            name="check_state",
            field=models.CharField(choices=STATES, default="clean", max_length=8, verbose_name="查验"),
        ),
        migrations.AlterField(
            model_name="attachment",
            name="check_state",
            field=models.CharField(choices=STATES, default="waiting", max_length=8, verbose_name="查验"),
        ),
        migrations.AddField(
            model_name="attachment",
            name="check_reason",
            field=models.CharField(blank=True, default="", max_length=200, verbose_name="未通过的原因"),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="attachment",
            index=models.Index(
                condition=models.Q(check_state="waiting"), fields=["id"], name="kernel_attachment_waiting"
            ),
        ),
    ]

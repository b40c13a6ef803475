"""A clause says which types of platform carry it out."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("plan", "0002_locked_months")]

    operations = [
        migrations.AddField(
            "clause",
            "served_by",
            models.JSONField(blank=True, default=list, verbose_name="由哪些类别的平台落实"),
        ),
    ]

"""Types get fields of their own, and platforms dated values of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("platforms", "0001_initial")]

    operations = [
        migrations.AddField(
            "platformkind", "extra_fields", models.JSONField(blank=True, default=list, verbose_name="本类事项")
        ),
        migrations.AddField(
            "platformperiod", "extras", models.JSONField(blank=True, default=dict, verbose_name="本类事项")
        ),
        migrations.AddField(
            "registerentry", "extras", models.JSONField(blank=True, default=dict, verbose_name="本类事项")
        ),
    ]

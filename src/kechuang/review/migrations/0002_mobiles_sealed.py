"""Experts' telephone numbers are kept sealed."""

from django.db import migrations

from kechuang.kernel.sealing import SealedTextField


def seal_what_stands(apps, schema_editor):
    """Write every telephone number anew, sealed."""
    for row in apps.get_model("review", "Expert").objects.exclude(mobile="").iterator():
        row.save(update_fields=["mobile"])


class Migration(migrations.Migration):
    dependencies = [("review", "0001_initial")]

    operations = [
        migrations.AlterField("expert", "mobile", SealedTextField(blank=True, max_length=20, verbose_name="手机")),
        migrations.RunPython(seal_what_stands, migrations.RunPython.noop),
    ]

"""Personal numbers in answers are sealed. What was handed in before, no hand may touch: it stays as it was and opens."""

from django.db import migrations, models
from django.db.models.functions import Cast

from kechuang.kernel.sealing import SealedJSONField


def seal_what_stands(apps, schema_editor):
    """Write every standing answer that may hold a personal number anew."""
    rows = apps.get_model("calls", "Answer").objects.annotate(said=Cast("value", models.TextField()))
    for row in rows.filter(said__regex="[0-9]{7}").iterator():
        row.save(update_fields=["value"])


class Migration(migrations.Migration):
    dependencies = [("calls", "0003_partners_and_ratings")]

    operations = [
        migrations.AlterField("answer", "value", SealedJSONField(null=True, verbose_name="内容")),
        migrations.AlterField("answerversion", "value", SealedJSONField(null=True, verbose_name="内容")),
        migrations.AlterField("submission", "content", SealedJSONField(verbose_name="内容")),
        migrations.RunPython(seal_what_stands, migrations.RunPython.noop),
    ]

"""Filtered lists of the register read their order, and searches all their columns, from an index."""

import django.contrib.postgres.indexes
from django.db import migrations, models


def _in_order(name: str, *fields: str) -> migrations.AddIndex:
    return migrations.AddIndex(
        "registerentry",
        models.Index(fields=[*fields, "name_key", "platform"], include=["start", "end", "sensitive"], name=name),
    )


class Migration(migrations.Migration):
    dependencies = [("platforms", "0002_own_fields")]

    operations = [
        _in_order("platforms_entry_county_level", "county", "level"),
        _in_order("platforms_entry_dept_level", "department", "level"),
        _in_order("platforms_entry_of_level", "level"),
        migrations.RemoveIndex("registerentry", "platforms_entry_name_part"),
        migrations.AddIndex(
            "registerentry",
            django.contrib.postgres.indexes.GinIndex(
                *(
                    django.contrib.postgres.indexes.OpClass(models.F(column), "gin_trgm_ops")
                    for column in ("name", "host_name", "number", "host_credit_code")
                ),
                name="platforms_entry_word",
            ),
        ),
    ]

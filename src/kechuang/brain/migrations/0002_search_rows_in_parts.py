"""Keep what is found in eight parts, so that a common word is looked for in one or two of them only.

The rows are derived: they are not copied, but written anew by the worker after this migration, which takes some
minutes for 100,000 rows. Until then they are not found.
"""

from django.db import migrations, models

PARTS = 8
TABLE = """
DROP TABLE brain_searchrow;
CREATE TABLE brain_searchrow (
    id bigint NOT NULL,
    kind varchar(40) NOT NULL,
    object_id bigint NOT NULL,
    title varchar(400) NOT NULL,
    note varchar(400) NOT NULL,
    body text NOT NULL,
    url varchar(400) NOT NULL,
    key varchar(80) NOT NULL,
    scopes varchar(60)[] NOT NULL,
    facets varchar(60)[] NOT NULL,
    vector tsvector NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    CONSTRAINT brain_searchrow_pkey PRIMARY KEY (id, object_id),
    CONSTRAINT brain_one_row_an_object UNIQUE (kind, object_id)
) PARTITION BY HASH (object_id);
CREATE SEQUENCE brain_searchrow_id_seq OWNED BY brain_searchrow.id;
ALTER TABLE brain_searchrow ALTER id SET DEFAULT nextval('brain_searchrow_id_seq');
CREATE INDEX brain_found ON brain_searchrow USING gin (scopes, facets, vector) WITH (fastupdate = off);
CREATE INDEX brain_titles_begin ON brain_searchrow (key text_pattern_ops);
"""
PART = "CREATE TABLE brain_searchrow_{part} PARTITION OF brain_searchrow FOR VALUES WITH (MODULUS {parts}, REMAINDER {part});\n"


class Migration(migrations.Migration):
    dependencies = [("brain", "0001_search")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    TABLE + "".join(PART.format(part=part, parts=PARTS) for part in range(PARTS)),
                    migrations.RunSQL.noop,
                )
            ],
            state_operations=[
                migrations.RemoveIndex(model_name="searchrow", name="brain_sounds_like"),
                migrations.RemoveField(model_name="searchrow", name="spelling"),
            ],
        ),
        migrations.CreateModel(
            name="Rewritten",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=40, verbose_name="类型")),
                ("object_id", models.BigIntegerField(verbose_name="对象")),
                ("written_at", models.DateTimeField(auto_now_add=True, verbose_name="时间")),
            ],
            options={"verbose_name": "条目变动", "verbose_name_plural": "条目变动"},
        ),
    ]

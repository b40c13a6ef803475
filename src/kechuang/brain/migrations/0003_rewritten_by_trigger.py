"""Note in the database itself which rows were written anew or removed, for the index of the optional engine."""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION kechuang_rewritten() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO brain_rewritten (kind, object_id, written_at) SELECT kind, object_id, clock_timestamp() FROM changed;
    RETURN NULL;
END $$;
"""
TRIGGER = """
CREATE TRIGGER brain_rewritten_{when} AFTER {when} ON brain_searchrow
REFERENCING {seen} TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION kechuang_rewritten();
"""
SEEN = {"insert": "NEW", "update": "NEW", "delete": "OLD"}
AWAY = "".join(f"DROP TRIGGER brain_rewritten_{when} ON brain_searchrow;" for when in SEEN)


class Migration(migrations.Migration):
    dependencies = [("brain", "0002_search_rows_in_parts")]

    operations = [
        migrations.RunSQL(
            FUNCTION + "".join(TRIGGER.format(when=when, seen=seen) for when, seen in SEEN.items()),
            AWAY + "DROP FUNCTION kechuang_rewritten();",
        )
    ]

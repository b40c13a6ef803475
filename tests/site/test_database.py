"""The database every test stands on."""

import pytest
from django.contrib.postgres.operations import TrigramExtension
from django.db import connection
from django.db.migrations.state import ProjectState


@pytest.mark.django_db
def test_trigrams_of_chinese_are_not_empty():
    with connection.schema_editor() as editor:
        TrigramExtension().database_forwards("kernel", editor, ProjectState(), ProjectState())
    with connection.cursor() as cursor:
        cursor.execute("SELECT cardinality(show_trgm('科技'))")
        assert cursor.fetchone() == (3,)

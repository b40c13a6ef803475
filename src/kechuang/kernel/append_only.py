"""The foot of every model whose rows are evidence."""

from __future__ import annotations

from django.db import models


class AppendOnly(models.Model):
    """Any model whose rows are evidence: the database refuses to change or remove them.

    ``written_by`` names the column of the person who wrote a row, "" where there is none: only
    what an invented person of the sample city wrote can go with that person.
    """

    written_by: str = ""

    class Meta:
        abstract = True

"""Refusals a person may read.

``str(refusal)`` is a sentence in the person's language that says what was refused, why,
and what to do. ``field`` names the form field it belongs to, where there is one.
"""


class Refused(Exception):
    """The domain says no."""

    def __init__(self, sentence: object, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


class NotAllowed(Refused):
    """The actor holds no office that allows this action on this object."""


class Stale(Refused):
    """Somebody else was faster: the object is no longer as the asker saw it."""

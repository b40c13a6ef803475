"""What every channel is given, how it answers, and the three ways in which it can fail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

NEVER = timedelta(0)


@dataclass(frozen=True, slots=True)
class Parcel:
    """One delivery in words.

    ``token`` is its idempotency key. ``body`` is the long form, ``card`` what stands on a card that leads to ``link``,
    ``short`` at most 70 characters, ``group`` what may be said where others read along.
    """

    token: str
    address: str
    subject: str
    body: str
    card: str
    short: str
    group: str
    link: str


class Hopeless(Exception):
    """This delivery will never arrive, however often it is tried."""


class TryAgain(Exception):
    """It was certainly not delivered, and may be later; not before ``after`` has passed."""

    def __init__(self, reason: str, *, after: timedelta = NEVER) -> None:
        super().__init__(reason)
        self.after = after


class OutcomeUnknown(Exception):
    """It was sent and no answer came: it may or may not have arrived."""


class Adapter(Protocol):
    """A way out of the house. ``repeatable_for`` is how long the provider remembers a token it has accepted."""

    repeatable_for: timedelta

    def is_ready(self) -> bool:
        """Tell whether the operator has set the channel up."""

    def send(self, parcel: Parcel) -> str:
        """Hand ``parcel`` to the provider and return its reference; raises one of the three failures."""

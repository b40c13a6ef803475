"""What the register stores, in four groups: kinds, platforms over time, recognitions, the composed register."""

from kechuang.platforms.models.entry import RegisterDelta, RegisterEntry
from kechuang.platforms.models.kinds import LEVEL_ORDER, Competence, Level, PlatformKind
from kechuang.platforms.models.platform import Amendment, Partner, Platform, PlatformPeriod, Standing
from kechuang.platforms.models.recognition import Recognition

__all__ = [
    "LEVEL_ORDER",
    "Amendment",
    "Competence",
    "Level",
    "Partner",
    "Platform",
    "PlatformKind",
    "PlatformPeriod",
    "Recognition",
    "RegisterDelta",
    "RegisterEntry",
    "Standing",
]

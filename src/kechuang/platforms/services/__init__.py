"""Writes of the register: every verb in one place, each in one transaction.

Each of them locks (``locks``), asks (``access``), writes the sources, and brings the
register in step (``register``) before the transaction ends.
"""

from kechuang.platforms.services.beginnings import platform_restart
from kechuang.platforms.services.competence import competence_transfer
from kechuang.platforms.services.hosts import platforms_follow, platforms_pass_on
from kechuang.platforms.services.keeping import (
    partner_add,
    partner_end,
    platform_change,
    platform_conceal,
    platform_correct,
    platform_derive,
    platform_register,
)
from kechuang.platforms.services.lives import platform_move
from kechuang.platforms.services.recognitions import (
    recognition_confirm,
    recognition_draft,
    recognition_edit,
    recognition_end,
    recognition_move,
    recognition_void,
)
from kechuang.platforms.services.register import register_check, register_compose, register_rebuild

__all__ = [
    "competence_transfer",
    "partner_add",
    "partner_end",
    "platform_change",
    "platform_conceal",
    "platform_correct",
    "platform_derive",
    "platform_move",
    "platform_register",
    "platform_restart",
    "platforms_follow",
    "platforms_pass_on",
    "recognition_confirm",
    "recognition_draft",
    "recognition_edit",
    "recognition_end",
    "recognition_move",
    "recognition_void",
    "register_check",
    "register_compose",
    "register_rebuild",
]

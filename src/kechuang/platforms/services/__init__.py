"""Writes of the register: every verb in one place, each in one transaction.

Each of them locks (``locks``), asks (``access``), writes the sources, and brings the
register in step (``register``) before the transaction ends.
"""

from kechuang.platforms.services.beginnings import platform_restart
from kechuang.platforms.services.competence import competence_transfer
from kechuang.platforms.services.decisions import (
    platform_from_decision,
    recognition_from_decision,
)
from kechuang.platforms.services.endings import (
    ban_lift,
    ban_record,
    ending_record,
    hearing_accept,
    hearing_begin,
    hearing_decide,
    hearing_drop,
    hearing_lapse,
    hearing_notify,
    hearing_on_paper,
    hearing_state,
    hearing_waive,
)
from kechuang.platforms.services.evaluations import (
    evaluation_appeal,
    evaluation_audit,
    evaluation_grade,
    evaluation_move,
    evaluation_record,
    evaluation_regrade,
    evaluation_report,
    evaluation_uphold,
    round_begin,
)
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
from kechuang.platforms.services.pool import (
    gap_take,
    pool_coach,
    pool_enter,
    pool_move,
    pool_note,
    session_attend,
    session_hold,
)
from kechuang.platforms.services.recognitions import (
    recognition_confirm,
    recognition_draft,
    recognition_edit,
    recognition_end,
    recognition_move,
    recognition_void,
)
from kechuang.platforms.services.register import register_check, register_compose, register_rebuild
from kechuang.platforms.services.reports import (
    REPORT_EDITABLE,
    annual_report_file,
    annual_report_fill,
    annual_report_move,
    annual_report_record,
    report_figures,
    reports_open,
    reports_remind,
)
from kechuang.platforms.services.requests import (
    change_ask,
    change_move,
    recommendation_make,
    recommendation_record,
    recommendation_withdraw,
)
from kechuang.platforms.services.scoring import evaluation_scored, round_compute

__all__ = [
    "REPORT_EDITABLE",
    "annual_report_file",
    "annual_report_fill",
    "annual_report_move",
    "annual_report_record",
    "ban_lift",
    "ban_record",
    "change_ask",
    "change_move",
    "competence_transfer",
    "ending_record",
    "evaluation_appeal",
    "evaluation_audit",
    "evaluation_grade",
    "evaluation_move",
    "evaluation_record",
    "evaluation_regrade",
    "evaluation_report",
    "evaluation_scored",
    "evaluation_uphold",
    "gap_take",
    "hearing_accept",
    "hearing_begin",
    "hearing_decide",
    "hearing_drop",
    "hearing_lapse",
    "hearing_notify",
    "hearing_on_paper",
    "hearing_state",
    "hearing_waive",
    "partner_add",
    "partner_end",
    "platform_change",
    "platform_conceal",
    "platform_correct",
    "platform_derive",
    "platform_from_decision",
    "platform_move",
    "platform_register",
    "platform_restart",
    "platforms_follow",
    "platforms_pass_on",
    "pool_coach",
    "pool_enter",
    "pool_move",
    "pool_note",
    "recognition_confirm",
    "recognition_draft",
    "recognition_edit",
    "recognition_end",
    "recognition_from_decision",
    "recognition_move",
    "recognition_void",
    "recommendation_make",
    "recommendation_record",
    "recommendation_withdraw",
    "register_check",
    "register_compose",
    "register_rebuild",
    "report_figures",
    "reports_open",
    "reports_remind",
    "round_begin",
    "round_compute",
    "session_attend",
    "session_hold",
]

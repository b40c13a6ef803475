"""Wiring of the kernel: triggers after each migration, cases and deadlines kept in step, the calendar's seed."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate

EVENTS = {
    "move.taken": "一件事项办理了一步（含会签中的一次签署）",
    "calendar.changed": "一个年度的工作日安排有了新的录入",
    "case.assigned": "一件办件移交给了另一位承办人",
    "case.reminded": "有人催办一件办件",
    "case.act_undone": "一次移交或催办已撤销",
    "case.copied": "一件办件抄送给了一个人",
    "case.supervised": "一件办件开始督办",
}


class KernelConfig(AppConfig):
    name = "kechuang.kernel"
    label = "kernel"
    verbose_name = "内核"

    def ready(self) -> None:
        from kechuang.kernel import calendar_days, cases, deadlines, events, loading
        from kechuang.kernel.triggers import after_migrate, install

        for name, meaning in EVENTS.items():
            events.declare(name, meaning)
        events.keep_in_step("move.taken", cases.moved)
        events.keep_in_step("calendar.changed", deadlines.deadlines_move)
        loading.register("calendar", calendar_days.load, order=5)
        loading.register("cases", cases.complete_after_loading, order=99)
        post_migrate.connect(after_migrate(install), weak=False, dispatch_uid="kernel.triggers")

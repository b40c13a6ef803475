"""What the security administrator does about sign-ins, and the auditor about seals."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt
from django.db import transaction
from django.utils.translation import gettext as _

from kechuang.directory.models import User
from kechuang.kernel.access import Actor
from kechuang.kernel.audit_access import SEALS
from kechuang.kernel.audit_reads import reads_record
from kechuang.kernel.audit_seals import seal_now
from kechuang.kernel.errors import NotAllowed, Refused
from kechuang.oversight.access import SECURITY


@transaction.atomic
def lockout_lift(*, username: str, actor: Actor) -> int:
    """Let a locked account try again at once; return how many counters were cleared."""
    _require_security(actor, _("解除登录锁定由安全管理员办理。"))
    found = AccessAttempt.objects.filter(username=username.lower())
    if not found.exists():
        raise Refused(_("该账号没有被锁定。"))
    number: int = found.count()
    found.delete()
    _note(actor, username, "unlocked")
    return number


@transaction.atomic
def session_end(*, session: UserSession, actor: Actor) -> None:
    """Sign one session out wherever it is; its next request finds nobody."""
    _require_security(actor, _("结束他人的登录由安全管理员办理。"))
    reads_record(actor=actor, subjects=[("directory_user", str(session.user_id))], address="session ended")
    session.end()


def sessions_end(*, user: User) -> int:
    """Sign every session of ``user`` out: called when the account is closed. Return how many there were."""
    sessions = list(UserSession.objects.filter(user=user))
    for session in sessions:
        session.end()
    return len(sessions)


def seal_at_once(*, actor: Actor) -> int:
    """Seal what waits, without the wait for the next minute; return how many events."""
    if not SEALS.may_any(actor, "seal"):
        raise NotAllowed(_("立即封存由审计员办理。"))
    return seal_now(patience=5.0)


def _note(actor: Actor, username: str, what: str) -> None:
    keys = User.objects.filter(username__iexact=username).values_list("pk", flat=True)
    reads_record(actor=actor, subjects=[("directory_user", str(key)) for key in keys], address=what)


def _require_security(actor: Actor, sentence: str) -> None:
    if not actor.holds(SECURITY):
        raise NotAllowed(sentence)

"""``kechuang account``: the accounts nobody can open from a page, because nobody can sign in yet."""

import click

from kechuang.site.stop import Stop

POWERS = {"system_admin": "系统管理员", "security_admin": "安全管理员", "auditor": "审计员"}


@click.group()
def account() -> None:
    """帐号：开立最初的管理员，重设忘记的口令。"""


@account.command("open")
@click.argument("username")
@click.argument("full_name")
@click.option("--role", type=click.Choice(list(POWERS)), required=True, help="系统、安全、审计三权须由三人分掌。")
@click.option("--email", default="", help="电子邮件，可用来登录和找回口令。")
def open_account(username: str, full_name: str, role: str, email: str) -> None:
    """开立管理员帐号 USERNAME（姓名 FULL_NAME），打印一次随机口令。"""
    import django

    django.setup()
    from django.core.exceptions import ValidationError
    from django.db import transaction
    from django.utils import timezone

    from kechuang.directory.services import office_grant, user_create
    from kechuang.kernel.access import Actor, Office
    from kechuang.kernel.errors import Refused

    today = timezone.localdate()
    operator = Actor(user_id=None, offices=(Office("system_admin"), Office("security_admin")), today=today)
    try:
        with transaction.atomic():
            user, password = user_create(username=username, full_name=full_name, email=email, actor=operator)
            office_grant(user=user, role=role, actor=operator, start=today)
    except ValidationError as error:
        raise Stop("；".join(error.messages)) from None
    except Refused as refusal:
        raise Stop(str(refusal)) from None
    click.echo(f"{POWERS[role]} {full_name}：用户名 {username}，口令 {password}\n口令只显示这一次，请登录后立即修改。")


@account.command()
@click.argument("username")
def reset(username: str) -> None:
    """给 USERNAME 一个新的随机口令，并解除登录锁定。"""
    import secrets

    import django

    django.setup()
    from axes.utils import reset as unlock

    from kechuang.directory.models import User

    user = User.objects.filter(username=username).first()
    if user is None:
        raise Stop(f"没有用户名为 {username} 的帐号。")
    password = secrets.token_urlsafe(12)
    user.set_password(password)
    user.save(update_fields=["password"])
    unlock(username=username.lower())
    click.echo(f"{user}：新口令 {password}\n口令只显示这一次，请登录后立即修改。")

"""``kechuang django``: Django's own management commands, for developers."""

import click


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def django(arguments: tuple[str, ...]) -> None:
    """运行 Django 管理命令，如 kechuang django shell。"""
    from django.core.management import execute_from_command_line

    execute_from_command_line(["kechuang django", *arguments])

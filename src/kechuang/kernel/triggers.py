"""What the database itself refuses and records, laid on every table after each migration.

Four triggers, each one function and a line per table:

- ``audit`` on every table of this program and of the accounts: each change of a row is
  written to ``kernel_auditevent``, raw SQL and bulk statements included;
- ``steps`` on every ``Stateful`` model: a state changes only along a row of
  ``kernel_processtransition`` for the row's own process version, and a new row starts at
  that version's start (a model whose ``process`` is "" has it from the catalogue, row by row);
- ``forget_case`` on every ``Stateful`` model: what a row had on the desks goes with the row;
- ``append_only`` on moves, audit events and every ``AppendOnly`` model; only what an invented person of the sample
  city did can go with that person.

They are derived from the models, so a new object type gets them without a line of its
own, and ``install`` can run again at any time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import AppConfig, apps
from django.contrib.auth import get_user_model
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model

from kechuang.kernel.models import AppendOnly, AuditEvent, Move, Stateful

# Tables whose rows are traffic, not record: sessions and sign-in attempts have logs of their own.
UNAUDITED = frozenset(
    {"kernel_auditevent", "django_session", "django_migrations", "axes_accessattempt", "axes_accesslog"}
    | {"kernel_casedesk", "kernel_casehand"}  # copies of what stands in cases and moves, for lists
    | {"notify_announcement", "notify_delivery", "notify_channelhealth"}  # a queue; its rows are its own log
)
AUDITED_APPS = frozenset({"account", "mfa", "auth"})
# Never copied into the trail, whichever table they stand in.
SECRET_TABLES = {
    "directory_user": ("password",),
    "review_draw": ("seed",),
    "mfa_authenticator": ("data",),
    "account_emailconfirmation": ("key",),
}

FUNCTIONS = """
CREATE OR REPLACE FUNCTION kechuang_audit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    hidden text[] := TG_ARGV[1]::text[];
    old_row jsonb;
    new_row jsonb;
    key text := TG_ARGV[0];
BEGIN
    IF TG_OP <> 'INSERT' THEN old_row := to_jsonb(OLD) - hidden; END IF;
    IF TG_OP <> 'DELETE' THEN new_row := to_jsonb(NEW) - hidden; END IF;
    IF TG_OP = 'UPDATE' AND old_row = new_row AND to_jsonb(OLD) = to_jsonb(NEW) THEN RETURN NULL; END IF;
    INSERT INTO kernel_auditevent (at, transaction, "table", row, operation, before, after, actor_id, request)
    VALUES (clock_timestamp(), txid_current(), TG_TABLE_NAME, coalesce(new_row ->> key, old_row ->> key, ''), TG_OP,
            old_row, new_row, nullif(current_setting('kechuang.actor', true), '')::bigint,
            coalesce(current_setting('kechuang.request', true), ''));
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION kechuang_steps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NOT EXISTS (SELECT 1 FROM kernel_processversion
                       WHERE id = NEW.process_version_id AND TG_ARGV[0] IN ('', name) AND start = NEW.state) THEN
            RAISE EXCEPTION 'Invalid start: % does not begin at "%"', TG_ARGV[0], NEW.state USING ERRCODE = 'KC001';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.process_version_id <> OLD.process_version_id THEN
        RAISE EXCEPTION 'Invalid version: a running case stays on the process version it began under'
            USING ERRCODE = 'KC001';
    END IF;
    IF NEW.state <> OLD.state AND NOT EXISTS (
        SELECT 1 FROM kernel_processtransition
        WHERE version_id = NEW.process_version_id AND source = OLD.state AND target = NEW.state) THEN
        RAISE EXCEPTION 'Invalid transition of %: "%" to "%"', TG_ARGV[0], OLD.state, NEW.state USING ERRCODE = 'KC001';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION kechuang_case() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    gone bigint;
BEGIN
    SELECT c.id INTO gone FROM kernel_case c JOIN django_content_type t ON t.id = c.content_type_id
    WHERE t.app_label = TG_ARGV[0] AND t.model = TG_ARGV[1] AND c.object_id = OLD.id;
    IF gone IS NULL THEN RETURN NULL; END IF;
    DELETE FROM kernel_casedesk WHERE case_id = gone;
    DELETE FROM kernel_casehand WHERE case_id = gone;
    DELETE FROM kernel_caseact WHERE case_id = gone;
    DELETE FROM kernel_casecopy WHERE case_id = gone;
    DELETE FROM kernel_casewatch WHERE case_id = gone;
    DELETE FROM kernel_case WHERE id = gone;
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION kechuang_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    invented boolean := false;
BEGIN
    IF TG_OP = 'DELETE' AND TG_NARGS = 2 THEN
        EXECUTE format('SELECT is_sample FROM %I WHERE id = ($1).%I', TG_ARGV[0], TG_ARGV[1]) INTO invented USING OLD;
        IF invented THEN RETURN OLD; END IF;
    END IF;
    RAISE EXCEPTION 'Append-only: % of % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'KC002';
END $$;
"""


def audited_models() -> list[type[Model]]:
    """Return every model whose table carries the audit trigger, many-to-many tables included."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if _ours(model) and model._meta.managed and not model._meta.proxy and model._meta.db_table not in UNAUDITED
    ]


def stateful_models() -> list[type[Stateful]]:
    """Return every model that moves along a process."""
    return [model for model in apps.get_models() if issubclass(model, Stateful)]


def append_only_models() -> list[type[AppendOnly]]:
    """Return every model whose rows, once written, stay as they are."""
    return [model for model in apps.get_models() if issubclass(model, AppendOnly)]


def install(using: str = DEFAULT_DB_ALIAS) -> None:
    """Lay all triggers on the tables that exist. Safe to repeat."""
    connection = connections[using]
    present = set(connection.introspection.table_names())
    if not {"kernel_auditevent", "kernel_processtransition"} <= present:
        return
    with connection.cursor() as cursor:
        cursor.execute(FUNCTIONS)
        for table, statement in _statements():
            if table in present:
                cursor.execute(statement)


def install_after_migrate(sender: AppConfig, using: str = DEFAULT_DB_ALIAS, **_: Any) -> None:
    """Listen to ``post_migrate``: once a run is enough, after the last app of ours that has tables."""
    ours = [one.label for one in apps.get_app_configs() if one.name.startswith("kechuang.") and one.models_module]
    if sender.label == ours[-1]:
        install(using)


def _ours(model: type[Model]) -> bool:
    return model.__module__.startswith("kechuang.") or model._meta.app_label in AUDITED_APPS


def _statements() -> Iterator[tuple[str, str]]:
    for model in audited_models():
        table = model._meta.db_table
        hidden = "{" + ",".join(SECRET_TABLES.get(table, ())) + "}"
        key = model._meta.pk.column
        yield (
            table,
            (
                f'CREATE OR REPLACE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON "{table}" '
                f"FOR EACH ROW EXECUTE FUNCTION kechuang_audit('{key}', '{hidden}')"
            ),
        )
    for stateful in stateful_models():
        table = stateful._meta.db_table
        yield (
            table,
            (
                f'CREATE OR REPLACE TRIGGER steps BEFORE INSERT OR UPDATE ON "{table}" '
                f"FOR EACH ROW EXECUTE FUNCTION kechuang_steps('{stateful.process}')"
            ),
        )
        yield (
            table,
            (
                f'CREATE OR REPLACE TRIGGER forget_case AFTER DELETE ON "{table}" FOR EACH ROW '
                f"EXECUTE FUNCTION kechuang_case('{stateful._meta.app_label}', '{stateful._meta.model_name}')"
            ),
        )
    people = get_user_model()._meta.db_table
    by_whom = {Move: "actor_id"} | {model: model.written_by for model in append_only_models()}
    for kept, column in ({AuditEvent: ""} | by_whom).items():
        table, argument = kept._meta.db_table, f"'{people}', '{column}'" if column else ""
        yield (
            table,
            (
                f'CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON "{table}" '
                f"FOR EACH ROW EXECUTE FUNCTION kechuang_append_only({argument})"
            ),
        )

"""What the database itself refuses and records, laid on every table after each migration.

Six triggers, each one function and a line per table:

- ``audit`` on every table of this program and of the accounts: each change of a row is
  written to ``kernel_auditevent``, raw SQL and bulk statements included; ``emptied`` writes down that a table was
  truncated, which no row's trigger sees;
- ``steps`` on every ``Stateful`` model: a state changes only along a row of
  ``kernel_processtransition`` for the row's own process version, and a new row starts at
  that version's start (a model whose ``process`` is "" has it from the catalogue, row by row);
- ``forget_case`` on every ``Stateful`` model: what a row had on the desks goes with the row;
- ``append_only`` on moves, audit events and every ``AppendOnly`` model; only what an invented person of the sample
  city did can go with that person, and audit events that are sealed and older than half a year;
  ``never_emptied`` refuses to truncate the same tables.

They are derived from the models, so a new object type gets them without a line of its
own, and ``install`` can run again at any time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.apps import AppConfig, apps
from django.contrib.auth import get_user_model
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model

from kechuang.kernel.models import AppendOnly, AuditEvent, Move, Stateful

# Every table that carries no audit trigger, and why.
CHAIN = "the trail itself"
COPY = "copies of what is audited where it stands"
COUNT = "a count a minute"
QUEUE = "a queue; its rows are its own log"
TRAFFIC = "traffic of requests, not record"
BY_MIGRATIONS = "written by migrations alone"
UNAUDITED = {
    "kernel_auditevent": CHAIN,
    "kernel_auditseal": CHAIN,
    "kernel_auditdropped": CHAIN,
    "kernel_casedesk": COPY,
    "kernel_casehand": COPY,
    "brain_searchrow": COPY,
    "brain_outofstep": COPY,
    "brain_rewritten": COPY,
    "api_usage": COUNT,
    "notify_announcement": QUEUE,
    "notify_delivery": QUEUE,
    "notify_channelhealth": QUEUE,
    "procrastinate_jobs": QUEUE,
    "procrastinate_events": QUEUE,
    "procrastinate_periodic_defers": QUEUE,
    "procrastinate_workers": QUEUE,
    "django_session": TRAFFIC,
    "usersessions_usersession": TRAFFIC,
    "kernel_runningupload": TRAFFIC,
    "axes_accessattempt": TRAFFIC,
    "axes_accessattemptexpiration": TRAFFIC,
    "axes_accesslog": TRAFFIC,
    "axes_accessfailurelog": TRAFFIC,
    "kechuang_cache": TRAFFIC,
    "django_content_type": BY_MIGRATIONS,
    "django_migrations": BY_MIGRATIONS,
}
AUDITED_APPS = frozenset({"account", "mfa", "auth", "socialaccount"})
# Never copied into the trail, whichever table they stand in.
SECRET_TABLES = {
    "directory_user": ("password",),
    "review_draw": ("seed",),
    "mfa_authenticator": ("data",),
    "api_token": ("digest",),
    "account_emailconfirmation": ("key",),
    "socialaccount_socialapp": ("secret", "key"),
    "socialaccount_socialtoken": ("token", "token_secret"),
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
CREATE OR REPLACE FUNCTION kechuang_audit_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.at < now() - interval '180 days' AND EXISTS (
        SELECT 1 FROM kernel_auditseal WHERE OLD.id BETWEEN first AND last) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'Append-only: % of % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'KC002';
END $$;
CREATE OR REPLACE FUNCTION kechuang_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('kechuang.emptying', true) = 'test' THEN RETURN NULL; END IF;
    IF TG_NARGS = 1 THEN
        RAISE EXCEPTION 'Append-only: % of % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'KC002';
    END IF;
    INSERT INTO kernel_auditevent (at, transaction, "table", row, operation, actor_id, request)
    VALUES (clock_timestamp(), txid_current(), TG_TABLE_NAME, '', TG_OP,
            nullif(current_setting('kechuang.actor', true), '')::bigint,
            coalesce(current_setting('kechuang.request', true), ''));
    RETURN NULL;
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


def after_migrate(lay: Callable[[str], None]) -> Callable[..., None]:
    """Return a listener to ``post_migrate`` that calls ``lay(alias)`` once a run, after our last app that has tables.

    Emptying the tables says the same signal without a plan; what was laid on them is still there then.
    """

    def listener(sender: AppConfig, using: str = DEFAULT_DB_ALIAS, **told: Any) -> None:
        ours = [one.label for one in apps.get_app_configs() if one.name.startswith("kechuang.") and one.models_module]
        if "plan" in told and sender.label == ours[-1]:
            lay(using)

    return listener


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
        yield table, _emptied(table, "emptied", "")
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
        function = "kechuang_audit_kept()" if kept is AuditEvent else f"kechuang_append_only({argument})"
        yield (
            table,
            (
                f'CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON "{table}" '
                f"FOR EACH ROW EXECUTE FUNCTION {function}"
            ),
        )
        yield table, _emptied(table, "never_emptied", "'refused'")


def _emptied(table: str, name: str, argument: str) -> str:
    when = "BEFORE" if argument else "AFTER"
    return (
        f'CREATE OR REPLACE TRIGGER {name} {when} TRUNCATE ON "{table}" '
        f"FOR EACH STATEMENT EXECUTE FUNCTION kechuang_emptied({argument})"
    )

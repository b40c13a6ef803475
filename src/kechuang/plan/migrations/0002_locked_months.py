"""The database refuses every change of a report of a locked month, whoever asks."""

from django.db import migrations

# A report takes the month's advisory lock shared, the lock takes it alone: a report handed
# in while the month is being closed comes either before it, and is seen, or after, and is refused.
FUNCTIONS = """
CREATE OR REPLACE FUNCTION plan_month_key(code text, month date) RETURNS bigint LANGUAGE sql IMMUTABLE AS
$$ SELECT hashtextextended('plan.period:' || code || ':' || month::text, 0) $$;

CREATE OR REPLACE FUNCTION plan_refuse_locked(clause bigint, month date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    code text;
BEGIN
    SELECT p.code INTO code FROM plan_clause c JOIN plan_plan p ON p.id = c.plan_id WHERE c.id = clause;
    PERFORM pg_advisory_xact_lock_shared(plan_month_key(code, month));
    IF EXISTS (SELECT 1 FROM plan_periodlock l
               WHERE l.plan_code = code AND l.month = plan_refuse_locked.month AND l.unlocked_at IS NULL) THEN
        RAISE EXCEPTION 'Locked period: % of plan % is closed', month, code USING ERRCODE = 'KC003';
    END IF;
END $$;

CREATE OR REPLACE FUNCTION plan_report_unlocked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN PERFORM plan_refuse_locked(OLD.clause_id, OLD.month); END IF;
    IF TG_OP <> 'DELETE' THEN PERFORM plan_refuse_locked(NEW.clause_id, NEW.month); END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_period_lock BEFORE INSERT OR UPDATE OR DELETE ON plan_progressreport
    FOR EACH ROW EXECUTE FUNCTION plan_report_unlocked();

CREATE OR REPLACE FUNCTION plan_lock_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'Locked period: a lock is ended, never removed' USING ERRCODE = 'KC003';
    END IF;
    PERFORM pg_advisory_xact_lock(plan_month_key(NEW.plan_code, NEW.month));
    IF TG_OP = 'UPDATE' AND (OLD.unlocked_at IS NOT NULL OR OLD.plan_code <> NEW.plan_code
                             OR OLD.month <> NEW.month OR OLD.locked_by_id <> NEW.locked_by_id) THEN
        RAISE EXCEPTION 'Locked period: what is recorded of a lock stays' USING ERRCODE = 'KC003';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_lock_is_kept BEFORE INSERT OR UPDATE OR DELETE ON plan_periodlock
    FOR EACH ROW EXECUTE FUNCTION plan_lock_kept();
"""
GONE = """
DROP TRIGGER a_period_lock ON plan_progressreport;
DROP TRIGGER a_lock_is_kept ON plan_periodlock;
DROP FUNCTION plan_report_unlocked();
DROP FUNCTION plan_lock_kept();
DROP FUNCTION plan_refuse_locked(bigint, date);
DROP FUNCTION plan_month_key(text, date);
"""


class Migration(migrations.Migration):
    dependencies = [("plan", "0001_initial")]

    operations = [migrations.RunSQL(FUNCTIONS, GONE)]

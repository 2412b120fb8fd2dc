"""The database itself refuses to change or delete a signed summary."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION oversight_signed_summary_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'signed summaries cannot be changed or deleted'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER signed_summary_stands BEFORE UPDATE OR DELETE ON oversight_periodsummary
    FOR EACH ROW WHEN (OLD.status = 'signed')
    EXECUTE FUNCTION oversight_signed_summary_stands();
"""
BACKWARD = """
DROP TRIGGER signed_summary_stands ON oversight_periodsummary;
DROP FUNCTION oversight_signed_summary_stands();
"""


class Migration(migrations.Migration):
    dependencies = [("oversight", "0003_period_summaries")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]

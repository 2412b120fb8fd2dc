"""The database itself refuses to change a reply, a step or a report once it is given."""

from django.db import migrations

TABLES = ("oversight_directionreply", "oversight_directionevent", "oversight_milestonereport")
FORWARD = """
CREATE FUNCTION oversight_stays_as_given() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was replied or reported cannot be changed'
        USING ERRCODE = 'restrict_violation';
END $$;
""" + "".join(
    f"CREATE TRIGGER stays_as_given BEFORE UPDATE ON {table}"
    " FOR EACH ROW EXECUTE FUNCTION oversight_stays_as_given();\n"
    for table in TABLES
)
BACKWARD = (
    "".join(f"DROP TRIGGER stays_as_given ON {table};\n" for table in TABLES)
    + "DROP FUNCTION oversight_stays_as_given();"
)


class Migration(migrations.Migration):
    dependencies = [("oversight", "0001_direction_and_plans")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]

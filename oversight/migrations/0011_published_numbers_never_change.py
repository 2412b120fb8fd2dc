"""The database itself refuses to change or delete a number that outsiders were told from."""

from django.db import migrations

TABLES = ("oversight_publishedmonth", "oversight_publishedquarter")
FORWARD = """
CREATE FUNCTION oversight_published_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'published numbers cannot be changed or deleted'
        USING ERRCODE = 'restrict_violation';
END $$;
""" + "".join(
    f"""
CREATE TRIGGER published_stands BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION oversight_published_stands();
"""
    for table in TABLES
)
BACKWARD = (
    "".join(f"DROP TRIGGER published_stands ON {table};\n" for table in TABLES)
    + "DROP FUNCTION oversight_published_stands();"
)


class Migration(migrations.Migration):
    dependencies = [("oversight", "0010_published_numbers")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]

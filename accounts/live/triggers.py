"""Database triggers that mark a topic of a commune once a statement, for migrations of the apps.

Bulk updates, COPY and SQL by hand are caught as well. A mark commits and rolls back with its fact.
A change here needs a new migration that replaces the functions.
"""

from typing import Final

from django.db import migrations

_FUNCTION: Final = """
CREATE OR REPLACE FUNCTION live_{table}_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO accounts_livemark (commune_id, topic)
    SELECT DISTINCT place, topic FROM ({marks}) AS mark (place, topic) WHERE place IS NOT NULL;
    RETURN NULL;
END $$;
"""
_TRIGGER: Final = """
CREATE TRIGGER live_{event} AFTER {event} ON {table} REFERENCING {which} TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION live_{table}_written();
"""
_EVENTS: Final = {"INSERT": "NEW", "UPDATE": "NEW", "DELETE": "OLD"}


def of_rows(topic: str) -> str:
    """Marks of a table with a commune of its own."""
    return f"SELECT commune_id, '{topic}' FROM changed"  # noqa: S608 -- names of ours


def of_parts(topic: str, parent: str, key: str) -> str:
    """Marks of a table whose rows belong to rows of `parent`, by the column `key`."""
    return (
        f"SELECT (SELECT commune_id FROM {parent} WHERE id = {key}), '{topic}'"  # noqa: S608 -- names of ours
        f" FROM (SELECT DISTINCT {key} FROM changed) AS of_a_parent"
    )


def marks(tables: dict[str, str]) -> migrations.RunSQL:
    """The operation that makes the triggers of tables, each with the query of its marks."""
    make, drop = [], []
    for table, query in tables.items():
        make.append(_FUNCTION.format(table=table, marks=query))
        for event, which in _EVENTS.items():
            make.append(_TRIGGER.format(table=table, event=event, which=which))
            drop.append(f"DROP TRIGGER live_{event} ON {table};")
        drop.append(f"DROP FUNCTION live_{table}_written();")
    return migrations.RunSQL("".join(make), "".join(drop))

"""Tables, columns, constraints, indexes and triggers as PostgreSQL describes them.

Names that Django or PostgreSQL made up depend on the way a table came about, so such a constraint
or index goes by its definition. The order of columns is left out.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, models

from accounts.encryption.fields import EncryptedField
from accounts.vault.fields import VaultField

OURS = ("accounts", "zalo", "procedures", "duty", "groups", "reports", "broadcasts", "oversight")
ROW = UUID(int=1)

_COLUMNS = """
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
       a.attidentity <> '', pg_get_expr(d.adbin, d.adrelid)
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
  AND a.attnum > 0 AND NOT a.attisdropped AND c.relname <> 'django_migrations'
"""
_CONSTRAINTS = """
SELECT c.relname, k.conname, pg_get_constraintdef(k.oid)
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
WHERE c.relnamespace = 'public'::regnamespace AND k.contype IN ('c', 'f', 'p', 'u', 'x')
"""
_INDEXES = """
SELECT c.relname, i.relname, pg_get_indexdef(x.indexrelid)
FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
WHERE c.relnamespace = 'public'::regnamespace
  AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.oid AND k.conrelid = c.oid)
"""
_TRIGGERS = """
SELECT c.relname, t.tgname, pg_get_triggerdef(t.oid)
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE c.relnamespace = 'public'::regnamespace AND NOT t.tgisinternal
"""
_FUNCTIONS = """
SELECT p.proname, pg_get_function_identity_arguments(p.oid), p.prosrc
FROM pg_proc p
WHERE p.pronamespace = 'public'::regnamespace
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
"""
_NAMES = {"varchar": "character varying", "time": "time without time zone"}


def _rows(query: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def digest(text: str | bytes) -> str:
    """sha256 of a text."""
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()


def _mark(definition: str) -> str:
    return digest(" ".join(definition.split()))[:16]


def tables() -> dict[str, Any]:
    """Every table, Django's among them, with its columns; and which columns are sealed."""
    columns: dict[str, dict[str, str]] = defaultdict(dict)
    for table, column, kind, is_required, is_identity, default in _rows(_COLUMNS):
        words = [kind, "" if is_required else "null", "identity" if is_identity else ""]
        words.append(f"default {default}" if default else "")
        columns[table][column] = " ".join(filter(None, words))
    return {"columns": dict(columns), "sealed": _sealed()}


def tables_of_models() -> dict[str, dict[str, str]]:
    """The columns that our models ask for, in the words of `tables`, without defaults."""
    return {
        model._meta.db_table: {
            str(field.column): _wanted(field) for field in model._meta.local_concrete_fields
        }
        for model in _our_models(with_links=True)
    }


def _wanted(field: Any) -> str:
    kind = str(field.db_parameters(connection)["type"])
    name = re.match(r"[a-z]+", kind)
    kind = re.sub(r"\[\d+\]", "[]", kind.replace(", ", ","))  # PostgreSQL forgets the length
    if name and name.group() in _NAMES:
        kind = _NAMES[name.group()] + kind[name.end() :]
    identity = " identity" if field.db_type_suffix(connection) else ""
    return f"{kind}{' null' if field.null else ''}{identity}"


def sealed_columns() -> Iterator[tuple[type[models.Model], EncryptedField]]:
    for model in _our_models():
        for field in model._meta.local_concrete_fields:
            if isinstance(field, EncryptedField):
                yield model, field


def _sealed() -> dict[str, Any]:
    """By `table.column`: purpose, kind and what the sealed value of a row is bound to."""
    return {
        f"{model._meta.db_table}.{field.column}": {
            "purpose": field.purpose,
            "lies as": "text" if issubclass(field.sealed_type, str) else "bytes",
            "is padded": field.seals_empty,
            "bound to": _binding(model(uuid=ROW), field),
        }
        | ({"opened by": "vault"} if field.is_of_vault else {})
        for model, field in sealed_columns()
    }


def _binding(row: models.Model, field: EncryptedField) -> str:
    return field.bound_to(row) if isinstance(field, VaultField) else field.context_of(row)


def _our_models(*, with_links: bool = False) -> list[type[models.Model]]:
    found = apps.get_models(include_auto_created=with_links)
    return [model for model in found if model._meta.app_label in OURS]


def our_tables() -> set[str]:
    """Tables of our apps, also those between two models."""
    return {model._meta.db_table for model in _our_models(with_links=True)}


def constraints() -> dict[str, Any]:
    """Of each table of ours: named constraints and indexes, those without a name, triggers."""
    ours = our_tables()
    given = {
        part.name
        for model in _our_models()
        for part in (*model._meta.constraints, *model._meta.indexes)
    }
    found: dict[str, dict[str, Any]] = {table: {} for table in ours}
    for table, name, definition in _rows(_CONSTRAINTS) + _rows(_INDEXES):
        if table not in ours:
            continue
        definition = " ".join(definition.split())
        if name in given:
            found[table].setdefault("named", {})[name] = _mark(_nameless(definition))
        else:
            found[table].setdefault("nameless", []).append(_nameless(definition))
    for table, name, definition in _rows(_TRIGGERS):
        if table in ours:
            found[table].setdefault("triggers", {})[name] = _mark(definition)
    for parts in found.values():
        parts.get("nameless", []).sort()
    functions = {f"{name}({given})": _mark(body) for name, given, body in _rows(_FUNCTIONS)}
    extensions = [
        name for (name,) in _rows("SELECT extname FROM pg_extension") if name != "plpgsql"
    ]
    return {"tables": found, "functions": functions, "extensions": sorted(extensions)}


def _nameless(definition: str) -> str:
    return re.sub(
        r"^(CREATE (?:UNIQUE )?INDEX) \S+ ON (?:ONLY )?(?:public\.)?\S+", r"\1", definition
    )

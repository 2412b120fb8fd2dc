"""The limit of an import's database part: the rows copied to a temporary table, and one upsert."""

import time

from django.db import connection, transaction

from groups.member_import import committing
from groups.member_import.staging import Entry
from groups.models import Hamlet, Team
from vietnamese.text import fold, sort_key

_TEMPORARY = (
    "CREATE TEMPORARY TABLE bench_line (full_name text, birth_year smallint, birth_date date,"
    " gender text, phone text, address text, household_code text, is_representative boolean,"
    ' sort_key text COLLATE "C", search_text text, team_id bigint) ON COMMIT DROP'
)
_COLUMNS = (
    "full_name, birth_year, birth_date, gender, phone, address, household_code, "
    "is_representative, sort_key, search_text, team_id"
)
# A copy of the register whose people are known by a key, as an upsert needs one.
_KEYED_REGISTER = (
    "CREATE TABLE bench_member (LIKE groups_member INCLUDING ALL)",
    (
        "ALTER TABLE bench_member ADD FOREIGN KEY (hamlet_id) REFERENCES groups_hamlet,"
        " ADD FOREIGN KEY (team_id) REFERENCES groups_team"
    ),
    (
        "CREATE UNIQUE INDEX ON bench_member (hamlet_id, search_text, phone, birth_year, address)"
        " NULLS NOT DISTINCT"
    ),
)
# Not a way to import: nobody is told of what is doubtful or changed, and nothing can be undone.
_UPSERT = f"""
    INSERT INTO bench_member (hamlet_id, {_COLUMNS}, {{others}})
    SELECT %(hamlet)s, {_COLUMNS}, {{defaults}} FROM bench_line
    ON CONFLICT (hamlet_id, search_text, phone, birth_year, address) DO UPDATE SET
        full_name = excluded.full_name, sort_key = excluded.sort_key,
        birth_date = excluded.birth_date, gender = excluded.gender,
        household_code = excluded.household_code
    WHERE (bench_member.full_name, bench_member.birth_date, bench_member.gender,
           bench_member.household_code) IS DISTINCT FROM
          (excluded.full_name, excluded.birth_date, excluded.gender, excluded.household_code)
"""  # noqa: S608 -- own columns


def make_keyed_register() -> None:
    with connection.cursor() as cursor:
        for statement in _KEYED_REGISTER:
            cursor.execute(statement)


def write_upsert(people: list[Entry], hamlet: Hamlet) -> float:
    """The limit: COPY into a temporary table, and one statement; its teams are there already."""
    Team.objects.bulk_create(
        (Team(hamlet=hamlet, name=name) for name in {one.team for one in people} - {""}),
        ignore_conflicts=True,
    )
    teams = dict(Team.objects.filter(hamlet=hamlet).values_list("name", "pk"))
    others = committing.defaults()
    with connection.cursor() as cursor:
        defaults = ", ".join(value.as_string(cursor.connection) for value in others.values())
        statement = _UPSERT.format(others=", ".join(others), defaults=defaults.replace("%", "%%"))
        started = time.perf_counter()
        with transaction.atomic():
            cursor.execute(_TEMPORARY)
            with cursor.copy(f"COPY bench_line ({_COLUMNS}) FROM STDIN") as copy:
                for one in people:
                    copy.write_row((
                        one.full_name, one.birth_year, one.birth_date, one.gender, one.phone,
                        one.address, one.household_code, True, sort_key(one.full_name),
                        fold(one.full_name), teams.get(one.team),
                    ))  # fmt: skip
            cursor.execute(statement, {"hamlet": hamlet.pk})
        return time.perf_counter() - started

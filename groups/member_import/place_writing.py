"""Write the places of a list into the register with its people, and take them back to the letter.

Memberships, their spells and the proxy of a person are stored on the row before and after.
"""

from datetime import date
from typing import Any

from django.db import connection
from django.utils import timezone

from groups.member_import.models import MemberImport
from groups.member_import.place_planning import says_nothing
from groups.residents.spells.models import Source
from groups.residents.spells.sources import left_as_they_are, recorded_as

_GROUPS = "(SELECT (p ->> 'group')::bigint FROM jsonb_array_elements(r.places) p WHERE p ? 'group')"
# All that an import may change of one person, in the order of their ids.
STATE = f"""jsonb_build_object(
    'memberships', (SELECT COALESCE(jsonb_agg(to_jsonb(x) ORDER BY x.id), '[]')
        FROM groups_membership x WHERE x.member_id = r.member_id AND x.group_id IN {_GROUPS}),
    'spells', (SELECT COALESCE(jsonb_agg(to_jsonb(x) ORDER BY x.id), '[]')
        FROM groups_membershipspell x WHERE x.member_id = r.member_id AND x.group_id IN {_GROUPS}),
    'through', (SELECT to_jsonb(x.reached_through_id) FROM groups_member x
        WHERE x.id = r.member_id),
    'proxy_spells', (SELECT COALESCE(jsonb_agg(to_jsonb(x) ORDER BY x.id), '[]')
        FROM groups_proxyspell x WHERE x.member_id = r.member_id))"""  # noqa: S608 -- constants
_WRITTEN = """r.batch_id = %(batch)s AND r.lane IN ('new', 'changed', 'same')
    AND EXISTS (SELECT FROM groups_member m WHERE m.id = r.member_id AND m.status = 'active'
                AND m.hamlet_id = %(hamlet)s)"""
_OF_CHUNK = "r.position > %(after)s AND r.position <= %(upto)s AND r.places IS NOT NULL"
_BEFORE = f"""
    UPDATE groups_memberimportrow r SET places_old = {STATE} WHERE {{rows}} AND {_WRITTEN}
"""  # noqa: S608 -- as above
_AFTER = f"""
    UPDATE groups_memberimportrow r SET places_new = {STATE}
    WHERE {{rows}} AND {_WRITTEN} AND r.places_old IS NOT NULL
"""  # noqa: S608 -- as above
# A list does not argue with Zalo, and an older list does not bring back who left after it.
_JOIN = f"""
    INSERT INTO groups_membership AS old (member_id, group_id, role, state, joined_on, left_on)
    SELECT DISTINCT ON (r.member_id, g.id) r.member_id, g.id, 'member', p.place ->> 'state',
        (p.place ->> 'joined_on')::date, (p.place ->> 'left_on')::date
    FROM groups_memberimportrow r
    CROSS JOIN LATERAL (
        SELECT place, row_number() OVER (PARTITION BY place ->> 'group' ORDER BY number) AS nth
        FROM jsonb_array_elements(r.places) WITH ORDINALITY AS a (place, number)
        WHERE place ? 'group') p
    JOIN groups_zalogroup g ON g.id = (p.place ->> 'group')::bigint AND g.status <> 'closed'
    WHERE p.nth = %(nth)s AND {_OF_CHUNK} AND {_WRITTEN}
    ORDER BY r.member_id, g.id, r.position
    ON CONFLICT (member_id, group_id) DO UPDATE
    SET state = EXCLUDED.state,
        joined_on = CASE WHEN EXCLUDED.joined_on IS NOT NULL THEN EXCLUDED.joined_on
                         WHEN EXCLUDED.state = 'joined' AND old.state <> 'joined' THEN NULL
                         ELSE old.joined_on END,
        left_on = CASE WHEN EXCLUDED.state = 'left' THEN COALESCE(EXCLUDED.left_on, old.left_on) END
    WHERE old.zalo_said_at IS NULL AND CASE
        WHEN EXCLUDED.state = 'joined' AND old.state = 'joined'
        THEN EXCLUDED.joined_on IS NOT NULL AND EXCLUDED.joined_on IS DISTINCT FROM old.joined_on
        WHEN EXCLUDED.state = 'joined' AND old.state = 'left'
        THEN old.left_on IS NULL OR COALESCE(EXCLUDED.joined_on, %(day)s) >= old.left_on
        WHEN EXCLUDED.state = 'joined' THEN TRUE
        WHEN EXCLUDED.state = 'left' AND old.state = 'left'
        THEN old.left_on IS NULL AND EXCLUDED.left_on IS NOT NULL
        WHEN EXCLUDED.state = 'left'
        THEN COALESCE(EXCLUDED.left_on, %(day)s) >= COALESCE(old.joined_on, '-infinity')
        ELSE FALSE END
"""  # noqa: S608 -- as above
_PROXIED = "r.proxy_id IS NOT NULL AND r.proxy_id <> r.member_id"
_PASS_ON = f"""
    UPDATE groups_member m SET reached_through_id = r.proxy_id
    FROM groups_memberimportrow r
    WHERE {_PROXIED} AND {_WRITTEN} AND m.id = r.member_id
      AND m.reached_through_id IS DISTINCT FROM r.proxy_id
      AND EXISTS (SELECT FROM groups_member x WHERE x.id = r.proxy_id AND x.status = 'active')
"""  # noqa: S608 -- as above
_NOTHING_DONE = """
    UPDATE groups_memberimportrow SET places_old = NULL, places_new = NULL
    WHERE batch_id = %(batch)s AND places_old = places_new
"""
MOST_SPELLS = 2  # a row tells of a time in a group and of coming back


def day_of(batch: MemberImport) -> date:
    """The day of which the list speaks: people whom it marks were inside by then."""
    chosen = batch.groups.get("on", "")
    return date.fromisoformat(chosen) if chosen else timezone.localdate()


def _values(batch: MemberImport, upto: int) -> dict[str, Any]:
    return {
        "batch": batch.pk, "hamlet": batch.hamlet_id, "after": batch.rows_done, "upto": upto,
        "day": day_of(batch),
    }  # fmt: skip


def write_places(batch: MemberImport, upto: int) -> None:
    """Write the places of a chunk whose people have just been written. Call in its transaction."""
    if says_nothing(batch):
        return
    values = _values(batch, upto)
    day = recorded_as(Source.LIST, by=batch.committed_by, on=day_of(batch))
    with connection.cursor() as cursor, day:
        cursor.execute(_BEFORE.format(rows=_OF_CHUNK), values)
        if not cursor.rowcount:
            return
        for nth in range(1, MOST_SPELLS + 1):
            cursor.execute(_JOIN, values | {"nth": nth})
        cursor.execute(_AFTER.format(rows=_OF_CHUNK), values)


def write_proxies(batch: MemberImport) -> None:
    """Write through whom posts reach people, once all people of the list are there."""
    if says_nothing(batch):
        return
    values = _values(batch, batch.rows_total)
    with (
        connection.cursor() as cursor,
        recorded_as(Source.LIST, by=batch.committed_by, on=day_of(batch)),
    ):
        cursor.execute(_BEFORE.format(rows=f"{_PROXIED} AND r.places_old IS NULL"), values)
        cursor.execute(_PASS_ON, values)
        if cursor.rowcount:
            cursor.execute(_AFTER.format(rows=_PROXIED), values)
        cursor.execute(_NOTHING_DONE, values)
        cursor.execute(
            "UPDATE groups_memberimportrow SET places_old = NULL"
            " WHERE batch_id = %(batch)s AND places_new IS NULL",
            values,
        )


def written(batch: MemberImport) -> int:
    """Number of people whose places or proxy the list changed."""
    return int(batch.rows.filter(places_new__isnull=False).count())


# Taking back


def untouched(batch: MemberImport, later: str) -> tuple[list[int], int]:
    """Rows whose places and proxy are as the list wrote them, and the number of the others."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT r.id, r.places_new = {STATE} AND r.member_id NOT IN ({later})"  # noqa: S608 -- constants
            " FROM groups_memberimportrow r WHERE r.batch_id = %(batch)s"
            " AND r.places_new IS NOT NULL",
            {"batch": batch.pk, "hamlet": batch.hamlet_id, "until": batch.committed_at},
        )
        found = cursor.fetchall()
    rows = [row for row, is_own in found if is_own]
    return rows, len(found) - len(rows)


def take_back_places(rows: list[int]) -> None:
    """Put memberships, spells and proxies of rows back as they were. Call in a transaction."""
    if not rows:
        return
    ids = {"rows": rows}
    of_rows = "FROM groups_memberimportrow r WHERE r.id = ANY(%(rows)s)"
    with connection.cursor() as cursor, left_as_they_are():
        for table, part in (
            ("groups_membershipspell", "spells"),
            ("groups_membership", "memberships"),
            ("groups_proxyspell", "proxy_spells"),
        ):
            cursor.execute(
                f"DELETE FROM {table} WHERE id IN (SELECT (x ->> 'id')::bigint"  # noqa: S608 -- constants
                f" FROM groups_memberimportrow r, jsonb_array_elements(r.places_new -> '{part}') x"
                " WHERE r.id = ANY(%(rows)s))",
                ids,
            )
            cursor.execute(
                f"INSERT INTO {table} SELECT n.* FROM groups_memberimportrow r,"  # noqa: S608 -- constants
                f" jsonb_populate_recordset(NULL::{table}, r.places_old -> '{part}') n"
                " WHERE r.id = ANY(%(rows)s)",
                ids,
            )
        cursor.execute(
            "UPDATE groups_member m SET reached_through_id ="  # noqa: S608 -- constants
            f" (SELECT (r.places_old ->> 'through')::bigint {of_rows} AND r.member_id = m.id)"
            f" WHERE m.id IN (SELECT r.member_id {of_rows}"
            " AND r.places_old -> 'through' IS DISTINCT FROM r.places_new -> 'through')",
            ids,
        )

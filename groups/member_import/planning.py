"""Find the lane of each line by comparing a whole list with the hamlet in a few queries.

The same person: name (folded) and phone; without a phone name, birth and team. What is only near
is doubtful. A blank never erases. Nobody of another hamlet is looked at.
"""

import gc
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import batched
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from groups.member_import import erased_people
from groups.member_import.models import MemberImport, MemberImportRow
from groups.member_import.reader.problems import notice
from groups.member_import.staging import Entry, Teams, line_of
from groups.residents.models import Member


@contextmanager
def uncollected() -> Iterator[None]:
    """A list is very many small things and no cycle: looking through them for one takes as long as
    reading a tenth of them."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


COPIED_AT_ONCE = 10_000
STATISTICS = 10  # some 3,000 lines tell enough to choose how all of them are matched
COLUMNS = (
    "position integer", "sheet text", '"row" integer', "lane text", "full_name text",
    "birth_year smallint", "birth_date date", "gender text", "phone text", "address text",
    "team text", "team_id bigint", "household_code text", "is_representative boolean",
    'sort_key text COLLATE "C"', "search_text text", "decision text", "chosen bigint",
    "problems jsonb", "texts jsonb", "edits jsonb", "zalo jsonb", "candidates jsonb",
)  # fmt: skip
STAGE = f"CREATE TEMPORARY TABLE staged_line ({', '.join(COLUMNS)}) ON COMMIT DROP"
PLAIN = (
    'position, sheet, "row", full_name, birth_year, birth_date, gender, phone, address, team, '
    "team_id, household_code, is_representative, sort_key, search_text, decision, texts, edits, "
    "zalo"
)
PLANNED = "lane, member_id, candidates, problems, old, new"

# What the line would change in the register: each column with its new value. A name without
# marks does not go over one; a day does not stay beside a year that it contradicts.
_CHANGES = (
    (
        "s.full_name <> m.full_name AND s.full_name ~ '[^ -~]'",
        "'full_name', s.full_name, 'sort_key', s.sort_key, 'search_text', s.search_text",
    ),
    ("s.phone <> '' AND s.phone <> m.phone", "'phone', s.phone"),
    (
        """s.birth_year IS NOT NULL AND (s.birth_year IS DISTINCT FROM m.birth_year
           OR (s.birth_date IS NOT NULL AND s.birth_date IS DISTINCT FROM m.birth_date))""",
        """'birth_year', s.birth_year, 'birth_date', COALESCE(s.birth_date, CASE WHEN
           EXTRACT(YEAR FROM m.birth_date) = s.birth_year THEN m.birth_date END)""",
    ),
    ("s.gender <> '' AND s.gender <> m.gender", "'gender', s.gender"),
    ("s.address <> '' AND s.address <> m.address", "'address', s.address"),
    ("s.team_id IS NOT NULL AND s.team_id IS DISTINCT FROM m.team_id", "'team_id', s.team_id"),
    (
        "s.household_code <> '' AND s.household_code <> m.household_code",
        "'household_code', s.household_code",
    ),
    (
        "s.is_representative IS NOT NULL AND s.is_representative <> m.is_representative",
        "'is_representative', s.is_representative",
    ),
)
_DIFFERS = " OR ".join(f"({condition})" for condition, _values in _CHANGES)
_NEW = " || ".join(
    f"CASE WHEN {condition} THEN jsonb_build_object({values}) ELSE '{{}}'::jsonb END"
    for condition, values in _CHANGES
)
_BIRTHS_AGREE = (
    "COALESCE(m.birth_year, 0) = COALESCE(s.birth_year, 0)"
    " AND (m.birth_date IS NULL OR s.birth_date IS NULL OR m.birth_date = s.birth_date)"
)


def _meeting(*, on: str, where: str) -> str:
    """Lines and the members that they may be, with what each would change."""
    return f"""
    SELECT s.position, m.id, m.status, m.merged_into_id, d.differs,
           CASE WHEN d.differs THEN {_NEW} END AS new
    FROM staged_line s
    JOIN groups_member m ON m.hamlet_id = %(hamlet)s AND m.status <> 'anonymised' AND {on}
    CROSS JOIN LATERAL (SELECT {_DIFFERS} AS differs) d
    WHERE s.lane IN ('', 'doubtful') AND {where}
"""  # noqa: S608 -- constants of this module alone


_BY_PHONE = _meeting(
    on="m.search_text = s.search_text AND m.phone = s.phone",
    where="s.phone <> '' AND s.decision = ''",
)
# Without birth or team both must lack the phone too: a name alone proves nothing.
_BY_BIRTH = _meeting(
    on=f"m.search_text = s.search_text AND {_BIRTHS_AGREE}"
    " AND COALESCE(m.team_id, 0) = COALESCE(s.team_id, 0)",
    where="s.phone = '' AND s.decision = ''"
    " AND (m.phone = '' OR (s.birth_year IS NOT NULL AND s.team_id IS NOT NULL))",
)
_BY_CHOICE = _meeting(on="m.id = s.chosen", where="s.decision = 'same'")
_LANE = """
    CASE WHEN s.lane IN ('refused', 'repeated', 'dropped') THEN s.lane
         WHEN b.id IS NOT NULL AND b.status = 'active' AND NOT b.differs THEN 'same'
         WHEN s.decision = 'separate' THEN 'new'
         WHEN s.lane = 'doubtful' AND s.decision = '' THEN 'doubtful'
         WHEN b.id IS NULL THEN 'new'
         WHEN b.status = 'merged' THEN 'same'
         WHEN b.status <> 'active' THEN 'refused'
         WHEN b.actives > 1 THEN 'doubtful'
         ELSE 'changed' END
"""
_PLAN = f"""
    WITH met AS ({_BY_PHONE} UNION ALL {_BY_BIRTH} UNION ALL {_BY_CHOICE}),
    alike AS (
        SELECT position, min(id) AS id FROM met
        WHERE status = 'active' AND NOT differs GROUP BY position
    ),
    best AS (
        SELECT position, id, 'active' AS status, NULL AS merged_into_id, FALSE AS differs,
               NULL AS new, 1 AS actives
        FROM alike
        UNION ALL (
            SELECT DISTINCT ON (position) *,
                   count(*) FILTER (WHERE status = 'active') OVER (PARTITION BY position)
            FROM met
            WHERE NOT EXISTS (SELECT FROM alike WHERE alike.position = met.position)
            ORDER BY position, (status = 'active') DESC, (status = 'merged') DESC, differs, id
        )
    )
    SELECT s.*, l.planned,
           CASE l.planned
                WHEN 'new' THEN nextval(pg_get_serial_sequence('groups_member', 'id'))
                WHEN 'same' THEN COALESCE(b.merged_into_id, b.id)
                WHEN 'changed' THEN b.id END AS member_id,
           CASE WHEN l.planned <> 'doubtful' THEN NULL
                WHEN s.lane = 'doubtful' THEN s.candidates
                ELSE (SELECT jsonb_agg(jsonb_build_object('member', met.id) ORDER BY met.id)
                      FROM met WHERE met.position = s.position AND met.status = 'active')
                END AS found,
           CASE WHEN l.planned = 'refused' AND b.id IS NOT NULL AND s.lane IN ('', 'doubtful')
                THEN COALESCE(s.problems, '[]') || (%(refusals)s::jsonb -> b.status)
                WHEN l.planned = 'doubtful' AND s.lane = ''
                THEN COALESCE(s.problems, '[]') || %(doubtful)s::jsonb
                ELSE s.problems END AS remarks,
           CASE WHEN l.planned = 'changed'
                THEN (SELECT to_jsonb(m) FROM groups_member m WHERE m.id = b.id) END AS old,
           CASE WHEN l.planned = 'changed' THEN b.new END AS new
    FROM staged_line s
    LEFT JOIN best b ON b.position = s.position
    CROSS JOIN LATERAL (SELECT {_LANE} AS planned) l
"""  # noqa: S608 -- as above
_INSERT = f"""
    INSERT INTO groups_memberimportrow (batch_id, {PLAIN}, {PLANNED})
    SELECT %(batch)s, {PLAIN}, planned, member_id, found, remarks, old, new
    FROM ({_PLAN}) planned_line
"""  # noqa: S608 -- as above
_COPIED = [name.strip() for name in PLAIN.split(",")]
_UPDATE = f"""
    UPDATE groups_memberimportrow r
    SET ({PLAIN}, {PLANNED}) = ROW(
        {", ".join(f"p.{name}" for name in _COPIED)},
        p.planned, p.member_id, p.found, p.remarks, p.old, p.new)
    FROM ({_PLAN}) p
    WHERE r.batch_id = %(batch)s AND r.position = p.position
"""  # noqa: S608 -- as above

# Near: the same name (i and y alike) and nothing against it, or a phone and a similar name.
_BARE = "translate({}.search_text, 'y', 'i')"
_NEAR = f"""
    WITH free AS (
        SELECT m.* FROM groups_member m
        WHERE m.hamlet_id = %(hamlet)s AND m.status IN ('active', 'left', 'withdrawn')
          AND NOT EXISTS (
              SELECT FROM groups_memberimportrow t WHERE t.batch_id = %(batch)s
              AND t.member_id = m.id AND t.lane IN ('same', 'changed'))
    ),
    fresh AS (
        SELECT * FROM groups_memberimportrow r WHERE r.batch_id = %(batch)s AND r.lane = 'new'
        AND r.decision = '' AND (%(only)s::integer[] IS NULL OR r.position = ANY(%(only)s))
    ),
    pair AS (
        SELECT r.id AS row_id, m.id AS member_id, TRUE AS has_name,
               CASE WHEN r.phone = '' OR m.phone = '' THEN NULL ELSE r.phone = m.phone END AS phone,
               r.birth_year = m.birth_year AND (r.birth_date IS NULL OR m.birth_date IS NULL
                   OR r.birth_date = m.birth_date) AS birth,
               COALESCE(r.birth_date = m.birth_date, FALSE) AS day,
               r.team_id = m.team_id AS team
        FROM fresh r JOIN free m ON {_BARE.format("m")} = {_BARE.format("r")}
        UNION ALL
        SELECT r.id, m.id,
               similarity(m.search_text, r.search_text) >= 0.5
               OR string_to_array(r.search_text, ' ') <@ string_to_array(m.search_text, ' ')
               OR string_to_array(m.search_text, ' ') <@ string_to_array(r.search_text, ' '),
               TRUE,
               r.birth_year = m.birth_year AND (r.birth_date IS NULL OR m.birth_date IS NULL
                   OR r.birth_date = m.birth_date),
               COALESCE(r.birth_date = m.birth_date, FALSE),
               r.team_id = m.team_id
        FROM fresh r JOIN free m ON m.phone = r.phone AND r.phone <> ''
             AND {_BARE.format("m")} <> {_BARE.format("r")}
    ),
    weighed AS (
        SELECT *, (phone IS TRUE)::int + (birth IS TRUE)::int + (team IS TRUE)::int AS agree,
               (phone IS FALSE)::int + (birth IS FALSE)::int + (team IS FALSE)::int AS differ
        FROM pair
    ),
    near AS (
        SELECT row_id, jsonb_agg(jsonb_build_object('member', member_id)
                                 ORDER BY agree DESC, differ, member_id) AS candidates
        FROM weighed
        WHERE has_name AND (differ = 0 OR (differ = 1 AND (agree = 2 OR day))
                            OR (phone AND birth IS NOT FALSE))
        GROUP BY row_id
    ),
    shared AS (
        SELECT DISTINCT row_id FROM weighed WHERE phone
        EXCEPT SELECT row_id FROM near
    )
    UPDATE groups_memberimportrow r
    SET lane = CASE WHEN n.row_id IS NULL THEN r.lane ELSE 'doubtful' END,
        member_id = CASE WHEN n.row_id IS NULL THEN r.member_id END,
        candidates = jsonb_path_query_array(n.candidates, '$[0 to 4]'),
        problems = COALESCE(r.problems, '[]') || CASE WHEN n.row_id IS NULL
            THEN %(phone_of_other)s::jsonb ELSE %(doubtful)s::jsonb END
    FROM (SELECT row_id FROM near UNION SELECT row_id FROM shared) a
    LEFT JOIN near n ON n.row_id = a.row_id
    WHERE r.id = a.row_id
"""  # noqa: S608 -- as above
# One member can be met by one line alone: the later ones are for a person to look at.
_MET_TWICE = """
    UPDATE groups_memberimportrow r
    SET lane = 'doubtful', member_id = NULL, old = NULL, new = NULL,
        candidates = jsonb_build_array(jsonb_build_object('member', r.member_id)),
        problems = COALESCE(r.problems, '[]') || %(doubtful)s::jsonb
    WHERE r.batch_id = %(batch)s AND r.lane = 'changed' AND r.decision = '' AND EXISTS (
        SELECT FROM groups_memberimportrow t WHERE t.batch_id = %(batch)s
        AND t.member_id = r.member_id AND t.lane IN ('same', 'changed')
        AND (t.lane, -t.position) > (r.lane, -r.position))
"""
_TWINS = """
    UPDATE groups_memberimportrow r
    SET candidates = jsonb_build_array(jsonb_build_object(
        'row', t.position, 'member', t.member_id))
    FROM groups_memberimportrow t
    WHERE r.batch_id = %(batch)s AND r.lane = 'doubtful' AND t.batch_id = %(batch)s
      AND t.position = (r.candidates -> 0 ->> 'row')::integer
"""


def _copy(entries: Iterable[Entry], teams: Teams) -> None:
    with connection.cursor() as cursor, uncollected():
        cursor.execute("DROP TABLE IF EXISTS staged_line")
        cursor.execute(STAGE)
        for some in batched(entries, COPIED_AT_ONCE):
            # A new team asks the database for its id, which cannot be done while copying.
            ids = [teams.id_of(entry.team) for entry in some]
            with cursor.copy("COPY staged_line FROM STDIN") as copy:
                for entry, team_id in zip(some, ids, strict=True):
                    copy.write_row(line_of(entry, team_id))


def _plan(batch: MemberImport, statement: str, only: list[int] | None) -> None:
    refusals = {status: [notice(f"member_{status}")] for status in ("left", "withdrawn")}
    values: dict[str, Any] = {
        "batch": batch.pk,
        "hamlet": batch.hamlet_id,
        "only": only,
        "refusals": json.dumps(refusals),
        "doubtful": json.dumps([notice("doubtful")]),
        "phone_of_other": json.dumps([notice("phone_of_other", field="phone")]),
    }
    with connection.cursor() as cursor, whole_sets(cursor):
        cursor.execute(
            f"SET LOCAL default_statistics_target = {STATISTICS};"
            "ANALYZE staged_line (position, lane, search_text, phone, decision);"
            "SET LOCAL default_statistics_target = DEFAULT"
        )
        cursor.execute(statement, values)
        count(batch)
        has_twins = batch.counts["doubtful"] > 0
        has_members = Member.objects.filter(hamlet=batch.hamlet_id).exists()
        if has_members and (batch.counts["new"] or batch.counts["changed"]):
            cursor.execute(_MET_TWICE, values)
            cursor.execute(_NEAR, values)
            count(batch)
        if has_twins:
            cursor.execute(_TWINS, values)
    if batch.counts["new"] and erased_people.hold_back(batch):
        count(batch)


@contextmanager
def whole_sets(cursor: CursorWrapper) -> Iterator[None]:
    """Have rows matched set by set; call in a transaction.

    The server knows nothing yet of rows that were written a moment ago, takes them for a few, and
    would look through all members once for each of them. What it has for a query by default is
    too little for a hamlet of thousands.
    """
    cursor.execute(
        "SET LOCAL enable_nestloop = off; SET LOCAL work_mem = '32MB'; SET LOCAL jit = off"
    )
    yield
    cursor.execute(
        "SET LOCAL enable_nestloop = on; SET LOCAL work_mem = DEFAULT; SET LOCAL jit = DEFAULT"
    )


def plan(batch: MemberImport, entries: Iterable[Entry], teams: Teams) -> None:
    """Write the rows of a batch, each in its lane, and count them. Call in a transaction."""
    _copy(entries, teams)
    _plan(batch, _INSERT, None)


def plan_again(batch: MemberImport, entries: list[Entry], teams: Teams) -> None:
    """Put some rows of a batch into their lanes anew, and count. Call in a transaction."""
    _copy(entries, teams)
    _plan(batch, _UPDATE, [entry.position for entry in entries])


def count(batch: MemberImport) -> None:
    """Write the numbers of the lanes, and of the rows with a warning, onto the batch."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT lane, count(*), count(problems), max(position) FROM groups_memberimportrow"
            " WHERE batch_id = %s GROUP BY lane",
            [batch.pk],
        )
        found = cursor.fetchall()
    counts = dict.fromkeys(MemberImportRow.Lane.values, 0)
    counts |= {lane: rows for lane, rows, _noted, _last in found}
    warned = (MemberImportRow.Lane.NEW, MemberImportRow.Lane.CHANGED, MemberImportRow.Lane.SAME)
    counts["warnings"] = sum(noted for lane, _rows, noted, _last in found if lane in warned)
    batch.counts = counts
    batch.rows_total = max(
        (last for lane, _rows, _noted, last in found if lane != MemberImportRow.Lane.DROPPED),
        default=0,
    )

"""Database triggers that mark the slices in which a statement changed counted columns.

Once for each statement, from the old (`formerly`) and new (`newly`) rows, so that bulk updates,
COPY and manual SQL are covered by one query. `EXCEPT` leaves rows with a changed counted column, on
both sides, so that a move between months, communes or hamlets marks both.

A slice that is marked gets no second mark: the mark is held until the writer commits. Recounting
passes over it meanwhile, so that it is taken only by a count that sees the write. A mark that
recounting has taken cannot be held, and the writer adds its own. Nobody waits for anybody.

Used by migrations: a change here needs a new migration that creates them again.
"""

# `oversight_arrived_at` is null for deliveries that did not arrive.
_MOMENTS = """
CREATE FUNCTION oversight_month(moment timestamptz) RETURNS date LANGUAGE sql STABLE AS
$$ SELECT date_trunc('month', moment AT TIME ZONE 'Asia/Ho_Chi_Minh')::date $$;
CREATE FUNCTION oversight_arrived_at(
    status text, finding text, sent_at timestamptz, posted_at timestamptz, settled_at timestamptz
) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN status IN ('sent', 'posted') OR status = 'uncertain' AND finding = 'arrived'
    THEN COALESCE(sent_at, posted_at, settled_at) END $$;
CREATE FUNCTION oversight_due_at(
    scheduled_for timestamptz, approved_at timestamptz, started_at timestamptz
) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS
$$ SELECT COALESCE(GREATEST(scheduled_for, approved_at), started_at) $$;
"""

_WRITTEN = """
CREATE OR REPLACE FUNCTION oversight_{table}_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        {mark_new};
    ELSIF TG_OP = 'DELETE' THEN
        {mark_old};
    ELSE
        {mark_changed};
    END IF;
    RETURN NULL;
END $$;
"""
_MARK = """
        INSERT INTO oversight_dirtyslice (subject, place, month)
        SELECT * FROM (WITH changed AS ({changed}) {slices}) AS slice (subject, place, month)
        WHERE NOT EXISTS (
            SELECT FROM oversight_dirtyslice mark
            WHERE mark.place = slice.place AND mark.subject = slice.subject
                AND mark.month = slice.month
            FOR KEY SHARE SKIP LOCKED
        )
"""
_CHANGED = {
    "mark_new": "SELECT {columns} FROM newly",
    "mark_old": "SELECT {columns} FROM formerly",
    "mark_changed": """
    (SELECT {columns} FROM newly EXCEPT SELECT {columns} FROM formerly)
    UNION ALL
    (SELECT {columns} FROM formerly EXCEPT SELECT {columns} FROM newly)
    """,
}

_CALLED = """
CREATE TRIGGER figures_inserted AFTER INSERT ON {table}
    REFERENCING NEW TABLE AS newly
    FOR EACH STATEMENT EXECUTE FUNCTION oversight_{table}_written();
CREATE TRIGGER figures_updated AFTER UPDATE ON {table}
    REFERENCING OLD TABLE AS formerly NEW TABLE AS newly
    FOR EACH STATEMENT EXECUTE FUNCTION oversight_{table}_written();
CREATE TRIGGER figures_deleted AFTER DELETE ON {table}
    REFERENCING OLD TABLE AS formerly
    FOR EACH STATEMENT EXECUTE FUNCTION oversight_{table}_written();
"""

_REMOVED = """
DROP TRIGGER figures_inserted ON {table};
DROP TRIGGER figures_updated ON {table};
DROP TRIGGER figures_deleted ON {table};
DROP FUNCTION oversight_{table}_written();
"""

# Hamlets of some residents, and of those reached through them.
_REACHED = """
SELECT 'coverage', hamlet_id, DATE '1970-01-01' FROM groups_member WHERE id IN (SELECT id FROM them)
UNION
SELECT 'coverage', hamlet_id, DATE '1970-01-01' FROM groups_member
WHERE reached_through_id IN (SELECT id FROM them)
"""
_IN_A_GROUP = ", them AS (SELECT member_id AS id FROM changed)"
_OF_A_GROUP = """, them AS (
    SELECT member_id AS id FROM groups_membership WHERE group_id IN (SELECT id FROM changed)
)"""

# Table → counted columns, and the slices of its changed rows.
_SOURCES = {
    "reports_tipreport": (
        (
            "id, commune_id, received_at, kind, category, channel, disposition, "
            "resolved_at, closed_at, told_at"
        ),
        """
        SELECT 'tips', commune_id, oversight_month(received_at) FROM changed
        UNION
        SELECT 'tips', changed.commune_id, oversight_month(gone.handed_over_at)
        FROM changed JOIN reports_referral gone ON gone.tip_id = changed.id
        WHERE gone.handed_over_at IS NOT NULL
        """,
    ),
    "reports_tipclock": (
        "id, tip_id, stage, state = 'cancelled' AS is_off, due_at, stopped_at",
        """
        SELECT DISTINCT 'tips', tip.commune_id, oversight_month(tip.received_at)
        FROM changed JOIN reports_tipreport tip ON tip.id = changed.tip_id
        """,
    ),
    "reports_referral": (
        'id, tip_id, "to", state, handed_over_at',
        """
        SELECT 'tips', tip.commune_id, oversight_month(moment)
        FROM changed JOIN reports_tipreport tip ON tip.id = changed.tip_id
        CROSS JOIN LATERAL (VALUES (tip.received_at), (changed.handed_over_at)) AS at (moment)
        WHERE moment IS NOT NULL
        GROUP BY 1, 2, 3
        """,
    ),
    # Queued and sending count alike: a claim marks nothing. A post is asked for by its key, as the
    # join of one answer may read all posts.
    "broadcasts_delivery": (
        (
            "id, broadcast_id, commune_id, zalo_group_id, way, "
            "replace(status, 'sending', 'queued') AS status, "
            "finding, sent_at, posted_at, settled_at"
        ),
        """
        SELECT 'posts', commune_id, oversight_month(moment)
        FROM (
            SELECT commune_id, oversight_arrived_at(
                status, finding, sent_at, posted_at, settled_at
            ) FROM changed
            UNION ALL
            SELECT commune_id, (
                SELECT oversight_due_at(post.scheduled_for, post.approved_at, post.started_at)
                FROM broadcasts_broadcast post WHERE post.id = broadcast_id
            ) FROM (SELECT DISTINCT commune_id, broadcast_id FROM changed) AS posts
        ) AS at (commune_id, moment)
        WHERE moment IS NOT NULL
        GROUP BY 1, 2, 3
        """,
    ),
    "broadcasts_broadcast": (
        "id, topic_id, scheduled_for, approved_at, started_at",
        """
        SELECT 'posts', d.commune_id, oversight_month(moment)
        FROM changed post JOIN broadcasts_delivery d ON d.broadcast_id = post.id
        CROSS JOIN LATERAL (VALUES
            (oversight_arrived_at(d.status, d.finding, d.sent_at, d.posted_at, d.settled_at)),
            (oversight_due_at(post.scheduled_for, post.approved_at, post.started_at))
        ) AS at (moment)
        WHERE moment IS NOT NULL
        GROUP BY 1, 2, 3
        """,
    ),
    "procedures_question": (
        "id, commune_id, asked_on, outcome, channel",
        """
        SELECT DISTINCT 'questions', commune_id, date_trunc('month', asked_on)::date FROM changed
        """,
    ),
    "groups_member": (
        "id, hamlet_id, status, household_code, is_representative, reached_through_id",
        """
        SELECT 'coverage', hamlet_id, DATE '1970-01-01' FROM changed
        UNION
        SELECT 'coverage', told.hamlet_id, DATE '1970-01-01'
        FROM changed JOIN groups_member told ON told.reached_through_id = changed.id
        WHERE TG_OP <> 'INSERT'
        """,
    ),
    "groups_membership": (
        "id, member_id, group_id, state = 'joined' AS is_in",
        _IN_A_GROUP + _REACHED,
    ),
    "groups_zalogroup": ("id, status = 'closed' AS is_closed", _OF_A_GROUP + _REACHED),
}


def function_of(table: str) -> str:
    """SQL that creates or replaces the trigger function of a table."""
    columns, slices = _SOURCES[table]
    marks = {
        kind: _MARK.format(changed=changed.format(columns=columns), slices=slices)
        for kind, changed in _CHANGED.items()
    }
    return _WRITTEN.format(table=table, **marks)


FUNCTIONS = "".join(function_of(table) for table in _SOURCES)
CREATE = _MOMENTS + FUNCTIONS + "".join(_CALLED.format(table=table) for table in _SOURCES)
DROP = (
    "".join(_REMOVED.format(table=table) for table in _SOURCES)
    + "DROP FUNCTION oversight_month, oversight_arrived_at, oversight_due_at;"
)

# Keys of all slices with rows.
ALL_SLICES = """
SELECT 'tips', commune_id, oversight_month(received_at) FROM reports_tipreport
UNION
SELECT 'tips', tip.commune_id, oversight_month(gone.handed_over_at)
FROM reports_referral gone JOIN reports_tipreport tip ON tip.id = gone.tip_id
WHERE gone.handed_over_at IS NOT NULL
UNION
SELECT 'posts', d.commune_id, oversight_month(moment)
FROM broadcasts_delivery d JOIN broadcasts_broadcast post ON post.id = d.broadcast_id
CROSS JOIN LATERAL (VALUES
    (oversight_arrived_at(d.status, d.finding, d.sent_at, d.posted_at, d.settled_at)),
    (oversight_due_at(post.scheduled_for, post.approved_at, post.started_at))
) AS at (moment)
WHERE moment IS NOT NULL
UNION
SELECT 'questions', commune_id, date_trunc('month', asked_on)::date FROM procedures_question
UNION
SELECT 'coverage', hamlet_id, DATE '1970-01-01' FROM groups_member
"""

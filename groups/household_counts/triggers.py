"""Database triggers that date the numbers of households of hamlets and teams.

`groups.households_on` and `groups.households_by` of the transaction state the day and the writer
(`groups.household_counts.services`); a number without a stated day counts from the day of
the record, marked as an estimate.

Used by a migration: a change here needs a new migration that creates them again.
"""

_FUNCTION = """
CREATE FUNCTION groups_date_households() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    stated date := NULLIF(current_setting('groups.households_on', true), '')::date;
    writer bigint := NULLIF(current_setting('groups.households_by', true), '')::bigint;
    today date := (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date;
BEGIN
    IF TG_TABLE_NAME = 'groups_team' THEN
        INSERT INTO groups_householdcount (hamlet_id, team_id, households, valid_from,
            is_estimated, recorded_by_id, recorded_at)
        VALUES (NEW.hamlet_id, NEW.id, NEW.households, COALESCE(stated, today),
            stated IS NULL, writer, now())
        ON CONFLICT (team_id, valid_from) WHERE team_id IS NOT NULL DO UPDATE
        SET households = EXCLUDED.households, is_estimated = EXCLUDED.is_estimated,
            recorded_by_id = EXCLUDED.recorded_by_id, recorded_at = EXCLUDED.recorded_at;
        RETURN NULL;
    END IF;
    IF TG_OP = 'INSERT' AND stated IS NULL THEN
        stated := LEAST(NEW.valid_from, today);
        IF NEW.valid_from IS NULL THEN stated := NULL; END IF;
    END IF;
    INSERT INTO groups_householdcount (hamlet_id, households, valid_from, is_estimated,
        recorded_by_id, recorded_at)
    VALUES (NEW.id, NEW.households, COALESCE(stated, today), stated IS NULL, writer, now())
    ON CONFLICT (hamlet_id, valid_from) WHERE team_id IS NULL DO UPDATE
    SET households = EXCLUDED.households, is_estimated = EXCLUDED.is_estimated,
        recorded_by_id = EXCLUDED.recorded_by_id, recorded_at = EXCLUDED.recorded_at;
    RETURN NULL;
END $$;
"""
_CALLED = """
CREATE TRIGGER households_known AFTER INSERT ON {table}
    FOR EACH ROW WHEN (NEW.households > 0) EXECUTE FUNCTION groups_date_households();
CREATE TRIGGER households_changed AFTER UPDATE OF households ON {table}
    FOR EACH ROW WHEN (OLD.households IS DISTINCT FROM NEW.households)
    EXECUTE FUNCTION groups_date_households();
"""
_REMOVED = """
DROP TRIGGER households_changed ON {table};
DROP TRIGGER households_known ON {table};
"""
_TABLES = ("groups_hamlet", "groups_team")
CREATE = _FUNCTION + "".join(_CALLED.format(table=table) for table in _TABLES)
REMOVE = (
    "".join(_REMOVED.format(table=table) for table in _TABLES)
    + "DROP FUNCTION groups_date_households();"
)

# The numbers there are: nobody stated since when they hold.
BACK_FILL = """
INSERT INTO groups_householdcount (hamlet_id, households, valid_from, is_estimated, recorded_at)
SELECT id, households,
    LEAST(valid_from, (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date), TRUE, now()
FROM groups_hamlet WHERE households > 0
ON CONFLICT DO NOTHING;
INSERT INTO groups_householdcount (hamlet_id, team_id, households, valid_from, is_estimated,
    recorded_at)
SELECT hamlet_id, id, households, (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, TRUE, now()
FROM groups_team WHERE households > 0
ON CONFLICT DO NOTHING;
"""

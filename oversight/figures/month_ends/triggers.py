"""Database triggers that refuse any change of frozen numbers. Used by a migration."""

CREATE = """
CREATE FUNCTION oversight_month_end_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'numbers frozen at the end of a month cannot be changed or deleted'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER month_end_stands BEFORE UPDATE OR DELETE ON oversight_monthendcount
    FOR EACH ROW EXECUTE FUNCTION oversight_month_end_stands();
"""
REMOVE = """
DROP TRIGGER month_end_stands ON oversight_monthendcount;
DROP FUNCTION oversight_month_end_stands();
"""

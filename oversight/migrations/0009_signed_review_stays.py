"""The database itself keeps a signed review as it was, and an informant without a proposer."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION oversight_signed_review_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status = 'signed' THEN
        RAISE EXCEPTION 'a signed review cannot be changed or deleted'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER signed_review_stays BEFORE UPDATE OR DELETE ON oversight_yearlyreview
    FOR EACH ROW EXECUTE FUNCTION oversight_signed_review_stays();

-- The row of the review is locked before its state is read: whoever signs at the same moment
-- is waited for.
CREATE FUNCTION oversight_part_of_signed_review_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found text;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        SELECT status INTO found FROM oversight_yearlyreview WHERE id = OLD.review_id FOR SHARE;
        IF found = 'signed' THEN
            RAISE EXCEPTION 'a part of a signed review cannot be changed or deleted'
                USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    SELECT status INTO found FROM oversight_yearlyreview WHERE id = NEW.review_id FOR SHARE;
    IF found = 'signed' THEN
        RAISE EXCEPTION 'nothing can be added to a signed review'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER signed_review_hamlet_stays BEFORE INSERT OR UPDATE OR DELETE
    ON oversight_reviewhamlet
    FOR EACH ROW EXECUTE FUNCTION oversight_part_of_signed_review_stays();
CREATE TRIGGER signed_review_evidence_stays BEFORE INSERT OR UPDATE OR DELETE
    ON oversight_reviewevidence
    FOR EACH ROW EXECUTE FUNCTION oversight_part_of_signed_review_stays();

CREATE FUNCTION oversight_informant_stays_unknown() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.nominated_by_id IS NOT NULL OR NEW.nominated_on IS NOT NULL
        OR (NEW.is_public AND NEW.consent_on IS NULL))
       AND EXISTS (SELECT 1 FROM oversight_achievement
                   WHERE id = NEW.achievement_id AND subject_kind = 'informant') THEN
        RAISE EXCEPTION 'an informant has no proposer, and is public by written consent alone'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER informant_stays_unknown BEFORE INSERT OR UPDATE ON oversight_commendation
    FOR EACH ROW EXECUTE FUNCTION oversight_informant_stays_unknown();
"""
BACKWARD = """
DROP TRIGGER informant_stays_unknown ON oversight_commendation;
DROP FUNCTION oversight_informant_stays_unknown();
DROP TRIGGER signed_review_evidence_stays ON oversight_reviewevidence;
DROP TRIGGER signed_review_hamlet_stays ON oversight_reviewhamlet;
DROP FUNCTION oversight_part_of_signed_review_stays();
DROP TRIGGER signed_review_stays ON oversight_yearlyreview;
DROP FUNCTION oversight_signed_review_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("oversight", "0008_yearly_review")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]

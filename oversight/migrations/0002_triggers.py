"""The database itself keeps what was given, signed and published, and notes what is counted."""

from django.db import migrations

from oversight.figures.rollups import triggers

GIVEN = ("oversight_directionreply", "oversight_directionevent", "oversight_milestonereport")
GIVEN_STAYS = """
CREATE FUNCTION oversight_stays_as_given() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was replied or reported cannot be changed'
        USING ERRCODE = 'restrict_violation';
END $$;
""" + "".join(
    f"CREATE TRIGGER stays_as_given BEFORE UPDATE ON {table}"
    " FOR EACH ROW EXECUTE FUNCTION oversight_stays_as_given();\n"
    for table in GIVEN
)
GIVEN_GOES = (
    "".join(f"DROP TRIGGER stays_as_given ON {table};\n" for table in GIVEN)
    + "DROP FUNCTION oversight_stays_as_given();"
)

SUMMARY_STAYS = """
CREATE FUNCTION oversight_signed_summary_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'signed summaries cannot be changed or deleted'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER signed_summary_stands BEFORE UPDATE OR DELETE ON oversight_periodsummary
    FOR EACH ROW WHEN (OLD.status = 'signed')
    EXECUTE FUNCTION oversight_signed_summary_stands();
"""
SUMMARY_GOES = """
DROP TRIGGER signed_summary_stands ON oversight_periodsummary;
DROP FUNCTION oversight_signed_summary_stands();
"""

REVIEW_STAYS = """
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

CREATE FUNCTION oversight_writers_do_not_sign() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.signed_by_id IS NOT NULL AND EXISTS (
        SELECT 1 FROM oversight_reviewwriter
        WHERE review_id = NEW.id AND user_id = NEW.signed_by_id
    ) THEN
        RAISE EXCEPTION 'whoever wrote in a review does not sign it'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER writers_do_not_sign BEFORE UPDATE ON oversight_yearlyreview
    FOR EACH ROW EXECUTE FUNCTION oversight_writers_do_not_sign();
CREATE TRIGGER signed_review_writer_stays BEFORE INSERT OR UPDATE OR DELETE
    ON oversight_reviewwriter
    FOR EACH ROW EXECUTE FUNCTION oversight_part_of_signed_review_stays();
"""
REVIEW_GOES = """
DROP TRIGGER signed_review_writer_stays ON oversight_reviewwriter;
DROP TRIGGER writers_do_not_sign ON oversight_yearlyreview;
DROP FUNCTION oversight_writers_do_not_sign();
DROP TRIGGER signed_review_evidence_stays ON oversight_reviewevidence;
DROP TRIGGER signed_review_hamlet_stays ON oversight_reviewhamlet;
DROP FUNCTION oversight_part_of_signed_review_stays();
DROP TRIGGER signed_review_stays ON oversight_yearlyreview;
DROP FUNCTION oversight_signed_review_stays();
"""

INFORMANT_UNKNOWN = """
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
INFORMANT_GOES = """
DROP TRIGGER informant_stays_unknown ON oversight_commendation;
DROP FUNCTION oversight_informant_stays_unknown();
"""

PUBLISHED = ("oversight_publishedmonth", "oversight_publishedquarter")
PUBLISHED_STAYS = """
CREATE FUNCTION oversight_published_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'published numbers cannot be changed or deleted'
        USING ERRCODE = 'restrict_violation';
END $$;
""" + "".join(
    f"CREATE TRIGGER published_stands BEFORE UPDATE OR DELETE ON {table}"
    " FOR EACH ROW EXECUTE FUNCTION oversight_published_stands();\n"
    for table in PUBLISHED
)
PUBLISHED_GOES = (
    "".join(f"DROP TRIGGER published_stands ON {table};\n" for table in PUBLISHED)
    + "DROP FUNCTION oversight_published_stands();"
)


class Migration(migrations.Migration):
    dependencies = [
        ("broadcasts", "0001_initial"),
        ("groups", "0001_initial"),
        ("oversight", "0001_initial"),
        ("procedures", "0001_initial"),
        ("reports", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(GIVEN_STAYS, GIVEN_GOES),
        migrations.RunSQL(SUMMARY_STAYS, SUMMARY_GOES),
        migrations.RunSQL(triggers.CREATE, triggers.DROP),
        migrations.RunSQL(REVIEW_STAYS, REVIEW_GOES),
        migrations.RunSQL(INFORMANT_UNKNOWN, INFORMANT_GOES),
        migrations.RunSQL(PUBLISHED_STAYS, PUBLISHED_GOES),
    ]

"""Who wrote what stands in a review is kept, and the database lets none of them sign it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FORWARD = """
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
BACKWARD = """
DROP TRIGGER signed_review_writer_stays ON oversight_reviewwriter;
DROP TRIGGER writers_do_not_sign ON oversight_yearlyreview;
DROP FUNCTION oversight_writers_do_not_sign();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("oversight", "0015_thanked_marks"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReviewWriter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=20, verbose_name="mục")),
                (
                    "part",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="writers",
                        to="oversight.reviewhamlet",
                        verbose_name="phần của ấp, khu phố",
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="writers",
                        to="oversight.yearlyreview",
                        verbose_name="tổng kết",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người viết",
                    ),
                ),
            ],
            options={
                "verbose_name": "người viết tổng kết",
                "verbose_name_plural": "người viết tổng kết",
                "ordering": ["pk"],
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("review", "name", "part", "user"),
                        name="reviewwriter_once",
                        nulls_distinct=False,
                        violation_error_message="Người này đã có ở mục này.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("part", None), models.Q(("name", ""), _negated=True)),
                            models.Q(("name", ""), ("part__isnull", False)),
                            _connector="OR",
                        ),
                        name="reviewwriter_of_one_text",
                        violation_error_message="Ghi mục của xã hoặc phần của ấp, khu phố.",
                    ),
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]

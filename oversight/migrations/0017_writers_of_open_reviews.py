"""Who wrote in the reviews that are not signed yet: by their rows, and before that by the trail.

The trail does not say which text somebody wrote, so a writer has written all that stand there.
"""

from django.db import migrations

TEXTS = ("strengths", "shortcomings", "causes", "proposals")


def write_down(apps, schema_editor):
    reviews = apps.get_model("oversight", "YearlyReview").objects
    parts = apps.get_model("oversight", "ReviewHamlet").objects
    writers = apps.get_model("oversight", "ReviewWriter").objects
    events = apps.get_model("accounts", "AuditEvent").objects.exclude(actor=None)

    def of(action, pk, last):
        found = events.filter(action=action, target_id=str(pk))
        return {*found.values_list("actor", flat=True), last} - {None}

    for review in reviews.exclude(status__in=["preparing", "signed"]):
        for user in of("review.written", review.pk, review.written_by_id):
            for name in TEXTS:
                if getattr(review, name):
                    writers.get_or_create(review=review, name=name, part=None, user_id=user)
        for part in parts.filter(review=review).exclude(text=""):
            for user in of("review.part_written", part.pk, part.prepared_by_id):
                writers.get_or_create(review=review, name="", part=part, user_id=user)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0012_commune_party_report"),
        ("oversight", "0016_review_writers"),
    ]

    operations = [migrations.RunPython(write_down, migrations.RunPython.noop)]

"""Directions that one issuer gave on one day in the same words become parts of one round."""

from django.db import migrations

# What is the same in every part. Days by which parts were to reply may differ after a return.
SHARED = (
    "commune_id", "title", "text", "directed_by", "document_id", "post_request_id", "given_on",
)  # fmt: skip


def join(apps, schema_editor):
    """Until now the Party Committee alone gave directions, so it is the issuer of all."""
    direction = apps.get_model("oversight", "Direction")
    round_model = apps.get_model("oversight", "DirectionRound")
    rounds, parts = {}, []
    for row in direction.objects.filter(round=None).order_by("created_at", "pk").iterator():
        shared = {name: getattr(row, name) for name in SHARED}
        key = tuple(shared.values())
        if key not in rounds:
            rounds[key] = round_model(**shared, due_on=row.due_on, created_by_id=row.created_by_id)
        # A return sets a later day: the earliest is nearest to the first one.
        rounds[key].due_on = min(rounds[key].due_on, row.due_on)
        parts.append((row, key))
    round_model.objects.bulk_create(rounds.values(), batch_size=500)
    given_at = {}
    for row, key in parts:
        row.round = rounds[key]
        given_at.setdefault(key, row.created_at)
    for key, made in rounds.items():
        made.created_at = given_at[key]  # not the moment of the migration
    round_model.objects.bulk_update(rounds.values(), ["created_at"], batch_size=500)
    direction.objects.bulk_update([row for row, key in parts], ["round"], batch_size=500)


def part(apps, schema_editor):
    """Back to rows without a round; the rounds go with their table."""
    apps.get_model("oversight", "Direction").objects.update(round=None)
    apps.get_model("oversight", "DirectionRound").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("oversight", "0008_rounds_of_directions")]

    operations = [migrations.RunPython(join, part)]

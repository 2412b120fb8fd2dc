"""Old directions of one text, day and issuer become parts of one round."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from oversight.models import Direction, DirectionRound
from tests.factories.direction import make_body, make_direction
from tests.factories.groups import make_hamlet

pytestmark = pytest.mark.django_db
migration = import_module("oversight.migrations.0009_join_directions_of_one_text")


def without_rounds():
    """Rows as they were before: undone with the transaction of the test."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE oversight_direction ALTER COLUMN round_id DROP NOT NULL")
    migration.part(apps, None)
    assert not DirectionRound.objects.exists()


def test_rows_of_one_text_day_and_issuer_are_joined_and_others_are_not(commune, hamlet):
    today = timezone.localdate()
    shared = {"title": "Báo số hộ", "text": "Báo số hộ.", "due_on": today + timedelta(days=5)}
    office = make_direction(make_body(commune)).created_by
    Direction.objects.all().delete()
    first = make_direction(hamlet, created_by=office, **shared)
    later = {"due_on": today + timedelta(days=9), "state": "returned"}
    returned = make_direction(make_hamlet(commune), created_by=office, **(shared | later))
    other_text = make_direction(hamlet, created_by=office, **(shared | {"text": "Khác."}))
    other_day = make_direction(
        hamlet, created_by=office, given_on=today - timedelta(days=1), **shared
    )
    by_another = make_direction(hamlet, created_by=office, directed_by="Bí thư", **shared)
    away = make_direction(make_hamlet(), **shared)
    before = dict(Direction.objects.values_list("pk", "created_at"))
    without_rounds()

    migration.join(apps, None)

    parts = dict(Direction.objects.values_list("pk", "round"))
    assert parts[first.pk] == parts[returned.pk]
    assert len(set(parts.values())) == len({first, other_text, other_day, by_another, away})
    joined = DirectionRound.objects.get(pk=parts[first.pk])
    assert (joined.issuer, joined.title, joined.due_on) == ("party", "Báo số hộ", first.due_on)
    assert (joined.created_by, joined.created_at) == (office, before[first.pk])
    returned.refresh_from_db()
    assert (returned.state, returned.due_on) == ("returned", later["due_on"])

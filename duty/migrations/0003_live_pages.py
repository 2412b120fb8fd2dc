"""Occasions and shifts are marked for live pages."""

from django.db import migrations

from accounts.live.triggers import marks, of_rows


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0011_livemark"),
        ("duty", "0002_neighbours"),
    ]
    operations = [
        marks({"duty_occasion": of_rows("duty"), "duty_shift": of_rows("duty")}),
    ]

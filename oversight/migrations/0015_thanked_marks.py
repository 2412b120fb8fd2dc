"""What stays of a link that is cut: that somebody was thanked, and not for what."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0012_commune_party_report"),
        ("oversight", "0014_achievement_written_once"),
    ]

    operations = [
        migrations.CreateModel(
            name="ThankedMark",
            fields=[
                (
                    "mark",
                    models.CharField(
                        editable=False, max_length=64, primary_key=True, serialize=False
                    ),
                ),
                (
                    "commune",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.commune",
                        verbose_name="xã, phường",
                    ),
                ),
            ],
            options={
                "verbose_name": "dấu đã khen",
                "verbose_name_plural": "dấu đã khen",
                "default_permissions": (),
            },
        ),
    ]

"""The days on which an account passed tips on stand by themselves, apart from the tips."""

import uuid
from collections import defaultdict

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

import accounts.fields

SHOWN = 20


def carry_over(apps, schema_editor):
    """What the page showed so far, each day once."""
    days = defaultdict(set)
    tips = apps.get_model("reports", "TipReport").objects.filter(
        channel="hamlet_head", recorded_by__isnull=False
    )
    for user, moment in tips.values_list("recorded_by", "received_at").iterator():
        days[user].add(timezone.localdate(moment))
    passed_on = apps.get_model("reports", "PassedOnDays")
    for user in sorted(days):
        newest = sorted(days[user], reverse=True)[:SHOWN]
        passed_on.objects.create(
            user_id=user, days=" ".join(day.strftime("%Y%m%d") for day in newest)
        )


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0014_tips_by_result"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PassedOnDays",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "days",
                    accounts.fields.PaddedTextField(
                        blank=True, purpose="words", verbose_name="những ngày đã chuyển tin"
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="tài khoản",
                    ),
                ),
            ],
            options={
                "verbose_name": "những ngày đã chuyển tin",
                "verbose_name_plural": "những ngày đã chuyển tin",
                "ordering": ["pk"],
                "default_permissions": (),
            },
        ),
        migrations.RunPython(carry_over, migrations.RunPython.noop),
    ]

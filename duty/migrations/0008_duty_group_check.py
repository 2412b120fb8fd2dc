import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0010_alarm_second_by"),
        ("duty", "0007_sms_limits"),
    ]

    operations = [
        migrations.CreateModel(
            name="DutyGroupCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "duty_group",
                    models.CharField(max_length=80, verbose_name="nhóm trực ban của OA"),
                ),
                ("checked_at", models.DateTimeField(verbose_name="xem lúc")),
                (
                    "known",
                    models.PositiveIntegerField(default=0, verbose_name="người trực trong nhóm"),
                ),
                (
                    "strangers",
                    models.PositiveIntegerField(default=0, verbose_name="người lạ trong nhóm"),
                ),
                (
                    "absent",
                    models.PositiveIntegerField(default=0, verbose_name="người trực ngoài nhóm"),
                ),
                (
                    "trouble",
                    models.CharField(
                        blank=True, max_length=255, verbose_name="vì sao chưa xem được"
                    ),
                ),
                (
                    "commune",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="duty_group_check",
                        to="accounts.commune",
                        verbose_name="xã, phường",
                    ),
                ),
            ],
            options={
                "verbose_name": "lần xem nhóm trực ban",
                "verbose_name_plural": "lần xem nhóm trực ban",
                "default_permissions": (),
            },
        ),
    ]

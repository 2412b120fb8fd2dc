"""A delivery leaves by any channel of the registry; all but hands share the states of machines."""

from django.db import migrations, models

import zalo.channels.registry

BY_MACHINE = ["queued", "sending", "sent", "failed", "uncertain", "expired", "cancelled"]
BY_HAND = ["to_post", "posted", "missed", "cancelled"]


class Migration(migrations.Migration):
    dependencies = [("broadcasts", "0014_indexes_for_figures")]

    operations = [
        migrations.RemoveConstraint("delivery", "delivery_status_fits_way"),
        migrations.AlterField(
            model_name="delivery",
            name="way",
            field=models.CharField(
                "cách đăng",
                max_length=12,
                choices=zalo.channels.registry.choices,
                default="api",
            ),
        ),
        migrations.AddConstraint(
            "delivery",
            models.CheckConstraint(
                condition=models.Q(~models.Q(way="hand"), status__in=BY_MACHINE)
                | models.Q(way="hand", status__in=BY_HAND),
                name="delivery_status_fits_way",
                violation_error_message="Trạng thái không hợp với cách đăng của nhóm.",
            ),
        ),
    ]

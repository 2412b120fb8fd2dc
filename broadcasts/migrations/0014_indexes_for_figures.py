from django.db import migrations, models
from django.db.models.functions import Coalesce, Greatest


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("broadcasts", "0013_post_edition"),
        ("groups", "0017_no_hour_of_linked_people"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="broadcast",
            index=models.Index(
                models.F("commune"),
                Coalesce(Greatest("scheduled_for", "approved_at"), "started_at"),
                name="broadcast_was_due",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                models.F("commune"),
                Coalesce("sent_at", "posted_at", "settled_at"),
                condition=models.Q(status__in=["sent", "posted"])
                | models.Q(status="uncertain", finding="arrived"),
                name="delivery_arrived",
            ),
        ),
    ]

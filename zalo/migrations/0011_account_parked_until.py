"""An account that Zalo refuses as a whole makes no call before this moment."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("zalo", "0010_no_clock_of_events")]

    operations = [
        migrations.AddField(
            model_name="officialaccount",
            name="parked_until",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]

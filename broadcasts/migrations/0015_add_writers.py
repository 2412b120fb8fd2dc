import django.contrib.postgres.fields
from django.db import migrations, models


def writers():
    return django.contrib.postgres.fields.ArrayField(
        base_field=models.BigIntegerField(), blank=True, default=list, editable=False, size=None
    )


class Migration(migrations.Migration):
    dependencies = [("broadcasts", "0014_indexes_for_figures")]

    operations = [
        migrations.AddField(model_name="article", name="writers", field=writers()),
        migrations.AddField(model_name="broadcast", name="writers", field=writers()),
    ]

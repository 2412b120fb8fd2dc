"""How long tips took is read by commune and by the moment of their result."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0013_words_moved")]

    operations = [
        migrations.AddIndex(
            model_name="tipreport",
            index=models.Index(
                condition=models.Q(("resolved_at__isnull", False)),
                fields=["commune", "resolved_at"],
                name="tipreport_resolved",
            ),
        ),
    ]

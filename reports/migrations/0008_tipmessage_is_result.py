from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0007_indexes_of_search")]

    operations = [
        migrations.AddField(
            model_name="tipmessage",
            name="is_result",
            field=models.BooleanField(default=False, editable=False, verbose_name="báo kết quả"),
        ),
    ]

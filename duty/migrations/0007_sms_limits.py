from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("duty", "0006_replies_in_zalo"),
    ]

    operations = [
        migrations.AddField(
            model_name="dutysettings",
            name="sms_commune_day",
            field=models.PositiveSmallIntegerField(
                default=60, verbose_name="tin SMS nhiều nhất một ngày của cả xã"
            ),
        ),
        migrations.AddField(
            model_name="dutysettings",
            name="sms_person_day",
            field=models.PositiveSmallIntegerField(
                default=10, verbose_name="tin SMS nhiều nhất một ngày cho một người"
            ),
        ),
    ]

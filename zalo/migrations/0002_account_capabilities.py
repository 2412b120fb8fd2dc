from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("zalo", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="officialaccount",
            name="capabilities",
            field=models.JSONField(
                blank=True, default=dict, editable=False, verbose_name="khả năng"
            ),
        ),
        migrations.AddField(
            model_name="officialaccount",
            name="users_family",
            field=models.CharField(
                choices=[
                    ("unknown", "Chưa rõ"),
                    ("v2", "v2 (cơ quan nhà nước)"),
                    ("v3", "v3 (doanh nghiệp)"),
                ],
                default="unknown",
                max_length=8,
                verbose_name="nhóm lệnh người quan tâm",
            ),
        ),
    ]

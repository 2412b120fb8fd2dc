import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_passkeys")]

    operations = [
        migrations.AlterModelOptions(
            name="alarm",
            options={
                "default_permissions": ("view",),
                "ordering": ["-last_at", "-pk"],
                "verbose_name": "cảnh báo",
                "verbose_name_plural": "cảnh báo",
            },
        ),
        migrations.AddField(
            model_name="alarm",
            name="second_by",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL,
                related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="người thứ hai",
            ),
        ),
    ]  # fmt: skip

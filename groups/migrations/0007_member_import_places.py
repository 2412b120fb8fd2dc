from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("groups", "0006_back_fill_spells")]

    operations = [
        migrations.AddField(
            model_name="memberimport",
            name="groups",
            field=models.JSONField(blank=True, default=dict, verbose_name="nhóm Zalo đã chọn"),
        ),
        migrations.AddField(
            model_name="memberimportrow",
            name="places",
            field=models.JSONField(blank=True, null=True, verbose_name="chỗ trong nhóm"),
        ),
        migrations.AddField(
            model_name="memberimportrow",
            name="places_new",
            field=models.JSONField(
                blank=True, null=True, verbose_name="chỗ trong nhóm lúc nhập xong"
            ),
        ),
        migrations.AddField(
            model_name="memberimportrow",
            name="places_old",
            field=models.JSONField(blank=True, null=True, verbose_name="chỗ trong nhóm lúc trước"),
        ),
        migrations.AddField(
            model_name="memberimportrow",
            name="proxy_id",
            field=models.BigIntegerField(
                blank=True, null=True, verbose_name="số của người nhận tin thay"
            ),
        ),
        migrations.AddField(
            model_name="memberimportrow",
            name="zalo",
            field=models.JSONField(blank=True, null=True, verbose_name="chữ về Zalo"),
        ),
    ]

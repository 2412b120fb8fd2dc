import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("zalo", "0002_account_capabilities"),
    ]

    operations = [
        migrations.CreateModel(
            name="GroupAsset",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("asset_id", models.CharField(max_length=64, verbose_name="mã gói")),
                (
                    "product_type",
                    models.CharField(blank=True, max_length=20, verbose_name="loại gói"),
                ),
                ("capacity", models.PositiveIntegerField(default=0, verbose_name="sức chứa")),
                (
                    "quota_type",
                    models.CharField(blank=True, max_length=20, verbose_name="nguồn gói"),
                ),
                (
                    "valid_through",
                    models.DateField(blank=True, null=True, verbose_name="dùng đến hết ngày"),
                ),
                ("is_auto_renewed", models.BooleanField(default=False, verbose_name="tự gia hạn")),
                (
                    "status",
                    models.CharField(
                        choices=[("available", "Còn trống"), ("used", "Đang dùng")],
                        max_length=10,
                        verbose_name="tình trạng",
                    ),
                ),
                (
                    "used_by",
                    models.CharField(blank=True, max_length=64, verbose_name="mã nhóm đang dùng"),
                ),
                ("seen_at", models.DateTimeField(verbose_name="Zalo cho biết lúc")),
                (
                    "gone_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="không còn từ"),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="group_assets",
                        to="zalo.officialaccount",
                        verbose_name="tài khoản OA",
                    ),
                ),
            ],
            options={
                "verbose_name": "gói nhóm của OA",
                "verbose_name_plural": "gói nhóm của OA",
                "ordering": ["valid_through", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("account", "asset_id"),
                        name="groupasset_once_per_account",
                        violation_error_message="Gói này đã có trong danh sách của tài khoản.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("asset_id", ""), _negated=True),
                        name="groupasset_has_id",
                        violation_error_message="Gói nhóm phải có mã do Zalo cấp.",
                    ),
                ],
            },
        ),
    ]

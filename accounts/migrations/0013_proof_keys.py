"""Keys by which officers prove their acts to the vault."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import accounts.vault.fields


class Migration(migrations.Migration):
    dependencies = [("accounts", "0012_live_alarms")]

    operations = [
        migrations.CreateModel(
            name="ProofKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("code", "Ứng dụng mã"), ("passkey", "Khóa truy cập")],
                        max_length=10,
                        verbose_name="loại",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=60, verbose_name="cài trên")),
                (
                    "secret",
                    accounts.vault.fields.VaultTextField(
                        editable=False, purpose="identity", verbose_name="khóa"
                    ),
                ),
                (
                    "credential_id",
                    models.CharField(
                        blank=True, editable=False, max_length=1400, verbose_name="mã khóa"
                    ),
                ),
                (
                    "made_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="làm lúc"),
                ),
                (
                    "used_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="dùng gần nhất"),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="hủy lúc")),
                ("last_step", models.BigIntegerField(default=0, verbose_name="mã dùng gần nhất")),
                (
                    "uses",
                    models.PositiveBigIntegerField(
                        default=0, verbose_name="số lần dùng, theo máy giữ khóa"
                    ),
                ),
                ("mark", models.CharField(editable=False, max_length=64)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proof_keys",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="tài khoản",
                    ),
                ),
            ],
            options={
                "verbose_name": "khóa chứng minh với kho niêm phong",
                "verbose_name_plural": "khóa chứng minh với kho niêm phong",
                "ordering": ["made_at", "pk"],
                "default_permissions": (),
            },
        ),
        migrations.AddConstraint(
            model_name="proofkey",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None), ("kind", "code")),
                fields=("user",),
                name="proofkey_one_app",
                violation_error_message="Mỗi tài khoản có một ứng dụng mã.",
            ),
        ),
        migrations.AddConstraint(
            model_name="proofkey",
            constraint=models.UniqueConstraint(
                condition=models.Q(("credential_id", ""), _negated=True),
                fields=("credential_id",),
                name="proofkey_passkey_once",
                violation_error_message="Khóa truy cập này đã được cài rồi.",
            ),
        ),
    ]

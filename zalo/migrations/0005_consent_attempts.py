import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.fields


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_communeprofile_quiet_hours_and_caps"),
        ("zalo", "0004_followers_and_quota"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="officialaccount",
            options={
                "ordering": ["name", "pk"],
                "permissions": [
                    ("connect_officialaccount", "Kết nối, cấp quyền lại tài khoản Zalo OA")
                ],
                "verbose_name": "tài khoản Zalo OA",
                "verbose_name_plural": "tài khoản Zalo OA",
            },
        ),
        migrations.CreateModel(
            name="ConsentAttempt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "expected_oa_id",
                    models.CharField(blank=True, max_length=40, verbose_name="mã OA mong đợi"),
                ),
                (
                    "granted_oa_id",
                    models.CharField(blank=True, max_length=40, verbose_name="mã OA Zalo trả về"),
                ),
                (
                    "redirect_uri",
                    models.CharField(blank=True, max_length=300, verbose_name="địa chỉ quay về"),
                ),
                ("state_hash", models.CharField(editable=False, max_length=64, unique=True)),
                ("code_verifier", accounts.fields.EncryptedTextField(blank=True, editable=False)),
                ("access_token", accounts.fields.EncryptedTextField(blank=True, editable=False)),
                ("refresh_token", accounts.fields.EncryptedTextField(blank=True, editable=False)),
                ("access_life_s", models.PositiveIntegerField(editable=False, null=True)),
                ("refresh_life_s", models.PositiveIntegerField(editable=False, null=True)),
                (
                    "received_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="nhận mã lúc"),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="bấm lúc")),
                ("expires_at", models.DateTimeField(verbose_name="hết hạn lúc")),
                (
                    "used_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="quay về lúc"),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("waiting", "Chờ cấp quyền"),
                            ("received", "Đã nhận mã, chờ kiểm tra"),
                            ("connected", "Đã kết nối"),
                            ("refused", "Không kết nối được"),
                            ("expired", "Quá 10 phút"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="kết quả",
                    ),
                ),
                ("sentence", models.TextField(blank=True, verbose_name="giải thích")),
                (
                    "commune",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.commune",
                        verbose_name="xã, phường",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người bấm",
                    ),
                ),
            ],
            options={
                "verbose_name": "lần xin cấp quyền",
                "verbose_name_plural": "lần xin cấp quyền",
                "ordering": ["-created_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("outcome__in", ["connected", "refused", "expired"]), _negated=True
                            ),
                            models.Q(
                                ("access_token", ""), ("code_verifier", ""), ("refresh_token", "")
                            ),
                            _connector="OR",
                        ),
                        name="consentattempt_ended_keeps_no_secret",
                        violation_error_message="Lần cấp quyền đã xong không được giữ mã nào.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "received"), _negated=True),
                            models.Q(
                                ("received_at__isnull", False),
                                models.Q(("access_token", ""), _negated=True),
                                models.Q(("refresh_token", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="consentattempt_received_holds_a_pair",
                        violation_error_message="Lần cấp quyền đã nhận mã phải giữ cặp mã đó.",
                    ),
                ],
            },
        ),
    ]

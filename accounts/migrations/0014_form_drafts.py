"""Drafts of forms, and files of forms that were refused."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.encryption.fields


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0013_proof_keys"),
    ]

    operations = [
        migrations.CreateModel(
            name="FormDraft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("address", models.CharField(max_length=300, verbose_name="biểu mẫu")),
                (
                    "fields",
                    accounts.encryption.fields.EncryptedTextField(
                        editable=False, purpose="drafts", verbose_name="nội dung"
                    ),
                ),
                ("updated_at", models.DateTimeField(verbose_name="lưu lúc")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="tài khoản",
                    ),
                ),
            ],
            options={
                "verbose_name": "bản nháp của biểu mẫu",
                "verbose_name_plural": "bản nháp của biểu mẫu",
                "default_permissions": (),
                "indexes": [models.Index(fields=["account", "address"], name="form_draft_of_form")],
            },
        ),
        migrations.CreateModel(
            name="PendingUpload",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("address", models.CharField(max_length=300, verbose_name="biểu mẫu")),
                ("field", models.CharField(max_length=100, verbose_name="ô")),
                (
                    "name",
                    accounts.encryption.fields.EncryptedTextField(
                        editable=False, purpose="drafts", verbose_name="tên tệp"
                    ),
                ),
                (
                    "content",
                    accounts.encryption.fields.EncryptedBinaryField(
                        purpose="drafts", verbose_name="tệp"
                    ),
                ),
                ("made_at", models.DateTimeField(auto_now_add=True, verbose_name="nhận lúc")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="tài khoản",
                    ),
                ),
            ],
            options={
                "verbose_name": "tệp chờ của biểu mẫu",
                "verbose_name_plural": "tệp chờ của biểu mẫu",
                "default_permissions": (),
                "indexes": [
                    models.Index(fields=["account", "-made_at"], name="pending_upload_of_account")
                ],
            },
        ),
    ]

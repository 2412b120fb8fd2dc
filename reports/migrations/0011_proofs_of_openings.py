"""Proofs of two officers for an opening of the identity; to call back, the number alone.

Openings of before have no proofs, so that nothing would open: they end and are asked for anew.
"""

import uuid
from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def end_unproven(apps: Any, schema_editor: Any) -> None:
    openings = apps.get_model("reports", "IdentityOpening")._base_manager
    openings.filter(state__in=["asked", "approved"]).update(state="ended")


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0010_files_for_the_vault"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="identityopening",
            name="aim",
            field=models.CharField(
                choices=[("identity", "Danh tính"), ("call", "Chỉ số điện thoại, để gọi lại")],
                default="identity",
                max_length=10,
                verbose_name="xem gì",
            ),
        ),
        migrations.CreateModel(
            name="OpeningProof",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "act",
                    models.CharField(
                        choices=[("ask", "Đề nghị"), ("approve", "Duyệt"), ("look", "Xem")],
                        max_length=10,
                        verbose_name="việc",
                    ),
                ),
                ("key", models.UUIDField(verbose_name="bằng khóa")),
                ("at", models.DateTimeField(verbose_name="lúc")),
                ("mark", models.CharField(editable=False, max_length=64)),
                (
                    "opening",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="proofs",
                        to="reports.identityopening",
                        verbose_name="lần mở",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="tài khoản",
                    ),
                ),
            ],
            options={
                "verbose_name": "chứng minh của lần mở danh tính",
                "verbose_name_plural": "chứng minh của lần mở danh tính",
                "ordering": ["at", "pk"],
                "default_permissions": (),
            },
        ),
        migrations.AddConstraint(
            model_name="openingproof",
            constraint=models.UniqueConstraint(
                fields=("opening", "act"),
                name="openingproof_once",
                violation_error_message="Việc này đã được chứng minh.",
            ),
        ),
        migrations.RunPython(end_unproven, migrations.RunPython.noop),
    ]

"""Files of tips are sealed to the vault's key: old values are sealed anew by `seal_anew`. Their
hashes of before are forgotten, and made by the vault in rounds of the worker."""

from typing import Any

from django.db import migrations, models

import accounts.vault.fields
import accounts.vault.indexes


def forget_fingerprints(apps: Any, schema_editor: Any) -> None:
    """With the key of the portal these hashes let known pictures be tried."""
    rows = apps.get_model("reports", "TipAttachment").objects.exclude(fingerprint="")
    rows.update(fingerprint="")


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0009_words_for_the_vault"),
        ("zalo", "0004_files_for_the_vault"),
    ]

    operations = [
        migrations.AlterField(
            model_name="tipattachment",
            name="content",
            field=accounts.vault.fields.VaultBinaryField(null=True, purpose="files"),
        ),
        migrations.AlterField(
            model_name="tipattachment",
            name="fingerprint",
            field=accounts.vault.indexes.VaultIndexField(blank=True, editable=False, max_length=64),
        ),
        migrations.RunPython(forget_fingerprints, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="tipattachment",
            index=models.Index(
                condition=models.Q(("fingerprint", ""), ("state", "ready")),
                fields=["id"],
                name="tipattachment_unmarked",
            ),
        ),
    ]

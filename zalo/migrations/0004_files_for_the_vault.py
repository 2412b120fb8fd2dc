"""Files of private messages are sealed to the vault's key: old values are sealed anew by
`seal_anew`. Their name and hash, which nobody read, are kept no more."""

from typing import Any

from django.db import migrations

import accounts.vault.fields


def forget_checksums(apps: Any, schema_editor: Any) -> None:
    """The checksum lay in clear; a file that is waiting just now is fetched without it."""
    apps.get_model("zalo", "InboundFile").objects.exclude(checksum="").update(checksum="")


class Migration(migrations.Migration):
    dependencies = [
        ("zalo", "0003_words_for_the_vault"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="inboundfile",
            name="digest",
        ),
        migrations.RemoveField(
            model_name="inboundfile",
            name="name",
        ),
        migrations.RunPython(forget_checksums, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="inboundfile",
            name="checksum",
            field=accounts.vault.fields.VaultTextField(blank=True, editable=False),
        ),
        migrations.AlterField(
            model_name="inboundfile",
            name="content",
            field=accounts.vault.fields.VaultBinaryField(null=True),
        ),
        migrations.AlterField(
            model_name="inboundfile",
            name="url",
            field=accounts.vault.fields.VaultTextField(blank=True, editable=False),
        ),
    ]

"""Zalo ids of tellers are sealed to the vault's key, and hashes of them are its own: the columns
stay as they are, old values are made anew by `seal_anew`."""

from django.db import migrations

import accounts.vault.fields
import accounts.vault.indexes
import reports.vault.models


def _index() -> accounts.vault.indexes.VaultIndexField:
    return accounts.vault.indexes.VaultIndexField(
        default=reports.vault.models.nobodys_index, editable=False, max_length=64
    )


class Migration(migrations.Migration):
    dependencies = [("reports", "0007_reporters_for_the_vault")]
    operations = [
        migrations.AlterField(
            model_name="reporter",
            name="zalo_user_id",
            field=accounts.vault.fields.VaultPaddedField(
                blank=True, purpose="identity", verbose_name="mã Zalo"
            ),
        ),
        migrations.AlterField(model_name="reporter", name="zalo_index", field=_index()),
        migrations.AlterField(model_name="reporter", name="told_with", field=_index()),
        migrations.AlterField(
            model_name="chatreply",
            name="zalo_user_id",
            field=accounts.vault.fields.VaultPaddedField(
                blank=True, editable=False, purpose="identity", verbose_name="mã Zalo"
            ),
        ),
    ]

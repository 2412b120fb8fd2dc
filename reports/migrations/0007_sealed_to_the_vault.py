"""Who told is sealed to the vault's key: the columns stay as they are, old values are sealed anew
by `seal_anew`."""

from django.db import migrations

import accounts.vault.fields
import accounts.vault.indexes
import reports.vault.models

_OF_REPORTER = {
    "name": "họ tên",
    "phone": "điện thoại",
    "address": "nơi ở",
    "zalo_user_id": "mã Zalo",
    "how_known": "vì sao biết",
    "why_unnamed": "lý do không nêu tên",
}


class Migration(migrations.Migration):
    dependencies = [("reports", "0006_live_pages")]
    operations = [
        *(
            migrations.AlterField(
                model_name="reporter",
                name=name,
                field=accounts.vault.fields.VaultPaddedField(
                    blank=True, purpose="identity", verbose_name=words
                ),
            )
            for name, words in _OF_REPORTER.items()
        ),
        *(
            migrations.AlterField(
                model_name="reporter",
                name=name,
                field=accounts.vault.indexes.VaultIndexField(
                    default=reports.vault.models.nobodys_index, editable=False, max_length=64
                ),
            )
            for name in ("zalo_index", "told_with")
        ),
        migrations.AlterField(
            model_name="chatreply",
            name="zalo_user_id",
            field=accounts.vault.fields.VaultPaddedField(
                blank=True, editable=False, purpose="identity", verbose_name="mã Zalo"
            ),
        ),
    ]

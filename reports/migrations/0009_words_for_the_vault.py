"""Words of tips are sealed to the vault's key: the columns stay as they are, old values are sealed
anew by `seal_anew`."""

from django.db import migrations

import accounts.vault.fields

# Model, column and label of those that may be blank.
WORDS = (
    ("conflictproposal", "reason", "lý do"),
    ("identityopening", "refusal", "lý do không duyệt"),
    ("referral", "refusal", "lý do không nhận"),
    ("referral", "told_quickly_to", "báo nhanh cho"),
    ("tipevent", "note", "ghi chú"),
    ("tipmessage", "text", "nội dung"),
    ("tipreport", "occurred_words", "xảy ra khi nào"),
    ("tipreport", "outcome", "kết quả xác minh"),
    ("tipreport", "place", "nơi xảy ra"),
    ("tipreport", "relayed_through", "chuyển qua"),
    ("tipreport", "summary", "tóm tắt sạch"),
)


def _words(model: str, name: str, label: str, **more: bool) -> migrations.AlterField:
    field = accounts.vault.fields.VaultTextField(purpose="words", verbose_name=label, **more)
    return migrations.AlterField(model_name=model, name=name, field=field)


class Migration(migrations.Migration):
    dependencies = [("reports", "0008_addresses_for_the_vault")]
    operations = [
        *(_words(*column, blank=True) for column in WORDS),
        _words("sealedtext", "text", "lời gốc", editable=False),
        _words("identityopening", "reason", "lý do"),
    ]

"""Bodies of private talks are sealed to the vault's key, in a column of their own: old ones are moved
by `seal_anew`."""

from django.db import migrations, models

import accounts.vault.fields


class Migration(migrations.Migration):
    dependencies = [
        ("zalo", "0002_send_gate"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="webhookevent",
            name="webhookevent_interpreted_is_empty",
        ),
        migrations.AddField(
            model_name="webhookevent",
            name="private_body",
            field=accounts.vault.fields.VaultTextField(blank=True, editable=False),
        ),
        migrations.AddConstraint(
            model_name="webhookevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "interpreted"), _negated=True),
                    models.Q(("body", ""), ("interpreted_at__isnull", False), ("private_body", "")),
                    _connector="OR",
                ),
                name="webhookevent_interpreted_is_empty",
                violation_error_message="Sự kiện đã xử lý thì không giữ nội dung.",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("body", ""), ("private_body", ""), _connector="OR"),
                name="webhookevent_one_body",
                violation_error_message="Một sự kiện chỉ có một nội dung.",
            ),
        ),
    ]

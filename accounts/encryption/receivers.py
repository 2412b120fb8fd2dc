"""`migrate` compares the keys before it changes a table and writes rows of new keys after it."""

from typing import Any

from django.apps import AppConfig
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models.signals import post_migrate, pre_migrate
from django.dispatch import receiver

from accounts.encryption import checks


def _has_rows(app_config: AppConfig, using: str) -> bool:
    is_ours = app_config.label == "accounts" and using == DEFAULT_DB_ALIAS
    return is_ours and checks.TABLE in connections[using].introspection.table_names()


@receiver(pre_migrate)
def compare_keys(sender: AppConfig, using: str, **kwargs: Any) -> None:
    if _has_rows(sender, using):
        checks.compare(with_new=False)


@receiver(post_migrate)
def register_keys(sender: AppConfig, using: str, **kwargs: Any) -> None:
    if _has_rows(sender, using):
        checks.register()

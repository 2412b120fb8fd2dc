from importlib import import_module

from django.apps import AppConfig

# Modules that register work lists, receivers or parts of the health when they are imported.
REGISTERING = (
    "accounts.database_roles",
    "accounts.encryption.receivers",
    "accounts.alarms.work_lists",
    "accounts.users.work_lists",
    "accounts.second_person.periods",
    "accounts.second_person.work_lists",
    "accounts.sign_in.receivers",
    "accounts.sign_in.two_persons",
    "accounts.system_health.checks",
    "accounts.system_health.work_lists",
    "accounts.retention",
    "accounts.vault.basics",
    "accounts.vault.checks",
    "accounts.vault.relay",
    "accounts.vault.proofs.operations",
    "accounts.vault.sides",
)


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Tài khoản và nhật ký"

    def ready(self) -> None:
        for name in REGISTERING:
            import_module(name)

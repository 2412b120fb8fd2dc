from importlib import import_module

from django.apps import AppConfig

# Modules that register work lists or receivers when they are imported.
REGISTERING = (
    "accounts.users.work_lists",
    "accounts.sign_in.receivers",
    "accounts.retention",
)


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Tài khoản và nhật ký"

    def ready(self) -> None:
        for name in REGISTERING:
            import_module(name)

from django.apps import AppConfig


class ZaloConfig(AppConfig):
    name = "zalo"
    verbose_name = "Kết nối Zalo"

    def ready(self) -> None:
        from accounts.vault import operations  # noqa: PLC0415 -- app ready
        from zalo import health, retention  # noqa: F401, PLC0415 -- register once models are there
        from zalo.official_accounts import alarms  # noqa: F401, PLC0415 -- registers a work list

        operations.load("zalo")
